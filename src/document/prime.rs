//! Drawing before it is needed.
//!
//! A browser compiles a function of WebAssembly when it is first called, and once more, better, when it has been busy for
//! a while. The first drawing of a long text needs hundreds, and somebody waits: 63 to 95 ms instead of 40 (131 KB, two
//! cores). A browser that has nothing else to do draws a small sample instead, which nobody sees.

use lastmile_protocol::Slug;
use lastmile_runbook::parse;
use leptos::prelude::request_idle_callback;

use super::build::build;
use super::draw::draw;
use super::resolve::Links;

/// Has some of all that a runbook can have; no picture, which would be fetched.
const SAMPLE: &str = include_str!("prime.md");

/// So often that Chromium's better compiler has taken up all that is busy in drawing: after some 30 KB of text.
const TIMES: u32 = 24;

/// Draws the sample whenever the browser is idle, until that is done. A browser that can't say when it is does without.
pub fn prime() {
    draw_when_idle(TIMES);
}

fn draw_when_idle(times: u32) {
    if times == 0 {
        return;
    }
    request_idle_callback(move || {
        let runbook = parse(SAMPLE);
        runbook.actions.iter().for_each(|action| drop(action.digest(&runbook)));
        let slug = Slug::from("sample");
        let (draft, places) = build(Links::new(&slug, &runbook, &[]), &runbook);
        // It fails only where the browser refuses its own elements, which no text will be spared.
        drop(draw(&draft));
        for code in places.parts.iter().flat_map(|part| &part.code) {
            if let Some(marked) = code.marked(&runbook, &[]) {
                drop(draw(&marked));
            }
        }
        draw_when_idle(times - 1);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_has_some_of_all_that_a_text_can_have() {
        let runbook = parse(SAMPLE);
        let (draft, places) = build(Links::new(&Slug::from("sample"), &runbook, &[]), &runbook);
        let tags: Vec<&str> = draft.kinds().iter().map(|kind| kind.tag).collect();
        let all = "h2 h3 p ul ol blockquote pre table hr details kbd a em strong del br sup";
        for tag in all.split(' ') {
            assert!(tags.contains(&tag), "no <{tag}> among {tags:?}");
        }
        assert!(!tags.contains(&"img"), "a picture would be fetched");
        assert_eq!((places.actions.len(), places.steps.len()), (1, 2));
    }
}
