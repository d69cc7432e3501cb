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
mod approve;
mod autolink;
mod conditions;
mod declared;
pub mod digest;
pub mod duration;
mod encoding;
mod fence;
mod finding;
mod front_matter;
mod header;
mod html;
mod info;
mod inputs;
mod keys;
mod languages;
mod links;
mod lookup;
mod markdown;
pub mod model;
mod names;
mod open;
mod parse;
mod position;
pub mod problem;
mod references;
mod reserved;
pub mod size;
mod steps;
mod taken;
mod target;
mod template;
mod text;
pub mod value;
mod yaml;

pub use lookup::HeadingRef;
pub use model::*;
pub use names::slug;
pub use parse::parse;
pub use problem::{Problem, Severity};
pub use reserved::is_reserved;
pub use target::DEFAULT_TARGET;
pub use text::plain_text;
pub use value::{InputProblem, InputSpec, InputType};
