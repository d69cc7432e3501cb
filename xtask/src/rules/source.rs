//! Rust source with everything blanked out that is not code, so that a rule reads only what the compiler obeys.

/// Replaces comments, string contents and test modules by blanks; lines keep their numbers.
pub(super) fn code(text: &str) -> String {
    without_tests(&without_prose(text))
}

/// Blanks comments and the contents of string and character literals.
fn without_prose(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = prose_length(rest, code.chars().last()).unwrap_or(0);
        if length == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            let (prose, after) = rest.split_at(length);
            code.extend(prose.chars().map(|it| if it == '\n' { '\n' } else { ' ' }));
            rest = after;
        }
    }
    code
}

/// How many bytes of comment or literal stand at the start of `rest`; `before` is the character in front of it.
fn prose_length(rest: &str, before: Option<char>) -> Option<usize> {
    let end = |marker: &str, from: usize| {
        rest[from..].find(marker).map_or(rest.len(), |at| from + at + marker.len())
    };
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(end("*/", 2));
    }
    if rest.starts_with('"') {
        return Some(string_length(rest));
    }
    let in_word = before.is_some_and(|it| it.is_alphanumeric() || it == '_');
    if !in_word && rest.starts_with('r') {
        let hashes = rest[1..].bytes().take_while(|byte| *byte == b'#').count();
        if rest[1 + hashes..].starts_with('"') {
            return Some(end(&format!("\"{}", "#".repeat(hashes)), 2 + hashes));
        }
    }
    if rest.starts_with('\'') {
        return char_length(rest);
    }
    None
}

fn string_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, it) in rest.char_indices().skip(1) {
        match it {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// A character literal, as opposed to a lifetime.
fn char_length(rest: &str) -> Option<usize> {
    let inside = rest[1..].chars().next()?;
    if inside == '\\' {
        return rest[3..].find('\'').map(|at| 3 + at + 1);
    }
    let end = 1 + inside.len_utf8();
    rest[end..].starts_with('\'').then_some(end + 1)
}

/// Blanks `#[cfg(test)] mod … { … }`: a test may know more than the module it tests.
fn without_tests(code: &str) -> String {
    let mut kept = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(test)]") {
        let (before, test) = rest.split_at(at);
        kept.push_str(before);
        let length = item_length(test);
        kept.extend(test[..length].chars().filter(|it| *it == '\n'));
        rest = &test[length..];
    }
    kept.push_str(rest);
    kept
}

/// Up to the item's closing brace, or its semicolon where it has no braces.
fn item_length(item: &str) -> usize {
    let mut depth = 0_usize;
    for (at, it) in item.char_indices() {
        match it {
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    item.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_no_code() {
        let text = "let a = \"sqlx \\\" sqlx\"; // sqlx\n/* sqlx\nsqlx */ let b = r#\"sqlx \" sqlx\"#; let c = '\"'; use axum;";
        let code = code(text);
        assert!(!code.contains("sqlx"), "{code}");
        assert!(code.contains("use axum;"), "{code}");
        assert_eq!(code.lines().count(), text.lines().count());
    }

    #[test]
    fn a_lifetime_does_not_start_a_character() {
        let code = code("fn of<'a>(it: &'a str) -> &'a str { \"x'\"; it }\nuse sqlx;");
        assert!(code.contains("use sqlx;"), "{code}");
    }

    #[test]
    fn a_test_module_is_no_code_and_what_follows_is() {
        let code = code("mod a {}\n#[cfg(test)]\nmod tests {\n  use sqlx;\n  fn f() { {} }\n}\nuse axum;\n");
        assert!(!code.contains("sqlx"), "{code}");
        assert!(code.contains("use axum;"), "{code}");
        assert_eq!(code.lines().count(), 7);
    }
}
