//! What the parser must know of a script's language: its comment, and how a variable is named.

/// The three beginnings of a header line.
pub(crate) const LEADERS: [&str; 3] = ["#|", "//|", "--|"];

/// The header's beginning in this language; `None` where the language is not known and any will do.
pub(crate) fn leader(language: &str) -> Option<&'static str> {
    match language {
        "sh" | "bash" | "zsh" | "ksh" | "dash" | "ash" | "shell" | "fish" | "console" | "python"
        | "python3" | "py" | "ruby" | "rb" | "perl" | "pl" | "r" | "julia" | "elixir" | "yaml" | "yml"
        | "toml" | "awk" | "nu" | "nushell" | "tcl" | "make" | "makefile" | "dockerfile" | "powershell"
        | "pwsh" | "jq" | "hcl" | "terraform" | "promql" => Some("#|"),
        "js" | "javascript" | "mjs" | "node" | "ts" | "typescript" | "deno" | "go" | "golang" | "rust"
        | "rs" | "java" | "kotlin" | "kts" | "scala" | "groovy" | "swift" | "c" | "cpp" | "cs" | "csharp"
        | "dart" => Some("//|"),
        "sql" | "psql" | "postgresql" | "pgsql" | "mysql" | "sqlite" | "lua" | "haskell" | "hs" => {
            Some("--|")
        }
        _ => None,
    }
}

/// Whether a variable is read as `$name`. An untagged fence counts as shell.
pub(crate) fn is_shell(language: &str) -> bool {
    matches!(language, "" | "sh" | "bash" | "zsh" | "ksh" | "dash" | "ash" | "shell" | "fish" | "console")
}

/// Whether a fence of this language shows text about something, where an action's header is an example.
pub(crate) fn is_prose(language: &str) -> bool {
    matches!(
        language,
        "" | "md" | "markdown" | "mdx" | "text" | "txt" | "plaintext" | "diff" | "html" | "rst"
    )
}
