//! A server in this process, whose routes can be read and added to; people of every role; and things to ask for.

use std::sync::Arc;
use std::thread::JoinHandle;

use lastmile::clock::SystemClock;
use lastmile::config::{Config, Overrides};
use lastmile::http::{Route, Routes};
use lastmile::serve::Works;
use lastmile_protocol::TokenScope;
use serde_json::{Value, json};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::table::Kind;
use crate::harness::{Person, id};
use crate::tokens::by_hand;

const CONFIG: &str = r#"
policies = "open"
[auth.limits]
bad_tokens = 100000
[people.sid]
name = "Sid"
[people.ron]
name = "Ron"
teams = ["ops"]
[people.eve]
name = "Eve"
teams = ["ops"]
[people.ava]
name = "Ava"
teams = ["net"]
[people.cid]
name = "Cid"
teams = ["net"]
[teams.net]
owns = ["net/"]
[audit]
may_read = ["net"]
[targets.guarded]
environment = "prod"
approve = ["net"]
[targets.theirs]
environment = "prod"
may_run = ["net"]
"#;

/// Everybody signed in may ask; that targets decide is what the table shows.
const POLICY: &str = "@id(\"all\") permit (principal, action == Action::\"run\", resource);\n";

/// Somebody of each role, in the order of the table's columns; `None` is nobody.
pub(super) const ROLES: [Option<&str>; 4] = [None, Some("sid"), Some("ron"), Some("ava")];

/// A program with a token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Program {
    /// In whose name: one of [`ROLES`].
    pub(super) owner: &'static str,
    pub(super) service: Option<&'static str>,
    pub(super) scope: TokenScope,
    pub(super) end: Option<End>,
}

/// Why a token is no good.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum End {
    Expired,
    Revoked,
}

const fn program(owner: &'static str, scope: TokenScope) -> Program {
    Program { owner, service: None, scope, end: None }
}

/// Tokens of both scopes and both teams, one of a service, and two that are over.
pub(super) const PROGRAMS: [Program; 7] = [
    program("ron", TokenScope::Read),
    program("ron", TokenScope::Run),
    program("ava", TokenScope::Read),
    program("ava", TokenScope::Run),
    Program { service: Some("deploys"), ..program("ron", TokenScope::Run) },
    Program { end: Some(End::Expired), ..program("ron", TokenScope::Run) },
    Program { end: Some(End::Revoked), ..program("ron", TokenScope::Run) },
];

/// Whose a thing is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Whose {
    Own,
    Foreign,
    Missing,
}

/// What a request names.
#[derive(Clone, Debug, Default)]
pub(super) struct Thing {
    pub(super) name: String,
    /// Of a run.
    pub(super) digest: String,
    /// Of a runbook: what a press of its action would send.
    pub(super) request: Value,
}

pub(super) struct World {
    url: String,
    pub(super) routes: Vec<Route>,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
    /// Taken away with the server.
    pub(super) folder: TempDir,
}

impl World {
    /// `change` may add routes before the server answers.
    pub(super) fn start(change: impl FnOnce(Routes) -> Routes + Send + 'static) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().to_owned();
        for (file, text) in [
            ("config.toml", CONFIG.to_owned()),
            ("open/all.cedar", POLICY.to_owned()),
            ("runbooks/open.md", runbook("guarded")),
            ("runbooks/net/shut.md", runbook("theirs")),
            ("runbooks/note.txt", "note".to_owned()),
            ("runbooks/net/note.txt", "note".to_owned()),
        ] {
            std::fs::create_dir_all(path.join(file).parent().unwrap()).unwrap();
            std::fs::write(path.join(file), text).unwrap();
        }
        std::fs::create_dir(path.join("data")).unwrap();
        let (ready, is_ready) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let over = Overrides {
                    data: Some(path.join("data")),
                    runbooks: Some(path.join("runbooks")),
                    ..Overrides::default()
                };
                let config = Arc::new(Config::load(Some(&path.join("config.toml")), over).unwrap());
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let url = format!("http://{}", listener.local_addr().unwrap());
                let program = env!("CARGO_BIN_EXE_lastmile");
                let works = Works::begin(config, Arc::new(SystemClock), program, &url).await.unwrap();
                let works = works.with_routes(change);
                ready.send((url, works.routes().to_vec())).unwrap();
                works.serve(listener, async { drop(stopped.await) }).await;
            });
        });
        let (url, routes) = is_ready.recv().unwrap();
        Self { url, routes, stop: Some(stop), server: Some(server), folder }
    }

    /// Somebody, whose paths begin at the server's root.
    pub(super) fn person(&self, who: Option<&str>) -> Person {
        let nobody = Person { url: self.url.clone(), cookie: None, bearer: None };
        let Some(who) = who else { return nobody };
        let body = json!({"mode": "demo", "person": who}).to_string();
        let response = nobody.send("POST", "/api/v1/session", Some(&body), &[]);
        let cookie = response.headers().get("set-cookie").unwrap().to_str().unwrap();
        Person { cookie: Some(cookie.split(';').next().unwrap().to_owned()), ..nobody }
    }

    /// A thing of that kind: `who`'s, another's, or one that is not there.
    pub(super) fn thing(&self, kind: Kind, whose: Whose, who: Option<&str>) -> Thing {
        let name = match (kind, whose) {
            (Kind::Alone, _) => return Thing::default(),
            (Kind::Run, Whose::Own | Whose::Foreign) => return self.run(whose, who),
            (Kind::Batch, _) => return self.batch(whose, who),
            (Kind::Token, Whose::Own | Whose::Foreign) => return self.token(whose, who),
            (Kind::Runbook, Whose::Own) => "open",
            (Kind::Runbook, Whose::Foreign) => "net/shut",
            (Kind::File, Whose::Own) => "note.txt",
            (Kind::File, Whose::Foreign) => "net/note.txt",
            (_, Whose::Missing) => "nope",
        };
        let request = if kind == Kind::Runbook { self.request(name) } else { Value::Null };
        Thing { name: name.to_owned(), digest: "d".repeat(64), request }
    }

    /// A run that waits for `net`. Nobody has one: for them it is eve's too.
    fn run(&self, whose: Whose, who: Option<&str>) -> Thing {
        let by = who.filter(|_| whose == Whose::Own).unwrap_or("eve");
        let (status, run) = self.person(Some(by)).post("/api/v1/runs", &self.request("open"));
        assert_eq!(status, 201, "{run}");
        let digest = run["digest"].as_str().unwrap().to_owned();
        Thing { name: id(&run).to_owned(), digest, request: Value::Null }
    }

    /// A request of two runs, and a yes to both.
    fn batch(&self, whose: Whose, who: Option<&str>) -> Thing {
        let yes = |run: &str, digest: &str| json!({"run": run, "digest": digest, "answer": "yes", "judgement": "checked"});
        if whose == Whose::Missing {
            let request = json!({"answers": [yes("nope", &"d".repeat(64))]});
            return Thing { name: "nope".to_owned(), digest: "d".repeat(64), request };
        }
        let by = who.filter(|_| whose == Whose::Own).unwrap_or("eve");
        let mut request = self.request("open");
        let key = request["idempotency_key"].as_str().unwrap().to_owned();
        request["each"] = json!([{}, {"inputs": {"nth": format!("{key}-2")}}]);
        let (status, batch) = self.person(Some(by)).post("/api/v1/requests", &request);
        assert_eq!(status, 201, "{batch}");
        let answers: Vec<_> = batch["members"]
            .as_array()
            .unwrap()
            .iter()
            .map(|member| yes(member["run"]["id"].as_str().unwrap(), member["digest"].as_str().unwrap()))
            .collect();
        let name = batch["id"].as_str().unwrap().to_owned();
        Thing { name, digest: String::new(), request: json!({"answers": answers}) }
    }

    /// A token. Nobody has one: for them it is eve's too.
    fn token(&self, whose: Whose, who: Option<&str>) -> Thing {
        let by = who.filter(|_| whose == Whose::Own).unwrap_or("eve");
        let (status, made) =
            self.person(Some(by)).post("/api/v1/tokens", &json!({"name": "it", "scope": "read"}));
        assert_eq!(status, 201, "{made}");
        Thing { name: made["token"]["id"].as_str().unwrap().to_owned(), ..Thing::default() }
    }

    /// A program that acts in somebody's name.
    pub(super) fn program(&self, kind: &Program) -> Person {
        let owner = self.person(Some(kind.owner));
        let asked = json!({"name": "matrix", "service": kind.service, "scope": kind.scope});
        let (status, made) = owner.post("/api/v1/tokens", &asked);
        assert_eq!(status, 201, "{made}");
        let id = &made["token"]["id"];
        match kind.end {
            Some(End::Expired) => {
                by_hand(
                    self.folder.path(),
                    format!("UPDATE tokens SET expires_at = made_at WHERE id = '{}'", id.as_str().unwrap()),
                );
            }
            Some(End::Revoked) => {
                let path = format!("/api/v1/tokens/{}", id.as_str().unwrap());
                assert_eq!(owner.send("DELETE", &path, None, &[]).status(), 204);
            }
            None => {}
        }
        // A session beside it must change nothing.
        Person { bearer: Some(made["secret"].as_str().unwrap().to_owned()), ..owner }
    }

    /// All that is recorded beside the audit record, but for texts of runbooks, which say nothing of anybody.
    pub(super) fn recorded(&self) -> Vec<String> {
        let columns = "SELECT m.name, group_concat('quote(' || c.name || ')', ' || '','' || ')
             FROM sqlite_master m JOIN pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE 'audit%' AND m.name NOT LIKE 'sqlite%' AND m.name <> 'revisions'
             GROUP BY m.name ORDER BY m.name";
        self.read(async |record| {
            let tables: Vec<(String, String)> =
                sqlx::query_as(columns).fetch_all(&mut *record).await.unwrap();
            let mut all = Vec::new();
            for (table, columns) in tables {
                let rows =
                    sqlx::AssertSqlSafe(format!("SELECT '{table} ' || {columns} FROM {table} ORDER BY 1"));
                all.extend(sqlx::query_scalar::<_, String>(rows).fetch_all(&mut *record).await.unwrap());
            }
            all
        })
    }

    /// What the audit record says that somebody did, oldest first.
    pub(super) fn noted_of(&self, who: &str) -> Vec<String> {
        let sql = "SELECT json_extract(entry, '$.did') FROM audit WHERE json_extract(entry, '$.by') = ? ORDER BY seq";
        self.read(async |record| sqlx::query_scalar(sql).bind(who).fetch_all(record).await.unwrap())
    }

    fn read<T>(&self, look: impl AsyncFnOnce(&mut SqliteConnection) -> T) -> T {
        let file = self.folder.path().join("data/lastmile.sqlite");
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let options = SqliteConnectOptions::new().filename(file).read_only(true);
            let mut record = options.connect().await.unwrap();
            look(&mut record).await
        })
    }

    /// A request of a runbook's action, each time with another key.
    fn request(&self, slug: &str) -> Value {
        let (_, page) = self.person(Some("eve")).get(&format!("/api/v1/runbooks/{slug}"));
        let key = format!("key-{}", number());
        json!({
            "runbook": slug, "action": "act", "inputs": {"nth": &key}, "idempotency_key": &key,
            "revision": page["revision"].as_str().unwrap_or("none"),
            "action_digest": page["current_actions"][0][1].as_str().unwrap_or("none"),
        })
    }
}

impl Drop for World {
    fn drop(&mut self) {
        drop(self.stop.take());
        let ended = self.server.take().unwrap().join();
        assert!(std::thread::panicking() || ended.is_ok(), "the server ended badly");
    }
}

fn runbook(target: &str) -> String {
    // The input makes each request another one: the same asked for twice is refused.
    let inputs = "---\ninputs:\n  nth: {type: string, default: none}\n---\n";
    let step = "- [ ] Tell them <!-- step: {name: tell} -->\n\n";
    format!("{inputs}{step}```sh\n#| action: Act\n#| target: {target}\necho \"$nth\"\n```\n")
}

fn number() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{:08}", NEXT.fetch_add(1, Ordering::Relaxed))
}
