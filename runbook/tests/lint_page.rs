//! The pages for authors name every code that the linter has.

use lastmile_runbook::lint::RULES;

#[test]
fn every_rule_stands_on_a_page_for_authors() {
    let pages = concat!(include_str!("../../docs/FORMAT.md"), include_str!("../../docs/LINT.md"));
    for rule in RULES {
        assert!(pages.contains(&format!("`{}`", rule.code)), "{} is missing", rule.code);
    }
}
