//! Finding runbooks: text, names, slips, filters, excerpts, and what must never break it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::harness::{Person, Server, until};

fn slugs(catalog: &Value) -> Vec<&str> {
    catalog["runbooks"].as_array().unwrap().iter().map(|row| row["slug"].as_str().unwrap()).collect()
}

/// Percent-encoded for a query.
fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        write!(out, "%{byte:02X}").unwrap();
        out
    })
}

/// The answer to a search once all runbooks are indexed.
fn search(person: &Person, typed: &str) -> Value {
    until(|| {
        let (status, catalog) = person.get(&format!("/runbooks?q={}", escaped(typed)));
        assert_eq!(status, 200, "{typed:?}: {catalog}");
        (catalog["indexing"] == 0).then_some(catalog)
    })
}

/// What is marked, in brackets.
fn shown(pieces: &Value) -> String {
    let piece = |piece: &Value| {
        let text = piece["text"].as_str().unwrap();
        if piece["hit"] == true { format!("[{text}]") } else { text.to_owned() }
    };
    pieces.as_array().unwrap().iter().map(piece).collect()
}

#[test]
fn a_word_in_the_title_ranks_before_one_in_a_heading_before_one_in_the_text() {
    let server = Server::start();
    let filler = "Something else is said here. ".repeat(20);
    server.install("text", &format!("# One\n\n{filler}\n\nThe flux, the flux, the flux.\n"));
    server.install("code", &format!("# Four\n\n{filler}\n\n```sh\nflux get all\n```\n"));
    server.install("heading", &format!("# Two\n\n## Look at flux\n\n{filler}\n"));
    server.install("tag", &format!("---\ntags: [flux]\n---\n# Five\n\n{filler}\n"));
    server.install("title", &format!("# Flux is stuck\n\n{filler}\n"));
    let ann = server.person("ann");
    let found = search(&ann, "flux");
    let mut expected = vec!["title", "tag", "heading"];
    assert_eq!(slugs(&found)[..3], expected, "{found}");
    expected.extend(["code", "text"]);
    let mut all = slugs(&found);
    all[3..].sort_unstable();
    assert_eq!(all, expected);
}

#[test]
fn an_alert_a_slug_or_a_title_that_is_typed_in_full_comes_first() {
    let server = Server::start();
    server.install("net/open-port", "---\nalerts: [KubePodCrashLooping]\n---\n# Quiet\n");
    server.install("kube", "# KubePodCrashLooping KubePodCrashLooping open port\n\n## KubePodCrashLooping\n");
    let ann = server.person("ann");
    for typed in
        ["KubePodCrashLooping", "kubepodcrashlooping", "kube_pod_crash_looping", "net/open-port", "open-port"]
    {
        assert_eq!(slugs(&search(&ann, typed))[0], "net/open-port", "{typed}");
    }
}

#[test]
fn names_are_found_by_their_parts_and_however_they_are_joined() {
    let server = Server::start();
    server.install("a", "---\nalerts: [KubePodCrashLooping]\n---\n# First\n\nSee `kube_pod_info` and ha-proxy at lb.example.org.\n");
    server.install("b", "# Second\n\nNothing.\n");
    let ann = server.person("ann");
    for typed in [
        "crash",
        "pod crash",
        "crashloop",
        "KubePod",
        "kubepodcrash",
        "kube-pod-info",
        "pod_info",
        "haproxy",
        "ha-proxy",
        "HAProxy",
        "proxy",
        "example",
        "lb.example.org",
        "exampl",
        "CRASHING",
    ] {
        assert_eq!(slugs(&search(&ann, typed)), ["a"], "{typed}");
    }
}

#[test]
fn slips_in_names_are_forgiven_and_marked() {
    let server = Server::start();
    server.install(
        "ledger/failover",
        "---\nservice: postgres\ntags: [replication]\n---\n# Failover of the ledger\n",
    );
    server.install("other", "# Something else\n");
    let ann = server.person("ann");
    for typed in ["ledgre", "faliover", "postgers", "replicaton", "ldger failover", "postg ledgr"] {
        assert_eq!(slugs(&search(&ann, typed)), ["ledger/failover"], "{typed}");
    }
    let found = search(&ann, "faliover");
    assert_eq!(shown(&found["runbooks"][0]["hit"]["title"]), "[Failover] of the ledger");
}

#[test]
fn where_no_runbook_has_all_words_those_with_some_are_offered_and_that_is_said() {
    let server = Server::start();
    server.install("a", "# Disk full\n");
    server.install("b", "# Memory\n\nThe disk is fine.\n");
    let ann = server.person("ann");
    let found = search(&ann, "disk blimey");
    assert_eq!((slugs(&found), &found["loosened"]), (vec!["a", "b"], &json!(true)));
    let found = search(&ann, "disk full");
    assert_eq!((slugs(&found), &found["loosened"]), (vec!["a"], &json!(false)));
}

#[test]
fn an_excerpt_quotes_the_section_and_names_its_anchor() {
    let server = Server::start();
    server.install("a", "# A\n\nAbove.\n\n## Bring it back\n\nDrain the <pod> & wait for the \"evictor\".\n\n```sh\nkubectl drain node\n```\n");
    let ann = server.person("ann");
    let section = &search(&ann, "evictor")["runbooks"][0]["hit"]["section"];
    assert_eq!((section["anchor"].as_str(), section["code"].as_bool()), (Some("bring-it-back"), Some(false)));
    assert_eq!(shown(&section["excerpt"]), "Drain the <pod> & wait for the \"[evictor]\".");
    let section = &search(&ann, "kubectl")["runbooks"][0]["hit"]["section"];
    assert_eq!(
        (shown(&section["excerpt"]).as_str(), &section["code"]),
        ("[kubectl] drain node", &json!(true))
    );
}

#[test]
fn nothing_that_is_typed_breaks_the_search() {
    let server = Server::start();
    server.install("a", "# A \"quoted\" NEAR miss: 🔥 *\n");
    let ann = server.person("ann");
    search(&ann, "quoted");
    let corpus =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpora/naughty-strings.json"))
            .unwrap_or_default();
    let naughty: Vec<String> = serde_json::from_slice(&corpus).unwrap_or_default();
    let own = [
        "\"",
        "*",
        "NEAR(",
        "NEAR(a b, 2)",
        "-",
        ":",
        "^a",
        "a OR",
        "AND",
        "{title} : x",
        "title:x",
        "🔥",
        "\0",
        "' --",
        "%",
        "\u{202e}",
        " ",
        "İ",
    ];
    for typed in own.iter().map(|it| (*it).to_owned()).chain(naughty) {
        let cut: String = typed.chars().take(500).collect();
        let (status, answer) = ann.get(&format!("/runbooks?q={}", escaped(&cut)));
        assert_eq!(status, 200, "{typed:?}: {answer}");
    }
    // The longest that fits into a request.
    let (status, _) = ann.get(&format!("/runbooks?q={}", "x+".repeat(3_000)));
    assert_eq!(status, 200);
    assert_eq!(slugs(&search(&ann, "🔥")), ["a"]);
}

#[test]
fn filters_combine_and_each_counts_what_it_would_leave() {
    let server = Server::start();
    let action = "```sh\n#| action: Act\ntrue\n```\n";
    server.install("net/one", &format!("---\ntitle: One\nservice: edge\ntags: [dns, port]\nlast_reviewed_on: 2020-01-01\nreview_in: 6 months\n---\n{action}"));
    server.install("net/two", "---\ntitle: Two\nservice: edge\ntags: [dns]\nlast_reviewed_on: 9999-01-01\nreview_in: 6 months\n---\n");
    server.install("three", &format!("---\ntitle: Three\nservice: core\ntags: [port]\n---\n{action}"));
    let ann = server.person("ann");
    for (filters, expected) in [
        ("", vec!["net/one", "three", "net/two"]),
        ("actions=1", vec!["net/one", "three"]),
        ("overdue=1", vec!["net/one"]),
        ("tag=dns&actions=true", vec!["net/one"]),
        ("team=net&service=edge&tag=dns", vec!["net/one", "net/two"]),
        ("service=core&overdue=1", vec![]),
        ("actions=0&overdue=", vec!["net/one", "three", "net/two"]),
    ] {
        let (status, found) = ann.get(&format!("/runbooks?{filters}"));
        assert_eq!((status, slugs(&found)), (200, expected), "{filters}");
    }
    let (_, found) = ann.get("/runbooks?tag=dns");
    assert_eq!(found["matching"], 2);
    assert_eq!(found["facets"]["tags"], json!([{"value": "dns", "count": 2}, {"value": "port", "count": 2}]));
    assert_eq!(found["facets"]["services"], json!([{"value": "edge", "count": 2}]));
    assert_eq!((&found["facets"]["actions"], &found["facets"]["overdue"]), (&json!(1), &json!(1)));
    assert_eq!(found["runbooks"][0]["overdue"], true);
}

#[test]
fn the_list_comes_in_windows() {
    let server = Server::start();
    for number in 0..5 {
        server.install(&format!("book-{number}"), &format!("# Book {number}\n"));
    }
    let ann = server.person("ann");
    let (_, found) = ann.get("/runbooks?first=3&count=1");
    assert_eq!((slugs(&found), &found["matching"], &found["total"]), (vec!["book-3"], &json!(5), &json!(5)));
    assert_eq!(slugs(&ann.get("/runbooks?first=9").1), [""; 0]);
}

#[test]
fn the_index_follows_the_folder_and_outlives_a_restart() {
    let mut server = Server::start();
    server.install("a", "# A\n\nfirstword\n");
    let ann = server.person("ann");
    assert_eq!(slugs(&search(&ann, "firstword")), ["a"]);
    server.install("a", "# A\n\nsecondword\n");
    assert_eq!(slugs(&search(&ann, "secondword")), ["a"]);
    assert_eq!(slugs(&search(&ann, "firstword")), [""; 0]);
    assert!(server.stop());
    std::fs::remove_file(server.runbooks().join("a.md")).unwrap();
    std::fs::write(server.runbooks().join("b.md"), "# B\n\nthirdword\n").unwrap();
    server.restart();
    let ann = server.person("ann");
    assert_eq!(slugs(&search(&ann, "thirdword")), ["b"]);
    assert_eq!(slugs(&search(&ann, "secondword")), [""; 0]);
}
