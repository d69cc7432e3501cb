//! Search in a log: the server looks, the viewer goes from match to match.

use lastmile_protocol::RunId;
use leptos::{prelude::*, task::spawn_local};

use super::viewer::Viewer;
use crate::api;
use crate::components::{Button, Glyph, Icon};

/// Matches found so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Found {
    /// What was looked for.
    text: String,
    /// Line numbers, ascending.
    lines: Vec<u64>,
    /// Where to look on; `None`: the log was read to its end.
    next: Option<u64>,
    /// The match that is shown.
    at: usize,
    /// Why it failed.
    error: Option<String>,
}

impl Found {
    /// "3 of 120", "3 of 1000+", "No match".
    fn position(&self) -> String {
        match (&self.error, self.lines.len()) {
            (Some(error), _) => error.clone(),
            (None, 0) if self.text.is_empty() => String::new(),
            (None, 0) => "No match".to_owned(),
            (None, count) => {
                format!("{} of {count}{}", self.at + 1, if self.next.is_some() { "+" } else { "" })
            }
        }
    }

    fn step(&mut self, forward: bool) {
        let count = self.lines.len();
        if count > 0 {
            self.at = if forward { (self.at + 1) % count } else { (self.at + count - 1) % count };
        }
    }

    /// Whether the next step forward needs another page of matches.
    fn is_short(&self) -> bool {
        self.next.is_some() && self.at + 1 >= self.lines.len()
    }
}

/// The search field of a log's toolbar: Enter goes to the next match, Shift+Enter to the one before.
#[component]
pub(super) fn Search(
    /// The log.
    viewer: Viewer,
    /// The run.
    run: RunId,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let found = RwSignal::new(Found::default());
    let busy = RwSignal::new(false);
    let run = StoredValue::new(run);
    let show = move || {
        if let Some(line) = found.with_untracked(|found| found.lines.get(found.at).copied()) {
            viewer.go_to(line);
        }
    };
    let fetch = move |text: String, after: Option<u64>| {
        busy.set(true);
        spawn_local(async move {
            let answer = api::log_search(&run.get_value(), &text, after).await;
            found.try_update(|found| take(found, text, after.is_some(), answer));
            busy.try_set(false);
            show();
        });
    };
    let go = move |forward: bool| {
        let text = typed.get_untracked();
        if text.is_empty() || busy.get_untracked() {
            return;
        }
        let (known, more) =
            found.with_untracked(|found| (found.text == text, found.is_short().then_some(found.next)));
        match (known, more.flatten()) {
            (false, _) => fetch(text, None),
            (true, Some(next)) if forward => fetch(text, Some(next)),
            _ => {
                found.update(|found| found.step(forward));
                show();
            }
        }
    };
    view! {
        <span class="log__search" role="search">
            <label class="search-box search-box--small">
                <span class="visually-hidden">"Search the log"</span>
                <Glyph icon=Icon::Search/>
                <input class="control" type="search" placeholder="Search the log" autocomplete="off" spellcheck="false"
                    prop:value=typed on:input=move |event| typed.set(event_target_value(&event))
                    on:keydown=move |event| if event.key() == "Enter" { go(!event.shift_key()) }/>
            </label>
            <span class="log__matches" role="status">{move || found.read().position()}</span>
            {move || (found.read().lines.len() > 1).then(|| view! {
                <Button small=true variant=crate::components::Variant::Quiet on_press=move |()| go(false)>"Previous"</Button>
                <Button small=true variant=crate::components::Variant::Quiet busy on_press=move |()| go(true)>"Next"</Button>
            })}
        </span>
    }
}

fn take(
    found: &mut Found,
    text: String,
    more: bool,
    answer: Result<lastmile_protocol::LogMatches, api::Error>,
) {
    let old = std::mem::take(found);
    *found = match answer {
        Ok(page) if more => {
            let at = if page.lines.is_empty() { 0 } else { old.lines.len() };
            Found { text, at, lines: [old.lines, page.lines].concat(), next: page.next, error: None }
        }
        Ok(page) => Found { text, lines: page.lines, next: page.next, at: 0, error: None },
        Err(error) => Found { error: Some(error.to_string()), ..old },
    };
}

#[cfg(test)]
mod tests {
    use lastmile_protocol::LogMatches;

    use super::*;

    #[test]
    fn further_pages_continue_where_the_first_ended() {
        let mut found = Found::default();
        take(&mut found, "x".to_owned(), false, Ok(LogMatches { lines: vec![3, 9], next: Some(10) }));
        assert_eq!(found.position(), "1 of 2+");
        found.step(true);
        assert!(found.is_short());
        take(&mut found, "x".to_owned(), true, Ok(LogMatches { lines: vec![20], next: None }));
        assert_eq!((found.position(), found.lines[found.at]), ("3 of 3".to_owned(), 20));
        found.step(true);
        assert_eq!(found.position(), "1 of 3");
        found.step(false);
        assert_eq!(found.position(), "3 of 3");
    }

    #[test]
    fn nothing_found_is_said() {
        let mut found = Found::default();
        assert_eq!(found.position(), "");
        take(&mut found, "x".to_owned(), false, Ok(LogMatches::default()));
        assert_eq!(found.position(), "No match");
    }
}
