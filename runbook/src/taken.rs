//! Which inputs an action takes.
//!
//! Those it lists, or else those its script names; and always those that its target, its conditions and what
//! is to be retyped look at, because without them nobody could tell where it runs or who must agree.

use std::collections::HashSet;

use crate::{
    Action,
    declared::{self, Declared},
    environment,
    finding::Fault,
    languages::is_shell,
    position::Position,
    template,
};

/// The script without its first `header` lines.
pub(crate) fn body(script: &str, header: usize) -> &str {
    let length: usize = script.split_inclusive('\n').take(header).map(str::len).sum();
    &script[length..]
}

/// The names of the inputs taken, in the order of declaration, and what is wrong with them.
pub(crate) fn read(
    action: &Action,
    body: &str,
    listed: Option<&[String]>,
    declared: &Declared,
    at: Position,
) -> (Vec<String>, Vec<Fault>) {
    let named = if is_shell(&action.language) { variables(body) } else { words(body) };
    let explicit = listed.is_some();
    let mut taken: HashSet<&str> = match listed {
        Some(listed) => listed.iter().map(String::as_str).collect(),
        None => named.clone(),
    };
    for template in [&action.target, &action.retype].into_iter().flatten() {
        taken.extend(template::inputs(template));
    }
    taken.extend(action.approve.iter().flat_map(crate::ApproveRule::inputs));
    // Backwards, because a condition looks at earlier inputs only.
    for spec in declared.specs.iter().rev() {
        if taken.contains(spec.name.as_str()) {
            taken.extend(spec.when.iter().map(|(name, _)| name.as_str()));
        }
    }
    let mut faults: Vec<Fault> = Vec::new();
    faults.extend(
        declared
            .broken
            .iter()
            .filter(|name| taken.contains(name.as_str()))
            .map(|name| declared::broken(name, at)),
    );
    if explicit {
        let read = environment::reads(&action.language, body);
        let forgotten = declared.specs.iter().map(|spec| spec.name.as_str());
        faults.extend(forgotten.filter(|name| read.contains(name) && !taken.contains(name)).map(|name| {
            let message =
                format!("The script uses `{name}`, which `inputs` does not list; add it to the list.");
            Fault::new(at, "input-not-listed", message)
        }));
    }
    let names = declared.specs.iter().map(|spec| spec.name.clone());
    (names.filter(|name| taken.contains(name.as_str())).collect(), faults)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The names after `$` and `${`, also in `${#name}` and `${!name}`.
fn variables(script: &str) -> HashSet<&str> {
    let after =
        script.split('$').skip(1).map(|rest| rest.trim_start_matches('{').trim_start_matches(['#', '!']));
    after.map(|rest| &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())]).collect()
}

/// Every word.
pub(crate) fn words(script: &str) -> HashSet<&str> {
    script.split(|c| !is_word(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shell_variables_are_found_in_every_spelling() {
        let found = variables("echo $a \"${b:-x}\" ${#c} ${!d} $1 $$ \\$e '$f'");
        for name in ["a", "b", "c", "d", "e", "f"] {
            assert!(found.contains(name), "{name}");
        }
        assert!(!found.contains("x"));
    }
}
