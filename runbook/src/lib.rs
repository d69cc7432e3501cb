//! Lastmile's format: one parser for the browser and the server.
//!
//! It never fails and does no I/O: [`parse`] gives a [`Runbook`] and, in it, every problem with line and
//! column. It must not know of HTTP, DOM, tokio or a database.

mod approve;
pub mod digest;
mod lookup;
mod markdown;
pub mod model;
pub mod problem;
mod target;
mod text;
pub mod value;

pub use lookup::HeadingRef;
pub use markdown::parse;
pub use model::*;
pub use problem::{Problem, Severity};
pub use text::plain_text;
pub use value::{InputProblem, InputSpec, InputType};
