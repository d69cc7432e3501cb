//! What somebody with the database in their hands could do to the record, and what finds it.

use std::path::Path;

use lastmile::audit::{Broken, Deed, Head};
use lastmile::store::Store;
use lastmile_protocol::{Millis, PersonId};
use serde_json::json;
use sqlx::SqlitePool;
use tempfile::TempDir;

const ENTRIES: i64 = 6;

/// A small record, and a connection that is free to damage it.
async fn record() -> (TempDir, Store, SqlitePool) {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    for number in 1..=ENTRIES {
        let deed =
            Deed::by(&PersonId::from("ann"), "test", json!({"number": number, "words": "ünïcode \u{202e}"}));
        store.note(deed, Millis(number)).await.unwrap();
    }
    let hand = open(folder.path()).await;
    (folder, store, hand)
}

async fn open(data: &Path) -> SqlitePool {
    SqlitePool::connect(&format!("sqlite://{}", data.join("lastmile.sqlite").display())).await.unwrap()
}

async fn by_hand(hand: &SqlitePool, statement: &'static str) {
    sqlx::raw_sql(statement).execute(hand).await.unwrap();
}

async fn free(hand: &SqlitePool) {
    by_hand(hand, "DROP TRIGGER audit_stays; DROP TRIGGER audit_is_kept").await;
}

async fn verify(store: &Store, kept: Option<&Head>) -> Result<Head, Broken> {
    store.verify_audit(kept.cloned(), |_| {}).await.unwrap()
}

#[tokio::test]
async fn an_untouched_record_holds_up_to_its_head_and_with_every_head_it_ever_had() {
    let (_folder, store, _) = record().await;
    let head = verify(&store, None).await.unwrap();
    assert_eq!((head.seq, &head), (6, &store.audit_head().await.unwrap()));
    store.note(Deed::of_server("later", json!({})), Millis(9)).await.unwrap();
    assert_eq!(verify(&store, Some(&head)).await.unwrap().seq, 7);
    let parsed: Head = head.to_string().parse().unwrap();
    assert_eq!(parsed, head);
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_or_delete_entries() {
    let (_folder, store, hand) = record().await;
    for statement in ["UPDATE audit SET entry = x'00' WHERE seq = 3", "DELETE FROM audit WHERE seq = 3"] {
        let error = sqlx::raw_sql(statement).execute(&hand).await.unwrap_err().to_string();
        assert!(error.contains("append-only"), "{error}");
    }
    verify(&store, None).await.unwrap();
}

#[tokio::test]
async fn every_single_byte_that_is_flipped_is_found() {
    let (_folder, store, hand) = record().await;
    free(&hand).await;
    let rows: Vec<(i64, Vec<u8>, String)> =
        sqlx::query_as("SELECT seq, entry, hash FROM audit ORDER BY seq").fetch_all(&hand).await.unwrap();
    let mut flipped = 0;
    for (seq, entry, hash) in rows {
        for at in 0..entry.len() {
            let mut damaged = entry.clone();
            damaged[at] ^= 1;
            set_entry(&hand, seq, &damaged).await;
            assert_eq!(
                verify(&store, None).await,
                Err(Broken::Changed(seq.unsigned_abs())),
                "entry {seq}, byte {at}"
            );
            flipped += 1;
        }
        set_entry(&hand, seq, &entry).await;
        for at in 0..hash.len() {
            let mut damaged = hash.clone().into_bytes();
            damaged[at] ^= 1;
            set_hash(&hand, seq, &String::from_utf8(damaged).unwrap()).await;
            assert!(verify(&store, None).await.is_err(), "hash of {seq}, byte {at}");
            flipped += 1;
        }
        set_hash(&hand, seq, &hash).await;
    }
    let (seq, hash): (i64, String) =
        sqlx::query_as("SELECT seq, hash FROM audit_head").fetch_one(&hand).await.unwrap();
    for at in 0..hash.len() {
        let mut damaged = hash.clone().into_bytes();
        damaged[at] ^= 1;
        set_head(&hand, seq, &String::from_utf8(damaged).unwrap()).await;
        assert!(verify(&store, None).await.is_err(), "hash of the head, byte {at}");
        flipped += 1;
    }
    for bit in 0..63 {
        set_head(&hand, seq ^ (1 << bit), &hash).await;
        assert!(verify(&store, None).await.is_err(), "number of the head, bit {bit}");
    }
    set_head(&hand, seq, &hash).await;
    println!("{flipped} bytes flipped");
    assert!(flipped > 600);
    verify(&store, None).await.unwrap();
}

async fn set_entry(hand: &SqlitePool, seq: i64, entry: &[u8]) {
    sqlx::query("UPDATE audit SET entry = ? WHERE seq = ?")
        .bind(entry)
        .bind(seq)
        .execute(hand)
        .await
        .unwrap();
}

async fn set_head(hand: &SqlitePool, seq: i64, hash: &str) {
    sqlx::query("UPDATE audit_head SET seq = ?, hash = ?").bind(seq).bind(hash).execute(hand).await.unwrap();
}

async fn set_hash(hand: &SqlitePool, seq: i64, hash: &str) {
    sqlx::query("UPDATE audit SET hash = ? WHERE seq = ?").bind(hash).bind(seq).execute(hand).await.unwrap();
}

#[tokio::test]
async fn an_entry_that_is_kept_but_filed_where_nobody_looks_is_found() {
    for statement in [
        "UPDATE audit_index SET person = 'eve' WHERE seq = 3",
        "UPDATE audit_index SET person = NULL WHERE seq = 3",
        "UPDATE audit_index SET did = 'other' WHERE seq = 3",
        "UPDATE audit_index SET at = 0 WHERE seq = 3",
        "UPDATE audit_index SET target = 'elsewhere' WHERE seq = 3",
        "DELETE FROM audit_index WHERE seq = 3",
    ] {
        let (_folder, store, hand) = record().await;
        assert_eq!(store.verify_audit_index().await.unwrap(), Ok(()));
        by_hand(&hand, statement).await;
        assert_eq!(store.verify_audit_index().await.unwrap(), Err(Broken::Misfiled(3)), "{statement}");
    }
}

#[tokio::test]
async fn rows_that_are_removed_doubled_reordered_or_cut_off_are_found() {
    for (statement, expected) in [
        ("DELETE FROM audit WHERE seq = 1", Broken::Missing { expected: 1, found: 2 }),
        ("DELETE FROM audit WHERE seq = 3", Broken::Missing { expected: 3, found: 4 }),
        ("DELETE FROM audit WHERE seq = 3; UPDATE audit SET seq = seq - 1 WHERE seq > 3", Broken::Changed(3)),
        (
            "UPDATE audit SET seq = -2 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = -2",
            Broken::Changed(2),
        ),
        (
            "UPDATE audit SET seq = 8 WHERE seq = 6; INSERT INTO audit SELECT 6, entry, hash FROM audit WHERE seq = 5",
            Broken::Changed(6),
        ),
    ] {
        let (_folder, store, hand) = record().await;
        free(&hand).await;
        by_hand(&hand, statement).await;
        assert_eq!(verify(&store, None).await, Err(expected), "{statement}");
    }
    for statement in ["DELETE FROM audit WHERE seq >= 5", "DELETE FROM audit", "DELETE FROM audit_head"] {
        let (_folder, store, hand) = record().await;
        free(&hand).await;
        by_hand(&hand, statement).await;
        assert!(matches!(verify(&store, None).await, Err(Broken::Ends { .. })), "{statement}");
    }
}

/// As somebody would who knows how it is made: a chain of their own, with a head that fits.
async fn write_anew(hand: &SqlitePool, upto: i64, change: impl Fn(&str) -> String) {
    let mut head = Head::empty();
    for seq in 1..=upto {
        let entry: Vec<u8> = sqlx::query_scalar("SELECT entry FROM audit WHERE seq = ?")
            .bind(seq)
            .fetch_one(hand)
            .await
            .unwrap();
        let entry = change(std::str::from_utf8(&entry).unwrap()).into_bytes();
        head = head.after(&entry);
        set_entry(hand, seq, &entry).await;
        set_hash(hand, seq, &head.hash).await;
    }
    sqlx::query("DELETE FROM audit WHERE seq > ?").bind(upto).execute(hand).await.unwrap();
    sqlx::query("UPDATE audit_head SET seq = ?, hash = ?")
        .bind(upto)
        .bind(head.hash)
        .execute(hand)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_chain_that_is_computed_anew_is_found_by_a_kept_head_only() {
    let (_folder, store, hand) = record().await;
    let kept = store.audit_head().await.unwrap();
    free(&hand).await;
    write_anew(&hand, ENTRIES, |entry| entry.replace("ann", "eve")).await;
    assert_eq!(verify(&store, None).await.unwrap().seq, 6, "without a kept head nobody can tell");
    assert_eq!(verify(&store, Some(&kept)).await, Err(Broken::Rewritten(kept.to_string())));
}

#[tokio::test]
async fn an_end_that_is_cut_off_with_its_head_is_found_by_a_kept_head_only() {
    let (_folder, store, hand) = record().await;
    let kept = store.audit_head().await.unwrap();
    free(&hand).await;
    write_anew(&hand, 4, str::to_owned).await;
    assert_eq!(verify(&store, None).await.unwrap().seq, 4, "without a kept head nobody can tell");
    assert!(matches!(verify(&store, Some(&kept)).await, Err(Broken::Ends { .. })));
}
