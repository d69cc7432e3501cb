//! Where a runbook matches: what is marked in its title and names, and the passage that is quoted. Pure.

use std::collections::BTreeSet;
use std::ops::Range;

use lastmile_protocol::{Hit, NameHit, NameKind, Piece, SectionHit};

use super::sections::{Passage, Section, sections};
use super::wanted::{Wanted, WantedWord};
use super::words::{Word, words};
use crate::catalog::Entry;

/// How much of a passage is quoted, in bytes, before and behind the first match.
const BEFORE: usize = 50;
const BEHIND: usize = 130;
/// At most so many names are shown as matching.
const MOST_NAMES: usize = 4;

/// Where the entry matches.
pub(super) fn hit(entry: &Entry, wanted: &Wanted) -> Hit {
    let row = &entry.summary;
    let alerts = row.alerts.iter().map(|name| (NameKind::Alert, name.as_str()));
    let tags = row.tags.iter().map(|name| (NameKind::Tag, name.as_str()));
    let all = alerts.chain(tags).chain([(NameKind::Slug, row.slug.as_str())]);
    let names = all.filter_map(|(kind, name)| {
        let marks = marks(name, wanted);
        (!marks.is_empty()).then(|| NameHit { kind, text: pieces(name, 0..name.len(), &marks) })
    });
    Hit {
        title: pieces(&row.title, 0..row.title.len(), &marks(&row.title, wanted)),
        names: names.take(MOST_NAMES).collect(),
        section: best(&sections(&entry.runbook), &row.title, wanted),
    }
}

/// A place in a text where a word of the search stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    at: Range<usize>,
    /// Which word of the search.
    word: usize,
}

/// The section that has most of the words, with the passage that has most of them; the first of equals.
fn best(sections: &[Section], title: &str, wanted: &Wanted) -> Option<SectionHit> {
    let mut best: Option<(usize, SectionHit)> = None;
    for section in sections {
        let heading = marks(&section.heading, wanted);
        // The title is shown already: a heading that repeats it is no news.
        let news = if section.heading == title { 0 } else { kinds(&heading) };
        let quoted = section
            .passages
            .iter()
            // An action is often called like the heading above it.
            .filter(|passage| passage.text != section.heading)
            .map(|passage| (passage, marks(&passage.text, wanted)))
            .max_by_key(|(_, marks)| {
                (kinds(marks), std::cmp::Reverse(marks.first().map(|mark| mark.at.start)))
            })
            .filter(|(_, marks)| !marks.is_empty());
        let found = heading.iter().chain(quoted.iter().flat_map(|(_, marks)| marks));
        let words = found.map(|mark| mark.word).collect::<BTreeSet<_>>().len();
        let passage = quoted.as_ref().map_or(0, |(_, marks)| kinds(marks));
        let worth = words * 4 + news * 2 + passage;
        if (news > 0 || quoted.is_some()) && best.as_ref().is_none_or(|(most, _)| worth > *most) {
            best = Some((worth, describe(section, title, &heading, quoted)));
        }
    }
    best.map(|(_, section)| section)
}

fn describe(
    section: &Section,
    title: &str,
    heading: &[Mark],
    quoted: Option<(&Passage, Vec<Mark>)>,
) -> SectionHit {
    let text = if section.heading == title { "" } else { section.heading.as_str() };
    SectionHit {
        anchor: section.anchor.clone(),
        heading: if text.is_empty() { Vec::new() } else { pieces(text, 0..text.len(), heading) },
        code: quoted.as_ref().is_some_and(|(passage, _)| passage.code),
        excerpt: quoted.map_or_else(Vec::new, |(passage, marks)| {
            pieces(&passage.text, window(&passage.text, passage.code, &marks), &marks)
        }),
    }
}

/// How many words of the search are marked.
fn kinds(marks: &[Mark]) -> usize {
    marks.iter().map(|mark| mark.word).collect::<BTreeSet<_>>().len()
}

/// The part of a passage that is quoted: around the place where most words of the search stand close together.
fn window(text: &str, code: bool, marks: &[Mark]) -> Range<usize> {
    let close = |first: &Mark| {
        let near = marks
            .iter()
            .filter(|mark| mark.at.start >= first.at.start && mark.at.end <= first.at.start + BEHIND);
        near.map(|mark| mark.word).collect::<BTreeSet<_>>().len()
    };
    // Of equals the first: `max_by_key` gives the last.
    let first = marks.iter().rev().max_by_key(|mark| close(mark)).map_or(0, |mark| mark.at.start);
    let (mut from, mut to) = (first.saturating_sub(BEFORE), (first + BEHIND).min(text.len()));
    if code {
        // A line of code is read from its beginning, if that is not too far away.
        let line = text.get(..first).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        from = from.max(line);
    }
    let is_cut = |at: usize| text.get(..at).is_some_and(|before| !before.ends_with(char::is_whitespace));
    while from > 0 && (!text.is_char_boundary(from) || is_cut(from)) && first - from < 2 * BEFORE {
        from -= 1;
    }
    while !text.is_char_boundary(from) {
        from += 1;
    }
    while !text.is_char_boundary(to) {
        to += 1;
    }
    from..to
}

/// The window of the text in pieces, marked and unmarked in turn, with an ellipsis where it was cut. White space
/// becomes one blank.
fn pieces(text: &str, window: Range<usize>, marks: &[Mark]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut add = |piece: &str, hit: bool| {
        let mut piece = one_line(piece);
        let follows_blank = pieces.last().is_none_or(|last| last.text.ends_with(' '));
        if follows_blank && piece.starts_with(' ') {
            piece.remove(0);
        }
        if piece.is_empty() {
            return;
        }
        match pieces.last_mut() {
            Some(last) if last.hit == hit => last.text.push_str(&piece),
            _ => pieces.push(Piece { text: piece, hit }),
        }
    };
    if text.get(..window.start).is_some_and(|before| !before.trim().is_empty()) {
        add("… ", false);
    }
    let mut at = window.start;
    for mark in marks {
        let (start, end) = (mark.at.start.max(at), mark.at.end.min(window.end));
        if start < end {
            add(text.get(at..start).unwrap_or_default(), false);
            add(text.get(start..end).unwrap_or_default(), true);
            at = end;
        }
    }
    add(text.get(at..window.end).unwrap_or_default(), false);
    if text.get(window.end..).is_some_and(|behind| !behind.trim().is_empty()) {
        add(" …", false);
    }
    pieces
}

/// All white space in a row becomes one blank.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_whitespace() {
            line.push(c);
        } else if !line.ends_with(' ') {
            line.push(' ');
        }
    }
    line
}

/// Where words of the search stand in the text, in order, none over another.
fn marks(text: &str, wanted: &Wanted) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for word in words(text) {
        let found = wanted.words.iter().enumerate().flat_map(|(at, wanted)| {
            places(&word, wanted).into_iter().map(move |place| Mark { at: place, word: at })
        });
        marks.extend(found);
    }
    marks.sort_by_key(|mark| (mark.at.start, std::cmp::Reverse(mark.at.end)));
    marks
}

/// The parts of a word of the text in which a word of the search stands.
fn places(word: &Word, wanted: &WantedWord) -> Vec<Range<usize>> {
    let forms = wanted.beginnings.iter().chain(&wanted.near).chain(&wanted.parts);
    let mut places = Vec::new();
    for form in forms {
        let from = (0..word.parts.len()).find_map(|from| reaches(word, from, form, wanted.whole));
        places.extend(from);
    }
    places
}

/// The parts from `from` on that hold `form` at their beginning.
fn reaches(word: &Word, from: usize, form: &str, whole: bool) -> Option<Range<usize>> {
    let mut rest = form;
    let first = word.parts.get(from)?;
    for part in word.parts.iter().skip(from) {
        if part.text.starts_with(rest) && (!whole || part.text == rest) {
            return Some(first.at.start..part.at.end);
        }
        rest = rest.strip_prefix(part.text.as_str())?;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The pieces with what is marked in brackets.
    fn shown(pieces: &[Piece]) -> String {
        pieces.iter().map(|it| if it.hit { format!("[{}]", it.text) } else { it.text.clone() }).collect()
    }

    fn marked(text: &str, typed: &str) -> String {
        shown(&pieces(text, 0..text.len(), &marks(text, &Wanted::read(typed))))
    }

    fn section(source: &str, typed: &str) -> (Option<String>, String, String) {
        let book = lastmile_runbook::parse(source);
        let title = book.title.clone().unwrap_or_default();
        let hit = best(&sections(&book), &title, &Wanted::read(typed)).unwrap();
        (hit.anchor, shown(&hit.heading), shown(&hit.excerpt))
    }

    #[test]
    fn what_was_looked_for_is_marked_in_names_of_several_parts() {
        for (text, typed, expected) in [
            ("KubePodCrashLooping", "crashloop", "KubePod[CrashLooping]"),
            ("KubePodCrashLooping", "pod kube", "[Kube][Pod]CrashLooping"),
            ("Restart the ha-proxy", "haproxy restarting", "[Restart] the [ha-proxy]"),
            ("the HAProxy pool", "ha-proxy", "the [HAProxy] pool"),
            ("Zürich", "zurich", "[Zürich]"),
            ("nothing here", "pool", "nothing here"),
        ] {
            assert_eq!(marked(text, typed).replace("][", ""), expected.replace("][", ""), "{typed}");
        }
    }

    #[test]
    fn the_section_with_most_of_the_words_is_quoted() {
        let source =
            "# Pool\nThe pool.\n## Restart it\nAsk first, then restart the pool.\n## Else\nThe pool.\n";
        let found = section(source, "restart pool");
        assert_eq!(found.0.as_deref(), Some("restart-it"));
        assert_eq!(found.1, "[Restart] it");
        assert_eq!(found.2, "Ask first, then [restart] the [pool].");
    }

    #[test]
    fn a_long_passage_is_cut_at_words_around_the_match() {
        let source = format!("# T\n{}needle {}", "word ".repeat(100), "more ".repeat(100));
        let (_, _, quoted) = section(&source, "needle");
        assert!(
            quoted.starts_with("… word") && quoted.contains(" [needle] more") && quoted.ends_with('…'),
            "{quoted}"
        );
        assert!(quoted.len() < 250, "{quoted}");
    }

    #[test]
    fn code_is_quoted_in_one_line() {
        let (_, _, quoted) = section("# T\n```sh\nset -e\n\tkubectl get pods\n```\n", "kubectl");
        assert_eq!(quoted, "… [kubectl] get pods");
    }

    proptest! {
        #[test]
        fn any_window_of_any_text_is_quoted_from_the_text(text in "\\PC{0,400}|[a-zé \n]{0,600}", typed in "[a-zé]{1,2}( [a-z])?") {
            let wanted = Wanted::read(&typed);
            let marks = marks(&text, &wanted);
            if !marks.is_empty() {
                for code in [false, true] {
                    let quoted: String =
                        pieces(&text, window(&text, code, &marks), &marks).iter().map(|it| it.text.as_str()).collect();
                    let inner = quoted.trim_start_matches("… ").trim_end_matches('…').trim_end();
                    prop_assert!(one_line(&text).contains(inner), "{:?} in {:?}", quoted, text);
                }
            }
        }
    }
}
