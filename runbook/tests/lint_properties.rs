//! The linter and the import take any text: no panic, every report inside the file, no error that the file did not have.

use lastmile_runbook::{
    Severity,
    freshness::Day,
    import::propose,
    lint::{Known, Server, lint},
    parse,
};
use proptest::prelude::*;

/// Pieces that mean something, in any order.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(vec![
            "```sh\n", "```\n", "``\n", "```console\n", "~~~\n", "    ", "- [ ] x ", "1. ", "> ", "\n", "\n\n", "---\n", "inputs:\n", "  a: {}\n",
            "#| action: Go\n", "#| inputs: [a]\n", "#| approve: x\n", "$ oc logs <pod> -n $NS\n", "echo $a \"$a\" '$a' ${a:-$b}\n", "cat <<E\n$a\nE\n",
            "eval $a\n", "[x](y.md#z)", "[x](#z)", "![x](a:b)", "<a href=\"q\">", "<div>\n", "<!-- step: {team: t} -->", "# H {#id}\n", "oc get pod {{ x }}\n",
            "alerts: [x]\n", "last_reviewed_on: 2020-01-01\nreview_in: 1 year\n", "\r\n", "\t", "é", "((", "$(", "`", "\\", "<<", "${",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_text_lints_and_every_report_stands_in_it(pieces in prop::collection::vec(piece(), 0..40)) {
        let text = pieces.concat();
        let server = Server::default();
        let known = Known { server: Some(&server), path: "x.md", today: Day::new(2026, 11, 24), ..Known::default() };
        let lines = text.split(['\n', '\r']).count();
        for report in lint(&text, &parse(&text), &known) {
            prop_assert!((1..=lines).contains(&report.problem.line), "{report:?}");
            prop_assert!(report.problem.column >= 1);
        }
    }

    #[test]
    fn any_proposal_adds_no_error_and_can_be_written(pieces in prop::collection::vec(piece(), 0..40)) {
        let text = pieces.concat();
        let errors = |text: &str| parse(text).problems.iter().filter(|it| it.severity == Severity::Error).count();
        let proposal = propose(&text);
        let proposed = proposal.apply(&text);
        prop_assert!(errors(&proposed) <= errors(&text), "{proposed}");
        prop_assert_eq!(proposal.actions == 0, proposal.diff(&text, "x.md").is_empty());
        if proposal.actions == 0 {
            prop_assert_eq!(proposed, text);
        }
    }
}

#[test]
fn no_text_takes_long_to_lint_or_to_import() {
    let top = "---\ninputs:\n  a: {}\n---\n";
    let texts = [
        "```sh\necho <a> $B\n```\n".repeat(3_000),
        "```\n".repeat(20_000),
        "``sh\n".repeat(15_000),
        (0..5_000).map(|number| format!("<a href=\"q{number}\">x</a>\n\n")).collect(),
        (0..5_000).map(|number| format!("[x](q{number}.md#y)\n")).collect(),
        format!("{top}```sh\n#| action: Go\n{}```\n", "echo $a\neval $a\n".repeat(5_000)),
        format!("{top}```sh\n#| action: Go\n{}\n```\n", "cat <<E $(".repeat(8_000)),
        format!("{top}```sh\n{}\n```\n", "oc logs <pod> \"${x:-".repeat(4_000)),
        "<div>\n```sh\n#| action: Go\n\n".repeat(3_000),
    ];
    for text in texts {
        let began = std::time::Instant::now();
        let _ = lint(&text, &parse(&text), &Known { path: "x.md", ..Known::default() });
        let linted = began.elapsed();
        let _ = propose(&text).diff(&text, "x.md");
        println!(
            "{} bytes: lint {linted:?}, import {:?}: {:?}",
            text.len(),
            began.elapsed() - linted,
            text.get(..30)
        );
        // Far above what it takes unoptimised on a busy machine; a quadratic way through takes minutes.
        assert!(began.elapsed().as_secs() < 20, "{:?}", text.get(..60));
    }
}
