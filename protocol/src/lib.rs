//! Lastmile's wire: every request, response and event, shared by the app and the server.
//!
//! It holds data and nothing else: no I/O, no runtime, no framework. Times are [`Millis`], ids are newtypes,
//! new fields take `#[serde(default)]`, and enums that a newer server may extend have an unknown variant.

pub mod approval;
pub mod audit;
pub mod batch;
pub mod catalog;
pub mod error;
pub mod event;
pub mod evidence;
pub mod gate;
pub mod glass;
pub mod highlight;
pub mod history;
pub mod ids;
pub mod log;
pub mod onward;
pub mod request;
pub mod retry;
pub mod return_to;
pub mod run;
pub mod search;
pub mod session;
pub mod state;
pub mod token;
pub mod watch;

pub use approval::*;
pub use audit::*;
pub use batch::*;
pub use catalog::*;
pub use error::*;
pub use event::*;
pub use evidence::*;
pub use gate::*;
pub use glass::*;
pub use highlight::*;
pub use history::*;
pub use ids::*;
pub use log::*;
pub use onward::*;
pub use request::*;
pub use retry::*;
pub use return_to::*;
pub use run::*;
pub use search::*;
pub use session::*;
pub use state::*;
pub use token::*;
pub use watch::*;
