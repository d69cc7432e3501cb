//! Which variables a shell script uses, and how: quoted, bare, assigned.
//!
//! A reader of shapes, no interpreter: it knows quotes, comments, expansions, here-documents and assignments, and takes
//! time in proportion to the script. What it can't follow it leaves out, so that nobody is warned wrongly.

mod expansion;
mod heredoc;
mod lexer;
mod words;

use std::collections::HashSet;

/// What stands in a script.
#[derive(Debug, Default)]
pub(crate) struct Script<'a> {
    pub(crate) uses: Vec<Use<'a>>,
    /// Names that the script sets itself.
    pub(crate) assigned: HashSet<&'a str>,
    /// The first word of each simple command, with its offset.
    pub(crate) commands: Vec<(&'a str, usize)>,
}

/// One expansion of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Use<'a> {
    pub(crate) name: &'a str,
    /// Offset of its `$` in the script (of the name itself in arithmetic).
    pub(crate) at: usize,
    /// Length up to the end of the expansion.
    pub(crate) length: usize,
    pub(crate) place: Place,
}

/// What the shell does with the value at this place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Splits it at blanks and expands `*` in it.
    Bare,
    /// Splits it, and that is the point: the list of a `for`, or `${name:+…}`.
    List,
    /// Takes it as it is: in double quotes, an assignment, a test, arithmetic, a here-document.
    Whole,
}

/// Reads a script of `sh`, `bash` and their like.
pub(crate) fn read(script: &str) -> Script<'_> {
    lexer::Lexer::new(script).finish()
}

/// Whether the shell of this language splits a bare expansion; zsh and fish do not.
pub(crate) fn splits(language: &str) -> bool {
    matches!(language, "" | "sh" | "bash" | "dash" | "ash" | "ksh" | "shell" | "console")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(script: &str) -> Vec<(&str, Place)> {
        read(script).uses.into_iter().map(|it| (it.name, it.place)).collect()
    }

    #[test]
    fn only_a_bare_expansion_is_split() {
        for script in [
            "echo $a",
            "echo x$a",
            "echo ${a}",
            "echo $(ls $a)",
            "ls | grep $a",
            "rm -r dir/$a/x",
            "if x $a; then",
            "echo `ls $a`",
            "cat < $a",
            "( cd $a )",
            "x=1 cmd $a",
            "echo \"$(ls $a)\"",
            "echo ${b:-$a}",
            "eval $a",
            "for x in y; do ls $a; done",
        ] {
            assert!(places(script).contains(&("a", Place::Bare)), "{script}: {:?}", places(script));
        }
        for script in [
            "echo \"$a\"",
            "echo \"x ${a} y\"",
            "x=$a",
            "x=$a cmd",
            "export x=$a",
            "[[ $a == b ]]",
            "case $a in b) ;; esac",
            "echo $(( $a + 1 ))",
            "(( $a > 1 ))",
            "cat <<E\n$a\nE",
            "echo ${#a}",
            "echo \"$(ls \"$a\")\"",
            "local x=\"$a\" y=$a",
        ] {
            assert_eq!(
                places(script).iter().find(|it| it.0 == "a").map(|it| it.1),
                Some(Place::Whole),
                "{script}"
            );
        }
        for script in ["for x in $a; do", "for x in y $a\ndo", "cmd ${a:+--flag}"] {
            assert_eq!(places(script), [("a", Place::List)], "{script}");
        }
    }

    #[test]
    fn text_that_the_shell_does_not_expand_uses_nothing() {
        for script in [
            "echo '$a'",
            "# $a",
            "echo x # $a",
            "cat <<'E'\n$a\nE",
            "cat <<\\E\n$a\nE",
            "echo \\$a",
            "echo \"\\$a\"",
            "echo $'$a'",
            "cat <<-\"E\"\n\t$a\n\tE",
            "awk '{print $a}'",
            "echo $1 $? $$ $",
            "cat <<'A B'\n$a\nA B\n",
        ] {
            assert_eq!(places(script), [], "{script}");
        }
        assert_eq!(places("cat <<'E'\n$a\nE\necho $b; echo x#$c"), [("b", Place::Bare), ("c", Place::Bare)]);
        assert_eq!(places("cat <<<$a"), [("a", Place::Bare)]);
    }

    #[test]
    fn names_that_the_script_sets_are_known() {
        let script = read(
            "a=1\nfor b in x; do read -r c d; done\nlocal e f=2\nexport g\nif h=$(x); then :; fi\n(( i = 1 ))\nmapfile -t j < x\n\
             printf -v k %s x\nwhile read l; do :; done\nm+=1; n[0]=x\necho o=1\ngetopts x: p\n: ${q:=1}\n",
        );
        for name in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "p", "q"] {
            assert!(script.assigned.contains(name), "{name}: {:?}", script.assigned);
        }
        assert!(!script.assigned.contains("o"));
    }

    #[test]
    fn the_commands_are_the_first_words() {
        let script =
            read("x=1 eval \"$y\"\nif ! grep -q eval f; then echo eval; fi | sort; $(date) && time ls\n");
        let names: Vec<_> = script.commands.iter().map(|it| it.0).collect();
        assert_eq!(names, ["eval", "grep", "echo", "sort", "date", "ls"]);
    }

    #[test]
    fn broken_and_deep_scripts_end() {
        for script in [
            "$",
            "${",
            "\"",
            "'",
            "$(",
            "`",
            "<<",
            "<<E",
            "${a",
            "$((",
            "((",
            "\\",
            "a=",
            "$(".repeat(50_000).as_str(),
        ] {
            let _ = read(script);
        }
        let _ = read(&"\"$(".repeat(50_000));
        let _ = read(&"${a:-".repeat(50_000));
        let _ = read(&"<<E ".repeat(20_000));
    }
}
