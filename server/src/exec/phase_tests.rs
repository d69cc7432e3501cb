use super::*;

const TERMS: Terms = Terms { grace: Duration::from_secs(10), leaves_running: false, far: false };

struct Clock {
    begun: Instant,
    exited: bool,
    empty: bool,
    closed: bool,
}

impl Clock {
    fn new() -> Self {
        Self { begun: Instant::now(), exited: false, empty: false, closed: false }
    }

    fn at(&self, seconds: f64) -> Seen {
        let now = self.begun + Duration::from_secs_f64(seconds);
        Seen { now, exited: self.exited, empty: self.empty, closed: self.closed }
    }
}

#[test]
fn a_plain_script_is_over_once_it_exited_and_its_streams_ended() {
    let mut clock = Clock::new();
    let running = Phase::begin(clock.begun, 60);
    assert_eq!(running.next(TERMS, clock.at(1.0)), (running, Step::Wait));
    clock.exited = true;
    let (draining, _) = running.next(TERMS, clock.at(1.0));
    (clock.closed, clock.empty) = (true, true);
    assert_eq!(draining.next(TERMS, clock.at(1.0)), (Phase::Over, Step::Wait));
}

#[test]
fn what_outlives_the_script_is_ended_after_the_drain() {
    let mut clock = Clock::new();
    (clock.exited, clock.closed) = (true, true);
    let (draining, _) = Phase::begin(clock.begun, 60).next(TERMS, clock.at(0.0));
    assert_eq!(draining.next(TERMS, clock.at(1.9)).1, Step::Wait);
    assert_eq!(draining.next(TERMS, clock.at(2.0)).1, Step::EndRest);
    let (asked, step) = draining.end(TERMS, clock.at(2.0).now);
    assert_eq!(step, Step::Ask);
    assert_eq!(asked.next(TERMS, clock.at(11.9)).1, Step::Wait);
    let (killing, step) = asked.next(TERMS, clock.at(12.0));
    assert_eq!(step, Step::Kill);
    assert_eq!(killing.next(TERMS, clock.at(12.1)).1, Step::Kill);
    assert_eq!(killing.next(TERMS, clock.at(22.0)), (Phase::Over, Step::GiveUp));
}

#[test]
fn what_is_declared_to_stay_stays_and_holds_nothing_up() {
    let terms = Terms { leaves_running: true, ..TERMS };
    let mut clock = Clock::new();
    clock.exited = true;
    let (draining, _) = Phase::begin(clock.begun, 60).next(terms, clock.at(0.0));
    assert_eq!(draining.next(terms, clock.at(1.0)).1, Step::Wait);
    assert_eq!(draining.next(terms, clock.at(2.0)), (Phase::Over, Step::LeaveRest));
    clock.closed = true;
    assert_eq!(draining.next(terms, clock.at(0.1)), (Phase::Over, Step::LeaveRest));
}

#[test]
fn time_up_is_noticed_once_and_never_after_the_exit() {
    let mut clock = Clock::new();
    let running = Phase::begin(clock.begun, 60);
    assert_eq!(running.next(TERMS, clock.at(60.0)).1, Step::TimeUp);
    clock.exited = true;
    assert_eq!(running.next(TERMS, clock.at(60.0)).1, Step::Wait);
    let forever = Phase::begin(clock.begun, 0);
    clock.exited = false;
    assert_eq!(forever.next(TERMS, clock.at(1e9)).1, Step::Wait);
}

#[test]
fn a_second_request_to_end_changes_nothing() {
    let clock = Clock::new();
    let (asked, _) = Phase::begin(clock.begun, 60).end(TERMS, clock.begun);
    assert_eq!(asked.end(TERMS, clock.at(5.0).now), (asked, Step::Wait));
}

#[test]
fn the_other_side_of_a_wrapper_gets_its_grace_before_the_wrapper_is_told() {
    let terms = Terms { far: true, ..TERMS };
    let mut clock = Clock::new();
    let (far, step) = Phase::begin(clock.begun, 60).end(terms, clock.begun);
    assert_eq!(step, Step::Wait);
    assert_eq!(far.next(terms, clock.at(10.9)), (far, Step::Wait));
    assert_eq!(far.next(terms, clock.at(11.0)).1, Step::Ask);
    clock.empty = true;
    assert_eq!(far.next(terms, clock.at(3.0)), (Phase::Over, Step::Wait));
}

#[test]
fn a_grace_of_centuries_does_not_overflow() {
    let terms = Terms { grace: Duration::from_secs(u64::MAX - 1), ..TERMS };
    let clock = Clock::new();
    let (asked, _) = Phase::begin(clock.begun, u64::MAX).end(terms, clock.begun);
    assert!(asked.deadline().is_some());
}
