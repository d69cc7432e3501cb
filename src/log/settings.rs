//! How a reader likes logs to look. Kept in this browser, for all logs. Pure but for [`Settings::stored`] and
//! [`Settings::store`].

use leptos::prelude::window;

use crate::query;

const STORAGE_KEY: &str = "lastmile.log";

/// How lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Lines longer than the window go on below.
    pub wrap: bool,
    /// Lines of JSON are written over several lines.
    pub pretty: bool,
    /// How large.
    pub size: Size,
    /// Which time stands before each line.
    pub stamps: Stamps,
}

/// A size of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// More on the screen.
    Small,
    /// As the rest of the app.
    #[default]
    Normal,
    /// For tired eyes.
    Large,
    /// For a wall.
    Huge,
}

/// Which time stands before a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stamps {
    /// None.
    #[default]
    Off,
    /// Since the run's start.
    Start,
    /// Since the line before.
    Previous,
    /// The time of day.
    Clock,
}

/// A choice out of a few, named in storage and by words.
pub trait Choice: Copy + PartialEq + Default + Send + Sync + 'static {
    /// All of them, with the name in storage and the words that people read.
    const ALL: &'static [(Self, &'static str, &'static str)];

    /// The name in storage, which is also a suffix of classes.
    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(choice, ..)| *choice == self).map_or("", |(_, name, _)| name)
    }

    /// The choice of that name, or the usual one.
    fn named(name: &str) -> Self {
        Self::ALL
            .iter()
            .find(|(_, known, _)| *known == name)
            .map_or_else(Self::default, |(choice, ..)| *choice)
    }
}

impl Choice for Size {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Small, "small", "Small"),
        (Self::Normal, "normal", "Normal"),
        (Self::Large, "large", "Large"),
        (Self::Huge, "huge", "Huge"),
    ];
}

impl Choice for Stamps {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Off, "off", "Off"),
        (Self::Start, "start", "Since start"),
        (Self::Previous, "previous", "Since last line"),
        (Self::Clock, "clock", "Clock"),
    ];
}

impl Settings {
    /// Whether lines may be of different heights.
    #[must_use]
    pub fn varies(self) -> bool {
        self.wrap || self.pretty
    }

    /// As one text.
    #[must_use]
    pub fn write(self) -> String {
        let flag = |on: bool| if on { "1" } else { "0" };
        query::build([
            ("wrap", flag(self.wrap)),
            ("pretty", flag(self.pretty)),
            ("size", self.size.name()),
            ("stamps", self.stamps.name()),
        ])
    }

    /// From what was stored. What was not stored is as usual; lines wrap on a narrow screen.
    #[must_use]
    pub fn read(text: &str, narrow: bool) -> Self {
        let get = |name| query::get(text, name);
        Self {
            wrap: get("wrap").map_or(narrow, |it| it == "1"),
            pretty: get("pretty").is_some_and(|it| it == "1"),
            size: Size::named(&get("size").unwrap_or_default()),
            stamps: Stamps::named(&get("stamps").unwrap_or_default()),
        }
    }

    /// What this browser remembers.
    #[must_use]
    pub fn stored() -> Self {
        let stored = storage().and_then(|storage| storage.get_item(STORAGE_KEY).ok().flatten());
        let narrow = window().match_media("(max-width: 48rem)").ok().flatten().is_some_and(|it| it.matches());
        Self::read(&stored.unwrap_or_default(), narrow)
    }

    /// Remembers it.
    pub fn store(self) {
        // It fails only where the browser forbids storage; the choice then holds until the page is left.
        drop(storage().map(|storage| storage.set_item(STORAGE_KEY, &self.write())));
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_comes_back() {
        let settings = Settings { wrap: true, pretty: true, size: Size::Large, stamps: Stamps::Clock };
        assert_eq!(Settings::read(&settings.write(), false), settings);
        assert_eq!(Settings::read("", false), Settings::default());
    }

    #[test]
    fn a_narrow_screen_wraps_unless_it_was_told_otherwise() {
        assert!(Settings::read("", true).wrap);
        assert!(!Settings::read(&Settings::default().write(), true).wrap);
    }
}
