//! From the folder to entries. Never fails: what can't be read becomes an entry that says so.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use lastmile_protocol::{Digest, Millis, ProblemLine, RunbookSummary, Slug};
use lastmile_runbook::{Runbook, Severity, digest::sha256_hex};

use super::Entry;
use crate::config::Config;

/// A runbook larger than this is not read: it is no runbook.
const MAX_FILE: u64 = 4 * 1024 * 1024;
/// Folders deeper than this are not entered.
const MAX_DEPTH: usize = 16;

/// What tells whether a file has to be read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    modified: Option<SystemTime>,
    size: u64,
    inode: u64,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self { modified: metadata.modified().ok(), size: metadata.len(), inode: metadata.ino() }
    }
}

pub(super) fn scan(
    root: &Path,
    config: &Config,
    before: &BTreeMap<Slug, Arc<Entry>>,
) -> BTreeMap<Slug, Arc<Entry>> {
    let mut found = BTreeMap::new();
    walk(root, "", 0, &mut |slug, path, metadata| {
        let stamp = Stamp::of(metadata);
        let entry = match before.get(&slug) {
            Some(had) if had.stamp == stamp => Arc::clone(had),
            _ => Arc::new(read(&slug, path, metadata, config)),
        };
        found.insert(slug, entry);
    });
    found
}

/// Visits every `.md` file. Hidden folders are left out, and so are links: they could lead out of the folder.
fn walk(folder: &Path, prefix: &str, depth: usize, visit: &mut impl FnMut(Slug, &Path, &Metadata)) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else { continue };
        let Ok(metadata) = entry.metadata() else { continue };
        let path = entry.path();
        if metadata.is_dir() && depth < MAX_DEPTH && name != "node_modules" {
            walk(&path, &format!("{prefix}{name}/"), depth + 1, visit);
        } else if metadata.is_file()
            && let Some(stem) = name.strip_suffix(".md")
        {
            visit(Slug(format!("{prefix}{stem}")), &path, &metadata);
        }
    }
}

fn read(slug: &Slug, path: &Path, metadata: &Metadata, config: &Config) -> Entry {
    match text_of(path, metadata) {
        Ok(source) => {
            let runbook = lastmile_runbook::parse(&source);
            let summary = summarise(slug, &runbook, metadata, config, None);
            let revision = Digest(sha256_hex(source.as_bytes()));
            Entry { summary, revision, source, runbook, stamp: Stamp::of(metadata) }
        }
        Err(why) => {
            let runbook = Runbook::default();
            let summary = summarise(slug, &runbook, metadata, config, Some(why));
            let revision = Digest(sha256_hex(b""));
            Entry { summary, revision, source: String::new(), runbook, stamp: Stamp::of(metadata) }
        }
    }
}

fn text_of(path: &Path, metadata: &Metadata) -> Result<String, String> {
    if metadata.len() > MAX_FILE {
        return Err(format!("The file has {} bytes; a runbook may have {MAX_FILE}.", metadata.len()));
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| format!("The file can't be opened: {error}."))?;
    file.take(MAX_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("The file can't be read: {error}."))?;
    String::from_utf8(bytes).map_err(|error| {
        format!("The file is not UTF-8 from byte {} on. Save it as UTF-8.", error.utf8_error().valid_up_to())
    })
}

fn summarise(
    slug: &Slug,
    runbook: &Runbook,
    metadata: &Metadata,
    config: &Config,
    unreadable: Option<String>,
) -> RunbookSummary {
    let last_part = slug.as_str().rsplit('/').next().unwrap_or_default().to_owned();
    let count = |severity| runbook.problems.iter().filter(|problem| problem.severity == severity).count();
    let modified =
        metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let meta = &runbook.meta;
    RunbookSummary {
        slug: slug.clone(),
        title: runbook.title.clone().unwrap_or(last_part),
        description: meta.description.clone(),
        service: meta.service.clone(),
        tags: meta.tags.clone(),
        alerts: meta.alerts.clone(),
        team: config.owner_of(slug.as_str()).cloned(),
        actions: runbook.actions.len(),
        errors: count(Severity::Error) + usize::from(unreadable.is_some()),
        warnings: count(Severity::Warning),
        modified: Millis(i64::try_from(modified.as_millis()).unwrap_or_default()),
        problems: first_problems(runbook),
        unreadable,
    }
}

/// Errors first: a row has room for three.
fn first_problems(runbook: &Runbook) -> Vec<ProblemLine> {
    let mut problems: Vec<_> = runbook.problems.iter().collect();
    problems.sort_by_key(|problem| (std::cmp::Reverse(problem.severity), problem.line));
    let line = |problem: &&lastmile_runbook::Problem| ProblemLine {
        error: problem.severity == Severity::Error,
        line: problem.line,
        message: problem.message.clone(),
    };
    problems.iter().take(3).map(line).collect()
}
