//! Colours of code: which bytes of a runbook's code blocks are what.

use serde::{Deserialize, Serialize};

/// `GET /api/v1/highlight/{slug}?rev=REVISION`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Highlights {
    /// One list a code block, in the order of `Runbook::code_blocks`; empty where the language is unknown or the
    /// block too large. Spans are in order and do not overlap.
    pub blocks: Vec<Vec<Span>>,
}

/// Bytes of a block: first, one past the last, and what they are. On the wire `[first, past, kind]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span(pub u32, pub u32, pub TokenKind);

/// What a piece of code is. A number on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "u8", into = "u8")]
#[repr(u8)]
pub enum TokenKind {
    /// A kind that a newer server knows.
    Unknown = 0,
    /// A comment.
    Comment = 1,
    /// A string.
    String = 2,
    /// A number, a date, a duration.
    Number = 3,
    /// A word of the language.
    Keyword = 4,
    /// `true`, `null`, an escape in a string.
    Constant = 5,
    /// A function or command that is called or declared.
    Function = 6,
    /// A variable.
    Variable = 7,
    /// A type.
    Type = 8,
    /// The key of a mapping, a tag, a label's name, a section.
    Key = 9,
    /// A line that a comparison adds.
    Inserted = 10,
    /// A line that a comparison takes away.
    Deleted = 11,
    /// A comparison's heads.
    Header = 12,
}

impl From<u8> for TokenKind {
    fn from(number: u8) -> Self {
        match number {
            1 => Self::Comment,
            2 => Self::String,
            3 => Self::Number,
            4 => Self::Keyword,
            5 => Self::Constant,
            6 => Self::Function,
            7 => Self::Variable,
            8 => Self::Type,
            9 => Self::Key,
            10 => Self::Inserted,
            11 => Self::Deleted,
            12 => Self::Header,
            _ => Self::Unknown,
        }
    }
}

impl From<TokenKind> for u8 {
    fn from(kind: TokenKind) -> Self {
        kind as u8
    }
}
