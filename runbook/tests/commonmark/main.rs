//! The examples of CommonMark 0.31.2: our tree, written as HTML, equals what pulldown-cmark writes by itself,
//! except where a rule of the format says otherwise.

mod differing;
mod render;

use std::collections::BTreeMap;

use differing::{DIFFERING, Rule};
use lastmile_runbook::parse;
use pulldown_cmark::{Options, Parser};

struct Example {
    number: usize,
    markdown: String,
    /// What the specification says.
    html: String,
}

fn examples() -> Vec<Example> {
    let fence = "`".repeat(32);
    let text = include_str!("examples.txt").replace('→', "\t");
    let opening = format!("{fence} example\n");
    let pieces = text.split(&opening).skip(1);
    let read = |(index, piece): (usize, &str)| {
        // An empty example has its `.` in the first line.
        let (markdown, rest) = piece.strip_prefix(".\n").map_or_else(
            || piece.split_once("\n.\n").map(|(markdown, rest)| (format!("{markdown}\n"), rest)),
            |rest| Some((String::new(), rest)),
        )?;
        let (html, _) = rest.split_once(&fence)?;
        Some(Example { number: index + 1, markdown, html: html.to_owned() })
    };
    pieces.enumerate().filter_map(read).collect()
}

/// What pulldown-cmark writes with the extensions that the format has.
fn own_output(markdown: &str, options: Options) -> String {
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, Parser::new_ext(markdown, options));
    html
}

fn extensions() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
}

#[test]
fn the_tree_is_that_of_pulldown_cmark_except_where_a_rule_says_otherwise() {
    let examples = examples();
    assert_eq!(examples.len(), 652);
    let listed: BTreeMap<usize, Rule> =
        DIFFERING.iter().flat_map(|(rule, numbers)| numbers.iter().map(|&number| (number, *rule))).collect();
    let mut wrong = Vec::new();
    for Example { number, markdown, .. } in &examples {
        let ours = render::html(&parse(markdown));
        let theirs = own_output(markdown, extensions());
        match (ours == theirs, listed.get(number)) {
            (false, None) => {
                wrong.push(format!("{number} differs\n{markdown}\nours:\n{ours}\ntheirs:\n{theirs}"));
            }
            (true, Some(rule)) => {
                wrong.push(format!("{number} is listed as differing by {rule:?}, but is equal"));
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{} of 652:\n{}", wrong.len(), wrong.join("\n"));
    println!("{} equal, {} differ by a rule", examples.len() - listed.len(), listed.len());
}

#[test]
fn each_example_is_listed_once() {
    let numbers: Vec<_> = DIFFERING.iter().flat_map(|(_, numbers)| numbers.iter()).collect();
    let unique: std::collections::BTreeSet<_> = numbers.iter().collect();
    assert_eq!(unique.len(), numbers.len());
}

#[test]
fn pulldown_cmark_itself_keeps_to_the_specification() {
    // Quotes may be written either way.
    let plain = |html: &str| html.replace("&quot;", "\"").replace("/>", ">");
    let differs = |it: &&Example| plain(&own_output(&it.markdown, Options::empty())) != plain(&it.html);
    let differing: Vec<_> = examples().iter().filter(differs).map(|it| it.number).collect();
    // A line end inside of raw HTML.
    assert_eq!(differing, [175]);
}
