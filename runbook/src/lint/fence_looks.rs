//! Lines that look like a fence and open or close nothing, and fences that are never closed.

use std::collections::HashSet;

use super::{File, Report, report, survey::CodeAt};
use crate::{Problem, fence, position::Position};

pub(super) fn check(file: &File<'_>, reports: &mut Vec<Report>) {
    let actions: HashSet<usize> = file.runbook.actions.iter().map(|action| action.line).collect();
    for code in file.survey.codes.iter().filter(|code| !actions.contains(&code.at.line)) {
        if code.fenced {
            in_fence(code, file, reports);
        } else {
            indented(code, file, reports);
        }
    }
    in_html(file, reports);
    two_signs(file, reports);
}

/// A line of the file without what lists and quotes put before it, and the column where it begins.
fn stripped<'a>(file: &File<'a>, line: usize) -> (&'a str, usize) {
    let text = file.lines.text(line);
    let rest = text.trim_start_matches([' ', '\t', '>']);
    (rest.trim_end(), text.chars().count() - rest.chars().count() + 1)
}

/// The signs at the line's beginning, how many they are, and what follows them.
fn signs(text: &str) -> Option<(char, usize, &str)> {
    let sign = text.chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
    let rest = text.trim_start_matches(sign);
    Some((sign, text.len() - rest.len(), rest))
}

/// Whether it is one word that could name a language.
fn is_tag(info: &str) -> bool {
    let info = info.trim();
    !info.is_empty()
        && info.len() < 20
        && info.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-_#.".contains(&byte))
}

/// In a fence: a line that was meant to close it, or one that opens the next because the close is missing.
fn in_fence(code: &CodeAt, file: &File<'_>, reports: &mut Vec<Report>) {
    let opening = fence::opening(file.lines.source(), &code.range, code.text.lines().count(), file.lines);
    let (text, _) = stripped(file, code.at.line);
    // Behind a list's mark the fence begins later in its line.
    let text = text.find(['`', '~']).map_or(text, |at| &text[at..]);
    let Some((sign, width, _)) = signs(text) else { return };
    let fence = Fence { line: code.at.line, sign, width, closed: opening.closed };
    let last = if opening.closed { code.lines.1 } else { code.lines.1 + 1 };
    let meant = (code.lines.0 + 1..last).find_map(|line| {
        let (text, column) = stripped(file, line);
        let (message, mend) = fence.lookalike(text)?;
        Some(report("not-a-fence", Position { line, column }, message).mend(mend))
    });
    if let Some(meant) = meant {
        reports.push(meant);
    } else if !opening.closed {
        let message = "This fence is never closed: all that follows in its section of the file is code.";
        reports.push(report("unclosed-fence", code.at, message).only_warns());
    }
}

/// A fence, as its opening line has it.
struct Fence {
    line: usize,
    sign: char,
    width: usize,
    closed: bool,
}

impl Fence {
    /// What a line inside of it looks like, and how to mend that.
    fn lookalike(&self, text: &str) -> Option<(String, String)> {
        let (_, count, rest) = signs(text).filter(|it| it.0 == self.sign)?;
        let own = self.line;
        let end = format!("This looks like the end of the fence that line {own} opened, but");
        let blank = rest.trim().is_empty();
        if count >= self.width && is_tag(rest) {
            let message =
                format!("This looks like a fence's opening, but stands in the fence that line {own} opened.");
            return Some((message, format!("Close the fence of line {own} before it.")));
        }
        if count >= self.width && blank {
            let mend = format!("Indent it like line {own}.");
            return Some((format!("{end} is indented too deeply to close it."), mend));
        }
        if count >= self.width
            && !self.closed
            && rest.starts_with([' ', ')', '.', ','])
            && !rest.contains(self.sign)
        {
            let mend = "Put the signs on a line of their own.".to_owned();
            return Some((format!("{end} text follows its signs."), mend));
        }
        if count == 2 && self.width == 3 && blank {
            let mend = if self.sign == '~' { "Write `~~~`." } else { "Write three backticks." };
            return Some((format!("{end} has too few signs."), mend.to_owned()));
        }
        None
    }
}

/// Indented code that is a whole fence: indented too deeply.
fn indented(code: &CodeAt, file: &File<'_>, reports: &mut Vec<Report>) {
    let mut lines = code.text.lines().filter(|line| !line.trim().is_empty());
    let (Some(first), Some(last)) = (lines.next(), lines.next_back()) else { return };
    let Some((sign, width, rest)) = signs(first.trim_start()) else { return };
    let closes = signs(last.trim()).is_some_and(|it| it.0 == sign && it.1 >= width && it.2.is_empty());
    if width >= 3 && closes && (rest.trim().is_empty() || is_tag(rest)) {
        let (_, column) = stripped(file, code.at.line);
        let at = Position { line: code.at.line, column };
        let message =
            "This looks like a fence, but is indented by four or more, so its signs are shown as code.";
        reports
            .push(report("not-a-fence", at, message).mend("Indent it less, or like the list item's text."));
    }
}

/// In an HTML block markdown is not read.
fn in_html(file: &File<'_>, reports: &mut Vec<Report>) {
    for &(first, last) in &file.survey.html {
        // The parser has said it already.
        let told =
            |problem: &&Problem| problem.code == "not-an-action" && (first..=last).contains(&problem.line);
        if file.runbook.problems.iter().any(|problem| told(&problem)) {
            continue;
        }
        let mut comment = false;
        for line in first..=last {
            let (text, column) = stripped(file, line);
            comment |= text.contains("<!--");
            let opens =
                signs(text).is_some_and(|(_, count, rest)| count >= 3 && (rest.is_empty() || is_tag(rest)));
            if opens && !comment {
                let message = "This looks like a fence, but stands in HTML, where markdown is not read.";
                reports.push(
                    report("not-a-fence", Position { line, column }, message)
                        .mend("Leave an empty line before it."),
                );
                break;
            }
            comment &= !text.contains("-->");
        }
    }
}

/// Outside of code, two signs and a language: one is missing.
fn two_signs(file: &File<'_>, reports: &mut Vec<Report>) {
    const TAGS: [&str; 12] =
        ["sh", "bash", "shell", "console", "yaml", "json", "python", "sql", "promql", "text", "go", "ruby"];
    let in_code =
        |line: usize| file.survey.codes.iter().any(|code| (code.lines.0..=code.lines.1).contains(&line));
    for line in file.survey.body_line..=file.lines.count() {
        let (text, column) = stripped(file, line);
        let opens = text.strip_prefix("``").is_some_and(|rest| TAGS.contains(&rest));
        if opens && !in_code(line) {
            let message = "This looks like a fence's opening, but has too few signs.";
            reports.push(
                report("not-a-fence", Position { line, column }, message).mend("Write three backticks."),
            );
        }
    }
}
