//! Real runbooks: those of `../shared/corpora` beside the repository where they are, else the project's own
//! fixtures.

use std::{collections::BTreeMap, fs, io, path::PathBuf};

use lastmile_runbook::{Block, Inline, Runbook, Severity, parse};

fn folder() -> PathBuf {
    let crate_folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let corpora = crate_folder.join("../../shared/corpora");
    if corpora.is_dir() {
        return corpora;
    }
    println!("No ../shared/corpora beside the repository: testing with the fixtures in the project.");
    crate_folder.join("tests/fixtures")
}

fn files() -> io::Result<BTreeMap<PathBuf, String>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "md") {
                let text = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
                files.insert(path, text);
            }
        }
    }
    assert!(!files.is_empty());
    Ok(files)
}

/// Every text of the tree, code too.
fn texts(blocks: &[Block], runbook: &Runbook, all: &mut String) {
    for block in blocks {
        match block {
            Block::Heading { inlines, .. } | Block::Paragraph(inlines) | Block::Plain(inlines) => {
                runs(inlines, all);
            }
            Block::Quote { blocks, .. } | Block::Footnote { blocks, .. } => texts(blocks, runbook, all),
            Block::Code { text, .. } | Block::Html(text) => all.push_str(text),
            Block::Action(index) => all.push_str(&runbook.actions[*index].script),
            Block::List { items, .. } => items.iter().for_each(|item| texts(&item.blocks, runbook, all)),
            Block::Table { head, rows, .. } => {
                head.iter().chain(rows.iter().flatten()).for_each(|cell| runs(cell, all));
            }
            Block::Element { blocks, .. } => texts(blocks, runbook, all),
            Block::Rule => {}
        }
        all.push('\n');
    }
}

fn runs(inlines: &[Inline], all: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(text) | Inline::Code(text) => all.push_str(text),
            Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Strikethrough(inner) => {
                runs(inner, all);
            }
            Inline::Link { inlines, .. } | Inline::Element { inlines, .. } => runs(inlines, all),
            Inline::Image { alt, .. } => all.push_str(alt),
            Inline::FootnoteRef(_) => {}
            Inline::SoftBreak | Inline::HardBreak => all.push('\n'),
        }
    }
    all.push('\n');
}

#[test]
fn every_real_runbook_is_read_and_none_gets_a_button() {
    let fixtures = folder().ends_with("fixtures");
    for (path, text) in files().unwrap() {
        let runbook = parse(&text);
        if !fixtures {
            assert!(runbook.actions.is_empty(), "{}", path.display());
            let errors: Vec<_> =
                runbook.problems.iter().filter(|it| it.severity == Severity::Error).collect();
            assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
        }
        for problem in &runbook.problems {
            println!("{}:{}:{} {}", path.display(), problem.line, problem.column, problem.message);
            assert!(problem.line <= text.lines().count());
        }
    }
}

#[test]
fn every_placeholder_in_angle_brackets_can_be_read() {
    let mut found = 0;
    for (path, text) in files().unwrap() {
        let runbook = parse(&text);
        let mut shown = String::new();
        texts(&runbook.blocks, &runbook, &mut shown);
        let visible = without_comments(&text);
        for placeholder in placeholders(&visible) {
            found += 1;
            assert!(shown.contains(&placeholder), "{}: {placeholder} is lost", path.display());
        }
    }
    println!("{found} placeholders");
}

fn without_comments(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    kept + rest
}

/// `<word>` and `<two-words>`: no address, and no element that is drawn as what it is.
fn placeholders(text: &str) -> Vec<String> {
    let inner = text.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(inner, _)| inner);
    let word = |inner: &&str| {
        !inner.is_empty()
            && inner.chars().all(|c| c.is_alphanumeric() || "-_:".contains(c))
            && !["br", "details", "summary"].contains(inner)
    };
    inner.filter(word).map(|inner| format!("<{inner}>")).collect()
}
