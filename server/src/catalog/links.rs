//! Which links and pictures of a runbook lead to nothing: no such runbook, file, or heading.

use std::collections::{BTreeSet, HashMap, HashSet};

use lastmile_protocol::Slug;
use lastmile_runbook::{Destination, Runbook, destination};

use super::{Catalog, files};

/// More links than this are not looked at: each may cost a look into the folder.
const MOST: usize = 2_000;

impl Catalog {
    /// The addresses of broken links and missing pictures in `runbook`, as written; it is the text of `slug`, of this
    /// or an older revision.
    ///
    /// Reads the folder: call it where that may take its time.
    #[must_use]
    pub fn broken_links(&self, slug: &Slug, runbook: &Runbook) -> Vec<String> {
        let links: BTreeSet<&str> = runbook.links().into_iter().take(MOST).collect();
        let pictures: BTreeSet<&str> = runbook.images().into_iter().take(MOST).collect();
        let mut anchors = Anchors { catalog: self, known: HashMap::new() };
        anchors.known.insert(slug.0.clone(), Some(owned(runbook)));
        let broken = links.into_iter().filter(|href| match destination(slug.as_str(), href) {
            Destination::Outside => false,
            Destination::Above => true,
            Destination::Here(anchor) => !anchors.has(slug.as_str(), &anchor),
            Destination::File(path) => files::open(self.root(), &path).is_err(),
            Destination::Runbook { slug, rest } => {
                let anchor = rest.split_once('#').map_or("", |(_, anchor)| anchor);
                !anchors.has(&slug, &percent_encoding::percent_decode_str(anchor).decode_utf8_lossy())
            }
        });
        let missing = pictures.iter().filter(|src| self.lacks_picture(slug, src));
        broken.chain(missing.copied()).map(str::to_owned).collect()
    }

    /// Pictures of other sites are nobody's business here.
    fn lacks_picture(&self, slug: &Slug, src: &str) -> bool {
        match destination(slug.as_str(), src) {
            Destination::File(path) => files::open(self.root(), &path).is_err(),
            destination => destination != Destination::Outside,
        }
    }
}

/// What can be led to, by runbook; `None` where there is no such runbook.
struct Anchors<'a> {
    catalog: &'a Catalog,
    known: HashMap<String, Option<HashSet<String>>>,
}

impl Anchors<'_> {
    fn has(&mut self, slug: &str, anchor: &str) -> bool {
        let look = |slug: &str| self.catalog.get(&Slug::from(slug)).map(|entry| owned(&entry.runbook));
        let anchors = self.known.entry(slug.to_owned()).or_insert_with(|| look(slug));
        // As the app has it: no anchor and `top` are the top of the page, and `#Restart` finds `restart`.
        let top = anchor.is_empty() || matches!(anchor, "top" | "main");
        let found =
            |anchors: &HashSet<String>| anchors.contains(anchor) || anchors.contains(&anchor.to_lowercase());
        anchors.as_ref().is_some_and(|anchors| top || found(anchors))
    }
}

fn owned(runbook: &Runbook) -> HashSet<String> {
    runbook.anchors().into_iter().map(str::to_owned).collect()
}
