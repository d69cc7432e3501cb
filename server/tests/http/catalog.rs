use serde_json::{Value, json};

use crate::harness::{Server, until};

fn slugs(catalog: &Value) -> Vec<&str> {
    catalog["runbooks"].as_array().unwrap().iter().map(|row| row["slug"].as_str().unwrap()).collect()
}

#[test]
fn a_file_that_is_no_text_is_listed_with_its_problem_and_hides_no_other() {
    let server = Server::start();
    std::fs::write(server.runbooks().join("broken.md"), b"\xff\xfe").unwrap();
    server.install("fine", "# Fine\n");
    let ann = server.person("ann");
    let catalog = until(|| {
        let (_, catalog) = ann.get("/runbooks");
        (slugs(&catalog).len() == 2).then_some(catalog)
    });
    assert!(catalog["runbooks"][0]["unreadable"].as_str().unwrap().contains("UTF-8"), "{catalog}");
}

#[test]
fn search_looks_at_title_tag_service_and_team_in_sub_folders_too() {
    let server = Server::start();
    server.install("net/deep/open", "---\ntitle: Open a port\ntags: [firewall]\nservice: edge\n---\n");
    server.install("other", "# Something else\n");
    let ann = server.person("ann");
    for query in ["q=open+port", "q=FIREWALL", "q=edge", "tag=firewall", "service=edge", "team=net", "q=net"]
    {
        let found = until(|| Some(ann.get(&format!("/runbooks?{query}")).1).filter(|it| it["indexing"] == 0));
        assert_eq!(slugs(&found), ["net/deep/open"], "{query}");
    }
    assert_eq!(slugs(&ann.get("/runbooks?q=nothing").1), [""; 0]);
}

#[test]
fn a_removed_file_is_gone_and_an_old_revision_that_ran_stays_readable() {
    let server = Server::start();
    server.install_action("page", "", "true");
    let ann = server.person("ann");
    let run = ann.press("page", "key-00000001");
    server.install_action("page", "", "false");
    let revision = run["revision"].as_str().unwrap();
    let (status, page) = ann.get(&format!("/runbooks/page?rev={revision}"));
    assert_eq!((status, &page["revision"]), (200, &json!(revision)));
    assert_ne!(page["current"], json!(revision));
    assert_eq!(ann.get(&format!("/runbooks/page?rev={}", "0".repeat(64))).0, 404);
    std::fs::remove_file(server.runbooks().join("page.md")).unwrap();
    until(|| (ann.get("/runbooks/page").0 == 404).then_some(()));
}

#[test]
fn links_out_of_the_folder_are_not_followed() {
    let server = Server::start();
    let outside = server.folder.path().join("outside.md");
    std::fs::write(&outside, "# Outside\n").unwrap();
    std::os::unix::fs::symlink(&outside, server.runbooks().join("link.md")).unwrap();
    server.install("fine", "# Fine\n");
    let ann = server.person("ann");
    assert_eq!(slugs(&ann.get("/runbooks").1), ["fine"]);
    for path in ["/runbooks/..%2Foutside", "/runbooks/link", "/runbooks/%2Fetc%2Fpasswd"] {
        assert_eq!(ann.get(path).0, 404, "{path}");
    }
}
