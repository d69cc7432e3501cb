//! Why nobody was signed in: for the person a kind, for the record and the log the cause.

use lastmile_protocol::SignInProblem;

/// Longest cause that is kept, in characters: it may hold what somebody else wrote.
const LONGEST: usize = 300;

/// A refusal.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) problem: SignInProblem,
    pub(super) why: String,
}

impl Refusal {
    pub(super) fn new(problem: SignInProblem, why: impl AsRef<str>) -> Self {
        let visible = why.as_ref().chars().map(|c| if c.is_control() { ' ' } else { c });
        Self { problem, why: visible.take(LONGEST).collect() }
    }

    /// With all that led to it.
    pub(super) fn of(problem: SignInProblem, error: &dyn std::error::Error) -> Self {
        let causes = std::iter::successors(Some(error), |error| error.source());
        let causes: Vec<_> = causes.map(ToString::to_string).collect();
        Self::new(problem, causes.join(": "))
    }
}
