//! What the block tree does not keep and the rules need: where links and code blocks stand in the file, and which ids HTML gives.

use std::{collections::HashSet, ops::Range};

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::{
    finding::Findings,
    front_matter,
    position::{Lines, Position},
};

/// A link or picture as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LinkAt {
    pub(crate) at: Position,
    pub(crate) address: String,
    pub(crate) picture: bool,
}

/// A code block as the file has it.
#[derive(Debug)]
pub(crate) struct CodeAt {
    /// First and last line, those of the fence included.
    pub(crate) lines: (usize, usize),
    pub(crate) at: Position,
    pub(crate) fenced: bool,
    /// The info string; empty where there is none.
    pub(crate) info: String,
    pub(crate) text: String,
    pub(crate) range: Range<usize>,
}

/// What one walk over a file finds.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    pub(crate) links: Vec<LinkAt>,
    pub(crate) codes: Vec<CodeAt>,
    /// Lines of HTML blocks, comments included: first and last.
    pub(crate) html: Vec<(usize, usize)>,
    /// Ids that HTML and heading attributes give.
    pub(crate) ids: HashSet<String>,
    /// First line of the text.
    pub(crate) body_line: usize,
}

/// Walks over `source` (without a byte order mark).
pub(crate) fn survey(source: &str, lines: &Lines<'_>) -> Survey {
    let body_line = front_matter::read(lines, &mut Findings::default()).body_line;
    let start = lines.start(body_line);
    let mut survey = Survey { body_line, ..Survey::default() };
    // As `markdown` reads it.
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    let body = source.get(start..).unwrap_or_default();
    let mut in_heading = false;
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        let range = range.start + start..range.end + start;
        match event {
            Event::Start(Tag::Heading { .. }) => in_heading = true,
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Start(tag) => survey.tag(tag, range, lines),
            Event::Text(text) if in_heading => survey.heading_id(&text),
            Event::Text(text) => survey.text(&text, &range),
            Event::Html(html) => {
                survey.html_lines(&range, lines);
                survey.tags(&html);
            }
            Event::InlineHtml(html) => survey.tags(&html),
            _ => {}
        }
    }
    survey
}

impl Survey {
    fn tag(&mut self, tag: Tag<'_>, range: Range<usize>, lines: &Lines<'_>) {
        match tag {
            Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. } => {}
            Tag::Link { dest_url, .. } => self.link(&dest_url, range.start, false, lines),
            Tag::Image { dest_url, .. } => self.link(&dest_url, range.start, true, lines),
            Tag::CodeBlock(kind) => {
                let (fenced, info) = match kind {
                    CodeBlockKind::Fenced(info) => (true, info.into_string()),
                    CodeBlockKind::Indented => (false, String::new()),
                };
                let last = lines.line(range.end.saturating_sub(1).max(range.start));
                let at = lines.position(range.start);
                self.codes.push(CodeAt {
                    lines: (at.line, last),
                    at,
                    fenced,
                    info,
                    text: String::new(),
                    range,
                });
            }
            _ => {}
        }
    }

    fn link(&mut self, address: &str, offset: usize, picture: bool, lines: &Lines<'_>) {
        self.links.push(LinkAt { at: lines.position(offset), address: address.trim().to_owned(), picture });
    }

    fn text(&mut self, text: &str, range: &Range<usize>) {
        if let Some(code) = self.codes.last_mut().filter(|code| code.range.contains(&range.start)) {
            code.text.push_str(text);
        }
    }

    /// `## Title {#id}`, as Hugo and others have it.
    fn heading_id(&mut self, text: &str) {
        if let Some((_, rest)) = text.split_once("{#")
            && let Some((id, _)) = rest.split_once(['}', ' '])
        {
            self.ids.insert(id.to_owned());
        }
    }

    fn html_lines(&mut self, range: &Range<usize>, lines: &Lines<'_>) {
        let last = lines.line(range.end.saturating_sub(1).max(range.start));
        let first = lines.line(range.start);
        match self.html.last_mut() {
            Some(before) if before.1 + 1 >= first => before.1 = last.max(before.1),
            _ => self.html.push((first, last)),
        }
    }

    /// `id="x"` and `name="x"` in tags.
    fn tags(&mut self, html: &str) {
        for mark in ["id=", "name="] {
            for (at, _) in html.match_indices(mark) {
                let begins = html[..at].ends_with(|c: char| c.is_whitespace());
                let rest = &html[at + mark.len()..];
                let value = match rest.chars().next() {
                    Some(quote @ ('"' | '\'')) => rest[1..].split(quote).next(),
                    _ => rest.split(|c: char| c.is_whitespace() || c == '>').next(),
                };
                if let (true, Some(value)) = (begins, value) {
                    self.ids.insert(value.to_owned());
                }
            }
        }
    }
}
