//! Relative links and anchors that lead nowhere.

mod address;
mod resolve;

use std::collections::HashSet;

use super::{
    File, Report, report,
    survey::{LinkAt, Survey},
};
use crate::{Runbook, links, names::nearest};
use address::Address;
use resolve::Target;

/// Most links that are looked up by their text.
const MOST_OTHERS: usize = 1_000;

pub(super) fn check(file: &File<'_>, reports: &mut Vec<Report>) {
    let own = anchors(file.runbook, file.survey);
    for link in &[file.survey.links.clone(), others(file)].concat() {
        match address::read(&link.address) {
            Address::Elsewhere => {}
            Address::Empty => {
                let message = "This link has no address, so it leads nowhere.";
                reports
                    .push(report("broken-link", link.at, message).mend("Write an address, or plain text."));
            }
            Address::Refused { scheme, inner } => reports.push(refused(link, scheme, inner)),
            Address::Anchor(anchor) => reports.extend(broken_anchor(link, &anchor, &own, None)),
            Address::Path { path, anchor } => relative(file, link, &path, anchor.as_deref(), reports),
        }
    }
}

/// Links that are no markdown: Hugo's `{{< ref "x.md" >}}` and HTML's `<a href>`. They are looked up by their text.
fn others(file: &File<'_>) -> Vec<LinkAt> {
    let seen: HashSet<&str> = file.survey.links.iter().map(|link| link.address.as_str()).collect();
    let links = file.runbook.links().into_iter().map(|link| (link, false));
    let all = links.chain(file.runbook.images().into_iter().map(|image| (image, true)));
    let mut from = file.lines.start(file.survey.body_line);
    let mut found = Vec::new();
    for (address, picture) in all
        .take(MOST_OTHERS)
        .filter(|(address, _)| !seen.contains(address) && links::scheme(address).is_none())
    {
        let quoted = format!("\"{address}\"");
        let Some(offset) = file.lines.source().get(from..).and_then(|rest| rest.find(&quoted)) else {
            continue;
        };
        from += offset + 1;
        found.push(LinkAt { at: file.lines.position(from), address: address.to_owned(), picture });
    }
    found
}

/// Everything in a file that a link may name behind `#`.
pub(super) fn anchors(runbook: &Runbook, survey: &Survey) -> HashSet<String> {
    let mut anchors = survey.ids.clone();
    anchors.extend(runbook.anchors().into_iter().map(str::to_owned));
    anchors
}

fn refused(link: &LinkAt, scheme: &str, inner: Option<&str>) -> Report {
    let message = format!("Addresses with `{scheme}:` are not followed, so this leads nowhere.");
    let mend = match inner {
        Some(inner) => format!("Write `{inner}`."),
        None => "Write an http(s), mailto or tel address, or a relative path.".to_owned(),
    };
    report("broken-link", link.at, message).mend(mend)
}

fn relative(file: &File<'_>, link: &LinkAt, path: &str, anchor: Option<&str>, reports: &mut Vec<Report>) {
    let Some(folder) = file.known.folder else { return };
    match resolve::resolve(folder, file.known.path, path) {
        Target::Unknown => {}
        Target::Found(found) => {
            let Some(anchor) = anchor.filter(|_| is_markdown(&found)) else { return };
            if let Some(anchors) = folder.anchors(&found) {
                reports.extend(broken_anchor(link, anchor, &anchors, Some(path)));
            }
        }
        Target::Nowhere(near) => {
            let what = if link.picture { "picture" } else { "file" };
            let message = format!("There is no {what} `{path}`.");
            let report = report("broken-link", link.at, message);
            reports.push(match (near, address::lacks_scheme(path)) {
                (Some(near), _) => report.mend(format!("Did you mean `{near}`?")),
                (None, true) => report.mend(format!("For a page elsewhere write `https://{path}`.")),
                (None, false) => report.mend("Correct the path, or remove the link."),
            });
        }
    }
}

fn is_markdown(path: &str) -> bool {
    path.ends_with(".md") || path.ends_with(".markdown")
}

fn broken_anchor(
    link: &LinkAt,
    anchor: &str,
    anchors: &HashSet<String>,
    file: Option<&str>,
) -> Option<Report> {
    let anchor = anchor.strip_prefix("user-content-").unwrap_or(anchor);
    let lower = anchor.to_lowercase();
    // Places that pages have by themselves, lines of a file, highlighted text.
    let built_in = lower.is_empty()
        || lower == "top"
        || lower.starts_with("fn")
        || lower.starts_with(":~:")
        || is_line(&lower);
    if built_in || anchors.iter().any(|known| known.to_lowercase() == lower) {
        return None;
    }
    let place = file.map_or_else(|| "this file".to_owned(), |file| format!("`{file}`"));
    let report =
        report("broken-anchor", link.at, format!("No heading of {place} has the anchor `#{anchor}`."));
    Some(match like(&lower, anchors) {
        Some(near) => report.mend(format!("Did you mean `#{near}`?")),
        None => report,
    })
}

/// `l10`, `l10-l20`
fn is_line(anchor: &str) -> bool {
    anchor.split('-').all(|part| {
        part.strip_prefix('l')
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// The anchor that has the same words, or is spelled nearly the same.
fn like<'a>(anchor: &str, anchors: &'a HashSet<String>) -> Option<&'a str> {
    let mut all: Vec<&str> = anchors.iter().map(String::as_str).collect();
    all.sort_unstable();
    let words = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let wanted = words(anchor);
    all.iter().copied().find(|known| words(known) == wanted).or_else(|| nearest(anchor, all))
}
