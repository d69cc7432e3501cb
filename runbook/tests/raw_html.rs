//! Raw HTML: a few elements work, everything else is the text that was typed, and nothing is lost.

use lastmile_runbook::{Align, Attribute, Block, HtmlTag, Inline, parse, plain_text};

/// The tree in short: elements as `tag[…]`, blocks in brackets, text in quotes.
fn sketch(source: &str) -> String {
    blocks(&parse(source).blocks)
}

fn blocks(list: &[Block]) -> String {
    let one = |block: &Block| match block {
        Block::Paragraph(inlines) => format!("p({})", inlines_of(inlines)),
        Block::Plain(inlines) => inlines_of(inlines),
        Block::Heading { id, .. } => format!("h#{id}"),
        Block::Code { text, .. } => format!("code({text:?})"),
        Block::Html(text) => format!("raw({text:?})"),
        Block::Action(index) => format!("action{index}"),
        Block::Element { element, blocks: inner } => format!("{}[{}]", element.tag.name(), blocks(inner)),
        Block::List { items, .. } => {
            let items: Vec<_> = items.iter().map(|item| blocks(&item.blocks)).collect();
            format!("list[{}]", items.join(" | "))
        }
        Block::Table { rows, .. } => {
            let cells: Vec<_> = rows.iter().flatten().map(|cell| inlines_of(cell)).collect();
            format!("table[{}]", cells.join(" | "))
        }
        other => format!("[{}]", other.children().map(blocks).collect::<Vec<_>>().join(" ")),
    };
    list.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn inlines_of(list: &[Inline]) -> String {
    let one = |inline: &Inline| match inline {
        Inline::Text(text) => format!("{text:?}"),
        Inline::Code(text) => format!("`{text}`"),
        Inline::Emphasis(inner) => format!("*{}*", inlines_of(inner)),
        Inline::Strong(inner) => format!("**{}**", inlines_of(inner)),
        Inline::Link { href, inlines, .. } => {
            format!("<{}>({})", href.as_deref().unwrap_or("-"), inlines_of(inlines))
        }
        Inline::Image { src, alt, .. } => format!("!<{}>({alt})", src.as_deref().unwrap_or("-")),
        Inline::Element { element, inlines } => format!("{}({})", element.tag.name(), inlines_of(inlines)),
        Inline::SoftBreak => "~".to_owned(),
        Inline::HardBreak => "/".to_owned(),
        Inline::Strikethrough(_) | Inline::FootnoteRef(_) => "?".to_owned(),
    };
    list.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn reads(source: &str, expected: &str) {
    assert_eq!(sketch(source), expected, "{source}");
    assert_eq!(parse(source).problems, [], "{source}");
}

#[test]
fn details_hold_markdown_and_actions() {
    reads(
        "<details>\n<summary>More &amp; <b>more</b></summary>\n\n## In it\n\n```sh\nls\n```\n\n- a\n- b\n\n</details>\n\nafter\n",
        r#"details[summary["More & " b("more")] h#in-it code("ls\n") list["a" | "b"]] p("after")"#,
    );
    reads(
        "1. step\n\n   <details><summary>x</summary>\n\n   ```sh\n   #| action: Go\n   ls\n   ```\n   </details>\n2. next\n",
        r#"list[p("step") details[summary["x"] action0] | p("next")]"#,
    );
    reads("<details open>\n\ntext</details>\n\nafter", r#"details[p("text")] p("after")"#);
    let runbook = parse("<details OPEN title=\"a &lt; b\">\n</details>");
    let Block::Element { element, .. } = &runbook.blocks[0] else { panic!() };
    assert_eq!(element.attributes, [Attribute::Title("a < b".into()), Attribute::Open]);
}

#[test]
fn listed_elements_work_in_running_text() {
    reads(
        "Press <kbd>Ctrl</kbd>, H<sub>2</sub>O<br>*x <b>y</b>*",
        r#"p("Press " kbd("Ctrl") ", H" sub("2") "O" / *"x " b("y")*)"#,
    );
    reads("- tight <i>a</i> b\n- c", r#"list["tight " i("a") " b" | "c"]"#);
    reads("| a |\n|---|\n| x<br>y <code>z</code> |", r#"table["x" / "y " code("z")]"#);
    reads("<span style=\"color: red\" onclick=\"x()\">hot</span>!", r#"p(span("hot") "!")"#);
}

#[test]
fn tables_of_html_are_tables() {
    reads(
        "<table align=center>\n<tr><th>Name</th><td rowspan=2 colspan='3' align=\"right\">a<br>b</td></tr>\n\
         <tr>\n<td>\n\n```yaml\na: 1\n```\n\n</td>\n</tr>\n</table>",
        r#"table[tr[th["Name"] td["a" / "b"]] tr[td[code("a: 1\n")]]]"#,
    );
    // End tags that HTML lets authors leave out.
    reads("<table><tr><td>a<td>b<tr><td>c</table>", r#"table[tr[td["a"] td["b"]] tr[td["c"]]]"#);
    let runbook = parse("<td rowspan=2 colspan='3' align=\"right\" onclick=x>x</td>\n");
    let Block::Element { element, .. } = &runbook.blocks[0] else { panic!() };
    let expected = [Attribute::Align(Align::Right), Attribute::ColSpan(3), Attribute::RowSpan(2)];
    assert_eq!((element.tag, element.attributes.as_slice()), (HtmlTag::Td, &expected[..]));
}

#[test]
fn links_and_images_of_html_obey_the_rules_of_addresses() {
    reads(
        "<a href=\"x.md\">x <b>y</b></a> <a href='javascript:x'>z</a>",
        r#"p(<x.md>("x " b("y")) " " <->("z"))"#,
    );
    reads(
        "<p align=\"center\">\n<img src=\"a.png\" alt=\"A\" width=\"40\"/>\n<img src=data:x alt=B>\n</p>",
        "p[!<a.png>(A) ~ !<->(B)]",
    );
    reads("<a href=\"x\">[y](z)</a> and [a <a href=b>c</a>](d)", r#"p(<x>("y") " and " <d>("a " a("c")))"#);
}

#[test]
fn placeholders_are_text_wherever_they_stand() {
    for text in [
        "drain <node> in </zone>",
        "alter table <table> now",
        "alter table <table name> now",
        "for <i> of <n>",
        "<pod name=\"x\"> and <your-cluster>",
        "<a> or <b or c>",
        "see <p> here",
        "a </b> c",
    ] {
        let runbook = parse(text);
        let [Block::Paragraph(inlines)] = &runbook.blocks[..] else { panic!("{:?}", runbook.blocks) };
        assert_eq!(inlines, &[Inline::Text(text.to_owned())]);
    }
    reads("<namespace>\n", r#"raw("<namespace>\n")"#);
    reads("<td>use <pod> here</td>\n", r#"td["use <pod> here"]"#);
    reads("<table>\nis **the** table\n\nnext", r#""<table>" "is **the** table" p("next")"#);
    reads(
        "<div>\n<config>\n  <x>1</x>\n</config>\n</div>\n",
        r#"div[raw("<config>\n  <x>1</x>\n</config>\n")]"#,
    );
}

#[test]
fn unbalanced_tags_lose_nothing() {
    reads("<b>**a</b> c** d", r#"p(b(**"a c"**) " d")"#);
    reads("<b><i>x</b></i> y", r#"p(b(i("x")) " y")"#);
    reads("<details>\n\na\n", r#""<details>" p("a")"#);
    reads("> <div>\n> a\n\nb\n</div>", r#"["<div>" "a"] p("b") "</div>""#);
    reads("</details>\n\nx", r#""</details>" p("x")"#);
}

#[test]
fn scripts_and_styles_are_shown_and_never_known() {
    reads("<script>\nalert(1)\n</script>\n", r#"raw("<script>\nalert(1)\n</script>\n")"#);
    reads("a <iframe src=x></iframe>", r#"p("a <iframe src=x></iframe>")"#);
    reads("<svg onload=x>", r#"raw("<svg onload=x>")"#);
}

#[test]
fn text_of_pre_keeps_its_lines() {
    reads("<pre>\na  <pod>\n\n  b &lt;\n</pre>\n", r#"pre["a  <pod>\n\n  b <"]"#);
}

#[test]
fn anchors_of_authors_stand_beside_those_of_headings() {
    let runbook =
        parse("<a name=\"restart\"></a>\n\n## Restart\n\n<a id=\"old\"></a> x <span id=old>y</span>\n");
    let mut anchors: Vec<_> = runbook.anchors().into_iter().collect();
    anchors.sort_unstable();
    assert_eq!(anchors, ["old", "restart"]);
    let ids = format!("{:?}", runbook.blocks).matches("Id(").count();
    assert_eq!(ids, 1, "each id stands on the page once");
    let linked = parse("```sh\n#| action: Go\n#| on_fail: \"#old\"\nls\n```\n\n<a name=old></a>\n");
    assert_eq!(linked.problems, []);
}

#[test]
fn comments_vanish_between_tags_too() {
    reads("<details>\n<!-- no -->\n<summary>a<!-- no --></summary>\n</details>", r#"details[summary["a"]]"#);
    let runbook = parse("- [ ] a <b>b</b> <!-- step: {name: x} -->\n");
    assert_eq!((runbook.steps[0].name.as_str(), runbook.steps[0].text.as_str()), ("x", "a b"));
}

#[test]
fn text_without_markup_forgets_the_tags() {
    let runbook = parse("# A <kbd>b</kbd> <sup>c</sup>\n");
    assert_eq!(runbook.title.as_deref(), Some("A b c"));
    let [Block::Heading { id, inlines, .. }] = &runbook.blocks[..] else { panic!() };
    assert_eq!((id.as_str(), plain_text(inlines).as_str()), ("a-b-c", "A b c"));
}
