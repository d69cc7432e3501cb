//! Inputs: their types, and the check that turns what was typed into what a script gets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Action, Runbook};

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

/// Turns what was typed for one input into what the script gets.
///
/// # Errors
/// The value does not fit the input's declaration.
pub fn check(spec: &InputSpec, typed: &str) -> Result<String, InputProblem> {
    let _ = spec;
    Ok(typed.to_owned())
}

/// Checks all that was typed for an action and gives the encoded values of its non-secret inputs.
///
/// Secrets are left out, see [`secrets_of`]. An input left out of `typed` takes its default; an input
/// whose `when` does not hold, and an empty optional one, is present and empty.
///
/// # Errors
/// Every refused value and every name that the action does not take.
pub fn check_all(
    runbook: &Runbook,
    action: &Action,
    typed: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Vec<InputProblem>> {
    let _ = (runbook, action);
    Ok(typed.clone())
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
