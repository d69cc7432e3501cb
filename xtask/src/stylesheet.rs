//! One stylesheet for the browser out of the many that are written.
//!
//! Trunk copies each linked stylesheet as it is. A browser would fetch a dozen files before it paints anything, so the
//! production build joins them, in the order of `index.html`, without the comments.

use anyhow::{Context, Result, bail};
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::Path;

/// How Trunk writes a link; all of ours are at the root of the site.
const LINK: &str = "<link rel=\"stylesheet\" href=\"/";
const LINK_END: &str = "\"/>";

/// Joins the stylesheets that a built `index.html` links, and links the result in the place of the first.
///
/// # Errors
/// When the page or a stylesheet can't be read, or the page has none.
pub(crate) fn join(dist: &Path) -> Result<()> {
    let page = dist.join("index.html");
    let (before, files, after) = split(&fs::read_to_string(&page)?)?;
    let mut css = String::new();
    for file in &files {
        let text = fs::read_to_string(dist.join(file)).with_context(|| format!("index.html links {file}"))?;
        css.push_str(&without_comments(&text));
        fs::remove_file(dist.join(file))?;
    }
    let mut hasher = DefaultHasher::new();
    css.hash(&mut hasher);
    let name = format!("style-{:016x}.css", hasher.finish());
    fs::write(dist.join(&name), css)?;
    Ok(fs::write(page, format!("{before}{LINK}{name}{LINK_END}{after}"))?)
}

/// The page up to the first stylesheet, the stylesheets' names, and the rest of the page without them.
fn split(html: &str) -> Result<(String, Vec<String>, String)> {
    let mut parts = html.split(LINK);
    let before = parts.next().unwrap_or_default().to_owned();
    let (mut files, mut after) = (Vec::new(), String::new());
    for part in parts {
        let (file, rest) = part.split_once(LINK_END).context("a stylesheet's link has more attributes")?;
        files.push(file.to_owned());
        after.push_str(rest.trim_start());
    }
    if files.is_empty() {
        bail!("the built index.html links no stylesheet");
    }
    Ok((before, files, after))
}

/// Removes comments, and the indentation that is left of lines without anything else.
fn without_comments(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    let lines = kept.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linked_stylesheets_become_one_in_their_order() {
        let dist = tempfile::tempdir().unwrap();
        let file = |name: &str| dist.path().join(name);
        let html = "<head>\n  <link rel=\"stylesheet\" href=\"/a-1.css\"/>\n  <link rel=\"stylesheet\" href=\"/b-2.css\"/>\n</head>";
        fs::write(file("index.html"), html).unwrap();
        fs::write(file("a-1.css"), "/* first */\n@layer a, b;\n").unwrap();
        fs::write(file("b-2.css"), "@layer b {\n  a { color: red }\n}\n").unwrap();
        join(dist.path()).unwrap();
        let page = fs::read_to_string(file("index.html")).unwrap();
        let (before, files, after) = split(&page).unwrap();
        assert_eq!((before.as_str(), after.as_str()), ("<head>\n  ", "</head>"));
        let [name] = &files[..] else { panic!("one link is left, not {files:?}") };
        let css = fs::read_to_string(file(name)).unwrap();
        assert_eq!(css, "@layer a, b;\n@layer b {\na { color: red }\n}\n");
        assert!(!file("a-1.css").exists());
    }

    #[test]
    fn a_page_without_a_stylesheet_is_an_error() {
        assert!(split("<head></head>").is_err());
    }
}
