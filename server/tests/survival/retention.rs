//! Logs are removed by the rules of the config, and what is left of their runs says so.

use crate::harness::{Server, code, id};

#[test]
fn a_removed_log_is_gone_and_its_run_stays_in_the_record() {
    let mut server = Server::start_with("[retention]\ncount = 1\n");
    server.install_action("act", "", "echo hello");
    server.install_action("other", "", "echo other");
    let mut ann = server.person("ann");
    let run = |slug: &str, key: &str| ann.until_state(&ann.press(slug, key), "succeeded");
    let (old, new, other) =
        (run("act", "key-00000001"), run("act", "key-00000002"), run("other", "key-00000003"));
    server.kill();
    server.restart();
    ann.url = server.nobody().url;
    crate::harness::until(|| (ann.get(&format!("/runs/{}/log", id(&old))).0 == 410).then_some(()));
    let (_, gone) = ann.get(&format!("/runs/{}/log", id(&old)));
    assert_eq!(code(&gone), "log_gone");
    assert!(gone["message"].as_str().unwrap().contains("Its record stays"), "{gone}");
    let (status, record) = ann.get(&format!("/runs/{}", id(&old)));
    assert_eq!((status, &record["summary"]["state"]), (200, &old["summary"]["state"]));
    assert_eq!((ann.log(&new).as_str(), ann.log(&other).as_str()), ("hello\n", "other\n"));
}
