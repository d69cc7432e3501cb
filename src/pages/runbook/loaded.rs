//! A runbook as it came from the server, read with the server's own parser.

use std::collections::BTreeMap;

use lastmile_protocol::{Digest, PageProblem, RunbookPage, TargetView};
use lastmile_runbook::{Action, InputSpec, Kind, Runbook, parse, plain_text};

/// One revision of a runbook.
#[derive(Debug)]
pub(super) struct Loaded {
    /// As sent.
    pub(super) page: RunbookPage,
    /// As read.
    pub(super) book: std::sync::Arc<Runbook>,
    digests: BTreeMap<String, Digest>,
}

impl Loaded {
    pub(super) fn new(page: RunbookPage) -> Self {
        let book = parse(&page.source);
        let digests = book.actions.iter().map(|it| (it.name.clone(), Digest(it.digest(&book)))).collect();
        Self { page, book: std::sync::Arc::new(book), digests }
    }

    /// The digest of an action as this page shows it.
    pub(super) fn digest(&self, action: &str) -> Digest {
        self.digests.get(action).cloned().unwrap_or_else(|| Digest(String::new()))
    }

    /// The page's title, and the anchor of the heading that it is.
    pub(super) fn title(&self) -> (String, Option<String>) {
        let anchor = match self.book.blocks.first() {
            Some(lastmile_runbook::Block::Heading { level: 1, id, inlines })
                if self.book.title.as_deref().is_none_or(|title| title == plain_text(inlines)) =>
            {
                Some(id.clone())
            }
            _ => None,
        };
        (self.book.title.clone().unwrap_or_else(|| self.page.summary.title.clone()), anchor)
    }

    /// Whether the folder has another revision now.
    pub(super) fn is_old(&self) -> bool {
        self.page.current.as_ref() != Some(&self.page.revision)
    }

    /// Why the page can't run this action at all; `None` means that it can be tried.
    pub(super) fn blocked(&self, action: &Action) -> Option<String> {
        if self.is_old() {
            let digest = self.digest(&action.name);
            let same = |(name, current): &(String, Digest)| *name == action.name && *current == digest;
            if !self.page.current_actions.iter().any(same) {
                return Some("This is an old revision, and the action is no longer like this. Show the current revision to run it.".to_owned());
            }
        }
        let known = &self.page.languages;
        if !known.is_empty() && !known.contains(&action.language) {
            let language =
                if action.language.is_empty() { "a fence without a language" } else { &action.language };
            return Some(format!(
                "This server has no interpreter for {language}. Ask whoever runs it, or change the fence."
            ));
        }
        None
    }

    /// Where the action runs with these values, as far as the server has told.
    pub(super) fn target(&self, action: &Action, values: &BTreeMap<String, String>) -> Option<TargetView> {
        let name = action.resolve_target(values);
        let of_checks = self.page.check_targets.iter().filter(|_| action.kind == Kind::Check);
        of_checks.chain(&self.page.targets).find(|target| target.name == name).cloned()
    }

    /// The declarations of the inputs that an action takes, in its order.
    pub(super) fn inputs(&self, action: &Action) -> Vec<InputSpec> {
        action.inputs.iter().filter_map(|name| self.book.input(name)).cloned().collect()
    }

    /// What takes an action's button away: whoever wants to press it must see why.
    pub(super) fn errors_of(&self, action: &str) -> Vec<PageProblem> {
        let of_it = |problem: &&PageProblem| problem.error && problem.action.as_deref() == Some(action);
        self.page.problems.iter().filter(of_it).cloned().collect()
    }

    /// What is wrong in the file, for its author, but for the errors that stand in the cards; how many are errors.
    pub(super) fn problems(&self) -> (Vec<PageProblem>, usize) {
        let is_shown_here = |problem: &&PageProblem| !problem.error || problem.action.is_none();
        let shown: Vec<_> = self.page.problems.iter().filter(is_shown_here).cloned().collect();
        let errors = shown.iter().filter(|problem| problem.error).count();
        (shown, errors)
    }
}

#[cfg(test)]
mod tests {
    use lastmile_protocol::{Millis, RunbookSummary, Slug};

    use super::*;
    use crate::sample;

    fn page(revision: &str, current: &str) -> RunbookPage {
        RunbookPage {
            summary: RunbookSummary {
                slug: Slug::from("a"),
                title: "A".to_owned(),
                description: None,
                service: None,
                tags: Vec::new(),
                alerts: Vec::new(),
                team: None,
                actions: 0,
                errors: 0,
                warnings: 0,
                modified: Millis(0),
                unreadable: None,
                problems: Vec::new(),
            },
            revision: Digest::from(revision),
            current: Some(Digest::from(current)),
            source: String::new(),
            current_actions: Vec::new(),
            targets: Vec::new(),
            check_targets: Vec::new(),
            languages: vec!["sh".to_owned()],
            steps: Vec::new(),
            recent: Vec::new(),
            broken_links: Vec::new(),
            problems: Vec::new(),
        }
    }

    #[test]
    fn an_old_revision_runs_only_what_is_still_the_same() {
        let mut loaded = Loaded::new(page("old", "new"));
        loaded.digests.insert("act".to_owned(), Digest::from("d"));
        assert!(loaded.blocked(&sample::action()).is_some_and(|why| why.contains("old revision")));
        loaded.page.current_actions.push(("act".to_owned(), Digest::from("d")));
        assert_eq!(loaded.blocked(&sample::action()), None);
    }

    #[test]
    fn errors_of_an_action_stand_in_its_card_and_everything_else_above_the_text() {
        let problem = |code: &str, error, action: Option<&str>| PageProblem {
            error,
            code: code.to_owned(),
            line: 1,
            column: 1,
            message: String::new(),
            mend: String::new(),
            action: action.map(str::to_owned),
        };
        let mut page = page("a", "a");
        page.problems = vec![
            problem("card", true, Some("act")),
            problem("other-card", true, Some("other")),
            problem("hint", false, Some("act")),
            problem("file", true, None),
        ];
        let loaded = Loaded::new(page);
        let codes = |list: Vec<PageProblem>| list.into_iter().map(|it| it.code).collect::<Vec<_>>();
        assert_eq!(codes(loaded.errors_of("act")), ["card"]);
        let (above, errors) = loaded.problems();
        assert_eq!((codes(above), errors), (vec!["hint".to_owned(), "file".to_owned()], 1));
    }

    #[test]
    fn a_check_shows_the_target_as_checks_have_it_and_all_else_does_not() {
        let mut page = page("a", "a");
        let target = |command: &str| TargetView {
            name: "bar".to_owned(),
            environment: "qa".to_owned(),
            description: None,
            team: None,
            command: vec![command.to_owned()],
            user: None,
            variables: Vec::new(),
            secrets: Vec::new(),
        };
        page.targets = vec![target("all")];
        page.check_targets = vec![target("checks")];
        let (change, loaded) =
            (Action { target: Some("bar".to_owned()), ..sample::action() }, Loaded::new(page));
        let check = Action { kind: Kind::Check, ..change.clone() };
        let way = |action| loaded.target(action, &BTreeMap::new()).map(|target| target.command);
        assert_eq!(
            (way(&check), way(&change)),
            (Some(vec!["checks".to_owned()]), Some(vec!["all".to_owned()]))
        );
    }

    #[test]
    fn a_language_that_the_server_lacks_is_named() {
        let loaded = Loaded::new(page("a", "a"));
        let action = Action { language: "cobol".to_owned(), ..sample::action() };
        assert!(loaded.blocked(&action).is_some_and(|why| why.contains("cobol")));
        assert_eq!(loaded.blocked(&sample::action()), None);
    }
}
