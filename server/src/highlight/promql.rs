//! A grammar for PromQL, which the collection lacks: flat, because the language has no nesting that changes words.

use std::collections::HashMap;

use syntect::parsing::syntax_definition::{Context, MatchOperation, MatchPattern, Pattern, SyntaxDefinition};
use syntect::parsing::{Regex, Scope, SyntaxSet, SyntaxSetBuilder};

/// The grammar's name in its set.
pub(super) const NAME: &str = "PromQL";

/// What is looked for, the earlier before the later, and its scope.
const RULES: [(&str, &str); 8] = [
    (r"#[^\n]*", "comment.line"),
    (r#""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`"#, "string.quoted"),
    (
        r"\b(?:by|without|on|ignoring|group_left|group_right|bool|offset|and|or|unless|atan2|start|end)\b",
        "keyword",
    ),
    (r"\b[a-z_]+(?=\s*(?:\(|(?:by|without)\b))", "support.function"),
    (r"\b[A-Za-z_]\w*(?=\s*(?:=~|!~|!=|=(?!=)))", "entity.name.tag"),
    (r"\b(?:[0-9]+(?:ms|[smhdwy]))+\b", "constant.numeric"),
    (r"\b(?:0x[0-9a-fA-F]+|[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)\b", "constant.numeric"),
    (r"\b(?i:inf|nan)\b", "constant.language"),
];

/// A set with this grammar alone. A rule whose scope can't be made is left out; a test sees to all of them.
pub(super) fn grammar() -> SyntaxSet {
    let mut context = Context::new(false);
    context.patterns =
        RULES.iter().filter_map(|(regex, scope)| pattern(regex, scope)).map(Pattern::Match).collect();
    let mut builder = SyntaxSetBuilder::new();
    if let Ok(scope) = Scope::new("source.promql") {
        builder.add(SyntaxDefinition {
            name: NAME.to_owned(),
            file_extensions: vec!["promql".to_owned()],
            scope,
            first_line_match: None,
            hidden: false,
            variables: HashMap::new(),
            // A parser begins in `__start`.
            contexts: ["__start", "main"].map(|name| (name.to_owned(), context.clone())).into(),
        });
    }
    builder.build()
}

fn pattern(regex: &str, scope: &str) -> Option<MatchPattern> {
    Some(MatchPattern {
        has_captures: false,
        regex: Regex::new(regex.to_owned()),
        scope: vec![Scope::new(scope).ok()?],
        captures: None,
        operation: MatchOperation::None,
        with_prototype: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_can_be_used() {
        for (regex, scope) in RULES {
            assert!(Regex::try_compile(regex).is_none(), "{regex}");
            assert!(pattern(regex, scope).is_some(), "{scope}");
        }
    }
}
