//! Reason and ticket: what others read about a run.

use lastmile_protocol::{ErrorDetails, MAX_WORDS};
use leptos::prelude::*;

use super::Subject;
use crate::components::element_id::element_id;
use crate::components::icon::{Glyph, Icon};
use crate::components::visible::visible;

/// One of the two fields.
#[derive(Clone, Copy)]
struct Words {
    /// As the server calls it.
    name: &'static str,
    text: RwSignal<String>,
    problem: Memo<Option<String>>,
}

impl Words {
    fn new(subject: Subject, name: &'static str, text: RwSignal<String>) -> Self {
        let problem = Memo::new(move |_| too_long(&text.read()).or_else(|| refused(subject, name)));
        Self { name, text, problem }
    }
}

/// Whether both can be sent.
pub(super) fn fits(subject: Subject) -> bool {
    let draft = subject.draft;
    [draft.reason, draft.ticket].iter().all(|text| too_long(&text.read_untracked()).is_none())
}

fn too_long(text: &str) -> Option<String> {
    let over = text.len().checked_sub(MAX_WORDS).filter(|over| *over > 0)?;
    let noun = if over == 1 { "byte" } else { "bytes" };
    Some(format!("Too long by {over} {noun}: put the details into the ticket itself."))
}

/// What the server said of it; an input of that name says it at its own field.
fn refused(subject: Subject, name: &str) -> Option<String> {
    let refusal = subject.standing.refusal.read();
    let Some(ErrorDetails::Inputs { inputs }) = refusal.as_ref()?.details.as_ref() else { return None };
    if subject.inputs.with_value(|own| own.iter().any(|spec| spec.name == name)) {
        return None;
    }
    inputs.iter().find(|it| it.name == name).map(|it| it.message.clone())
}

/// The two fields: folded, unless others have to agree, something stands in them, or something is wrong.
#[component]
pub(super) fn Why(subject: Subject) -> impl IntoView {
    let reason = Words::new(subject, "reason", subject.draft.reason);
    let ticket = Words::new(subject, "ticket", subject.draft.ticket);
    let asked = Memo::new(move |_| subject.needs_approval());
    // A ticket is the page's, and shown at every action: it opens none.
    let filled = !reason.text.read_untracked().is_empty();
    let folded = move || Some(visible(&ticket.text.read())).filter(|ticket| !ticket.is_empty());
    let wrong = Memo::new(move |_| reason.problem.read().is_some() || ticket.problem.read().is_some());
    let mark = Signal::derive(move || {
        if asked.get() { ("field__wanted", "those who must agree read this") } else { OPTIONAL }
    });
    view! {
        <details class="why" open=move || filled || asked.get() || wrong.get()>
            <summary class="why__summary"><Glyph icon=Icon::ChevronRight/>"Reason and ticket"
                {move || folded().map(|ticket| view! { <span class="why__ticket"><Glyph icon=Icon::Ticket/>{ticket}</span> })}
            </summary>
            <div class="why__fields">
                <WordsField words=reason label="Reason" class="field field--wide" mark/>
                <WordsField words=ticket label="Ticket" class="field field--short" mark=Signal::stored(OPTIONAL)/>
            </div>
        </details>
    }
}

const OPTIONAL: (&str, &str) = ("field__optional", "optional");

#[component]
fn WordsField(
    words: Words,
    label: &'static str,
    class: &'static str,
    /// Class and text of the note beside the label.
    mark: Signal<(&'static str, &'static str)>,
) -> impl IntoView {
    let Words { name, text, problem } = words;
    let id = element_id(name);
    let error_id = format!("{id}-error");
    view! {
        <div class=class class:field--wrong=move || problem.read().is_some()>
            <label class="field__label" for=id.clone()>
                <span class="field__name">{label}</span>
                <span class=move || mark.get().0>{move || mark.get().1}</span>
            </label>
            <input class="control" id=id type="text" autocomplete="off" prop:value=text aria-describedby=error_id.clone()
                aria-invalid=move || problem.read().is_some().then_some("true")
                on:input=move |event| text.set(event_target_value(&event))/>
            <p class="field__error" id=error_id>
                {move || problem.get().map(|problem| view! { <Glyph icon=Icon::Warning/><span>{problem}</span> })}
            </p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_may_fill_the_limit_and_not_a_byte_more() {
        assert_eq!(too_long(&"a".repeat(MAX_WORDS)), None);
        let problem = too_long(&"ü".repeat(MAX_WORDS / 2 + 1)).unwrap();
        assert!(problem.contains("by 2 bytes"), "{problem}");
    }
}
