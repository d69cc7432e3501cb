//! Where colours may stand, and that no stylesheet is forgotten.

use super::{Finding, texts};
use anyhow::Result;
use std::fs;
use std::path::Path;

/// The only file that may name a colour by its value; all others name its purpose.
const TOKENS: &str = "style/tokens.css";

/// Functions that make a colour from numbers. `color-mix` and `light-dark` combine others and are fine.
const FUNCTIONS: [&str; 9] = ["rgb(", "rgba(", "hsl(", "hsla(", "hwb(", "lab(", "lch(", "oklab(", "oklch("];

/// Checks every stylesheet against `index.html` and for raw colours.
pub(super) fn check(root: &Path) -> Result<Vec<Finding>> {
    let page = fs::read_to_string(root.join("index.html"))?;
    let mut findings = Vec::new();
    for (name, css) in texts(root, "style", "css")? {
        if !page.contains(&format!("href=\"{name}\"")) {
            findings.push(Finding::new(&name, "is not linked in index.html, so nobody gets it"));
        }
        if name != TOKENS {
            findings.extend(raw_colours(&name, &css));
        }
    }
    Ok(findings)
}

fn raw_colours(name: &str, css: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in without_comments(css).lines().enumerate() {
        // Only values can hold a colour: `#main` may be a selector.
        let Some((_, value)) = line.split_once(':') else { continue };
        if let Some(colour) = raw_colour(value) {
            let place = format!("{name}:{}", number + 1);
            findings.push(Finding::new(place, format!("raw colour {colour}: name a purpose in {TOKENS}")));
        }
    }
    findings
}

fn raw_colour(value: &str) -> Option<&str> {
    let words = value.split(|it: char| it.is_whitespace() || matches!(it, ',' | ';' | ')'));
    words.into_iter().find(|word| {
        let last = word.rsplit_once('(').map_or(*word, |(_, inner)| inner);
        is_hex(word) || is_hex(last) || FUNCTIONS.iter().any(|function| has_function(word, function))
    })
}

fn is_hex(word: &str) -> bool {
    word.strip_prefix('#').is_some_and(|digits| {
        matches!(digits.len(), 3 | 4 | 6 | 8) && digits.chars().all(|digit| digit.is_ascii_hexdigit())
    })
}

/// The function itself, not the end of another's name.
fn has_function(word: &str, function: &str) -> bool {
    word.match_indices(function)
        .any(|(at, _)| !word[..at].ends_with(|it: char| it.is_alphanumeric() || it == '-'))
}

/// Blanks comments; lines keep their numbers.
fn without_comments(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        let (comment, after) = after.split_once("*/").unwrap_or((after, ""));
        kept.extend(comment.chars().filter(|it| *it == '\n'));
        rest = after;
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raw_colour_is_found_with_its_line() {
        let css = ".a {\n  color: #fff;\n  /* #000\n */\n  border: 1px solid rgb(0 0 0 / 10%);\n}\n";
        let places: Vec<String> = raw_colours("style/a.css", css).into_iter().map(|it| it.place).collect();
        assert_eq!(places, ["style/a.css:2", "style/a.css:5"]);
    }

    #[test]
    fn a_colour_hidden_in_another_function_is_found() {
        assert_eq!(raw_colours("a.css", "a { color: light-dark(#123456, var(--b)); }").len(), 1);
        assert_eq!(raw_colours("a.css", "a { color: color-mix(in srgb, oklch(0 0 0), var(--b)); }").len(), 1);
    }

    #[test]
    fn a_purpose_a_selector_and_a_fragment_are_no_raw_colours() {
        let css = "#add {\n  color: var(--text-danger);\n  mask: url(icons.svg#a-b);\n  background: color-mix(in srgb, var(--a), transparent);\n}";
        assert_eq!(raw_colours("a.css", css), []);
    }

    #[test]
    fn a_forgotten_stylesheet_is_found() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("style/components")).unwrap();
        fs::write(root.path().join("index.html"), "<link data-trunk rel=\"css\" href=\"style/tokens.css\">")
            .unwrap();
        fs::write(root.path().join("style/tokens.css"), ":root { --text: #111; }").unwrap();
        assert_eq!(check(root.path()).unwrap(), []);
        fs::write(root.path().join("style/components/button.css"), "").unwrap();
        assert_eq!(check(root.path()).unwrap().len(), 1);
    }
}
