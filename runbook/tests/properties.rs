//! What holds for any input. A failure prints the smallest case and the seed that gives it again.

#[path = "../fuzz/src/check.rs"]
mod check;

use std::collections::HashSet;

use lastmile_runbook::{InputSpec, InputType, Runbook, parse, value};
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
    "</details>",
    "<details><summary>",
    "</summary>\n\n",
    "<b>",
    "</b>",
    "<i title='a'>",
    "<table>\n",
    "<tr><td>",
    "</td>",
    "</table>\n",
    "<p align=center>",
    "</p>",
    "<a name=x>",
    "<a href=\"y.md\">",
    "</a>",
    "<img src=x alt='y'>",
    "<pre>",
    "</pre>\n",
    "<code>",
    "</code>",
    "<x y=\"<b>\">",
    "&lt;",
    "a@b.c ",
    "www.a.b",
    "[TOC]\n\n",
    "[a]({{< ref \"b\" >}})",
    "{{< x >}}",
    "::: {.note}\n",
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

/// Boxes and spans of markdown and HTML, open and closed at random, with numbered words between them: `word7x`.
fn words_in_markup() -> impl Strategy<Value = (String, Vec<String>)> {
    let pieces = [
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "<details>\n\n",
        "\n</details>\n\n",
        "<summary>",
        "</summary>\n",
        "\n<table>\n",
        "<tr>",
        "<td>",
        "</td>",
        "\n</table>\n",
        "<p>",
        "</p>",
        "<pre>",
        "</pre>\n",
        "<span>",
        "</span>",
        "<code>",
        "</code>",
        "<kbd>",
        "</kbd>",
        "<br>",
        "<pod>",
        "</pod>",
        "<div>\n",
        "\n</div>\n",
        "<sub/>",
        "**",
        "*",
        "` ",
        "~~ ",
        "\n\n",
        "\n",
        "\n> ",
        "\n- ",
        "\n1. ",
        "\n# ",
        "\n    ",
        " | ",
        "|\n|---|---|\n| ",
        " ",
        "&lt;",
    ];
    let piece = prop_oneof![proptest::sample::select(pieces.to_vec()).prop_map(Some), Just(None)];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| {
        let mut file = String::new();
        let mut words = Vec::new();
        for piece in pieces {
            match piece {
                Some(piece) => file.push_str(piece),
                None => {
                    let word = format!("word{}x", words.len());
                    file.push_str(&word);
                    words.push(word);
                }
            }
        }
        (file, words)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn any_file_is_read_and_what_holds_for_all_holds_for_it(file in files()) {
        check::check(file.as_bytes());
    }

    #[test]
    fn plain_words_are_never_lost(file in words_in_markup()) {
        let (file, words) = file;
        let shown = format!("{:?}", parse(&file).blocks);
        let mut rest = shown.as_str();
        for word in words {
            let at = rest.find(&word);
            prop_assert!(at.is_some(), "{word} is lost or out of order in {file:?}: {shown}");
            rest = &rest[at.unwrap_or_default() + word.len()..];
        }
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

/// Found by the fuzz target: YAML takes a lone CR for the end of a line.
#[test]
fn a_problem_stands_in_the_file_also_where_a_header_holds_a_lone_carriage_return() {
    check::check(
        b"```sh\n#| action: Close it\n#| inputs: [source, de \r\r\r\rst]\n#| timeout: 1\r\r\rs\n```\n",
    );
}
