//! The few scripts written by hand: nothing in them may turn a string into markup or code.

use super::{Finding, texts};
use anyhow::Result;
use std::path::Path;

/// What a browser offers for it. A call is written with its bracket, so that prose may use the word.
const NEVER: [&str; 12] = [
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "createContextualFragment",
    "setHTMLUnsafe",
    "parseHTMLUnsafe",
    "parseFromString",
    "srcdoc",
    "document.write",
    "eval(",
    "Function(",
    "javascript:",
];

/// Checks every script that is served as it is.
pub(super) fn check(root: &Path) -> Result<Vec<Finding>> {
    let scripts = texts(root, "public", "js")?;
    Ok(scripts.iter().flat_map(|(name, text)| violations(name, text)).collect())
}

fn violations(name: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let code = line.split_once("//").map_or(line, |(code, _)| code);
        for never in NEVER.iter().filter(|never| code.contains(**never)) {
            findings.push(Finding::new(format!("{name}:{}", number + 1), format!("must never use {never}")));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_makes_markup_or_code_of_a_string_is_found_with_its_line() {
        let script = "start();\nnode.innerHTML = text;\nwindow.eval(text);\n";
        let places: Vec<String> = violations("a.js", script).into_iter().map(|it| it.place).collect();
        assert_eq!(places, ["a.js:2", "a.js:3"]);
    }

    #[test]
    fn a_comment_about_it_is_none() {
        assert_eq!(violations("a.js", "// never innerHTML\nconst evaluated = 1;"), []);
    }
}
