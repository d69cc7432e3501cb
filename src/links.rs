//! The app's addresses: built, read and judged in one place.
//!
//! An address is all that a ticket keeps, so it must open the same thing for somebody else: a runbook at an action
//! with what was typed, a run at a line. Never a secret, and never an address of another site.

use std::collections::BTreeMap;

use lastmile_protocol::{
    AuditFilter, Millis, PersonId, ReturnTo, RunFilter, RunId, RunState, RunSummary, Slug,
};
use lastmile_runbook::{Action, InputType, Runbook};

use crate::query;

/// The page of a runbook.
#[must_use]
pub fn runbook(slug: &Slug) -> String {
    format!("/runbooks/{}", query::encode_path(slug.as_str()))
}

/// A file of the runbook folder, by its path below it.
#[must_use]
pub fn file(path: &str) -> String {
    format!("/api/v1/files/{}", query::encode_path(path))
}

/// The name that a page's path ends with, such as a slug behind `/runbooks/`; `None` for the path of another page.
#[must_use]
pub fn named(path: &str, under: &str) -> Option<String> {
    path.strip_prefix(under).map(query::decode_path)
}

/// The runbook of this slug with the rest of an address that led to it: query and fragment.
#[must_use]
pub fn runbook_with(slug: &Slug, search: &str, hash: &str) -> String {
    let mark = if search.is_empty() { "" } else { "?" };
    format!("{}{mark}{search}{hash}", runbook(slug))
}

/// The catalog, searched for `text`.
#[must_use]
pub fn search(text: &str) -> String {
    format!("/?q={}", query::encode(text))
}

/// The parameters that narrow the catalog.
pub const CATALOG_FILTERS: [&str; 6] = ["q", "tag", "service", "team", "actions", "overdue"];
/// Longer searches are cut off: an address has its limits.
const LONGEST_SEARCH: usize = 200;

/// Of a query, what narrows the catalog, each once: equal lists have equal queries.
#[must_use]
pub fn catalog_query(search: &str) -> String {
    query::build(CATALOG_FILTERS.into_iter().filter_map(|name| {
        let value: String = query::get(search, name)?.trim().chars().take(LONGEST_SEARCH).collect();
        (!value.is_empty()).then_some((name, value))
    }))
}

/// The page of a run.
#[must_use]
pub fn run(id: &RunId) -> String {
    format!("/runs/{}", query::encode(id.as_str()))
}

/// The page of a run at a line of its log; lines are counted from 0 on the wire and from 1 in addresses.
#[must_use]
pub fn run_line(id: &RunId, line: u64) -> String {
    format!("{}#L{}", run(id), line + 1)
}

/// The line (from 0) that a fragment such as `#L120` names.
#[must_use]
pub fn line_of(hash: &str) -> Option<u64> {
    let number: u64 = hash.trim_start_matches('#').strip_prefix('L')?.parse().ok()?;
    number.checked_sub(1)
}

/// The sign-in page that leads back to `path` (with query and fragment).
#[must_use]
pub fn sign_in(path: &str) -> String {
    match ReturnTo::parse(path) {
        Some(path) if path != ReturnTo::home() => {
            format!("/sign-in?return_to={}", query::encode(path.as_str()))
        }
        _ => "/sign-in".to_owned(),
    }
}

/// Where the sign-in page leads: its `return_to` if that is a path of this app, else the catalog.
#[must_use]
pub fn return_to(search: &str) -> ReturnTo {
    let asked = query::get(search, "return_to");
    asked.and_then(|path| ReturnTo::parse(&path)).unwrap_or_else(ReturnTo::home)
}

/// What is typed into a runbook's page besides its inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// Why.
    pub reason: String,
    /// The ticket.
    pub ticket: String,
    /// The incident.
    pub incident: String,
}

/// What an address fills in. It is filled in, checked and shown; nothing runs by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefill {
    /// Values of inputs that the runbook declares and that are no secrets.
    pub inputs: BTreeMap<String, String>,
    /// Reason, ticket, incident.
    pub context: Context,
    /// Secrets that stood in the address: left out, and said so, for whoever made that address has leaked them.
    pub refused_secrets: Vec<String>,
}

impl Prefill {
    /// Reads the query of a runbook's address.
    #[must_use]
    pub fn read(search: &str, runbook: &Runbook) -> Self {
        let mut prefill = Self::default();
        for (name, value) in query::pairs(search) {
            match name.as_str() {
                "reason" => prefill.context.reason.clone_from(&value),
                "ticket" => prefill.context.ticket.clone_from(&value),
                "incident" => prefill.context.incident.clone_from(&value),
                _ => {}
            }
            match runbook.input(&name) {
                Some(spec) if spec.kind == InputType::Secret => prefill.refused_secrets.push(name),
                Some(_) => {
                    prefill.inputs.insert(name, value);
                }
                None => {}
            }
        }
        prefill
    }
}

/// The revision that an address asks for, if it is one: a SHA-256 or a commit.
#[must_use]
pub fn revision_of(search: &str) -> Option<String> {
    revision(search, "rev")
}

fn revision(search: &str, name: &str) -> Option<String> {
    let hex = |rev: &String| matches!(rev.len(), 40 | 64) && rev.bytes().all(|b| b.is_ascii_hexdigit());
    query::get(search, name).filter(hex)
}

/// What of a runbook its page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// The document.
    #[default]
    Text,
    /// The file's text.
    Source,
    /// Who changed it, when.
    History,
    /// What changed between two revisions; `None`: before the first, and now.
    Changes {
        /// The older one.
        from: Option<String>,
        /// The newer one.
        to: Option<String>,
    },
}

/// What of a runbook an address asks for.
#[must_use]
pub fn view_of(search: &str) -> View {
    match query::get(search, "view").as_deref() {
        Some("source") => View::Source,
        Some("history") => View::History,
        Some("changes") => View::Changes { from: revision(search, "from"), to: revision(search, "to") },
        _ => View::Text,
    }
}

/// The address of this view of a runbook, at a revision or as it is now.
#[must_use]
pub fn runbook_view(slug: &Slug, view: &View, rev: Option<&str>) -> String {
    let (name, from, to) = match view {
        View::Text => (None, None, None),
        View::Source => (Some("source"), None, None),
        View::History => (Some("history"), None, None),
        View::Changes { from, to } => (Some("changes"), from.as_deref(), to.as_deref()),
    };
    let pairs = [("view", name), ("rev", rev), ("from", from), ("to", to)];
    let pairs = pairs.into_iter().filter_map(|(name, value)| Some((name, value?)));
    format!("{}{}", runbook(slug), query::build(pairs))
}

/// The address that opens `action` with the same values typed in; secrets and untouched inputs stay out.
#[must_use]
pub fn action(
    slug: &Slug,
    book: &Runbook,
    action: &Action,
    values: &BTreeMap<String, String>,
    context: &Context,
) -> String {
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for spec in action.inputs.iter().filter_map(|name| book.input(name)) {
        // A field that was emptied is named too: it differs from an untouched one if there is a default.
        if let Some(value) = values.get(&spec.name)
            && spec.kind != InputType::Secret
        {
            pairs.push((&spec.name, value));
        }
    }
    let extras = [("ticket", &context.ticket), ("reason", &context.reason), ("incident", &context.incident)];
    for (name, value) in extras {
        if !value.is_empty() && !pairs.iter().any(|(known, _)| *known == name) {
            pairs.push((name, value));
        }
    }
    format!("{}{}#{}", runbook(slug), query::build(pairs), query::encode(&action.name))
}

/// The address that opens a run's action with the run's own inputs typed in: running it again is a new request.
#[must_use]
pub fn again(run: &RunSummary) -> String {
    let inputs = run.inputs.iter().filter(|input| !input.secret);
    let inputs = inputs.map(|input| (input.name.as_str(), input.value.as_str()));
    let context = [("ticket", &run.ticket), ("reason", &run.reason), ("incident", &run.incident)];
    let context = context.into_iter().filter_map(|(name, text)| text.as_deref().map(|text| (name, text)));
    let known: Vec<_> = inputs.collect();
    let more: Vec<_> = context.filter(|(name, _)| known.iter().all(|(other, _)| other != name)).collect();
    format!(
        "{}{}#{}",
        runbook(&run.runbook),
        query::build(known.into_iter().chain(more)),
        query::encode(&run.action)
    )
}

/// The query of a list of runs, for the app's address and for the API alike.
#[must_use]
pub fn run_filter_query(filter: &RunFilter) -> String {
    let texts = [
        ("service", filter.service.clone()),
        ("target", filter.target.clone()),
        ("person", filter.person.as_ref().map(ToString::to_string)),
        ("state", filter.state.map(|state| state.as_str().to_owned())),
        ("runbook", filter.runbook.as_ref().map(ToString::to_string)),
        ("action", filter.action.clone()),
        ("since", filter.since.map(|at| at.0.to_string())),
        ("until", filter.until.map(|at| at.0.to_string())),
        ("before", filter.before.as_ref().map(ToString::to_string)),
    ];
    query::build(texts.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))))
}

/// The filter that a query names; what can't be read is left out.
///
/// `since` and `until` are dates (`2026-11-23`) in the app's address, turned into times by `day`, because only the
/// browser knows where the reader's day begins; milliseconds are taken too.
#[must_use]
pub fn run_filter(search: &str, day: impl Fn(&str) -> Option<i64>) -> RunFilter {
    let get = |name| query::get(search, name);
    let time = |name| get(name).and_then(|text| text.parse().ok().or_else(|| day(&text)));
    RunFilter {
        service: get("service"),
        target: get("target"),
        person: get("person").map(PersonId),
        state: get("state").and_then(|text| RunState::parse(&text)),
        runbook: get("runbook").map(Slug),
        action: get("action"),
        since: time("since").map(lastmile_protocol::Millis),
        // The last day asked for belongs to the answer.
        until: time("until").map(|at| lastmile_protocol::Millis(at + day_after(&get("until")))),
        before: get("before").map(RunId),
    }
}

fn day_after(text: &Option<String>) -> i64 {
    if text.as_ref().is_some_and(|text| text.contains('-')) { 86_400_000 } else { 0 }
}

/// The parameters that narrow the audit record.
pub const AUDIT_FILTERS: [&str; 9] =
    ["person", "did", "target", "runbook", "action", "run", "since", "until", "before"];

/// The address of the audit record, as `search` has it, narrowed to these names; empty takes one out.
#[must_use]
pub fn audit_follow(search: &str, names: &[(&str, &str)]) -> String {
    let newest = query::with(search, "before", "");
    let search = names.iter().fold(newest, |search, (name, value)| query::with(&search, name, value));
    format!("/audit{search}")
}

/// The query of the audit record, for the API.
#[must_use]
pub fn audit_filter_query(filter: &AuditFilter) -> String {
    let texts = [
        ("person", filter.person.as_ref().map(ToString::to_string)),
        ("did", filter.did.clone()),
        ("target", filter.target.clone()),
        ("runbook", filter.runbook.as_ref().map(ToString::to_string)),
        ("action", filter.action.clone()),
        ("run", filter.run.as_ref().map(ToString::to_string)),
        ("since", filter.since.map(|at| at.0.to_string())),
        ("until", filter.until.map(|at| at.0.to_string())),
        ("before", filter.before.map(|seq| seq.to_string())),
    ];
    query::build(texts.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))))
}

/// The filter that a query names; what can't be read is left out.
///
/// `since` and `until` are minutes (`2026-11-23T03:14`) or days in the app's address, turned into times by `moment`, because
/// only the browser knows the reader's zone; milliseconds are taken too. The last minute or day asked for belongs to the answer.
#[must_use]
pub fn audit_filter(search: &str, moment: impl Fn(&str) -> Option<i64>) -> AuditFilter {
    let get = |name| query::get(search, name);
    let time = |name| get(name).and_then(|text| text.parse().ok().or_else(|| moment(&text)));
    let last = match get("until") {
        Some(text) if text.contains('T') => 60_000,
        text => day_after(&text),
    };
    AuditFilter {
        person: get("person").map(PersonId),
        did: get("did"),
        target: get("target"),
        runbook: get("runbook").map(Slug),
        action: get("action"),
        run: get("run").map(RunId),
        since: time("since").map(Millis),
        until: time("until").map(|at: i64| Millis(at.saturating_add(last))),
        before: get("before").and_then(|text| text.parse().ok()),
    }
}

#[cfg(test)]
mod tests {
    use lastmile_runbook::InputSpec;

    use super::*;

    fn book() -> Runbook {
        let input = |name: &str, kind| InputSpec { name: name.to_owned(), kind, ..InputSpec::default() };
        let mut book = Runbook::default();
        book.meta.inputs = vec![
            input("pool", InputType::String),
            input("password", InputType::Secret),
            input("ticket", InputType::String),
        ];
        book.meta.inputs[0].default = Some("blue".to_owned());
        book
    }

    fn restart() -> Action {
        Action {
            name: "restart-pool".to_owned(),
            inputs: vec!["pool".to_owned(), "password".to_owned()],
            ..crate::sample::action()
        }
    }

    #[test]
    fn an_address_fills_in_inputs_and_context_but_never_a_secret() {
        let prefill =
            Prefill::read("?pool=green&password=x&ticket=INC-12&reason=it%20is%20down&nope=1", &book());
        assert_eq!(prefill.inputs["pool"], "green");
        assert_eq!(prefill.inputs["ticket"], "INC-12");
        assert_eq!(prefill.inputs.len(), 2);
        assert_eq!(prefill.refused_secrets, ["password"]);
        assert_eq!(prefill.context.ticket, "INC-12");
        assert_eq!(prefill.context.reason, "it is down");
    }

    #[test]
    fn a_copied_link_holds_what_is_typed_without_secrets() {
        let values = BTreeMap::from([
            ("pool".to_owned(), "a b".to_owned()),
            ("password".to_owned(), "hush".to_owned()),
        ]);
        let context = Context { ticket: "INC-12".to_owned(), ..Context::default() };
        let link = action(&Slug::from("bar/pool"), &book(), &restart(), &values, &context);
        assert_eq!(link, "/runbooks/bar/pool?pool=a%20b&ticket=INC-12#restart-pool");
        let search = link.split_once('?').unwrap().1.split_once('#').unwrap().0;
        assert_eq!(Prefill::read(search, &book()).inputs["pool"], "a b");
    }

    #[test]
    fn an_emptied_field_stays_empty_in_the_link() {
        let values = BTreeMap::from([("pool".to_owned(), String::new())]);
        let link = action(&Slug::from("x"), &book(), &restart(), &values, &Context::default());
        assert_eq!(link, "/runbooks/x?pool=#restart-pool");
    }

    #[test]
    fn signing_in_leads_only_to_pages_of_this_app() {
        let to = |path: &str| return_to(&format!("?return_to={}", query::encode(path))).to_string();
        assert_eq!(to("/runs/1?x=y#L3"), "/runs/1?x=y#L3");
        for bad in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\t/evil",
            "javascript:x",
            "",
            "/sign-in",
        ] {
            assert_eq!(to(bad), "/", "{bad:?}");
        }
        assert_eq!(return_to("").as_str(), "/");
        let search = sign_in("/runs?state=failed");
        assert_eq!(return_to(search.split_once('?').unwrap().1).as_str(), "/runs?state=failed");
    }

    #[test]
    fn each_view_of_a_runbook_survives_its_own_address() {
        let commit = "a".repeat(40);
        let changes = View::Changes { from: None, to: Some(commit.clone()) };
        for view in [View::Text, View::Source, View::History, changes] {
            let address = runbook_view(&Slug::from("a b"), &view, Some(&commit));
            let (path, search) = address.split_once('?').unwrap();
            assert_eq!(path, "/runbooks/a%20b");
            assert_eq!((view_of(search), revision_of(search)), (view, Some(commit.clone())));
        }
        // An input may be called `view` too.
        assert_eq!(view_of("?view=blue"), View::Text);
        assert_eq!(view_of("?view=changes&from=HEAD"), View::Changes { from: None, to: None });
    }

    #[test]
    fn lines_are_counted_from_one_in_addresses() {
        assert_eq!(line_of("#L120"), Some(119));
        assert_eq!(line_of("L1"), Some(0));
        assert_eq!(line_of("#L0"), None);
        assert_eq!(line_of("#restart"), None);
        assert_eq!(run_line(&RunId::from("r"), 119), "/runs/r#L120");
    }

    #[test]
    fn a_filter_survives_its_own_address() {
        let filter = RunFilter {
            service: Some("bar".to_owned()),
            state: Some(RunState::Failed),
            since: Some(Millis(5)),
            person: Some(PersonId::from("noc")),
            ..RunFilter::default()
        };
        assert_eq!(run_filter(&run_filter_query(&filter), |_| None), filter);
    }

    #[test]
    fn following_a_name_keeps_the_other_filters_and_begins_at_the_newest() {
        let search = "?person=ann&before=90&action=act";
        assert_eq!(
            audit_follow(search, &[("target", "bar prod")]),
            "/audit?person=ann&action=act&target=bar%20prod"
        );
        assert_eq!(audit_follow(search, &[("runbook", "x"), ("action", "")]), "/audit?person=ann&runbook=x");
    }

    #[test]
    fn the_audit_record_s_filter_survives_its_own_address() {
        let filter = AuditFilter {
            person: Some(PersonId::from("noc")),
            did: Some("run.requested".to_owned()),
            until: Some(Millis(5)),
            before: Some(17),
            ..AuditFilter::default()
        };
        assert_eq!(audit_filter(&audit_filter_query(&filter), |_| None), filter);
        let minute = audit_filter("?since=2026-11-23T03:14&until=2026-11-23T03:14&before=x", |_| Some(1000));
        assert_eq!(
            (minute.since, minute.until, minute.before),
            (Some(Millis(1000)), Some(Millis(61_000)), None)
        );
    }

    #[test]
    fn the_last_day_of_a_range_belongs_to_it() {
        let filter = run_filter("?since=2026-11-23&until=2026-11-23&state=nonsense", |_| Some(1000));
        assert_eq!(filter.since, Some(Millis(1000)));
        assert_eq!(filter.until, Some(Millis(86_401_000)));
        assert_eq!(filter.state, None);
    }

    #[test]
    fn running_again_opens_the_action_with_the_same_inputs_and_no_secret() {
        use lastmile_protocol::InputValue;
        let input = |name: &str, secret| InputValue {
            name: name.to_owned(),
            value: "v".to_owned(),
            secret,
            version: None,
            typed: None,
        };
        let mut run = crate::sample::run("a", RunState::Failed);
        run.inputs = vec![input("pool", false), input("password", true)];
        run.ticket = Some("INC-1".to_owned());
        assert_eq!(again(&run), "/runbooks/bar?pool=v&ticket=INC-1#act");
    }

    #[test]
    fn the_catalog_s_query_holds_each_filter_once_and_nothing_else() {
        assert_eq!(catalog_query("?x=1&tag=a&q=%20b%20c&tag=z&team="), "?q=b%20c&tag=a");
        assert_eq!(catalog_query(&format!("q={}", "ü".repeat(10_000))).len(), 3 + 6 * LONGEST_SEARCH);
        assert_eq!(search("Kube & Co"), "/?q=Kube%20%26%20Co");
    }

    #[test]
    fn a_name_is_read_from_the_path_that_was_built_of_it() {
        for slug in ["bar/pool", "100%", "100%25", "a b/what?", "a#b", "ü", "a+b", "50%20x"] {
            assert_eq!(named(&runbook(&Slug::from(slug)), "/runbooks/").as_deref(), Some(slug));
        }
        assert_eq!(named("/runs/1", "/runbooks/"), None);
    }

    #[test]
    fn an_alert_s_parameters_go_on_to_the_runbook() {
        assert_eq!(
            runbook_with(&Slug::from("a b/100%"), "pod=x%20y", ""),
            "/runbooks/a%20b/100%25?pod=x%20y"
        );
        assert_eq!(runbook_with(&Slug::from("a"), "", "#act"), "/runbooks/a#act");
    }

    #[test]
    fn only_a_digest_or_a_commit_is_a_revision() {
        for rev in ["a".repeat(64), "b".repeat(40)] {
            assert_eq!(revision_of(&format!("?rev={rev}")), Some(rev));
        }
        assert_eq!(revision_of("?rev=master"), None);
    }
}
