//! What the words of a command mean: assignments, keywords, the command's name.

use super::{Place, Script};

/// What the next word is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    /// A command, a keyword or an assignment.
    #[default]
    Command,
    /// An argument.
    Argument,
    /// An argument of `export`, `local` and their like: `name` or `name=value`.
    Declare,
    /// An argument of `read` and its like: a name that it sets, as far as we can tell.
    Sets,
    /// The variable of a `for`.
    Variable,
    /// The list of a `for`.
    List,
    /// Between `[[` and `]]`.
    Test,
    /// Between `case` and `in`.
    Case,
}

/// The words of one command so far.
#[derive(Default)]
pub(super) struct Words {
    /// Where the open word begins.
    pub(super) start: Option<usize>,
    pub(super) state: State,
    /// The next word is where a redirection leads.
    redirected: bool,
    /// Parentheses that are open.
    pub(super) open: usize,
}

impl Words {
    pub(super) fn at_command(&self) -> bool {
        self.state == State::Command
    }

    pub(super) fn in_test(&self) -> bool {
        self.state == State::Test
    }

    /// `;`, `|`, a line end …: a command may begin. A test goes on over lines.
    pub(super) fn separate(&mut self) {
        if self.state != State::Test {
            self.state = State::Command;
        }
        self.redirected = false;
    }

    pub(super) fn redirect(&mut self) {
        self.redirected = true;
    }

    /// What the shell does with an expansion at `at` in the open word.
    pub(super) fn place(&self, text: &str, at: usize) -> Place {
        match self.state {
            State::Test | State::Case => Place::Whole,
            State::List => Place::List,
            State::Command | State::Declare => {
                let before = self.start.and_then(|start| text.get(start..at)).unwrap_or_default();
                if assigned(before).is_some() { Place::Whole } else { Place::Bare }
            }
            _ => Place::Bare,
        }
    }

    /// A word that has ended.
    pub(super) fn close<'a>(&mut self, word: &'a str, at: usize, found: &mut Script<'a>) {
        if std::mem::take(&mut self.redirected) {
            return;
        }
        match self.state {
            State::Command => self.command(word, at, found),
            State::Declare | State::Sets => {
                let name = assigned(word).unwrap_or(word);
                if is_name(name) {
                    found.assigned.insert(name);
                }
            }
            State::Variable => {
                found.assigned.insert(word);
                self.state = State::List;
            }
            State::Case if word == "in" => self.state = State::Command,
            State::Test if word == "]]" => self.state = State::Argument,
            _ => {}
        }
    }

    fn command<'a>(&mut self, word: &'a str, at: usize, found: &mut Script<'a>) {
        if let Some(name) = assigned(word) {
            found.assigned.insert(name);
            return;
        }
        self.state = match word {
            "if" | "then" | "else" | "elif" | "fi" | "do" | "done" | "while" | "until" | "{" | "}" | "!"
            | "time" | "esac" => State::Command,
            "for" | "select" => State::Variable,
            "case" => State::Case,
            "[[" => State::Test,
            "export" | "local" | "declare" | "typeset" | "readonly" | "unset" | "let" => State::Declare,
            "read" | "mapfile" | "readarray" | "getopts" | "printf" => State::Sets,
            _ => State::Argument,
        };
        if matches!(self.state, State::Argument | State::Declare | State::Sets)
            && !word.starts_with(['$', '`', '"'])
        {
            found.commands.push((word, at));
        }
    }
}

fn is_name(word: &str) -> bool {
    crate::names::is_variable(word)
}

/// The name of `NAME=…`, `NAME+=…` and `NAME[…]=…`.
fn assigned(word: &str) -> Option<&str> {
    let (before, _) = word.split_once('=')?;
    let before = before.strip_suffix('+').unwrap_or(before);
    let name = before.split('[').next().unwrap_or(before);
    is_name(name).then_some(name)
}
