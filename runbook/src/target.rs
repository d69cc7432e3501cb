//! Where an action runs: the target's name with input values filled in.

use std::collections::BTreeMap;

use crate::{
    Action, InputSpec, InputType, Runbook,
    declared::Declared,
    finding::Fault,
    keys,
    template::{self, Piece},
    yaml::Node,
};

/// The target of an action that names none.
pub const DEFAULT_TARGET: &str = "local";
/// Most targets that one action's options may lead to.
const MAX_TARGETS: usize = 1_000;

impl Action {
    /// The target's name for these values; `local` where the action names none.
    ///
    /// A missing value counts as empty, which gives a name that no server has configured.
    #[must_use]
    pub fn resolve_target(&self, values: &BTreeMap<String, String>) -> String {
        self.target
            .as_deref()
            .map_or_else(|| DEFAULT_TARGET.to_owned(), |target| template::fill(target, values))
    }

    /// Every name that [`Action::resolve_target`] can give, without duplicates, in the order of options.
    #[must_use]
    pub fn target_names(&self, runbook: &Runbook) -> Vec<String> {
        let Some(target) = &self.target else { return vec![DEFAULT_TARGET.to_owned()] };
        let mut settings = vec![BTreeMap::new()];
        for name in template::inputs(target) {
            let options = runbook.input(name).map_or(&[][..], |spec| &spec.options);
            let grown = settings.iter().flat_map(|values: &BTreeMap<String, String>| {
                options.iter().map(move |option| {
                    let mut values = values.clone();
                    values.insert(name.to_owned(), option.clone());
                    values
                })
            });
            // More than the limit is an error of the action; here it only has to stay bounded.
            settings = grown.take(MAX_TARGETS).collect();
        }
        let mut names: Vec<String> = Vec::with_capacity(settings.len());
        for name in settings.iter().map(|values| template::fill(target, values)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// What the operator must type before it starts; `None` if nothing.
    #[must_use]
    pub fn retype_value(&self, values: &BTreeMap<String, String>) -> Option<String> {
        self.retype.as_ref().map(|retype| template::fill(retype, values))
    }
}

/// Reads the key `target`: its inputs must be required choices, so that every result is known beforehand.
pub(crate) fn read(node: &Node, declared: &Declared) -> Result<String, Fault> {
    let target = keys::line(node)?;
    let bad = |message: String| Fault::new(node.at, "bad-target", message);
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@' | ':');
    let mut results = 1_usize;
    for piece in template::pieces(&target).map_err(|why| bad(format!("{why}.")))? {
        match piece {
            Piece::Literal(text) if text.chars().all(allowed) => {}
            Piece::Literal(_) => {
                let message = "A target's name has letters, digits and `-_./@:` only, and `$input` parts.";
                return Err(bad(message.to_owned()));
            }
            Piece::Input(name) => {
                let spec = declared.find(name, node.at)?;
                if spec.kind != InputType::Choice || !always_given(spec) {
                    let message = format!(
                        "`{name}` stands in `target`: it must be a required `choice` without `when`."
                    );
                    return Err(Fault::new(node.at, "target-input", message));
                }
                results = results.saturating_mul(spec.options.len());
            }
        }
    }
    if results > MAX_TARGETS {
        return Err(bad(format!("This can lead to {results} targets; {MAX_TARGETS} is the most.")));
    }
    Ok(target)
}

/// Reads the key `retype`: its inputs must be ones that always have one visible line, or there would be
/// nothing to retype.
pub(crate) fn read_retype(node: &Node, declared: &Declared) -> Result<String, Fault> {
    let retype = keys::line(node)?;
    template::pieces(&retype).map_err(|why| Fault::new(node.at, "bad-retype", format!("{why}.")))?;
    for name in template::inputs(&retype) {
        let spec = declared.find(name, node.at)?;
        let one_line = !matches!(spec.kind, InputType::Secret | InputType::Text | InputType::Multichoice);
        if !one_line || !always_given(spec) {
            let message = format!(
                "`{name}` stands in `retype`: it must be a required input without `when`, and no secret, text \
                 or multichoice."
            );
            return Err(Fault::new(node.at, "bad-retype", message));
        }
    }
    Ok(retype)
}

/// Whether the input can't be empty.
fn always_given(spec: &InputSpec) -> bool {
    spec.required && spec.when.is_empty()
}
