//! The parts of the app's log viewer that read text. The app is a program, not a library: its files are named here.
#![expect(dead_code, reason = "the app uses more of them")]

#[path = "../../src/log/ansi/mod.rs"]
pub(crate) mod ansi;
#[path = "../../src/log/convention.rs"]
pub(crate) mod convention;
#[path = "../../src/log/pieces.rs"]
pub(crate) mod pieces;
#[path = "../../src/log/progress.rs"]
pub(crate) mod progress;
#[path = "../../src/log/utf8.rs"]
pub(crate) mod utf8;
#[path = "../../src/log/web_links.rs"]
pub(crate) mod web_links;
