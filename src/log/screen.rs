//! The elements of one open log: measured, scrolled, drawn. What stands where is [`Reader`]'s to say.

use lastmile_protocol::RunId;
use web_sys::HtmlElement;

use super::asked::Asked;
use super::reader::Reader;
use super::rows::Rows;
use super::settings::Settings;

/// Drawing lines may show that they are taller than thought, which brings others into view: so often in one frame.
const ROUNDS: u32 = 4;

/// The elements that are drawn into.
pub(super) struct Stage {
    pub(super) scroller: HtmlElement,
    pub(super) spacer: HtmlElement,
    pub(super) rows: HtmlElement,
    /// An empty line, to measure.
    pub(super) probe: HtmlElement,
}

/// One open log on the page.
pub(super) struct Screen {
    stage: Stage,
    rows: Rows,
    /// The scroll bar's position as it was seen or set last: what the browser tells of it is no news.
    placed: i32,
    /// The spacer's height as it was set last.
    room: f64,
}

impl Screen {
    pub(super) fn new(stage: Stage, run: RunId) -> Self {
        let rows = Rows::new(stage.rows.clone().into(), run);
        Self { stage, rows, placed: 0, room: -1.0 }
    }

    /// The elements may have changed their size.
    pub(super) fn measure(&mut self, reader: &mut Reader) {
        // A window that has grown may have moved the bar: nobody has scrolled.
        self.placed = self.stage.scroller.scroll_top();
        let row = self.stage.probe.get_bounding_client_rect().height();
        reader.measure(Some(row), f64::from(self.stage.scroller.client_height()));
    }

    /// Lines look different now: all are drawn again. `start` is the run's start on the reader's clock.
    pub(super) fn restyle(&mut self, settings: Settings, start: Option<u64>) {
        self.rows.restyle(settings, start);
    }

    /// What was searched for is marked: all lines are drawn again.
    pub(super) fn mark(&mut self, asked: &Asked) {
        self.rows.mark(asked);
    }

    /// The person has scrolled.
    pub(super) fn scrolled(&mut self, reader: &mut Reader) {
        let bar = self.stage.scroller.scroll_top();
        // The browser tells of our own doing too, a frame later.
        if bar != self.placed {
            self.placed = bar;
            if reader.scrolled(f64::from(bar)) {
                self.place(reader);
            }
        }
    }

    /// Makes room for all lines. A browser won't scroll beyond what is there, and a short log's window grows with it.
    fn make_room(&mut self, reader: &mut Reader) {
        let room = reader.room();
        if (room - self.room).abs() < 0.01 {
            return;
        }
        self.room = room;
        // It fails only for an element that has left the page.
        drop(self.stage.spacer.style().set_property("height", &format!("{room}px")));
        reader.measure(None, f64::from(self.stage.scroller.client_height()));
    }

    /// Brings the scroll bar to where it should stand. Only where it has to move: setting it ends any gliding.
    fn place(&mut self, reader: &mut Reader) {
        // Rounded up, so that the very end is reached.
        #[expect(clippy::cast_possible_truncation, reason = "a spacer is at most two million pixels high")]
        let bar = reader.bar().ceil() as i32;
        if bar != self.placed {
            self.stage.scroller.set_scroll_top(bar);
            self.placed = self.stage.scroller.scroll_top();
            reader.placed(f64::from(self.placed));
        }
    }

    /// Draws what is in view.
    pub(super) fn paint(&mut self, reader: &mut Reader, varies: bool) {
        // While it glides, the scroll bar may be further than the last event told.
        self.scrolled(reader);
        for _ in 0..ROUNDS {
            self.make_room(reader);
            self.place(reader);
            let (looks, shift) = reader.drawing();
            // The DOM calls fail for elements that have left the page; then nobody looks at them.
            drop(self.stage.rows.style().set_property("transform", &format!("translateY({shift}px)")));
            drop(self.rows.draw(&looks, reader));
            if !varies || !reader.measured(&self.rows.heights()) {
                return;
            }
        }
    }
}
