//! What holds for any input. A failure prints the smallest case and the seed that gives it again.

use std::collections::{BTreeMap, HashSet};

use lastmile_runbook::{Block, InputSpec, InputType, Runbook, parse, value};
use proptest::prelude::*;

/// Pieces that mean something to the parser, so that random files reach its corners.
const PIECES: &[&str] = &[
    "---\n",
    "inputs:\n",
    "  a: {type: choice, options: [x, y]}\n",
    "  b: {when: a=x}\n",
    "title: T\n",
    "+++\n",
    "```sh\n",
    "```",
    "~~~\n",
    "#| action: Go\n",
    "#| name: go\n",
    "#| after: [go]\n",
    "#| target: $a\n",
    "#| approve: 2 noc if a=x\n",
    "//| action: Go\n",
    "--| kind: check\n",
    "#| inputs: [",
    "echo $a ${b}\n",
    "- [ ] step ",
    "1. [x] done\n",
    "<!-- step: {name: go} -->\n",
    "<!--",
    "-->",
    "<pod>",
    "<br>",
    "<details>\n",
    "> [!NOTE]\n",
    "> ",
    "  ",
    "    ",
    "\t",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "# Heading\n",
    "===\n",
    "| a | b |\n",
    "|---|:-:|\n",
    "[x](y)",
    "![i](data:x)",
    "[^1]",
    "[^1]: note\n",
    "https://a.b/c",
    "*",
    "**",
    "_",
    "`",
    "~~",
    "\\",
    "&amp;",
    "é",
    "日本",
    "\u{0}",
    "\u{FEFF}",
    "\u{202E}",
    "$",
    "${",
    "{",
    "}",
    "'",
    "\"",
    ": ",
    "&x ",
    "*x ",
    "!!t ",
];

fn files() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        proptest::collection::vec(any::<u8>(), 0..400)
            .prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        proptest::collection::vec(proptest::sample::select(PIECES), 0..60).prop_map(|pieces| pieces.concat()),
    ]
}

/// Calls all that can be asked of a runbook.
fn ask_everything(runbook: &Runbook) {
    for action in &runbook.actions {
        let values = BTreeMap::new();
        let checked = value::check_all(runbook, action, &values);
        let values = checked.unwrap_or_default();
        assert_eq!(action.digest(runbook).len(), 64);
        assert!(action.target_names(runbook).len() <= 1_000);
        assert!(action.target.is_some() || action.resolve_target(&values) == "local");
        assert_eq!(action.retype_value(&values).is_some(), action.retype.is_some());
        assert!(action.approvals(&values, "prod").len() <= action.approve.len());
    }
}

fn count_actions(blocks: &[Block]) -> usize {
    let counts = blocks.iter().map(|block| match block {
        Block::Action(_) => 1,
        Block::Quote { blocks, .. } | Block::Footnote { blocks, .. } => count_actions(blocks),
        Block::List { items, .. } => items.iter().map(|item| count_actions(&item.blocks)).sum(),
        _ => 0,
    });
    counts.sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn any_file_is_read_and_every_problem_is_in_it(file in files()) {
        let runbook = parse(&file);
        ask_everything(&runbook);
        let lines = file.split(['\n', '\r']).count();
        for problem in &runbook.problems {
            prop_assert!((1..=lines).contains(&problem.line) && problem.column >= 1, "{problem:?}");
        }
    }

    #[test]
    fn names_are_unique_and_every_action_stands_in_the_text_once(file in files()) {
        let runbook = parse(&file);
        let names = runbook.actions.iter().map(|it| &it.name).chain(runbook.steps.iter().map(|it| &it.name));
        let mut seen = HashSet::new();
        prop_assert!(names.clone().all(|name| !name.is_empty() && seen.insert(name)));
        let headings = runbook.headings();
        let ids: HashSet<_> = headings.iter().map(|heading| &heading.id).collect();
        prop_assert_eq!(ids.len(), headings.len());
        prop_assert_eq!(count_actions(&runbook.blocks), runbook.actions.len());
    }

    #[test]
    fn any_header_is_read_and_what_is_not_disabled_has_no_errors(header in "(#\\|[ -~é]{0,30}\n){0,6}") {
        let runbook = parse(&format!("```sh\n#| action: Go\n{header}echo\n```\n"));
        prop_assert_eq!(runbook.actions.len(), 1);
        let errors = runbook.problems.iter().any(|problem| problem.severity == lastmile_runbook::Severity::Error);
        prop_assert_eq!(runbook.actions[0].disabled, errors);
    }

    #[test]
    fn a_digest_does_not_feel_what_stands_elsewhere(
        before in "([A-Za-z .]{1,40}\n\n){0,5}",
        after in "([A-Za-z .]{1,40}\n\n){0,5}",
        other in "[a-z]{1,8}",
        title in "[A-Za-z]{1,12}",
    ) {
        let action = "```sh\n#| action: Go\n#| name: the-one\n#| retype: $pool\necho $pool\n```\n\n";
        let inputs = "inputs:\n  pool: {type: string, pattern: '[a-z]+'}\n";
        let file = format!("---\n{inputs}---\n{action}");
        let edited = format!(
            "---\ntitle: {title}\n{inputs}  extra: {{type: text, required: false}}\n---\n# {title}\n\n{before}{action}{after}\
             ```sh\n#| action: Other\n#| name: x-{other}\necho {other}\n```\n"
        );
        let (file, edited) = (parse(&file), parse(&edited));
        let digest = |runbook: &Runbook| runbook.action("the-one").map(|action| action.digest(runbook));
        prop_assert_eq!(digest(&file), digest(&edited));
    }

    #[test]
    fn an_encoded_value_can_be_typed_again(
        kind in proptest::sample::select(&[
            InputType::String, InputType::Text, InputType::Integer, InputType::Number, InputType::Boolean,
            InputType::Choice, InputType::Multichoice, InputType::Secret, InputType::Date, InputType::Duration,
        ]),
        typed in prop_oneof![
            any::<String>(), "-?[0-9]{1,6}", "[0-9]{1,3}[smhd]", "true|false", "(a|b| b c |\n){0,5}",
            "20[0-9]{2}-[01][0-9]-[0-3][0-9]", "-?[0-9]{1,3}[.][0-9]{1,3}(e[0-9])?",
        ],
        required: bool,
    ) {
        let options = vec!["a".to_owned(), "b".to_owned(), "b c".to_owned()];
        let spec = InputSpec { name: "x".into(), kind, required, options, ..InputSpec::default() };
        if let Ok(encoded) = value::check(&spec, &typed) {
            prop_assert_eq!(value::check(&spec, &encoded), Ok(encoded.clone()));
            prop_assert!(!encoded.contains('\0'));
        }
    }
}

#[test]
fn every_part_of_an_action_changes_its_digest() {
    let file = |inputs: &str, keys: &str, script: &str| {
        let runbook =
            parse(&format!("---\ninputs:\n  a: {inputs}\n---\n```sh\n#| action: Go\n{keys}{script}\n```\n"));
        assert_eq!(runbook.problems, [], "{keys}");
        runbook.actions[0].digest(&runbook)
    };
    let digests = [
        file("{type: choice, options: [x, y]}", "", "$a"),
        file("{type: choice, options: [x, z]}", "", "$a"),
        file("{type: choice, options: [x, y], default: x}", "", "$a"),
        file("{type: choice, options: [x, y], description: x}", "", "$a"),
        file("{type: choice, options: [x, y]}", "", "$a "),
        file("{type: choice, options: [x, y]}", "#| timeout: 5m\n", "$a"),
        file("{type: choice, options: [x, y]}", "#| approve: noc\n", "$a"),
        file("{type: choice, options: [x, y]}", "#| approve: noc if a=x\n", "$a"),
        file("{type: choice, options: [x, y]}", "#| kind: check\n", "$a"),
        file("{type: choice, options: [x, y]}", "#| target: t-$a\n", "$a"),
    ];
    assert_eq!(digests.iter().collect::<HashSet<_>>().len(), digests.len());
}

#[test]
fn nothing_nested_deeply_exhausts_the_stack() {
    for piece in ["> ", "- ", "1. ", "*a ", "[", "**a ", "> - "] {
        drop(parse(&piece.repeat(50_000)));
    }
    let stairs: String = (0..400).map(|depth| format!("{}- a\n", " ".repeat(2 * depth))).collect();
    let runbook = parse(&stairs);
    assert_eq!(format!("{runbook:?}").matches("\"a").count(), 400, "no text is lost");
}
