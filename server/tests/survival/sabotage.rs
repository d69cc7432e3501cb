//! What the rounds are worth: a server that was broken on purpose must not get through a hundred of them.
//!
//! `cargo xtask chaos --sabotage NAME` builds such a server and runs these.

use crate::chaos::{play, seed};
use crate::power::{cuts, noticed};

/// Within which it must be found out.
const ROUNDS: u64 = 100;

/// Starts a server that is broken so.
fn broken(how: &str) -> Vec<String> {
    vec!["env".to_owned(), format!("LASTMILE_SABOTAGE={how}")]
}

#[test]
fn adoption_that_is_broken_after_a_restart_is_found_out_within_a_hundred_rounds() {
    let seed = seed();
    println!("chaos with the adoption broken: seed {seed}");
    let what = noticed(|| drop(play(seed, ROUNDS, &broken("adoption"))));
    assert!(what.contains("a state that can't be") || what.contains("lines lost"), "{what}");
    println!("found out: {what}");
}

#[test]
#[ignore = "mounts a file system, as root; `cargo xtask chaos --sabotage fsync` runs it"]
fn fsync_that_is_left_out_before_the_start_is_found_out_within_a_hundred_power_cuts() {
    let seed = seed();
    println!("power cuts with the sync before the start left out: seed {seed}");
    let what = noticed(|| cuts(seed, ROUNDS, &broken("fsync")));
    assert!(what.contains("forgotten") || what.contains("begun"), "{what}");
    println!("found out: {what}");
}
