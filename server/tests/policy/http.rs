//! What a client of the server sees of policies: decisions before the click, refusals in words, and the second look at the start.

use lastmile_protocol::Decision;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{Person, Server, code, id};

/// A server whose policies are this text.
pub(crate) fn server(policies: &str) -> Server {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("policies")).unwrap();
    std::fs::write(folder.path().join("policies/house.cedar"), policies).unwrap();
    Server::start_in(folder, "policies = \"policies\"\n", &[])
}

pub(crate) const OPEN: &str = "@id(\"all\") permit (principal, action == Action::\"run\", resource);\n";

pub(crate) fn preview(person: &Person, slug: &str, inputs: &Value) -> Decision {
    let body = json!({"runbook": slug, "action": "act", "inputs": inputs});
    let (status, preview) = person.post("/runs/preview", &body);
    assert_eq!(status, 200, "{preview}");
    serde_json::from_value(preview["decision"].clone()).unwrap()
}

#[test]
fn a_refusal_says_the_policy_s_reason_before_and_after_the_click() {
    let server = server(&format!(
        "{OPEN}@id(\"prod\") @why(\"{{target}} is for net only. Ask one of net.\")
         forbid (principal, action == Action::\"run\", resource in Environment::\"prod\") unless {{ principal in Team::\"net\" }};"
    ));
    server.install_action("open", "target: theirs", "true");
    server.install_action("shut", "target: guarded", "true");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let why = "guarded is for net only. Ask one of net.".to_owned();
    assert_eq!(preview(&ann, "shut", &json!({})), Decision::Deny { why: why.clone() });
    let (status, error) = ann.post("/runs", &ann.request("shut", "key-00000001"));
    assert_eq!((status, code(&error), error["message"].as_str()), (403, "forbidden", Some(why.as_str())));
    // What the config itself says of a target comes first, and holds whatever policies say.
    let (status, error) = ann.post("/runs", &ann.request("open", "key-00000002"));
    assert_eq!(
        (status, error["message"].as_str()),
        (403, Some("Only net may run on theirs. Ask one of them."))
    );
    bob.until_state(&bob.press("open", "key-00000003"), "succeeded");
}

#[test]
fn nobody_s_permission_is_a_refusal_that_says_whom_to_ask() {
    let server = server("permit (principal in Team::\"net\", action == Action::\"run\", resource);");
    server.install_action("open", "", "true");
    let (status, error) =
        server.person("ann").post("/runs", &server.person("ann").request("open", "key-00000001"));
    let message = "No policy lets you run this on local. Ask whoever runs this server.";
    assert_eq!((status, code(&error), error["message"].as_str()), (403, "forbidden", Some(message)));
}

#[test]
fn a_gate_of_the_policy_shows_who_and_why_and_opens_with_their_yes() {
    let server = server(&format!(
        "{OPEN}@approve(\"net\") @why(\"the blue pool\") permit (principal, action == Action::\"requireApproval\", resource)
         when {{ resource.hasTag(\"pool\") && resource.getTag(\"pool\") == \"blue\" }};"
    ));
    server.install(
        "open",
        "---\ninputs:\n  pool: {type: string, default: blue}\n---\n```sh\n#| action: Act\necho \"$pool\"\n```\n",
    );
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    assert_eq!(preview(&ann, "open", &json!({"pool": "green"})), Decision::Allow);
    let Decision::NeedsApproval { needs } = preview(&ann, "open", &json!({})) else { panic!("it must ask") };
    assert_eq!((needs[0].team.as_str(), needs[0].count, needs[0].why.as_str()), ("net", 1, "the blue pool"));
    let run = ann.press("open", "key-00000001");
    assert_eq!(run["needs"][0]["why"], "the blue pool");
    assert_eq!(bob.answer(&run, "yes").0, 200);
    ann.until_state(&run, "succeeded");
}

#[test]
fn a_policy_that_fails_to_evaluate_refuses_the_run() {
    let server = server(&format!(
        "{OPEN}@id(\"overflow\") forbid (principal, action == Action::\"run\", resource)
         when {{ context.weekday + 9223372036854775807 > 0 }};"
    ));
    server.install_action("open", "", "true");
    let ann = server.person("ann");
    let (status, error) = ann.post("/runs", &ann.request("open", "key-00000001"));
    assert_eq!((status, code(&error)), (403, "forbidden"));
    assert!(error["message"].as_str().unwrap().contains("house/overflow"), "{error}");
    assert_eq!(ann.get("/runs").1["runs"], json!([]));
}

#[test]
fn a_change_freeze_of_the_config_asks_the_target_s_team_by_default() {
    let server = Server::start_with(
        "[targets.bar]\nenvironment = \"prod\"\nteam = \"net\"\n[[freezes]]\nname = \"year end\"\nfrom = 2020-01-01\nuntil = 2120-01-01\ntargets = [\"bar\"]\n",
    );
    server.install_action("open", "target: bar", "true");
    server.install_action("free", "", "true");
    let ann = server.person("ann");
    let Decision::NeedsApproval { needs } = preview(&ann, "open", &json!({})) else { panic!("it must ask") };
    assert_eq!((needs[0].team.as_str(), needs[0].why.as_str()), ("net", "change freeze: year end"));
    assert_eq!(preview(&ann, "free", &json!({})), Decision::Allow);
}

#[test]
fn the_run_spec_records_which_policies_decided() {
    let server = server(OPEN);
    server.install_action("open", "target: guarded", "true");
    let run = server.person("ann").press("open", "key-00000001");
    let record = server.folder.path().join("data/lastmile.sqlite");
    let stored = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let pool =
            sqlx::SqlitePool::connect(&format!("sqlite://{}?mode=ro", record.display())).await.unwrap();
        let spec: Vec<u8> = sqlx::query_scalar("SELECT spec FROM runs WHERE id = ?")
            .bind(id(&run))
            .fetch_one(&pool)
            .await
            .unwrap();
        serde_json::from_slice::<Value>(&spec).unwrap()
    });
    assert_eq!(stored["policy"].as_str().map(str::len), Some(64), "{stored}");
}
