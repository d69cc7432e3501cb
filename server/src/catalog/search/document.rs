//! A runbook as the index takes it: terms, sorted by where they stand. Pure.

use lastmile_protocol::{RunbookSummary, TeamName};
use lastmile_runbook::Runbook;

use super::sections::sections;
use super::words::words;
use crate::catalog::Entry;
use crate::store::Document;

/// What is indexed of an entry; the index has it already if it knows this.
pub(crate) fn mark(entry: &Entry) -> String {
    let team = entry.summary.team.as_ref().map_or("", |team| team.as_str());
    format!("{} {team}", entry.revision)
}

pub(crate) fn document(entry: &Entry) -> Document {
    let (row, book) = (&entry.summary, &entry.runbook);
    let mut document = Document {
        slug: row.slug.clone(),
        mark: mark(entry),
        title: terms(&row.title),
        names: names(row, book).map(terms).collect(),
        headings: String::new(),
        prose: String::new(),
        code: String::new(),
    };
    for section in sections(book) {
        append(&mut document.headings, &section.heading);
        for passage in section.passages {
            append(if passage.code { &mut document.code } else { &mut document.prose }, &passage.text);
        }
    }
    document
}

/// The terms by which a runbook is called: these are known in spite of slips.
pub(crate) fn name_terms(entry: &Entry) -> impl Iterator<Item = String> + '_ {
    let names = names(&entry.summary, &entry.runbook).chain([entry.summary.title.as_str()]);
    names.flat_map(words).flat_map(|word| word.terms())
}

fn names<'a>(row: &'a RunbookSummary, book: &'a Runbook) -> impl Iterator<Item = &'a str> {
    let lists = row.tags.iter().chain(&row.alerts).map(String::as_str);
    let single =
        [row.service.as_deref(), row.team.as_ref().map(TeamName::as_str), book.meta.owner.as_deref()];
    lists.chain(single.into_iter().flatten()).chain([row.slug.as_str()])
}

fn terms(text: &str) -> String {
    let mut terms = String::new();
    append(&mut terms, text);
    terms
}

fn append(terms: &mut String, text: &str) {
    for term in words(text).flat_map(|word| word.terms()) {
        terms.push_str(&term);
        terms.push(' ');
    }
}
