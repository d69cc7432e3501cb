//! Lastmile's format: one parser for the browser and the server.
//!
//! It never fails and does no I/O: [`parse`] gives a [`Runbook`] and, in it, every problem with line and
//! column. It must not know of HTTP, DOM, tokio or a database.
//!
//! The way through a file: `front_matter` and `inputs` read its top; `markdown` builds the block tree and
//! finds the fences whose `header` carries `action`; `action` reads their keys; `steps` and `references` name
//! things and check what they lead to. `yaml` gives every value its place in the file. What is asked of a
//! runbook once read stands in `lookup`, `target`, `approve`, `digest` and `value`.

mod action;
mod anchors;
mod approve;
mod autolink;
pub mod blocks;
mod code;
mod conditions;
pub mod console;
mod declared;
mod destination;
pub mod digest;
pub mod duration;
pub mod element;
mod encoding;
mod environment;
mod fence;
mod finding;
pub mod freshness;
mod front_matter;
mod header;
mod html;
pub mod import;
mod info;
mod inputs;
mod keys;
mod languages;
mod links;
pub mod lint;
mod lookup;
mod markdown;
pub mod model;
mod names;
mod open;
mod parse;
pub mod placeholder;
mod position;
pub mod problem;
mod references;
mod reserved;
#[cfg(test)]
mod schema_tests;
mod shell;
mod shortcodes;
pub mod size;
pub mod starter;
mod steps;
mod taken;
mod target;
mod template;
mod text;
pub mod value;
mod yaml;

pub use blocks::*;
pub use code::CodeBlock;
pub use destination::{Destination, destination};
pub use element::{Attribute, Element, HtmlTag};
pub use lookup::HeadingRef;
pub use model::*;
pub use names::slug;
pub use parse::parse;
pub use problem::{Problem, Severity};
pub use reserved::is_reserved;
pub use target::DEFAULT_TARGET;
pub use text::plain_text;
pub use value::{InputProblem, InputSpec, InputType};
