//! Ids for elements that must point at each other (`aria-describedby`, `for`).

use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// An id that no other element of the page has; `prefix` makes it readable in the inspector.
#[must_use]
pub fn element_id(prefix: &str) -> String {
    format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
