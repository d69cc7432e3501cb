//! One question to a command or an address, and the people in its answer.

use std::time::Duration;

use serde_json::Value;

use crate::ask_command::{self, Said};
use crate::config::{Ask, OnCallSource};

/// Whoever takes longer has not answered.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest answer, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// Nobody knows who is on call.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    /// The command can't be run.
    #[error("the command can't be run: {0}")]
    Command(#[from] std::io::Error),
    /// It says more than anybody wants to read.
    #[error("the answer has more than {LONGEST} bytes")]
    Long,
    /// The command failed.
    #[error("the command ended with {0}")]
    Failed(std::process::ExitStatus),
    /// It took too long.
    #[error("there was no answer within {} s", PATIENCE.as_secs())]
    Late,
    /// The address gave no answer. Its own text may hold the address, and that a token.
    #[error("the address gave no answer that can be used")]
    Address,
    /// The answer is no JSON.
    #[error("the answer is no JSON: {0}")]
    Malformed(#[from] serde_json::Error),
    /// There is nobody in it.
    #[error("the answer names nobody at `{0}`")]
    Nobody(String),
}

/// # Errors
/// Why nobody knows.
pub(super) async fn fetch(source: &OnCallSource) -> Result<Vec<String>, FetchError> {
    let answer =
        tokio::time::timeout(PATIENCE, answer(&source.ask)).await.map_err(|_| FetchError::Late)??;
    let people = people(&serde_json::from_slice(&answer)?, &source.people);
    if people.is_empty() { Err(FetchError::Nobody(source.people.clone())) } else { Ok(people) }
}

async fn answer(ask: &Ask) -> Result<Vec<u8>, FetchError> {
    match ask {
        Ask::Command(words, folder) => match ask_command::ask(words, Some(folder), LONGEST).await? {
            Said::All(status, answer) if status.success() => Ok(answer),
            Said::All(status, _) => Err(FetchError::Failed(status)),
            Said::TooMuch => Err(FetchError::Long),
        },
        Ask::Url(url, header) => {
            let (url, header) = (url.clone(), header.clone());
            let got = tokio::task::spawn_blocking(move || get(&url, header)).await;
            got.ok().flatten().ok_or(FetchError::Address)
        }
    }
}

fn get(url: &str, header: Option<(String, String)>) -> Option<Vec<u8>> {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).max_redirects(0).build().into();
    let mut request = agent.get(url);
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    let mut answer = request.call().ok().filter(|answer| answer.status().is_success())?;
    answer.body_mut().with_config().limit(LONGEST).read_to_vec().ok()
}

/// The texts at a path such as `oncalls.*.user.email`; a list at its end counts with all its texts.
fn people(answer: &Value, path: &str) -> Vec<String> {
    let mut found = vec![answer];
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let step = |value: &'_ Value| -> Vec<usize> {
            match (part, value.as_array()) {
                ("*", Some(list)) => (0..list.len()).collect(),
                (number, Some(_)) => number.parse().into_iter().collect(),
                _ => Vec::new(),
            }
        };
        found = found
            .into_iter()
            .flat_map(|value| match value {
                Value::Array(list) => {
                    step(value).into_iter().filter_map(|at| list.get(at)).collect::<Vec<_>>()
                }
                other => other.get(part).into_iter().collect(),
            })
            .collect();
    }
    let texts = found.into_iter().flat_map(|value| match value {
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>(),
        other => other.as_str().into_iter().collect(),
    });
    let mut people: Vec<_> = texts.map(str::to_owned).collect();
    people.sort();
    people.dedup();
    people
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{FetchError, fetch, people};
    use crate::config::{Ask, OnCallSource};

    #[tokio::test]
    async fn what_a_command_answers_that_names_nobody_is_no_answer() {
        let folder = tempfile::tempdir().unwrap();
        let fetched = async |script: &str| {
            let words = ["sh", "-c", script].map(str::to_owned).to_vec();
            let ask = Ask::Command(words, folder.path().to_owned());
            let refresh = std::time::Duration::from_secs(1);
            fetch(&OnCallSource { ask, people: "people".to_owned(), refresh }).await
        };
        assert_eq!(fetched("echo '{\"people\": [\"ann\"]}'").await.unwrap(), ["ann"]);
        assert!(matches!(
            fetched("echo '{\"people\": [\"ann\"]}'; exit 1").await,
            Err(FetchError::Failed(_))
        ));
        assert!(matches!(fetched("echo ann").await, Err(FetchError::Malformed(_))));
        assert!(matches!(fetched("while :; do echo ann; done").await, Err(FetchError::Long)));
        for nobody in ["[]", "{}", "{\"people\": [7, null]}"] {
            assert!(
                matches!(fetched(&format!("echo '{nobody}'")).await, Err(FetchError::Nobody(_))),
                "{nobody}"
            );
        }
    }

    #[test]
    fn people_are_found_in_the_answers_of_those_who_plan_duties() {
        let plain = json!(["ann", "bob", "ann", 7]);
        assert_eq!(people(&plain, ""), ["ann", "bob"]);
        let by_user =
            json!({"oncalls": [{"user": {"email": "b@x"}}, {"user": {"email": "a@x"}}, {"user": null}]});
        assert_eq!(people(&by_user, "oncalls.*.user.email"), ["a@x", "b@x"]);
        let nested = json!({"data": {"onCallRecipients": ["c@x"]}});
        assert_eq!(people(&nested, "data.onCallRecipients"), ["c@x"]);
        let first = json!({"results": [{"users": ["d"]}, {"users": ["e"]}]});
        assert_eq!(people(&first, "results.0.users"), ["d"]);
        assert!(people(&first, "results.x.users").is_empty() && people(&json!({}), "a.b").is_empty());
    }
}
