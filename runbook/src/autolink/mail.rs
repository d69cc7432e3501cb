//! Bare e-mail addresses.

use super::Address;

/// Longest name before the `@`, in bytes: RFC 5321 allows 64.
const LONGEST_NAME: usize = 64;

/// The address around the `@` at `at`, not reaching back before `from`, and where it begins.
///
/// As GitHub has it: letters, digits and `.-_+` before it; a domain with a dot behind it, that does not end with `-`
/// or `_`.
pub(super) fn address(text: &str, from: usize, at: usize) -> Option<(usize, Address)> {
    let before = &text.as_bytes()[from..at];
    let name = before.iter().rev().take(LONGEST_NAME + 1);
    let name = name.take_while(|c| c.is_ascii_alphanumeric() || b".-_+".contains(c)).count();
    if name == 0 || name > LONGEST_NAME {
        return None;
    }
    let after = &text[at + 1..];
    let domain =
        after.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c)).unwrap_or(after.len());
    let end = after[..domain].trim_end_matches('.');
    let start = at - name;
    let valid = end.contains('.') && !end.starts_with('.') && !end.ends_with(['-', '_']);
    // Of one that is none, the domain need not be looked at again: there is no `@` in it.
    let length = if valid { end.len() } else { domain };
    Some((start, Address { end: at + 1 + length - start, valid }))
}

#[cfg(test)]
mod tests {
    use super::super::link;
    use crate::{Inline, plain_text};

    fn links(text: &str) -> Vec<(String, String)> {
        let of = |inline| match inline {
            Inline::Link { href, inlines, .. } => Some((href.unwrap_or_default(), plain_text(&inlines))),
            _ => None,
        };
        link(text.to_owned()).into_iter().filter_map(of).collect()
    }

    #[test]
    fn bare_mail_addresses_become_links() {
        for (text, address) in [
            ("ask noc@example.com.", "noc@example.com"),
            ("(on-call+p1@ops.example.co.uk)", "on-call+p1@ops.example.co.uk"),
            ("é:a.b_c@d.e,", "a.b_c@d.e"),
            ("hello@mail+xyz.example or a@b.c", "a@b.c"),
        ] {
            assert_eq!(links(text), [(format!("mailto:{address}"), address.to_owned())], "{text}");
        }
        assert_eq!(links("a@b.c https://d.e/@f").len(), 2);
    }

    #[test]
    fn what_is_no_mail_address_stays_text() {
        for text in ["@team", "a@b", "a@b.c-", "a@b.c_", "a @b.c", "x@", "a@.b"] {
            assert_eq!(links(text), [], "{text}");
        }
    }
}
