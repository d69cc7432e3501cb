//! What a field takes, in a few words, made from its declaration.

use lastmile_runbook::{InputSpec, InputType};

/// A hint for the form; `None` where the control says it all.
#[must_use]
pub fn hint(spec: &InputSpec) -> Option<String> {
    match spec.kind {
        InputType::Duration => Some("Such as 90s, 5m or 1h30m".to_owned()),
        InputType::Secret => Some("Kept in memory only, never stored or shown".to_owned()),
        InputType::Integer | InputType::Number => range(spec, ""),
        InputType::String | InputType::Text => range(spec, " characters"),
        _ => None,
    }
}

fn range(spec: &InputSpec, unit: &str) -> Option<String> {
    match (spec.min, spec.max) {
        (Some(min), Some(max)) => Some(format!("{min} to {max}{unit}")),
        (Some(min), None) => Some(format!("At least {min}{unit}")),
        (None, Some(max)) => Some(format!("At most {max}{unit}")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_said_before_they_are_broken() {
        let spec = |kind, min, max| InputSpec { kind, min, max, ..InputSpec::default() };
        assert_eq!(hint(&spec(InputType::Integer, Some(1.0), Some(10.0))).as_deref(), Some("1 to 10"));
        assert_eq!(
            hint(&spec(InputType::String, None, Some(40.0))).as_deref(),
            Some("At most 40 characters")
        );
        assert_eq!(hint(&spec(InputType::String, None, None)), None);
    }
}
