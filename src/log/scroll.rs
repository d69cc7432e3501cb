//! Where a scroll bar's position lies in a log that is taller than a browser can draw. Pure.
//!
//! Browsers draw no element higher than about 33 million device pixels: 11 million CSS pixels on a phone. Up to
//! [`TALLEST`] a pixel of scrolling is a pixel of log. Above that the first and last [`PLAIN`] pixels still are, so
//! that both ends are reached line by line, and the middle is compressed; there, small movements (wheel, keys) still
//! go line by line, because [`Scroll::moved`] takes them as differences. The same holds where lines that have just been
//! measured turn out taller than thought: what is in view stays, and the bar is put right when it matters.

/// The tallest spacer that is asked of a browser, in CSS pixels: safe at ten device pixels each (a phone, or a page
/// zoomed in), and small enough for a GPU's 32-bit fractions to place a line to a quarter of a pixel.
pub const TALLEST: f64 = 2_000_000.0;
/// At each end, so many pixels are never compressed.
const PLAIN: f64 = 100_000.0;
/// How far the scroll bar may stray from its true place before it is put right: this share of all of it.
const DRIFT: f64 = 0.02;
/// Within so many viewports of an end the bar is always put right, so that it gets there when the reader does.
const NEAR: f64 = 3.0;

/// The position in a log: where the scroll bar stands, and where in the log that is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scroll {
    /// The element's `scrollTop`.
    bar: f64,
    /// The same place in a log drawn in full.
    top: f64,
}

/// Sizes that positions are worked out from, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sizes {
    /// All lines.
    pub full: f64,
    /// The viewport.
    pub view: f64,
}

impl Sizes {
    /// The spacer's height.
    #[must_use]
    pub fn spacer(self) -> f64 {
        self.full.min(TALLEST)
    }

    fn last_bar(self) -> f64 {
        (self.spacer() - self.view).max(0.0)
    }

    fn last_top(self) -> f64 {
        (self.full - self.view).max(0.0)
    }

    /// Where in the log the scroll bar's position lies.
    fn top_of(self, bar: f64) -> f64 {
        let (last_bar, last_top) = (self.last_bar(), self.last_top());
        let bar = bar.clamp(0.0, last_bar);
        if self.full <= TALLEST || bar <= PLAIN {
            bar.min(last_top)
        } else if last_bar - bar <= PLAIN {
            last_top - (last_bar - bar)
        } else {
            PLAIN + (bar - PLAIN) * (last_top - 2.0 * PLAIN) / (last_bar - 2.0 * PLAIN)
        }
    }

    /// The scroll bar's position for a place in the log.
    fn bar_of(self, top: f64) -> f64 {
        let (last_bar, last_top) = (self.last_bar(), self.last_top());
        let top = top.clamp(0.0, last_top);
        if self.full <= TALLEST || top <= PLAIN {
            top
        } else if last_top - top <= PLAIN {
            last_bar - (last_top - top)
        } else {
            PLAIN + (top - PLAIN) * (last_bar - 2.0 * PLAIN) / (last_top - 2.0 * PLAIN)
        }
    }
}

impl Scroll {
    /// The element's `scrollTop` that belongs to this position.
    #[must_use]
    pub fn bar(self) -> f64 {
        self.bar
    }

    /// The place in the log, in pixels of a log drawn in full.
    #[must_use]
    pub fn top(self) -> f64 {
        self.top
    }

    /// The person has scrolled to `bar`. Gives `true` if the scroll bar has to be put right to [`Scroll::bar`].
    pub fn moved(&mut self, bar: f64, sizes: Sizes) -> bool {
        let step = bar - self.bar;
        self.bar = bar;
        // A browser rounds its last position down.
        let at_an_end = bar <= 0.0 || bar >= sizes.last_bar() - 1.0;
        if step.abs() > 2.0 * sizes.view || at_an_end {
            self.top = sizes.top_of(bar);
            return false;
        }
        self.shift(self.top + step, sizes)
    }

    /// What is in view stands at `top` now. Gives `true` if the scroll bar has to be put right.
    pub fn shift(&mut self, top: f64, sizes: Sizes) -> bool {
        self.top = top.clamp(0.0, sizes.last_top());
        let bar = sizes.bar_of(self.top);
        let astray = (bar - self.bar).abs();
        let to_an_end = bar.min(self.bar).min(sizes.last_bar() - bar.max(self.bar));
        let wrong = astray > DRIFT * sizes.spacer() || (to_an_end < NEAR * sizes.view && astray > 1.0);
        if wrong {
            self.bar = bar;
        }
        wrong
    }

    /// The browser has put the bar there, give or take a pixel.
    pub fn placed(&mut self, bar: f64) {
        self.bar = bar;
    }

    /// Goes to a place in the log.
    pub fn go(&mut self, top: f64, sizes: Sizes) {
        self.top = top.clamp(0.0, sizes.last_top());
        self.bar = sizes.bar_of(self.top);
    }

    /// Whether the last line is in sight, give or take `slack` pixels.
    #[must_use]
    pub fn at_end(self, sizes: Sizes, slack: f64) -> bool {
        sizes.last_top() - self.top <= slack
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Sizes = Sizes { full: 1_900_000.0, view: 600.0 };
    /// Ten million lines of 20 pixels.
    const HUGE: Sizes = Sizes { full: 200_000_000.0, view: 600.0 };

    #[test]
    fn a_log_that_a_browser_can_draw_is_not_compressed() {
        let mut scroll = Scroll::default();
        assert!(!scroll.moved(1_234_567.0, SMALL));
        assert_eq!(scroll.top(), 1_234_567.0);
        assert_eq!(SMALL.spacer(), SMALL.full);
    }

    #[test]
    fn lines_that_turn_out_taller_leave_what_is_in_view_where_it_is() {
        let mut scroll = Scroll::default();
        scroll.go(1_000_000.0, SMALL);
        let taller = Sizes { full: SMALL.full + 400.0, ..SMALL };
        // The bar stays, so that a gliding page glides on.
        assert!(!scroll.shift(1_000_400.0, taller));
        assert_eq!((scroll.top(), scroll.bar()), (1_000_400.0, 1_000_000.0));
        scroll.go(1000.0, SMALL);
        assert!(scroll.shift(1400.0, taller));
        assert_eq!(scroll.bar(), 1400.0);
    }

    #[test]
    fn both_ends_of_a_huge_log_are_reached_exactly() {
        let mut scroll = Scroll::default();
        scroll.moved(HUGE.spacer() - HUGE.view, HUGE);
        assert_eq!(scroll.top(), HUGE.full - HUGE.view);
        assert!(scroll.at_end(HUGE, 1.0));
        scroll.moved(0.0, HUGE);
        assert_eq!(scroll.top(), 0.0);
    }

    #[test]
    fn place_and_scroll_bar_give_each_other_back() {
        for top in [0.0, 100.0, 99_999.0, 100_001.0, 5e7, 1.5e8, 199_799_000.0, 199_999_400.0] {
            let back = HUGE.top_of(HUGE.bar_of(top));
            assert!((back - top).abs() < 0.01, "{top} came back as {back}");
        }
    }

    #[test]
    fn the_wheel_moves_by_lines_in_the_middle_of_a_huge_log() {
        let mut scroll = Scroll::default();
        scroll.go(1e8, HUGE);
        scroll.moved(scroll.bar() + 100.0, HUGE);
        assert_eq!(scroll.top(), 1e8 + 100.0);
        scroll.moved(scroll.bar() - 300.0, HUGE);
        assert_eq!(scroll.top(), 1e8 - 200.0);
    }

    #[test]
    fn wheeling_on_and_on_reaches_the_top_line_by_line() {
        let mut scroll = Scroll::default();
        scroll.go(3_000_000.0, HUGE);
        let mut steps = 0;
        while scroll.top() > 0.0 {
            let before = scroll.top();
            scroll.moved((scroll.bar() - 100.0).max(0.0), HUGE);
            assert!(before - scroll.top() <= 100.5, "jumped from {before} to {}", scroll.top());
            steps += 1;
            assert!(steps < 40_000, "stuck at {}", scroll.top());
        }
    }

    #[test]
    fn dragging_the_scroll_bar_goes_where_it_is_dragged() {
        let mut scroll = Scroll::default();
        scroll.moved(1_000_000.0, HUGE);
        assert!((scroll.top() - 1e8).abs() < 500_000.0);
    }

    #[test]
    fn a_log_shorter_than_its_viewport_stays_at_the_top() {
        let sizes = Sizes { full: 100.0, view: 600.0 };
        let mut scroll = Scroll::default();
        scroll.go(80.0, sizes);
        assert_eq!((scroll.top(), scroll.bar()), (0.0, 0.0));
        assert!(scroll.at_end(sizes, 1.0));
    }
}
