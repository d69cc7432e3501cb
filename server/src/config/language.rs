//! `[languages]`: which interpreter runs a fence of which language.

use std::collections::BTreeMap;

use super::ConfigError;

/// The table: what we know, with the file's entries on top.
///
/// # Errors
/// If an entry names no program.
pub(super) fn check(
    given: BTreeMap<String, Vec<String>>,
) -> Result<BTreeMap<String, Vec<String>>, ConfigError> {
    let known: [(&str, &[&str]); 13] = [
        // A fence without a language is a shell script.
        ("", &["sh", "-eu"]),
        ("sh", &["sh", "-eu"]),
        ("shell", &["sh", "-eu"]),
        ("bash", &["bash", "-euo", "pipefail"]),
        ("zsh", &["zsh", "-eu"]),
        ("python", &["python3"]),
        ("python3", &["python3"]),
        ("py", &["python3"]),
        ("ruby", &["ruby"]),
        ("perl", &["perl"]),
        ("js", &["node"]),
        ("javascript", &["node"]),
        ("node", &["node"]),
    ];
    let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let mut all: BTreeMap<String, Vec<String>> =
        known.into_iter().map(|(language, words)| (language.to_owned(), own(words))).collect();
    for (language, words) in given {
        if words.is_empty() {
            return Err(ConfigError::Contradiction(format!(
                "language `{language}` has no interpreter; write it like [\"sh\", \"-eu\"]"
            )));
        }
        all.insert(language.to_lowercase(), words);
    }
    Ok(all)
}
