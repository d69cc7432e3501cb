//! Inputs: their types, and the check that turns what was typed into what a script gets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Action, Runbook, encoding::encode, keys::hint_end, names::did_you_mean};

pub(crate) use crate::encoding::compile;

/// Type of an input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputType {
    /// One line.
    #[default]
    String,
    /// Several lines.
    Text,
    /// A whole number.
    Integer,
    /// A decimal number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// One of `options`.
    Choice,
    /// Some of `options`, one a line.
    Multichoice,
    /// Never stored nor shown.
    Secret,
    /// `2026-11-23`
    Date,
    /// Typed as `90s`, `5m`, `2h`, `1h30m`; reaches the script as whole seconds.
    Duration,
}

/// A declared input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InputSpec {
    /// Name, also of the environment variable.
    pub name: String,
    /// Its type.
    pub kind: InputType,
    /// Whether it must be given; an input without default is required unless it says `required: false`.
    pub required: bool,
    /// What is filled in at first.
    pub default: Option<String>,
    /// The whole value must match this regular expression.
    pub pattern: Option<String>,
    /// Least value; for text, least length in characters.
    pub min: Option<f64>,
    /// Greatest value; for text, greatest length in characters.
    pub max: Option<f64>,
    /// What a choice offers.
    pub options: Vec<String>,
    /// A sentence for the form.
    pub description: Option<String>,
    /// Grey text in the empty field.
    pub placeholder: Option<String>,
    /// Shown and taken only if these hold (`INPUT=VALUE …`).
    pub when: Vec<(String, String)>,
    /// Line of its declaration, from 1.
    pub line: usize,
}

/// Why a typed value was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputProblem {
    /// The input's name.
    pub name: String,
    /// What to type instead, as a sentence.
    pub message: String,
}

/// Longest value in bytes: Linux takes at most 128 KiB for one environment variable, name included.
pub const MAX_VALUE_BYTES: usize = 120_000;

impl InputSpec {
    /// Whether its `when` holds for these (encoded) values: if not, it is hidden, and set and empty.
    #[must_use]
    pub fn applies(&self, values: &BTreeMap<String, String>) -> bool {
        self.when.iter().all(|(name, wanted)| values.get(name).is_some_and(|value| value == wanted))
    }
}

/// Turns what was typed for one input into what the script gets.
///
/// What it gives can be typed again and gives the same, so stored values fill a form as they are. `when` is
/// not looked at: see [`check_all`].
///
/// # Errors
/// The value does not fit the input's declaration.
pub fn check(spec: &InputSpec, typed: &str) -> Result<String, InputProblem> {
    encode(spec, typed).map_err(|message| InputProblem { name: spec.name.clone(), message })
}

/// Checks all that was typed for an action and gives the encoded values of its non-secret inputs.
///
/// Secrets are left out, see [`secrets_of`]. An input that `typed` lacks takes its default. An input whose
/// `when` does not hold is set and empty whatever was typed; so is an optional one without a value.
///
/// # Errors
/// Every refused value, in the order of [`Action::inputs`], then every name that the action does not take.
pub fn check_all(
    runbook: &Runbook,
    action: &Action,
    typed: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Vec<InputProblem>> {
    let (mut values, mut problems) = (BTreeMap::new(), Vec::new());
    for name in &action.inputs {
        let Some(spec) = runbook.input(name) else { continue };
        if spec.kind == InputType::Secret {
            continue;
        }
        // Declarations look at earlier ones only, and the action's inputs are in the order of declaration.
        let given = typed.get(name).or(spec.default.as_ref()).map_or("", String::as_str);
        let checked = if spec.applies(&values) { check(spec, given) } else { Ok(String::new()) };
        match checked {
            Ok(value) => {
                values.insert(name.clone(), value);
            }
            Err(problem) => problems.push(problem),
        }
    }
    for name in typed.keys().filter(|name| !action.inputs.contains(name)) {
        let hint = did_you_mean(name, action.inputs.iter().map(String::as_str));
        let message = format!("This action takes no such input{}", hint_end(&hint));
        problems.push(InputProblem { name: name.clone(), message });
    }
    if problems.is_empty() { Ok(values) } else { Err(problems) }
}

/// The action's inputs of type `secret`, in the order of [`Action::inputs`].
#[must_use]
pub fn secrets_of<'a>(runbook: &'a Runbook, action: &Action) -> Vec<&'a InputSpec> {
    action
        .inputs
        .iter()
        .filter_map(|name| runbook.input(name))
        .filter(|spec| spec.kind == InputType::Secret)
        .collect()
}
