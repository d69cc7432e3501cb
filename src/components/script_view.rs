//! A script, readable before anything runs.

use leptos::prelude::*;

use super::clipboard::copy_text;
use super::copy_button::CopyButton;
use super::icon::{Glyph, Icon};
use super::visible::visible;

/// How many leading lines of a script are its option header (`#|`, `//|`, `--|`).
///
/// Only lines with the first line's mark count: another mark may not be a comment in the script's language, and
/// what runs must never be taken for a header.
#[must_use]
pub fn header_lines(script: &str) -> usize {
    let mark = |line: &str| ["#|", "//|", "--|"].into_iter().find(|mark| line.trim_start().starts_with(mark));
    let Some(first) = script.lines().next().and_then(mark) else { return 0 };
    script.lines().take_while(|line| mark(line) == Some(first)).count()
}

/// "1 option line", "12 option lines".
fn header_words(count: usize) -> String {
    if count == 1 { "1 option line".to_owned() } else { format!("{count} option lines") }
}

/// A script with line numbers; characters that hide are shown, copying gives the bytes. Its option header is folded away, a long rest too.
#[component]
pub fn ScriptView(
    /// The script.
    #[prop(into)]
    script: String,
    /// Its language, for the corner; empty: none is shown.
    #[prop(optional, into)]
    language: String,
    /// More lines than this below the header are folded; 0 never folds.
    #[prop(default = 12)]
    fold_after: usize,
) -> impl IntoView {
    let count = script.lines().count();
    // A script that is nothing but its header would leave nothing to see.
    let header = Some(header_lines(&script)).filter(|header| *header < count).unwrap_or(0);
    let folds = fold_after > 0 && count - header > fold_after;
    let (header_folded, folded) = (RwSignal::new(header > 0), RwSignal::new(folds));
    let lines = script.lines().map(visible).enumerate().map(|(at, line)| {
        let class = if at < header { "script__line script__line--header" } else { "script__line" };
        // The line end stands inside the line, so that selected text keeps it.
        view! { <span class=class class:script__line--more={folds && at >= header + fold_after}>{line}"\n"</span> }
    });
    let lines = lines.collect_view();
    let words =
        move || if folded.get() { format!("Show all {count} lines") } else { "Show fewer lines".to_owned() };
    // Folded lines are not counted by the stylesheet: the numbers start behind them.
    let first = move || format!("line {}", if header_folded.get() { header } else { 0 });
    view! {
        <div class="script" class:script--folded=folded class:script--headless=header_folded>
            <div class="script__tools">
                {(!language.is_empty()).then(|| view! { <span class="script__language">{language}</span> })}
                <CopyButton label="Copy script" icon_only=true on_copy=move |()| { let _ = copy_text(&script); }/>
            </div>
            {(header > 0).then(|| view! {
                <button type="button" class="script__header" aria-expanded=move || (!header_folded.get()).to_string()
                    on:click=move |_| header_folded.update(|folded| *folded = !*folded)
                ><Glyph icon=Icon::ChevronRight/>{header_words(header)}</button>
            })}
            <pre class="script__text" tabindex="0" role="group" aria-label="Script" style:counter-reset=first><code>{lines}</code></pre>
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
        assert_eq!(header_lines(""), 0);
    }

    #[test]
    fn a_line_with_another_languages_mark_is_never_folded_away_with_the_header() {
        assert_eq!(header_lines("#| action: a\n//| rm -rf /\n#| name: b\n"), 1);
    }
}
