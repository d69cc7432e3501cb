//! `CODEOWNERS`, as git hosts read it: the last pattern that fits a path says who owns it.

use std::fs;
use std::path::Path;

/// Where hosts look for it.
const PLACES: [&str; 4] = ["CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS"];

#[derive(Debug, Default)]
pub(super) struct CodeOwners {
    /// The folder's own path in the checkout, with a final slash unless it is the checkout.
    prefix: String,
    /// Each pattern, and whether it has owners.
    rules: Vec<(String, bool)>,
}

impl CodeOwners {
    /// The file of the checkout in which `root` stands; empty without one.
    pub(super) fn of(root: &Path) -> Self {
        let checkout = root.ancestors().find(|above| above.join(".git").exists()).unwrap_or(root);
        let text =
            PLACES.iter().find_map(|place| fs::read_to_string(checkout.join(place)).ok()).unwrap_or_default();
        let below = root.strip_prefix(checkout).ok().and_then(Path::to_str).unwrap_or_default();
        let prefix = if below.is_empty() { String::new() } else { format!("{below}/") };
        Self { prefix, rules: rules(&text) }
    }

    /// Whether somebody owns the file at `path`.
    pub(super) fn own(&self, path: &str) -> bool {
        let path = format!("{}{path}", self.prefix);
        self.rules.iter().rev().find(|(pattern, _)| fits(pattern, &path)).is_some_and(|(_, owned)| *owned)
    }
}

fn rules(text: &str) -> Vec<(String, bool)> {
    let lines = text.lines().map(|line| line.split(" #").next().unwrap_or(line).trim());
    // `[Section]` and `^[Section]` are GitLab's.
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with(['#', '[', '^']));
    let rule = |line: &str| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next().is_some()))
    };
    lines.filter_map(rule).collect()
}

/// As in a `.gitignore`, with `*`, `**` and folders; without `?` and `[…]`, which these files hardly use.
fn fits(pattern: &str, path: &str) -> bool {
    let anchored = pattern.trim_end_matches('/').contains('/');
    let pattern = pattern.trim_start_matches('/');
    let folder = pattern.ends_with('/');
    let parts: Vec<&str> = pattern.trim_end_matches('/').split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    let starts = if anchored { 0..1 } else { 0..path.len() };
    starts.into_iter().any(|start| fits_from(&parts, path.get(start..).unwrap_or_default(), folder))
}

/// Whether `parts` fit the beginning of `path`; a folder needs something below it.
fn fits_from(parts: &[&str], path: &[&str], folder: bool) -> bool {
    match (parts.split_first(), path.split_first()) {
        (None, below) => !folder || below.is_some(),
        (Some((&"**", rest)), _) => {
            (0..=path.len()).any(|skip| fits_from(rest, path.get(skip..).unwrap_or_default(), folder))
        }
        (Some((part, rest)), Some((name, below))) => glob(part, name) && fits_from(rest, below, folder),
        (Some(_), None) => false,
    }
}

/// `*` stands for any letters of one name.
fn glob(pattern: &str, name: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == name };
    let Some(rest) = name.strip_prefix(before) else { return false };
    rest.char_indices().map(|(at, _)| at).chain([rest.len()]).any(|at| glob(after, &rest[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_git_hosts_read_them() {
        for (pattern, path, expected) in [
            ("*", "a/b.md", true),
            ("*.md", "a/b.md", true),
            ("/docs/", "docs/a/b.md", true),
            ("docs/", "x/docs/b.md", true),
            ("/docs/*", "docs/b.md", true),
            ("docs/**/b.md", "docs/x/y/b.md", true),
            ("/docs/", "x/docs/b.md", false),
            ("docs/runbooks", "docs/runbooks/b.md", true),
            ("*.py", "a/b.md", false),
            ("/docs/", "docs", false),
        ] {
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn the_last_pattern_that_fits_rules() {
        let owners = CodeOwners {
            prefix: "docs/".into(),
            rules: rules("# all\n* @ops\n/docs/free/\n[S]\n*.txt @x # c\n"),
        };
        assert!(owners.own("a.md") && !owners.own("free/a.md") && owners.own("free/a.txt"));
    }
}
