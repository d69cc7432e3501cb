//! What a wrapper's standard input carries: a POSIX sh program with the variables and the script inside.
//!
//! No value stands in an argument list, and nothing is left in a file on the other side. The script gets an empty
//! standard input of its own. The program's input stays open as long as the run is wanted: when it ends (cancel,
//! timeout, a lost connection, a dead per-run process), the program ends the script's process group over there,
//! TERM first, then KILL. `docs/TARGETS.md` explains it to people.

use std::fmt::Write as _;
use std::io;

use super::Launch;
use super::output::is_name;

/// Waits for the end of the input, and then ends the script's process group; a program that is missing `setsid` ends
/// its own group, itself included. `kill -TERM -1234` is the one way to write it that dash, bash, busybox and mksh take.
/// Until the input ends the watch can be ended by TERM; from then on it can't.
const WATCH: &str = r#"lastmile_group=0
if [ -n "$lastmile_own" ]; then lastmile_group=-$lastmile_script; fi
(
while read -r lastmile_line; do :; done
trap '' TERM
kill -TERM "$lastmile_group"
sleep 0.1
lastmile_left=GRACE
while [ "$lastmile_left" -gt 0 ] && kill -0 "$lastmile_group"; do
sleep 1
lastmile_left=$((lastmile_left - 1))
done
kill -KILL "$lastmile_group"
) <&4 4<&- >/dev/null 2>&1 &
lastmile_watch=$!
"#;

/// Passes on the script's exit code, after the watch is over: at once if it still waited, else when it has ended what
/// the script left. Nothing interrupts the first `wait`, since bash 5.2 may forget the exit code of an interrupted one.
const WAIT: &str = r#"trap '' TERM
wait "$lastmile_script"
lastmile_status=$?
kill -TERM "$lastmile_watch"
wait "$lastmile_watch"
exit "$lastmile_status"
"#;

/// What is carried.
pub(super) struct Cargo<'a> {
    pub(super) launch: &'a Launch,
    /// All variables, secrets included, in order; a later one wins.
    pub(super) env: &'a [(String, String)],
    /// Ends the script in the program; must not stand in it, so it is random.
    pub(super) delimiter: &'a str,
}

/// The program for the `sh` on the other side.
///
/// # Errors
/// When a name is no shell variable's, or a value has a NUL: neither can be carried.
pub(super) fn program(cargo: &Cargo<'_>) -> io::Result<String> {
    let Cargo { launch, env, delimiter } = cargo;
    let mut text = String::new();
    for (name, value) in *env {
        if !is_name(name) {
            return Err(refuse(format!("`{name}` is no name of a variable that a shell can carry")));
        }
        if value.contains('\0') {
            return Err(refuse(format!("the value of `{name}` has a NUL byte, which no variable can hold")));
        }
        let _ = writeln!(text, "export {name}={}", quote(value));
    }
    if let Some(workdir) = &launch.workdir {
        let workdir = workdir.to_str().ok_or_else(|| refuse("the working folder is not UTF-8".to_owned()))?;
        let _ = writeln!(text, "cd -- {} || exit 126", quote(workdir));
    }
    text.push_str(&limits(launch));
    let interpreter = launch.interpreter.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ");
    let script = &launch.script;
    let line_end = if script.ends_with('\n') { "" } else { "\n" };
    // One compound command, so that the shell has read all of it before anything in it runs: from then on the
    // input belongs to the watch. Background commands get no input of their own, hence the detour by 4.
    let _ = write!(
        text,
        "{{\n\
         exec 4<&0\n\
         lastmile_own=$(command -v setsid)\n\
         $lastmile_own {interpreter} /dev/fd/3 3<<'{delimiter}' 4<&- </dev/null &\n\
         {script}{line_end}\
         {delimiter}\n\
         lastmile_script=$!\n\
         {WATCH}\
         exec 4<&- </dev/null 2>/dev/null\n\
         {WAIT}\
         }}\n",
        WATCH = WATCH.replace("GRACE", &launch.grace_s.to_string()),
    );
    Ok(text)
}

/// Lines that set the run's limits, soft and hard, or end the shell with 126; empty if it has none.
pub(super) fn limits(launch: &Launch) -> String {
    let mut text = String::new();
    if let Some(bytes) = launch.max_memory {
        let _ = writeln!(text, "ulimit -v {} || exit 126", bytes.div_ceil(1024));
    }
    if let Some(count) = launch.max_processes {
        // bash and ksh call it -u, dash and busybox -p.
        let _ = writeln!(text, "ulimit -u {count} 2>/dev/null || ulimit -p {count} || exit 126");
    }
    text
}

/// A delimiter that no script written before can contain.
pub(super) fn random_delimiter() -> io::Result<String> {
    let mut random = [0u8; 16];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    Ok(random.iter().fold("LASTMILE_".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// One word of POSIX sh with exactly this value, whatever stands in it.
pub(super) fn quote(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

fn refuse(why: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, why)
}

#[cfg(test)]
#[path = "carry_tests.rs"]
mod tests;
