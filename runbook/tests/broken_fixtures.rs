//! Broken runbooks as authors write them: each file of `broken/` names in its front matter the code and the line that it
//! must give (`# expect: CODE LINE`).

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on fails")]

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fs,
    path::PathBuf,
    sync::Arc,
};

use lastmile_runbook::{
    Severity,
    freshness::Day,
    lint::{Folder, Found, Known, RULES, Report, Server, lint, rule},
    parse,
};

/// A folder with one other file in it.
struct Neighbours;

impl Folder for Neighbours {
    fn find(&self, path: &str) -> Found {
        match path {
            "" => Found::Folder,
            "other.md" => Found::File,
            _ => Found::Nothing,
        }
    }
    fn anchors(&self, _: &str) -> Option<Arc<HashSet<String>>> {
        None
    }
    fn names(&self, _: &str) -> Vec<String> {
        vec!["other.md".into()]
    }
}

fn server() -> Server {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Server {
        teams: set(&["middleware", "noc"]),
        targets: set(&["local", "bar-qa", "bar-prod"]),
        languages: set(&["", "sh", "bash", "python"]),
    }
}

fn reports(text: &str) -> Vec<Report> {
    let server = server();
    let known = Known {
        server: Some(&server),
        folder: Some(&Neighbours),
        path: "x.md",
        owned: false,
        today: Day::new(2026, 11, 24),
    };
    lint(text, &parse(text), &known)
}

fn fixtures() -> BTreeMap<String, String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .map(|path| {
            (path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect()
}

fn expected(text: &str) -> (&str, usize) {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("# expect: "))
        .expect("a fixture names what it must give");
    let (code, line) = line.split_once(' ').unwrap();
    (code, line.parse().unwrap())
}

#[test]
fn every_broken_fixture_gives_its_code_in_its_line_and_no_other_error() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 40);
    for (name, text) in &fixtures {
        let (code, line) = expected(text);
        let reports = reports(text);
        let given: Vec<_> = reports.iter().map(|it| (it.problem.code.as_str(), it.problem.line)).collect();
        assert!(given.contains(&(code, line)), "{name}: no {code} in line {line}, but {reports:#?}");
        // What follows from the fault (a gate over a broken input, a second bearer of the name) may be told as well.
        let follows = ["broken-input", "front-matter", "duplicate-name", "unclosed-fence"];
        let others: Vec<_> = given.iter().filter(|it| it.0 != code && !follows.contains(&it.0)).collect();
        assert!(others.is_empty(), "{name}: {others:?}");
    }
}

#[test]
fn a_fixture_with_an_error_in_an_action_has_it_disabled() {
    for (name, text) in fixtures() {
        let runbook = parse(&text);
        for problem in runbook.problems.iter().filter(|it| it.severity == Severity::Error) {
            if let Some(action) = problem.action.as_deref().and_then(|name| runbook.action(name)) {
                assert!(action.disabled, "{name}: {problem:?}");
            }
        }
    }
}

#[test]
fn the_fixtures_cover_the_errors_that_authors_make() {
    let covered: BTreeSet<String> = fixtures().values().map(|text| expected(text).0.to_owned()).collect();
    let missing: Vec<_> =
        RULES.iter().map(|rule| rule.code).filter(|code| !covered.contains(*code)).collect();
    // These need no fence, or a file of 200 inputs.
    assert_eq!(
        missing,
        ["unreadable", "front-matter", "too-many-inputs", "anchor-taken", "broken-input", "not-a-step"]
    );
}

#[test]
fn every_report_has_a_rule_and_a_mend() {
    for (name, text) in fixtures() {
        for report in reports(&text) {
            assert!(rule(&report.problem.code).is_some(), "{name}: {}", report.problem.code);
            assert!(report.mend.len() > 5 && report.mend.ends_with(['.', '?']), "{name}: {}", report.mend);
        }
    }
}
