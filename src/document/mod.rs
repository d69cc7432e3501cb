//! A runbook's text on the page.
//!
//! Blocks become DOM nodes made directly, in one go, and never by way of markup: whatever stands in a file can only
//! become text, or an attribute from the short list in [`nodes`]. What lives (cards, boxes, copy buttons) is mounted
//! into the places that are left open for it.

mod article;
mod build;
mod code;
mod elements;
mod footnotes;
mod images;
mod inlines;
mod nearby;
pub mod nodes;
mod parts;
pub mod resolve;
mod reveal;
mod tables;

pub use article::{Article, Slots};
pub use reveal::reveal;
