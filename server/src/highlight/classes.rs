//! From a grammar's scopes (`constant.numeric.integer.yaml`) to the few kinds that have colours.

use std::sync::LazyLock;

use lastmile_protocol::TokenKind;
use syntect::parsing::Scope;

/// Scopes and their kinds; of those that fit a scope the first counts. `None`: what this scope names stays plain.
const KINDS: [(&str, Option<TokenKind>); 33] = [
    ("comment", Some(TokenKind::Comment)),
    ("meta.mapping.key", Some(TokenKind::Key)),
    ("meta.structure.dictionary.key", Some(TokenKind::Key)),
    ("markup.inserted", Some(TokenKind::Inserted)),
    ("markup.deleted", Some(TokenKind::Deleted)),
    ("markup.changed", Some(TokenKind::Header)),
    ("meta.diff.header", Some(TokenKind::Header)),
    ("meta.diff.range", Some(TokenKind::Header)),
    ("meta.diff.index", Some(TokenKind::Header)),
    ("entity.name.tag", Some(TokenKind::Key)),
    ("entity.name.section", Some(TokenKind::Key)),
    ("entity.other.attribute-name", Some(TokenKind::Key)),
    ("support.type.property-name", Some(TokenKind::Key)),
    ("variable.other.key", Some(TokenKind::Key)),
    ("keyword.other.definition", Some(TokenKind::Key)),
    ("entity.name.function", Some(TokenKind::Function)),
    ("support.function", Some(TokenKind::Function)),
    ("variable.function", Some(TokenKind::Function)),
    ("entity.name", Some(TokenKind::Type)),
    ("support.type", Some(TokenKind::Type)),
    ("support.class", Some(TokenKind::Type)),
    ("storage.type", Some(TokenKind::Type)),
    ("storage", Some(TokenKind::Keyword)),
    ("keyword.operator", None),
    ("keyword", Some(TokenKind::Keyword)),
    ("constant.numeric", Some(TokenKind::Number)),
    ("constant", Some(TokenKind::Constant)),
    ("variable.parameter.option", Some(TokenKind::Constant)),
    ("variable", Some(TokenKind::Variable)),
    ("string.unquoted", None),
    ("string", Some(TokenKind::String)),
    ("punctuation.definition.comment", Some(TokenKind::Comment)),
    ("meta.interpolation", None),
];

static SCOPES: LazyLock<Vec<(Scope, Option<TokenKind>)>> = LazyLock::new(|| {
    KINDS.iter().filter_map(|(name, kind)| Scope::new(name).ok().map(|scope| (scope, *kind))).collect()
});

/// What stands under these scopes: the innermost that means something decides, but nothing in a comment or in a
/// mapping's key has a colour of its own.
pub(super) fn kind(stack: &[Scope]) -> Option<TokenKind> {
    let one =
        |scope: &Scope| SCOPES.iter().find(|(known, _)| known.is_prefix_of(*scope)).map(|(_, kind)| *kind);
    let whole = |kind: &TokenKind| matches!(kind, TokenKind::Comment | TokenKind::Key);
    let outer = stack.iter().filter_map(one).flatten().find(whole);
    outer.or_else(|| stack.iter().rev().find_map(one).flatten())
}
