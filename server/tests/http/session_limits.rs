//! How long a session holds, and how much somebody may send in it.

use std::sync::Arc;

use serde_json::json;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::ahead::Ahead;
use crate::harness::{Person, Server, code, until};
use crate::still::serve;

const HOUR: i64 = 3_600_000;
const CONFIG: &str = "[people.ann]\n[people.bob]\n[targets.local]\nenvironment = \"qa\"\n";

/// A server inside the test, so that its clock can be set.
struct World {
    folder: TempDir,
    clock: Arc<Ahead>,
    url: String,
    /// The last to go: the server goes with it.
    runtime: Runtime,
}

impl World {
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        for place in ["data", "runbooks"] {
            std::fs::create_dir(folder.path().join(place)).unwrap();
        }
        std::fs::write(folder.path().join("config.toml"), CONFIG).unwrap();
        let (runtime, clock) = (Runtime::new().unwrap(), Arc::new(Ahead::default()));
        let url = serve(&runtime, folder.path(), Arc::clone(&clock));
        Self { folder, clock, url, runtime }
    }

    fn sign_in(&self, who: &str) -> Person {
        let nobody = Person { url: format!("{}/api/v1", self.url), cookie: None, bearer: None };
        let body = json!({"mode": "demo", "person": who}).to_string();
        let answer = nobody.send("POST", "/session", Some(&body), &[]);
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        Person { cookie: Some(cookie.split(';').next().unwrap().to_owned()), ..nobody }
    }

    /// When somebody's session was last used, as far as that is noted.
    fn seen(&self, who: &str) -> i64 {
        let file = self.folder.path().join("data/lastmile.sqlite");
        self.runtime.block_on(async {
            let mut record =
                SqliteConnectOptions::new().filename(file).read_only(true).connect().await.unwrap();
            let query = sqlx::query_scalar("SELECT seen_at FROM sessions WHERE person = ?");
            query.bind(who).fetch_one(&mut record).await.unwrap()
        })
    }
}

#[test]
fn a_session_ends_after_eight_hours_without_use_and_after_a_day_however_much_it_is_used() {
    let world = World::start();
    let (ann, bob) = (world.sign_in("ann"), world.sign_in("bob"));
    for hours in [7, 14, 21] {
        let before = world.seen("ann");
        world.clock.set(hours * HOUR);
        assert_eq!(ann.get("/runs").0, 200, "after {hours} h");
        // Nobody waits for a use to be noted, but for this test.
        until(|| (world.seen("ann") > before).then_some(()));
    }
    assert_eq!((bob.get("/runs").0, &bob.get("/session").1["ended"]), (401, &json!(true)), "it was not used");
    world.clock.set(24 * HOUR);
    assert_eq!((ann.get("/runs").0, &ann.get("/session").1["ended"]), (401, &json!(true)), "its day is over");
}

#[test]
fn who_posts_too_much_is_told_to_wait_and_nobody_else_is() {
    let server = Server::start_with("[auth.limits]\nposts = 5\n");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let body = json!({"runbook": "none", "action": "act"});
    let statuses = [(); 6].map(|()| ann.post("/runs/preview", &body).0);
    assert_eq!(statuses, [404, 404, 404, 404, 404, 429]);
    let refused = ann.send("POST", "/runs/preview", Some(&body.to_string()), &[]);
    assert!(refused.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() <= 12);
    assert_eq!((ann.get("/runs").0, bob.post("/runs/preview", &body).0), (200, 404));
    // All who share an address have ten times as much together: signing in counts there, too.
    let nobody = server.nobody();
    let statuses: Vec<_> = (0..50).map(|_| nobody.post("/runs/preview", &body)).collect();
    let (last, error) = statuses.last().unwrap();
    assert_eq!((statuses[0].0, *last, code(error)), (401, 429, "too_many"));
}
