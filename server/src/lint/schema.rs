//! The published JSON Schemas, as files of `docs/schema/` and by `lastmile schema`.

use std::io::{self, Write};

/// Which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Schema {
    /// Of the front matter.
    FrontMatter,
    /// Of an action's header.
    Action,
}

/// Writes the schema.
///
/// # Errors
/// If `out` can't be written.
pub fn print(schema: Schema, out: &mut impl Write) -> io::Result<()> {
    let text = match schema {
        Schema::FrontMatter => include_str!("../../../docs/schema/front-matter.json"),
        Schema::Action => include_str!("../../../docs/schema/action.json"),
    };
    out.write_all(text.as_bytes())
}
