//! What a reader has to fill in before a shell block can be typed: `<pod>`, `$NAMESPACE`, `{{ cluster }}`.
//!
//! Redirections, here-documents, quoted text of other languages, variables that every shell has and those that the
//! block itself sets are none.

mod known;

use std::collections::BTreeSet;
use std::ops::Range;

use self::known::{assigned, is_standard};
use crate::console::{self, LineKind};

/// Longer than this, `<…>` is no placeholder.
const LONGEST: usize = 80;

/// Where placeholders stand in a block, in order, as bytes. `is_input` tells names that the runbook declares itself.
///
/// ```
/// use lastmile_runbook::placeholder::placeholders;
/// let text = "oc logs <pod> -n $NAMESPACE < list > $HOME/log";
/// let found: Vec<_> = placeholders(Some("sh"), text, &|_| false).into_iter().map(|at| &text[at]).collect();
/// assert_eq!(found, ["<pod>", "$NAMESPACE"]);
/// ```
#[must_use]
pub fn placeholders(
    language: Option<&str>,
    text: &str,
    is_input: &dyn Fn(&str) -> bool,
) -> Vec<Range<usize>> {
    if !language.is_some_and(console::is_shell) {
        return Vec::new();
    }
    let typed: Vec<(usize, &str)> = match console::session(language, text) {
        Some(lines) => lines
            .into_iter()
            .filter(|line| line.kind == LineKind::Command)
            .map(|line| (line.start + line.prompt.len(), line.text))
            .collect(),
        None => vec![(0, text)],
    };
    let own: BTreeSet<&str> = typed.iter().flat_map(|(_, text)| assigned(text)).collect();
    let closed =
        text.split("</").skip(1).filter_map(|rest| rest.split_once('>')).map(|(name, _)| name).collect();
    let mut scan = Scan { closed, own, is_input, quote: None, found: Vec::new() };
    for (start, piece) in typed {
        scan.piece(start, piece);
    }
    scan.found
}

struct Scan<'a> {
    /// Elements of XML or HTML that are closed somewhere in the block.
    closed: BTreeSet<&'a str>,
    own: BTreeSet<&'a str>,
    is_input: &'a dyn Fn(&str) -> bool,
    quote: Option<u8>,
    found: Vec<Range<usize>>,
}

impl Scan<'_> {
    fn piece(&mut self, start: usize, text: &str) {
        let (mut at, mut before) = (0, b' ');
        while let Some(&byte) = text.as_bytes().get(at) {
            let length = match self.placeholder(&text[at..], byte, before) {
                Some(length) => {
                    self.found.push(start + at..start + at + length);
                    length
                }
                None => self.other(&text[at..], byte, before),
            };
            at += length;
            before = text.as_bytes().get(at - 1).copied().unwrap_or(b' ');
        }
    }

    /// How many bytes the placeholder has that begins here.
    fn placeholder(&self, rest: &str, byte: u8, before: u8) -> Option<usize> {
        match (byte, self.quote) {
            (b'<', _) if before != b'<' => self.angle(rest),
            (b'{', _) => braces(rest),
            (b'$', None | Some(b'"')) => self.variable(rest),
            _ => None,
        }
    }

    /// Reads what is none: how many bytes, at least one.
    fn other(&mut self, rest: &str, byte: u8, before: u8) -> usize {
        let first = rest.chars().next().map_or(1, char::len_utf8);
        match (byte, self.quote) {
            (b'\\', None | Some(b'"')) => first + rest[first..].chars().next().map_or(0, char::len_utf8),
            (b'#', None) if before.is_ascii_whitespace() || before == b';' => {
                rest.find('\n').unwrap_or(rest.len())
            }
            (b'\'' | b'"', None) => {
                self.quote = Some(byte);
                first
            }
            (quote, Some(open)) if quote == open => {
                self.quote = None;
                first
            }
            _ => first,
        }
    }

    /// `<pod>`, not `< in >out`, `<<EOF`, `<(list)` or an element that is closed again.
    fn angle(&self, rest: &str) -> Option<usize> {
        let end = rest.bytes().take(LONGEST).position(|byte| byte == b'>')?;
        let inner = &rest[1..end];
        let begins = inner.starts_with(|c: char| c.is_alphabetic() || matches!(c, '"' | '{' | '[' | '_'));
        let other = |c: char| c.is_control() || matches!(c, '<' | '|' | ';' | '&' | '$' | '`' | '=');
        let redirects = inner.ends_with(char::is_whitespace)
            || inner.rsplit_once(' ').is_some_and(|(_, last)| last.bytes().all(|byte| byte.is_ascii_digit()));
        let fits = begins && !redirects && !inner.contains(other);
        (fits && !self.closed.contains(inner)).then_some(end + 1)
    }

    /// `$NAME` and `${NAME}` that nobody sets here; a default (`${NAME:-x}`) sets it.
    fn variable(&self, rest: &str) -> Option<usize> {
        let braced = rest[1..].starts_with('{');
        let name_at = if braced { 2 } else { 1 };
        let name = &rest[name_at..];
        let length = name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let (name, after) = name.split_at(length);
        if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            || is_standard(name)
            || self.own.contains(name)
            || (self.is_input)(name)
        {
            return None;
        }
        if !braced {
            return Some(1 + length);
        }
        let end = after.bytes().take(LONGEST).position(|byte| byte == b'}')?;
        if after[..end].contains('\n') {
            return None;
        }
        let sets = [":-", ":=", "-", "=", ":+", "+"].iter().any(|sign| after.starts_with(sign));
        (!sets).then_some(name_at + length + end + 1)
    }
}

/// `{{ cluster }}`, not the `{{.Name}}` and `{{range}}` of a Go template.
fn braces(rest: &str) -> Option<usize> {
    const GO: [&str; 8] = ["end", "else", "range", "if", "with", "printf", "define", "break"];
    let inner = rest.strip_prefix("{{")?;
    let end = inner
        .bytes()
        .take(LONGEST)
        .position(|byte| byte == b'}')
        .filter(|end| inner[*end..].starts_with("}}"))?;
    let name = inner[..end].trim_matches([' ', '\t']);
    let fits = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        && !GO.contains(&name);
    fits.then_some(end + 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(language: &str, text: &'a str) -> Vec<&'a str> {
        placeholders(Some(language), text, &|name| name == "pool").into_iter().map(|at| &text[at]).collect()
    }

    #[test]
    fn what_a_reader_fills_in_is_found() {
        assert_eq!(found("sh", "oc get vm <vm-name> -n <namespace>"), ["<vm-name>", "<namespace>"]);
        assert_eq!(found("console", "$ N='<value of label from alert>'\n"), ["<value of label from alert>"]);
        assert_eq!(found("bash", "P='<\"Used By:\" field from above>'"), ["<\"Used By:\" field from above>"]);
        assert_eq!(found("bash", "ssh {{ host }} {{.Name}} {{range .items}}"), ["{{ host }}"]);
        assert_eq!(
            found("sh", "oc -n $NS get \"pod/${POD}\" ${VERSION%%.*}"),
            ["$NS", "${POD}", "${VERSION%%.*}"]
        );
        assert_eq!(found("sh", "curl http://<host>:9090/é/<é>"), ["<host>", "<é>"]);
    }

    #[test]
    fn redirections_and_documents_are_none() {
        for text in [
            "sort < in > out",
            "sort <in >out",
            "cat <<EOF >x\na\nEOF",
            "diff <(sort a) <(sort b)",
            "a 2>&1 <in 2>err",
            "wc <<<word >x",
            "echo '<name>x</name>'",
            "if (( a<b && b>c )); then",
        ] {
            assert_eq!(found("sh", text), [""; 0], "{text}");
        }
    }

    #[test]
    fn variables_that_somebody_sets_are_none() {
        for text in [
            "echo $HOME $PATH $1 $? $$ $@ ${#} $(id) $((1 + 2)) $LASTMILE_OUTPUT",
            "NS=bar; oc -n $NS get",
            "export NS=bar\noc -n \"${NS}\" get",
            "for p in a b; do echo $p; done",
            "while read -r name rest; do echo $name $rest; done",
            "oc get | while IFS= read -r line; do echo $line; done",
            "echo ${REGION:-eu} ${X=1}",
            "awk '{print $NF}' x",
            "jq -r '.[] | \"\\($x)\"'",
            "# set $NAMESPACE first",
            "echo \\$NAME",
            "restart $pool",
        ] {
            assert_eq!(found("sh", text), [""; 0], "{text}");
        }
    }

    #[test]
    fn output_and_other_languages_are_not_looked_at() {
        assert_eq!(
            found("console", "$ oc get <pod>\n<none> it's $X\n$ id $USERNAME\n"),
            ["<pod>", "$USERNAME"]
        );
        assert_eq!(found("yaml", "name: <pod>"), [""; 0]);
        assert_eq!(placeholders(None, "<pod>", &|_| false), []);
    }
}
