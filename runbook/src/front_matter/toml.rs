//! TOML front matter, as Hugo has it between `+++` lines: the fields for lists and search, read line by line.
//!
//! It belongs to another tool, so nothing in it is an error; tables, dates' times and multi-line texts are left
//! alone. Inputs are declared in YAML.

use crate::FrontMatter;

/// Reads the lines between the `+++` lines.
pub(super) fn read<'a>(lines: impl Iterator<Item = &'a str>, meta: &mut FrontMatter) {
    let mut lines = lines.map(str::trim).take_while(|line| !line.starts_with('['));
    while let Some(line) = lines.next() {
        let Some((key, value)) = line.split_once('=') else { continue };
        let mut value = value.trim().to_owned();
        if value.starts_with('[') && !closes(&value) {
            for more in lines.by_ref() {
                value.push('\n');
                value.push_str(more);
                if closes(more) {
                    break;
                }
            }
        }
        field(key.trim().trim_matches(['"', '\'']), texts(&value), meta);
    }
}

/// Whether a line ends a list: a comment may follow.
fn closes(line: &str) -> bool {
    line.split('#').next().is_some_and(|line| line.trim_end().ends_with(']'))
}

fn field(key: &str, values: Vec<String>, meta: &mut FrontMatter) {
    match key {
        "tags" => meta.tags = values,
        "alerts" => meta.alerts = values,
        _ => {
            let value = values.into_iter().next().filter(|value| !value.is_empty());
            match key {
                "title" => meta.title = value,
                "description" => meta.description = value,
                "service" => meta.service = value,
                "owner" => meta.owner = value.or(meta.owner.take()),
                "owner_slack" => meta.owner = meta.owner.take().or(value),
                "last_reviewed_on" => meta.last_reviewed_on = value.map(date),
                "review_in" => meta.review_in = value,
                _ => {}
            }
        }
    }
}

/// The texts of a value: those in quotes, or else what stands there before a comment.
fn texts(value: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest = value;
    while let Some(at) = rest.find(['"', '\'', '#']) {
        let (sign, after) = rest[at..].split_at(1);
        if sign == "#" {
            rest = after.split_once('\n').map_or("", |(_, next)| next);
            continue;
        }
        let Some((text, behind)) = quoted(after, sign) else { break };
        texts.push(text);
        rest = behind;
    }
    if texts.is_empty() {
        let bare = value.split('#').next().unwrap_or_default().trim();
        texts.extend((!bare.is_empty() && !bare.starts_with('[')).then(|| bare.to_owned()));
    }
    texts
}

/// The text up to the closing `sign`, and what follows it. In double quotes `\"` and `\\` are escapes.
fn quoted<'a>(after: &'a str, sign: &str) -> Option<(String, &'a str)> {
    let mut text = String::new();
    let mut chars = after.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if sign == "\"" => text.extend(chars.next().map(|(_, escaped)| escaped)),
            _ if sign.starts_with(c) => return Some((text, &after[at + 1..])),
            _ => text.push(c),
        }
    }
    None
}

/// The day of a date with a time.
fn date(value: String) -> String {
    match value.get(..10) {
        Some(day) if value.as_bytes().get(10).is_some_and(|c| b"T ".contains(c)) => day.to_owned(),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_that_hugo_has_are_read() {
        let mut meta = FrontMatter::default();
        let text = "title = \"A \\\"b\\\"\" # c\ndescription = 'd # e'\ntags = [\n  \"x\", # y\n  'z'\n]\nweight = 10\n\
                    last_reviewed_on = 2026-11-01T10:00:00Z\nowner_slack = \"#noc\"\n[menu]\ntitle = \"no\"";
        read(text.lines(), &mut meta);
        assert_eq!(meta.title.as_deref(), Some("A \"b\""));
        assert_eq!(meta.description.as_deref(), Some("d # e"));
        assert_eq!(meta.tags, ["x", "z"]);
        assert_eq!(meta.last_reviewed_on.as_deref(), Some("2026-11-01"));
        assert_eq!(meta.owner.as_deref(), Some("#noc"));
    }

    #[test]
    fn nothing_in_it_is_an_error() {
        for text in [
            "title",
            "= x",
            "title =",
            "tags = [",
            "tags = [\"a",
            "title = \"never closed",
            "é = é",
            "tags = []",
        ] {
            let mut meta = FrontMatter::default();
            read(text.lines(), &mut meta);
            assert_eq!(
                meta.tags.len() + usize::from(meta.title.is_some()),
                usize::from(text.contains("never")),
                "{text}"
            );
        }
    }
}
