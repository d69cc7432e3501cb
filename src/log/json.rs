//! A line of JSON, written over several lines. Pure.
//!
//! Only white space changes: numbers, order and repeated keys stay as they were written.

use serde::de::IgnoredAny;

/// Spaces for each level.
const INDENT: usize = 2;

/// The object or list that the line holds, one value a line; `None` if it is not JSON, or only a bare value.
#[must_use]
pub fn pretty(line: &str) -> Option<String> {
    let text = line.trim();
    if !text.starts_with(['{', '[']) || serde_json::from_str::<IgnoredAny>(text).is_err() {
        return None;
    }
    Some(indent(text))
}

/// Breaks valid JSON into lines.
fn indent(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if quoted {
            out.push(c);
            quoted = escaped || c != '"';
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            _ if c.is_ascii_whitespace() => {}
            '{' | '[' => {
                out.push(c);
                while rest.next_if(char::is_ascii_whitespace).is_some() {}
                if let Some(close) = rest.next_if(|it| matches!(it, '}' | ']')) {
                    out.push(close);
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => {
                quoted = c == '"';
                out.push(c);
            }
        }
    }
    out
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', depth * INDENT));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_gets_a_line_and_nothing_else_changes() {
        let text = r#"{"b": 1.0e3,"a":[1,{"x":"a, \"b\" {c}:\\"}], "e":{}, "f":[ ]}"#;
        let expected = "{\n  \"b\": 1.0e3,\n  \"a\": [\n    1,\n    {\n      \"x\": \"a, \\\"b\\\" {c}:\\\\\"\n    }\n  ],\n  \"e\": {},\n  \"f\": []\n}";
        assert_eq!(pretty(text).unwrap(), expected);
    }

    #[test]
    fn what_is_no_json_stays() {
        for text in ["", "x", "12", "\"a\"", "{a}", "[1,", "{\"a\":1} tail", "[INFO] started"] {
            assert_eq!(pretty(text), None, "{text}");
        }
    }
}
