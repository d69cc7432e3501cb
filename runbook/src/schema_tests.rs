//! The published JSON Schemas say what the parser does: a key added to one only fails here.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{action, front_matter, inputs};

const ACTION: &str = include_str!("../../docs/schema/action.json");
const FRONT_MATTER: &str = include_str!("../../docs/schema/front-matter.json");

fn keys(properties: &Value) -> BTreeSet<&str> {
    properties.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn the_schema_of_the_header_has_the_parsers_keys() {
    let schema: Value = serde_json::from_str(ACTION).unwrap();
    assert_eq!(keys(&schema["properties"]), BTreeSet::from(action::KEYS));
    let words = |key: &str| {
        schema["properties"][key]["enum"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
    };
    assert_eq!(words("kind"), ["change", "check"]);
    assert_eq!(words("concurrency"), action::CONCURRENCY.map(|(word, _)| word));
}

#[test]
fn the_schema_of_the_front_matter_has_the_parsers_fields() {
    let schema: Value = serde_json::from_str(FRONT_MATTER).unwrap();
    assert_eq!(keys(&schema["properties"]), BTreeSet::from(front_matter::FIELDS));
    let input = &schema["$defs"]["input"]["properties"];
    assert_eq!(keys(input), BTreeSet::from(inputs::KEYS));
    let types: BTreeSet<_> =
        input["type"]["enum"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(types, inputs::TYPES.iter().map(|(name, _)| *name).collect());
}

#[test]
fn every_key_is_described_for_the_editor() {
    for text in [ACTION, FRONT_MATTER] {
        let schema: Value = serde_json::from_str(text).unwrap();
        let inputs = &schema["$defs"]["input"]["properties"];
        let all = [&schema["properties"], inputs].into_iter().filter_map(Value::as_object).flatten();
        for (key, property) in all {
            assert!(property["description"].as_str().is_some_and(|text| text.len() > 10), "{key}");
        }
    }
}
