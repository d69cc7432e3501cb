//! Raw HTML: comments vanish, `<br>` breaks the line, everything else is text that the reader needs.

/// A stretch of raw HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// To be shown as it is written.
    Text(&'a str),
    /// What stands between `<!--` and `-->`, and its offset in the text.
    Comment(&'a str, usize),
}

/// Splits raw HTML at its comments. An unclosed comment is text: hiding the rest of a page would lose it.
pub(crate) fn parts(html: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut start = 0;
    while let Some(open) = html[start..].find("<!--").map(|at| start + at) {
        let inner = open + 4;
        let Some(close) = html[inner..].find("-->").map(|at| inner + at) else { break };
        if open > start {
            parts.push(Part::Text(&html[start..open]));
        }
        parts.push(Part::Comment(&html[inner..close], inner));
        start = close + 3;
    }
    if start < html.len() {
        parts.push(Part::Text(&html[start..]));
    }
    parts
}

/// Whether a tag is a line break, as written in HTML or XHTML.
pub(crate) fn is_break(tag: &str) -> bool {
    let inner = tag.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or("");
    inner.trim_end_matches('/').trim_end().eq_ignore_ascii_case("br")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_cut_out_and_located() {
        assert_eq!(
            parts("a <!-- b --> c<!---->"),
            [Part::Text("a "), Part::Comment(" b ", 6), Part::Text(" c"), Part::Comment("", 18)]
        );
        assert_eq!(parts("a <!-- b"), [Part::Text("a <!-- b")]);
    }

    #[test]
    fn line_breaks_are_known_in_every_spelling() {
        assert!(is_break("<br>") && is_break("<br/>") && is_break("<BR />"));
        assert!(!is_break("<branch>") && !is_break("<b>") && !is_break("</br>"));
    }
}
