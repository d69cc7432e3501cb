//! YAML with places: a small tree in which every node knows where it stands in the file.
//!
//! YAML 1.2, and of it only what a header needs: mappings, sequences, scalars. Anchors, aliases, tags and
//! further documents are refused, depth and length are bounded.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, StrInput};

use crate::{finding::Fault, position::Position};

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 16;
/// Longest text that is read, in bytes.
const MAX_BYTES: usize = 256 * 1024;

/// Where a YAML text stands in the file.
pub(crate) struct Origin {
    /// Line of the file in which it begins.
    pub(crate) first_line: usize,
    /// For each of its lines, how many characters of the file's line stand before it.
    pub(crate) columns: Vec<usize>,
}

impl Origin {
    fn locate(&self, marker: Marker) -> Position {
        let at = marker.line().saturating_sub(1);
        let before = self.columns.get(at).copied().unwrap_or(0);
        Position { line: self.first_line + at, column: before + marker.col() + 1 }
    }
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) at: Position,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// Nothing was written, or `null`, or `~`.
    Null,
    Scalar {
        text: String,
        /// Written in quotes or as a block: never a boolean or a number.
        quoted: bool,
    },
    Sequence(Vec<Node>),
    /// In the order of the file; a repeated key is reported and left out.
    Mapping(Vec<Entry>),
}

/// One entry of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) at: Position,
    pub(crate) key: String,
    pub(crate) node: Node,
}

impl Node {
    /// The entry's node, if this is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// The entries of a mapping; none for anything else.
    pub(crate) fn entries(&self) -> &[Entry] {
        if let Value::Mapping(entries) = &self.value { entries } else { &[] }
    }
}

/// Reads `text`; repeated keys go to `repeated`, all else that is wrong ends the reading.
pub(crate) fn read(text: &str, origin: &Origin, repeated: &mut Vec<Fault>) -> Result<Node, Fault> {
    let start = Position { line: origin.first_line, column: origin.columns.first().map_or(1, |c| c + 1) };
    if text.len() > MAX_BYTES {
        return Err(Fault::new(start, "yaml", "This is longer than 256 KiB; shorten it."));
    }
    let last = text.lines().last().unwrap_or_default();
    let end = Marker::new(text.len(), text.lines().count().max(1), last.chars().count());
    let mut reader = Reader { parser: Parser::new_from_str(text), origin, end, repeated };
    let mut root = None;
    loop {
        let (event, span) = reader.next()?;
        match event {
            Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
            Event::StreamEnd => break,
            _ if root.is_some() => {
                let message = "A second YAML document begins here; keep to one.";
                return Err(Fault::new(origin.locate(span.start), "yaml", message));
            }
            event => root = Some(reader.node(event, span, 0)?),
        }
    }
    Ok(root.unwrap_or(Node { at: start, value: Value::Null }))
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    origin: &'a Origin,
    /// Where the text ends.
    end: Marker,
    repeated: &'a mut Vec<Fault>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Fault> {
        match self.parser.next_event() {
            Some(Ok(found)) => Ok(found),
            Some(Err(error)) => {
                let message = format!("This is not valid YAML: {}.", error.info());
                let marker = *error.marker();
                // What is missing at the end is reported a line below it: that line may not exist.
                let at = if marker.line() > self.end.line() { self.end } else { marker };
                Err(Fault::new(self.origin.locate(at), "yaml", message))
            }
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, Fault> {
        let at = self.origin.locate(span.start);
        let (anchor, tag) = match &event {
            Event::Scalar(_, _, anchor, tag) => (*anchor, tag.is_some()),
            Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => (*anchor, tag.is_some()),
            _ => (0, false),
        };
        if anchor != 0 || tag {
            return Err(Fault::new(
                at,
                "yaml-feature",
                "YAML anchors and tags are not supported; write the value.",
            ));
        }
        if depth > MAX_DEPTH {
            return Err(Fault::new(at, "yaml", "This is nested too deeply."));
        }
        let value = match event {
            Event::Scalar(text, style, ..) => scalar(&text, style),
            Event::SequenceStart(..) => Value::Sequence(self.sequence(depth)?),
            Event::MappingStart(..) => Value::Mapping(self.mapping(depth)?),
            Event::Alias(_) => {
                return Err(Fault::new(
                    at,
                    "yaml-feature",
                    "YAML aliases are not supported; write the value.",
                ));
            }
            _ => return Err(Fault::new(at, "yaml", "This is not valid YAML.")),
        };
        Ok(Node { at, value })
    }

    fn sequence(&mut self, depth: usize) -> Result<Vec<Node>, Fault> {
        let mut nodes = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(nodes);
            }
            nodes.push(self.node(event, span, depth + 1)?);
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<Vec<Entry>, Fault> {
        let mut entries = Vec::new();
        let mut seen = std::collections::HashSet::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                return Ok(entries);
            }
            let key = self.node(event, span, depth + 1)?;
            let Value::Scalar { text, .. } = key.value else {
                return Err(Fault::new(key.at, "yaml", "A key must be a plain word."));
            };
            let (event, span) = self.next()?;
            let node = self.node(event, span, depth + 1)?;
            if seen.insert(text.clone()) {
                entries.push(Entry { at: key.at, key: text, node });
            } else {
                let message = format!("`{text}` is given twice; keep one of them.");
                self.repeated.push(Fault::new(key.at, "duplicate-key", message));
            }
        }
    }
}

fn scalar(text: &str, style: ScalarStyle) -> Value {
    let quoted = style != ScalarStyle::Plain;
    if !quoted && matches!(text, "" | "~" | "null" | "Null" | "NULL") {
        return Value::Null;
    }
    Value::Scalar { text: text.to_owned(), quoted }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_plain(text: &str) -> (Result<Node, Fault>, Vec<Fault>) {
        let mut repeated = Vec::new();
        let node = read(text, &Origin { first_line: 10, columns: vec![3; 9] }, &mut repeated);
        (node, repeated)
    }

    #[test]
    fn nodes_know_their_place_in_the_file() {
        let node = read_plain("a: 1\nb: [x, yes]\n").0.unwrap();
        let list = node.get("b").unwrap();
        let Value::Sequence(items) = &list.value else { panic!("a sequence") };
        assert_eq!(items[1].at, Position { line: 11, column: 11 });
        assert_eq!(items[1].value, Value::Scalar { text: "yes".into(), quoted: false });
    }

    #[test]
    fn a_repeated_key_is_reported_and_the_first_one_stays() {
        let (node, repeated) = read_plain("a: 1\na: 2\n");
        assert_eq!(node.unwrap().entries().len(), 1);
        assert_eq!((repeated[0].code, repeated[0].at.line), ("duplicate-key", 11));
    }

    #[test]
    fn anchors_aliases_tags_and_second_documents_are_refused() {
        for (text, code) in [
            ("a: &x 1", "yaml-feature"),
            ("a: !!str 1", "yaml-feature"),
            ("a: 1\n---\nb: 2", "yaml"),
            ("a: [", "yaml"),
        ] {
            assert_eq!(read_plain(text).0.unwrap_err().code, code, "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_stack_overflow() {
        assert_eq!(read_plain(&"[".repeat(100_000)).0.unwrap_err().code, "yaml");
        assert!(read_plain(&"- ".repeat(100_000)).0.is_err());
        assert!(read_plain(&"{a: ".repeat(100_000)).0.is_err());
    }
}
