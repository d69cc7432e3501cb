//! Which section is being read: the last heading that has passed the upper part of the window.

use leptos::ev;
use leptos::prelude::*;

/// Where the eyes are: this share of the window's height, from the top.
const READING_LINE: f64 = 0.25;

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
        let places: Vec<_> = ids.iter().filter_map(|id| place(id)).collect();
        let found = section(&places, height() * READING_LINE, is_at_end());
        let found = found.and_then(|at| ids.get(at).cloned());
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
    // Once at the beginning: an address may have opened the page further down.
    Effect::new(move |_| schedule());
    current.into()
}

fn place(id: &str) -> Option<Place> {
    let area = document().get_element_by_id(id)?.get_bounding_client_rect();
    Some(Place { top: area.top(), shown: area.height() > 0.0 })
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

/// Index of the section at `line`; at the page's end the last one that is shown.
fn section(places: &[Place], line: f64, at_end: bool) -> Option<usize> {
    places.iter().rposition(|place| place.shown && (at_end || place.top <= line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(tops: &[f64]) -> Vec<Place> {
        tops.iter().map(|&top| Place { top, shown: true }).collect()
    }

    #[test]
    fn the_section_is_that_of_the_last_heading_above_the_line() {
        let places = places(&[-300.0, 100.0, 700.0]);
        assert_eq!(section(&places, 200.0, false), Some(1));
        assert_eq!(section(&places, 50.0, false), Some(0));
        assert_eq!(section(&places[2..], 200.0, false), None);
    }

    #[test]
    fn short_last_sections_are_reached_at_the_end_of_the_page() {
        assert_eq!(section(&places(&[-300.0, 100.0, 700.0]), 200.0, true), Some(2));
    }

    #[test]
    fn headings_in_closed_folds_are_not_read() {
        let hidden = Place { top: 0.0, shown: false };
        assert_eq!(section(&[places(&[-300.0])[0], hidden], 200.0, false), Some(0));
    }
}
