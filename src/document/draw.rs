//! Drafts → nodes: the one place where a text's elements are made.

use wasm_bindgen::{JsCast as _, JsValue, prelude::wasm_bindgen};
use web_sys::js_sys::Array;
use web_sys::{DocumentFragment, HtmlElement};

use super::draft::{Attr, Draft, Kept, Kind};

#[wasm_bindgen(module = "/src/document/draw.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = draw)]
    fn draw_steps(steps: &[u32], words: &str, kinds: &Array, attributes: &Array) -> Result<Array, JsValue>;
}

/// The nodes of a draft.
pub(super) struct Drawn {
    /// Holds them until they are put somewhere.
    pub(super) fragment: DocumentFragment,
    made: Array,
}

impl Drawn {
    /// An element that the draft has kept. `Kept` of another draft gives another element.
    pub(super) fn kept(&self, Kept(at): Kept) -> HtmlElement {
        // Behind the fragment, and all are elements of HTML.
        #[expect(clippy::cast_possible_truncation, reason = "a text has fewer")]
        self.made.get(at as u32 + 1).unchecked_into()
    }
}

/// Makes the nodes of a draft.
///
/// # Errors
/// The browser refuses a tag or a name; ours are all known to it.
pub(super) fn draw(draft: &Draft) -> Result<Drawn, JsValue> {
    let kinds: Array = draft.kinds().iter().map(kind).collect();
    let attributes: Array = Attr::ALL.into_iter().map(|attr| JsValue::from_str(attr.name())).collect();
    let made = draw_steps(draft.steps(), draft.words(), &kinds, &attributes)?;
    Ok(Drawn { fragment: made.get(0).unchecked_into(), made })
}

fn kind(kind: &Kind) -> Array {
    let fixed = kind.fixed.iter().flat_map(|&(name, value)| [name, value]);
    [kind.tag, kind.class].into_iter().chain(fixed).map(JsValue::from_str).collect()
}
