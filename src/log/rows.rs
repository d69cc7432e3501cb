//! The lines that are on the page, made directly as DOM nodes: a log paints up to sixty times a second.

use std::collections::BTreeMap;

use lastmile_protocol::RunId;
use wasm_bindgen::JsValue;
use web_sys::Element;

use super::asked::Asked;
use super::matcher::Matcher;
use super::reader::{Look, Reader};
use super::row::{self, Ways};
use super::settings::Settings;

/// The lines, in order, as children of one element.
pub(super) struct Rows {
    parent: Element,
    ways: Ways,
    drawn: BTreeMap<u64, (Look, Element)>,
}

impl Rows {
    pub(super) fn new(parent: Element, run: RunId) -> Self {
        // An element may be used again for another log.
        parent.set_text_content(None);
        Self {
            parent,
            ways: Ways {
                run,
                settings: Settings::default(),
                start: None,
                matcher: None,
                query: String::new(),
            },
            drawn: BTreeMap::new(),
        }
    }

    /// All lines are drawn again, as these settings say.
    pub(super) fn restyle(&mut self, settings: Settings, start: Option<u64>) {
        self.ways.settings = settings;
        self.ways.start = start;
        self.clear();
    }

    /// All lines are drawn again, with what was searched for marked.
    pub(super) fn mark(&mut self, asked: &Asked) {
        self.ways.matcher = Matcher::of(&asked.query);
        self.ways.query = asked.write("");
        self.clear();
    }

    fn clear(&mut self) {
        self.parent.set_text_content(None);
        self.drawn.clear();
    }

    /// Makes exactly these lines stand on the page.
    pub(super) fn draw(&mut self, looks: &[Look], reader: &Reader) -> Result<(), JsValue> {
        self.drawn.retain(|number, (_, element)| {
            let stays = looks.binary_search_by_key(number, |look| look.number).is_ok();
            if !stays {
                element.remove();
            }
            stays
        });
        // From the end, so that each new line can be put before the one that follows it.
        let mut next: Option<Element> = None;
        for look in looks.iter().rev() {
            if self.drawn.get(&look.number).is_none_or(|(drawn, _)| drawn != look) {
                let element = row::element_of(look, reader.line(look.number), &self.ways)?;
                self.parent.insert_before(&element, next.as_deref())?;
                if let Some((_, old)) = self.drawn.insert(look.number, (*look, element)) {
                    old.remove();
                }
            }
            next = self.drawn.get(&look.number).map(|(_, element)| element.clone());
        }
        Ok(())
    }

    /// How high each line that is held turned out.
    pub(super) fn heights(&self) -> Vec<(u64, f64)> {
        let held = self.drawn.iter().filter(|(_, (look, _))| look.version.is_some());
        held.map(|(number, (_, element))| (*number, element.get_bounding_client_rect().height())).collect()
    }
}
