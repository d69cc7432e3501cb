//! What the inputs amount to: typed, else default; hidden ones left out. Pure.

use std::collections::BTreeMap;

use lastmile_runbook::{InputSpec, InputType};

/// What is typed or filled in for every visible input that is no secret.
#[must_use]
pub fn values(inputs: &[InputSpec], typed: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let plain = inputs.iter().filter(|spec| spec.kind != InputType::Secret && is_shown(spec, inputs, typed));
    plain.map(|spec| (spec.name.clone(), value_of(spec, typed))).collect()
}

/// What stands in the field: what was typed, else the default, else nothing.
#[must_use]
pub fn value_of(spec: &InputSpec, typed: &BTreeMap<String, String>) -> String {
    let blank = if spec.kind == InputType::Boolean { "false" } else { "" };
    typed.get(&spec.name).or(spec.default.as_ref()).cloned().unwrap_or_else(|| blank.to_owned())
}

/// Whether all of an input's `when` conditions hold.
#[must_use]
pub fn is_shown(spec: &InputSpec, inputs: &[InputSpec], typed: &BTreeMap<String, String>) -> bool {
    spec.when.iter().all(|(name, wanted)| {
        let value = inputs
            .iter()
            .find(|other| other.name == *name)
            .map_or_else(|| typed.get(name).cloned().unwrap_or_default(), |other| value_of(other, typed));
        value == *wanted
    })
}

/// What was typed for this action's visible inputs, as a request takes it: untouched inputs are left out.
#[must_use]
pub fn typed_for(inputs: &[InputSpec], typed: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut values = values(inputs, typed);
    values.retain(|name, value| {
        let untouched_boolean = inputs
            .iter()
            .any(|spec| spec.name == *name && spec.kind == InputType::Boolean && spec.default.is_none());
        typed.contains_key(name) || (untouched_boolean && value == "false")
    });
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(name: &str, kind: InputType, default: Option<&str>, when: &[(&str, &str)]) -> InputSpec {
        let when = when.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        InputSpec {
            name: name.into(),
            kind,
            default: default.map(str::to_owned),
            when,
            ..InputSpec::default()
        }
    }

    fn sample() -> Vec<InputSpec> {
        vec![
            spec("environment", InputType::Choice, Some("qa"), &[]),
            spec("change", InputType::String, None, &[("environment", "prod")]),
            spec("token", InputType::Secret, None, &[]),
            spec("force", InputType::Boolean, None, &[]),
        ]
    }

    fn typed(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn an_input_is_hidden_until_its_condition_holds_also_by_default_values() {
        let inputs = sample();
        assert!(!is_shown(&inputs[1], &inputs, &typed(&[])));
        assert!(is_shown(&inputs[1], &inputs, &typed(&[("environment", "prod")])));
    }

    #[test]
    fn values_fill_in_defaults_and_never_hold_a_secret() {
        let values = values(&sample(), &typed(&[("token", "hunter2")]));
        assert_eq!(values, typed(&[("environment", "qa"), ("force", "false")]));
    }

    #[test]
    fn a_request_takes_what_was_typed_for_this_action_alone() {
        let all = typed(&[("environment", "prod"), ("change", "C-1"), ("other_action", "x"), ("token", "t")]);
        assert_eq!(
            typed_for(&sample(), &all),
            typed(&[("environment", "prod"), ("change", "C-1"), ("force", "false")])
        );
    }
}
