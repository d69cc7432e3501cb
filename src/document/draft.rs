//! A text's elements, written down before they are made. Pure: nothing here needs a browser.
//!
//! A long text has ten thousand elements and pieces of text. Made one by one, each would cross from WebAssembly over to
//! the browser several times, and each name and text would be decoded anew; so they are written down as numbers and one
//! string, which cross once ([`super::draw`]).
//!
//! What a file's author writes gets in by [`Draft::text`] and [`Draft::set`] only: as text, or as the value of an
//! attribute from a short list. There is no way to write markup.

/// Attributes that text from a file may end up in. None of them can run anything: `href` holds only what
/// [`super::resolve`] has judged, and schemes were judged by the parser before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attr {
    Alt,
    ColSpan,
    Download,
    Height,
    Href,
    Id,
    Label,
    Open,
    RowSpan,
    /// Of pictures, and always an address of this server.
    Src,
    Start,
    Title,
    Width,
}

impl Attr {
    /// In the order of the numbers by which steps name them.
    pub(super) const ALL: [Self; 13] = [
        Self::Alt,
        Self::ColSpan,
        Self::Download,
        Self::Height,
        Self::Href,
        Self::Id,
        Self::Label,
        Self::Open,
        Self::RowSpan,
        Self::Src,
        Self::Start,
        Self::Title,
        Self::Width,
    ];

    /// Its name in HTML.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Alt => "alt",
            Self::ColSpan => "colspan",
            Self::Download => "download",
            Self::Height => "height",
            Self::Href => "href",
            Self::Id => "id",
            Self::Label => "aria-label",
            Self::Open => "open",
            Self::RowSpan => "rowspan",
            Self::Src => "src",
            Self::Start => "start",
            Self::Title => "title",
            Self::Width => "width",
        }
    }
}

/// What an element is before anything of the file is put into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) tag: &'static str,
    /// Empty: none.
    pub(super) class: &'static str,
    /// Attributes that all of this kind have, by name and value.
    pub(super) fixed: &'static [(&'static str, &'static str)],
}

impl Kind {
    /// An element without a class.
    pub(super) const fn plain(tag: &'static str) -> Self {
        Self::of(tag, "")
    }

    /// An element with a class.
    pub(super) const fn of(tag: &'static str, class: &'static str) -> Self {
        Self { tag, class, fixed: &[] }
    }

    /// The same with attributes.
    pub(super) const fn with(self, fixed: &'static [(&'static str, &'static str)]) -> Self {
        Self { fixed, ..self }
    }
}

/// What scrolls sideways by itself must be reached by the keyboard.
pub(super) const SCROLLS_CODE: &[(&str, &str)] =
    &[("tabindex", "0"), ("role", "group"), ("aria-label", "Code")];

/// Around what may be wider than the page.
pub(super) const TABLE_FRAME: Kind =
    Kind::of("div", "table-scroll").with(&[("tabindex", "0"), ("role", "group"), ("aria-label", "Table")]);

/// An element that is asked for when all are made: its place among those.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept(pub(super) usize);

/// Where an element was begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begun(usize);

/// A step's number is its code in the lowest three bits, and above them what it is about.
pub(super) mod step {
    pub(in super::super) const CLOSE: u32 = 0;
    /// The kind.
    pub(in super::super) const OPEN: u32 = 1;
    /// Length in UTF-16.
    pub(in super::super) const TEXT: u32 = 2;
    /// The attribute; the next number is the value's length in UTF-16.
    pub(in super::super) const SET: u32 = 3;
    pub(in super::super) const KEEP: u32 = 4;
    pub(in super::super) const BITS: u32 = 3;
}

/// Elements as steps: open, set, text, keep, close.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Draft {
    steps: Vec<u32>,
    /// All texts and values behind each other.
    words: String,
    kinds: Vec<Kind>,
    kept: usize,
}

impl Draft {
    /// Begins an element inside the one that is open.
    pub(super) fn open(&mut self, kind: Kind) -> Begun {
        let begun = Begun(self.steps.len());
        let kind = self.kind(kind);
        self.step(step::OPEN, kind);
        begun
    }

    /// Ends the element that is open.
    pub(super) fn close(&mut self) {
        self.step(step::CLOSE, 0);
    }

    /// An element with nothing but text in it.
    pub(super) fn leaf(&mut self, kind: Kind, text: &str) {
        self.open(kind);
        self.text(text);
        self.close();
    }

    /// What was begun turns out to be of this kind.
    pub(super) fn turn(&mut self, Begun(at): Begun, kind: Kind) {
        let kind = self.kind(kind);
        if let Some(step) = self.steps.get_mut(at) {
            *step = step::OPEN | kind << step::BITS;
        }
    }

    /// Sets an attribute of the element that is open, before anything is put into it.
    pub(super) fn set(&mut self, attr: Attr, value: &str) {
        self.step(step::SET, attr as u32);
        let length = self.push(value);
        self.steps.push(length);
    }

    /// Puts text into the element that is open.
    pub(super) fn text(&mut self, text: &str) {
        if !text.is_empty() {
            let length = self.push(text);
            self.step(step::TEXT, length);
        }
    }

    /// The element that is open will be asked for.
    pub(super) fn keep(&mut self) -> Kept {
        self.step(step::KEEP, 0);
        self.kept += 1;
        Kept(self.kept - 1)
    }

    /// Ends what was begun last; if nothing was put into it, it was never there.
    pub(super) fn close_unless_empty(&mut self, Begun(at): Begun) {
        if self.steps.len() == at + 1 {
            self.steps.truncate(at);
        } else {
            self.close();
        }
    }

    /// The steps.
    pub(super) fn steps(&self) -> &[u32] {
        &self.steps
    }

    /// All texts and values, in the order in which steps take them.
    pub(super) fn words(&self) -> &str {
        &self.words
    }

    /// The kinds, by number.
    pub(super) fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    fn step(&mut self, code: u32, about: u32) {
        self.steps.push(code | about << step::BITS);
    }

    #[expect(clippy::cast_possible_truncation, reason = "a file has at most a megabyte")]
    fn push(&mut self, piece: &str) -> u32 {
        self.words.push_str(piece);
        if piece.is_ascii() { piece.len() as u32 } else { piece.encode_utf16().count() as u32 }
    }

    #[expect(clippy::cast_possible_truncation, reason = "there are some dozen kinds")]
    fn kind(&mut self, kind: Kind) -> u32 {
        let known = self.kinds.iter().position(|known| *known == kind);
        known.unwrap_or_else(|| {
            self.kinds.push(kind);
            self.kinds.len() - 1
        }) as u32
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The elements of a draft as markup, to read in tests; kept ones are marked.
    pub(in super::super) fn drawn(draft: &Draft) -> String {
        let words: Vec<u16> = draft.words.encode_utf16().collect();
        let (mut out, mut open, mut at) = (String::new(), Vec::new(), 0);
        let mut steps = draft.steps.iter().copied();
        let mut take = |length: u32| {
            let piece = String::from_utf16_lossy(&words[at..at + length as usize]);
            at += length as usize;
            piece
        };
        while let Some(number) = steps.next() {
            let about = number >> step::BITS;
            match number & 0b111 {
                step::OPEN => {
                    let kind = draft.kinds[about as usize];
                    let class =
                        if kind.class.is_empty() { String::new() } else { format!(".{}", kind.class) };
                    out.push_str(&format!("<{}{class}>", kind.tag));
                    open.push(kind.tag);
                }
                step::CLOSE => out.push_str(&format!("</{}>", open.pop().unwrap())),
                step::TEXT => out.push_str(&take(about)),
                step::SET => {
                    let value = take(steps.next().unwrap());
                    out.push_str(&format!("[{}={value}]", Attr::ALL[about as usize].name()));
                }
                _ => out.push_str("[kept]"),
            }
        }
        assert!(open.is_empty(), "{open:?} is still open in {out}");
        out
    }

    #[test]
    fn nothing_that_runs_can_be_set() {
        for (at, attr) in Attr::ALL.into_iter().enumerate() {
            assert_eq!(attr as usize, at, "steps name attributes by number");
            let name = attr.name();
            assert!(!name.starts_with("on"), "{name}");
            assert!(
                !["style", "srcset", "srcdoc", "action", "formaction", "xlink:href"].contains(&name),
                "{name}"
            );
        }
    }

    #[test]
    fn a_draft_holds_elements_attributes_and_text_in_order() {
        let mut draft = Draft::default();
        draft.open(Kind::of("a", "x"));
        draft.set(Attr::Href, "#ä😀");
        let kept = draft.keep();
        draft.text("Grüße ");
        draft.leaf(Kind::plain("em"), "𝒙");
        draft.close();
        assert_eq!(drawn(&draft), "<a.x>[href=#ä😀][kept]Grüße <em>𝒙</em></a>");
        assert_eq!(kept, Kept(0));
    }

    #[test]
    fn what_was_begun_can_turn_out_to_be_of_another_kind_or_nothing() {
        let mut draft = Draft::default();
        let part = draft.open(Kind::of("div", "part"));
        draft.leaf(Kind::plain("p"), "text");
        draft.turn(part, Kind::of("div", "part part--lives"));
        draft.close_unless_empty(part);
        let empty = draft.open(Kind::of("div", "part"));
        draft.close_unless_empty(empty);
        assert_eq!(drawn(&draft), "<div.part part--lives><p>text</p></div>");
    }
}
