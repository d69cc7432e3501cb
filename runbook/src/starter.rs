//! The text of a new runbook: what is customary, ready to be filled in.

use crate::freshness::Day;

const TEXT: &str = include_str!("starter.md");

/// A starter runbook for a file called `stem` (without `.md`), reviewed `today`. It has no problems.
///
/// ```
/// use lastmile_runbook::{freshness::Day, parse, starter::starter};
/// let text = starter("bar-will-not-start", Day::parse("2026-11-24").unwrap());
/// assert_eq!(parse(&text).title.as_deref(), Some("Bar will not start"));
/// ```
#[must_use]
pub fn starter(stem: &str, today: Day) -> String {
    TEXT.replace("TITLE", &title(stem)).replace("TODAY", &today.to_string())
}

/// `bar-will_not start` → `Bar will not start`; only what can stand unquoted in YAML and in a heading.
fn title(stem: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() { c } else { ' ' };
    let words = stem.chars().map(plain).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "New runbook".to_owned(),
    }
}
