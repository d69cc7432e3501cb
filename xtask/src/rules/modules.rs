//! Which modules may name which others, read from their source.

use super::{Finding, source, texts};
use anyhow::Result;
use std::path::Path;

/// A folder or file whose code must not contain some paths.
struct Rule {
    place: &'static str,
    never: &'static [&'static str],
}

/// The list of docs/ARCHITECTURE.md. A path is written as in code; `a::b` also matches inside `use a::{b}`.
const RULES: [Rule; 5] = [
    Rule { place: "src/components", never: &["crate::api", "crate::live", "gloo_net", "EventSource"] },
    Rule {
        place: "server/src/policy",
        never: &[
            "std::fs",
            "std::net",
            "std::time",
            "std::process",
            "tokio",
            "sqlx",
            "axum",
            "SystemTime",
            "Instant",
        ],
    },
    Rule {
        place: "server/src/exec",
        never: &["crate::http", "crate::store", "crate::policy", "axum", "sqlx"],
    },
    Rule { place: "server/src/http", never: &["sqlx"] },
    Rule { place: "src", never: MARKUP_FROM_STRINGS },
];

/// Everything by which a string could become markup or code in a browser, as Leptos, web-sys and js-sys call it.
const MARKUP_FROM_STRINGS: &[&str] = &[
    "inner_html",
    "set_inner_html",
    "innerHTML",
    "outer_html",
    "set_outer_html",
    "outerHTML",
    "insert_adjacent_html",
    "insertAdjacentHTML",
    "set_html_unsafe",
    "create_contextual_fragment",
    "parse_from_string",
    "DomParser",
    "srcdoc",
    "set_srcdoc",
    "eval",
    "Function::new_no_args",
    "Function::new_with_args",
    "inline_js",
];

/// Checks every file of every rule's place.
pub(super) fn check(root: &Path) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for rule in &RULES {
        let mut files = texts(root, rule.place, "rs")?;
        let single = format!("{}.rs", rule.place);
        if let Ok(text) = std::fs::read_to_string(root.join(&single)) {
            files.push((single, text));
        }
        for (name, text) in files {
            findings.extend(rule.violations(&name, &text));
        }
    }
    Ok(findings)
}

impl Rule {
    fn violations(&self, name: &str, text: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        let module = module_of(name);
        for (line, path) in paths(&source::code(text)) {
            let path = absolute(&module, path);
            for never in self.never.iter().filter(|never| ends_in(&path, never)) {
                findings.push(Finding::new(
                    format!("{name}:{line}"),
                    format!("{} must never name {never}", self.place),
                ));
            }
        }
        findings
    }
}

/// Whether a path ends in `wanted`, segment by segment. The paths come with each of their beginnings, so a path that
/// goes on behind `wanted` is found too, and once.
fn ends_in(path: &[String], wanted: &str) -> bool {
    let wanted: Vec<&str> = wanted.split("::").collect();
    path.len() >= wanted.len() && path[path.len() - wanted.len()..] == wanted
}

/// The module that a file is: `["exec", "spawn"]` for `server/src/exec/spawn.rs`.
fn module_of(file: &str) -> Vec<String> {
    let inside = file.split_once("src/").map_or(file, |(_, inside)| inside);
    let inside = inside.trim_end_matches(".rs");
    let inside = inside.strip_suffix("/mod").unwrap_or(inside);
    inside.split('/').map(str::to_owned).collect()
}

/// Follows leading `super`s up from a module.
fn absolute(module: &[String], path: Vec<String>) -> Vec<String> {
    let up = path.iter().take_while(|segment| *segment == "super").count();
    match module.len().checked_sub(up) {
        Some(depth) if up > 0 => [&["crate".to_owned()], &module[..depth], &path[up..]].concat(),
        _ => path,
    }
}

/// Every path in the code with its line, and each of its beginnings: `use a::{b, c::d}` gives `a`, `a::b`, `a::c` and
/// `a::c::d`.
fn paths(code: &str) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    // The prefixes of the `{` that are open: `a` for `use a::{`, nothing for a block.
    let mut open: Vec<Vec<String>> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut joined = false;
    let mut line = 1;
    for token in tokens(code) {
        let prefix = open.last().cloned().unwrap_or_default();
        match token {
            "\n" => line += 1,
            "::" => joined = true,
            "{" => {
                open.push(if joined { [prefix, std::mem::take(&mut path)].concat() } else { Vec::new() });
                path.clear();
                joined = false;
            }
            "}" => {
                open.pop();
                path.clear();
                joined = false;
            }
            word if is_word(word) => {
                if !joined {
                    path.clear();
                }
                path.push(word.to_owned());
                joined = false;
                found.push((line, [prefix, path.clone()].concat()));
            }
            _ => {
                path.clear();
                joined = false;
            }
        }
    }
    found
}

fn is_word(token: &str) -> bool {
    token.starts_with(|it: char| it.is_alphabetic() || it == '_')
}

/// Words, `::`, line ends and single signs; other blanks are nothing.
fn tokens(code: &str) -> impl Iterator<Item = &str> {
    let mut rest = code;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t', '\r']);
        let first = rest.chars().next()?;
        let word = rest.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(rest.len());
        let length = match word {
            0 if rest.starts_with("::") => 2,
            0 => first.len_utf8(),
            word => word,
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        Some(token)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(place: &str, text: &str) -> Vec<String> {
        let rules = RULES.iter().filter(|rule| rule.place == place);
        rules
            .flat_map(|rule| rule.violations("x.rs", text))
            .map(|it| format!("{}: {}", it.place, it.what))
            .collect()
    }

    #[test]
    fn a_component_that_fetches_is_found_however_it_imports() {
        let expected = ["x.rs:2: src/components must never name crate::api"];
        assert_eq!(found("src/components", "use leptos::prelude::*;\nuse crate::api;"), expected);
        assert_eq!(found("src/components", "//! A.\nuse crate::{api::Client, pages};"), expected);
        assert_eq!(found("src/components", "//! A.\nuse crate::{pages::{a, b}, api};"), expected);
        assert_eq!(found("src/components", "fn f() {\n  crate::api::runs();\n}"), expected);
    }

    #[test]
    fn a_word_in_a_comment_or_as_part_of_another_is_no_violation() {
        assert_eq!(
            found("server/src/http", "// not sqlx\nuse crate::sqlx_like;\nlet it = \"sqlx\";"),
            [""; 0]
        );
        assert_eq!(found("src/components", "use crate::apiary;\nuse other::api;"), [""; 0]);
    }

    #[test]
    fn a_policy_with_a_clock_or_a_file_is_found() {
        assert_eq!(
            found("server/src/policy", "use std::{collections::BTreeMap, time::SystemTime};").len(),
            2
        );
        assert_eq!(found("server/src/policy", "let text = std::fs::read(path);").len(), 1);
        assert_eq!(found("server/src/policy", "use std::collections::BTreeMap;"), [""; 0]);
    }

    #[test]
    fn the_per_run_process_must_not_know_the_store() {
        assert_eq!(found("server/src/exec", "use crate::store::Store;").len(), 1);
        let rule = RULES.iter().find(|rule| rule.place == "server/src/exec").unwrap();
        let upwards = "use super::super::store::Store;\nuse super::store;";
        let findings = rule.violations("server/src/exec/spawn.rs", upwards);
        assert_eq!(
            findings.iter().map(|it| it.place.as_str()).collect::<Vec<_>>(),
            ["server/src/exec/spawn.rs:1"]
        );
    }

    #[test]
    fn markup_from_a_string_is_found_in_the_app() {
        assert_eq!(found("src", "view! { <p inner_html=text/> }").len(), 1);
        assert_eq!(found("src", "element.set_inner_html(&text);").len(), 1);
        assert_eq!(found("src", "view! { <p prop:innerHTML=text/> }").len(), 1);
        assert_eq!(found("src", "range.create_contextual_fragment(text)").len(), 1);
    }

    #[test]
    fn code_from_a_string_is_found_in_the_app() {
        assert_eq!(found("src", "js_sys::eval(&text)").len(), 1);
        assert_eq!(found("src", "js_sys::Function::new_no_args(&text)").len(), 1);
        assert_eq!(found("src", "#[wasm_bindgen(inline_js = \"x\")]").len(), 1);
        assert_eq!(found("src", "let retrieval = evaluate(value);"), [""; 0]);
    }
}
