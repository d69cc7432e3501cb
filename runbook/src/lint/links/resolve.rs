//! From a relative path to a file, in all the ways in which hosts and site generators read one.
//!
//! A link is called broken only if none of them finds anything: an author is not warned because another tool's rule was
//! meant.

use crate::{
    lint::{Folder, Found},
    names::nearest,
};

/// Where a path leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// To this file or folder.
    Found(String),
    /// Out of the folder, or to a root that nobody knows.
    Unknown,
    /// Nowhere; perhaps this was meant.
    Nowhere(Option<String>),
}

/// Resolves `path`, as written in the file at `from`.
pub(super) fn resolve(folder: &dyn Folder, from: &str, path: &str) -> Target {
    if let Some(rooted) = path.strip_prefix('/') {
        return absolute(folder, from, rooted);
    }
    let own = parent(from);
    let Some(direct) = join(own, path) else { return Target::Unknown };
    // A generator that gives each page a folder of its own resolves from there.
    let page = from.rsplit_once('.').map_or(from, |(stem, _)| stem);
    let places = [Some(direct.clone()), join(page, path)];
    for place in places.into_iter().flatten() {
        if let Some(found) = spellings(folder, &place) {
            return Target::Found(found);
        }
    }
    Target::Nowhere(meant(folder, &direct, path))
}

/// A path from the site's or the repository's root, which may be any folder above the file.
fn absolute(folder: &dyn Folder, from: &str, path: &str) -> Target {
    let mut root = parent(from);
    loop {
        if let Some(found) = join(root, path).and_then(|place| spellings(folder, &place)) {
            return Target::Found(found);
        }
        if root.is_empty() {
            return Target::Unknown;
        }
        root = parent(root);
    }
}

/// What stands at `place`, with the endings that pages are linked without, or with another one.
fn spellings(folder: &dyn Folder, place: &str) -> Option<String> {
    let is_file = |path: &str| folder.find(path) == Found::File;
    if folder.find(place) != Found::Nothing {
        return Some(place.to_owned());
    }
    let bare = place.strip_suffix(".html").unwrap_or(place);
    let has_ending = place.rsplit('/').next().is_some_and(|name| name.contains('.')) && bare == place;
    let endings: &[&str] = if has_ending {
        &[".md"]
    } else {
        &[".md", ".markdown", ".html.md", ".html.md.erb", ".md.erb", ".mdx", ".adoc", ".rst"]
    };
    endings.iter().map(|ending| format!("{bare}{ending}")).find(|path| is_file(path))
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// `path` from `base`, without `.` and `..`; `None` if it leads out of the folder.
fn join(base: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The path as written with its last part corrected: another case or ending, a slip.
fn meant(folder: &dyn Folder, place: &str, path: &str) -> Option<String> {
    let (above, name) = place.rsplit_once('/').unwrap_or(("", place));
    let mut names = folder.names(above);
    names.sort_unstable();
    let same = names.iter().map(String::as_str).find(|it| it.eq_ignore_ascii_case(name));
    let near = same.or_else(|| nearest(name, names.iter().map(String::as_str)))?;
    let before = path.strip_suffix(name)?;
    Some(format!("{before}{near}"))
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, sync::Arc};

    use super::*;

    struct Paths(&'static [&'static str]);

    impl Folder for Paths {
        fn find(&self, path: &str) -> Found {
            let below = |it: &&&str| {
                it.strip_prefix(path).is_some_and(|rest| path.is_empty() || rest.starts_with('/'))
            };
            match self.0.contains(&path) {
                true => Found::File,
                false if self.0.iter().any(|it| below(&it)) => Found::Folder,
                false => Found::Nothing,
            }
        }
        fn anchors(&self, _: &str) -> Option<Arc<HashSet<String>>> {
            None
        }
        fn names(&self, path: &str) -> Vec<String> {
            self.0
                .iter()
                .filter(|it| parent(it) == path)
                .map(|it| it.rsplit('/').next().unwrap_or(it).to_owned())
                .collect()
        }
    }

    const PATHS: Paths =
        Paths(&["a/b.md", "a/c/index.md", "site/docs/add.md", "site/x/y.md", "a/d.html.md.erb", "a/p.png"]);

    #[test]
    fn what_any_host_or_generator_finds_is_not_broken() {
        for (from, path) in [
            ("a/b.md", "c"),
            ("a/b.md", "c/"),
            ("a/b.md", "./c/index.md"),
            ("a/b.md", "d.html"),
            ("a/b.md", "../site/x/y"),
            ("a/b.md", "p.png"),
            ("site/x/y.md", "/docs/add"),
            ("site/x/y.md", "/site/docs/add.md"),
            ("a/b.md", "../c/"),
            ("a/b.md", "."),
            ("a/b.md", ".."),
        ] {
            assert!(matches!(resolve(&PATHS, from, path), Target::Found(_)), "{from} {path}");
        }
    }

    #[test]
    fn what_leads_out_of_the_folder_or_to_an_unknown_root_is_not_judged() {
        for (from, path) in [("a/b.md", "../../x.md"), ("a/b.md", "/elsewhere/page")] {
            assert_eq!(resolve(&PATHS, from, path), Target::Unknown, "{from} {path}");
        }
    }

    #[test]
    fn what_nobody_finds_is_broken_and_the_nearest_name_is_offered() {
        let cases = [
            ("B.md", Some("B.md".len())),
            ("c/indx.md", Some(0)),
            ("gone.md", None),
            ("../site/x/z/w.md", None),
        ];
        for (path, hint) in cases {
            let Target::Nowhere(meant) = resolve(&PATHS, "a/x.md", path) else { panic!("{path}") };
            assert_eq!(meant.is_some(), hint.is_some(), "{path}: {meant:?}");
        }
        assert_eq!(resolve(&PATHS, "a/x.md", "c/indx.md"), Target::Nowhere(Some("c/index.md".into())));
    }
}
