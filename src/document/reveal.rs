//! What stands in a closed fold is opened before it is shown.

use web_sys::Element;

/// Opens the folds (`<details>`) around `place`.
pub fn reveal(place: &Element) {
    let mut around = place.parent_element();
    while let Some(element) = around {
        if element.tag_name() == "DETAILS" {
            // It fails only for names that are none.
            drop(element.set_attribute("open", ""));
        }
        around = element.parent_element();
    }
}
