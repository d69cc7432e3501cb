//! How fast a long record is read. The figures are printed; `LASTMILE_TEST_ENTRIES=1000000` tries the promised length.

use std::time::{Duration, Instant};

use lastmile::audit::Deed;
use lastmile::store::{AuditColumn, Store};
use lastmile_protocol::{AuditFilter, Millis};
use sqlx::SqlitePool;
use tempfile::TempDir;

/// Entries in every run of the tests.
const ENTRIES: i64 = 100_000;
/// What a page may take in an unoptimised build on a busy machine. Counting rows up to it would take seconds at a million.
const PROMISE: Duration = Duration::from_millis(500);
/// Milliseconds between two entries.
const STEP: i64 = 1_000;

/// A record whose rows are found like real ones; its hashes are nothing, for nobody verifies it here.
async fn record(entries: i64) -> (TempDir, Store) {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let path = folder.path().join("lastmile.sqlite");
    let hand = SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    // ann does nearly everything on prod, bob every thousandth thing, and cid did one thing long ago.
    let statement = format!(
        "BEGIN;
         INSERT INTO audit_index (seq, at, person, did, run, runbook, action, target)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {entries})
         SELECT i, i * {STEP}, CASE WHEN i = 10 THEN 'cid' WHEN i % 1000 = 0 THEN 'bob' ELSE 'ann' END,
                CASE i % 3 WHEN 0 THEN 'run.requested' WHEN 1 THEN 'run.queued' ELSE 'run.succeeded' END,
                'run-' || (i / 3), 'bar/pool', 'restart', CASE WHEN i % 500 = 1 THEN 'qa' ELSE 'prod' END
         FROM n;
         INSERT INTO audit (seq, entry, hash)
         SELECT seq, CAST(json_object('seq', seq, 'at', at, 'by', person, 'did', did, 'run', run, 'detail', json('{{}}')) AS BLOB), '0'
         FROM audit_index;
         INSERT INTO audit_hours SELECT at / 3600000, min(seq), max(seq) FROM audit_index GROUP BY at / 3600000;
         COMMIT;"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&hand).await.unwrap();
    hand.close().await;
    (folder, store)
}

async fn page(store: &Store, filter: &AuditFilter) -> Vec<u64> {
    let within = store.audit_bounds(filter).await.unwrap();
    let found = store.audit_entries(filter, within, 51, true).await.unwrap();
    found.entries.iter().map(|entry| entry.link.seq.unsigned_abs()).collect()
}

#[tokio::test]
async fn a_page_takes_the_same_moment_wherever_it_is_in_a_long_record() {
    let entries = std::env::var("LASTMILE_TEST_ENTRIES").map_or(ENTRIES, |text| text.parse().unwrap());
    let (_folder, store) = record(entries).await;
    let newest = entries.unsigned_abs();
    let middle = newest / 2;
    let hour = |from: i64| (Some(Millis(from)), Some(Millis(from + 3_600_000)));
    let (since, until) = hour(entries * STEP / 4);
    let person = |name: &str| AuditFilter { person: Some(name.into()), ..AuditFilter::default() };
    let target = |name: &str| AuditFilter { target: Some(name.into()), ..AuditFilter::default() };
    let did = Some("run.queued".to_owned());
    for (what, filter, count) in [
        ("the newest", AuditFilter::default(), 51),
        ("the middle", AuditFilter { before: Some(middle), ..AuditFilter::default() }, 51),
        ("the oldest", AuditFilter { before: Some(20), ..AuditFilter::default() }, 19),
        ("an hour long ago", AuditFilter { since, until, ..AuditFilter::default() }, 51),
        (
            "an hour in which nothing was",
            AuditFilter { since: Some(Millis(i64::MAX / 2)), ..AuditFilter::default() },
            0,
        ),
        ("somebody who did nearly all", AuditFilter { before: Some(middle), ..person("ann") }, 51),
        ("somebody who did one thing", person("cid"), 1),
        ("somebody who did nothing", person("eve"), 0),
        ("a rare target", target("qa"), 51),
        ("one run", AuditFilter { run: Some("run-7".into()), ..AuditFilter::default() }, 3),
        (
            "a rare person among a common deed",
            AuditFilter { did: did.clone(), target: Some("prod".into()), ..person("bob") },
            34,
        ),
        (
            "a person who never was on a rare target",
            AuditFilter { target: Some("qa".into()), ..person("bob") },
            0,
        ),
        (
            "an action",
            AuditFilter {
                runbook: Some("bar/pool".into()),
                action: Some("restart".into()),
                ..AuditFilter::default()
            },
            51,
        ),
    ] {
        // What else the machine does hits one of three; a page that counts rows is slow each time.
        let (mut took, mut found) = (Duration::MAX, Vec::new());
        for _ in 0..3 {
            let begun = Instant::now();
            found = page(&store, &filter).await;
            took = took.min(begun.elapsed());
        }
        println!("{took:>12.1?}  {what}");
        assert!(took < PROMISE, "{what}: {took:?}");
        assert_eq!(found.len().min(51), if entries == ENTRIES || count != 34 { count } else { 51 }, "{what}");
        assert!(found.is_sorted_by(|newer, older| newer > older), "{what}");
    }
    let begun = Instant::now();
    assert_eq!(store.audit_names(AuditColumn::Person).await.unwrap(), ["ann", "bob", "cid"]);
    assert_eq!(store.audit_names(AuditColumn::Did).await.unwrap().len(), 3);
    println!("{:>12.1?}  what the filters offer", begun.elapsed());
    assert!(begun.elapsed() < PROMISE);
}

#[tokio::test]
async fn entries_that_hold_much_are_read_a_few_at_a_time_and_none_is_left_out() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    for number in 0..10 {
        let detail = serde_json::json!({ "typed": "x".repeat(300_000) });
        store.note(Deed::of_server("test", detail), Millis(number)).await.unwrap();
    }
    let filter = AuditFilter::default();
    let mut within = store.audit_bounds(&filter).await.unwrap();
    let mut seen = Vec::new();
    loop {
        let found = store.audit_entries(&filter, within, 200, false).await.unwrap();
        assert!(found.entries.len() <= 4, "{}", found.entries.len());
        seen.extend(found.entries.iter().map(|entry| entry.link.seq));
        if !found.more {
            break;
        }
        within.from = seen.last().unwrap() + 1;
    }
    assert_eq!(seen, (1..=10).collect::<Vec<i64>>());
}
