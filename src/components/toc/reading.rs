//! Which section is being read: the last heading that has passed the upper part of the window.
//!
//! The browser leaves parts of a long text without layout. Asking for the place of a heading would lay its part out, so
//! parts are asked first, and only the one that is read for its headings.

use std::ops::Range;

use leptos::ev;
use leptos::prelude::*;
use web_sys::Element;

/// Where the eyes are: this share of the window's height, from the top.
const READING_LINE: f64 = 0.25;

/// What the text's parts are called.
const PART: &str = ".part";

/// Headings that follow each other in one part.
#[derive(Clone, Debug, PartialEq)]
struct Part {
    /// Pixels of the part below the window's upper edge.
    top: f64,
    /// Which of the headings.
    headings: Range<usize>,
}

/// A heading as it stands in the window.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    /// Pixels below the window's upper edge.
    top: f64,
    /// Whether it is shown: a heading in a closed fold has no place.
    shown: bool,
}

/// Follows the page as it is scrolled; one measurement a frame at most.
pub(super) fn reading(ids: Vec<String>) -> Signal<Option<String>> {
    let current = RwSignal::new(None::<String>);
    let waiting = StoredValue::new(false);
    let measure = move || {
        if waiting.try_set_value(false).is_some() {
            return;
        }
        let found = read_now(&ids);
        if current.try_get_untracked().is_some_and(|known| known != found) {
            current.set(found);
        }
    };
    let schedule = move || {
        if waiting.try_get_value() == Some(false) {
            waiting.set_value(true);
            let measure = measure.clone();
            request_animation_frame(measure);
        }
    };
    for listener in [
        window_event_listener(ev::scroll, {
            let schedule = schedule.clone();
            move |_| schedule()
        }),
        window_event_listener(ev::resize, {
            let schedule = schedule.clone();
            move |_| schedule()
        }),
    ] {
        on_cleanup(move || listener.remove());
    }
    // Once at the beginning, as an address may have opened the page further down; but the text is painted first, because
    // measuring makes the browser lay it out once more.
    Effect::new(move |_| request_animation_frame(schedule.clone()));
    current.into()
}

/// The id of the heading under which the eyes are.
fn read_now(ids: &[String]) -> Option<String> {
    let document = document();
    let headings: Vec<_> = ids.iter().filter_map(|id| Some((id, document.get_element_by_id(id)?))).collect();
    let place = |at: usize| headings.get(at).map(|(_, heading)| place(heading));
    let parts = parts(headings.iter().map(|(_, heading)| heading));
    let found = section(&parts, place, height() * READING_LINE, is_at_end())?;
    headings.get(found).map(|(id, _)| (*id).clone())
}

fn parts<'a>(headings: impl Iterator<Item = &'a Element>) -> Vec<Part> {
    let mut parts: Vec<(Element, Part)> = Vec::new();
    for (at, heading) in headings.enumerate() {
        // A heading outside of the parts is one by itself.
        let around = heading.closest(PART).ok().flatten().unwrap_or_else(|| heading.clone());
        match parts.last_mut() {
            Some((known, part)) if *known == around => part.headings.end = at + 1,
            _ => {
                let top = around.get_bounding_client_rect().top();
                parts.push((around, Part { top, headings: at..at + 1 }));
            }
        }
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

fn place(heading: &Element) -> Place {
    let area = heading.get_bounding_client_rect();
    Place { top: area.top(), shown: area.height() > 0.0 }
}

fn height() -> f64 {
    window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default()
}

/// Whether the page was scrolled, and to its very end.
fn is_at_end() -> bool {
    let whole = document().document_element().map_or(0, |root| root.scroll_height());
    let down = window().scroll_y().unwrap_or_default();
    down > 0.0 && down + height() >= f64::from(whole) - 2.0
}

/// Index of the heading at `line`; at the page's end the last one that is shown. Asks for as few places as it can.
fn section(parts: &[Part], place: impl Fn(usize) -> Option<Place>, line: f64, at_end: bool) -> Option<usize> {
    let has_passed = |top: f64| at_end || top <= line;
    let is_read = |at: &usize| place(*at).is_some_and(|place| place.shown && has_passed(place.top));
    let mut passed = parts.iter().rev().filter(|part| has_passed(part.top));
    passed.find_map(|part| part.headings.clone().rev().find(is_read))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// Headings by part: the part's top, and each heading's.
    fn find(text: &[(f64, &[f64])], line: f64, at_end: bool) -> (Option<usize>, Vec<usize>) {
        let mut headings = Vec::new();
        let mut parts = Vec::new();
        for (top, tops) in text {
            let first = headings.len();
            headings.extend(tops.iter().map(|&top| Place { top, shown: !top.is_nan() }));
            parts.push(Part { top: *top, headings: first..headings.len() });
        }
        let asked = RefCell::new(Vec::new());
        let place = |at: usize| {
            asked.borrow_mut().push(at);
            headings.get(at).copied()
        };
        (section(&parts, place, line, at_end), asked.into_inner())
    }

    #[test]
    fn the_section_is_that_of_the_last_heading_above_the_line() {
        let text: [(f64, &[f64]); 3] = [(-300.0, &[-300.0]), (90.0, &[100.0, 400.0]), (700.0, &[700.0])];
        assert_eq!(find(&text, 200.0, false).0, Some(1));
        assert_eq!(find(&text, 95.0, false).0, Some(0), "its part has begun, but the heading stands lower");
        assert_eq!(find(&text, 500.0, false).0, Some(2));
        assert_eq!(find(&text[2..], 200.0, false).0, None);
    }

    #[test]
    fn parts_that_are_not_read_are_not_asked_for_their_headings() {
        let text: [(f64, &[f64]); 3] = [(-900.0, &[-900.0]), (-20.0, &[0.0]), (700.0, &[700.0])];
        assert_eq!(find(&text, 200.0, false), (Some(1), vec![1]));
    }

    #[test]
    fn short_last_sections_are_reached_at_the_end_of_the_page() {
        let text: [(f64, &[f64]); 2] = [(-300.0, &[-300.0]), (500.0, &[500.0, 700.0])];
        assert_eq!(find(&text, 200.0, true).0, Some(2));
    }

    #[test]
    fn headings_in_closed_folds_are_not_read() {
        assert_eq!(find(&[(-300.0, &[-300.0, f64::NAN])], 200.0, false).0, Some(0));
    }
}
