use lastmile_runbook::digest::sha256_hex;

use crate::harness::{Server, id};

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
    let path = format!("/runs/{}/log.txt", id(&run));
    let mut response = ann.send("GET", &path, None, &[("range", "bytes=5-7")]);
    assert_eq!(response.status(), 206);
    assert_eq!(response.body_mut().read_to_string().unwrap(), "red");
    assert_eq!(ann.send("GET", &path, None, &[("range", "bytes=900-")]).status(), 416);
    let mut response = ann.send("GET", &format!("{path}?escapes=keep"), None, &[]);
    assert_eq!(response.body_mut().read_to_string().unwrap(), "\x1b[31mred\x1b[0m plain\n");
}

#[test]
fn search_gives_the_numbers_of_matching_lines() {
    let server = Server::start();
    server.install_action("lines", "", "seq 1 3000");
    let ann = server.person("ann");
    let run = ann.until_state(&ann.press("lines", "key-00000001"), "succeeded");
    let (_, found) = ann.get(&format!("/runs/{}/log/search?q=2999", id(&run)));
    assert_eq!(found["lines"], serde_json::json!([2998]));
}
