//! Modal dialogs: the browser's own `<dialog>`, which keeps the focus inside and closes on Escape.

use leptos::{ev, html, prelude::*};

use super::button::{Button, Variant};
use super::element_id::element_id;
use super::icon::{Glyph, Icon};

/// A modal dialog.
#[component]
pub fn Dialog(
    /// Whether it is shown. Its owner sets it back when `on_close` is called.
    #[prop(into)]
    open: Signal<bool>,
    /// Its heading.
    #[prop(into)]
    title: String,
    /// The person wants it closed: Escape or the cross.
    #[prop(into)]
    on_close: Callback<()>,
    /// What stands in it.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let title_id = element_id("dialog");
    Effect::new(move |_| {
        let (Some(dialog), open) = (dialog.get(), open.get()) else { return };
        if open && !dialog.open() {
            // It fails only if the element has left the page; then there is nothing to show.
            drop(dialog.show_modal());
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let cancel = move |event: ev::Event| {
        // The owner decides: the element closes when `open` says so.
        event.prevent_default();
        on_close.run(());
    };
    view! {
        <dialog class="dialog" node_ref=dialog aria-labelledby=title_id on:cancel=cancel>
            <div class="dialog__head">
                <h2 class="dialog__title" id=title_id.clone()>{title}</h2>
                <button type="button" class="button button--quiet button--icon" aria-label="Close"
                    on:click=move |_| on_close.run(())
                ><Glyph icon=Icon::Cross/></button>
            </div>
            {children()}
        </dialog>
    }
}

/// Asks before something that can't be taken back.
#[component]
pub fn ConfirmDialog(
    /// Whether it is shown.
    #[prop(into)]
    open: Signal<bool>,
    /// The question.
    #[prop(into)]
    title: String,
    /// The verb on the button that does it, such as "Cancel run".
    #[prop(into)]
    confirm: String,
    /// The words on the button that doesn't.
    #[prop(default = "Keep it".to_owned(), into)]
    dismiss: String,
    /// Whether what it does breaks something.
    #[prop(optional)]
    danger: bool,
    /// It is being done.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Do it.
    #[prop(into)]
    on_confirm: Callback<()>,
    /// Don't.
    #[prop(into)]
    on_close: Callback<()>,
    /// What will happen.
    children: Children,
) -> impl IntoView {
    let variant = if danger { Variant::Danger } else { Variant::Primary };
    view! {
        <Dialog open title on_close>
            <div class="dialog__body">{children()}</div>
            <div class="dialog__foot">
                <Button on_press=on_close>{dismiss}</Button>
                <Button variant busy on_press=on_confirm>{confirm}</Button>
            </div>
        </Dialog>
    }
}
