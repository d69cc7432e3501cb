//! Buttons and fields.

use lastmile_runbook::InputType;
use leptos::prelude::*;

use super::actions::input;
use super::{Line, Specimen};
use crate::components::{
    Button, ButtonLink, ConfirmDialog, CopyButton, FilterBar, FilterChip, FilterSelect, Icon, InputField,
    SearchBox, ThemeSwitch, Variant,
};

const VARIANTS: [(Variant, &str, &str); 4] = [
    (Variant::Primary, "Primary", "button button--primary"),
    (Variant::Secondary, "Secondary", "button"),
    (Variant::Danger, "Danger", "button button--danger"),
    (Variant::Quiet, "Quiet", "button button--quiet"),
];

/// Buttons in each state; hover, active and focus are frozen by a class.
#[component]
pub(super) fn Buttons() -> impl IntoView {
    let (asked, set_asked) = signal(false);
    let frozen = |class: &'static str, state: &'static str| {
        view! { <button type="button" class=format!("{class} is-{state}")><span>{state}</span></button> }
    };
    let rows = VARIANTS.map(|(variant, name, class)| {
        view! {
            <Line name>
                <Button variant icon=Icon::Play on_press=|()| {}>"Restart the pool"</Button>
                {["hover", "active", "focus"].map(|state| frozen(class, state)).into_iter().collect_view()}
                <Button variant busy=true on_press=|()| {}>"Busy"</Button>
                <Button variant small=true on_press=|()| {}>"Small"</Button>
                <Button variant blocked=Some("Only middleware may run this; ask them in #mw.".to_owned()) on_press=|()| {}>"Blocked"</Button>
            </Line>
        }
    });
    view! {
        <Specimen title="Buttons">
            {rows.into_iter().collect_view()}
            <Line name="Others">
                <ButtonLink href="#buttons" icon=Icon::ChevronRight>"Leads on"</ButtonLink>
                <CopyButton label="Copy link" icon=Icon::Link on_copy=|()| {}/>
                <CopyButton label="Copy script" icon_only=true on_copy=|()| {}/>
                <ThemeSwitch/>
                <Button variant=Variant::Secondary on_press=move |()| set_asked.set(true)>"Open a dialog"</Button>
            </Line>
            <ConfirmDialog open=asked title="Cancel this run?" confirm="Cancel run" danger=true
                on_confirm=move |()| set_asked.set(false) on_close=move |()| set_asked.set(false)
            ><p>"Restart the pool has been running for 12 s on bar-prod. What it has done so far stays done."</p></ConfirmDialog>
        </Specimen>
    }
}

/// Every input type at rest, wrong, and locked; search and filters.
#[component]
pub(super) fn Fields() -> impl IntoView {
    let kinds = [
        (InputType::String, "blue"),
        (InputType::Integer, "3"),
        (InputType::Number, "0.5"),
        (InputType::Duration, "5m"),
        (InputType::Date, "2026-11-23"),
        (InputType::Secret, ""),
        (InputType::Boolean, "true"),
        (InputType::Choice, "qa"),
        (InputType::Multichoice, "cache\nqueue"),
        (InputType::Text, "Bar will blink\nfor a minute"),
    ];
    let at_rest = kinds.map(|(kind, value)| view! { <Live kind value/> });
    let wrong = [
        (InputType::String, "Blue!", "Use lower-case letters, digits and dashes, such as blue."),
        (InputType::Choice, "", "Choose one of qa, prod."),
        (InputType::Multichoice, "", "Choose at least one."),
    ];
    let wrong = wrong.map(|(kind, value, why)| {
        let spec = input("wrong", kind);
        view! { <InputField spec value=value.to_owned() error=Some(why.to_owned()) on_change=|_| {}/> }
    });
    let locked = [(InputType::String, "blue"), (InputType::Boolean, "true"), (InputType::Choice, "qa")];
    let locked = locked.map(|(kind, value)| {
        view! { <InputField spec=input("locked", kind) value=value.to_owned() locked=true on_change=|_| {}/> }
    });
    view! {
        <Specimen title="Fields">
            <h3>"At rest"</h3>
            <div class="specimen__grid">{at_rest.into_iter().collect_view()}</div>
            <h3>"Wrong"</h3>
            <div class="specimen__grid">{wrong.into_iter().collect_view()}</div>
            <h3>"Locked"</h3>
            <div class="specimen__grid">{locked.into_iter().collect_view()}</div>
            <h3>"Search and filters"</h3>
            <Filters/>
        </Specimen>
    }
}

/// A field that can be tried out.
#[component]
fn Live(kind: InputType, value: &'static str) -> impl IntoView {
    let typed = RwSignal::new(value.to_owned());
    let name = format!("{kind:?}").to_lowercase();
    view! { <InputField spec=input(&name, kind) value=typed on_change=move |value| typed.set(value)/> }
}

#[component]
fn Filters() -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let service = RwSignal::new("bar".to_owned());
    let tagged = RwSignal::new(true);
    let services = ["bar", "acme", "billing"].map(|name| (name.to_owned(), name.to_owned())).to_vec();
    view! {
        <FilterBar label="Filter the samples">
            <SearchBox label="Search runbooks" placeholder="Title, tag, service, alert" value=typed on_input=move |text| typed.set(text)/>
            <FilterSelect label="Service" options=services value=service on_change=move |value| service.set(value)/>
            <FilterSelect label="Team" options=Vec::new() value=String::new() on_change=|_| {}/>
            <FilterChip label="incident" on=tagged on_toggle=move |on| tagged.set(on)/>
            <FilterChip label="restart" on=false on_toggle=|_| {}/>
        </FilterBar>
    }
}
