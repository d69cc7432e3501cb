//! `INPUT=VALUE …`: the conditions of `when` and of `approve … if`.

use crate::{
    InputType, declared::Declared, finding::Fault, keys::hint_end, names::did_you_mean, position::Position,
};

/// The words of `text`; `'…'` and `"…"` keep blanks together. `None` where a quote is left open.
pub(crate) fn words(text: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => word.get_or_insert_default().push(c),
            None if c == '\'' || c == '"' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

/// Splits `INPUT=VALUE`; `None` where a side is missing.
pub(crate) fn split(word: &str) -> Option<(String, String)> {
    let (name, value) = word.split_once('=')?;
    let value = value.strip_prefix('=').unwrap_or(value);
    (!name.is_empty() && !value.is_empty()).then(|| (name.to_owned(), value.to_owned()))
}

/// Whether a condition can ever hold: its input exists, is a choice or boolean, and can have this value. A
/// slip here would quietly take a gate away, so it is an error.
pub(crate) fn check(declared: &Declared, name: &str, value: &str, at: Position) -> Result<(), Fault> {
    let spec = declared.find(name, at)?;
    match spec.kind {
        InputType::Choice if spec.options.iter().any(|option| option == value) => Ok(()),
        InputType::Choice => {
            let hint = did_you_mean(value, spec.options.iter().map(String::as_str));
            let all = spec.options.join(", ");
            let message = format!("`{value}` is no option of `{name}` ({all}){}", hint_end(&hint));
            Err(Fault::new(at, "unknown-option", message))
        }
        InputType::Boolean if value == "true" || value == "false" => Ok(()),
        InputType::Boolean => {
            let message = format!("`{name}` is boolean: write `{name}=true` or `{name}=false`.");
            Err(Fault::new(at, "unknown-option", message))
        }
        _ => {
            let message = format!("`{name}` must be a choice or boolean input to stand in a condition.");
            Err(Fault::new(at, "bad-condition", message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_blanks_together() {
        assert_eq!(words("2 noc  if a=\"b c\" d='e'").unwrap(), ["2", "noc", "if", "a=b c", "d=e"]);
        assert_eq!(words("a='b"), None);
    }

    #[test]
    fn a_condition_needs_both_sides() {
        assert_eq!(split("a=b=c"), Some(("a".into(), "b=c".into())));
        assert_eq!(split("a==b"), Some(("a".into(), "b".into())));
        assert_eq!((split("a"), split("=b"), split("a=")), (None, None, None));
    }
}
