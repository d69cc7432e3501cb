//! From policy files to policies that can be asked: parsed, validated in strict mode, annotations read.
//!
//! Whatever could take a gate away by mistake refuses the whole: half of the files are never in force.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cedar_policy::{ActionConstraint, Authorizer, Effect, EntityUid, Policy, PolicyId, PolicySet};
use lastmile_protocol::Digest;
use lastmile_runbook::digest::sha256_hex;

use super::facts::{Asks, Names};
use super::gate::{self, Asked, Whom};
use super::glass;
use super::shelves::Shelves;
use super::validate::validate;
use super::why::{self, Why};
use super::{Fault, Policies, Unasked};

/// A policy file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFile {
    /// Its name in the folder.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What the config knows: a policy that names anything else is a typing mistake.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The teams.
    pub teams: BTreeSet<String>,
    /// The targets.
    pub targets: BTreeSet<String>,
    /// Labels of the targets.
    pub environments: BTreeSet<String>,
}

/// What a policy's annotations say.
#[derive(Debug)]
pub(super) struct Notes {
    pub(super) gate: Vec<Asked>,
    /// Of a permission to break the glass: who looks at it afterwards.
    pub(super) review: Vec<Asked>,
    pub(super) why: Option<Why>,
}

impl Policies {
    /// Puts files in force.
    ///
    /// # Errors
    /// All that is wrong with them; then nothing of them applies.
    pub fn load(files: &[PolicyFile], known: &Known) -> Result<Self, Vec<Fault>> {
        let whole =
            |error: Unasked| vec![Fault { file: "policies".to_owned(), line: None, message: error.cause }];
        let names = Names::new().map_err(whole)?;
        let mut loading = Loading { names: &names, known, faults: Vec::new(), rules: Vec::new() };
        for file in files {
            loading.read(file);
        }
        let (faults, rules) = (loading.faults, loading.rules);
        if !faults.is_empty() {
            return Err(faults);
        }
        let (mut run, mut require, mut breaks) = (Shelves::default(), Shelves::default(), Shelves::default());
        let mut all = PolicySet::new();
        let mut notes = HashMap::new();
        for rule in &rules {
            let shelves = match rule.asks {
                Asks::Run => &mut run,
                Asks::RequireApproval => &mut require,
                Asks::BreakGlass => &mut breaks,
            };
            all.add(rule.policy.clone()).map_err(|error| whole(Unasked::of(error)))?;
            shelves.add(&rule.policy).map_err(whole)?;
        }
        let warnings = validate(&all, files)?;
        // A word in a comment costs a second question and nothing else.
        let minds_document = files.iter().any(|file| file.text.contains("documentAsks"));
        notes.extend(rules.into_iter().map(|rule| (rule.policy.id().clone(), rule.notes)));
        Ok(Self {
            names,
            run,
            require,
            glass: breaks,
            notes,
            minds_document,
            digest: digest_of(files),
            warnings,
            authorizer: Authorizer::new(),
        })
    }
}

struct Rule {
    asks: Asks,
    policy: Policy,
    notes: Notes,
}

struct Loading<'a> {
    names: &'a Names,
    known: &'a Known,
    faults: Vec<Fault>,
    rules: Vec<Rule>,
}

impl Loading<'_> {
    fn read(&mut self, file: &PolicyFile) {
        let set = match file.text.parse::<PolicySet>() {
            Ok(set) => set,
            Err(errors) => {
                let faults = errors.iter().map(|error| Fault::of(file, error));
                return self.faults.extend(faults);
            }
        };
        for template in set.templates() {
            self.faults.push(Fault {
                file: file.name.clone(),
                line: None,
                message: format!("`{}` is a template: write ?principal and ?resource out", template.id()),
            });
        }
        let mut ids = BTreeSet::new();
        for (ordinal, policy) in in_order(&set).into_iter().enumerate() {
            let own = policy.annotation("id").filter(|id| !id.is_empty()).map(str::to_owned);
            let own = own.unwrap_or_else(|| format!("{}", ordinal + 1));
            let id = format!("{}/{own}", file.name.trim_end_matches(".cedar"));
            if !ids.insert(own) {
                self.push(file, format!("two policies have the id `{id}`"));
            }
            match self.rule(&policy.new_id(PolicyId::new(&id))) {
                Ok(rule) => self.rules.push(rule),
                Err(message) => self.push(file, format!("policy `{id}`: {message}")),
            }
        }
    }

    fn push(&mut self, file: &PolicyFile, message: String) {
        self.faults.push(Fault { file: file.name.clone(), line: None, message });
    }

    fn rule(&self, policy: &Policy) -> Result<Rule, String> {
        let asks = self.asked_of(policy)?;
        self.names_are_known(policy)?;
        let gate = match (asks, policy.effect(), policy.annotation("approve")) {
            (Asks::RequireApproval, Effect::Forbid, _) => {
                return Err(
                    "a gate can't be forbidden away: write the exception as `unless` of the gate".into()
                );
            }
            (Asks::RequireApproval, Effect::Permit, None) => {
                return Err("it says that somebody must agree, but not who: add @approve(\"TEAM\")".into());
            }
            (Asks::RequireApproval, Effect::Permit, Some(text)) => gate::parse(text)?,
            (Asks::Run | Asks::BreakGlass, _, None) => Vec::new(),
            (Asks::Run | Asks::BreakGlass, _, Some(_)) => {
                return Err("@approve belongs to policies of Action::\"requireApproval\"".into());
            }
        };
        let review = glass::review(asks, policy)?;
        for (annotation, asked) in [("@approve", &gate), ("@review", &review)] {
            let unknown = |asked: &&Asked| matches!(&asked.whom, Whom::Team(team) if !self.known.teams.contains(team.as_str()));
            if let Some(asked) = asked.iter().find(unknown) {
                return Err(format!(
                    "{annotation} names the team `{}`, which the config does not have",
                    asked.whom
                ));
            }
        }
        let why = policy.annotation("why").map(why::parse).transpose()?;
        Ok(Rule { asks, policy: policy.clone(), notes: Notes { gate, review, why } })
    }

    fn asked_of(&self, policy: &Policy) -> Result<Asks, String> {
        let asked = match policy.action_constraint() {
            ActionConstraint::Eq(action) => {
                Asks::ALL.into_iter().find(|asks| *self.names.uid_of(*asks) == action)
            }
            ActionConstraint::Any | ActionConstraint::In(_) => None,
        };
        asked.ok_or_else(|| {
            "write which question it answers: action == Action::\"run\", action == Action::\"requireApproval\" or action == Action::\"breakGlass\""
                .to_owned()
        })
    }

    /// `Team::"midleware"` would never match, and a gate would be gone.
    fn names_are_known(&self, policy: &Policy) -> Result<(), String> {
        for uid in policy.entity_literals() {
            let (kind, known) = match kind_of(&uid).as_str() {
                "Team" => ("team", &self.known.teams),
                "Target" => ("target", &self.known.targets),
                "Environment" => ("environment", &self.known.environments),
                _ => continue,
            };
            let name = uid.id().unescaped();
            if !known.contains(name) {
                let all: Vec<_> = known.iter().map(String::as_str).collect();
                return Err(format!("the config has no {kind} `{name}`; it has {}", all.join(", ")));
            }
        }
        Ok(())
    }
}

fn kind_of(uid: &EntityUid) -> String {
    uid.type_name().to_string()
}

/// As they stand in the file: the parser numbers them.
fn in_order(set: &PolicySet) -> Vec<Policy> {
    let number = |policy: &Policy| {
        let digits: String = policy.id().to_string().chars().filter(char::is_ascii_digit).collect();
        digits.parse::<usize>().unwrap_or_default()
    };
    let ordered: BTreeMap<_, _> = set.policies().map(|policy| (number(policy), policy.clone())).collect();
    ordered.into_values().collect()
}

/// Of names and texts, so that the record can tell which policies decided.
fn digest_of(files: &[PolicyFile]) -> Digest {
    let mut bytes = b"lastmile policies 1\n".to_vec();
    for file in files {
        bytes.extend(format!("{} {} {}\n", file.name.len(), file.text.len(), file.name).into_bytes());
        bytes.extend(file.text.as_bytes());
    }
    Digest(sha256_hex(&bytes))
}
