//! Whatever route changes something, and whatever it refuses to somebody: the audit record has it by the time of the answer.

use serde_json::json;

use super::ask;
use super::table::{Kind, Row, TABLE};
use super::world::{ROLES, Whose, World};
use crate::tokens::by_hand;

/// Routes that change nothing although they are posted to, and the way to sign in that is off here: nobody has come by it.
const NOTHING_TO_NOTE: [&str; 3] =
    ["POST /api/v1/runs/preview", "POST /api/v1/requests/preview", "POST /api/v1/session/oidc"];

/// Cancelling is the one thing that works where nothing can be noted.
const CANCELS: [&str; 2] = ["POST /api/v1/runs/{id}/cancel", "POST /api/v1/requests/{id}/cancel"];

/// What goes unsaid when one row is asked by everybody who is signed in.
fn unsaid(world: &World, row: &Row) -> Vec<String> {
    let mut wrong = Vec::new();
    for role in ROLES.into_iter().flatten() {
        for whose in [Whose::Own, Whose::Foreign, Whose::Missing] {
            if row.kind == Kind::Alone && whose != Whose::Own {
                continue;
            }
            let (person, thing) = (world.person(Some(role)), world.thing(row.kind, whose, Some(role)));
            let before = world.noted_of(role);
            let (status, refusal) = ask(&person, row, &thing, &[]);
            let noted = world.noted_of(role).split_off(before.len());
            let says_no = noted.iter().any(|did| did == "refused");
            if noted.is_empty() || says_no != (status >= 400) {
                wrong.push(format!(
                    "{} for {role}, {whose:?}: {status} {refusal}, noted {noted:?}",
                    row.route
                ));
            }
        }
    }
    wrong
}

/// Sees to it that the record takes no entries, or takes them again.
fn close_the_record(world: &World, closed: bool) {
    let statement = if closed {
        "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'no space'); END"
    } else {
        "DROP TRIGGER full"
    };
    by_hand(world.folder.path(), statement.to_owned());
}

/// What happens although it can't be noted, when one row is asked by everybody who is signed in.
fn done_unsaid(world: &World, row: &Row) -> Vec<String> {
    let mut wrong = Vec::new();
    for role in ROLES.into_iter().flatten() {
        for whose in [Whose::Own, Whose::Foreign] {
            if row.kind == Kind::Alone && whose != Whose::Own {
                continue;
            }
            let (person, thing) = (world.person(Some(role)), world.thing(row.kind, whose, Some(role)));
            let before = world.recorded();
            assert!(before.iter().any(|row| row.starts_with("sessions ")), "{before:?}");
            close_the_record(world, true);
            let (status, refusal) = ask(&person, row, &thing, &[]);
            close_the_record(world, false);
            if status < 400 || world.recorded() != before {
                wrong.push(format!("{} for {role}, {whose:?}: {status} {refusal}", row.route));
            }
        }
    }
    wrong
}

#[test]
fn what_can_t_stand_in_the_audit_record_does_not_happen_on_any_route() {
    let world = World::start(|routes| routes);
    let changes = |row: &&Row| {
        !row.route.starts_with("GET ") && ![&NOTHING_TO_NOTE[..], &CANCELS].concat().contains(&row.route)
    };
    let wrong: Vec<_> = TABLE.iter().filter(changes).flat_map(|row| done_unsaid(&world, row)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_token_that_is_not_made_and_a_look_that_says_nothing_new_are_told_apart_from_deeds() {
    let world = World::start(|routes| routes);
    let ava = world.person(Some("ava"));
    let (status, _) = ava.post("/api/v1/tokens", &json!({"name": " ", "scope": "run"}));
    assert_eq!((status, world.noted_of("ava").pop()), (422, Some("refused".to_owned())));
    let thing = world.thing(Kind::Run, Whose::Foreign, Some("ava"));
    let look = |at| ava.post(&format!("/api/v1/runs/{}/looks", thing.name), &json!({"at": at})).0;
    let before = world.noted_of("ava").len();
    assert_eq!(["request", "script", "request", "script", "checks"].map(look), [204; 5]);
    assert_eq!(world.noted_of("ava")[before..], ["run.looked"; 3]);
}

#[test]
fn whatever_is_changed_or_refused_stands_in_the_audit_record() {
    let world = World::start(|routes| routes);
    let changes = |row: &&Row| !row.route.starts_with("GET ") && !NOTHING_TO_NOTE.contains(&row.route);
    let wrong: Vec<_> = TABLE.iter().filter(changes).flat_map(|row| unsaid(&world, row)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
