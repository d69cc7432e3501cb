//! The block tree: what CommonMark and GitHub have, and what must not get lost or through.

use lastmile_runbook::{Alert, Align, Block, Inline, parse, plain_text};

fn blocks(source: &str) -> Vec<Block> {
    parse(source).blocks
}

fn text(text: &str) -> Inline {
    Inline::Text(text.to_owned())
}

/// The text of a file that is one paragraph.
fn paragraph(source: &str) -> Vec<Inline> {
    let found = blocks(source);
    assert!(matches!(found.as_slice(), [Block::Paragraph(_)]), "{found:?}");
    found
        .into_iter()
        .find_map(|block| if let Block::Paragraph(inlines) = block { Some(inlines) } else { None })
        .unwrap_or_default()
}

#[test]
fn headings_get_the_anchors_that_github_gives() {
    let runbook = parse("# Pool `bar`\n\n## Steps\n\n## Steps\n\n> ### Restart <pod> ![x](y)\n\nEnd\n===\n");
    let headings = runbook.headings();
    let found: Vec<_> = headings.iter().map(|it| (it.level, it.id.as_str(), it.text.as_str())).collect();
    let expected = [
        (1, "pool-bar", "Pool bar"),
        (2, "steps", "Steps"),
        (2, "steps-1", "Steps"),
        (3, "restart", "Restart <pod> x"),
        (1, "end", "End"),
    ];
    assert_eq!(found, expected);
    assert_eq!(runbook.title.as_deref(), Some("Pool bar"));
}

#[test]
fn placeholders_in_angle_brackets_stay_text() {
    assert_eq!(
        paragraph("drain <node> in </zone> <pod:8080> now"),
        [text("drain <node> in </zone> <pod:8080> now")]
    );
    assert_eq!(blocks("<pod>\n"), [Block::Html("<pod>\n".into())]);
}

#[test]
fn comments_vanish_and_unclosed_ones_stay() {
    assert_eq!(paragraph("a <!-- b --> c"), [text("a  c")]);
    assert_eq!(blocks("<!-- a\nb -->\n\n<!-- c -->d\n"), [Block::Plain(vec![text("d")])]);
    assert_eq!(blocks("<!-- lost?\n\ntext\n"), [Block::Html("<!-- lost?\n\ntext\n".into())]);
    assert_eq!(paragraph("a <!-- b -->"), [text("a")]);
}

#[test]
fn line_breaks_are_kept() {
    let expected =
        [text("a"), Inline::HardBreak, text("b"), Inline::SoftBreak, text("c"), Inline::HardBreak, text("d")];
    assert_eq!(paragraph("a<br/>b\nc\\\nd"), expected);
}

#[test]
fn links_with_other_schemes_lead_nowhere_and_keep_their_text() {
    let inlines = paragraph("[a](javascript:x) [b](other.md#c) <me@x.y> ![d](data:x)");
    let Inline::Link { href: None, inlines: inner, .. } = &inlines[0] else { panic!("{inlines:?}") };
    assert_eq!(plain_text(inner), "a");
    assert!(matches!(&inlines[2], Inline::Link { href: Some(href), .. } if href == "other.md#c"));
    assert!(matches!(&inlines[4], Inline::Link { href: Some(href), .. } if href == "mailto:me@x.y"));
    assert!(matches!(&inlines[6], Inline::Image { src: None, alt, .. } if alt == "d"));
}

#[test]
fn bare_addresses_are_links_outside_of_links_and_code() {
    let inlines = paragraph("see https://a.b/c_d, `https://e` and [https://f](g)");
    let hrefs = inlines.iter().filter_map(|it| match it {
        Inline::Link { href, inlines, .. } => Some((href.as_deref(), inlines.len())),
        _ => None,
    });
    assert_eq!(hrefs.collect::<Vec<_>>(), [(Some("https://a.b/c_d"), 1), (Some("g"), 1)]);
}

#[test]
fn tables_have_alignments_and_as_many_cells_as_columns() {
    let table = blocks("| a | b |\n|:--|--:|\n| `1` |\n| x | y | z |\n");
    let [Block::Table { align, head, rows }] = table.as_slice() else { panic!("{table:?}") };
    assert_eq!(align, &[Align::Left, Align::Right]);
    assert_eq!(head, &[vec![text("a")], vec![text("b")]]);
    assert_eq!(rows[0], [vec![Inline::Code("1".into())], vec![]]);
    assert_eq!(rows[1], [vec![text("x")], vec![text("y"), text(" | z")]], "nothing is lost");
}

#[test]
fn alerts_quotes_rules_and_footnotes_are_known() {
    let found = blocks("> [!WARNING]\n> Hot\n\n> cold\n\n***\n\nx[^n]\n\n[^n]: note\n\ny\n");
    let paragraph = |word: &str| Block::Paragraph(vec![text(word)]);
    let expected = [
        Block::Quote { alert: Some(Alert::Warning), blocks: vec![paragraph("Hot")] },
        Block::Quote { alert: None, blocks: vec![paragraph("cold")] },
        Block::Rule,
        Block::Paragraph(vec![text("x"), Inline::FootnoteRef("n".into())]),
        paragraph("y"),
        Block::Footnote { label: "n".into(), blocks: vec![paragraph("note")] },
    ];
    assert_eq!(found, expected);
}

#[test]
fn tight_and_loose_items_differ() {
    let [Block::List { start: Some(3), items }] = &blocks("3. a *b*\n   - c\n4. d\n")[..] else { panic!() };
    assert!(matches!(items[0].blocks.as_slice(), [Block::Plain(_), Block::List { .. }]));
    let [Block::List { items, .. }] = &blocks("- a\n\n- b\n")[..] else { panic!() };
    assert!(matches!(items[0].blocks.as_slice(), [Block::Paragraph(_)]));
}

#[test]
fn code_has_its_language_and_its_text() {
    let found = blocks("```{Bash} title=x\na\n  b\n```\n\n    c\n\n```\nd\n```\n");
    let code = |language: Option<&str>, text: &str| Block::Code {
        language: language.map(Into::into),
        text: text.into(),
    };
    assert_eq!(found, [code(Some("bash"), "a\n  b\n"), code(None, "c\n"), code(None, "d\n")]);
}

#[test]
fn steps_are_named_by_their_comment_or_their_text() {
    let runbook = parse(
        "- [ ] Tell *them* <!-- step: {name: tell, team: noc, toil: 10m} -->\n- [x] Tell\n- [ ] Tell\n  - [ ] Deep\n\n\
         1. [ ] Loose\n\n   <!-- step: {team: sre} -->\n",
    );
    let steps: Vec<_> =
        runbook.steps.iter().map(|it| (it.name.as_str(), it.text.as_str(), it.line)).collect();
    let expected = [
        ("tell", "Tell them", 1),
        ("tell-1", "Tell", 2),
        ("tell-2", "Tell", 3),
        ("deep", "Deep", 4),
        ("loose", "Loose", 6),
    ];
    assert_eq!(steps, expected);
    assert_eq!(runbook.steps[4].team.as_deref(), Some("sre"));
    assert_eq!(runbook.problems, []);
}

#[test]
fn a_broken_step_comment_is_located() {
    for (source, code, column) in [
        ("- [ ] x <!-- step: {nmae: x} -->", "unknown-key", 21),
        ("- [ ] x <!-- step: {name: a b} -->", "bad-name", 27),
        ("- [ ] x <!-- step: {toil: soon} -->", "bad-duration", 27),
        ("- [ ] x <!-- step: {name: a, name: b} -->", "duplicate-key", 30),
        ("- [ ] x <!-- step: tell -->", "bad-value", 20),
        ("- [ ] x <!-- step: { -->", "yaml", 22),
        ("- x <!-- step: {name: y} -->", "not-a-step", 15),
    ] {
        let runbook = parse(source);
        let found: Vec<_> =
            runbook.problems.iter().map(|it| (it.code.as_str(), it.line, it.column)).collect();
        assert_eq!(found, [(code, 1, column)], "{source}");
    }
}

#[test]
fn a_step_and_an_action_cannot_share_a_given_name() {
    let runbook = parse("- [ ] x <!-- step: {name: go} -->\n\n```sh\n#| action: Go\n```\n");
    assert_eq!(runbook.problems[0].code, "duplicate-name");
    assert_eq!(runbook.steps[0].name, "go-1");
}

#[test]
fn front_matter_of_other_tools_is_tolerated() {
    for source in [
        "---\ntitle: T\nweight: 3\naliases: [/x]\nmenu: {docs: {parent: p}}\n---\n# H\n",
        "---\nshell: bash\nrunme: {id: x, version: v3}\ntitle: T\n---\n# H\n",
        "---\nowner_slack: '#team'\nlast_reviewed_on: 2026-01-01\nreview_in: 6 months\ntitle: T\n...\n# H\n",
        "\u{FEFF}---\r\ntitle: T\r\n---\r\n# H\r\n",
    ] {
        let runbook = parse(source);
        assert_eq!((runbook.title.as_deref(), runbook.problems.as_slice()), (Some("T"), &[][..]), "{source}");
        assert_eq!(runbook.blocks.len(), 1);
    }
    let hugo = parse("+++\ntitle = 'T'\ntags = ['a', \"b\"]\ndate = 2026-01-01\n[menu]\n+++\n# H\n");
    assert_eq!((hugo.title.as_deref(), hugo.meta.tags.len(), hugo.problems.len()), (Some("T"), 2, 0));
}

#[test]
fn a_rule_at_the_top_is_no_front_matter() {
    assert_eq!(blocks("---\n\nSome prose, at length.\n\n---\n").len(), 3);
    assert_eq!(blocks("---\ntitle: never closed\n").len(), 2);
}

#[test]
fn an_owner_is_named_before_its_channel() {
    assert_eq!(parse("---\nowner_slack: '#x'\nowner: noc\n---\n").meta.owner.as_deref(), Some("noc"));
    assert_eq!(parse("---\nowner: noc\nowner_slack: '#x'\n---\n").meta.owner.as_deref(), Some("noc"));
    assert_eq!(parse("---\nowner_slack: '#x'\n---\n").meta.owner.as_deref(), Some("#x"));
}

#[test]
fn empty_files_are_runbooks_too() {
    for source in ["", "\n", "\u{FEFF}", "---\n---\n", "<!-- only this -->"] {
        let runbook = parse(source);
        assert_eq!((runbook.blocks.len(), runbook.problems.len(), runbook.title), (0, 0, None));
    }
}

#[test]
fn a_fence_in_a_list_loses_its_indentation_only() {
    let runbook = parse(
        "1. x\n\n   ```sh {\"name\":\"runme\"}\n   #| action: Go\n   if x; then\n     y\n   fi\n   ```\n",
    );
    assert_eq!(runbook.actions[0].script, "#| action: Go\nif x; then\n  y\nfi\n");
    assert_eq!(runbook.actions[0].name, "runme");
}

#[test]
fn documents_of_runme_open_unchanged() {
    let info = r#"sh {"name":"deploy \"it\"","env":{"A":{"B":"}"}},"cmd":"a &amp; b"}"#;
    let runbook = parse(&format!("```{info}\nls\n```\n\n```sh {{ name=list interactive=false }}\nls\n```\n"));
    let code = |text: &str| Block::Code { language: Some("sh".into()), text: text.into() };
    assert_eq!((runbook.blocks, runbook.problems.len()), (vec![code("ls\n"), code("ls\n")], 0));
    let action = parse(&format!("```{info}\n#| action: Go\nls\n```\n"));
    assert_eq!((action.actions[0].name.as_str(), action.problems.len()), ("deploy-it", 0));
}

#[test]
fn documents_of_quarto_open_unchanged() {
    let runbook = parse(
        "::: {.callout-note}\nMind the gap.\n:::\n\n```{python}\n#| label: fig\nprint(1)\n```\n\n```{bash}\nls\n```\n",
    );
    let code =
        |language: &str, text: &str| Block::Code { language: Some(language.into()), text: text.into() };
    assert_eq!(runbook.blocks[1..], [code("python", "#| label: fig\nprint(1)\n"), code("bash", "ls\n")]);
    assert_eq!(runbook.problems, []);
    let Block::Paragraph(inlines) = &runbook.blocks[0] else { panic!() };
    assert_eq!(plain_text(inlines), "::: {.callout-note} Mind the gap. :::");
}

#[test]
fn what_other_tools_put_into_files_has_a_sensible_outcome() {
    for mark in ["[[_TOC_]]", "[TOC]", "[toc]"] {
        assert_eq!(blocks(&format!("{mark}\n")), [], "the page has contents of its own");
    }
    for text in
        ["{{< notice warn >}} a {{< /notice >}}", "{{% b %}}", "<%= c %>", "{: .no_toc }", "[TOC] and more"]
    {
        assert_eq!(plain_text(&paragraph(text)), text);
    }
    let inlines = paragraph(r#"see [the *pool*](/docs/pool/) or [b]({{< ref "b.md#c" >}})"#);
    let hrefs = inlines.iter().filter_map(|it| match it {
        Inline::Link { href, .. } => href.as_deref(),
        _ => None,
    });
    assert_eq!(hrefs.collect::<Vec<_>>(), ["/docs/pool/", "b.md#c"]);
}
