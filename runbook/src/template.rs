//! Texts with `$input` parts: `bar-$environment`, `${service}-prod`.

use std::collections::BTreeMap;

use crate::names::is_variable;

/// One part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Literal(&'a str),
    Input(&'a str),
}

/// The parts of `template`, or why it can't be read.
pub(crate) fn pieces(template: &str) -> Result<Vec<Piece<'_>>, &'static str> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        let (literal, after) = (&rest[..at], &rest[at + 1..]);
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        let (name, remaining) = if let Some(braced) = after.strip_prefix('{') {
            braced.split_once('}').ok_or("`${` has no `}`; write `${name}`")?
        } else {
            after
                .split_at(after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len()))
        };
        if !is_variable(name) {
            return Err("`$` must be followed by an input's name; write `$name` or `${name}`");
        }
        pieces.push(Piece::Input(name));
        rest = remaining;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest));
    }
    Ok(pieces)
}

/// The names of the inputs in `template`, repeated ones once, in order.
pub(crate) fn inputs(template: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for piece in pieces(template).unwrap_or_default() {
        if let Piece::Input(name) = piece
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
}

/// `template` with the values filled in; a missing value counts as empty.
pub(crate) fn fill(template: &str, values: &BTreeMap<String, String>) -> String {
    let Ok(pieces) = pieces(template) else { return template.to_owned() };
    let texts = pieces.into_iter().map(|piece| match piece {
        Piece::Literal(text) => text,
        Piece::Input(name) => values.get(name).map_or("", String::as_str),
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_filled_in_with_and_without_braces() {
        let values = BTreeMap::from([("a".to_owned(), "x$b".to_owned()), ("b".to_owned(), "y".to_owned())]);
        assert_eq!(fill("$a-${b}c/$c.", &values), "x$b-yc/.");
        assert_eq!(inputs("$a-${b}c/$a"), ["a", "b"]);
    }

    #[test]
    fn a_dollar_without_a_name_is_refused() {
        for template in ["$", "a$-b", "${", "${}", "${a", "${a b}", "$1"] {
            assert!(pieces(template).is_err(), "{template}");
        }
    }
}
