//! How fast output becomes an indexed log, beside `cat > file` and rows of SQLite.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection as _, QueryBuilder};

use crate::figures::millions;
use crate::server::{Server, took};

/// Rows that SQLite gets: enough for a rate, few enough to wait for.
const ROWS: u64 = 300_000;
const BATCH: u64 = 1_000;

struct Kind {
    name: &'static str,
    script: String,
    lines: u64,
    bytes: u64,
    row: usize,
}

pub(crate) fn bench() {
    let long = "x".repeat(199);
    let kinds = [
        Kind {
            name: "seq 1 10000000",
            script: "seq 1 10000000".into(),
            lines: 10_000_000,
            bytes: 78_888_897,
            row: 7,
        },
        Kind {
            name: "4 million lines of 200 bytes",
            script: format!("yes {long} | head -n 4000000"),
            lines: 4_000_000,
            bytes: 800_000_000,
            row: 199,
        },
        Kind {
            name: "yes, 50 million lines",
            script: "yes | head -n 50000000".into(),
            lines: 50_000_000,
            bytes: 100_000_000,
            row: 1,
        },
    ];
    for kind in kinds {
        let server = Server::start(&kind.script);
        // Three times in turn: the disk has moods.
        let ours = (0..3).map(|turn| log(&server, &kind, turn)).min().unwrap();
        let floor = (0..3).map(|_| cat(server.folder.path(), &kind)).min().unwrap();
        let (rows, row_took) = sqlite(server.folder.path(), &kind);
        let sqlite = millions(rows, row_took);
        println!("{}", kind.name);
        println!("  indexed log  {}", rate(&kind, ours));
        println!(
            "  cat > file   {}  (the log takes {:.2} times as long)",
            rate(&kind, floor),
            ours.as_secs_f64() / floor.as_secs_f64()
        );
        println!(
            "  SQLite rows  {sqlite:8.2} million lines/s, of {rows} (the log is {:.0} times as fast)",
            millions(kind.lines, ours) / sqlite
        );
    }
}

fn rate(kind: &Kind, took: Duration) -> String {
    format!("{:8.2} million lines/s  {:7.0} MB/s", millions(kind.lines, took), millions(kind.bytes, took))
}

fn log(server: &Server, kind: &Kind, turn: usize) -> Duration {
    let (id, exit) = server.run(turn);
    let stored = (exit["lines"].as_u64(), exit["bytes"].as_u64(), exit["durable"].as_bool());
    assert_eq!(stored, (Some(kind.lines), Some(kind.bytes), Some(true)), "the log is not what was written");
    let dir = server.dir(&id);
    assert_eq!(std::fs::metadata(dir.join("index")).unwrap().len(), kind.lines * 16);
    std::fs::remove_file(dir.join("log")).unwrap();
    std::fs::remove_file(dir.join("index")).unwrap();
    took(&exit)
}

/// The same script into a file through a pipe, synced as the log is.
fn cat(folder: &Path, kind: &Kind) -> Duration {
    let file = folder.join("cat");
    let began = Instant::now();
    let done = Command::new("sh")
        .arg("-c")
        .arg(format!("{} | cat >cat; sync cat", kind.script))
        .current_dir(folder)
        .status();
    let took = began.elapsed();
    assert!(done.unwrap().success());
    assert_eq!(std::fs::metadata(&file).unwrap().len(), kind.bytes);
    std::fs::remove_file(file).unwrap();
    took
}

/// One row a line, a thousand in a transaction, set up as the server's own record is.
fn sqlite(folder: &Path, kind: &Kind) -> (u64, Duration) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let rows = ROWS.min(kind.lines);
    let text = "x".repeat(kind.row);
    let took = runtime.block_on(async {
        let options = SqliteConnectOptions::new()
            .filename(folder.join("rows.sqlite"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let mut db = SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::query("CREATE TABLE lines (n INTEGER PRIMARY KEY, ms INTEGER, stream INTEGER, text TEXT)")
            .execute(&mut db)
            .await
            .unwrap();
        let began = Instant::now();
        for batch in 0..rows / BATCH {
            let mut insert = QueryBuilder::new("INSERT INTO lines (n, ms, stream, text) ");
            insert.push_values(0..BATCH, |mut row, n| {
                row.push_bind((batch * BATCH + n) as i64)
                    .push_bind(n as i64)
                    .push_bind(1_i64)
                    .push_bind(&text);
            });
            insert.build().execute(&mut db).await.unwrap();
        }
        let took = began.elapsed();
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM lines").fetch_one(&mut db).await.unwrap();
        assert_eq!(count as u64, rows);
        db.close().await.unwrap();
        took
    });
    std::fs::remove_file(folder.join("rows.sqlite")).unwrap();
    (rows, took)
}
