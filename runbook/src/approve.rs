//! Who must agree, as the document asks: `[N] TEAM [if INPUT=VALUE …]`.

use std::collections::BTreeMap;

use crate::{
    Action, ApproveRule, conditions, declared::Declared, finding::Fault, keys, names::is_name,
    position::Position, yaml::Node,
};

/// The condition's name that means the target's label, not an input.
const ENVIRONMENT: &str = "environment";

impl Action {
    /// The document's approvals for these (encoded) values on a target of this environment: each team
    /// once, with the highest count of its matching rules, in the order of the rules.
    ///
    /// A value that `values` lacks counts as matching: what is not known yet can only ask for more.
    #[must_use]
    pub fn approvals(&self, values: &BTreeMap<String, String>, environment: &str) -> Vec<(String, u32)> {
        let mut wanted: Vec<(String, u32)> = Vec::new();
        for rule in self.approve.iter().filter(|rule| rule.holds(values, environment)) {
            match wanted.iter_mut().find(|(team, _)| *team == rule.team) {
                Some((_, count)) => *count = (*count).max(rule.count),
                None => wanted.push((rule.team.clone(), rule.count)),
            }
        }
        wanted
    }
}

impl ApproveRule {
    /// Whether all conditions hold; one over a value that is not known counts as holding.
    fn holds(&self, values: &BTreeMap<String, String>, environment: &str) -> bool {
        self.conditions.iter().all(|(name, wanted)| {
            if name == ENVIRONMENT {
                return wanted == environment;
            }
            values.get(name).is_none_or(|value| value == wanted)
        })
    }

    /// The inputs it looks at: an action always takes them.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = &str> {
        self.conditions.iter().map(|(name, _)| name.as_str()).filter(|name| *name != ENVIRONMENT)
    }
}

/// Reads the key `approve`: one rule or a list of them.
pub(crate) fn read(node: &Node, declared: &Declared) -> Result<Vec<ApproveRule>, Fault> {
    keys::list(node)?.into_iter().map(|(text, at)| rule(&text, at, declared)).collect()
}

fn rule(text: &str, at: Position, declared: &Declared) -> Result<ApproveRule, Fault> {
    let bad = |why: String| {
        Fault::new(at, "bad-approve", format!("{why}; write `approve: [N] TEAM [if INPUT=VALUE …]`."))
    };
    let words = conditions::words(text).ok_or_else(|| bad("A quote is left open".to_owned()))?;
    let mut words = words.into_iter().peekable();
    let number = words.next_if(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    let count = number.map_or(Ok(1), |word| match word.parse() {
        Ok(count @ 1..=99) => Ok(count),
        _ => Err(bad(format!("`{word}` people is not between 1 and 99"))),
    })?;
    let team = words.next().ok_or_else(|| bad("The team is missing".to_owned()))?;
    if !is_name(&team) || team == "if" {
        return Err(bad(format!("`{team}` is no team's name")));
    }
    let mut rule = ApproveRule { count, team, conditions: Vec::new() };
    match words.next() {
        None => return Ok(rule),
        Some(word) if word == "if" => {}
        Some(word) => return Err(bad(format!("After the team comes `if` or nothing, not `{word}`"))),
    }
    for word in words {
        let condition =
            conditions::split(&word).ok_or_else(|| bad(format!("`{word}` is no `INPUT=VALUE`")))?;
        check(&condition, at, declared)?;
        rule.conditions.push(condition);
    }
    if rule.conditions.is_empty() {
        return Err(bad("Nothing follows `if`".to_owned()));
    }
    Ok(rule)
}

/// `environment` is the target's label, which only the server knows. Where the file has an input of that
/// name as well, the value must be one of its options.
fn check((name, value): &(String, String), at: Position, declared: &Declared) -> Result<(), Fault> {
    if name == ENVIRONMENT && !declared.has(ENVIRONMENT) {
        return Ok(());
    }
    conditions::check(declared, name, value, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{InputSpec, InputType};

    fn declared() -> Declared {
        let choice = InputSpec {
            name: "size".into(),
            kind: InputType::Choice,
            options: vec!["s".into(), "l".into()],
            ..InputSpec::default()
        };
        let pool = InputSpec { name: "pool".into(), ..InputSpec::default() };
        Declared { specs: vec![choice, pool], ..Declared::default() }
    }

    fn read_rule(text: &str) -> Result<ApproveRule, Fault> {
        rule(text, Position { line: 1, column: 1 }, &declared())
    }

    #[test]
    fn a_rule_has_a_count_a_team_and_conditions() {
        let rule = read_rule("2 middleware if environment=prod size=l").unwrap();
        assert_eq!((rule.count, rule.team.as_str(), rule.conditions.len()), (2, "middleware", 2));
        assert_eq!(read_rule("noc").unwrap().count, 1);
    }

    #[test]
    fn a_slip_in_a_rule_is_an_error_because_it_would_take_a_gate_away() {
        let cases = [
            ("0 noc", "bad-approve"),
            ("2", "bad-approve"),
            ("noc, sre", "bad-approve"),
            ("noc sre", "bad-approve"),
            ("noc if", "bad-approve"),
            ("noc if size", "bad-approve"),
            ("noc if size=xl", "unknown-option"),
            ("noc if szie=l", "unknown-input"),
            ("noc if pool=blue", "bad-condition"),
        ];
        for (text, code) in cases {
            assert_eq!(read_rule(text).unwrap_err().code, code, "{text}");
        }
    }

    #[test]
    fn the_highest_count_of_a_team_wins_and_unknown_values_ask_for_more() {
        let rules = ["noc", "2 noc if size=l", "sre if environment=prod"];
        let approve = rules.iter().map(|text| read_rule(text).unwrap()).collect();
        let action = Action { approve, ..crate::action::blank() };
        let small = BTreeMap::from([("size".to_owned(), "s".to_owned())]);
        assert_eq!(action.approvals(&small, "qa"), [("noc".to_owned(), 1)]);
        assert_eq!(
            action.approvals(&BTreeMap::new(), "prod"),
            [("noc".to_owned(), 2), ("sre".to_owned(), 1)]
        );
    }
}
