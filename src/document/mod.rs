//! A runbook's text on the page.
//!
//! Blocks become a draft ([`draft`]), and that becomes DOM nodes in one go ([`draw`]), never by way of markup: whatever
//! stands in a file can only become text, or the value of an attribute from a short list. What lives (cards, boxes, copy
//! buttons) is mounted into the places that are left open for it.

mod article;
mod build;
mod code;
mod draft;
mod draw;
mod elements;
mod finish;
mod footnotes;
mod images;
mod inlines;
mod nearby;
mod parts;
mod prime;
pub mod resolve;
mod reveal;
mod tables;

pub use article::{Article, Slots};
pub use prime::prime;
pub use reveal::reveal;
