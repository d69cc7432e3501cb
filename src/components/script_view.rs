//! A script, readable before anything runs.

use leptos::prelude::*;

use super::clipboard::copy_text;
use super::copy_button::CopyButton;
use super::icon::{Glyph, Icon};

/// How many leading lines of a script are its option header (`#|`, `//|`, `--|`).
#[must_use]
pub fn header_lines(script: &str) -> usize {
    let is_header = |line: &str| ["#|", "//|", "--|"].iter().any(|mark| line.trim_start().starts_with(mark));
    script.lines().take_while(|line| is_header(line)).count()
}

/// A script with line numbers; a long one is folded.
#[component]
pub fn ScriptView(
    /// The script.
    #[prop(into)]
    script: String,
    /// Its language, for the corner; empty: none is shown.
    #[prop(optional, into)]
    language: String,
    /// More lines than this are folded; 0 never folds.
    #[prop(default = 12)]
    fold_after: usize,
) -> impl IntoView {
    let header = header_lines(&script);
    let count = script.lines().count();
    let folds = fold_after > 0 && count > fold_after;
    let folded = RwSignal::new(folds);
    let lines = script.lines().map(str::to_owned).enumerate().map(|(at, line)| {
        let class = if at < header { "script__line script__line--header" } else { "script__line" };
        // The line end stands inside the line, so that selected text keeps it.
        view! { <span class=class class:script__line--more={folds && at >= fold_after}>{line}"\n"</span> }
    });
    let lines = lines.collect_view();
    let words =
        move || if folded.get() { format!("Show all {count} lines") } else { "Show fewer lines".to_owned() };
    view! {
        <div class="script" class:script--folded=folded>
            <div class="script__tools">
                {(!language.is_empty()).then(|| view! { <span class="script__language">{language}</span> })}
                <CopyButton label="Copy script" icon_only=true on_copy=move |()| { let _ = copy_text(&script); }/>
            </div>
            <pre class="script__text" tabindex="0" role="group" aria-label="Script"><code>{lines}</code></pre>
            {folds.then(|| view! {
                <button type="button" class="script__fold" aria-expanded=move || (!folded.get()).to_string()
                    on:click=move |_| folded.update(|folded| *folded = !*folded)
                ><Glyph icon=Icon::ChevronDown/>{words}</button>
            })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_leading_option_lines_count_as_header() {
        assert_eq!(header_lines("#| action: a\n#| name: b\necho hi\n#| not: header\n"), 2);
        assert_eq!(header_lines("--| action: a\nselect 1;\n"), 1);
        assert_eq!(header_lines("echo hi\n"), 0);
    }
}
