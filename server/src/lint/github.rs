//! Reports as GitHub's workflow commands: `::error file=…,line=…,col=…,title=…::message`.

use std::io::{self, Write};

use lastmile_runbook::Severity;

use super::Outcome;

pub(super) fn write(outcome: &Outcome, out: &mut impl Write) -> io::Result<()> {
    for located in &outcome.located {
        let problem = &located.report.problem;
        let command = if problem.severity == Severity::Error { "error" } else { "warning" };
        let (file, title) = (property(&located.file), property(&problem.code));
        let message = data(&format!("{} {}", problem.message, located.report.mend));
        let (line, column) = (problem.line, problem.column);
        writeln!(out, "::{command} file={file},line={line},col={column},title={title}::{message}")?;
    }
    Ok(())
}

/// What stands behind the second `::`. A line end would begin another command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property: it ends at a comma or colon, too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_begins_another_command() {
        assert_eq!(data("50 %\r\n::error::x"), "50 %25%0D%0A::error::x");
        assert_eq!(property("a,b:c%"), "a%2Cb%3Ac%25");
    }
}
