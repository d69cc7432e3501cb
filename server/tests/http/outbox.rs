//! What teams are told outside: by a real receiver and a mail server that stands in for the world.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use lastmile_runbook::digest::sha256_hex;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{Server, id};

/// A request as it arrived: headers in lower case, and the body.
pub(crate) struct Arrived {
    headers: Vec<String>,
    pub(crate) body: String,
}

impl Arrived {
    pub(crate) fn header(&self, name: &str) -> &str {
        let line = self.headers.iter().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_default()
    }
}

/// A receiver that answers each request with the next of these status lines, the last one for ever.
pub(crate) fn receiver(answers: &'static [&'static str]) -> (String, Receiver<Arrived>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook?token=t0ken", listener.local_addr().unwrap());
    let (told, tells) = channel();
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let arrived = read_request(stream.as_ref().unwrap());
            let answer = answers[number.min(answers.len() - 1)];
            write!(&stream.unwrap(), "HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                .unwrap();
            if told.send(arrived).is_err() {
                return;
            }
        }
    });
    (url, tells)
}

fn read_request(stream: &TcpStream) -> Arrived {
    let mut reader = BufReader::new(stream);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(": ").unwrap_or((&line, ""));
        headers.push(format!("{}: {value}", name.to_lowercase()));
    }
    let mut arrived = Arrived { headers, body: String::new() };
    let length = arrived.header("content-length").parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    arrived.body = String::from_utf8(body).unwrap();
    arrived
}

/// A mail server that takes everything: the text of each mail, with its envelope.
fn mail_server() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (told, tells) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            let (mut lines, mut out) = (BufReader::new(stream.try_clone().unwrap()).lines(), stream);
            let mut mail = String::new();
            let mut say = |text: &str| write!(out, "{text}\r\n").is_ok();
            say("220 double");
            while let Some(Ok(line)) = lines.next() {
                let verb = line.split(' ').next().unwrap_or_default().to_uppercase();
                match verb.as_str() {
                    "DATA" => {
                        say("354 go on");
                        let text = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".");
                        mail.push_str(&text.collect::<Vec<_>>().join("\n"));
                        say("250 taken");
                        told.send(std::mem::take(&mut mail)).unwrap();
                    }
                    "QUIT" => {
                        say("221 bye");
                    }
                    _ => {
                        mail.push_str(&format!("{line}\n"));
                        say("250 yes");
                    }
                }
            }
        }
    });
    (address, tells)
}

fn next<T>(tells: &Receiver<T>) -> T {
    tells.recv_timeout(Duration::from_secs(60)).expect("the letter comes")
}

/// The tests' server, whose team `net` is told in these ways.
fn server(keys: &str, ways: &str, more: &str) -> Server {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("secret"), "a secret of some length\n").unwrap();
    let tables = format!("[teams.net.notify]\n{ways}\n[notify]\nsecret_file = \"secret\"\n{more}\n");
    let server = Server::start_in(folder, &format!("{keys}\n{tables}"), &[]);
    server.install_action("open", "target: guarded", "true");
    server
}

#[test]
fn a_team_that_is_asked_gets_a_signed_webhook_that_holds_no_inputs() {
    let (url, letters) = receiver(&["204 No Content"]);
    let server = server("", &format!("webhook = \"{url}\""), "");
    server.install(
        "typed",
        "---\ninputs:\n  pool: {type: string, default: bluebluepool}\n---\n```sh\n#| action: Act\n#| target: guarded\necho \"$pool\"\n```\n",
    );
    let run = server.person("ann").press("typed", "key-00000001");
    let arrived = next(&letters);
    let letter: Value = serde_json::from_str(&arrived.body).unwrap();
    assert_eq!(
        (&letter["event"], &letter["team"], &letter["run"]),
        (&json!("asked"), &json!("net"), &json!(id(&run)))
    );
    assert!(letter["url"].as_str().unwrap().ends_with(&format!("/runs/{}", id(&run))));
    assert!(!arrived.body.contains("bluebluepool"), "{}", arrived.body);
    // HMAC by hand, as a receiver would.
    let signed = format!("{}.{}", arrived.header("x-lastmile-time"), arrived.body);
    let key: Vec<u8> =
        b"a secret of some length".iter().copied().chain(std::iter::repeat(0)).take(64).collect();
    let part = |pad: u8, message: &[u8]| {
        let block: Vec<u8> = key.iter().map(|byte| byte ^ pad).collect();
        sha256_hex(&[&block, message].concat())
    };
    let inner = part(0x36, signed.as_bytes());
    let inner: Vec<u8> =
        (0..32).map(|at| u8::from_str_radix(&inner[at * 2..at * 2 + 2], 16).unwrap()).collect();
    assert_eq!(arrived.header("x-lastmile-signature"), format!("sha256={}", part(0x5c, &inner)));
}

#[test]
fn a_review_that_is_overdue_is_told_to_the_team_that_reviews() {
    let (url, letters) = receiver(&["204 No Content"]);
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("policies")).unwrap();
    let policy = "permit (principal, action == Action::\"run\", resource);
        @review(\"noc\") permit (principal, action == Action::\"breakGlass\", resource);";
    std::fs::write(folder.path().join("policies/house.cedar"), policy).unwrap();
    let more = format!(
        "policies = \"policies\"\n[approval]\nreview = \"0s\"\n[people.nora]\nteams = [\"noc\"]\n[teams.noc.notify]\nwebhook = \"{url}\"\n"
    );
    let server = Server::start_in(folder, &more, &[]);
    server.install_action("open", "target: guarded", "true");
    let ann = server.person("ann");
    let mut request = ann.request("open", "key-00000001");
    (request["break_glass"], request["reason"]) = (json!(true), json!("it burns"));
    let (status, run) = ann.post("/runs", &request);
    assert_eq!(status, 201, "{run}");
    let letter = std::iter::from_fn(|| serde_json::from_str::<Value>(&next(&letters).body).ok())
        .find(|letter| letter["event"] == "review_overdue")
        .unwrap();
    assert_eq!((&letter["team"], &letter["run"]), (&json!("noc"), &json!(id(&run))));
    // Everybody sees it, whoever they are.
    assert_eq!(server.person("bob").get("/approvals").1["overdue"][0]["id"], run["summary"]["id"]);
}

#[test]
fn a_receiver_that_says_no_is_tried_again_and_no_run_waits_for_it() {
    let (url, letters) = receiver(&["500 Internal Server Error", "302 Found", "200 OK"]);
    let server = server("", &format!("webhook = \"{url}\""), "");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let run = ann.press("open", "key-00000001");
    assert_eq!(bob.answer(&run, "yes").0, 200);
    ann.until_state(&run, "succeeded");
    let bodies = [0, 1, 2].map(|_| next(&letters).body);
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
}

#[test]
fn letters_survive_a_server_that_is_killed_before_they_arrive() {
    let folder = TempDir::new().unwrap();
    // Nobody listens there yet.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let tables = format!("[teams.net.notify]\nwebhook = \"http://{address}/\"\n");
    let mut server = Server::start_in(folder, &tables, &[]);
    server.install_action("open", "target: guarded", "true");
    let run = server.person("ann").press("open", "key-00000001");
    server.kill();
    let listener = TcpListener::bind(address).unwrap();
    server.restart();
    let (stream, _) = listener.accept().unwrap();
    let arrived = read_request(&stream);
    write!(&stream, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
    assert!(arrived.body.contains(id(&run)), "{}", arrived.body);
}

#[test]
fn a_team_is_told_by_mail_and_what_people_typed_adds_no_header() {
    let (relay, mails) = mail_server();
    let smtp = format!("smtp = \"smtp://{relay}\"\nfrom = \"Lastmile <lastmile@example.com>\"");
    let server = server("", "email = [\"net@example.com\"]", &smtp);
    let ann = server.person("ann");
    let mut request = ann.request("open", "key-00000001");
    request["reason"] = json!("it burns\nBcc: everybody@example.com");
    assert_eq!(ann.post("/runs", &request).0, 201);
    let mail = next(&mails);
    assert!(
        mail.contains("RCPT TO:<net@example.com>") && mail.contains("FROM:<lastmile@example.com>"),
        "{mail}"
    );
    let (head, body) = mail.split_once("\n\n").unwrap();
    assert!(head.contains("Subject: Ann asks net: Act on guarded"), "{head}");
    assert!(!head.contains("everybody@example.com") && body.contains("/runs/"), "{mail}");
}

#[test]
fn a_config_whose_letters_could_never_be_sent_is_refused() {
    use lastmile::config::{Config, Overrides};
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("config.toml");
    for (text, says) in [
        ("[teams.a.notify]\nwebhook = \"example.com\"", "no http address"),
        ("[teams.a.notify]\nemail = [\"a@example.com\"]", "no smtp"),
        ("[notify]\nsmtp = \"smtp://x\"\n[teams.a.notify]\nemail = [\"a\"]", "without @"),
        ("[notify]\nsecret_file = \"gone\"", "gone"),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = Config::load(Some(&path), Overrides::default()).unwrap_err().to_string();
        assert!(error.contains(says), "{text}: {error}");
    }
}

#[test]
fn who_is_asked_is_reminded_and_then_the_second_team_is_told_which_may_still_not_answer() {
    let (url, letters) = receiver(&["200 OK"]);
    let ways = format!(
        "webhook = \"{url}\"\n[teams.ops]\nsecond = \"net\"\n[teams.ops.notify]\nwebhook = \"{url}\""
    );
    let more = "[approval]\nhand_on = \"2s\"\n[targets.ours]\nenvironment = \"prod\"\napprove = [\"ops\"]";
    let server = server("", &ways, more);
    server.install_action("ours", "target: ours", "true");
    let (bob, cid) = (server.person("bob"), server.person("cid"));
    let run = bob.press("ours", "key-00000001");
    let told = [0, 1, 2].map(|_| {
        let letter: Value = serde_json::from_str(&next(&letters).body).unwrap();
        format!("{} {}", letter["event"].as_str().unwrap(), letter["team"].as_str().unwrap())
    });
    assert_eq!(told, ["asked ops", "reminder ops", "handed_on net"]);
    assert_eq!(cid.get(&format!("/runs/{}", id(&run))).1["summary"]["handed_on"], json!(["net"]));
    assert_eq!(cid.answer(&run, "yes").0, 403);
    assert_eq!(server.person("ann").answer(&run, "yes").0, 200);
    bob.until_state(&run, "succeeded");
}

#[test]
fn several_runs_of_one_request_are_one_letter_to_each_team_and_one_reminder() {
    let (url, letters) = receiver(&["200 OK"]);
    let ways = format!("webhook = \"{url}\"\n[teams.ops.notify]\nwebhook = \"{url}\"");
    let more =
        "[approval]\nhand_on = \"3s\"\n[targets.both]\nenvironment = \"prod\"\napprove = [\"net\", \"ops\"]";
    let server = server("", &ways, more);
    server.install(
        "several",
        "---\ninputs:\n  where: {type: choice, options: [guarded, both, local]}\n---\n```sh\n#| action: Act\n#| target: $where\ntrue\n```\n",
    );
    let bob = server.person("bob");
    let mut request = bob.request("several", "key-00000001");
    let each = ["guarded", "both", "local"].map(|target| json!({"inputs": {"where": target}}));
    request["each"] = json!(each);
    let (status, batch) = bob.post("/requests", &request);
    assert_eq!(status, 201, "{batch}");
    let mut told = [0, 1, 2, 3].map(|_| {
        let letter: Value = serde_json::from_str(&next(&letters).body).unwrap();
        let url = letter["url"].as_str().unwrap();
        assert!(url.ends_with(&format!("/requests/{}", batch["id"].as_str().unwrap())), "{letter}");
        let runs = letter["runs"].as_array().unwrap().len();
        let text = |name: &str| letter[name].as_str().unwrap().to_owned();
        format!("{} {} {runs}: {} on {}", text("event"), text("team"), text("label"), text("target"))
    });
    told.sort();
    assert_eq!(
        told,
        [
            "asked net 2: Act (2 runs) on guarded, both",
            "asked ops 1: Act on both",
            "reminder net 2: Act (2 runs) on guarded, both",
            "reminder ops 1: Act on both",
        ]
    );
}
