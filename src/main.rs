//! Lastmile's browser app: mounts [`app::App`] and nothing else.
//!
//! Modules are public so that what nothing uses is reported.

#![expect(unreachable_pub, reason = "the component macro marks what it makes `pub`, wherever that stands")]

pub mod api;
pub mod app;
pub mod components;
pub mod document;
pub mod links;
pub mod live;
pub mod log;
pub mod pages;
pub mod query;
#[cfg(test)]
mod sample;
pub mod session;
pub mod timing;
pub mod told;
pub mod watching;

fn main() {
    leptos::mount::mount_to_body(app::App);
}
