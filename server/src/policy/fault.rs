//! What is wrong with a policy file, and on which line.

use miette::Diagnostic;

use super::PolicyFile;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub file: String,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// What, and how to mend it.
    pub message: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl Fault {
    /// What Cedar says of a file's text.
    pub(super) fn of(file: &PolicyFile, said: &dyn Diagnostic) -> Self {
        let offset = said.labels().and_then(|mut labels| labels.next()).map(|label| label.offset());
        let before = offset.and_then(|offset| file.text.get(..offset));
        let line = before.map(|before| before.matches('\n').count() + 1);
        let help = said.help().map(|help| format!(" ({help})")).unwrap_or_default();
        Self { file: file.name.clone(), line, message: format!("{said}{help}") }
    }
}
