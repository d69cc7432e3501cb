//! What a file is given out as. Pure: name and first bytes decide, and must agree.

use axum::http::HeaderValue;

/// So many first bytes are looked through for what a drawing begins with.
const HEAD: usize = 4096;

/// A picture that browsers show, or a download.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Png,
    Jpeg,
    Gif,
    Webp,
    Avif,
    Svg,
    Download,
}

impl Kind {
    /// A picture if both the name's ending and the content say the same one; else a download.
    pub(super) fn of(name: &str, bytes: &[u8]) -> Self {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        let named = match ending.as_deref() {
            Some("png") => Self::Png,
            Some("jpg" | "jpeg") => Self::Jpeg,
            Some("gif") => Self::Gif,
            Some("webp") => Self::Webp,
            Some("avif") => Self::Avif,
            Some("svg") => Self::Svg,
            _ => return Self::Download,
        };
        if named.begins(bytes) { named } else { Self::Download }
    }

    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
            Self::Svg => "image/svg+xml",
            Self::Download => "application/octet-stream",
        })
    }

    /// The signatures of the WHATWG's MIME Sniffing Standard; of AVIF its brand.
    fn begins(self, bytes: &[u8]) -> bool {
        let at = |from: usize, sign: &[u8]| bytes.get(from..from + sign.len()) == Some(sign);
        match self {
            Self::Png => at(0, b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => at(0, b"\xff\xd8\xff"),
            Self::Gif => at(0, b"GIF87a") || at(0, b"GIF89a"),
            Self::Webp => at(0, b"RIFF") && at(8, b"WEBP"),
            Self::Avif => at(4, b"ftypavif") || at(4, b"ftypavis"),
            Self::Svg => is_svg(bytes),
            Self::Download => false,
        }
    }
}

/// Text whose first element is `<svg>`: a declaration, a document type and comments may stand before it.
fn is_svg(bytes: &[u8]) -> bool {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    // The last character may be cut in two.
    let head = String::from_utf8_lossy(head);
    let mut rest = head.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!") => ">",
            _ => break,
        };
        match rest.split_once(end) {
            Some((_, after)) => rest = after.trim_start(),
            None => return false,
        }
    }
    rest.strip_prefix("<svg")
        .is_some_and(|after| after.starts_with(|c: char| c.is_whitespace() || c == '>' || c == '/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_what_both_name_and_content_say() {
        for (name, bytes, kind) in [
            ("a.png", &b"\x89PNG\r\n\x1a\nrest"[..], Kind::Png),
            ("a.PNG", b"\x89PNG\r\n\x1a\n", Kind::Png),
            ("a.jpeg", b"\xff\xd8\xff\xe0", Kind::Jpeg),
            ("a.gif", b"GIF89a", Kind::Gif),
            ("a.webp", b"RIFF\0\0\0\0WEBPVP8 ", Kind::Webp),
            ("a.avif", b"\0\0\0 ftypavif", Kind::Avif),
            ("a.svg", b"<svg xmlns='x'>", Kind::Svg),
            ("a.svg", b"\xef\xbb\xbf<?xml version='1.0'?>\n<!DOCTYPE svg>\n<!-- x > y -->\n<svg>", Kind::Svg),
        ] {
            assert_eq!(Kind::of(name, bytes), kind, "{name}");
        }
    }

    #[test]
    fn everything_else_is_a_download() {
        for (name, bytes) in [
            ("a.png", &b"<svg>"[..]),
            ("a.svg", b"<html><svg>"),
            ("a.svg", b"<svgx>"),
            ("a.svg", b"<!-- never closed"),
            ("a.svg", b"\x89PNG\r\n\x1a\n"),
            ("a.html", b"<svg>"),
            ("a.gif", b"GIF88a"),
            ("a.png.html", b"\x89PNG\r\n\x1a\n"),
            ("png", b"\x89PNG\r\n\x1a\n"),
            ("a.png", b""),
        ] {
            assert_eq!(Kind::of(name, bytes), Kind::Download, "{name}");
        }
    }
}
