//! A fence's info string: its language, and a name in the way of Runme.
//!
//! The name is read from the raw line: in what the markdown parser hands on, `\"` has lost its backslash.

use crate::{
    names::{is_name, slug},
    position::Position,
    yaml::{self, Origin, Value},
};

/// First word of an info string, lower case; empty where there is none.
///
/// Quarto's ```` ```{python} ```` and Runme's ```` ```sh{"name":"x"} ```` count as `python` and `sh`.
pub(crate) fn language(info: &str) -> String {
    let info = info.trim_start().trim_start_matches(['{', '.']);
    let end = info.find(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}')).unwrap_or(info.len());
    info[..end].to_lowercase()
}

/// The name among Runme's attributes: `{"name":"x"}` or `{ name=x }`; slugged where it could not be a name.
/// Attributes are other tools' business, so nothing here is an error.
pub(crate) fn runme_name(info: &str) -> Option<String> {
    let attributes = &info[info.find('{')?..];
    let name = json_name(attributes).or_else(|| plain_name(attributes))?;
    if is_name(&name) {
        return Some(name);
    }
    Some(slug(&name)).filter(|name| is_name(name))
}

/// JSON is YAML's flow style.
fn json_name(attributes: &str) -> Option<String> {
    let at = Position { line: 1, column: 1 };
    let origin = Origin { first_line: at.line, columns: Vec::new() };
    let node = yaml::read(attributes, &origin, &mut Vec::new()).ok()?;
    match &node.get("name")?.value {
        Value::Scalar { text, .. } => Some(text.clone()),
        _ => None,
    }
}

fn plain_name(attributes: &str) -> Option<String> {
    let inner = attributes.trim_start_matches('{').trim_end().trim_end_matches('}');
    inner
        .split([' ', ','])
        .find_map(|word| word.trim().strip_prefix("name="))
        .map(|name| name.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_first_word_in_whatever_style() {
        let cases = [
            ("sh", "sh"),
            (" Bash  extra", "bash"),
            ("{python}", "python"),
            ("{r, echo=FALSE}", "r"),
            ("sh {\"name\":\"x\"}", "sh"),
            ("sh{\"name\":\"x\"}", "sh"),
            ("c++", "c++"),
            ("", ""),
        ];
        for (info, expected) in cases {
            assert_eq!(language(info), expected, "{info}");
        }
    }

    #[test]
    fn a_name_in_the_way_of_runme_is_read() {
        let cases = [
            (r#"sh {"name":"deploy","background":"true"}"#, Some("deploy")),
            (r#"sh {"name":"Deploy \"it\" now","env":{"a":{"b":1}}}"#, Some("deploy-it-now")),
            ("sh { name=deploy-2 interactive=false }", Some("deploy-2")),
            ("sh {\"background\":\"true\"}", None),
            ("sh {{{ name", None),
            ("sh", None),
        ];
        for (info, expected) in cases {
            assert_eq!(runme_name(info).as_deref(), expected, "{info}");
        }
    }
}
