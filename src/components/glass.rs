//! Broken glass: its mark, what is known of it, and the form of its review.

use lastmile_protocol::{BrokenGlass, Millis, ReviewVerdict, RunSummary, TeamName};
use leptos::prelude::*;

use super::button::{Button, Variant};
use super::clock::use_now;
use super::decision_note::need_phrase;
use super::element_id::element_id;
use super::icon::{Glyph, Icon};
use super::notice::{Notice, Tone};
use super::person::PersonName;
use super::time::RelativeTime;
use super::visible::visible;

/// Teams as a phrase: "middleware or sre".
#[must_use]
pub fn teams(names: &[TeamName]) -> String {
    names.iter().map(TeamName::as_str).collect::<Vec<_>>().join(" or ")
}

/// Where the review stands, in words; and whether it is overdue.
fn standing(broken: &BrokenGlass, now: Millis) -> (&'static str, bool) {
    match &broken.review {
        None if broken.is_overdue(now) => ("review overdue", true),
        None => ("to be reviewed", false),
        Some(_) => ("reviewed", false),
    }
}

/// "Break-glass", as loud as it is; nothing on any other run.
#[component]
pub fn GlassMark(
    /// The run.
    #[prop(into)]
    run: Signal<RunSummary>,
) -> impl IntoView {
    let now = use_now();
    let words = Memo::new(move |_| run.read().break_glass.as_ref().map(|broken| standing(broken, now.get())));
    move || {
        words.get().map(|(words, overdue)| {
            view! {
                <span class="glass-mark" class:glass-mark--overdue=overdue title="Started at once, without the agreement of others">
                    <Glyph icon=Icon::Warning/><strong>"Break-glass"</strong><span>{words}</span>
                </span>
            }
        })
    }
}

/// All that is known of it.
#[component]
pub fn GlassNote(
    /// What was broken.
    broken: BrokenGlass,
    /// The form of the review, for those who may.
    children: Children,
) -> impl IntoView {
    let overdue = broken.is_overdue(use_now().get_untracked());
    let title = if overdue { "Break-glass, and its review is overdue" } else { "Break-glass" };
    let tone = if broken.review.is_some() { Tone::Warning } else { Tone::Danger };
    let needs = broken.needs.iter().map(need_phrase).collect::<Vec<_>>().join(" and ");
    let needs = (!needs.is_empty()).then(|| format!("{needs} would have had to agree. "));
    let skipped =
        (!broken.skipped.is_empty()).then(|| format!("Not done first: {}. ", broken.skipped.join(", ")));
    let review = match broken.review {
        None => {
            let who = teams(&broken.reviewers);
            view! { <p>"One of "{who}" must review it; due "<RelativeTime at=broken.review_by/>"."</p> }
                .into_any()
        }
        Some(review) => {
            let said = verdict_words(review.verdict);
            view! {
                <p><PersonName person=review.by short=true/>" reviewed it "<RelativeTime at=review.at/>": "<strong>{said}</strong></p>
                <p><q>{visible(&review.comment)}</q></p>
            }
            .into_any()
        }
    };
    view! {
        <Notice tone title=title>
            <p class="glass-note__reason"><q>{visible(&broken.reason)}</q></p>
            <p>"It was started at once. "{needs}{skipped}</p>
            {review}
            {children()}
        </Notice>
    }
}

/// A verdict as people read it.
const fn verdict_words(verdict: ReviewVerdict) -> &'static str {
    match verdict {
        ReviewVerdict::Right => "it was right",
        ReviewVerdict::ShouldHaveWaited => "it should have waited",
        ReviewVerdict::Unknown => "reviewed",
    }
}

/// A verdict and the words that go with it.
#[component]
pub fn ReviewForm(
    /// The review is on its way.
    #[prop(into)]
    busy: Signal<bool>,
    /// What the server said to the last one, if it refused it.
    #[prop(into)]
    refusal: Signal<Option<String>>,
    /// The verdict and the words; never empty.
    #[prop(into)]
    on_review: Callback<(ReviewVerdict, String)>,
) -> impl IntoView {
    let (comment, tried, id) = (RwSignal::new(String::new()), RwSignal::new(false), element_id("review"));
    let missing = Memo::new(move |_| tried.get() && comment.read().trim().is_empty());
    let say = move |verdict: ReviewVerdict| {
        tried.set(true);
        let words = comment.get_untracked().trim().to_owned();
        if !words.is_empty() {
            on_review.run((verdict, words));
        }
    };
    view! {
        <div class="review-form" role="group" aria-label="Review">
            <label class="field__label" for=id.clone()>"What did you find?"</label>
            <textarea class="control" id=id rows="2" prop:value=comment
                aria-invalid=move || missing.get().then_some("true")
                on:input=move |event| comment.set(event_target_value(&event))></textarea>
            <div class="notice__buttons">
                <Button variant=Variant::Primary icon=Icon::Check busy on_press=move |()| say(ReviewVerdict::Right)>"It was right"</Button>
                <Button icon=Icon::Hand busy on_press=move |()| say(ReviewVerdict::ShouldHaveWaited)>"It should have waited"</Button>
            </div>
            <p class="field__error" role="alert">
                {move || missing.get().then_some("Say in a few words what you found.")}{refusal}
            </p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use lastmile_protocol::{Person, Review};

    use super::*;

    #[test]
    fn a_mark_says_where_the_review_stands() {
        let mut broken = BrokenGlass {
            reason: "it burns".to_owned(),
            needs: Vec::new(),
            skipped: Vec::new(),
            reviewers: vec!["net".into(), "sre".into()],
            review_by: Millis(10),
            review: None,
            escalated: None,
        };
        assert_eq!(teams(&broken.reviewers), "net or sre");
        assert_eq!(standing(&broken, Millis(9)), ("to be reviewed", false));
        assert_eq!(standing(&broken, Millis(10)), ("review overdue", true));
        let by = Person { id: "bob".into(), name: "Bob".into(), teams: Vec::new() };
        let verdict = ReviewVerdict::Right;
        broken.review = Some(Review { by, verdict, comment: "fine".to_owned(), at: Millis(11) });
        assert_eq!(standing(&broken, Millis(12)), ("reviewed", false));
    }
}
