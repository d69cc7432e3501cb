//! What is typed and ticked on a runbook's page; it outlives the revision that is shown.

use std::collections::BTreeMap;

use lastmile_protocol::Slug;
use lastmile_runbook::{Action, Runbook};
use leptos::prelude::*;

use super::steps::Steps;
use crate::components::action_card::Draft;
use crate::links::{self, Context, Prefill};
use crate::query;

/// A reason, and the action that the address named with it; `None`: it is for all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Reason {
    text: String,
    action: Option<String>,
}

impl Reason {
    fn is_for(&self, action: &str) -> bool {
        !self.text.is_empty() && self.action.as_deref().is_none_or(|named| named == action)
    }
}

/// The page's own state.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    slug: StoredValue<Slug>,
    /// Values of inputs, shared by all actions.
    pub(super) typed: RwSignal<BTreeMap<String, String>>,
    ticket: RwSignal<String>,
    /// The incident, from the address.
    pub(super) incident: RwSignal<String>,
    /// The reason that an address brings along.
    reason: RwSignal<Reason>,
    drafts: StoredValue<BTreeMap<String, Draft>>,
    owner: StoredValue<Option<Owner>>,
    /// Secrets that stood in the address.
    pub(super) refused_secrets: RwSignal<Vec<String>>,
    /// Ticked steps.
    pub(super) steps: Steps,
    /// The query that was filled in last.
    filled_in: StoredValue<Option<String>>,
}

impl Desk {
    /// An empty desk in the current owner.
    pub(super) fn new(slug: &Slug) -> Self {
        Self {
            slug: StoredValue::new(slug.clone()),
            typed: RwSignal::default(),
            ticket: RwSignal::default(),
            incident: RwSignal::default(),
            reason: RwSignal::default(),
            drafts: StoredValue::new(BTreeMap::new()),
            owner: StoredValue::new(Owner::current()),
            refused_secrets: RwSignal::default(),
            steps: Steps::new(),
            filled_in: StoredValue::new(None),
        }
    }

    /// What is typed for an action: the same for each revision that has an action of that name.
    pub(super) fn draft(self, action: &str) -> Draft {
        if let Some(draft) = self.drafts.with_value(|drafts| drafts.get(action).copied()) {
            return draft;
        }
        // Made in the page's owner: the card that asks for it may be drawn anew.
        let make = || Draft::new(self.typed, self.ticket);
        let draft = match self.owner.get_value() {
            Some(owner) => owner.with(make),
            None => make(),
        };
        self.give_reason(action, draft);
        self.drafts.update_value(|drafts| {
            drafts.insert(action.to_owned(), draft);
        });
        draft
    }

    /// Fills in what the address says; the same address does so once, so that later typing is not undone.
    pub(super) fn fill_in(self, search: &str, hash: &str, book: &Runbook) {
        if self.filled_in.with_value(|last| last.as_deref() == Some(search)) {
            return;
        }
        self.filled_in.set_value(Some(search.to_owned()));
        let Prefill { inputs, context, refused_secrets } = Prefill::read(search, book);
        if !inputs.is_empty() {
            self.typed.update(|typed| typed.extend(inputs));
        }
        for (field, text) in [(self.ticket, context.ticket), (self.incident, context.incident)] {
            if !text.is_empty() {
                field.set(text);
            }
        }
        let named = query::decode_path(hash.trim_start_matches('#'));
        let action = book.action(&named).map(|action| action.name.clone());
        self.reason.set(Reason { text: context.reason, action });
        let drafts = self.drafts.get_value();
        drafts.into_iter().for_each(|(action, draft)| self.give_reason(&action, draft));
        self.refused_secrets.set(refused_secrets);
    }

    fn give_reason(self, action: &str, draft: Draft) {
        let reason = self.reason.read_untracked();
        if reason.is_for(action) {
            draft.reason.set(reason.text.clone());
        }
    }

    /// The address that opens this page at an action with what is typed.
    pub(super) fn link(self, book: &Runbook, action: &Action) -> String {
        let context = Context {
            reason: self.draft(&action.name).reason.get_untracked(),
            ticket: self.ticket.get_untracked(),
            incident: self.incident.get_untracked(),
        };
        let slug = self.slug.get_value();
        self.typed.with_untracked(|typed| links::action(&slug, book, action, typed, &context))
    }
}

#[cfg(test)]
mod tests {
    use super::Reason;

    #[test]
    fn a_reason_is_for_the_action_that_the_address_names() {
        let reason =
            |action: Option<&str>| Reason { text: "down".to_owned(), action: action.map(str::to_owned) };
        assert!(reason(Some("a")).is_for("a") && !reason(Some("a")).is_for("b"));
        assert!(reason(None).is_for("b"));
        assert!(!Reason::default().is_for("a"));
    }
}
