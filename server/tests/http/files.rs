use std::fs;
use std::os::unix::fs::symlink;

use crate::harness::{Person, Server, code};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nthe rest";
const SVG: &str = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";

fn header(person: &Person, path: &str, name: &str) -> String {
    let response = person.send("GET", path, None, &[]);
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

#[test]
fn pictures_come_as_such_under_a_policy_that_runs_nothing() {
    let server = Server::start();
    fs::create_dir(server.runbooks().join("img")).unwrap();
    fs::write(server.runbooks().join("img/a b.png"), PNG).unwrap();
    fs::write(server.runbooks().join("drawing.svg"), SVG).unwrap();
    fs::write(server.runbooks().join("lie.png"), SVG).unwrap();
    fs::write(server.runbooks().join("page.html"), "<script>alert(1)</script>").unwrap();
    let ann = server.person("ann");
    for (path, kind, disposition) in [
        ("/files/img/a%20b.png", "image/png", ""),
        ("/files/drawing.svg", "image/svg+xml", ""),
        ("/files/lie.png", "application/octet-stream", "attachment"),
        ("/files/page.html", "application/octet-stream", "attachment"),
    ] {
        assert_eq!(header(&ann, path, "content-type"), kind, "{path}");
        assert_eq!(header(&ann, path, "content-disposition"), disposition, "{path}");
        assert_eq!(header(&ann, path, "x-content-type-options"), "nosniff", "{path}");
        let policy = header(&ann, path, "content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'; sandbox"), "{policy}");
    }
}

#[test]
fn a_known_file_is_not_sent_again_and_nobody_gets_one_without_signing_in() {
    let server = Server::start();
    fs::write(server.runbooks().join("a.png"), PNG).unwrap();
    let ann = server.person("ann");
    let etag = header(&ann, "/files/a.png", "etag");
    let mut again = ann.send("GET", "/files/a.png", None, &[("if-none-match", &etag)]);
    assert_eq!((again.status().as_u16(), again.body_mut().read_to_string().unwrap().len()), (304, 0));
    let (status, error) = server.nobody().get("/files/a.png");
    assert_eq!((status, code(&error)), (401, "signed_out"));
}

#[test]
fn names_that_lead_elsewhere_are_refused_in_the_usual_way() {
    let server = Server::start();
    let root = server.runbooks();
    fs::write(server.folder.path().join("outside.png"), PNG).unwrap();
    fs::create_dir_all(root.join(".git")).unwrap();
    fs::write(root.join(".git/config"), "x").unwrap();
    fs::write(root.join(".hidden.png"), PNG).unwrap();
    fs::create_dir(root.join("folder")).unwrap();
    symlink("../outside.png", root.join("link.png")).unwrap();
    symlink("..", root.join("up")).unwrap();
    let mode = rustix::fs::Mode::RUSR;
    rustix::fs::mknodat(rustix::fs::CWD, root.join("pipe.png"), rustix::fs::FileType::Fifo, mode, 0).unwrap();
    let ann = server.person("ann");
    for path in [
        "..%2Foutside.png",
        "%2e%2e/outside.png",
        "%2e%2e%2foutside.png",
        "folder/..%2f..%2foutside.png",
        "..%5Coutside.png",
        "%2Fetc%2Fpasswd",
        "/etc/passwd",
        "link.png",
        "up/outside.png",
        ".git/config",
        ".hidden.png",
        "folder",
        "folder/",
        "pipe.png",
        "a%00.png",
        "%00",
        "%ff.png",
        "a%0Ab",
        "gone.png",
        "CON",
        "file:%2F%2F%2Fetc%2Fpasswd",
    ] {
        let (status, error) = ann.get(&format!("/files/{path}"));
        assert_eq!((status, code(&error)), (404, "not_found"), "{path}");
    }
    let long = "x".repeat(6_000);
    assert_eq!(ann.get(&format!("/files/{long}")).0, 404);
}

#[test]
fn a_file_that_is_too_large_is_told_so() {
    let server = Server::start();
    fs::File::create(server.runbooks().join("big.png")).unwrap().set_len(21 * 1024 * 1024).unwrap();
    let (status, error) = server.person("ann").get("/files/big.png");
    assert_eq!((status, code(&error)), (413, "too_large"));
}

#[test]
fn broken_links_and_missing_pictures_are_told_with_the_page() {
    let server = Server::start();
    fs::write(server.runbooks().join("a.png"), PNG).unwrap();
    server.install("dir/other", "# Other\n\n## Restart it\n");
    server.install(
        "page",
        "# Page\n\n## Here\n\n[1](#here) [2](#nowhere) [3](dir/other.md#restart-it) [4](dir/other.md#gone) [5](dir/gone.md)\n\
         [6](a.png) [7](gone.sh) [8](https://x.example/gone) [9](../page.md) [10](dir/other) [11](#top) [12](page.md#Here)\n\
         ![a](/a.png) ![b](gone.png) ![c](https://x.example/x.png)\n",
    );
    let (_, page) = server.person("ann").get("/runbooks/page");
    let mut broken: Vec<&str> =
        page["broken_links"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    broken.sort_unstable();
    assert_eq!(broken, ["#nowhere", "../page.md", "dir/gone.md", "dir/other.md#gone", "gone.png", "gone.sh"]);
}
