//! The way through a file: front matter, markdown, actions, steps, and then what only the whole can tell.

use crate::{
    Runbook, action, anchors,
    finding::{Fault, Findings},
    front_matter, header, markdown,
    position::{Lines, Position},
    references, steps,
};

/// Reads a runbook. Never fails and takes time in proportion to the length of `source`: what is wrong stands
/// in [`Runbook::problems`], and an action with an error is disabled.
///
/// ```
/// let runbook = lastmile_runbook::parse("# Hello\n\n```sh\n#| action: Say hello\necho hello\n```\n");
/// assert_eq!(runbook.actions[0].name, "say-hello");
/// assert!(runbook.problems.is_empty());
/// ```
#[must_use]
pub fn parse(source: &str) -> Runbook {
    let source = source.strip_prefix('\u{FEFF}').unwrap_or(source);
    let lines = Lines::new(source);
    let mut findings = Findings::default();
    let front = front_matter::read(&lines, &mut findings);
    let mut tree = markdown::build(source, lines.start(front.body_line), &lines, &mut findings);
    warn_of_lookalikes(&lines, front.body_line, std::mem::take(&mut tree.quiet), &mut findings);

    let read = |(index, fence)| action::read(fence, index, &front.declared, &mut findings);
    let (mut actions, places): (Vec<_>, Vec<_>) =
        std::mem::take(&mut tree.fences).into_iter().enumerate().map(read).unzip();
    let mut names = references::name_actions(&mut actions, &places, &mut findings);
    let steps = steps::read(std::mem::take(&mut tree.items), &mut names, &mut findings);
    references::check(&actions, &places, &steps, &tree, &mut findings);

    if !tree.own_anchors.is_empty() {
        for name in actions.iter().map(|it| &it.name).chain(steps.iter().map(|it| &it.name)) {
            tree.anchors.take(name);
        }
        anchors::settle(&mut tree.blocks, &mut tree.anchors);
    }
    let problems = findings.settle(&mut actions, &lines);
    let title = front.meta.title.clone().or(tree.title);
    Runbook { meta: front.meta, title, blocks: tree.blocks, actions, steps, problems }
}

/// Reports lines that look like an action's header but stand where none is read: in an HTML block, in
/// indented code, below the first line of a script.
fn warn_of_lookalikes(
    lines: &Lines<'_>,
    from: usize,
    mut quiet: Vec<(usize, usize)>,
    findings: &mut Findings,
) {
    quiet.sort_unstable();
    let mut quiet = quiet.into_iter().peekable();
    let mut quiet_to = 0;
    for line in from..=lines.count() {
        while let Some((_, last)) = quiet.next_if(|&(first, _)| first <= line) {
            quiet_to = quiet_to.max(last);
        }
        let text = lines.text(line);
        if line > quiet_to && header::looks_like_action(text) {
            let column = text.chars().take_while(|c| matches!(c, ' ' | '\t' | '>')).count() + 1;
            let message = "This looks like an action, but makes no button: header lines must be the first lines \
                           of a fence that is markdown, not HTML or indented code.";
            findings.warning(None, Fault::new(Position { line, column }, "not-an-action", message));
        }
    }
}
