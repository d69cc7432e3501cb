//! Where a link of a runbook leads inside the app. Pure.

use std::collections::HashSet;

use lastmile_protocol::Slug;
use lastmile_runbook::{Destination, Runbook, destination};

use crate::{links, query};

/// A link's target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A page of the app, or a place in this one.
    Inside(String),
    /// A file of the runbook folder.
    File(String),
    /// Another site, or a program (`mailto:`, `tel:`).
    Outside(String),
    /// Nothing that the app could open.
    Nowhere(Nowhere),
}

/// Why a link can't be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nowhere {
    /// The runbook, the file or the heading does not exist.
    Missing,
    /// It stands above the runbook folder.
    NoPage,
    /// An address that is not followed from here, such as `javascript:`.
    Refused,
}

impl Nowhere {
    /// What a reader is told.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Missing => "This link leads nowhere: there is no such place in the runbook folder",
            Self::NoPage => "This link leads to a file that can't be opened here",
            Self::Refused => "This link is not followed: its address is not one of a page",
        }
    }
}

/// What must be known to judge the links of one runbook.
#[derive(Debug)]
pub struct Links<'a> {
    slug: &'a Slug,
    anchors: HashSet<&'a str>,
    broken: HashSet<&'a str>,
}

impl<'a> Links<'a> {
    /// For the links of `runbook`, called `slug`; the server has found that those in `broken` lead to nothing.
    #[must_use]
    pub fn new(slug: &'a Slug, runbook: &'a Runbook, broken: &'a [String]) -> Self {
        Self { slug, anchors: runbook.anchors(), broken: broken.iter().map(String::as_str).collect() }
    }

    /// The runbook whose links these are.
    #[must_use]
    pub fn slug(&self) -> &str {
        self.slug.as_str()
    }

    /// Where `href`, as written, leads; `None` stands for one that the parser has refused.
    #[must_use]
    pub fn target(&self, href: Option<&str>) -> Target {
        let Some(href) = href else { return Target::Nowhere(Nowhere::Refused) };
        if self.broken.contains(href) {
            return Target::Nowhere(Nowhere::Missing);
        }
        match destination(self.slug.as_str(), href) {
            Destination::Here(anchor) => self.here(&anchor),
            Destination::Runbook { slug, rest } => {
                Target::Inside(format!("{}{rest}", links::runbook(&Slug(slug))))
            }
            Destination::Outside => Target::Outside(href.to_owned()),
            Destination::File(path) => Target::File(links::file(&path)),
            Destination::Above => Target::Nowhere(Nowhere::NoPage),
        }
    }

    /// A place in this runbook. As on GitHub, `#Restart` finds `restart`, and `#` is the top.
    fn here(&self, anchor: &str) -> Target {
        let lower = anchor.to_lowercase();
        match [anchor, &lower].into_iter().find(|name| name.is_empty() || self.anchors.contains(name)) {
            Some(name) => Target::Inside(format!("#{}", query::encode(name))),
            None if matches!(anchor, "top" | "main") => Target::Inside("#main".to_owned()),
            None => Target::Nowhere(Nowhere::Missing),
        }
    }
}

/// Where `href`, as written in the runbook `slug`, leads when it is followed from another page.
#[must_use]
pub fn from_elsewhere(slug: &Slug, href: &str) -> Option<String> {
    match destination(slug.as_str(), href) {
        Destination::Here(anchor) => Some(format!("{}#{}", links::runbook(slug), query::encode(&anchor))),
        Destination::Runbook { slug, rest } => Some(format!("{}{rest}", links::runbook(&Slug(slug)))),
        Destination::Outside => Some(href.to_owned()),
        Destination::File(path) => Some(links::file(&path)),
        Destination::Above => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(from: &str, href: &str) -> Target {
        let runbook = lastmile_runbook::parse("# Restart\n\n<a name=\"Old\"></a>\n\n- [ ] Tell them\n");
        let broken = ["gone.md".to_owned()];
        Links::new(&Slug::from(from), &runbook, &broken).target(Some(href))
    }

    fn inside(path: &str) -> Target {
        Target::Inside(path.to_owned())
    }

    #[test]
    fn links_between_runbooks_open_in_the_app() {
        assert_eq!(
            target("net/open-port", "../bar/pool.md?pool=blue#go"),
            inside("/runbooks/bar/pool?pool=blue#go")
        );
        assert_eq!(target("top", "with%20space.md"), inside("/runbooks/with%20space"));
    }

    #[test]
    fn anchors_stay_on_the_page_if_there_is_one() {
        assert_eq!(target("a", "#restart"), inside("#restart"));
        assert_eq!(target("a", "#Restart"), inside("#restart"));
        assert_eq!(target("a", "#Old"), inside("#Old"));
        assert_eq!(target("a", "#tell-them"), inside("#tell-them"));
        assert_eq!(target("a", "#nope"), Target::Nowhere(Nowhere::Missing));
    }

    #[test]
    fn links_are_followed_from_other_pages_too() {
        let from = |href| from_elsewhere(&Slug::from("net/a"), href);
        assert_eq!(from("#restart").as_deref(), Some("/runbooks/net/a#restart"));
        assert_eq!(from("b.md#x").as_deref(), Some("/runbooks/net/b#x"));
        assert_eq!(from("b.sh").as_deref(), Some("/api/v1/files/net/b.sh"));
        assert_eq!(from("../../b.sh"), None);
    }

    #[test]
    fn other_files_of_the_folder_are_fetched() {
        assert_eq!(target("net/a", "../x y.sh?raw#L1"), Target::File("/api/v1/files/x%20y.sh".to_owned()));
    }

    #[test]
    fn a_scheme_leads_outside() {
        assert_eq!(target("a", "https://x.example"), Target::Outside("https://x.example".to_owned()));
    }

    #[test]
    fn what_cannot_be_opened_says_why() {
        assert_eq!(target("a", "gone.md"), Target::Nowhere(Nowhere::Missing));
        assert_eq!(target("a", "script.sh"), Target::File("/api/v1/files/script.sh".to_owned()));
        assert_eq!(target("net/a", "../../etc/passwd.md"), Target::Nowhere(Nowhere::NoPage));
        let runbook = Runbook::default();
        let slug = Slug::from("a");
        assert_eq!(Links::new(&slug, &runbook, &[]).target(None), Target::Nowhere(Nowhere::Refused));
    }
}
