use lastmile_runbook::digest::sha256_hex;

use crate::harness::{Server, code, id, until};

#[test]
fn windows_joined_are_the_log_byte_for_byte() {
    let server = Server::start();
    let side = server.folder.path().join("side");
    server.install_action("lines", "", &format!("seq 1 5000 | tee {}", side.display()));
    let ann = server.person("ann");
    let run = ann.until_state(&ann.press("lines", "key-00000001"), "succeeded");
    let (mut joined, mut first) = (String::new(), 0);
    loop {
        let (_, window) = ann.get(&format!("/runs/{}/log?first={first}&count=700", id(&run)));
        let lines = window["lines"].as_array().unwrap();
        if lines.is_empty() {
            assert_eq!(window["head"]["lines"], first);
            break;
        }
        for line in lines {
            joined.push_str(line["text"].as_str().unwrap());
            joined.push('\n');
        }
        first += lines.len();
    }
    assert_eq!(sha256_hex(joined.as_bytes()), sha256_hex(&std::fs::read(side).unwrap()));
}

#[test]
fn the_log_is_there_as_bytes_with_ranges_and_without_escapes() {
    let server = Server::start();
    server.install_action("colours", "", r"printf '\033[31mred\033[0m plain\n'");
    let ann = server.person("ann");
    let run = ann.until_state(&ann.press("colours", "key-00000001"), "succeeded");
    assert_eq!(ann.log(&run), "red plain\n");
    let path = format!("/runs/{}/log.txt?escapes=keep", id(&run));
    let mut response = ann.send("GET", &path, None, &[("range", "bytes=5-7")]);
    assert_eq!(response.status(), 206);
    assert_eq!(response.headers()["content-range"], "bytes 5-7/19");
    assert_eq!(response.body_mut().read_to_string().unwrap(), "red");
    let outside = ann.send("GET", &path, None, &[("range", "bytes=900-")]);
    assert_eq!(
        (outside.status().as_u16(), &outside.headers()["content-range"]),
        (416, &"bytes */19".parse().unwrap())
    );
    let mut response = ann.send("GET", &path, None, &[]);
    assert_eq!(response.headers()["content-length"], "19");
    assert_eq!(response.body_mut().read_to_string().unwrap(), "\x1b[31mred\x1b[0m plain\n");
}

#[test]
fn a_part_of_the_text_without_escapes_is_never_mixed_up_with_a_part_of_the_log() {
    let server = Server::start();
    server.install_action("colours", "", r"printf '\033[31mred\033[0m plain\n'");
    let ann = server.person("ann");
    let run = ann.until_state(&ann.press("colours", "key-00000001"), "succeeded");
    let path = format!("/runs/{}/log.txt", id(&run));
    let mut response = ann.send("GET", &path, None, &[("range", "bytes=5-7")]);
    assert_eq!(
        (response.status().as_u16(), &response.headers()["accept-ranges"]),
        (200, &"none".parse().unwrap())
    );
    assert_eq!(response.body_mut().read_to_string().unwrap(), "red plain\n");
}

#[test]
fn a_log_that_has_not_changed_is_not_sent_again() {
    let server = Server::start();
    let go = server.folder.path().join("go");
    let script = format!("echo one; while [ ! -e {} ]; do sleep 0.05; done; echo two", go.display());
    server.install_action("two", "", &script);
    let ann = server.person("ann");
    let run = ann.press("two", "key-00000001");
    until(|| (ann.log(&run) == "one\n").then_some(()));
    let path = format!("/runs/{}/log.txt?escapes=keep", id(&run));
    let first = ann.send("GET", &path, None, &[]);
    let etag = first.headers()["etag"].to_str().unwrap();
    assert_eq!(ann.send("GET", &path, None, &[("if-none-match", etag)]).status(), 304);
    let part = [("range", "bytes=0-2"), ("if-range", etag)];
    assert_eq!(ann.send("GET", &path, None, &part).status(), 206);
    std::fs::write(go, "").unwrap();
    ann.until_state(&run, "succeeded");
    assert_eq!(ann.send("GET", &path, None, &[("if-none-match", etag)]).status(), 200);
    // It has grown: a part of what was there before can't be had, so all of it comes.
    let mut whole = ann.send("GET", &path, None, &part);
    assert_eq!(whole.status(), 200);
    assert_eq!(whole.body_mut().read_to_string().unwrap(), "one\ntwo\n");
}

#[test]
fn a_head_request_says_what_a_get_would() {
    let server = Server::start();
    server.install_action("lines", "", "seq 1 100");
    let ann = server.person("ann");
    let run = ann.until_state(&ann.press("lines", "key-00000001"), "succeeded");
    let path = format!("/runs/{}/log.txt?escapes=keep", id(&run));
    let mut head = ann.send("HEAD", &path, None, &[]);
    let get = ann.send("GET", &path, None, &[]);
    for name in ["content-length", "etag", "accept-ranges", "content-type"] {
        assert_eq!(head.headers().get(name), get.headers().get(name), "{name}");
    }
    assert_eq!(head.body_mut().read_to_string().unwrap(), "");
}

#[test]
fn search_gives_the_numbers_of_matching_lines() {
    let server = Server::start();
    server.install_action("lines", "", "seq 1 3000");
    let ann = server.person("ann");
    let run = ann.until_state(&ann.press("lines", "key-00000001"), "succeeded");
    let (_, found) = ann.get(&format!("/runs/{}/log/search?q=2999", id(&run)));
    assert_eq!(found["lines"], serde_json::json!([2998]));
    assert_eq!((&found["count"], &found["searched"], &found["of"]), (&1.into(), &3000.into(), &3000.into()));
}

#[test]
fn search_takes_expressions_case_and_one_stream() {
    let server = Server::start();
    // What comes by two pipes at once has no order.
    let go = server.folder.path().join("go");
    let script =
        format!("echo 'Error 12'; while [ ! -e {} ]; do sleep 0.05; done; echo 'error 7' >&2", go.display());
    server.install_action("mixed", "", &script);
    let ann = server.person("ann");
    let run = ann.press("mixed", "key-00000001");
    until(|| (ann.log(&run) == "Error 12\n").then_some(()));
    std::fs::write(go, "").unwrap();
    let run = ann.until_state(&run, "succeeded");
    let lines = |query: &str| ann.get(&format!("/runs/{}/log/search?{query}", id(&run))).1["lines"].clone();
    assert_eq!(lines("q=ERROR"), serde_json::json!([0, 1]));
    assert_eq!(lines("q=error&case=1"), serde_json::json!([1]));
    assert_eq!(lines("q=error&stream=stderr"), serde_json::json!([1]));
    assert_eq!(lines("q=%5Eerror%20%5Cd%7B2%7D%24&regex=1"), serde_json::json!([0]));
    assert_eq!(lines("q=error.12"), serde_json::json!([]));
}

#[test]
fn an_expression_that_cannot_be_read_is_refused_with_the_place() {
    let server = Server::start();
    server.install_action("lines", "", "seq 1 3");
    let ann = server.person("ann");
    let run = ann.until_state(&ann.press("lines", "key-00000001"), "succeeded");
    let (status, refusal) = ann.get(&format!("/runs/{}/log/search?q=ab(c&regex=1", id(&run)));
    assert_eq!((status, code(&refusal)), (400, "bad_pattern"));
    assert_eq!(refusal["details"]["at"], 2);
    assert!(refusal["message"].as_str().unwrap().contains("at character 3: unclosed group"), "{refusal}");
}
