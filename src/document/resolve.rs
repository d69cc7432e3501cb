//! Where a link of a runbook leads inside the app. Pure.

use lastmile_protocol::Slug;

use crate::{links, query};

/// A link's target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A page of the app, or a place in this one.
    Inside(String),
    /// Another site, or a program (`mailto:`, `tel:`).
    Outside(String),
    /// A file that the app has no page for.
    Nowhere,
}

/// Resolves `href`, as written in the runbook `slug`.
///
/// `other.md#x` beside `dir/this` is `/runbooks/dir/other#x`; `#x` stays here; what has a scheme leads outside.
#[must_use]
pub fn resolve(slug: &Slug, href: &str) -> Target {
    if let Some(anchor) = href.strip_prefix('#') {
        return Target::Inside(format!("#{anchor}"));
    }
    if has_scheme(href) || href.starts_with("//") {
        return Target::Outside(href.to_owned());
    }
    let (path, rest) = href.find(['?', '#']).map_or((href, ""), |at| href.split_at(at));
    let path = query::decode_path(path);
    let known_file = path.rsplit('/').next().is_some_and(|file| !file.contains('.'));
    let Some(path) = path.strip_suffix(".md").or_else(|| known_file.then_some(path.as_str())) else {
        return Target::Nowhere;
    };
    match join(slug.as_str(), path) {
        Some(slug) => Target::Inside(format!("{}{rest}", links::runbook(&Slug(slug)))),
        None => Target::Nowhere,
    }
}

/// `scheme:` by RFC 3986.
fn has_scheme(href: &str) -> bool {
    href.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

/// The slug of `path`, seen from the runbook `from`; `None` where it leaves the runbook folder.
fn join(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = if path.starts_with('/') { Vec::new() } else { from.split('/').collect() };
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(from: &str, href: &str) -> String {
        match resolve(&Slug::from(from), href) {
            Target::Inside(path) => path,
            other => panic!("{href} from {from} became {other:?}"),
        }
    }

    #[test]
    fn links_between_runbooks_work_from_any_folder() {
        assert_eq!(inside("net/open-port", "other.md#x"), "/runbooks/net/other#x");
        assert_eq!(inside("net/open-port", "../bar/pool.md"), "/runbooks/bar/pool");
        assert_eq!(
            inside("net/open-port", "./deep/er.md?pool=blue#go"),
            "/runbooks/net/deep/er?pool=blue#go"
        );
        assert_eq!(inside("top", "net/open-port.md"), "/runbooks/net/open-port");
        assert_eq!(inside("net/open-port", "/top.md"), "/runbooks/top");
        assert_eq!(inside("top", "with%20space.md"), "/runbooks/with%20space");
    }

    #[test]
    fn a_link_without_an_ending_names_a_runbook_too() {
        assert_eq!(inside("net/a", "b"), "/runbooks/net/b");
    }

    #[test]
    fn anchors_stay_on_the_page() {
        assert_eq!(inside("net/a", "#restart"), "#restart");
    }

    #[test]
    fn a_scheme_leads_outside() {
        for href in ["https://x.example/a.md", "mailto:noc@x.example", "//x.example/a"] {
            assert_eq!(resolve(&Slug::from("a"), href), Target::Outside(href.to_owned()));
        }
    }

    #[test]
    fn files_of_other_kinds_and_paths_above_the_folder_lead_nowhere() {
        assert_eq!(resolve(&Slug::from("a"), "script.sh"), Target::Nowhere);
        assert_eq!(resolve(&Slug::from("net/a"), "../../etc/passwd.md"), Target::Nowhere);
    }
}
