//! The log viewer: any length of output, a bounded number of lines in memory and on the page.
//!
//! [`ansi`], [`scroll`] and [`window`] are plain logic; `screen` is what stands on the page, `rows` its lines; `viewer` asks
//! for windows and paints; [`LogView`] is the component.

pub mod ansi;
mod rows;
mod screen;
pub mod scroll;
mod search;
mod toolbar;
mod view;
mod viewer;
pub mod window;

pub use view::LogView;
