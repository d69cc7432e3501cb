//! Text whose invisible characters can be seen: what somebody agrees to must read as it runs.

/// Writes characters that hide, or that reorder what stands beside them, as `⟨U+202E⟩`.
///
/// The list: controls but tab and line end, bidirectional controls (Unicode UAX #9), zero-width and other
/// default-ignorable format characters, and tag characters.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if hides(c) {
            shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(c)));
        } else {
            shown.push(c);
        }
    }
    shown
}

fn hides(c: char) -> bool {
    match c {
        '\t' | '\n' => false,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{FEFF}' | '\u{3164}' | '\u{FFA0}' => true,
        '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => true,
        '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}' => true,
        _ => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn what_reorders_or_hides_is_shown_by_its_number() {
        assert_eq!(visible("x\u{202E}y\u{200B}"), "x⟨U+202E⟩y⟨U+200B⟩");
        assert_eq!(visible("a\rb\u{1b}[0m"), "a⟨U+000D⟩b⟨U+001B⟩[0m");
    }

    #[test]
    fn ordinary_text_of_any_script_stays_as_it_is() {
        for text in ["tab\tand\nline", "naïve 日本語 שלום 👍", "$(x) \"y\" <z>"] {
            assert_eq!(visible(text), text);
        }
    }
}
