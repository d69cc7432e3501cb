//! Text in which something was looked for.

use lastmile_protocol::Piece;
use leptos::prelude::*;

/// The pieces of a text; what was looked for is marked.
#[component]
pub fn Marked(
    /// The text, in order.
    pieces: Vec<Piece>,
) -> impl IntoView {
    let piece = |Piece { text, hit }| {
        if hit { view! { <mark>{text}</mark> }.into_any() } else { text.into_any() }
    };
    pieces.into_iter().map(piece).collect_view()
}
