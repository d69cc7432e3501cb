//! A runbook's problems for its page: what `lastmile lint` says, for the author who reads it there.

use lastmile_protocol::{PageProblem, Slug};
use lastmile_runbook::freshness::Day;
use lastmile_runbook::lint::{Known, Report, lint};
use lastmile_runbook::{Runbook, Severity};

use super::{disk::Disk, known_to};
use crate::config::Config;

/// Every problem of `source`, in the order of lines; `runbook` is `source`, parsed.
///
/// Reads the folder: call it where that may take its time.
#[must_use]
pub fn page_problems(
    config: &Config,
    slug: &Slug,
    source: &str,
    runbook: &Runbook,
    today: Day,
) -> Vec<PageProblem> {
    let disk = Disk::new(config.runbooks.clone());
    let path = format!("{slug}.md", slug = slug.as_str());
    let known = Known {
        server: Some(&known_to(config)),
        folder: Some(&disk),
        path: &path,
        owned: config.owner_of(slug.as_str()).is_some() || disk.owned(&path),
        today: Some(today),
    };
    let problem = |report: Report| PageProblem {
        error: report.problem.severity == Severity::Error,
        code: report.problem.code,
        line: report.problem.line,
        column: report.problem.column,
        message: report.problem.message,
        mend: report.mend,
        action: report.problem.action,
    };
    lint(source, runbook, &known).into_iter().map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Overrides;

    #[test]
    fn the_page_says_what_needs_the_config_and_the_folder() {
        let place = tempfile::tempdir().unwrap();
        std::fs::write(place.path().join("other.md"), "# Other\n").unwrap();
        let overrides = Overrides { runbooks: Some(place.path().to_owned()), ..Overrides::default() };
        let config = Config::load(None, overrides).unwrap();
        let source =
            "[a](other.md) [b](gone.md)\n\n```sh\n#| action: Go\n#| target: nowhere\n#| aprove: x\n```\n";
        let runbook = lastmile_runbook::parse(source);
        let today = Day::parse("2026-11-24").unwrap();
        let found = page_problems(&config, &Slug::from("bar/x"), source, &runbook, today);
        let codes: Vec<_> = found.iter().map(|it| (it.code.as_str(), it.line, it.error)).collect();
        // Links are read from the runbook's own place, `bar/`.
        assert_eq!(
            codes,
            [
                ("broken-link", 1, false),
                ("broken-link", 1, false),
                ("unknown-target", 5, true),
                ("unknown-key", 6, true)
            ]
        );
    }
}
