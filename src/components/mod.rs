//! What pages are made of: values in, callbacks out.
//!
//! Nothing here asks the server, holds a connection or navigates by itself: a component must be drawable on the
//! style guide from plain values. All strings that go with a state (word, icon, colour) have their one place here.

pub mod action_card;
pub mod approval_panel;
pub mod breadcrumbs;
pub mod button;
pub mod clipboard;
pub mod clock;
pub mod copy_button;
pub mod decision_note;
pub mod definition_list;
pub mod dialog;
pub mod element_id;
pub mod empty_state;
pub mod environment;
pub mod error_panel;
pub mod filter_bar;
pub mod header;
pub mod icon;
pub mod input_field;
pub mod loading;
pub mod notice;
pub mod person;
pub mod problem_list;
pub mod run_row;
pub mod runbook_row;
pub mod script_view;
pub mod search_box;
pub mod state_badge;
pub mod step_item;
pub mod theme;
pub mod time;
pub mod time_text;
pub mod toc;

pub use action_card::{ActionCard, Press};
pub use approval_panel::ApprovalPanel;
pub use breadcrumbs::{Breadcrumbs, Crumb};
pub use button::{Button, ButtonLink, Variant};
pub use copy_button::CopyButton;
pub use decision_note::DecisionNote;
pub use definition_list::{Definition, DefinitionList};
pub use dialog::{ConfirmDialog, Dialog};
pub use empty_state::EmptyState;
pub use environment::EnvironmentBadge;
pub use error_panel::ErrorPanel;
pub use filter_bar::{FilterBar, FilterChip, FilterSelect};
pub use header::{Connection, SiteHeader};
pub use icon::{Glyph, Icon};
pub use input_field::InputField;
pub use loading::Loading;
pub use notice::{Notice, Tone};
pub use person::PersonName;
pub use problem_list::ProblemList;
pub use run_row::RunRow;
pub use runbook_row::RunbookRow;
pub use script_view::ScriptView;
pub use search_box::SearchBox;
pub use state_badge::StateBadge;
pub use step_item::{StepBox, StepItem, StepNote};
pub use theme::ThemeSwitch;
pub use time::{Elapsed, RelativeTime};
pub use toc::Toc;
pub mod visible;
