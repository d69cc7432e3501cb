//! Who there is, and in which teams, as of now: the config's people, and those that became known since.
//!
//! Whoever judges who may and who must agree asks here, never the config: people come and go while the server runs. It
//! must not know how anybody signs in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

use lastmile_protocol::{Person, PersonId, TeamName};

use crate::config::Config;

/// Everybody at one moment.
#[derive(Clone, Debug, Default)]
pub struct Roll {
    /// Of the record that it was read from.
    version: i64,
    people: BTreeMap<PersonId, Person>,
    /// By team, so that counting who could agree does not walk through everybody.
    members: BTreeMap<TeamName, BTreeSet<PersonId>>,
}

impl Roll {
    /// Of these people; of two with one id the first's name holds, and their teams add up.
    #[must_use]
    pub fn of(people: impl IntoIterator<Item = Person>) -> Self {
        let mut roll = Self::default();
        people.into_iter().for_each(|person| roll.add(person));
        roll
    }

    /// As read from that version of the record.
    #[must_use]
    pub fn at(self, version: i64) -> Self {
        Self { version, ..self }
    }

    /// Of which version of the record it is.
    #[must_use]
    pub fn version(&self) -> i64 {
        self.version
    }

    fn add(&mut self, person: Person) {
        for team in &person.teams {
            self.members.entry(team.clone()).or_default().insert(person.id.clone());
        }
        match self.people.get_mut(&person.id) {
            None => drop(self.people.insert(person.id.clone(), person)),
            Some(had) => {
                let more = person.teams.into_iter().filter(|team| !had.teams.contains(team));
                let more: Vec<_> = more.collect();
                had.teams.extend(more);
            }
        }
    }

    /// The person of that id.
    #[must_use]
    pub fn person(&self, id: &PersonId) -> Option<&Person> {
        self.people.get(id)
    }

    /// Everybody, by id.
    pub fn everybody(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }

    /// Whether that person is in that team.
    #[must_use]
    pub fn is_in(&self, id: &PersonId, team: &TeamName) -> bool {
        self.members.get(team).is_some_and(|members| members.contains(id))
    }

    /// Who is in that team, by id.
    pub fn members(&self, team: &TeamName) -> impl Iterator<Item = &PersonId> {
        self.members.get(team).into_iter().flatten()
    }

    /// How many people the team has.
    #[must_use]
    pub fn size_of(&self, team: &TeamName) -> usize {
        self.members.get(team).map_or(0, BTreeSet::len)
    }

    /// How many people of the team could agree besides `requester`.
    #[must_use]
    pub fn others_in(&self, team: &TeamName, requester: &PersonId) -> usize {
        self.size_of(team) - usize::from(self.is_in(requester, team))
    }
}

/// The roll as it is now. Cheap to clone; all clones see the same.
#[derive(Clone, Debug, Default)]
pub struct Directory(Arc<RwLock<Arc<Roll>>>);

impl Directory {
    /// The config's people, and nobody else yet.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(Roll::of(config.people.values().cloned())))))
    }

    /// Everybody as of now. Whoever decides takes one and keeps it until the decision is made.
    #[must_use]
    pub fn now(&self) -> Arc<Roll> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on it is this.
    pub fn replace(&self, roll: Roll) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(roll);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str, teams: &[&str]) -> Person {
        Person {
            id: id.into(),
            name: id.to_uppercase(),
            teams: teams.iter().map(|team| (*team).into()).collect(),
        }
    }

    #[test]
    fn the_teams_of_one_person_known_twice_add_up_and_they_are_counted_once() {
        let roll =
            Roll::of([person("ann", &["net"]), person("ann", &["net", "ops"]), person("bob", &["net"])]);
        assert_eq!(roll.person(&"ann".into()).unwrap().teams, ["net".into(), "ops".into()]);
        assert_eq!(roll.size_of(&"net".into()), 2);
        assert_eq!(roll.others_in(&"net".into(), &"ann".into()), 1);
        assert_eq!(roll.others_in(&"net".into(), &"eve".into()), 2);
        assert!(!roll.is_in(&"bob".into(), &"ops".into()));
    }

    #[test]
    fn a_roll_that_was_taken_stays_as_it_was() {
        let directory = Directory::default();
        let before = directory.now();
        directory.replace(Roll::of([person("ann", &[])]));
        assert!(before.person(&"ann".into()).is_none());
        assert!(directory.now().person(&"ann".into()).is_some());
    }
}
