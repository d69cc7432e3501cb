//! Which addresses may be followed or loaded.

/// `url` if a reader may follow it: `http`, `https`, `mailto`, `tel`, or relative.
pub(crate) fn href(url: &str) -> Option<String> {
    allowed(url, &["http", "https", "mailto", "tel"])
}

/// `url` if a picture may come from there: `http`, `https`, or relative.
pub(crate) fn src(url: &str) -> Option<String> {
    allowed(url, &["http", "https"])
}

/// Browsers drop tabs, line ends and leading control characters before they look at the scheme, so an
/// address that has any is refused rather than guessed at.
fn allowed(url: &str, schemes: &[&str]) -> Option<String> {
    let url = url.trim_matches(' ');
    if url.chars().any(char::is_control) {
        return None;
    }
    scheme(url)
        .is_none_or(|scheme| schemes.iter().any(|allowed| scheme.eq_ignore_ascii_case(allowed)))
        .then(|| url.to_owned())
}

/// What stands before `:`, if it is a scheme by RFC 3986: `foo):` is a relative address.
pub(crate) fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|c| c.is_ascii_alphanumeric() || b"+-.".contains(&c));
    is_scheme.then_some(scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_schemes_and_relative_addresses_are_followed() {
        for url in [
            "https://x.y",
            "HTTP://x",
            "mailto:a@b",
            "tel:1",
            "a.md#b:c",
            "#x",
            "/a:b",
            "?q=a:b",
            "",
            "//h/x",
            "foo):",
        ] {
            assert_eq!(href(url).as_deref(), Some(url));
        }
        assert_eq!(src("mailto:a@b"), None);
    }

    #[test]
    fn anything_else_is_not() {
        for url in [
            "javascript:x",
            "JavaScript:x",
            "java\tscript:x",
            "\u{1}javascript:x",
            " javascript:x",
            "data:x",
            "vbscript:",
            "file:///",
            "C:\\x",
        ] {
            assert_eq!(href(url), None, "{url:?}");
        }
    }
}
