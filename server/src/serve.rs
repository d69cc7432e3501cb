//! `lastmile serve`: puts the parts together, listens, and stops gracefully.

use std::any::Any;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;

use crate::audit::key::SigningKey;
use crate::audit::{Record, Sealer};
use crate::catalog::Catalog;
use crate::clock::{SharedClock, SystemClock};
use crate::config::{Config, Overrides};
use crate::exec;
use crate::feed::Feed;
use crate::http::{self, AppState, Route, Routes};
use crate::on_call::OnCall;
use crate::outbox::Postman;
use crate::people::{self, Directory, People};
use crate::policy_files::PolicyFiles;
use crate::runs::{self, Parts, Runs};
use crate::store::{SearchIndex, Store};
use crate::users;

/// How long another holder of the data folder is waited for.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);

/// Runs the server until TERM or INT.
///
/// # Errors
/// Says what keeps the server from starting.
pub async fn serve(config_file: Option<PathBuf>, overrides: Overrides) -> anyhow::Result<()> {
    use anyhow::Context as _;
    let config = Arc::new(Config::load(config_file.as_deref(), overrides)?);
    let data = &config.data;
    std::fs::create_dir_all(data)
        .with_context(|| format!("the data folder {} can't be made", data.display()))?;
    let _alone = lock(data)?;
    let problems = users::problems(&config);
    anyhow::ensure!(problems.is_empty(), "the config is refused: {}", problems.join("; "));
    users::make_way(&config).with_context(|| format!("modes in {} can't be changed", data.display()))?;
    let listener = TcpListener::bind(config.listen).await.with_context(|| {
        format!("{} can't be listened on; is another server running there?", config.listen)
    })?;
    let url = match &config.url {
        Some(url) => url.clone(),
        None => format!("http://{}", listener.local_addr()?),
    };
    let works = Works::begin(Arc::clone(&config), Arc::new(SystemClock), exec::OWN_PROGRAM, &url).await?;
    // For people and for whatever started us: the one line on standard output.
    println!("Lastmile is ready at {url}");
    works.serve(listener, stop_signal()).await;
    Ok(())
}

/// A server's parts, put together and at work.
pub struct Works {
    routes: Routes,
    feed: Arc<Feed>,
    store: Store,
    index: SearchIndex,
    tasks: Vec<JoinHandle<()>>,
    /// Folders are watched for as long as these are there.
    _watches: Vec<Box<dyn Any + Send>>,
}

impl Works {
    /// Takes over the data folder, which must be there and nobody else's. Links lead to `url`; `program` is the binary that
    /// each run is started with.
    ///
    /// # Errors
    /// Says what keeps the server from starting.
    pub async fn begin(
        config: Arc<Config>,
        clock: SharedClock,
        program: &str,
        url: &str,
    ) -> anyhow::Result<Self> {
        let directory = Directory::of(&config);
        let policies = PolicyFiles::open(Arc::clone(&config), directory.clone())?;
        runs::make_room(&config.data);
        let store = Store::open(&config.data).await?;
        people::read(&directory, &config, &store).await?;
        let index = SearchIndex::open(&config.data).await?;
        let catalog = Catalog::open(Arc::clone(&config), index.clone());
        let watches = [watch("the policies", policies.watch()), watch("the runbooks", catalog.watch())];
        let feed = Arc::new(Feed::default());
        let people =
            People::new(Arc::clone(&config), directory.clone(), store.clone(), Arc::clone(&clock), url)?;
        let sealer = sealer(&config, &store, &clock)?;
        let audit = Record::new(Arc::clone(&config), directory.clone(), store.clone(), Arc::clone(&clock));
        let on_call = OnCall::new(Arc::clone(&config));
        let runs = Runs::new(Parts {
            on_call: Arc::clone(&on_call),
            config: Arc::clone(&config),
            directory,
            catalog: Arc::clone(&catalog),
            policies,
            store: store.clone(),
            feed: Arc::clone(&feed),
            clock: Arc::clone(&clock),
            url: url.to_owned(),
            program: program.into(),
            points: None,
        })?;
        runs.recover().await?;
        let (expiring, retaining, compressing) = (runs.clone(), runs.clone(), runs.clone());
        let postman = Postman::new(Arc::clone(&config), store.clone(), Arc::clone(&clock));
        let mut tasks = vec![
            tokio::spawn(Arc::clone(&on_call).ask_forever()),
            tokio::spawn(postman.walk_forever()),
            tokio::spawn(Arc::clone(&catalog).keep_index()),
            tokio::spawn(people.clone().follow_forever()),
            tokio::spawn(async move { expiring.expire_forever().await }),
            tokio::spawn(async move { retaining.retain_forever().await }),
            tokio::spawn(async move { compressing.compress_forever().await }),
        ];
        tasks.extend(sealer.map(|sealer| tokio::spawn(sealer.seal_forever())));
        let state = AppState {
            posts: Arc::new(http::Posts::new(&config.auth.limits)),
            audit,
            config,
            catalog,
            runs,
            people,
            feed: Arc::clone(&feed),
            highlighter: Arc::default(),
            searches: http::Searches::default(),
            check_every: http::CHECK,
        };
        let routes = http::routes(&state);
        Ok(Self { routes, feed, store, index, tasks, _watches: watches.into_iter().flatten().collect() })
    }

    /// What a client can ask for.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        self.routes.list()
    }

    /// With routes changed before the server answers.
    #[must_use]
    pub fn with_routes(mut self, change: impl FnOnce(Routes) -> Routes) -> Self {
        self.routes = change(self.routes);
        self
    }

    /// Asks so often whether whoever reads a long answer still may; for tests.
    #[must_use]
    pub fn checking_every(mut self, period: Duration) -> Self {
        self.routes = self.routes.checking_every(period);
        self
    }

    /// Answers requests until `stop` comes, and ends gracefully.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        let feed = self.feed;
        let stop = async move {
            stop.await;
            tracing::info!("stopping; runs go on");
            // Streams never end by themselves, and a graceful stop would wait for them.
            feed.close();
        };
        http::serve(listener, http::router(self.routes), stop).await;
        self.tasks.iter().for_each(JoinHandle::abort);
        self.index.close().await;
        self.store.close().await;
    }
}

/// What makes checkpoints, if any are wanted. A key that is open to others stops the server also where none are: they were
/// or will be signed with it.
fn sealer(config: &Config, store: &Store, clock: &SharedClock) -> anyhow::Result<Option<Sealer>> {
    let path = &config.audit.key_file;
    let Some(seal) = config.audit.seal.clone() else {
        SigningKey::open(path)?;
        return Ok(None);
    };
    let (key, secret) = (SigningKey::open_or_make(path)?, config.notify.secret.clone());
    tracing::info!(key = %key.public(), "the audit record is sealed with this key");
    Ok(Some(Sealer::new(seal, key, secret, store.clone(), Arc::clone(clock))))
}

/// What watches a folder, to be kept. Without it changes are seen later.
fn watch<W: Any + Send, E: std::fmt::Display>(
    what: &str,
    watch: Result<W, E>,
) -> Option<Box<dyn Any + Send>> {
    let watch =
        watch.inspect_err(|error| tracing::warn!(%error, "changes of {what} will be seen every 30 s only"));
    watch.ok().map(|watch| Box::new(watch) as _)
}

/// Two servers on one data folder would follow every run twice.
fn lock(data: &std::path::Path) -> anyhow::Result<std::fs::File> {
    let path = data.join("lock");
    let file = std::fs::File::create(&path)?;
    let begun = Instant::now();
    // A server that was killed while it started a run leaves the lock to that child until the child's exec.
    while file.try_lock().is_err() {
        anyhow::ensure!(
            begun.elapsed() < LOCK_PATIENCE,
            "another server uses the data folder {}; stop it, or give another --data",
            data.display()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(file)
}

async fn stop_signal() {
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::error!("signals can't be listened to: end this server with KILL");
        return std::future::pending().await;
    };
    tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
}
