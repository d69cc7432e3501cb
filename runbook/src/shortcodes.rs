//! Links that Hugo writes as shortcodes: `[text]({{< ref "other.md" >}})`.
//!
//! Markdown takes them for text, because of the blanks in them. Every other shortcode stays the text that it is.

use crate::{Inline, links};

/// Longest shortcode that is looked at, in characters.
const LONGEST: usize = 400;

/// Whether there may be such a link in `text`.
pub(crate) fn is_likely(text: &str) -> bool {
    text.contains("]({{")
}

/// Splits `text` at such links.
pub(crate) fn link(text: &str) -> Vec<Inline> {
    let mut inlines = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some(middle) = rest[from..].find("]({{").map(|at| from + at) {
        let target = target(&rest[middle + 2..]);
        let open = rest[from..middle].rfind('[').map(|open| from + open);
        let (Some((href, length)), Some(open)) = (target, open) else {
            from = middle + 2;
            continue;
        };
        inlines.push(Inline::Text(rest[..open].to_owned()));
        let label = vec![Inline::Text(rest[open + 1..middle].to_owned())];
        inlines.push(Inline::Link { href: links::href(&href), title: None, inlines: label });
        rest = &rest[middle + 2 + length..];
        from = 0;
    }
    inlines.push(Inline::Text(rest.to_owned()));
    inlines.retain(|inline| *inline != Inline::Text(String::new()));
    inlines
}

/// The address in `{{< ref "…" >}})`, and the length of all this.
fn target(text: &str) -> Option<(String, usize)> {
    let window = text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end]);
    let length = window.find("}})")? + 3;
    let inner = window[..length].strip_prefix("{{")?.strip_suffix("}})")?;
    let inner = inner.strip_prefix(['<', '%'])?.strip_suffix(['>', '%'])?;
    let inner = inner.trim();
    let argument = inner.strip_prefix("relref").or_else(|| inner.strip_prefix("ref"))?;
    let argument = argument.trim().trim_start_matches("path=").trim_matches(['"', '`', '\'']);
    (!argument.is_empty() && !argument.contains(['"', '<', '{'])).then(|| (argument.to_owned(), length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plain_text;

    #[test]
    fn references_of_hugo_are_links() {
        let inlines = link(r#"see [a b]({{< ref "x/y.md#z" >}}), [c]({{% relref "d" %}})"#);
        let hrefs: Vec<_> = inlines
            .iter()
            .filter_map(|it| if let Inline::Link { href, .. } = it { href.as_deref() } else { None })
            .collect();
        assert_eq!(hrefs, ["x/y.md#z", "d"]);
        assert_eq!(plain_text(&inlines), "see a b, c");
    }

    #[test]
    fn other_shortcodes_stay_text() {
        for text in
            [r#"[a]({{< figure "x" >}})"#, "[a]({{< ref ", r#"a]({{< ref "x" >}})"#, r#"[a]({{< ref "" >}})"#]
        {
            assert_eq!(link(text), [Inline::Text(text.to_owned())]);
        }
    }
}
