//! The log viewer: any length of output, a bounded number of lines in memory and on the page.
//!
//! [`ansi`], [`scroll`] and [`window`] are plain logic; `viewer` holds a log's state and asks for windows; `rows`
//! draws lines; [`LogView`] is the component.

pub mod ansi;
mod rows;
pub mod scroll;
mod search;
mod toolbar;
mod view;
mod viewer;
pub mod window;

pub use view::LogView;
