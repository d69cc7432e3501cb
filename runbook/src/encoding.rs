//! One typed value to what the script gets: the rules of each input type.
//!
//! Every message says what to type. `string`, `text` and `secret` arrive byte for byte; the others are
//! trimmed, because blanks around a number or a date mean nothing.

use regex_lite::Regex;

use crate::{InputSpec, InputType, duration, value::MAX_VALUE_BYTES};

/// The encoded value, or what to type instead.
pub(crate) fn encode(spec: &InputSpec, typed: &str) -> Result<String, String> {
    if typed.contains('\0') {
        return Err("Remove the NUL character: no variable can hold one.".to_owned());
    }
    if typed.len() > MAX_VALUE_BYTES {
        return Err(format!("Type at most {MAX_VALUE_BYTES} bytes."));
    }
    let free = matches!(spec.kind, InputType::String | InputType::Text | InputType::Secret);
    let value = if free { typed } else { typed.trim() };
    if value.trim().is_empty() && spec.required {
        return Err(match spec.kind {
            InputType::Choice | InputType::Boolean => format!("Choose {}.", one_of(spec)),
            InputType::Multichoice => format!("Choose some of {}.", spec.options.join(", ")),
            _ => "Type a value.".to_owned(),
        });
    }
    if value.is_empty() {
        return Ok(String::new());
    }
    match spec.kind {
        InputType::String | InputType::Text | InputType::Secret => free_text(spec, value),
        InputType::Integer => integer(spec, value),
        InputType::Number => number(spec, value),
        InputType::Boolean | InputType::Choice => choice(spec, value),
        InputType::Multichoice => multichoice(spec, value),
        InputType::Date if is_date(value) => Ok(value.to_owned()),
        InputType::Date => Err("Type a date that exists as year-month-day, such as 2026-11-23.".to_owned()),
        InputType::Duration => {
            let message = "Type a duration such as 90s, 5m, 2h or 1h30m.";
            let seconds = duration::seconds(value).ok_or(message)?;
            within(spec, seconds as f64, "a duration", " seconds")?;
            Ok(seconds.to_string())
        }
    }
}

/// Compiles a pattern that the whole value must match.
pub(crate) fn compile(pattern: &str) -> Result<Regex, String> {
    // Alone first: `a)|(b` would become valid, and mean something else, inside the group below.
    Regex::new(pattern).map_err(|error| error.to_string())?;
    Regex::new(&format!(r"\A(?:{pattern})\z")).map_err(|error| error.to_string())
}

fn free_text(spec: &InputSpec, value: &str) -> Result<String, String> {
    if spec.kind == InputType::String && value.contains(['\n', '\r']) {
        return Err("Type one line, without a line break.".to_owned());
    }
    if let Some(pattern) = &spec.pattern {
        let fits = compile(pattern).is_ok_and(|regex| regex.is_match(value));
        if !fits {
            return Err(format!("Type a value that matches {pattern} as a whole."));
        }
    }
    within(spec, value.chars().count() as f64, "a value", " characters")?;
    Ok(value.to_owned())
}

fn integer(spec: &InputSpec, value: &str) -> Result<String, String> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let plain = digits == "0" || !digits.starts_with('0');
    let number = value.parse::<i64>().ok().filter(|_| plain && !value.starts_with('+') && value != "-0");
    let number = number.ok_or("Type a whole number such as 12, without leading zeros.")?;
    within(spec, number as f64, "a number", "")?;
    Ok(value.to_owned())
}

fn number(spec: &InputSpec, value: &str) -> Result<String, String> {
    let shape = value.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let ends = value.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        && value.ends_with(|c: char| c.is_ascii_digit());
    let number = value.parse::<f64>().ok().filter(|number| shape && ends && number.is_finite());
    let number = number.ok_or("Type a number such as 12 or 0.5.")?;
    within(spec, number, "a number", "")?;
    Ok(value.to_owned())
}

fn choice(spec: &InputSpec, value: &str) -> Result<String, String> {
    let offered = match spec.kind {
        InputType::Boolean => value == "true" || value == "false",
        _ => spec.options.iter().any(|option| option == value),
    };
    if offered { Ok(value.to_owned()) } else { Err(format!("Choose {}.", one_of(spec))) }
}

fn one_of(spec: &InputSpec) -> String {
    if spec.kind == InputType::Boolean {
        "true or false".to_owned()
    } else {
        format!("one of {}", spec.options.join(", "))
    }
}

fn multichoice(spec: &InputSpec, value: &str) -> Result<String, String> {
    let typed: std::collections::HashSet<&str> =
        value.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let chosen: Vec<&str> =
        spec.options.iter().map(String::as_str).filter(|option| typed.contains(option)).collect();
    if chosen.len() != typed.len() {
        return Err(format!("Choose only from {}, one a line.", spec.options.join(", ")));
    }
    within(spec, chosen.len() as f64, "a number of options", "")?;
    Ok(chosen.join("\n"))
}

/// Whether `min` and `max` hold for a value, its length or its count.
fn within(spec: &InputSpec, measure: f64, what: &str, unit: &str) -> Result<(), String> {
    let (low, high) = (spec.min.is_some_and(|min| measure < min), spec.max.is_some_and(|max| measure > max));
    match (spec.min, spec.max) {
        (Some(min), Some(max)) if low || high => Err(format!("Give {what} of {min} to {max}{unit}.")),
        (Some(min), _) if low => Err(format!("Give {what} of at least {min}{unit}.")),
        (_, Some(max)) if high => Err(format!("Give {what} of at most {max}{unit}.")),
        _ => Ok(()),
    }
}

/// A day of the Gregorian calendar as `YYYY-MM-DD`, from the year 1.
fn is_date(value: &str) -> bool {
    let bytes = value.as_bytes();
    let shape = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shape {
        return false;
    }
    let part = |range: std::ops::Range<usize>| value.get(range).and_then(|part| part.parse::<u32>().ok());
    let (Some(year), Some(month), Some(day)) = (part(0..4), part(5..7), part(8..10)) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => return false,
    };
    year > 0 && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(kind: InputType) -> InputSpec {
        let options = vec!["qa".into(), "prod".into(), "a b".into()];
        InputSpec { name: "x".into(), kind, required: true, options, ..InputSpec::default() }
    }

    #[test]
    fn what_fits_is_encoded() {
        let cases = [
            (InputType::String, " a b ", " a b "),
            (InputType::Text, "a\nb", "a\nb"),
            (InputType::Integer, " -12 ", "-12"),
            (InputType::Integer, "0", "0"),
            (InputType::Number, "1.50e3", "1.50e3"),
            (InputType::Boolean, "true", "true"),
            (InputType::Choice, "prod", "prod"),
            (InputType::Multichoice, "a b\n\nqa\nqa", "qa\na b"),
            (InputType::Date, "2028-02-29", "2028-02-29"),
            (InputType::Duration, "1h30m", "5400"),
            (InputType::Duration, "5400", "5400"),
            (InputType::Secret, "-----\nkey\n", "-----\nkey\n"),
        ];
        for (kind, typed, expected) in cases {
            assert_eq!(encode(&spec(kind), typed).as_deref(), Ok(expected), "{kind:?}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_what_to_type() {
        let cases = [
            (InputType::String, "a\nb"),
            (InputType::String, "a\0"),
            (InputType::String, "  "),
            (InputType::Integer, "1.0"),
            (InputType::Integer, "+1"),
            (InputType::Integer, "007"),
            (InputType::Integer, "9223372036854775808"),
            (InputType::Number, "NaN"),
            (InputType::Number, "inf"),
            (InputType::Number, "1e999"),
            (InputType::Number, ".5"),
            (InputType::Boolean, "yes"),
            (InputType::Choice, "PROD"),
            (InputType::Multichoice, "qa\nx"),
            (InputType::Date, "2027-02-29"),
            (InputType::Date, "2027-1-1"),
            (InputType::Date, "0000-01-01"),
            (InputType::Duration, "soon"),
        ];
        for (kind, typed) in cases {
            let message = encode(&spec(kind), typed).unwrap_err();
            assert!(message.ends_with('.'), "{kind:?} {typed:?}: {message}");
        }
    }

    #[test]
    fn a_pattern_must_match_the_whole_value() {
        let spec = |pattern: &str| InputSpec { pattern: Some(pattern.into()), ..spec(InputType::Text) };
        assert!(encode(&spec("[a-z]+"), "blue").is_ok());
        for typed in ["blue;", "blue\n", "\nblue", "Blue"] {
            assert!(encode(&spec("[a-z]+"), typed).is_err(), "{typed:?}");
            assert!(encode(&spec("^[a-z]+$"), typed).is_err(), "{typed:?}");
            assert!(encode(&spec("(?m)^[a-z]+$"), typed).is_err(), "{typed:?}");
        }
        assert!(encode(&spec("a|b"), "ab").is_err());
        assert!(compile("a)|(b").is_err() && compile("(?x)a # b").is_err());
    }

    #[test]
    fn bounds_are_of_the_value_or_of_its_length() {
        let bounded = |kind| InputSpec { min: Some(2.0), max: Some(3.0), ..spec(kind) };
        for (kind, good, low, high) in [
            (InputType::Integer, "3", "1", "4"),
            (InputType::Number, "2.5", "1.9", "3.1"),
            (InputType::String, "éé", "é", "éééé"),
            (InputType::Duration, "3s", "1s", "1m"),
        ] {
            assert!(encode(&bounded(kind), good).is_ok(), "{kind:?}");
            assert!(
                encode(&bounded(kind), low).is_err() && encode(&bounded(kind), high).is_err(),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn an_empty_optional_is_empty() {
        for kind in [InputType::String, InputType::Integer, InputType::Choice, InputType::Date] {
            let spec = InputSpec { required: false, min: Some(3.0), pattern: Some("x".into()), ..spec(kind) };
            assert_eq!(encode(&spec, "").as_deref(), Ok(""));
        }
    }
}
