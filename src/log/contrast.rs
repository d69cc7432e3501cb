//! Colours that programs choose, made readable on both themes. Pure.
//!
//! Text reaches a contrast of 4.5 : 1 (WCAG 2, level AA) on the ground it stands on: a colour that does not is moved
//! towards black or white, as little as needed, so that it keeps its hue.

use super::ansi::sgr::{Colour, Style};

/// Red, green, blue.
pub type Rgb = (u8, u8, u8);

/// The least contrast between text and its ground.
pub const READABLE: f64 = 4.5;
/// `--code-ground` of the light theme, see `style/tokens.css`: a test compares.
const LIGHT_GROUND: Rgb = (0xf1, 0xf3, 0xf6);
/// The same of the dark theme.
const DARK_GROUND: Rgb = (0x0f, 0x12, 0x17);
const BLACK: Rgb = (0, 0, 0);
const WHITE: Rgb = (255, 255, 255);
/// Steps from a colour to black or white.
const STEPS: u8 = 32;

/// The colours to set on a piece of text beyond what classes say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paint {
    /// The text's colour on the light and on the dark theme.
    pub text: Option<(Rgb, Rgb)>,
    /// The ground, the same on both.
    pub back: Option<Rgb>,
}

impl Paint {
    /// What a style needs.
    #[must_use]
    pub fn of(style: Style) -> Self {
        match style.seen() {
            (text, Colour::Rgb(r, g, b)) => {
                let ground = (r, g, b);
                let text = match text {
                    Colour::Rgb(r, g, b) => readable((r, g, b), ground),
                    // A theme's own colours are made for the theme's ground.
                    Colour::Default | Colour::Named(_) => farther(ground),
                };
                Self { text: Some((text, text)), back: Some(ground) }
            }
            (Colour::Rgb(r, g, b), Colour::Default) => {
                let text = (r, g, b);
                Self { text: Some((readable(text, LIGHT_GROUND), readable(text, DARK_GROUND))), back: None }
            }
            // On a named ground the stylesheet gives the text the page's ground as its colour.
            _ => Self::default(),
        }
    }
}

/// Black or white, whichever stands out more.
fn farther(ground: Rgb) -> Rgb {
    if contrast(BLACK, ground) > contrast(WHITE, ground) { BLACK } else { WHITE }
}

/// The colour, moved towards black or white until it can be read on that ground.
#[must_use]
pub fn readable(colour: Rgb, ground: Rgb) -> Rgb {
    let aim = farther(ground);
    let steps = (0..=STEPS).map(|step| mix(colour, aim, step));
    let mut good = steps.filter(|mixed| contrast(*mixed, ground) >= READABLE);
    good.next().unwrap_or(aim)
}

fn mix(from: Rgb, to: Rgb, step: u8) -> Rgb {
    let channel = |from: u8, to: u8| {
        let sum = u16::from(from) * u16::from(STEPS - step) + u16::from(to) * u16::from(step);
        // A mean of two bytes is a byte.
        u8::try_from(sum / u16::from(STEPS)).unwrap_or(to)
    };
    (channel(from.0, to.0), channel(from.1, to.1), channel(from.2, to.2))
}

/// The contrast of two colours, from 1 to 21, as WCAG 2 defines it.
#[must_use]
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance((r, g, b): Rgb) -> f64 {
    let channel = |value: u8| {
        let share = f64::from(value) / 255.0;
        if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::ansi::sgr;

    /// The two values of `--name: light-dark(#…, #…);`.
    fn token(name: &str) -> (Rgb, Rgb) {
        let css = include_str!("../../style/tokens.css");
        let value = css.split_once(&format!("--{name}: light-dark(")).unwrap().1.split_once(')').unwrap().0;
        let rgb = |text: &str| {
            let number = u32::from_str_radix(text.trim().trim_start_matches('#'), 16).unwrap();
            let [_, r, g, b] = number.to_be_bytes();
            (r, g, b)
        };
        let (light, dark) = value.split_once(',').unwrap();
        (rgb(light), rgb(dark))
    }

    fn text_of(colour: Colour) -> (Rgb, Rgb) {
        match colour {
            Colour::Named(number) => token(&format!("ansi-{number}")),
            other => Paint::of(Style { text: other, ..Style::default() }).text.unwrap(),
        }
    }

    #[test]
    fn the_grounds_are_those_of_the_stylesheet() {
        assert_eq!(token("code-ground"), (LIGHT_GROUND, DARK_GROUND));
    }

    #[test]
    fn all_256_colours_can_be_read_on_both_themes() {
        for index in 0..=255 {
            let (light, dark) = text_of(sgr::indexed(index));
            assert!(contrast(light, LIGHT_GROUND) >= READABLE, "{index} light {light:?}");
            assert!(contrast(dark, DARK_GROUND) >= READABLE, "{index} dark {dark:?}");
        }
    }

    #[test]
    fn text_can_be_read_on_every_ground_of_the_256() {
        for ground in 16..=255 {
            for text in (0..=255).step_by(5) {
                let style = Style { text: sgr::indexed(text), back: sgr::indexed(ground), attributes: 0 };
                let paint = Paint::of(style);
                let ((light, dark), back) = (paint.text.unwrap(), paint.back.unwrap());
                assert!(contrast(light, back).min(contrast(dark, back)) >= READABLE, "{text} on {ground}");
            }
        }
        for ground in 0..16 {
            let (light, dark) = token(&format!("ansi-{ground}"));
            assert!(contrast(LIGHT_GROUND, light) >= READABLE, "{ground} light");
            assert!(contrast(DARK_GROUND, dark) >= READABLE, "{ground} dark");
        }
    }

    #[test]
    fn true_colours_can_be_read_and_keep_their_value_where_that_is_enough() {
        for r in (0..=255).step_by(51) {
            for g in (0..=255).step_by(51) {
                for b in (0..=255).step_by(51) {
                    let (light, dark) = text_of(Colour::Rgb(r, g, b));
                    assert!(
                        contrast(light, LIGHT_GROUND) >= READABLE && contrast(dark, DARK_GROUND) >= READABLE
                    );
                }
            }
        }
        assert_eq!(text_of(Colour::Rgb(120, 0, 0)).0, (120, 0, 0));
    }
}
