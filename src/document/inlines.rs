//! Running text → a draft.

use lastmile_runbook::Inline;

use super::build::Builder;
use super::draft::{Attr, Kind};
use super::images::Picture;
use super::resolve::{Nowhere, Target};

impl Builder<'_> {
    /// Appends running text to the element that is open.
    pub(super) fn inlines(&mut self, inlines: &[Inline]) {
        // Words and soft line ends that follow each other are one piece of text.
        let mut words = String::new();
        for inline in inlines {
            match inline {
                Inline::Text(piece) => words.push_str(piece),
                Inline::SoftBreak => words.push(' '),
                other => {
                    self.draft.text(&words);
                    words.clear();
                    self.inline(other);
                }
            }
        }
        self.draft.text(&words);
    }

    fn inline(&mut self, inline: &Inline) {
        match inline {
            Inline::Text(_) | Inline::SoftBreak => {}
            Inline::Code(code) => self.draft.leaf(Kind::plain("code"), code),
            Inline::Emphasis(inner) => self.with_text(Kind::plain("em"), inner),
            Inline::Strong(inner) => self.with_text(Kind::plain("strong"), inner),
            Inline::Strikethrough(inner) => self.with_text(Kind::plain("del"), inner),
            Inline::Link { href, title, inlines } => self.link(href.as_deref(), title.as_deref(), inlines),
            Inline::Image { src, title, alt, width, height } => {
                let picture = Picture { title: title.as_deref(), alt, width: *width, height: *height };
                self.image(src.as_deref(), &picture);
            }
            Inline::Element { element, inlines } => self.inline_element(element, inlines),
            Inline::FootnoteRef(label) => self.footnote_ref(label),
            Inline::HardBreak => self.draft.leaf(Kind::plain("br"), ""),
        }
    }

    fn link(&mut self, href: Option<&str>, title: Option<&str>, inner: &[Inline]) {
        let target = self.links.target(href);
        self.open_link(&target);
        if let Some(title) = title {
            self.draft.set(Attr::Title, title);
        }
        self.inlines(inner);
        if let Target::Nowhere(why) = target {
            // A title is not read out on text.
            self.draft.leaf(Kind::of("span", "visually-hidden"), &format!(" ({})", why.reason()));
        }
        self.draft.close();
    }

    /// Begins a link's element; text marked as such where it may not or can't be followed.
    pub(super) fn open_link(&mut self, target: &Target) {
        match target {
            Target::Inside(path) => self.open_anchor(Kind::plain("a"), path),
            Target::File(url) => {
                self.open_anchor(Kind::of("a", "file-link"), url);
                self.draft.set(Attr::Download, "");
            }
            Target::Outside(url) if is_program(url) => self.open_anchor(Kind::plain("a"), url),
            Target::Outside(url) => self.open_anchor(OUTSIDE, url),
            Target::Nowhere(why) => {
                let class = if *why == Nowhere::Missing { "broken-link" } else { "refused-link" };
                self.draft.open(Kind::of("span", class));
                self.draft.set(Attr::Title, why.reason());
            }
        }
    }

    fn open_anchor(&mut self, kind: Kind, href: &str) {
        self.draft.open(kind);
        self.draft.set(Attr::Href, href);
    }
}

const OUTSIDE: Kind =
    Kind::of("a", "outside-link").with(&[("rel", "noopener noreferrer"), ("target", "_blank")]);

/// Whether an address opens a program rather than a page: no new tab is needed for it.
fn is_program(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default();
    scheme.eq_ignore_ascii_case("mailto") || scheme.eq_ignore_ascii_case("tel")
}
