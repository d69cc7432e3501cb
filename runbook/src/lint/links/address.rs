//! What an address says before anybody looks at files.

/// An address, sorted.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Address<'a> {
    /// `http`, `https`, `mailto`, `tel`, another host: not ours to judge. A site generator's own too.
    Elsewhere,
    /// Nothing is written.
    Empty,
    /// A scheme that is not followed; `inner` is an address that stands behind it.
    Refused { scheme: &'a str, inner: Option<&'a str> },
    /// A place in this file.
    Anchor(String),
    /// A path, decoded, perhaps with a place in that file.
    Path { path: String, anchor: Option<String> },
}

pub(super) fn read(address: &str) -> Address<'_> {
    let generated = ["{{", "{%", "<%", "${", "@ref", "%7B%7B"].iter().any(|mark| address.contains(mark));
    if generated || address.starts_with("//") || address.chars().any(char::is_control) {
        return Address::Elsewhere;
    }
    if address.is_empty() {
        return Address::Empty;
    }
    if let Some(at) = address.find([':', '/', '?', '#']).filter(|&at| address[at..].starts_with(':')) {
        return scheme(&address[..at], &address[at + 1..]);
    }
    if let Some(anchor) = address.strip_prefix('#') {
        return Address::Anchor(decode(anchor));
    }
    let (path, anchor) = match address.split_once('#') {
        Some((path, anchor)) => (path, Some(decode(anchor))),
        None => (address, None),
    };
    let path = path.split('?').next().unwrap_or(path);
    if path.is_empty() {
        return Address::Elsewhere;
    }
    Address::Path { path: decode(path), anchor }
}

fn scheme<'a>(scheme: &'a str, rest: &'a str) -> Address<'a> {
    let is = |known: &[&str]| known.iter().any(|it| scheme.eq_ignore_ascii_case(it));
    // Pictures may come as data; a drive letter or a host's port is nothing that we could judge better than its author.
    if is(&["http", "https", "mailto", "tel", "data"]) {
        return Address::Elsewhere;
    }
    let inner = Some(rest).filter(|rest| rest.starts_with("http://") || rest.starts_with("https://"));
    Address::Refused { scheme, inner }
}

/// Whether it looks like a host name that lacks `https://`.
pub(super) fn lacks_scheme(path: &str) -> bool {
    let host = path.split('/').next().unwrap_or_default();
    let top = host.rsplit('.').next().unwrap_or_default();
    host.starts_with("www.")
        || (host.contains('.')
            && ["com", "org", "net", "io", "dev", "cloud", "local", "internal"].contains(&top))
}

/// `%20` and the like; what is no UTF-8 afterwards stays as it was.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = |at: usize| after.get(at).and_then(|&digit| (digit as char).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.extend(u8::try_from(high * 16 + low));
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_sorted() {
        assert_eq!(read("https://x/y#z"), Address::Elsewhere);
        assert_eq!(read("{{< ref \"x.md\" >}}"), Address::Elsewhere);
        assert_eq!(read("link:https://x"), Address::Refused { scheme: "link", inner: Some("https://x") });
        assert_eq!(read("#a%20b"), Address::Anchor("a b".into()));
        assert_eq!(read("a%20b.md?x=1#c"), Address::Path { path: "a b.md".into(), anchor: Some("c".into()) });
        assert_eq!(read("a/b:c.md"), Address::Path { path: "a/b:c.md".into(), anchor: None });
        assert_eq!(read(""), Address::Empty);
        assert!(lacks_scheme("www.x.y/z") && lacks_scheme("example.com/a") && !lacks_scheme("notes.md"));
    }
}
