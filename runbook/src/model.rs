//! What a runbook is once read: front matter, a tree of blocks, its actions and its steps.
//!
//! It is data only: it knows nothing of DOM, HTTP or files. The app draws it, the server runs what stands in
//! it, and both have read it with the same code from the same bytes.

use serde::{Deserialize, Serialize};

use crate::{Block, problem::Problem, value::InputSpec};

/// One markdown file, read. Reading never fails: what is wrong stands in [`Runbook::problems`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Runbook {
    /// What the front matter says.
    pub meta: FrontMatter,
    /// The title: from the front matter, else the text of the first heading of level 1, else `None`.
    pub title: Option<String>,
    /// The text, in order.
    pub blocks: Vec<Block>,
    /// The actions in the order of their fences; [`Block::Action`] holds an index into this list.
    pub actions: Vec<Action>,
    /// The manual steps in document order; [`Task::step`](crate::Task::step) holds an index into this list.
    pub steps: Vec<Step>,
    /// Everything found wrong, in the order of lines.
    pub problems: Vec<Problem>,
}

/// The front matter's known fields. Unknown ones (Hugo's, Runme's, MoJ's) are tolerated.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FrontMatter {
    /// `title`.
    pub title: Option<String>,
    /// `service`: what the runbook is about.
    pub service: Option<String>,
    /// `description`: one sentence for lists.
    pub description: Option<String>,
    /// `owner`, or GOV.UK's `owner_slack`.
    pub owner: Option<String>,
    /// `tags`.
    pub tags: Vec<String>,
    /// `alerts`: names of the alerts that this runbook answers.
    pub alerts: Vec<String>,
    /// `last_reviewed_on`, as written (ISO 8601 date).
    pub last_reviewed_on: Option<String>,
    /// `review_in`, as written (`6 months`).
    pub review_in: Option<String>,
    /// `inputs`, in the order of the file.
    pub inputs: Vec<InputSpec>,
}

/// A manual step: a task-list item, named by a trailing `<!-- step: {…} -->` or by its text's slug.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its id, unique in the file among steps and actions.
    pub name: String,
    /// Its text, without markup.
    pub text: String,
    /// Who does it.
    pub team: Option<String>,
    /// Seconds of work it costs.
    pub toil: Option<u64>,
    /// Line of the item, from 1.
    pub line: usize,
}

/// What an action does to the world, as its author says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It may change something.
    #[default]
    Change,
    /// It changes nothing: exit 0 is ok, anything else failed.
    Check,
}

/// A fenced code block whose header carries `action`: a button in the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// Its id and anchor, unique in the file.
    pub name: String,
    /// The button's text.
    pub label: String,
    /// Change or check.
    pub kind: Kind,
    /// The fence's language, lower case; empty where it has none.
    pub language: String,
    /// The fence's bytes, header included, as the interpreter gets them.
    pub script: String,
    /// Line of the fence's opening, from 1.
    pub line: usize,
    /// Where it runs: a target's name with `$input` parts; `None` means the target called `local`.
    pub target: Option<String>,
    /// Names of the inputs it takes, in order, those of `target` included.
    pub inputs: Vec<String>,
    /// Names of actions and steps that must have been done.
    pub after: Vec<String>,
    /// What the document asks to be agreed.
    pub approve: Vec<ApproveRule>,
    /// A sentence that says what it breaks.
    pub danger: Option<String>,
    /// What the operator must type, with `$input` parts.
    pub retype: Option<String>,
    /// Where to read on when it failed: `#anchor` or a relative link.
    pub on_fail: Option<String>,
    /// Seconds until it is ended.
    pub timeout: Option<u64>,
    /// Seconds between TERM and KILL.
    pub grace: Option<u64>,
    /// Seconds of work that it saves.
    pub toil: Option<u64>,
    /// Most bytes of output kept.
    pub output: Option<u64>,
    /// Most processes.
    pub processes: Option<u64>,
    /// Most bytes of memory.
    pub memory: Option<u64>,
    /// What happens when it is started while it runs: `queue`, `refuse` or `replace`.
    pub concurrency: Option<Concurrency>,
    /// Working folder on the target.
    pub workdir: Option<String>,
    /// Run under a pseudo-terminal.
    pub tty: bool,
    /// Processes that it leaves behind are meant to stay.
    pub leaves_running: bool,
    /// An action with an error is shown, located and disabled.
    pub disabled: bool,
}

/// What happens to a start while the same action runs on the same target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Concurrency {
    /// Wait for it.
    #[default]
    Queue,
    /// Say no.
    Refuse,
    /// Cancel the earlier one.
    Replace,
}

/// `[N] TEAM [if INPUT=VALUE …]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApproveRule {
    /// How many people of the team.
    pub count: u32,
    /// The team's name.
    pub team: String,
    /// All must hold; `environment` is the target's label.
    pub conditions: Vec<(String, String)>,
}
