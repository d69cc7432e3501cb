//! Runs with everything behind them, and people who act on them.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use lastmile::catalog::Catalog;
use lastmile::clock::Clock;
use lastmile::config::{Config, Overrides};
use lastmile::feed::Feed;
use lastmile::on_call::OnCall;
use lastmile::people::{Directory, InPerson, People};
use lastmile::policy_files::PolicyFiles;
use lastmile::runs::{Parts, Points, Refusal, Runs};
use lastmile::store::{SearchIndex, Store, StoredRun};
use lastmile_protocol::{
    Answer, AnswerRequest, Digest, Judgement, Millis, RunId, RunRequest, RunState, SignIn, Slug,
};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tempfile::TempDir;

pub(crate) const MINUTE: i64 = 60_000;
/// Nothing here takes longer, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Where the clock stands at first: a Tuesday in November 2026.
const BEGIN: i64 = 1_795_500_000_000;

const CONFIG: &str = r#"
policies = "policies"
[people.ann]
name = "Ann"
teams = ["ops"]
[people.bob]
name = "Bob"
teams = ["net"]
[people.cid]
name = "Cid"
teams = ["net", "sre"]
[people.dan]
name = "Dan"
teams = ["net", "sre"]
[teams.net]
[teams.sre]
[targets.guarded]
environment = "prod"
env = { COLOUR = "blue" }
grace = "1s"
"#;

/// A clock that is moved by hand.
#[derive(Debug)]
pub(crate) struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> Millis {
        Millis(self.0.load(Ordering::Relaxed))
    }
}

/// A folder with all that a server keeps.
pub(crate) struct House {
    pub(crate) folder: TempDir,
    pub(crate) clock: Arc<Hands>,
    keys: AtomicU64,
}

impl House {
    /// With one runbook `open` of this header, whose script says that it ran and waits until it may go on.
    pub(crate) fn new(gate: &str, header: &str) -> Self {
        let folder = TempDir::new().unwrap();
        for name in ["data", "runbooks", "policies"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        std::fs::write(folder.path().join("config.toml"), CONFIG).unwrap();
        let house =
            Self { folder, clock: Arc::new(Hands(AtomicI64::new(BEGIN))), keys: AtomicU64::default() };
        let (side, stop) = (house.side(), house.stop());
        let script = format!(
            "echo \"$LASTMILE_RUN_ID\" >> {side}; while [ -e {stop} ]; do sleep 0.02; done",
            side = side.display(),
            stop = stop.display()
        );
        let runbook = format!("# Open\n\n```sh\n#| action: Act\n#| target: guarded\n{header}{script}\n```\n");
        std::fs::write(house.folder.path().join("runbooks/open.md"), runbook).unwrap();
        house.write_policy(gate);
        house
    }

    /// One line for each start, with the run's id.
    fn side(&self) -> PathBuf {
        self.folder.path().join("side")
    }

    /// While it is there, scripts wait.
    pub(crate) fn stop(&self) -> PathBuf {
        self.folder.path().join("stop")
    }

    /// How often each run has started, as its script says.
    pub(crate) fn starts(&self) -> BTreeMap<String, usize> {
        let mut starts = BTreeMap::new();
        for run in std::fs::read_to_string(self.side()).unwrap_or_default().lines() {
            *starts.entry(run.to_owned()).or_default() += 1;
        }
        starts
    }

    /// Everybody may run it, and `gate` must agree: `2 net`.
    pub(crate) fn write_policy(&self, gate: &str) {
        let policy = format!(
            "@id(\"open\") permit (principal, action == Action::\"run\", resource);\n@id(\"gate\") @approve(\"{gate}\") @why(\"house rule\") permit (principal, action == Action::\"requireApproval\", resource);\n"
        );
        let folder = self.folder.path().join("policies");
        std::fs::write(folder.join("new"), policy).unwrap();
        std::fs::rename(folder.join("new"), folder.join("house.cedar")).unwrap();
    }

    pub(crate) fn pass(&self, millis: i64) {
        self.clock.0.fetch_add(millis, Ordering::Relaxed);
    }

    /// A connection to the record that nobody of the server knows of.
    pub(crate) async fn record(&self) -> SqliteConnection {
        let file = self.folder.path().join("data/lastmile.sqlite");
        SqliteConnectOptions::new().filename(file).busy_timeout(PATIENCE).connect().await.unwrap()
    }

    fn config(&self) -> Config {
        let at = |name: &str| Some(self.folder.path().join(name));
        let overrides = Overrides { data: at("data"), runbooks: at("runbooks"), ..Overrides::default() };
        Config::load(at("config.toml").as_deref(), overrides).unwrap()
    }
}

/// The parts of a server at work.
pub(crate) struct World {
    pub(crate) runs: Runs,
    pub(crate) store: Store,
    pub(crate) policies: Arc<PolicyFiles>,
    pub(crate) directory: Directory,
    feed: Arc<Feed>,
    people: People,
    catalog: Arc<Catalog>,
}

impl World {
    /// As a server takes over its folder.
    pub(crate) async fn open(house: &House, points: Option<Arc<dyn Points>>) -> Self {
        let config = Arc::new(house.config());
        let directory = Directory::of(&config);
        let policies = PolicyFiles::open(Arc::clone(&config), directory.clone()).unwrap();
        let store = Store::open(&config.data).await.unwrap();
        let catalog = Catalog::open(Arc::clone(&config), SearchIndex::open(&config.data).await.unwrap());
        let feed = Arc::new(Feed::default());
        let people = (Arc::clone(&config), directory.clone(), store.clone(), house.clock.clone());
        let people = People::new(people.0, people.1, people.2, people.3, "http://localhost").unwrap();
        let runs = Runs::new(Parts {
            on_call: OnCall::new(Arc::clone(&config)),
            config,
            directory: directory.clone(),
            catalog: Arc::clone(&catalog),
            policies: Arc::clone(&policies),
            store: store.clone(),
            feed: Arc::clone(&feed),
            clock: house.clock.clone(),
            url: "http://lastmile.test".to_owned(),
            program: Path::new(env!("CARGO_BIN_EXE_lastmile")).to_owned(),
            points,
        })
        .unwrap();
        runs.recover().await.unwrap();
        Self { runs, store, policies, directory, feed, people, catalog }
    }

    pub(crate) async fn person(&self, id: &str) -> InPerson {
        let sign_in = SignIn::Demo { person: id.into() };
        let signed_in = self.people.sign_in(&sign_in, None, Ipv4Addr::LOCALHOST.into()).await.unwrap();
        InPerson::of(signed_in.caller).unwrap()
    }

    /// What a press of the only button sends.
    pub(crate) fn press(&self, house: &House) -> RunRequest {
        let slug = Slug("open".to_owned());
        let entry = self.catalog.get(&slug).unwrap();
        let (action, action_digest) = entry.action_digests().next().unwrap();
        let key = house.keys.fetch_add(1, Ordering::Relaxed);
        RunRequest {
            runbook: slug,
            revision: entry.revision.clone(),
            action,
            action_digest,
            inputs: BTreeMap::new(),
            secrets: BTreeMap::new(),
            retype: None,
            reason: None,
            ticket: Some("T-1".to_owned()),
            incident: None,
            rerun_of: None,
            separate: true,
            break_glass: false,
            idempotency_key: format!("key-{key:08}"),
        }
    }

    pub(crate) async fn ask(&self, house: &House, who: &InPerson) -> RunId {
        self.runs.request(who, self.press(house)).await.unwrap().id
    }

    pub(crate) async fn stored(&self, run: &RunId) -> StoredRun {
        self.store.run(run).await.unwrap().unwrap()
    }

    pub(crate) async fn answer(
        &self,
        who: &InPerson,
        run: &RunId,
        digest: &Digest,
        answer: Answer,
    ) -> Result<(), Refusal> {
        let request = AnswerRequest {
            digest: digest.clone(),
            answer,
            judgement: Some(Judgement::Checked),
            comment: None,
            retries: None,
        };
        self.runs.answer(who, run, &request).await
    }

    pub(crate) async fn yes(&self, who: &InPerson, run: &RunId) -> Result<(), Refusal> {
        let digest = self.stored(run).await.digest;
        self.answer(who, run, &digest, Answer::Yes).await
    }

    pub(crate) async fn state(&self, run: &RunId) -> RunState {
        self.store.state(run).await.unwrap().unwrap()
    }

    /// Waits until the run is over: how it ended.
    pub(crate) async fn end_of(&self, run: &RunId) -> StoredRun {
        self.until(run, RunState::is_final).await
    }

    /// Waits for such a state. It listens first, and then looks: no change is missed.
    pub(crate) async fn until(&self, run: &RunId, is: impl Fn(RunState) -> bool) -> StoredRun {
        let wait = async {
            let mut changes = self.feed.changes();
            loop {
                let stored = self.stored(run).await;
                if is(stored.summary.state) {
                    return stored;
                }
                // Whoever fell behind looks again all the same.
                let _ = changes.recv().await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("the run comes that far")
    }
}

/// What the audit record says of a run, one text an entry.
pub(crate) async fn audit_of(record: &mut SqliteConnection, run: &RunId) -> Vec<String> {
    let entries: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT entry FROM audit WHERE instr(entry, ?) > 0 ORDER BY seq")
            .bind(run.as_str().as_bytes().to_vec())
            .fetch_all(record)
            .await
            .unwrap();
    entries.into_iter().map(|entry| String::from_utf8(entry).unwrap()).collect()
}
