//! Colours and weights: `ESC [ … m` (ECMA-48 SGR, with the 256-colour and true-colour forms of xterm). Pure.

use anstyle_parse::Params;

/// A colour as the terminal names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// The page's own.
    #[default]
    Default,
    /// One of the sixteen that a theme defines: 0–7 normal, 8–15 bright.
    Named(u8),
    /// Any other; those of the 256-colour table are worked out.
    Rgb(u8, u8, u8),
}

/// How a piece of text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Colour of the text.
    pub text: Colour,
    /// Colour behind it.
    pub back: Colour,
    /// Bit set of [`BOLD`] and so on.
    pub attributes: u8,
}

/// Bold.
pub const BOLD: u8 = 1;
/// Faint.
pub const DIM: u8 = 2;
/// Italic.
pub const ITALIC: u8 = 4;
/// Underlined.
pub const UNDERLINE: u8 = 8;
/// Text and background change places.
pub const INVERSE: u8 = 16;
/// Struck through.
pub const STRIKE: u8 = 32;

impl Style {
    /// Text and ground as they are seen: an inverse style has them swapped.
    #[must_use]
    pub fn seen(self) -> (Colour, Colour) {
        if self.attributes & INVERSE != 0 { (self.back, self.text) } else { (self.text, self.back) }
    }

    /// Applies the parameters of one `ESC [ … m`.
    pub(super) fn select(&mut self, params: &Params) {
        let mut rest = params.iter();
        if params.is_empty() {
            *self = Self::default();
        }
        while let Some(param) = rest.next() {
            let mut following = rest.by_ref().filter_map(|p| p.first().copied());
            match *param {
                [38] => self.text = colour(&mut following).unwrap_or(self.text),
                [48] => self.back = colour(&mut following).unwrap_or(self.back),
                [38, ref sub @ ..] => self.text = sub_colour(sub).unwrap_or(self.text),
                [48, ref sub @ ..] => self.back = sub_colour(sub).unwrap_or(self.back),
                [4, 0] => self.attributes &= !UNDERLINE,
                [code, ..] => self.apply(code),
                [] => {}
            }
        }
    }

    fn apply(&mut self, code: u16) {
        // The arms' ranges keep the differences within 0..=7.
        let nth = |base: u16| u8::try_from(code - base).unwrap_or_default();
        match code {
            0 => *self = Self::default(),
            1 => self.attributes |= BOLD,
            2 => self.attributes |= DIM,
            3 => self.attributes |= ITALIC,
            4 | 21 => self.attributes |= UNDERLINE,
            7 => self.attributes |= INVERSE,
            9 => self.attributes |= STRIKE,
            22 => self.attributes &= !(BOLD | DIM),
            23 => self.attributes &= !ITALIC,
            24 => self.attributes &= !UNDERLINE,
            27 => self.attributes &= !INVERSE,
            29 => self.attributes &= !STRIKE,
            30..=37 => self.text = Colour::Named(nth(30)),
            39 => self.text = Colour::Default,
            40..=47 => self.back = Colour::Named(nth(40)),
            49 => self.back = Colour::Default,
            90..=97 => self.text = Colour::Named(8 + nth(90)),
            100..=107 => self.back = Colour::Named(8 + nth(100)),
            _ => {}
        }
    }
}

/// `5;N` or `2;R;G;B`, as separate parameters.
fn colour(values: &mut dyn Iterator<Item = u16>) -> Option<Colour> {
    match values.next()? {
        5 => Some(indexed(u8::try_from(values.next()?).ok()?)),
        2 => rgb(values.next()?, values.next()?, values.next()?),
        _ => None,
    }
}

/// `5:N`, `2:R:G:B` or, with the colour space that the standard has there, `2::R:G:B`.
fn sub_colour(values: &[u16]) -> Option<Colour> {
    match *values {
        [5, index, ..] => Some(indexed(u8::try_from(index).ok()?)),
        [2, r, g, b] | [2, _, r, g, b, ..] => rgb(r, g, b),
        _ => None,
    }
}

fn rgb(r: u16, g: u16, b: u16) -> Option<Colour> {
    Some(Colour::Rgb(u8::try_from(r).ok()?, u8::try_from(g).ok()?, u8::try_from(b).ok()?))
}

/// xterm's table: 16 named, a 6×6×6 cube, 24 greys.
#[must_use]
pub fn indexed(index: u8) -> Colour {
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    match index {
        0..=15 => Colour::Named(index),
        16..=231 => {
            let n = index - 16;
            Colour::Rgb(level(n / 36), level(n / 6 % 6), level(n % 6))
        }
        232..=255 => {
            let grey = 8 + 10 * (index - 232);
            Colour::Rgb(grey, grey, grey)
        }
    }
}
