//! The log viewer: any length of output, a bounded number of lines in memory and on the page.
//!
//! Plain logic, tested natively: [`reader`] is the state of one open log, made of [`window`] (which lines are held),
//! [`layout`] (where each stands), [`scroll`] (what the scroll bar means), [`folds`] (what is hidden). [`ansi`],
//! [`convention`], [`progress`], [`json`], [`pieces`], [`contrast`], [`matcher`] read one line; [`found`] and [`asked`] are a search.
//!
//! On the page: `view` is the component, `toolbar`, `menu`, `search` and `search_field` its parts, `input` its keys and clicks; `viewer` asks for windows and says
//! when to paint, `screen` measures and scrolls, `rows`, `row`, `line_text` and `styled` draw. `docs/LOG.md` tells people about all of it.

pub mod ansi;
pub mod asked;
pub mod contrast;
pub mod convention;
mod copy;
pub mod folds;
pub mod found;
mod input;
pub mod json;
pub mod keys;
pub mod layout;
mod line_text;
pub mod matcher;
mod menu;
pub mod pieces;
pub mod progress;
mod progress_bar;
pub mod reader;
mod row;
mod rows;
mod screen;
pub mod scroll;
mod search;
mod search_field;
pub mod selection;
pub mod settings;
pub mod stamp;
mod styled;
mod toolbar;
pub mod utf8;
mod view;
mod viewer;
pub mod web_links;
pub mod window;

pub use selection::Selection;
pub use view::LogView;
