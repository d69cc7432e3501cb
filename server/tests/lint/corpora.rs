use std::fs;
use std::time::Instant;

use serde_json::Value;

use crate::harness::{Place, corpora};

#[test]
fn real_runbooks_lint_without_errors_and_every_report_stands_in_its_file() {
    let place = Place::new();
    let folder = corpora();
    let began = Instant::now();
    let (code, lint) = place.lint(&[folder.to_str().unwrap()]);
    let problems = lint["problems"].as_array().unwrap();
    println!("{} runbooks, {} reports, {:?}", lint["runbooks"], problems.len(), began.elapsed());
    assert_eq!((code, &lint["errors"]), (0, &0.into()));
    for problem in problems {
        let text = fs::read_to_string(problem["file"].as_str().unwrap()).unwrap();
        let at = |key: &str| usize::try_from(problem[key].as_u64().unwrap()).unwrap();
        let line = text.lines().nth(at("line") - 1).unwrap_or_else(|| panic!("{problem}"));
        assert!((1..=line.chars().count() + 1).contains(&at("column")), "{problem}");
    }
}

/// `LASTMILE_SEED=7 cargo test -p lastmile --test lint -- --ignored --nocapture draw`; `LASTMILE_FOLDER` takes another folder,
/// `LASTMILE_WITHOUT` leaves out a code. Prints 30 reports with their lines, to be judged by somebody who reads the files.
#[test]
#[ignore = "prints a sample for a person to judge"]
fn draw_30_reports_by_a_printed_seed() {
    let variable = |name: &str| std::env::var(name).ok();
    let seed: u64 = variable("LASTMILE_SEED").and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let folder = variable("LASTMILE_FOLDER").unwrap_or_else(|| corpora().to_str().unwrap().to_owned());
    let without = variable("LASTMILE_WITHOUT").unwrap_or_default();
    let (_, lint) = Place::new().lint(&[&folder]);
    let mut left: Vec<&Value> =
        lint["problems"].as_array().unwrap().iter().filter(|it| it["code"] != *without).collect();
    println!("seed {seed}: 30 of {} reports on {} runbooks", left.len(), lint["runbooks"]);
    let mut state = seed;
    for _ in 0..30.min(left.len()) {
        let problem = left.swap_remove(usize::try_from(next(&mut state)).unwrap_or_default() % left.len());
        let text = fs::read_to_string(problem["file"].as_str().unwrap()).unwrap();
        let line = usize::try_from(problem["line"].as_u64().unwrap()).unwrap();
        println!(
            "{}:{line}:{} [{}] {} {}",
            problem["file"], problem["column"], problem["code"], problem["message"], problem["mend"]
        );
        text.lines().skip(line.saturating_sub(3)).take(5).for_each(|line| println!("    | {line}"));
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014), so that a seed draws the same everywhere; 32 bits of it.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (bits ^ (bits >> 31)) >> 32
}
