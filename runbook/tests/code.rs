//! Commands and placeholders of real code blocks.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::path::{Path, PathBuf};

use lastmile_runbook::console::{LineKind, commands, session};
use lastmile_runbook::parse;
use lastmile_runbook::placeholder::placeholders;
use proptest::prelude::*;

/// Every markdown file below `folder`.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            found.push(path);
        }
    }
}

/// What holds for every block, whatever stands in it.
fn check(language: Option<&str>, text: &str, place: &str) {
    let copied = commands(language, text);
    match session(language, text) {
        None => assert_eq!(copied, text.strip_suffix('\n').unwrap_or(text), "{place}"),
        Some(lines) => {
            for line in &lines {
                let begins = line.start + line.prompt.len();
                assert_eq!(text.get(line.start..begins), Some(line.prompt), "{place}");
                assert_eq!(text.get(begins..begins + line.text.len()), Some(line.text), "{place}");
            }
            let whole: usize = lines.iter().map(|line| line.prompt.len() + line.text.len()).sum();
            assert_eq!(whole, text.len() - text.matches('\n').count(), "{place}");
            let typed = lines.iter().filter(|line| line.kind == LineKind::Command).count();
            assert!(copied.is_empty() || copied.matches('\n').count() + 1 == typed, "{place}");
        }
    }
    let mut before = 0;
    for range in placeholders(language, text, &|_| false) {
        assert!(
            range.start >= before && text.get(range.clone()).is_some_and(|it| !it.contains('\n')),
            "{place}"
        );
        before = range.end;
    }
}

#[test]
fn every_block_of_the_corpora_copies_commands_without_prompts() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora");
    if !corpora.is_dir() {
        return;
    }
    let mut found = Vec::new();
    files(&corpora, &mut found);
    let (mut blocks, mut sessions, mut marks) = (0, 0, 0);
    for path in found {
        let runbook = parse(&std::fs::read_to_string(&path).unwrap());
        for block in runbook.code_blocks() {
            let (language, place) = (Some(block.language), format!("{}\n{}", path.display(), block.text));
            check(language, block.text, &place);
            let copied = commands(language, block.text);
            if session(language, block.text).is_some() {
                sessions += 1;
                assert!(!copied.is_empty(), "{place}");
                assert!(copied.lines().all(|line| !line.starts_with("$ ")), "{place}");
            }
            blocks += 1;
            marks += placeholders(language, block.text, &|_| false).len();
        }
    }
    println!("{blocks} blocks, {sessions} of them show a terminal, {marks} placeholders");
    assert!(blocks > 1000 && sessions > 450 && marks > 500, "{blocks} {sessions} {marks}");
}

proptest! {
    #[test]
    fn whatever_a_block_holds_its_lines_and_placeholders_are_parts_of_it(
        language in prop::sample::select(vec!["console", "sh", "bash", "yaml", ""]),
        lines in prop::collection::vec("(\\$ |# |> |<<EOF|EOF|'|\"|\\\\|\\$\\{?[A-Z]{1,3}\\}?|<[a-z]{1,3}>|\\{\\{x\\}\\}|é| |[a-z#|&;=]){0,9}", 0..12),
    ) {
        let text = lines.join("\n");
        check(Some(language), &text, &text);
    }
}

#[test]
fn hostile_blocks_take_no_time() {
    let started = std::time::Instant::now();
    for piece in [
        "$ cat <<EOF\n",
        "$ echo '\n",
        "$ a \\\n",
        "# a\n",
        "<a> ",
        "${A ",
        "{{",
        "</a>",
        "$A=",
        "'$",
        "$ x\n'\n",
    ] {
        let text = piece.repeat(100_000 / piece.len());
        for language in ["console", "sh"] {
            let began = std::time::Instant::now();
            check(Some(language), &text, piece);
            println!("{language} {piece:?} {:?}", began.elapsed());
        }
    }
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
