//! What a first visit downloads: the app's files by kind, as they are and as brotli.

use crate::compress;
use crate::layout::Layout;
use anyhow::{Context, Result};
use std::fs;

/// The kinds that are counted; icons are not worth a line.
const KINDS: [&str; 4] = ["wasm", "js", "css", "html"];

/// Bytes of one kind of file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Size {
    raw: u64,
    brotli: u64,
}

/// Prints a table of the built app's sizes.
///
/// # Errors
/// When the app was not built.
pub(crate) fn print(layout: &Layout) -> Result<()> {
    let sizes = KINDS.iter().map(|kind| Ok((*kind, of(layout, kind)?))).collect::<Result<Vec<_>>>()?;
    print!("{}", table(&sizes));
    Ok(())
}

fn of(layout: &Layout, kind: &str) -> Result<Size> {
    let mut sum = Size::default();
    for path in compress::files(&layout.dist()).context("the app is not built")? {
        if path.extension().is_some_and(|it| it == kind) {
            sum.raw += fs::metadata(&path)?.len();
            sum.brotli += fs::metadata(path.with_added_extension("br"))?.len();
        }
    }
    Ok(sum)
}

fn table(sizes: &[(&str, Size)]) -> String {
    let total = sizes.iter().fold(Size::default(), |sum, (_, size)| Size {
        raw: sum.raw + size.raw,
        brotli: sum.brotli + size.brotli,
    });
    let mut text = format!("{:<8}{:>12}{:>12}\n", "kind", "raw", "brotli");
    for (kind, size) in sizes.iter().chain([&("total", total)]) {
        text.push_str(&format!("{kind:<8}{:>12}{:>12}\n", kilobytes(size.raw), kilobytes(size.brotli)));
    }
    text
}

/// Thousands of bytes, with one decimal.
fn kilobytes(bytes: u64) -> String {
    let tenths = (bytes + 50) / 100;
    format!("{}.{} KB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_ends_with_the_sum() {
        let table =
            table(&[("wasm", Size { raw: 700_000, brotli: 150_049 }), ("js", Size { raw: 950, brotli: 51 })]);
        let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[1], ["wasm", "700.0", "KB", "150.0", "KB"]);
        assert_eq!(lines[2], ["js", "1.0", "KB", "0.1", "KB"]);
        assert_eq!(lines[3], ["total", "701.0", "KB", "150.1", "KB"]);
    }
}
