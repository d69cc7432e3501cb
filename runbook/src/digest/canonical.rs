//! The canonical encoding of an action, and its digest.
//!
//! Everything in the document that decides what the action does, in a fixed order; every part stands behind
//! its length, so that no two actions share an encoding. Where it stands in the file is left out: a change
//! elsewhere must not stop anybody.

use super::sha256_hex;
use crate::{Action, ApproveRule, InputSpec, InputType, Kind, Runbook, model::Concurrency};

/// Keeps these digests apart from all others; the number changes with the encoding.
const DOMAIN: &str = "lastmile action 1";

impl Action {
    /// Digest of everything in the document that decides what this action does: its keys, its script, and
    /// the declarations of the inputs it takes. 64 hex digits.
    ///
    /// The app and the server agree on it whenever they have read the same action, whatever else differs
    /// between their revisions of the file.
    #[must_use]
    pub fn digest(&self, runbook: &Runbook) -> String {
        let mut encoding = Encoding::default();
        encoding.text(DOMAIN);
        encoding.action(self);
        let specs: Vec<&InputSpec> = self.inputs.iter().filter_map(|name| runbook.input(name)).collect();
        encoding.list(&specs, |encoding, spec| encoding.input(spec));
        sha256_hex(&encoding.0)
    }
}

#[derive(Default)]
struct Encoding(Vec<u8>);

impl Encoding {
    fn number(&mut self, number: u64) {
        self.0.extend(number.to_be_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend(text.as_bytes());
    }

    fn flag(&mut self, flag: bool) {
        self.0.push(u8::from(flag));
    }

    fn option<T>(&mut self, option: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.flag(option.is_some());
        if let Some(value) = option {
            write(self, value);
        }
    }

    fn list<T>(&mut self, list: &[T], write: impl Fn(&mut Self, &T)) {
        self.number(list.len() as u64);
        list.iter().for_each(|value| write(self, value));
    }

    fn pairs(&mut self, pairs: &[(String, String)]) {
        self.list(pairs, |encoding, (name, value)| {
            encoding.text(name);
            encoding.text(value);
        });
    }

    fn action(&mut self, action: &Action) {
        self.text(&action.name);
        self.text(&action.label);
        self.text(kind(action.kind));
        self.text(&action.language);
        self.text(&action.script);
        self.option(action.target.as_deref(), Self::text);
        self.list(&action.inputs, |encoding, name| encoding.text(name));
        self.list(&action.after, |encoding, name| encoding.text(name));
        self.list(&action.approve, Self::rule);
        for text in [&action.danger, &action.retype, &action.on_fail, &action.workdir] {
            self.option(text.as_deref(), Self::text);
        }
        for limit in
            [action.timeout, action.grace, action.toil, action.output, action.processes, action.memory]
        {
            self.option(limit, Self::number);
        }
        self.option(action.concurrency, |encoding, concurrency| encoding.text(concurrency_name(concurrency)));
        self.flag(action.tty);
        self.flag(action.leaves_running);
    }

    fn rule(&mut self, rule: &ApproveRule) {
        self.number(u64::from(rule.count));
        self.text(&rule.team);
        self.pairs(&rule.conditions);
    }

    fn input(&mut self, spec: &InputSpec) {
        self.text(&spec.name);
        self.text(type_name(spec.kind));
        self.flag(spec.required);
        for text in [&spec.default, &spec.pattern, &spec.description, &spec.placeholder] {
            self.option(text.as_deref(), Self::text);
        }
        for bound in [spec.min, spec.max] {
            self.option(bound, |encoding, bound| encoding.number(bound.to_bits()));
        }
        self.list(&spec.options, |encoding, option| encoding.text(option));
        self.pairs(&spec.when);
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Change => "change",
        Kind::Check => "check",
    }
}

fn concurrency_name(concurrency: Concurrency) -> &'static str {
    match concurrency {
        Concurrency::Queue => "queue",
        Concurrency::Refuse => "refuse",
        Concurrency::Replace => "replace",
    }
}

fn type_name(kind: InputType) -> &'static str {
    match kind {
        InputType::String => "string",
        InputType::Text => "text",
        InputType::Integer => "integer",
        InputType::Number => "number",
        InputType::Boolean => "boolean",
        InputType::Choice => "choice",
        InputType::Multichoice => "multichoice",
        InputType::Secret => "secret",
        InputType::Date => "date",
        InputType::Duration => "duration",
    }
}
