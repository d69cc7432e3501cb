//! A script, readable before anything runs.

use lastmile_protocol::Span;
use leptos::prelude::*;

use super::clipboard::copy_text;
use super::code_colours::CodeColours;
use super::code_pieces::{Layers, pieces};
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

/// Each line with its number from 0 and the byte at which it begins.
fn numbered(script: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    let mut next = 0;
    script.split_inclusive('\n').enumerate().map(move |(at, line)| {
        let start = next;
        next += line.len();
        (at, start, line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line)))
    })
}

/// A line in its colours, with the characters that hide shown.
fn coloured(line: &str, start: usize, spans: &[Span]) -> Vec<AnyView> {
    let shown = pieces(line, start, &Layers::default(), spans).into_iter().map(|piece| {
        let text = visible(piece.text);
        if piece.class.is_empty() {
            return text.into_any();
        }
        view! { <span class=piece.class>{text}</span> }.into_any()
    });
    shown.collect()
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
    /// What it is, to somebody who can't see it, and on the copy button.
    #[prop(default = "Script")]
    label: &'static str,
    /// Lines can be led to, as `#L1` and so on.
    #[prop(optional)]
    anchored: bool,
) -> impl IntoView {
    let count = script.lines().count();
    // A script that is nothing but its header would leave nothing to see.
    let header = Some(header_lines(&script)).filter(|header| *header < count).unwrap_or(0);
    let folds = fold_after > 0 && count - header > fold_after;
    let (header_folded, folded) = (RwSignal::new(header > 0), RwSignal::new(folds));
    let colours = use_context::<CodeColours>();
    // Lines are drawn again for colours of their own only: whoever stands in one, or has selected some, would lose their place.
    let spans = {
        let (script, language) = (script.clone(), language.clone());
        Memo::new(move |_| colours.map(|colours| colours.of(&language, &script)).unwrap_or_default())
    };
    let lines = {
        let script = script.clone();
        move || {
            // What is scheduled before a page is left may run after it.
            let spans = spans.try_get().unwrap_or_default();
            let lines = numbered(&script).map(|(at, start, line)| {
                let class = if at < header { "script__line script__line--header" } else { "script__line" };
                let text = coloured(line, start, &spans);
                // The line end stands inside the line, so that selected text keeps it.
                let id = anchored.then(|| format!("L{}", at + 1));
                view! { <span id=id class=class class:script__line--more={folds && at >= header + fold_after}>{text}"\n"</span> }
            });
            lines.collect_view()
        }
    };
    let words =
        move || if folded.get() { format!("Show all {count} lines") } else { "Show fewer lines".to_owned() };
    // Folded lines are not counted by the stylesheet: the numbers start behind them.
    let first = move || format!("line {}", if header_folded.get() { header } else { 0 });
    view! {
        <div class="script" class:script--folded=folded class:script--headless=header_folded>
            <div class="script__tools">
                {(!language.is_empty()).then(|| view! { <span class="script__language">{language}</span> })}
                <CopyButton label=format!("Copy {}", label.to_lowercase()) icon_only=true on_copy=move |()| { let _ = copy_text(&script); }/>
            </div>
            {(header > 0).then(|| view! {
                <button type="button" class="script__header" aria-expanded=move || (!header_folded.get()).to_string()
                    on:click=move |_| header_folded.update(|folded| *folded = !*folded)
                ><Glyph icon=Icon::ChevronRight/>{header_words(header)}</button>
            })}
            <pre class="script__text" tabindex="0" role="group" aria-label=label style:counter-reset=first><code>{lines}</code></pre>
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
    fn lines_are_found_again_in_the_script() {
        let script = "a\r\n\nüb\nc";
        for (_, start, line) in numbered(script) {
            assert_eq!(&script[start..start + line.len()], line);
        }
        let lines: Vec<&str> = numbered(script).map(|(_, _, line)| line).collect();
        assert_eq!(lines, script.lines().collect::<Vec<_>>());
    }

    #[test]
    fn a_line_with_another_languages_mark_is_never_folded_away_with_the_header() {
        assert_eq!(header_lines("#| action: a\n//| rm -rf /\n#| name: b\n"), 1);
    }
}
