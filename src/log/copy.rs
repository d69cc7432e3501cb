//! The selected lines, as text for the clipboard.

use lastmile_protocol::{RunId, WINDOW_LINES};

use super::ansi::{self, Pen};
use super::selection::Selection;
use crate::api;

/// Most lines that are copied at once; a ticket holds no more.
const MOST: u64 = 5000;

/// The lines' text without escape sequences, each with its line end.
///
/// # Errors
/// When the server can't be asked.
pub(super) async fn text(run: &RunId, selection: Selection) -> Result<String, api::Error> {
    let end = selection.last.min(selection.first + MOST - 1) + 1;
    let (mut next, mut text, mut pen) = (selection.first, String::new(), Pen::default());
    while next < end {
        let count = u32::try_from(end - next).unwrap_or(WINDOW_LINES).min(WINDOW_LINES);
        let window = api::log_window(run, next, count).await?;
        if window.lines.is_empty() {
            break;
        }
        for line in window.lines {
            let (parsed, left) = ansi::parse(&pen, &line.text);
            pen = left.next_line();
            text.push_str(&parsed.text());
            if line.cut {
                text.push_str(&format!("… ({} bytes in all)", line.bytes));
            }
            text.push('\n');
            next += 1;
        }
    }
    if selection.count() > MOST {
        text.push_str(&format!("… {} more lines\n", selection.count() - MOST));
    }
    Ok(text)
}

/// A block for a ticket: a link to the lines, and the lines. Its fence is longer than any that stands in them.
#[must_use]
pub(super) fn markdown(label: &str, address: &str, selection: Selection, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let label = label.replace(['[', ']', '\\'], "");
    format!("[{label}, {}]({address})\n\n{fence}text\n{text}{fence}\n", selection.words())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_links_to_its_lines() {
        let block = markdown("Restart [blue]", "https://x.example/runs/1#L3", Selection::line(2), "done\n");
        assert_eq!(block, "[Restart blue, line 3](https://x.example/runs/1#L3)\n\n```text\ndone\n```\n");
    }

    #[test]
    fn a_fence_in_the_output_does_not_end_the_block() {
        let block = markdown("x", "y", Selection::line(0), "````\ncode\n````\n");
        assert!(block.contains("\n`````text\n") && block.ends_with("\n`````\n"), "{block}");
    }
}
