//! `lastmile serve`: puts the parts together, listens, and stops gracefully.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::catalog::Catalog;
use crate::clock::SystemClock;
use crate::config::{Config, Overrides};
use crate::feed::Feed;
use crate::http::{self, AppState};
use crate::people::People;
use crate::runs::{Parts, Runs};
use crate::store::{SearchIndex, Store};

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
    let listener = TcpListener::bind(config.listen).await.with_context(|| {
        format!("{} can't be listened on; is another server running there?", config.listen)
    })?;
    let address = listener.local_addr()?;
    let url = config.url.clone().unwrap_or_else(|| format!("http://{address}"));
    let store = Store::open(data).await?;
    let index = SearchIndex::open(data).await?;
    let catalog = Catalog::open(Arc::clone(&config), index.clone());
    let _watch = catalog
        .watch()
        .inspect_err(|error| tracing::warn!(%error, "changes will be seen every 30 s only"))
        .ok();
    let indexing = tokio::spawn(Arc::clone(&catalog).keep_index());
    let feed = Arc::new(Feed::default());
    let clock = Arc::new(SystemClock);
    let people = People::new(Arc::clone(&config), store.clone(), clock.clone());
    let runs = Runs::new(Parts {
        config: Arc::clone(&config),
        catalog: Arc::clone(&catalog),
        store: store.clone(),
        feed: Arc::clone(&feed),
        clock,
        url: url.clone(),
    })?;
    runs.recover().await?;
    let expiry = tokio::spawn({
        let runs = runs.clone();
        async move { runs.expire_forever().await }
    });
    let retention = tokio::spawn({
        let runs = runs.clone();
        async move { runs.retain_forever().await }
    });
    let router = http::router(AppState {
        config,
        catalog,
        runs,
        people,
        feed: Arc::clone(&feed),
        highlighter: Arc::default(),
        searches: http::Searches::default(),
    });
    // For people and for whatever started us: the one line on standard output.
    println!("Lastmile is ready at {url}");
    let stop = async move {
        stop_signal().await;
        tracing::info!("stopping; runs go on");
        // Streams never end by themselves, and a graceful stop would wait for them.
        feed.close();
    };
    http::serve(listener, router, stop).await;
    expiry.abort();
    retention.abort();
    indexing.abort();
    index.close().await;
    store.close().await;
    Ok(())
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
