//! Who answers for a runbook, and whether anybody has read it lately.

use super::{File, Report, place::in_front, report};
use crate::{
    freshness::{Day, review_due},
    position::Position,
};

/// Pages about a folder or a project: nobody asks for their owner.
const NO_RUNBOOKS: [&str; 9] = [
    "_index",
    "index",
    "readme",
    "summary",
    "contributing",
    "changelog",
    "code_of_conduct",
    "license",
    "template",
];

pub(super) fn check(file: &File<'_>, reports: &mut Vec<Report>) {
    owner(file, reports);
    review(file, reports);
}

fn owner(file: &File<'_>, reports: &mut Vec<Report>) {
    let name = file.known.path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    let blank =
        (file.survey.body_line..=file.lines.count()).all(|line| file.lines.text(line).trim().is_empty());
    if file.known.owned || file.runbook.meta.owner.is_some() || blank || NO_RUNBOOKS.contains(&stem.as_str())
    {
        return;
    }
    let message = "Nobody is named who keeps this runbook.";
    let has_front = file.survey.body_line > 1;
    let mend = if has_front {
        "Add `owner: TEAM` to the front matter."
    } else {
        "Begin the file with front matter: `---`, `owner: TEAM`, `---`."
    };
    reports.push(report("no-owner", Position { line: 1, column: 1 }, message).mend(mend));
}

fn review(file: &File<'_>, reports: &mut Vec<Report>) {
    let meta = &file.runbook.meta;
    let at = |field| in_front(field, file.survey.body_line, file.lines);
    if let Some(reviewed) = &meta.last_reviewed_on
        && Day::parse(reviewed).is_none()
    {
        let message =
            format!("`{reviewed}` is no day such as 2026-11-24, so nobody can tell when a review is due.");
        return reports.push(report("bad-review", at("last_reviewed_on"), message));
    }
    match (&meta.last_reviewed_on, &meta.review_in, review_due(meta), file.known.today) {
        (Some(_), Some(period), None, _) => {
            let message = format!(
                "`{period}` is no period such as `6 months`, so nobody can tell when a review is due."
            );
            reports.push(report("bad-review", at("review_in"), message));
        }
        (.., Some(due), Some(today)) if due < today => {
            let message = format!("The review was due on {due}.");
            reports.push(report("review-overdue", at("last_reviewed_on"), message));
        }
        _ => {}
    }
}
