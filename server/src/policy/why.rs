//! `@why("… {target} …")`: the reason that people read. Its places are known at load, its values at the decision.

use super::{Circumstances, Subject};

/// A reason with places in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Why(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Place(Place),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Target,
    Team,
    Environment,
    Runbook,
    Owner,
    Freezes,
    Budget,
}

const PLACES: [(&str, Place); 7] = [
    ("target", Place::Target),
    ("team", Place::Team),
    ("environment", Place::Environment),
    ("runbook", Place::Runbook),
    ("owner", Place::Owner),
    ("freezes", Place::Freezes),
    ("budget", Place::Budget),
];

/// # Errors
/// Says which place is not known.
pub(super) fn parse(text: &str) -> Result<Why, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let place = after.split_once('}').and_then(|(name, after)| {
            PLACES.iter().find(|(known, _)| *known == name).map(|(_, place)| (*place, after))
        });
        let Some((place, after)) = place else {
            let known: Vec<_> = PLACES.iter().map(|(name, _)| format!("{{{name}}}")).collect();
            return Err(format!("`@why(\"{text}\")` has an unknown place; there are {}", known.join(", ")));
        };
        parts.push(Part::Text(before.to_owned()));
        parts.push(Part::Place(place));
        rest = after;
    }
    parts.push(Part::Text(rest.to_owned()));
    Ok(Why(parts))
}

impl Why {
    /// The reason for this run.
    pub(super) fn of(&self, subject: &Subject<'_>, at: &Circumstances) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Place(place) => place.of(subject, at),
        };
        self.0.iter().map(part).collect()
    }
}

impl Place {
    fn of(self, subject: &Subject<'_>, at: &Circumstances) -> String {
        let named = |team: Option<&lastmile_protocol::TeamName>| {
            team.map_or_else(|| "nobody".to_owned(), ToString::to_string)
        };
        match self {
            Self::Target => subject.target.name.to_owned(),
            Self::Team => named(subject.target.team),
            Self::Environment => subject.target.environment.to_owned(),
            Self::Runbook => subject.runbook.to_owned(),
            Self::Owner => named(subject.owner),
            Self::Freezes => at.freezes.join(", "),
            Self::Budget => at.error_budget.map_or_else(|| "unknown".to_owned(), |left| left.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_place_is_refused_and_the_known_ones_are_listed() {
        let error = parse("ask {taem}").unwrap_err();
        assert!(error.contains("{team}"), "{error}");
        assert!(parse("{").is_err());
        assert!(parse("plain").is_ok() && parse("{target}{team}").is_ok());
    }
}
