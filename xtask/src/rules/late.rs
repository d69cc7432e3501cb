//! What runs late may find the page gone that it was begun on. There, reading a signal or running a callback that went with
//! the page is a panic, and a panic is the end of the app; so it asks (`try_get`, `try_run`), or reads before it waits.

use super::{Finding, source, texts};
use anyhow::Result;
use std::path::Path;

/// What begins code that runs later, up to its bracket.
const LATE: [&str; 6] = [
    "async move {",
    "async {",
    "spawn_local(",
    "request_animation_frame(",
    "set_timeout(",
    "set_timeout_with_handle(",
];

/// Calls that panic on what was disposed; each has a sister with `try_` before its name.
const PANICS: [&str; 12] = [
    ".run(",
    ".get()",
    ".get_untracked()",
    ".get_value()",
    ".with(",
    ".with_untracked(",
    ".with_value(",
    ".read()",
    ".read_untracked()",
    ".read_value()",
    ".write()",
    ".write_value()",
];

/// Checks the whole app.
pub(super) fn check(root: &Path) -> Result<Vec<Finding>> {
    Ok(texts(root, "src", "rs")?.iter().flat_map(|(name, text)| violations(name, text)).collect())
}

fn violations(name: &str, text: &str) -> Vec<Finding> {
    let code = source::code(text);
    let mut found: Vec<(usize, &str)> = LATE
        .iter()
        .flat_map(|begin| code.match_indices(begin).map(|(at, begin)| at + begin.len() - 1))
        .flat_map(|open| calls(&code, open, open + bracket_length(&code[open..])))
        .collect();
    found.sort_unstable();
    // A late block in a late block was looked at twice.
    found.dedup();
    let line = |at: usize| code[..at].matches('\n').count() + 1;
    let say = |(at, call): (usize, &str)| {
        let what = format!("`{call}` in what runs late panics where the page is gone: use its try_ form");
        Finding::new(format!("{name}:{}", line(at)), what)
    };
    found.into_iter().map(say).collect()
}

/// Calls that panic between two places.
fn calls(code: &str, from: usize, to: usize) -> Vec<(usize, &'static str)> {
    let inside = &code[from..to];
    let places = |call: &&'static str| {
        let call = *call;
        inside.match_indices(call).map(move |(at, _)| (from + at, call)).collect::<Vec<_>>()
    };
    PANICS.iter().flat_map(places).collect()
}

/// From an opening bracket to behind the one that closes it.
fn bracket_length(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, it) in code.char_indices() {
        match it {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' if depth <= 1 => return at + 1,
            ')' | '}' | ']' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        violations("src/a.rs", text).into_iter().map(|finding| finding.place).collect()
    }

    #[test]
    fn a_callback_after_an_answer_must_ask_whether_it_is_still_there() {
        let text = "spawn_local(async move {\n  let run = api::start(&id).await;\n  on_change.run(run);\n});\non_change.run(a);";
        assert_eq!(lines(text), ["src/a.rs:3"]);
        assert_eq!(lines(&text.replacen(".run(", ".try_run(", 1)), [] as [&str; 0]);
    }

    #[test]
    fn timers_and_frames_are_late_and_what_is_read_before_them_is_not() {
        let text = "let id = run.get_untracked();\nset_timeout(move || count.get(), WAIT);\nrequest_animation_frame(move || {\n  list.get_value() });";
        assert_eq!(lines(text), ["src/a.rs:2", "src/a.rs:4"]);
    }

    #[test]
    fn tests_and_comments_are_not_looked_at() {
        assert_eq!(
            lines("async {\n  // it.get()\n}\n#[cfg(test)]\nmod tests { fn f() { async { it.get() }; } }"),
            [] as [&str; 0]
        );
    }
}
