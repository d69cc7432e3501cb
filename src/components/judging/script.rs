//! What changed in the script since the action last succeeded.

use lastmile_protocol::Precedent;
use leptos::prelude::*;

use super::{Opened, Part, is_open};
use crate::components::diff::{DiffLine, around_changes, diff};
use crate::components::run_row::run_href;
use crate::components::{Change, Glyph, Icon, RelativeTime};

/// The comparison with the script as it would run; closed, with the gist in its line.
pub(super) fn script_change(
    last_success: Option<Precedent>,
    script: &str,
    on_open: Callback<Opened>,
) -> AnyView {
    let Some(Precedent { run, script: before, differs }) = last_success else {
        return view! { <Part title="Script"><p class="judging__line judging__line--loud"><Glyph icon=Icon::Warning/>"This action has never succeeded here: there is nothing to compare it with."</p></Part> }.into_any();
    };
    let (href, at) = (run_href(&run), run.times.requested);
    let since = view! { <a href=href>"its last success"</a>" "<RelativeTime at/> };
    let differs = (!differs.is_empty()).then(|| {
        view! { <p class="judging__line judging__line--loud"><Glyph icon=Icon::Warning/><span>"Different from then: "{differs.join(", ")}</span></p> }
    });
    let Some(before) = before else {
        return view! { <Part title="Script"><p class="judging__line judging__line--loud"><Glyph icon=Icon::Warning/><span>"The record of "{since}" is damaged, so nobody can tell what changed."</span></p></Part> }.into_any();
    };
    let lines = diff(&before, script);
    let Some(gist) = gist(&lines) else {
        return view! { <Part title="Script"><p class="judging__line"><Glyph icon=Icon::Check/><span>"The same as at "{since}</span></p>{differs}</Part> }.into_any();
    };
    let lines = around_changes(lines);
    view! {
        <details class="judging__part judging__fold" on:toggle=move |event| if is_open(&event) { let _ = on_open.try_run(Opened::Script); }>
            <summary><Glyph icon=Icon::ChevronRight/><h3 class="judging__title">"What changed in the script"</h3><strong class="judging__gist">{gist}</strong></summary>
            <p class="judging__none">"Since "{since}</p>
            <Change lines/>
        </details>
        {differs}
    }
    .into_any()
}

/// "2 lines new, 1 gone"; `None` if nothing changed.
fn gist(lines: &[DiffLine]) -> Option<String> {
    let new = lines.iter().filter(|line| matches!(line, DiffLine::New(_))).count();
    let gone = lines.iter().filter(|line| matches!(line, DiffLine::Gone(_))).count();
    let noun = |count: usize| if count == 1 { "line" } else { "lines" };
    match (new, gone) {
        (0, 0) => None,
        (new, 0) => Some(format!("{new} {} new", noun(new))),
        (0, gone) => Some(format!("{gone} {} gone", noun(gone))),
        (new, gone) => Some(format!("{new} {} new, {gone} gone", noun(new))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_comparison_says_how_much_changed() {
        let gist = |before, now| gist(&diff(before, now));
        assert_eq!(gist("a\nb\n", "a\nb\n"), None);
        assert_eq!(gist("a\n", "a\nb\n").as_deref(), Some("1 line new"));
        assert_eq!(gist("a\nb\n", "x\ny\n").as_deref(), Some("2 lines new, 2 gone"));
        assert_eq!(gist("a\nb\nc\n", "a\n").as_deref(), Some("2 lines gone"));
    }
}
