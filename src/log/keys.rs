//! What a key means in a log. Pure.

use super::reader::Step;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Move.
    Move(Step),
    /// To the search field.
    Search,
    /// The next match.
    NextMatch,
    /// The match before.
    PreviousMatch,
    /// To the field for a line's number.
    GoToLine,
    /// Follow the end, or stop.
    Follow,
    /// Wrap long lines, or not.
    Wrap,
}

/// The command of a key pressed in the log; `shift` counts for letters only by the letter itself.
#[must_use]
pub fn command(key: &str, shift: bool) -> Option<Command> {
    Some(match (key, shift) {
        ("ArrowDown" | "j", false) => Command::Move(Step::LineDown),
        ("ArrowUp" | "k", false) => Command::Move(Step::LineUp),
        ("PageDown" | " ", false) => Command::Move(Step::PageDown),
        ("PageUp", false) | (" ", true) => Command::Move(Step::PageUp),
        ("Home", false) => Command::Move(Step::Start),
        ("End", false) | ("G", true) => Command::Move(Step::End),
        ("/", _) => Command::Search,
        ("n", false) => Command::NextMatch,
        ("N", true) => Command::PreviousMatch,
        ("g", false) => Command::GoToLine,
        ("f", false) => Command::Follow,
        ("w", false) => Command::Wrap,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_browsers_and_pagers() {
        assert_eq!(command("ArrowDown", false), Some(Command::Move(Step::LineDown)));
        assert_eq!(command(" ", true), Some(Command::Move(Step::PageUp)));
        assert_eq!(command("/", false), Some(Command::Search));
        assert_eq!(command("/", true), Some(Command::Search), "some keyboards need shift for it");
        assert_eq!(command("N", true), Some(Command::PreviousMatch));
        assert_eq!(command("ArrowDown", true), None, "that selects text");
        assert_eq!(command("a", false), None);
    }
}
