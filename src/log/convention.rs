//! Lines that mean something: groups, errors, warnings. Pure.
//!
//! The convention is that of GitHub's workflow commands: `::group::name`, `::endgroup::`, `::error::message`,
//! `::warning file=a.sh,line=3::message`, `::notice::message`. `docs/LOG.md` tells authors of scripts.

/// What a line is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Output.
    #[default]
    Plain,
    /// A group begins, called so.
    Group(String),
    /// The group ends.
    GroupEnd,
    /// Something to look at.
    Remark(Severity, String),
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// `::error::`
    Error,
    /// `::warning::`
    Warning,
    /// `::notice::`
    Notice,
}

impl Severity {
    /// The word that people read.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "Error",
            Self::Warning => "Warning",
            Self::Notice => "Notice",
        }
    }
}

impl Kind {
    /// Reads a line's visible text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self::read(text).unwrap_or_default()
    }

    fn read(text: &str) -> Option<Self> {
        let (command, message) = text.strip_prefix("::")?.split_once("::")?;
        let (word, properties) = command.split_once(' ').unwrap_or((command, ""));
        let severity = match word {
            "group" => return Some(Self::Group(message.trim().to_owned())),
            "endgroup" => return Some(Self::GroupEnd),
            "error" => Severity::Error,
            "warning" => Severity::Warning,
            "notice" => Severity::Notice,
            _ => return None,
        };
        let message = unescape(message);
        let place = place(properties);
        Some(Self::Remark(severity, if place.is_empty() { message } else { format!("{message} ({place})") }))
    }
}

/// "deploy.sh:12" from `file=deploy.sh,line=12,title=…`.
fn place(properties: &str) -> String {
    let get =
        |name: &str| properties.split(',').find_map(|it| it.trim().strip_prefix(name)?.strip_prefix('='));
    match (get("file"), get("line")) {
        (Some(file), Some(line)) => format!("{}:{line}", unescape(file)),
        (Some(file), None) => unescape(file),
        _ => String::new(),
    }
}

/// A message is one line; what would break it is written as `%0A`, `%0D` and `%25`.
fn unescape(text: &str) -> String {
    text.replace("%0A", " ").replace("%0D", "").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_remarks_are_read() {
        assert_eq!(Kind::of("::group::Copy tables"), Kind::Group("Copy tables".to_owned()));
        assert_eq!(Kind::of("::endgroup::"), Kind::GroupEnd);
        assert_eq!(Kind::of("::error::No space"), Kind::Remark(Severity::Error, "No space".to_owned()));
        assert_eq!(
            Kind::of("::warning file=a.sh,line=3::Old%0Away"),
            Kind::Remark(Severity::Warning, "Old way (a.sh:3)".to_owned())
        );
    }

    #[test]
    fn everything_else_is_output() {
        for text in [
            "",
            "::",
            "::group",
            "a ::group::b",
            "::set-output name=x::y",
            "std::string::npos",
            " ::error::x",
        ] {
            assert_eq!(Kind::of(text), Kind::Plain, "{text}");
        }
    }
}
