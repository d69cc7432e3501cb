//! The customary sections of an alert's runbook: Meaning, Impact, Diagnosis, Mitigation.

use super::{File, Report, place::in_front, report};

/// Each section with the words that headings of real runbooks have in its stead.
const SECTIONS: [(&str, &[&str]); 4] = [
    (
        "Meaning",
        &[
            "meaning",
            "mean",
            "description",
            "overview",
            "summary",
            "about",
            "background",
            "symptom",
            "what is",
            "what happen",
        ],
    ),
    ("Impact", &["impact", "consequence", "effect", "severity", "affected"]),
    (
        "Diagnosis",
        &[
            "diagnos",
            "troubleshoot",
            "investigat",
            "debug",
            "triage",
            "check",
            "verif",
            "find out",
            "cause",
            "what fills",
            "who",
        ],
    ),
    (
        "Mitigation",
        &[
            "mitigat", "resol", "remed", "fix", "recover", "solution", "repair", "restart", "restore",
            "action", "steps", "mend", "clean",
        ],
    ),
];

pub(super) fn check(file: &File<'_>, reports: &mut Vec<Report>) {
    if file.runbook.meta.alerts.is_empty() {
        return;
    }
    let headings: Vec<String> = file.runbook.headings().iter().map(|it| it.text.to_lowercase()).collect();
    let has = |words: &[&str]| headings.iter().any(|heading| words.iter().any(|word| heading.contains(word)));
    let missing: Vec<&str> =
        SECTIONS.iter().filter(|(_, words)| !has(words)).map(|(name, _)| *name).collect();
    if missing.is_empty() {
        return;
    }
    let at = in_front("alerts", file.survey.body_line, file.lines);
    let message = format!("It answers alerts and has no section {}.", missing.join(", "));
    let wanted = missing.iter().map(|name| format!("`## {name}`")).collect::<Vec<_>>().join(", ");
    reports.push(report("missing-section", at, message).mend(format!("Add {wanted}.")));
}
