//! A page's heading: it names the tab, and takes the focus when one has come from another page.

use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;

/// What the tab is called, and which page was focused last. Found in context.
#[derive(Clone, Copy)]
pub struct Titles {
    title: RwSignal<String>,
    /// How far the page's run says that it is, in percent.
    progress: RwSignal<Option<f64>>,
    page: StoredValue<Option<Shown>>,
}

/// The page that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shown {
    path: String,
    /// One has come here from another page of the app.
    arrived: bool,
}

impl Titles {
    /// Makes it in the current owner and provides it as context.
    pub fn provide() -> Self {
        let titles =
            Self { title: RwSignal::default(), progress: RwSignal::new(None), page: StoredValue::new(None) };
        provide_context(titles);
        titles
    }

    /// The tab's title: what waits for an answer, the page, the app.
    #[must_use]
    pub fn text(self, to_answer: u32) -> String {
        let progress = self.progress.get().map_or_else(String::new, |percent| format!("{percent:.0} % · "));
        format!("{progress}{}", tab_title(&self.title.read(), to_answer))
    }

    /// How far the page's run says that it is stands in the tab's title too.
    pub fn set_progress(self, percent: Option<f64>) {
        // At the end of everything the signal may be gone before its users.
        self.progress.try_set(percent);
    }

    /// Whether the heading of the page at `path` should take the focus: one has come here from another page. The very
    /// first page of a tab leaves the focus where the browser puts it; a heading that is drawn again, because the
    /// page's data has arrived, takes it only from nobody.
    fn arrives(self, path: &str) -> bool {
        let page = self.page.try_update_value(|page| {
            let drawn_again = page.as_ref().is_some_and(|page| page.path == path);
            let next = next_page(page.take(), path);
            let arrived = next.arrived;
            *page = Some(next);
            (arrived, drawn_again)
        });
        page.is_some_and(|(arrived, drawn_again)| arrived && (!drawn_again || focus_is_free()))
    }
}

fn next_page(before: Option<Shown>, path: &str) -> Shown {
    match before {
        Some(page) if page.path == path => page,
        before => Shown { path: path.to_owned(), arrived: before.is_some() },
    }
}

/// Whether nothing on the page has the focus: what had it has left the page with the page before.
fn focus_is_free() -> bool {
    document().active_element().is_none_or(|element| element.tag_name() == "BODY" || element.id() == "main")
}

fn tab_title(page: &str, to_answer: u32) -> String {
    let count = if to_answer > 0 { format!("({to_answer}) ") } else { String::new() };
    if page.is_empty() { format!("{count}Lastmile") } else { format!("{count}{page} · Lastmile") }
}

/// The page's heading, with what can be done beside it.
#[component]
pub fn PageHead(
    /// What the page is called.
    #[prop(into)]
    title: Signal<String>,
    /// The heading's anchor, where the text has one.
    #[prop(optional, into)]
    id: Option<String>,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let titles = use_context::<Titles>();
    let path = use_location().pathname;
    let heading = NodeRef::<html::H1>::new();
    Effect::new(move |_| {
        if let Some(titles) = titles {
            titles.title.set(title.get());
        }
    });
    Effect::new(move |_| {
        if let (Some(heading), Some(titles)) = (heading.get(), titles)
            && titles.arrives(&path.read_untracked())
        {
            // The router scrolls; a heading that is drawn again must not.
            let still = web_sys::FocusOptions::new();
            still.set_prevent_scroll(true);
            // It fails only for an element that has left the page.
            drop(heading.focus_with_options(&still));
        }
    });
    view! {
        <header class="page__head">
            <h1 class="page__title" id=id tabindex="-1" node_ref=heading>{title}</h1>
            {children.map(|children| view! { <div class="page__tools">{children()}</div> })}
        </header>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_takes_the_focus_on_every_page_but_the_first() {
        let first = next_page(None, "/");
        assert!(!first.arrived);
        let second = next_page(Some(first), "/runs/1");
        assert!(second.arrived);
        // The same page's heading is drawn again once its data is there.
        assert!(next_page(Some(second), "/runs/1").arrived);
    }

    #[test]
    fn the_tab_says_how_many_wait_for_an_answer() {
        assert_eq!(tab_title("Runs", 0), "Runs · Lastmile");
        assert_eq!(tab_title("Runs", 2), "(2) Runs · Lastmile");
        assert_eq!(tab_title("", 0), "Lastmile");
    }
}
