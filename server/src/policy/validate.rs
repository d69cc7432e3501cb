//! Policies against the schema, in strict mode.

use std::sync::LazyLock;

use cedar_policy::{PolicyId, PolicySet, Schema, ValidationMode, ValidationWarning, Validator};
use miette::Diagnostic;

use super::{Fault, PolicyFile};

/// The schema, as editors want it too.
pub const SCHEMA: &str = include_str!("../../../policies/lastmile.cedarschema");

static PARSED_SCHEMA: LazyLock<Result<Schema, String>> = LazyLock::new(|| {
    Schema::from_cedarschema_str(SCHEMA).map(|(schema, _)| schema).map_err(|e| e.to_string())
});

/// # Errors
/// If the schema were wrong.
pub(super) fn schema() -> Result<&'static Schema, String> {
    PARSED_SCHEMA.as_ref().map_err(Clone::clone)
}

/// # Errors
/// What strict mode refuses, and policies that could never apply: such a gate would be none.
pub(super) fn validate(all: &PolicySet, files: &[PolicyFile]) -> Result<Vec<Fault>, Vec<Fault>> {
    let schema = schema()
        .map_err(|message| vec![Fault { file: "lastmile.cedarschema".to_owned(), line: None, message }])?;
    let result = Validator::new(schema.clone()).validate(all, ValidationMode::Strict);
    let mut faults: Vec<_> =
        result.validation_errors().map(|error| of_policy(files, error.policy_id(), error)).collect();
    let mut warnings = Vec::new();
    for warning in result.validation_warnings() {
        let said = of_policy(files, warning.policy_id(), warning);
        match warning {
            ValidationWarning::ImpossiblePolicy(_) => faults.push(said),
            _ => warnings.push(said),
        }
    }
    if faults.is_empty() { Ok(warnings) } else { Err(faults) }
}

fn of_policy(files: &[PolicyFile], id: &PolicyId, said: &dyn Diagnostic) -> Fault {
    let id = id.to_string();
    let file = files.iter().find(|file| {
        id.rsplit_once('/').is_some_and(|(stem, _)| stem == file.name.trim_end_matches(".cedar"))
    });
    match file {
        Some(file) => Fault::of(file, said),
        None => Fault { file: id, line: None, message: said.to_string() },
    }
}
