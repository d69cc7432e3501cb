use serde_json::Value;

use crate::harness::Server;

fn slugs(found: &Value) -> Vec<&str> {
    found["runbooks"].as_array().unwrap().iter().map(|row| row["slug"].as_str().unwrap()).collect()
}

#[test]
fn an_alert_leads_to_the_runbooks_that_name_it_else_to_those_called_like_it() {
    let server = Server::start();
    server.install("bar/pool", "---\nalerts: [BarPoolDown, Bar Pool Slow]\n---\n# Pool\n");
    server.install("net/KubePodCrashLooping", "# Crash\n");
    server.install("net/barpooldown", "# Only called so\n");
    server.install("one/disk_full", "# One\n");
    server.install("two/disk-full", "# Two\n");
    let ann = server.person("ann");
    for (name, expected) in [
        ("BarPoolDown", vec!["bar/pool"]),
        ("bar_pool-down", vec!["bar/pool"]),
        ("Bar%20Pool%20Slow", vec!["bar/pool"]),
        ("kubepodcrashlooping", vec!["net/KubePodCrashLooping"]),
        ("DiskFull", vec!["one/disk_full", "two/disk-full"]),
        ("one/disk_full", vec!["one/disk_full"]),
        ("Nothing", vec![]),
    ] {
        let (status, found) = ann.get(&format!("/alerts/{name}"));
        assert_eq!((status, slugs(&found)), (200, expected), "{name}: {found}");
    }
    assert_eq!(ann.get("/alerts/BarPoolDown").1["runbooks"][0]["declared"], true);
    assert_eq!(ann.get("/alerts/DiskFull").1["runbooks"][0]["declared"], false);
}

#[test]
fn an_alert_may_have_any_name() {
    let server = Server::start();
    server.install("a", "---\nalerts: [\"100% full: /var.log?\", \"ü#1\"]\n---\n# A\n");
    let ann = server.person("ann");
    for name in ["100%25%20full%3A%20%2Fvar.log%3F", "100%25%20full:%20/var.log%3F", "%C3%BC%231"] {
        assert_eq!(slugs(&ann.get(&format!("/alerts/{name}")).1), ["a"], "{name}");
    }
}

#[test]
fn whoever_is_not_signed_in_learns_nothing_of_alerts() {
    let server = Server::start();
    assert_eq!(server.nobody().get("/alerts/BarPoolDown").0, 401);
}
