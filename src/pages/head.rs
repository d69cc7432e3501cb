//! A page's heading: it names the tab, and takes the focus when one has come from another page.

use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;

/// What the tab is called, and which page was focused last. Found in context.
#[derive(Clone, Copy)]
pub struct Titles {
    title: RwSignal<String>,
    focused: StoredValue<Option<String>>,
}

impl Titles {
    /// Makes it in the current owner and provides it as context.
    pub fn provide() -> Self {
        let titles = Self { title: RwSignal::default(), focused: StoredValue::new(None) };
        provide_context(titles);
        titles
    }

    /// The tab's title: what waits for an answer, the page, the app.
    #[must_use]
    pub fn text(self, to_answer: u32) -> String {
        tab_title(&self.title.read(), to_answer)
    }

    /// Whether the page at `path` is another one than that whose heading had the focus last; the very first page of
    /// a tab leaves the focus where the browser puts it.
    fn arrives(self, path: &str) -> bool {
        let before = self.focused.try_update_value(|focused| focused.replace(path.to_owned())).flatten();
        before.is_some_and(|before| before != path)
    }
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
            // It fails only for an element that has left the page.
            drop(heading.focus());
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
    use super::tab_title;

    #[test]
    fn the_tab_says_how_many_wait_for_an_answer() {
        assert_eq!(tab_title("Runs", 0), "Runs · Lastmile");
        assert_eq!(tab_title("Runs", 2), "(2) Runs · Lastmile");
        assert_eq!(tab_title("", 0), "Lastmile");
    }
}
