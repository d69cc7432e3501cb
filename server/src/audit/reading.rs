//! Reading the audit record: who may, a page of it, what came since, and all of it piece by piece.

use std::sync::Arc;

use lastmile_protocol::{
    AuditEntry, AuditFilter, AuditNewer, AuditPage, AuditRule, Millis, Person, PersonId, Slug, TeamName,
};
use serde_json::{Value, json};

use super::export::Format;
use super::{Deed, Entry};
use crate::clock::SharedClock;
use crate::config::Config;
use crate::people::{Caller, Directory, Roll};
use crate::store::{AuditColumn, Bounds, Store, StoreError, StoredEntry};

/// Entries of a page.
const PAGE: usize = 50;
/// Entries of an export that are in memory at a time.
const PIECE: usize = 200;

/// The record, for whoever may read it. Cheap to clone.
#[derive(Clone)]
pub struct Record {
    config: Arc<Config>,
    directory: Directory,
    store: Store,
    clock: SharedClock,
}

/// Somebody who may read the record. Only [`Record::reader`] makes one.
#[derive(Clone, Debug)]
pub struct Reader(PersonId);

/// The person is in none of the teams that may read the record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", words(.0))]
pub struct NotAReader(Vec<TeamName>);

fn words(teams: &[TeamName]) -> String {
    match teams {
        [] => "Nobody may read the audit record here: `may_read` of [audit] in the server's config names no team."
            .to_owned(),
        [team] => format!("Only {team} may read the audit record. Ask one of them."),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(TeamName::as_str).collect();
            format!("Only {} and {last} may read the audit record. Ask one of them.", first.join(", "))
        }
    }
}

/// Whether the config lets that person read the record.
#[must_use]
pub fn may_read(config: &Config, person: &Person) -> bool {
    person.teams.iter().any(|team| config.audit.may_read.contains(team))
}

impl Record {
    /// The record of that store.
    #[must_use]
    pub fn new(config: Arc<Config>, directory: Directory, store: Store, clock: SharedClock) -> Self {
        Self { config, directory, store, clock }
    }

    /// The proof that somebody may read it.
    ///
    /// # Errors
    /// If they may not; says who may.
    pub fn reader(&self, caller: &Caller) -> Result<Reader, NotAReader> {
        let person = caller.person();
        if may_read(&self.config, person) {
            return Ok(Reader(person.id.clone()));
        }
        Err(NotAReader(self.config.audit.may_read.clone()))
    }

    /// One page, newest first, with what the filters can offer.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn page(&self, _by: &Reader, filter: &AuditFilter) -> Result<AuditPage, StoreError> {
        let newest = self.store.audit_head().await?.seq;
        let within = self.store.audit_bounds(filter).await?;
        let found = self.store.audit_entries(filter, within, PAGE, true).await?;
        let entries: Vec<AuditEntry> = found.entries.iter().map(shown).collect();
        let people = self.store.audit_names(AuditColumn::Person).await?;
        let roll = self.directory.now();
        Ok(AuditPage {
            next: entries.last().filter(|_| found.more).map(|entry| entry.seq),
            entries,
            newest,
            kinds: self.store.audit_names(AuditColumn::Did).await?,
            people: people.into_iter().map(|id| known(&roll, PersonId(id))).collect(),
            targets: self.store.audit_names(AuditColumn::Target).await?,
        })
    }

    /// What has come after the entry of that number.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn newer(
        &self,
        _by: &Reader,
        filter: &AuditFilter,
        after: u64,
    ) -> Result<AuditNewer, StoreError> {
        let mut within = self.store.audit_bounds(filter).await?;
        within.from = within.from.max(i64::try_from(after).unwrap_or(i64::MAX).saturating_add(1));
        Ok(AuditNewer { count: self.store.audit_count(filter, within, AuditNewer::MOST).await? })
    }

    /// The time, for names of files.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// Begins an export of all that matches by now. That somebody took it with them is an entry of its own.
    ///
    /// # Errors
    /// If the record can't be read, or the export can't be noted: then nobody gets it.
    pub async fn export(
        &self,
        by: &Reader,
        filter: AuditFilter,
        format: Format,
    ) -> Result<Export, StoreError> {
        let mut within = self.store.audit_bounds(&filter).await?;
        within.to = within.to.min(i64::try_from(self.store.audit_head().await?.seq).unwrap_or(i64::MAX));
        let detail = json!({ "format": format.name(), "filter": filter });
        self.store.note(Deed::by(&by.0, "audit.exported", detail), self.clock.now()).await?;
        Ok(Export { store: self.store.clone(), filter, format, left: within, begun: false })
    }
}

/// An export under way: pieces of a file, the oldest entry first. Nothing is held open between two of them.
pub struct Export {
    store: Store,
    filter: AuditFilter,
    format: Format,
    /// What has not been given yet.
    left: Bounds,
    begun: bool,
}

impl Export {
    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// If the record can't be read: what was given so far is not all.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let mut piece = if self.begun { Vec::new() } else { self.format.begin() };
        self.begun = true;
        if !self.left.is_empty() {
            let found = self.store.audit_entries(&self.filter, self.left, PIECE, false).await?;
            found.entries.iter().for_each(|entry| self.format.append(entry, &mut piece));
            self.left.from = match found.entries.last() {
                Some(last) if found.more => last.link.seq.saturating_add(1),
                _ => self.left.to.saturating_add(1),
            };
        }
        Ok((!piece.is_empty()).then_some(piece))
    }
}

fn known(roll: &Roll, id: PersonId) -> Person {
    let person = roll.person(&id).cloned();
    person.unwrap_or_else(|| Person { name: id.0.clone(), id, teams: Vec::new() })
}

/// An entry as readers see it. One whose bytes are damaged shows what it is filed under, and its bytes as they are.
fn shown(stored: &StoredEntry) -> AuditEntry {
    let StoredEntry { link, filed } = stored;
    let detail = serde_json::from_slice::<Entry>(&link.entry).map(|entry| entry.deed.detail);
    let detail = detail.unwrap_or(Value::Null);
    let text = |name: &str| detail.get(name).and_then(Value::as_str).map(str::to_owned);
    let rested_on = detail.get("rested_on").unwrap_or(&Value::Null);
    AuditEntry {
        seq: link.seq.unsigned_abs(),
        at: filed.at,
        by: filed.person.clone(),
        did: filed.did.clone(),
        run: filed.run.clone(),
        runbook: filed.runbook.clone().map(Slug),
        action: filed.action.clone(),
        target: filed.target.clone(),
        asked: text("asked"),
        why: text("why"),
        policy: rested_on.get("policy").and_then(Value::as_str).map(Into::into),
        rules: rested_on
            .get("rules")
            .and_then(Value::as_array)
            .map_or_else(Vec::new, |rules| rules.iter().filter_map(rule).collect()),
        entry: String::from_utf8_lossy(&link.entry).into_owned(),
        hash: link.hash.as_str().into(),
    }
}

fn rule(value: &Value) -> Option<AuditRule> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(AuditRule { rule: text("rule")?, says: text("says")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_who_may() {
        let said = |teams: &[&str]| NotAReader(teams.iter().map(|it| (*it).into()).collect()).to_string();
        assert_eq!(said(&["sre"]), "Only sre may read the audit record. Ask one of them.");
        assert_eq!(said(&["a", "b", "c"]), "Only a, b and c may read the audit record. Ask one of them.");
        assert!(said(&[]).contains("names no team"));
    }
}
