//! Every route that the running server has × every role and every kind of API token × own, another's and a missing object,
//! against `table.rs`.

mod noted;
mod table;
mod world;

use std::collections::BTreeSet;

use lastmile::http::Route;
use serde_json::Value;

use self::table::{Kind, Row, TABLE};
use self::world::{PROGRAMS, Program, ROLES, Thing, Whose, World};
use crate::harness::{Person, code};

/// What a refusal looked like: two that are to be told apart by nobody must be the same.
type Answer = (u16, Value);

/// Routes without a row, and rows without a route.
fn gaps(routes: &[Route]) -> Vec<String> {
    let there: BTreeSet<String> = routes.iter().map(ToString::to_string).collect();
    let known: BTreeSet<String> = TABLE.iter().map(|row| row.route.to_owned()).collect();
    let file = "server/tests/http/matrix/table.rs";
    let bare = there.difference(&known).map(|route| format!("{route} has no row: add one to {file}"));
    let old = known.difference(&there).map(|route| format!("{route} is no route: take its row from {file}"));
    bare.chain(old).collect()
}

fn ask(person: &Person, row: &Row, thing: &Thing, headers: &[(&str, &str)]) -> Answer {
    let (method, path) = row.route.split_once(' ').unwrap();
    let sent = (row.sends)(thing);
    let query = sent.as_str().map(|query| format!("?{query}")).unwrap_or_default();
    let body = (sent.is_object() || method == "POST").then(|| sent.to_string());
    let mut response = person.send(method, &(named(path, &thing.name) + &query), body.as_deref(), headers);
    let status = response.status().as_u16();
    // A stream of events never ends, so only refusals are read.
    let refusal = if status < 400 { Value::Null } else { response.body_mut().read_json().unwrap() };
    (status, refusal)
}

/// The path with its parameter, if it has one, filled in.
fn named(path: &str, name: &str) -> String {
    match (path.find('{'), path.find('}')) {
        (Some(from), Some(to)) => format!("{}{name}{}", &path[..from], &path[to + 1..]),
        _ => path.to_owned(),
    }
}

/// One row for everybody: what differs from the table.
fn walk(world: &World, row: &Row) -> Vec<String> {
    let mut wrong = Vec::new();
    for (column, role) in ROLES.into_iter().enumerate() {
        let person = world.person(role);
        let mut answers = Vec::new();
        for (whose, expected) in
            [(Whose::Own, row.own), (Whose::Foreign, row.foreign), (Whose::Missing, row.missing)]
        {
            if row.kind == Kind::Alone && whose != Whose::Own {
                continue;
            }
            let (status, refusal) = ask(&person, row, &world.thing(row.kind, whose, role), &[]);
            let who = role.unwrap_or("nobody");
            if status != expected[column] {
                wrong.push(format!(
                    "{} for {who}, {whose:?}: {status}, not {}: {refusal}",
                    row.route, expected[column]
                ));
            }
            if status == 401 && code(&refusal) != "signed_out" {
                wrong.push(format!("{} for {who}: {refusal}", row.route));
            }
            answers.push((status, refusal));
        }
        if let [_, foreign, missing] = &answers[..]
            && foreign.0 == missing.0
            && foreign != missing
        {
            wrong.push(format!(
                "{}: another's differs from a missing one: {foreign:?} {missing:?}",
                row.route
            ));
        }
    }
    wrong
}

/// What a program gets, and the code of its refusal if the token is why.
fn for_program(program: &Program, row: &Row, column: usize, whose: Whose) -> (u16, Option<&'static str>) {
    match row.takes {
        _ if program.end.is_some() => (401, Some("bad_token")),
        Some(needed) if program.scope.covers(needed) => match whose {
            Whose::Own => (row.own[column], None),
            Whose::Foreign => (row.foreign[column], None),
            Whose::Missing => (row.missing[column], None),
        },
        _ => (403, Some("not_by_token")),
    }
}

/// One row for one program: what differs from the table.
fn walk_program(world: &World, program: &Program, asks: &Person, row: &Row) -> Vec<String> {
    let column = ROLES.iter().position(|role| *role == Some(program.owner)).unwrap();
    let mut wrong = Vec::new();
    for whose in [Whose::Own, Whose::Foreign, Whose::Missing] {
        if row.kind == Kind::Alone && whose != Whose::Own {
            continue;
        }
        let (expected, why) = for_program(program, row, column, whose);
        let (status, refusal) = ask(asks, row, &world.thing(row.kind, whose, Some(program.owner)), &[]);
        if status != expected || why.is_some_and(|why| code(&refusal) != why) {
            wrong.push(format!(
                "{} for {program:?}, {whose:?}: {status}, not {expected}: {refusal}",
                row.route
            ));
        }
    }
    wrong
}

#[test]
fn every_route_takes_those_tokens_that_the_table_says_and_no_others() {
    let world = World::start(|routes| routes);
    let mut wrong = Vec::new();
    for program in &PROGRAMS {
        let asks = world.program(program);
        wrong.extend(TABLE.iter().flat_map(|row| walk_program(&world, program, &asks, row)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_route_that_somebody_adds_takes_no_token_unless_it_says_so() {
    let world = World::start(|routes| routes.get("/api/v1/dummy", async || "anybody reads this"));
    let program = world.program(&PROGRAMS[1]);
    let (status, error) = program.get("/api/v1/dummy");
    assert_eq!((status, code(&error)), (403, "not_by_token"), "{error}");
}

#[test]
fn every_route_answers_everybody_as_the_table_says() {
    let world = World::start(|routes| routes);
    let gaps = gaps(&world.routes);
    assert!(gaps.is_empty(), "{}", gaps.join("\n"));
    let wrong: Vec<String> = TABLE.iter().flat_map(|row| walk(&world, row)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_route_that_somebody_adds_without_a_row_is_found() {
    let world = World::start(|routes| routes.get("/api/v1/dummy", async || "anybody reads this"));
    let answer = world.person(None).get("/api/v1/dummy");
    assert_eq!(answer, (200, Value::String("anybody reads this".to_owned())));
    assert_eq!(
        gaps(&world.routes),
        ["GET /api/v1/dummy has no row: add one to server/tests/http/matrix/table.rs"]
    );
}

#[test]
fn what_another_site_sends_is_refused_on_every_route_that_changes_something() {
    let world = World::start(|routes| routes);
    let headers = [("origin", "http://evil.example"), ("sec-fetch-site", "cross-site")];
    let ron = world.person(Some("ron"));
    for row in TABLE.iter().filter(|row| !row.route.starts_with("GET ")) {
        let thing = world.thing(row.kind, Whose::Own, Some("ron"));
        let (status, error) = ask(&ron, row, &thing, &headers);
        assert_eq!((status, code(&error)), (403, "cross_site"), "{}", row.route);
    }
}

#[test]
fn a_body_that_is_no_json_is_refused_on_every_route_that_takes_one() {
    let world = World::start(|routes| routes);
    let ron = world.person(Some("ron"));
    for row in TABLE {
        let thing = world.thing(row.kind, Whose::Own, Some("ron"));
        let (method, path) = row.route.split_once(' ').unwrap();
        if !(row.sends)(&thing).is_object() {
            continue;
        }
        let path = named(path, &thing.name);
        for (body, kind, refused) in [
            (r#"{"nonsense": true}"#, "application/json", (400, "bad_request")),
            ("{}", "text/plain", (415, "not_json")),
        ] {
            let mut response = ron.send(method, &path, Some(body), &[("content-type", kind)]);
            let error: Value = response.body_mut().read_json().unwrap();
            assert_eq!((response.status().as_u16(), code(&error)), refused, "{}", row.route);
        }
    }
}
