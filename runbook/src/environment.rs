//! The variables that a script surely reads from its environment, by its language.

use std::collections::HashSet;

use crate::{languages::is_shell, shell};

/// What stands before a variable's quoted name, for each language that has a word for it.
const READERS: [(&[&str], &[&str]); 5] = [
    (&["python", "python3", "py"], &["os.environ[", "os.environ.get(", "os.getenv(", "environ["]),
    (&["ruby", "rb"], &["ENV[", "ENV.fetch("]),
    (&["js", "javascript", "mjs", "node", "ts", "typescript"], &["process.env.", "process.env["]),
    (&["perl", "pl"], &["$ENV{"]),
    (&["php"], &["getenv(", "$_ENV["]),
];

/// Names that the script reads and does not set itself. Names in comments, in quotes that are not expanded, or built
/// at run time are left out: nobody must be told of a use that is none.
pub(crate) fn reads<'a>(language: &str, script: &'a str) -> HashSet<&'a str> {
    if is_shell(language) {
        let script = shell::read(script);
        return script.uses.iter().map(|it| it.name).filter(|name| !script.assigned.contains(name)).collect();
    }
    let readers =
        READERS.iter().find(|(languages, _)| languages.contains(&language)).map_or(&[][..], |it| it.1);
    let code = script.lines().filter(|line| !line.trim_start().starts_with(['#', '/', '*']));
    code.flat_map(|line| readers.iter().flat_map(move |reader| line.split(reader).skip(1)))
        .filter_map(name)
        .collect()
}

/// The name that begins `rest`, quoted or not.
fn name(rest: &str) -> Option<&str> {
    let rest = rest.trim_start().trim_start_matches(['"', '\'']);
    let name = &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())];
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_own_word_for_it() {
        for (language, script) in [
            ("sh", "echo \"$pool\""),
            ("python", "import os\nprint(os.environ['pool'])"),
            ("py", "x = os.environ.get( \"pool\", 1)"),
            ("ruby", "puts ENV.fetch('pool')"),
            ("js", "console.log(process.env.pool)"),
            ("perl", "print $ENV{pool};"),
        ] {
            assert_eq!(reads(language, script), HashSet::from(["pool"]), "{script}");
        }
    }

    #[test]
    fn what_is_no_use_is_left_out() {
        for (language, script) in [
            ("sh", "pool=x; echo \"$pool\""),
            ("sh", "# $pool\nawk '{print $pool}'"),
            ("python", "# os.environ['pool']\npool = 1\nprint(pool)"),
            ("go", "os.Getenv(\"pool\")"),
        ] {
            assert!(reads(language, script).is_empty(), "{script}");
        }
    }
}
