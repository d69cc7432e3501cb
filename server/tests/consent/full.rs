//! A run spec with everything in it, and nothing as in those of the tests. A new field does not compile until it stands here.

use lastmile::exec::FullOutput;
use lastmile::runs::{Limits, RetryOf, RunSpec, SpecTarget};
use lastmile_protocol::{
    BrokenGlass, Digest, InputValue, Millis, Need, Person, RunId, Slug, TargetView, UsedToken,
};
use lastmile_runbook::Concurrency;

fn digest(of: char) -> Digest {
    Digest(of.to_string().repeat(64))
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// What a changed field becomes.
pub(crate) fn everything_else() -> RunSpec {
    RunSpec {
        run: RunId::from("another"),
        runbook: Slug("other".to_owned()),
        revision: digest('1'),
        revision_read: digest('2'),
        action: "another".to_owned(),
        check: true,
        action_digest: digest('3'),
        script: "echo another".to_owned(),
        script_digest: digest('4'),
        language: "python".to_owned(),
        interpreter: vec!["python3".to_owned()],
        inputs: vec![InputValue {
            name: "POOL".to_owned(),
            value: "green".to_owned(),
            secret: false,
            typed: None,
            version: None,
        }],
        target: target(),
        limits: Limits {
            timeout_s: 7,
            grace_s: 8,
            output_cap: 9,
            full_output: FullOutput::Stop,
            processes: Some(10),
            memory: Some(11),
        },
        tty: true,
        leaves_running: true,
        concurrency: Some(Concurrency::Replace),
        requester: Person { id: "bob".into(), name: "Robert".to_owned(), teams: vec!["sre".into()] },
        token: Some(UsedToken { id: "tok-2".into(), name: "nightly".to_owned(), service: some("pipeline") }),
        ticket: some("T-2"),
        incident: some("INC-2"),
        danger: some("Drops all sessions"),
        on_fail: some("#elsewhere"),
        after: vec!["something".to_owned()],
        context: [("LASTMILE_TICKET", "T-2"), ("LASTMILE_REQUESTER", "bob")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        expires: Some(Millis(1)),
        policy: Some(digest('5')),
        asks: vec![("sre".to_owned(), 1)],
        break_glass: Some(BrokenGlass {
            reason: "It burns".to_owned(),
            needs: vec![Need { team: "net".into(), count: 1, why: "house rule".to_owned() }],
            skipped: Vec::new(),
            reviewers: vec!["sre".into()],
            review_by: Millis(2),
            review: None,
            escalated: None,
        }),
        retry_of: Some(RetryOf { run: RunId::from("earlier"), digest: digest('6') }),
    }
}

fn target() -> SpecTarget {
    SpecTarget {
        view: TargetView {
            name: "elsewhere".to_owned(),
            environment: "qa".to_owned(),
            description: some("Elsewhere"),
            team: Some("sre".into()),
            command: vec!["env".to_owned()],
            user: some("root"),
            variables: vec!["PATH".to_owned()],
            secrets: vec!["TOKEN".to_owned()],
        },
        env: [("COLOUR".to_owned(), "red".to_owned())].into(),
        workdir: Some("/".into()),
        concurrency: Some(Concurrency::Replace),
    }
}
