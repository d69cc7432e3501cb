//! The audit record as a file: JSON lines, or CSV (RFC 4180) that a spreadsheet may open. Pure.

use jiff::Timestamp;
use lastmile_protocol::{Millis, PersonId, RunId};

use super::Entry;
use crate::store::StoredEntry;

/// The columns of the CSV.
const COLUMNS: [&str; 10] =
    ["seq", "time", "person", "did", "run", "runbook", "action", "target", "detail", "hash"];
/// A cell that begins with one of these is a formula to some spreadsheet, or becomes one once its blanks are dropped.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Each entry's own bytes, as `lastmile audit export` prints them.
    JsonLines,
    /// A line of columns, then one line an entry.
    Csv,
}

impl Format {
    /// The end of a file's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
            Self::Csv => "csv",
        }
    }

    /// What the file is, for browsers.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::JsonLines => "application/jsonl",
            Self::Csv => "text/csv; charset=utf-8; header=present",
        }
    }

    /// What the file begins with.
    pub(super) fn begin(self) -> Vec<u8> {
        match self {
            Self::JsonLines => Vec::new(),
            Self::Csv => format!("{}\r\n", COLUMNS.join(",")).into_bytes(),
        }
    }

    /// Adds an entry.
    pub(super) fn append(self, entry: &StoredEntry, file: &mut Vec<u8>) {
        match self {
            Self::JsonLines => {
                file.extend(&entry.link.entry);
                file.push(b'\n');
            }
            Self::Csv => file.extend(csv_line(entry).bytes()),
        }
    }
}

/// When, in UTC, as every spreadsheet reads it: `2026-11-23T03:14:07.123Z`.
#[must_use]
pub fn utc(at: Millis) -> String {
    let moment = Timestamp::from_millisecond(at.0).unwrap_or_default();
    format!("{moment:.3}")
}

/// A day in UTC, for file names: `2026-11-23`.
#[must_use]
pub fn day(at: Millis) -> String {
    utc(at).chars().take(10).collect()
}

fn csv_line(stored: &StoredEntry) -> String {
    let StoredEntry { link, filed } = stored;
    let detail = match serde_json::from_slice::<Entry>(&link.entry) {
        Ok(entry) => entry.deed.detail.to_string(),
        Err(_) => String::from_utf8_lossy(&link.entry).into_owned(),
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let cells = [
        link.seq.to_string(),
        utc(filed.at),
        filed.person.as_ref().map_or("", PersonId::as_str).to_owned(),
        filed.did.clone(),
        filed.run.as_ref().map_or("", RunId::as_str).to_owned(),
        text(&filed.runbook),
        text(&filed.action),
        text(&filed.target),
        detail,
        link.hash.clone(),
    ];
    let cells: Vec<String> = cells.iter().map(|cell| csv_cell(cell)).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell: harmless to a spreadsheet, and quoted where it has to be.
fn csv_cell(text: &str) -> String {
    let guard = if text.starts_with(FORMULA) { "'" } else { "" };
    if guard.is_empty() && !text.contains(['"', ',', '\r', '\n']) {
        return text.to_owned();
    }
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::audit::{Deed, Filed, Link};

    #[test]
    fn cells_are_quoted_as_the_rfc_says() {
        assert_eq!(csv_cell("plain"), "plain");
        assert_eq!(csv_cell(""), "");
        assert_eq!(csv_cell("a,b"), "\"a,b\"");
        assert_eq!(csv_cell("say \"hi\"\nnow"), "\"say \"\"hi\"\"\nnow\"");
    }

    #[test]
    fn a_cell_that_a_spreadsheet_would_compute_is_text() {
        for first in FORMULA {
            let cell = csv_cell(&format!("{first}cmd|' /C calc'!A0"));
            assert_eq!(cell, format!("\"'{first}cmd|' /C calc'!A0\""));
        }
        assert_eq!(csv_cell("a=b"), "a=b");
    }

    #[test]
    fn a_line_has_every_column_whatever_people_typed() {
        let deed = Deed::by(&"=ann".into(), "step.ticked", json!({"runbook": "a,b", "step": "x\r\ny"}));
        let filed = Filed::of(&deed, Millis(1_795_403_647_123));
        let entry = serde_json::to_vec(&Entry { seq: 7, at: Millis(1_795_403_647_123), deed }).unwrap();
        let stored = StoredEntry { link: Link { seq: 7, entry, hash: "0f".into() }, filed };
        assert_eq!(
            csv_line(&stored),
            "7,2026-11-23T03:14:07.123Z,\"'=ann\",step.ticked,,\"a,b\",,,\"{\"\"runbook\"\":\"\"a,b\"\",\"\"step\"\":\"\"x\\r\\ny\"\"}\",0f\r\n"
        );
        assert_eq!(day(Millis(1_795_403_647_123)), "2026-11-23");
        assert_eq!(COLUMNS.len(), 10);
    }
}
