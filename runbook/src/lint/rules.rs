//! Every code there is: what it is about and how it is usually mended.

use crate::Severity::{self, Error, Warning};

/// What a code stands for.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// A stable name such as `unknown-key`.
    pub code: &'static str,
    /// How bad it usually is; a report's own severity rules.
    pub severity: Severity,
    /// What it is about, in one sentence.
    pub about: &'static str,
    /// What usually mends it.
    pub mend: &'static str,
}

/// The rule called `code`.
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.code == code)
}

const fn error(code: &'static str, about: &'static str, mend: &'static str) -> Rule {
    Rule { code, severity: Error, about, mend }
}

const fn warning(code: &'static str, about: &'static str, mend: &'static str) -> Rule {
    Rule { code, severity: Warning, about, mend }
}

/// All rules, by subject.
pub const RULES: &[Rule] = &[
    error(
        "unreadable",
        "A file that can't be read as text.",
        "Save it as UTF-8, below 4 MiB, with permission to read it.",
    ),
    error(
        "yaml",
        "YAML that can't be read.",
        "Correct the YAML; quote values that hold `: ` or begin with a sign.",
    ),
    error("yaml-feature", "A YAML anchor, alias or tag.", "Write the value itself."),
    error(
        "front-matter",
        "Front matter that can't be read.",
        "Write `key: value` lines between two `---` lines.",
    ),
    error("unknown-key", "A key that nobody reads.", "Correct the key's name or remove the line."),
    error("duplicate-key", "A key that is given twice.", "Keep one of the two."),
    error("bad-value", "A value of the wrong type.", "Write a value of the type that the message names."),
    error(
        "key-does-not-fit",
        "A key that this type of input does not have.",
        "Remove the key or change `type`.",
    ),
    error("bad-duration", "A duration that can't be read.", "Write it like `90s`, `5m` or `1h30m`."),
    error("bad-size", "A size that can't be read.", "Write it like `64MiB` or `1G`."),
    error("bad-range", "`min` is greater than `max`.", "Swap the two."),
    error(
        "bad-pattern",
        "A pattern that is no regular expression.",
        "Correct the pattern; escape signs that stand for themselves.",
    ),
    error(
        "bad-default",
        "A default that its own declaration refuses.",
        "Change the default or what it must fit.",
    ),
    error("secret-default", "A secret with a default.", "Remove `default`."),
    error("missing-options", "A choice without options.", "Add `options: [a, b]`."),
    error("too-many-inputs", "More inputs than a file may have.", "Split the runbook."),
    error(
        "bad-name",
        "A name that can't be one.",
        "Use letters, digits, `-`, `_` and `.`; for inputs letters, digits and `_`.",
    ),
    error("reserved-name", "An input whose name changes how programs run.", "Choose another name."),
    error("duplicate-name", "Two actions or steps of one name.", "Give each its own `name`."),
    warning("anchor-taken", "An action's name that is a heading's anchor too.", "Add another `name`."),
    error(
        "unknown-input",
        "An input that the file does not declare.",
        "Declare it under `inputs` in the front matter, or correct the name.",
    ),
    error(
        "broken-input",
        "An input whose declaration has an error.",
        "Mend its declaration in the front matter.",
    ),
    error("unknown-option", "A value that the input can't have.", "Write one of its options."),
    error(
        "input-not-listed",
        "An input that the script uses and `inputs` does not list.",
        "Add it to the action's `inputs`, or remove that line to take all that the script names.",
    ),
    error("bad-target", "A target's name that can't be read.", "Write it like `bar-$environment`."),
    error(
        "target-input",
        "An input in `target` whose values are not all known.",
        "Make it a required `choice` without `when`.",
    ),
    error(
        "bad-retype",
        "A `retype` that would leave nothing to type.",
        "Name required inputs of one visible line.",
    ),
    error(
        "bad-approve",
        "An approval rule that can't be read.",
        "Write `approve: [N] TEAM [if INPUT=VALUE …]`.",
    ),
    error(
        "bad-condition",
        "A condition that can't be read or can never hold.",
        "Write `INPUT=VALUE` over choice and boolean inputs.",
    ),
    error("unknown-after", "`after` names nothing of this file.", "Name an action or step of this file."),
    error("after-circle", "Actions that wait for each other.", "Break the circle of `after`."),
    error(
        "bad-link",
        "An address that must not be followed.",
        "Write `#anchor`, a relative link, or an http(s) address.",
    ),
    error(
        "unclosed-fence",
        "A fence that is never closed.",
        "Close it with the same signs on a line of their own, indented like its opening.",
    ),
    error("nul-in-script", "A NUL character in a script.", "Remove it."),
    error("stray-header", "A header line below the script's first line.", "Move it up into the header."),
    error(
        "wrong-comment",
        "A header in another language's comment.",
        "Begin header lines with the language's own comment sign and `|`.",
    ),
    warning(
        "not-an-action",
        "What looks like an action's header and is none.",
        "Make it the first lines of a fence, with the key `action`.",
    ),
    warning("not-a-step", "A step's comment outside of a task-list item.", "Move it into a `- [ ]` item."),
    error(
        "unknown-team",
        "A team that the server's config does not have.",
        "Correct the team's name, or add it to the config.",
    ),
    error(
        "unknown-target",
        "A target that the server's config does not have.",
        "Correct the target's name, or add it to the config.",
    ),
    error(
        "no-interpreter",
        "A language for which the server has no interpreter.",
        "Add it to `[languages]` in the config, or change the fence's language.",
    ),
    warning(
        "not-a-fence",
        "What looks like a fence and is none.",
        "Put the signs on a line of their own, indented less than four columns, three or more of them.",
    ),
    warning(
        "untagged-fence",
        "Code whose language is plain but not named.",
        "Write the language behind the opening signs.",
    ),
    warning("broken-link", "A relative link that leads nowhere.", "Correct the path."),
    warning("broken-anchor", "A link to a heading that is not there.", "Correct the anchor."),
    warning("no-owner", "A runbook that nobody owns.", "Add `owner: TEAM` to the front matter."),
    warning(
        "review-overdue",
        "A review that is overdue.",
        "Read it again, correct it, and set `last_reviewed_on` to that day.",
    ),
    warning(
        "bad-review",
        "A review date or period that can't be read.",
        "Write `last_reviewed_on: 2026-11-24` and `review_in: 6 months`.",
    ),
    warning(
        "missing-section",
        "An alert's runbook without the customary sections.",
        "Add the headings that are missing.",
    ),
    warning(
        "eval",
        "Words that are read as code once more.",
        "Call the command itself; where that can't be, make sure that no input reaches it.",
    ),
    warning("unquoted-input", "An input that the shell splits at blanks.", "Put double quotes around it."),
    warning("unused-input", "An input that is listed or declared and never used.", "Use it or remove it."),
];
