//! Where a link of a runbook leads within the folder. Pure: whether anything is there, only the server knows.

use crate::links;

/// What a link's address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A place in the same runbook: its anchor, decoded.
    Here(String),
    /// A runbook of the folder.
    Runbook {
        /// Its slug.
        slug: String,
        /// Query and fragment as written, with their `?` and `#`.
        rest: String,
    },
    /// Another file of the folder: its path below it.
    File(String),
    /// Another site or a program (`https:`, `mailto:`, `//host`).
    Outside,
    /// A place above the runbook folder.
    Above,
}

/// What `href`, as written in the runbook called `from`, names.
///
/// A path without an ending names a runbook too; one that begins with `/` begins at the runbook folder.
///
/// ```
/// use lastmile_runbook::{Destination, destination};
///
/// let rest = "#restart".to_owned();
/// assert_eq!(destination("net/ports", "../bar/pool.md#restart"), Destination::Runbook { slug: "bar/pool".into(), rest });
/// ```
#[must_use]
pub fn destination(from: &str, href: &str) -> Destination {
    if let Some(anchor) = href.strip_prefix('#') {
        return Destination::Here(decoded(anchor));
    }
    if links::scheme(href).is_some() || href.starts_with("//") {
        return Destination::Outside;
    }
    let (path, rest) = href.find(['?', '#']).map_or((href, ""), |at| href.split_at(at));
    let Some(path) = join(from, &decoded(path)) else { return Destination::Above };
    let file = path.rsplit('/').next().unwrap_or_default();
    match path.strip_suffix(".md") {
        Some(slug) => Destination::Runbook { slug: slug.to_owned(), rest: rest.to_owned() },
        None if !file.contains('.') => Destination::Runbook { slug: path, rest: rest.to_owned() },
        None => Destination::File(path),
    }
}

/// `path` seen from the runbook `from`; `None` where it leaves the runbook folder.
fn join(from: &str, path: &str) -> Option<String> {
    // `?x` alone names the file that it stands in.
    if path.is_empty() {
        return Some(from.to_owned());
    }
    let mut parts: Vec<&str> = if path.starts_with('/') { Vec::new() } else { from.split('/').collect() };
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// The text behind percent signs; an escape that is none stays, what is not UTF-8 becomes U+FFFD.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digit = |at: usize| after.get(at).and_then(|&digit| char::from(digit).to_digit(16));
        match (byte, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runbook(from: &str, href: &str) -> (String, String) {
        match destination(from, href) {
            Destination::Runbook { slug, rest } => (slug, rest),
            other => panic!("{href} from {from} is {other:?}"),
        }
    }

    #[test]
    fn runbooks_are_found_from_any_folder() {
        for (from, href, slug, rest) in [
            ("net/open-port", "other.md#x", "net/other", "#x"),
            ("net/open-port", "../bar/pool.md", "bar/pool", ""),
            ("net/open-port", "./deep/er.md?pool=blue#go", "net/deep/er", "?pool=blue#go"),
            ("top", "net/open-port.md", "net/open-port", ""),
            ("net/open-port", "/top.md", "top", ""),
            ("net/open-port", "/docs/top/", "docs/top", ""),
            ("top", "with%20space.md", "with space", ""),
            ("top", "50%.md", "50%", ""),
            ("net/a", "b", "net/b", ""),
            ("net/a", "?pool=blue", "net/a", "?pool=blue"),
        ] {
            assert_eq!(runbook(from, href), (slug.to_owned(), rest.to_owned()), "{href} from {from}");
        }
    }

    #[test]
    fn what_is_no_runbook_is_told_apart() {
        assert_eq!(destination("a", "#restart%20it"), Destination::Here("restart it".to_owned()));
        assert_eq!(destination("a/b", "../x/y.png?raw"), Destination::File("x/y.png".to_owned()));
        for href in ["https://x.example/a.md", "mailto:noc@x.example", "//x.example/a"] {
            assert_eq!(destination("a", href), Destination::Outside);
        }
        for href in ["../a.md", "../../etc/passwd.md", "%2e%2e/a.md", "..", "/"] {
            assert_eq!(destination("a", href), Destination::Above, "{href}");
        }
    }
}
