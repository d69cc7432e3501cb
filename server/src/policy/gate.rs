//! `@approve("2 middleware, netsec")`: who must agree, as a policy's annotation says it. Parsed at load.

use lastmile_protocol::TeamName;

/// One part of an `@approve`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// How many people.
    pub count: u32,
    /// Of which team.
    pub whom: Whom,
}

/// A team, by name or by what it is to the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// `middleware`
    Team(TeamName),
    /// `resource.target.team`: whoever answers for the target.
    TargetTeam,
    /// `resource.runbook.owner`: whoever owns the runbook.
    RunbookOwner,
}

impl Whom {
    const TARGET_TEAM: &str = "resource.target.team";
    const RUNBOOK_OWNER: &str = "resource.runbook.owner";
}

impl std::fmt::Display for Whom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Team(team) => f.write_str(team.as_str()),
            Self::TargetTeam => f.write_str(Self::TARGET_TEAM),
            Self::RunbookOwner => f.write_str(Self::RUNBOOK_OWNER),
        }
    }
}

/// Reads `TEAM[, TEAM …]` of a `@review`.
///
/// # Errors
/// Says how to write it.
pub(super) fn parse_review(text: &str) -> Result<Vec<Asked>, String> {
    let teams: Option<Vec<_>> = text.split(',').map(part).collect();
    teams.filter(|teams| teams.iter().all(|asked| asked.count == 1)).ok_or_else(|| {
        format!(
            "`@review(\"{text}\")` can't be read; name teams, one person of any of them reviews: @review(\"sre\") or @review(\"{}\")",
            Whom::TARGET_TEAM
        )
    })
}

/// Reads `[N] TEAM[, [N] TEAM …]`.
///
/// # Errors
/// Says how to write it.
pub(super) fn parse(text: &str) -> Result<Vec<Asked>, String> {
    text.split(',').map(part).collect::<Option<_>>().ok_or_else(|| {
        format!(
            "`@approve(\"{text}\")` can't be read; write it like @approve(\"middleware\"), @approve(\"2 middleware, netsec\") or @approve(\"{}\")",
            Whom::TARGET_TEAM
        )
    })
}

fn part(text: &str) -> Option<Asked> {
    let (count, team) = match *text.split_whitespace().collect::<Vec<_>>() {
        [team] => (1, team),
        [count, team] => (count.parse().ok().filter(|count| *count > 0)?, team),
        _ => return None,
    };
    // A lone number is a team that somebody forgot to name.
    if team.parse::<i64>().is_ok() {
        return None;
    }
    let whom = match team {
        Whom::TARGET_TEAM => Whom::TargetTeam,
        Whom::RUNBOOK_OWNER => Whom::RunbookOwner,
        name if name.starts_with("resource.") => return None,
        name => Whom::Team(TeamName::from(name)),
    };
    Some(Asked { count, whom })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn teams_are_asked_by_name_and_by_what_they_are_to_the_run() {
        let asked = parse("2 middleware, resource.target.team,1 resource.runbook.owner").unwrap();
        let words: Vec<_> = asked.iter().map(|asked| format!("{} {}", asked.count, asked.whom)).collect();
        assert_eq!(words, ["2 middleware", "1 resource.target.team", "1 resource.runbook.owner"]);
    }

    #[test]
    fn whatever_could_be_a_typing_mistake_is_refused() {
        for wrong in
            ["", " ", "2", "0 net", "-1 net", "x net", "net two", "net,", ",net", "resource.team", "2 3"]
        {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
