//! Several runs of one request: each digest is answered and used singly, and what was not agreed to never starts.

use std::collections::BTreeMap;

use lastmile::people::InPerson;
use lastmile::runs::{Refusal, RunSpec};
use lastmile_protocol::{
    Answer, AnswerRequest, BatchAnswers, BatchId, BatchRequest, Digest, EachRun, Judgement, MemberAnswer,
    RunId, RunState,
};

use crate::world::{House, MINUTE, World, audit_of};

const NODES: [&str; 4] = ["node-1", "node-2", "node-3", "node-4"];

/// A house whose runbook asks for a node, and a request for four of them.
struct Scene {
    house: House,
    world: World,
    ann: InPerson,
    bob: InPerson,
    cid: InPerson,
    batch: BatchId,
    /// Each run with its digest as the page showed it.
    runs: Vec<(RunId, Digest)>,
}

impl Scene {
    async fn of(gate: &str) -> Self {
        let house = House::new(gate, "");
        let path = house.folder.path().join("runbooks/open.md");
        let text = std::fs::read_to_string(&path).unwrap();
        let inputs =
            format!("---\ninputs:\n  node: {{type: choice, options: [{}]}}\n---\n", NODES.join(", "));
        let text = text.replace(
            "#| target: guarded\n",
            "#| target: guarded\n#| inputs: [node]\n#| concurrency: queue\n",
        );
        std::fs::write(&path, format!("{inputs}{text}")).unwrap();
        let world = World::open(&house, None).await;
        let (ann, bob, cid) =
            (world.person("ann").await, world.person("bob").await, world.person("cid").await);
        let batch = world.runs.request_batch(&ann, request(&world, &house)).await.unwrap().id;
        let stored = world.store.runs_of_batch(&batch).await.unwrap();
        let runs = stored.into_iter().map(|run| (run.summary.id, run.digest)).collect();
        Self { house, world, ann, bob, cid, batch, runs }
    }

    async fn answer(&self, who: &InPerson, which: &[usize], answer: Answer) -> Result<(), Refusal> {
        let one = |index: &usize| {
            let (run, digest) = self.runs[*index].clone();
            let judgement = Some(Judgement::Checked);
            MemberAnswer {
                run,
                answer: AnswerRequest { digest, answer, judgement, comment: None, retries: None },
            }
        };
        let answers = BatchAnswers { answers: which.iter().map(one).collect() };
        self.world.runs.answer_batch(who, &self.batch, &answers).await
    }

    async fn states(&self) -> Vec<RunState> {
        let runs = self.world.store.runs_of_batch(&self.batch).await.unwrap();
        runs.into_iter().map(|run| run.summary.state).collect()
    }

    /// Waits for the end of these, and sees that they and no others have started, once each.
    async fn only_start(&self, which: &[usize]) {
        for index in which {
            let ended = self.world.end_of(&self.runs[*index].0).await;
            assert_eq!(ended.summary.state, RunState::Succeeded);
        }
        let expected: BTreeMap<_, _> = which.iter().map(|index| (self.runs[*index].0.0.clone(), 1)).collect();
        assert_eq!(self.house.starts(), expected);
    }

    /// Changes one run spec in the record by a byte, with its digest as it was or with the one that fits.
    async fn change(&self, index: usize, sealed: bool) {
        let stored = self.world.stored(&self.runs[index].0).await;
        let mut spec = RunSpec::open(&stored.spec, &stored.digest).unwrap();
        spec.script.push(' ');
        let (bytes, digest) = spec.seal().unwrap();
        let digest = if sealed { digest } else { stored.digest };
        let query = sqlx::query("UPDATE runs SET spec = ?, digest = ? WHERE id = ?");
        let query = query.bind(bytes).bind(digest.0).bind(self.runs[index].0.0.clone());
        query.execute(&mut self.house.record().await).await.unwrap();
    }
}

fn request(world: &World, house: &House) -> BatchRequest {
    let each = NODES.iter().map(|node| EachRun {
        inputs: BTreeMap::from([("node".to_owned(), (*node).to_owned())]),
        retype: None,
    });
    BatchRequest { shared: world.press(house), each: each.collect() }
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_those_start_that_were_agreed_to_and_the_others_go_on_waiting() {
    let scene = Scene::of("1 net").await;
    scene.answer(&scene.bob, &[0, 1, 3], Answer::Yes).await.unwrap();
    scene.only_start(&[0, 1, 3]).await;
    assert_eq!(scene.states().await[2], RunState::AwaitingApproval);
    scene.answer(&scene.cid, &[2], Answer::Yes).await.unwrap();
    scene.only_start(&[0, 1, 2, 3]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_ends_those_that_it_names_only() {
    let scene = Scene::of("1 net").await;
    scene.answer(&scene.bob, &[1, 2], Answer::No).await.unwrap();
    scene.answer(&scene.bob, &[0, 3], Answer::Yes).await.unwrap();
    scene.only_start(&[0, 3]).await;
    assert_eq!(scene.states().await[1..3], [RunState::Rejected, RunState::Rejected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_somebody_changed_by_a_byte_never_starts_and_keeps_the_others_from_nothing() {
    let scene = Scene::of("1 net").await;
    scene.change(2, false).await;
    let shown = scene.world.runs.batch(&scene.bob, &scene.batch).await.unwrap();
    let faults: Vec<_> = shown.members.iter().map(|member| member.fault.is_some()).collect();
    assert_eq!(faults, [false, false, true, false]);
    let said = scene.answer(&scene.bob, &[0, 1, 2, 3], Answer::Yes).await.unwrap_err().to_string();
    assert!(said.contains("run 3") && said.contains("changed the record"), "{said}");
    assert_eq!(scene.house.starts(), BTreeMap::default());
    assert_eq!(scene.states().await[2], RunState::Cancelled);
    scene.answer(&scene.bob, &[0, 1, 3], Answer::Yes).await.unwrap();
    scene.only_start(&[0, 1, 3]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_became_another_with_a_digest_that_fits_is_refused_and_nothing_else_is_agreed_to() {
    let scene = Scene::of("1 net").await;
    scene.change(1, true).await;
    let said = scene.answer(&scene.bob, &[0, 1, 2], Answer::Yes).await;
    let Err(Refusal::OfMember { nth: 2, refusal, .. }) = said else { panic!("{said:?}") };
    assert!(matches!(*refusal, Refusal::DigestMismatch), "{refusal:?}");
    assert_eq!(scene.states().await, [RunState::AwaitingApproval; 4]);
    // Whoever looks now sees that it is not like the others.
    let shown = scene.world.runs.batch(&scene.bob, &scene.batch).await.unwrap();
    assert!(shown.script.is_none() && shown.columns.contains(&"Script".to_owned()), "{:?}", shown.columns);
    scene.answer(&scene.bob, &[0, 2], Answer::Yes).await.unwrap();
    scene.only_start(&[0, 2]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_posts_of_one_key_at_the_same_moment_make_one_request() {
    let scene = Scene::of("1 net").await;
    let request = request(&scene.world, &scene.house);
    let runs = &scene.world.runs;
    let (one, other) = tokio::join!(
        runs.request_batch(&scene.ann, request.clone()),
        runs.request_batch(&scene.ann, request.clone())
    );
    let (one, other) = (one.unwrap(), other.unwrap());
    assert!(one.id == other.id && one.new != other.new);
    assert_eq!(scene.world.store.runs_of_batch(&one.id).await.unwrap().len(), NODES.len());
    let waiting = scene.world.store.runs_in(&[RunState::AwaitingApproval]).await.unwrap();
    assert_eq!(waiting.len(), 2 * NODES.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_answer_some_of_the_same_runs_at_once_one_is_heard_as_a_whole_and_the_other_not_at_all() {
    let scene = Scene::of("1 net").await;
    let (bob, cid) = tokio::join!(
        scene.answer(&scene.bob, &[0, 1, 2], Answer::Yes),
        scene.answer(&scene.cid, &[1, 2, 3], Answer::Yes)
    );
    assert_ne!(bob.is_ok(), cid.is_ok(), "{bob:?} {cid:?}");
    let heard = if bob.is_ok() { [0, 1, 2] } else { [1, 2, 3] };
    scene.only_start(&heard).await;
    let left = if bob.is_ok() { 3 } else { 0 };
    assert_eq!(scene.states().await[left], RunState::AwaitingApproval);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_rules_of_a_single_answer_hold_for_each_of_several() {
    let scene = Scene::of("2 net").await;
    let said = scene.answer(&scene.ann, &[0, 1], Answer::Yes).await;
    assert!(matches!(said, Err(Refusal::OfMember { nth: 1, .. })), "{said:?}");
    scene.answer(&scene.bob, &[0, 1], Answer::Yes).await.unwrap();
    // Nobody counts twice.
    assert!(scene.answer(&scene.bob, &[1, 2], Answer::Yes).await.is_err());
    assert_eq!(scene.states().await, [RunState::AwaitingApproval; 4]);
    scene.house.pass(16 * MINUTE);
    // Agreed to late: its requester has to start it.
    scene.answer(&scene.cid, &[0, 1], Answer::Yes).await.unwrap();
    assert_eq!(scene.states().await[..2], [RunState::Approved; 2]);
    scene.world.runs.start_approved(&scene.ann, &scene.runs[1].0).await.unwrap();
    scene.only_start(&[1]).await;
    scene.house.pass(24 * 60 * MINUTE);
    assert!(scene.answer(&scene.cid, &[2, 3], Answer::Yes).await.is_err());
    scene.only_start(&[1]).await;
    let told = audit_of(&mut scene.house.record().await, &scene.runs[0].0).await;
    let answered = told.iter().filter(|entry| entry.contains("\"run.answered\"")).count();
    assert_eq!(answered, 2, "{told:?}");
}
