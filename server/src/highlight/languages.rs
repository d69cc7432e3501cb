//! From a fence's language to its grammar.
//!
//! Only languages that runbooks use: other grammars of the collection (Makefile, C#, Groovy) are known to take minutes
//! for a line.

use std::sync::LazyLock;

use syntect::parsing::{SyntaxReference, SyntaxSet};

use super::promql;

/// Grammars are compiled when they are first used.
static COLLECTION: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);
static PROMQL: LazyLock<SyntaxSet> = LazyLock::new(promql::grammar);

/// A grammar, and the set that it belongs to.
pub(super) struct Grammar {
    pub(super) set: &'static SyntaxSet,
    pub(super) syntax: &'static SyntaxReference,
}

/// The grammar of a language, by any of its usual names.
pub(super) fn grammar(language: &str) -> Option<Grammar> {
    if language == "promql" {
        return PROMQL.find_syntax_by_name(promql::NAME).map(|syntax| Grammar { set: &PROMQL, syntax });
    }
    let syntax = COLLECTION.find_syntax_by_name(name(language)?)?;
    Some(Grammar { set: &COLLECTION, syntax })
}

fn name(language: &str) -> Option<&'static str> {
    Some(match language {
        _ if lastmile_runbook::console::is_shell(language) => "Bourne Again Shell (bash)",
        "yaml" | "yml" => "YAML",
        "json" | "jsonc" | "json5" => "JSON",
        "sql" | "postgresql" | "mysql" | "psql" => "SQL",
        "python" | "python3" | "py" => "Python",
        "ruby" | "rb" => "Ruby",
        "go" | "golang" => "Go",
        "hcl" | "terraform" | "tf" => "Terraform",
        "toml" => "TOML",
        "ini" | "conf" | "cfg" | "properties" | "systemd" => "INI",
        "diff" | "patch" => "Diff",
        "dockerfile" | "docker" | "containerfile" => "Dockerfile",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_that_is_promised_has_a_grammar() {
        for language in [
            "sh",
            "bash",
            "shell",
            "console",
            "yaml",
            "json",
            "sql",
            "promql",
            "python",
            "ruby",
            "go",
            "hcl",
            "terraform",
            "toml",
            "ini",
            "diff",
            "dockerfile",
        ] {
            assert!(grammar(language).is_some(), "{language}");
        }
        for language in ["", "text", "makefile", "groovy", "mermaid"] {
            assert!(grammar(language).is_none(), "{language}");
        }
    }
}
