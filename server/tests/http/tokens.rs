//! API tokens: what a program may do in somebody's name, what it never may, and how that ends.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use sqlx::SqlitePool;

use crate::harness::{Person, Server, code, id, until};

/// `lastmile …` beside the running server.
fn lastmile(server: &Server, words: &[&str]) -> Output {
    let folder = server.folder.path();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lastmile"));
    command.args(words).arg("--data").arg(folder.join("data"));
    if words[0] != "audit" {
        command.arg("--config").arg(folder.join("config.toml"));
    }
    command.output().unwrap()
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn entries(server: &Server) -> Vec<Value> {
    let text = printed(&lastmile(server, &["audit", "export"]));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn sql(server: &Server, statement: String) {
    by_hand(server.folder.path(), statement);
}

/// Changes the record of the server of that folder.
pub(crate) fn by_hand(folder: &Path, statement: String) {
    let path = folder.join("data/lastmile.sqlite");
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let hand = SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&hand).await.unwrap();
        hand.close().await;
    });
}

/// What the token of that id looks like in its owner's list.
fn listed(owner: &Person, token: &str) -> Value {
    let (_, all) = owner.get("/tokens");
    let found = all["tokens"].as_array().unwrap().iter().find(|it| it["id"] == *token);
    found.cloned().unwrap_or_default()
}

#[test]
fn a_token_is_shown_once_and_listed_without_what_proves_it() {
    let server = Server::start();
    let ann = server.person("ann");
    let body = json!({"name": "ci", "service": "deploys", "scope": "run", "days": 7});
    let (status, made) = ann.post("/tokens", &body);
    assert_eq!(status, 201, "{made}");
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("lm_") && secret.len() == 75, "{secret}");
    let token = &made["token"];
    let held = token["expires"].as_i64().unwrap() - token["made"].as_i64().unwrap();
    assert_eq!(held, 7 * 24 * 60 * 60 * 1000);
    let (_, all) = ann.get("/tokens");
    assert_eq!(
        (&all["tokens"], &all["default_days"], &all["longest_days"]),
        (&json!([token]), &json!(30), &json!(365))
    );
    assert!(!all.to_string().contains(secret));
    let database = std::fs::read(server.folder.path().join("data/lastmile.sqlite-wal")).unwrap();
    let hex = secret.as_bytes();
    assert!(!database.windows(hex.len()).any(|window| window == hex), "it is not kept");
    assert_eq!(server.person("bob").get("/tokens").1["tokens"], json!([]));
}

#[test]
fn what_is_asked_of_a_new_token_is_checked_and_the_config_s_cap_holds() {
    let server = Server::start_with("[auth.tokens]\nlongest = \"14d\"\n");
    let ann = server.person("ann");
    let (_, made) = ann.post("/tokens", &json!({"name": "x", "scope": "read"}));
    let held = made["token"]["expires"].as_i64().unwrap() - made["token"]["made"].as_i64().unwrap();
    assert_eq!(held, 14 * 24 * 60 * 60 * 1000, "the default is never longer than the cap");
    for (field, wrong) in [
        ("days", json!({"name": "x", "scope": "read", "days": 15})),
        ("days", json!({"name": "x", "scope": "read", "days": 0})),
        ("name", json!({"name": "  ", "scope": "read"})),
        ("name", json!({"name": "a\nb", "scope": "read"})),
        ("service", json!({"name": "x", "service": "s".repeat(61), "scope": "read"})),
        ("scope", json!({"name": "x", "scope": "approve"})),
    ] {
        let (status, error) = ann.post("/tokens", &wrong);
        assert_eq!((status, code(&error)), (422, "inputs_refused"), "{wrong}");
        assert_eq!(error["details"]["inputs"][0]["name"], field, "{wrong}");
    }
}

#[test]
fn a_program_starts_a_run_in_its_owner_s_name_and_both_are_told_apart() {
    let server = Server::start();
    server.install_action("deploy", "target: local", "echo \"for $LASTMILE_REQUESTER\"");
    let ann = server.person("ann");
    let (token, secret) = ann.new_token("run");
    let program = ann.program(&secret);
    let request = program.request("deploy", "deploy-4711");
    let (status, run) = program.post("/runs", &request);
    assert_eq!(status, 201, "{run}");
    assert_eq!(run["summary"]["requester"]["id"], "ann");
    assert_eq!(run["token"], json!({"id": token, "name": "run it"}));
    let (status, again) = program.post("/runs", &request);
    assert_eq!((status, id(&again)), (200, id(&run)), "the same key gives the same run");
    program.until_state(&run, "succeeded");
    assert_eq!(program.log(&run), "for ann\n");
    let by_hand = ann.press("deploy", "key-00000001");
    assert_eq!(by_hand["token"], Value::Null);
    let of_run = |run: &Value| {
        let is_request = |entry: &Value| entry["did"] == "run.requested" && entry["run"] == *id(run);
        entries(&server).into_iter().find(is_request).unwrap()
    };
    assert_eq!((&of_run(&run)["by"], &of_run(&run)["token"]), (&json!("ann"), &json!(token)));
    assert_eq!(of_run(&by_hand)["token"], Value::Null);
}

#[test]
fn nobody_agrees_to_what_their_own_token_asked_for_and_no_token_agrees_to_anything() {
    let server = Server::start();
    server.install_action("gate", "target: guarded", "true");
    let (bob, cid) = (server.person("bob"), server.person("cid"));
    let (_, secret) = bob.new_token("run");
    let program = bob.program(&secret);
    let (status, run) = program.post("/runs", &program.request("gate", "key-00000001"));
    assert_eq!((status, &run["summary"]["state"]), (201, &json!("awaiting_approval")), "{run}");
    let (status, error) = bob.answer(&run, "yes");
    assert_eq!((status, code(&error)), (403, "forbidden"), "its owner is of the asked team: {error}");
    let (_, of_cid) = cid.new_token("run");
    let (status, error) = cid.program(&of_cid).answer(&run, "yes");
    assert_eq!((status, code(&error)), (403, "not_by_token"), "{error}");
    assert_eq!(cid.program(&of_cid).get(&format!("/runs/{}", id(&run))).1["may"]["answer"], false);
    assert_eq!(cid.answer(&run, "yes").0, 200);
    bob.until_state(&run, "succeeded");
}

#[test]
fn a_token_of_scope_read_starts_and_cancels_nothing() {
    let server = Server::start();
    server.install_action("open", "target: local", "true");
    let ann = server.person("ann");
    let (token, secret) = ann.new_token("read");
    let program = ann.program(&secret);
    let (status, error) = program.post("/runs", &program.request("open", "key-00000001"));
    assert_eq!((status, code(&error)), (403, "not_by_token"));
    assert!(error["message"].as_str().unwrap().contains("scope `run`"), "{error}");
    let run = ann.press("open", "key-00000002");
    assert_eq!(program.post(&format!("/runs/{}/cancel", id(&run)), &json!({})).0, 403);
    assert_eq!(program.get(&format!("/runs/{}", id(&run))).0, 200);
    let refused = entries(&server).into_iter().find(|entry| entry["did"] == "refused").unwrap();
    assert_eq!((&refused["by"], &refused["token"]), (&json!("ann"), &json!(token)));
    assert_eq!(refused["detail"]["asked"], "POST /runs");
}

#[test]
fn a_revoked_token_is_refused_from_the_next_request_on_and_its_stream_ends() {
    let server = Server::start();
    let ann = server.person("ann");
    let (token, secret) = ann.new_token("read");
    let program = ann.program(&secret);
    let mut stream = program.send("GET", "/events", None, &[]);
    assert_eq!(stream.status(), 200);
    let revoke = |by: &Person| by.send("DELETE", &format!("/tokens/{token}"), None, &[]).status().as_u16();
    assert_eq!(revoke(&server.person("bob")), 404, "another's is as if it were not there");
    assert_eq!(program.get("/runs").0, 200);
    assert_eq!((revoke(&ann), revoke(&ann)), (204, 204));
    let (status, error) = program.get("/runs");
    assert_eq!((status, code(&error)), (401, "bad_token"));
    assert!(error["message"].as_str().unwrap().contains("revoked"), "{error}");
    let challenge = program.send("GET", "/runs", None, &[]);
    assert_eq!(challenge.headers()["www-authenticate"], "Bearer error=\"invalid_token\"");
    // It ends by itself, or this would wait for ever.
    stream.body_mut().read_to_string().unwrap();
    assert!(listed(&ann, &token)["revoked"].is_i64());
    let told: Vec<_> = entries(&server).into_iter().filter(|entry| entry["did"] == "token.revoked").collect();
    assert_eq!(told.len(), 1, "once, however often it is asked for");
}

#[test]
fn an_expired_token_is_refused_and_says_so() {
    let server = Server::start();
    let ann = server.person("ann");
    let (token, secret) = ann.new_token("read");
    sql(&server, format!("UPDATE tokens SET expires_at = made_at WHERE id = '{token}'"));
    let (status, error) = ann.program(&secret).get("/runs");
    assert_eq!((status, code(&error)), (401, "bad_token"));
    assert!(error["message"].as_str().unwrap().contains("expired"), "{error}");
}

#[test]
fn a_token_has_its_owner_s_rights_of_this_moment_and_dies_with_them() {
    let server = Server::start();
    server.install_action("theirs", "target: theirs", "true");
    let as_user = |words: &[&str]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_lastmile"));
        child.arg("user").args(words).arg("--config").arg(server.folder.path().join("config.toml"));
        child.arg("--data").arg(server.folder.path().join("data")).stdin(std::process::Stdio::piped());
        let mut child = child.spawn().unwrap();
        let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"correct horse battery\n");
        assert!(child.wait().unwrap().success());
    };
    as_user(&["add", "zoe", "--team", "net"]);
    let made = printed(&lastmile(&server, &["token", "add", "zoe", "ci", "--scope", "run"]));
    let program = server.nobody().program(made.trim());
    let run = program.press("theirs", "key-00000001");
    program.until_state(&run, "succeeded");
    sql(&server, "UPDATE people SET teams_json = '[]' WHERE id = 'zoe'".to_owned());
    let (status, error) = program.post("/runs", &program.request("theirs", "key-00000002"));
    assert_eq!((status, code(&error)), (403, "forbidden"), "{error}");
    as_user(&["remove", "zoe"]);
    assert_eq!(code(&program.get("/runs").1), "bad_token");
    as_user(&["add", "zoe", "--team", "net"]);
    assert_eq!(code(&program.get("/runs").1), "bad_token", "somebody new of the same id does not revive it");
}

#[test]
fn beside_a_token_no_cookie_is_believed_and_no_origin_asked_for() {
    let server = Server::start();
    server.install_action("open", "target: local", "true");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let (_, secret) = bob.new_token("run");
    let both = Person { bearer: Some(secret), ..ann.clone() };
    let (status, run) = both.post("/runs", &both.request("open", "key-00000001"));
    assert_eq!((status, &run["summary"]["requester"]["id"]), (201, &json!("bob")), "{run}");
    let wrong = Person { bearer: Some("lm_nonsense".to_owned()), ..ann.clone() };
    assert_eq!(wrong.get("/runs").0, 401, "a good cookie saves no bad token");
    assert_eq!(wrong.get("/session").0, 401);
    // The same asked for again while it is under way is refused.
    both.until_state(&run, "succeeded");
    let elsewhere = [("origin", "http://elsewhere.example"), ("sec-fetch-site", "cross-site")];
    let body = both.request("open", "key-00000002").to_string();
    assert_eq!(both.send("POST", "/runs", Some(&body), &elsewhere).status(), 201);
    assert_eq!(ann.send("POST", "/runs", Some(&body), &elsewhere).status(), 403);
    // Another scheme is somebody else's business, such as a reverse proxy's.
    assert_eq!(ann.send("GET", "/runs", None, &[("authorization", "Basic YTpi")]).status(), 200);
}

#[test]
fn bad_tokens_are_soon_turned_away_without_an_entry_and_good_ones_never() {
    let server = Server::start_with("[auth.limits]\nbad_tokens = 3\n");
    let ann = server.person("ann");
    let (_, secret) = ann.new_token("read");
    let wrong = ann.program(&format!("lm_{}", "0".repeat(72)));
    let statuses: Vec<u16> = (0..5).map(|_| wrong.get("/runs").0).collect();
    assert_eq!(statuses, [401, 401, 401, 429, 429]);
    assert!(wrong.send("GET", "/runs", None, &[]).headers().contains_key("retry-after"));
    let good = ann.program(&secret);
    assert_eq!(good.get("/runs").0, 200, "of the same address");
    let statuses: Vec<u16> = (0..5).map(|_| good.get("/tokens").0).collect();
    assert_eq!(statuses, [403, 403, 403, 429, 429], "so is a good one that tries what it may not");
    assert_eq!(good.get("/runs").0, 200);
    assert_eq!(entries(&server).iter().filter(|entry| entry["did"] == "refused").count(), 6);
}

#[test]
fn its_use_is_listed_and_noted_at_most_every_ten_minutes() {
    let server = Server::start();
    let ann = server.person("ann");
    let (token, secret) = ann.new_token("read");
    assert_eq!(listed(&ann, &token)["used"], Value::Null);
    let program = ann.program(&secret);
    program.get("/runs");
    let used = until(|| listed(&ann, &token)["used"].as_i64());
    program.get("/runs");
    sql(&server, format!("UPDATE tokens SET used_at = {} WHERE id = '{token}'", used - 11 * 60_000));
    program.get("/runs");
    until(|| listed(&ann, &token)["used"].as_i64().filter(|now| *now >= used));
}

#[test]
fn a_program_starts_late_only_what_it_has_asked_for_itself() {
    let server = Server::start_with("[approval]\nauto_start = \"0s\"\n");
    server.install_action("gate", "target: guarded", "true");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let (_, secret) = ann.new_token("run");
    let program = ann.program(&secret);
    let by_hand = ann.press("gate", "key-00000001");
    bob.answer(&by_hand, "yes");
    let start = |by: &Person, run: &Value| by.post(&format!("/runs/{}/start", id(run)), &json!({}));
    let (status, error) = start(&program, &by_hand);
    assert_eq!((status, code(&error)), (403, "forbidden"), "{error}");
    assert_eq!(start(&ann, &by_hand).0, 200);
    ann.until_state(&by_hand, "succeeded");
    let own = program.press("gate", "key-00000002");
    bob.answer(&own, "yes");
    assert_eq!(start(&program, &own).0, 200);
    program.until_state(&own, "succeeded");
}

/// Programs run nothing on `local`; whoever asks in person may break the glass.
const RULES: &str = r#"
@id("all") permit (principal, action == Action::"run", resource);
@id("people") @why("People only.")
forbid (principal, action == Action::"run", resource in Target::"local") when { context.token };
@id("glass") @review("net") permit (principal, action == Action::"breakGlass", resource);
"#;

#[test]
fn a_policy_sees_that_a_program_asks_and_no_program_breaks_the_glass() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("rules")).unwrap();
    std::fs::write(folder.path().join("rules/all.cedar"), RULES).unwrap();
    let server = Server::start_in(folder, "policies = \"rules\"\n", &[]);
    server.install_action("gate", "target: guarded", "true");
    server.install_action("open", "target: local", "true");
    let ann = server.person("ann");
    let (_, secret) = ann.new_token("run");
    let program = ann.program(&secret);
    let (status, error) = program.post("/runs", &program.request("open", "key-00000001"));
    assert_eq!((status, code(&error)), (403, "forbidden"));
    assert!(error["message"].as_str().unwrap().contains("People only"), "{error}");
    ann.press("open", "key-00000002");
    let mut request = program.request("gate", "key-00000003");
    request["break_glass"] = json!(true);
    request["reason"] = json!("It burns");
    let (status, error) = program.post("/runs", &request);
    assert_eq!((status, code(&error)), (403, "forbidden"), "{error}");
    assert!(error["message"].as_str().unwrap().contains("break the glass"), "{error}");
    let (status, run) = ann.post("/runs", &request);
    assert_eq!(status, 201, "{run}");
}

#[test]
fn the_command_makes_lists_and_revokes_beside_a_running_server() {
    let server = Server::start();
    let words = ["token", "add", "ann", "nightly", "--service", "backup", "--days", "2"];
    let output = lastmile(&server, &words);
    let secret = printed(&output);
    let program = server.nobody().program(secret.trim());
    assert_eq!(program.get("/runs").0, 200);
    let ann = server.person("ann");
    let token = ann.get("/tokens").1["tokens"][0]["id"].as_str().unwrap().to_owned();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains(&token) && said.contains("scope read"), "{said}");
    let all = printed(&lastmile(&server, &["token", "list", "ann"]));
    assert!(
        all.contains(&token) && all.contains("nightly for backup") && !all.contains(secret.trim()),
        "{all}"
    );
    printed(&lastmile(&server, &["token", "revoke", &token]));
    assert_eq!(program.get("/runs").0, 401);
    let all = printed(&lastmile(&server, &["token", "list"]));
    assert!(all.contains("revoked"), "{all}");
    for (wrong, says) in [
        (&["token", "add", "nobody", "x"][..], "nobody with the id"),
        (&["token", "add", "ann", "x", "--days", "366"][..], "1 to 365 days"),
        (&["token", "revoke", "tok-none"][..], "no token"),
    ] {
        let output = lastmile(&server, wrong);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.contains(says), "{said}");
    }
}
