//! Where new inputs are declared: in the front matter that is there, or in a new one.

use std::collections::BTreeMap;

use super::Edit;
use crate::position::Lines;

/// Where the declarations go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The file has no front matter.
    Top,
    /// Before this line, which closes the front matter.
    Close(usize),
    /// Behind the line `inputs:`, with the indentation that its entries have.
    Inputs(usize, String),
}

impl Place {
    /// `None` where a front matter stands that can't be added to line by line.
    pub(super) fn of(lines: &Lines<'_>, body_line: usize) -> Option<Self> {
        if body_line <= 1 {
            return Some(Self::Top);
        }
        if lines.text(1).trim_end() != "---" {
            return None;
        }
        let close = body_line - 1;
        let inputs =
            (2..close).find(|&line| lines.text(line).trim_start_matches(['"', '\'']).starts_with("inputs"));
        let Some(inputs) = inputs else {
            let flow = (2..close).any(|line| lines.text(line).starts_with(['{', '[']));
            return (!flow).then_some(Self::Close(close));
        };
        let entry = (inputs + 1..close).map(|line| lines.text(line)).find(|text| !text.trim().is_empty());
        let indent: String = entry.unwrap_or("  x").chars().take_while(|c| *c == ' ').collect();
        let block = lines.text(inputs).trim_end() == "inputs:" && !indent.is_empty();
        block.then_some(Self::Inputs(inputs, indent))
    }

    /// The edit that declares `inputs`: their names, with what the file had in their place.
    pub(super) fn edit(&self, inputs: &BTreeMap<String, String>) -> Edit {
        let indent = if let Self::Inputs(_, indent) = self { indent.as_str() } else { "  " };
        let mut added: Vec<String> =
            inputs.iter().flat_map(|(name, written)| declaration(name, written, indent)).collect();
        match self {
            Self::Inputs(line, _) => Edit { line: line + 1, removed: 0, added },
            Self::Close(line) => {
                added.insert(0, "inputs:".to_owned());
                Edit { line: *line, removed: 0, added }
            }
            Self::Top => {
                added.splice(0..0, ["---".to_owned(), "inputs:".to_owned()]);
                added.extend(["---".to_owned(), String::new()]);
                Edit { line: 1, removed: 0, added }
            }
        }
    }
}

/// A value must not begin with `-`: commands would take it for a flag.
fn declaration(name: &str, written: &str, indent: &str) -> [String; 4] {
    let shown: String = written.chars().filter(|c| !c.is_control()).collect();
    let quoted = shown.replace('\'', "''");
    [
        format!("{indent}{name}:"),
        format!("{indent}{indent}type: string"),
        format!("{indent}{indent}pattern: '[^-].*'"),
        format!("{indent}{indent}description: '{quoted}'"),
    ]
}
