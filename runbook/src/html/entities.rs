//! Character references in raw HTML: `&lt;`, `&#60;`, `&nbsp;`.

use std::borrow::Cow;

use pulldown_cmark::{Event, Parser};

/// Longest name of a reference, `&CounterClockwiseContourIntegral;`.
const LONGEST: usize = 33;

/// `text` with its character references replaced; what only looks like one stays.
pub(crate) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut pieces = text.split('&');
    let mut whole = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let reference = piece.find(';').filter(|&end| end < LONGEST).map(|end| piece.split_at(end + 1));
        match reference.and_then(|(name, rest)| Some((character(name)?, rest))) {
            Some((character, rest)) => whole.extend([&character, rest]),
            None => whole.extend(["&", piece]),
        }
    }
    Cow::Owned(whole)
}

/// What `name;` stands for.
fn character(name: &str) -> Option<Cow<'static, str>> {
    Some(Cow::Borrowed(match name {
        "lt;" => "<",
        "gt;" => ">",
        "amp;" => "&",
        "quot;" => "\"",
        "nbsp;" => "\u{A0}",
        _ => return listed(name).map(Cow::Owned),
    }))
}

/// The markdown parser knows the whole list; asked only for what is rare.
fn listed(name: &str) -> Option<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '#' | ';');
    if name.len() < 3 || !name.chars().all(is_name) {
        return None;
    }
    let reference = format!("&{name}");
    let text: String = Parser::new(&reference)
        .filter_map(|event| if let Event::Text(text) = event { Some(text) } else { None })
        .fold(String::new(), |all, piece| all + &piece);
    (text != reference).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn references_become_characters_and_the_rest_stays() {
        assert_eq!(decoded("a &lt;pod&gt; &#x41;&#66; &rarr; &nbsp;"), "a <pod> AB → \u{A0}");
        for text in ["a & b", "&", "&nope;", "&;", "a=1&b=2;", "&amp", "&&"] {
            assert_eq!(decoded(text), text);
        }
    }
}
