//! Presses on what stands inside a line: folding, opening, and what the server has to be asked for then.

use lastmile_protocol::RunId;
use leptos::{prelude::*, task::spawn_local};

use super::Viewer;
use crate::api::{self, LogQuery};

/// Where a group ends: at its end, or where the next one begins.
const GROUP_END: &str = "^::(end)?group::";

impl Viewer {
    /// Shows all of a long line, or its beginning only.
    pub(in crate::log) fn toggle_line(self, line: u64) {
        self.change(|reader| reader.toggle_line(line));
    }

    /// Fetches more of a line that is longer than a window.
    pub(in crate::log) fn show_more(self, line: u64) {
        let wanted =
            self.inner.try_with_value(|inner| Some((inner.run.clone(), inner.reader.more_of(line)?)));
        let Some((run, bytes)) = wanted.flatten() else { return };
        spawn_local(async move {
            let answer = api::log_bytes(&run, bytes).await.map_err(|error| error.to_string());
            self.change(|reader| reader.take_more(line, answer));
        });
    }

    /// Opens or folds the group whose head is that line.
    pub(in crate::log) fn toggle_group(self, head: u64) {
        if self.change(|reader| reader.toggle_group(head)) != Some(false) {
            return;
        }
        let Some(run) = self.inner.try_with_value(|inner| inner.run.clone()) else { return };
        spawn_local(async move {
            if let Some(end) = group_end(&run, head).await {
                self.change(|reader| reader.fold(head, end.unwrap_or(reader.head().lines)));
            }
        });
    }
}

/// The line where a group ends, far from its head: `Some(None)` if it has no end yet, `None` if that can't be told.
async fn group_end(run: &RunId, head: u64) -> Option<Option<u64>> {
    let query = LogQuery { text: GROUP_END.to_owned(), regex: true, exact: true };
    let mut after = head + 1;
    loop {
        // An answer comes after a moment, however long the log is, and says where to go on.
        let found = api::log_search(run, &query, after).await.ok()?;
        match (found.lines.first(), found.next) {
            (Some(line), _) => return Some(Some(*line)),
            (None, Some(next)) if next > after => after = next,
            (None, _) => return Some(None),
        }
    }
}
