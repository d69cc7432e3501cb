//! Bare web and e-mail addresses in text, as GitHub links them.

mod mail;

use crate::Inline;

/// Whether there may be an address in `text`.
pub(crate) fn is_likely(text: &str) -> bool {
    text.contains("://") || text.contains("www.") || text.contains('@')
}

/// Splits `text` at the addresses in it, which become links.
pub(crate) fn link(text: String) -> Vec<Inline> {
    let mut inlines = Vec::new();
    let mut done = 0;
    let mut begins = true;
    let mut skip = 0;
    for (at, c) in text.char_indices() {
        let candidate = begins && at >= skip;
        begins = c.is_whitespace() || "*_~(".contains(c);
        let found = match c {
            'h' | 'w' if candidate => address(&text[at..]).map(|found| (at, found)),
            '@' if at >= skip => mail::address(&text, done.max(skip), at),
            _ => None,
        };
        let Some((start, found)) = found else { continue };
        skip = start + found.end;
        if !found.valid {
            continue;
        }
        if start > done {
            inlines.push(Inline::Text(text[done..start].to_owned()));
        }
        inlines.push(linked(&text[start..skip], c));
        done = skip;
    }
    if inlines.is_empty() {
        return vec![Inline::Text(text)];
    }
    if done < text.len() {
        inlines.push(Inline::Text(text[done..].to_owned()));
    }
    inlines
}

/// The link of an address that was found by its character `sign`.
fn linked(address: &str, sign: char) -> Inline {
    let scheme = match sign {
        '@' => "mailto:",
        'w' => "http://",
        _ => "",
    };
    let inlines = vec![Inline::Text(address.to_owned())];
    Inline::Link { href: Some(format!("{scheme}{address}")), title: None, inlines }
}

struct Address {
    /// How many bytes it has; of an invalid one, how many need not be looked at again.
    end: usize,
    valid: bool,
}

/// The address with which `text` begins.
fn address(text: &str) -> Option<Address> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme));
    if scheme.is_none() && !text.starts_with("www.") {
        return None;
    }
    let start = scheme.map_or(0, str::len);
    let after = &text[start..];
    let host = after.find(|c: char| !c.is_alphanumeric() && !"-_.".contains(c)).unwrap_or(after.len());
    if !is_host(&after[..host], scheme.is_none()) {
        return Some(Address { end: start + host, valid: false });
    }
    let end = after.find(|c: char| c.is_whitespace() || c.is_control() || c == '<').unwrap_or(after.len());
    Some(Address { end: start + trimmed(&after[..end]).max(1), valid: true })
}

/// A domain: no `_` in its last two parts; with `www.` it needs a second dot.
fn is_host(host: &str, www: bool) -> bool {
    let host = host.trim_end_matches('.');
    let clean = host.rsplit('.').take(2).all(|part| !part.contains('_'));
    let parts = host.split('.').count();
    !host.is_empty() && clean && (!www || parts > 2) && host.starts_with(char::is_alphanumeric)
}

/// The length of an address without what belongs to the sentence around it: punctuation, and closing
/// brackets that were not opened inside.
fn trimmed(address: &str) -> usize {
    let opened = address.matches('(').count();
    let mut closed = address.matches(')').count();
    let mut rest = address;
    loop {
        let end = rest.trim_end_matches(['?', '!', '.', ',', ':', '*', '_', '~', '\'', '"', ';']);
        match end.strip_suffix(')') {
            Some(inner) if closed > opened => {
                closed -= 1;
                rest = inner;
            }
            _ => return end.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> Vec<String> {
        let hrefs = link(text.to_owned()).into_iter().filter_map(|inline| match inline {
            Inline::Link { href, .. } => href,
            _ => None,
        });
        hrefs.collect()
    }

    #[test]
    fn bare_addresses_become_links_without_the_sentence_around_them() {
        assert_eq!(
            links("see https://a.b/c?d=e#f, or (http://localhost:9090/x)."),
            ["https://a.b/c?d=e#f", "http://localhost:9090/x"]
        );
        assert_eq!(links("www.example.com/a_(b) www.x"), ["http://www.example.com/a_(b)"]);
        assert_eq!(links("https://a.b/<pod>"), ["https://a.b/"]);
    }

    #[test]
    fn what_is_no_address_stays_text() {
        for text in ["xhttp://a.b", "http://", "https://_", "www.", "h", "http//a", "https://a_b.c_d"] {
            assert_eq!(link(text.to_owned()), [Inline::Text(text.to_owned())], "{text}");
        }
    }

    #[test]
    fn no_text_takes_long() {
        for piece in ["(www.", "_www.", "https://a)", "http://", "www.a.b(", ")"] {
            link(piece.repeat(40_000));
        }
    }
}
