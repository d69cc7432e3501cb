//! The page for authors says what the parser does.

use lastmile_runbook::parse;

const PAGE: &str = include_str!("../../docs/FORMAT.md");

#[test]
fn the_pages_example_has_no_problems() {
    let example = PAGE.split("````md\n").nth(1).and_then(|rest| rest.split("\n````").next()).unwrap();
    let runbook = parse(example);
    assert_eq!(runbook.problems, []);
    assert_eq!((runbook.actions.len(), runbook.steps.len()), (2, 1));
}

#[test]
fn the_page_itself_makes_no_button() {
    let runbook = parse(PAGE);
    assert_eq!((runbook.actions.len(), runbook.problems.as_slice()), (0, &[][..]));
}

#[test]
fn every_problem_code_stands_on_the_page() {
    for source in [
        include_str!("broken_fences.rs"),
        include_str!("inputs.rs"),
        include_str!("markdown.rs"),
        include_str!("example.rs"),
    ] {
        for word in source.split('"').filter(|word| is_code(word)) {
            assert!(PAGE.contains(&format!("`{word}`")), "{word} is missing");
        }
    }
}

/// Codes in the tests' tables all have one of these beginnings.
fn is_code(word: &str) -> bool {
    let known = [
        "bad-",
        "unknown-",
        "duplicate-",
        "yaml-",
        "not-a",
        "missing-",
        "unclosed-",
        "stray-",
        "wrong-",
        "reserved-",
    ];
    known.iter().any(|start| word.starts_with(start))
        && word.bytes().all(|b| b == b'-' || b.is_ascii_lowercase())
}
