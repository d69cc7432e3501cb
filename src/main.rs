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
    std::panic::set_hook(Box::new(report));
    leptos::mount::mount_to_body(app::App);
    document::prime();
}

/// Says where and why in the console: all that a browser says of a panic by itself is "unreachable".
fn report(panic: &std::panic::PanicHookInfo<'_>) {
    web_sys::console::error_1(&panic.to_string().into());
}
