use std::io::{BufRead as _, Read as _, Write as _};
use std::process::{Command, Stdio};

use proptest::prelude::*;

use super::*;
use crate::exec::FullOutput;

/// What a real shell makes of a program on its standard input.
fn run(shell: &str, program: &str) -> (String, Option<i32>) {
    let mut child = Command::new(shell)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("install the shell `{shell}`: {error}"));
    let mut input = child.stdin.take().unwrap();
    input.write_all(program.as_bytes()).unwrap();
    // The input stays open, as in a real run.
    let output = child.wait_with_output().unwrap();
    drop(input);
    (String::from_utf8(output.stdout).unwrap(), output.status.code())
}

fn launch(script: &str) -> Launch {
    Launch {
        run: "r".to_owned(),
        wrapper: vec!["env".to_owned()],
        interpreter: vec!["sh".to_owned(), "-eu".to_owned()],
        script: script.to_owned(),
        env: Vec::new(),
        workdir: None,
        timeout_s: 0,
        grace_s: 1,
        output_cap: 0,
        full_output: FullOutput::DropMiddle,
        max_processes: None,
        max_memory: None,
        user: None,
        cgroup: None,
        tty: false,
        leaves_running: false,
    }
}

fn carried(launch: &Launch, env: &[(&str, &str)]) -> io::Result<String> {
    let env: Vec<_> = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    program(&Cargo { launch, env: &env, delimiter: &random_delimiter().unwrap() })
}

#[test]
fn script_variables_and_exit_code_arrive_in_every_common_shell() {
    let launch = launch("printf '%s|' \"$VALUE\"; cat; echo end\nexit 7");
    let hostile = "a'b\"c`id`$(id)\\\n$VALUE ünï ☃ \t!x";
    let program = carried(&launch, &[("VALUE", hostile)]).unwrap();
    for shell in ["sh", "dash", "bash"] {
        assert_eq!(run(shell, &program), (format!("{hostile}|end\n"), Some(7)), "{shell}");
    }
}

/// Feeds the program, ends its input once the script is under way, and gives all output.
fn interrupt(shell: &[&str], program: &str) -> (String, Option<i32>) {
    let mut child = Command::new(shell[0])
        .args(&shell[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(program.as_bytes()).unwrap();
    let mut output = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    output.read_line(&mut text).unwrap();
    drop(input);
    output.read_to_string(&mut text).unwrap();
    (text, child.wait().unwrap().code())
}

#[test]
fn the_end_of_the_input_ends_the_script_politely_first() {
    let script = "trap 'echo last words; exit 6' TERM; echo ready; while :; do sleep 0.1; done";
    let mut launch = launch(script);
    launch.grace_s = 20;
    let program = carried(&launch, &[]).unwrap();
    // Without setsid it can only end its own group, which must not be that of the tests.
    let bare = program.replace("command -v setsid", "command -v no-such-command");
    for shell in [&["dash"][..], &["bash"]] {
        // Many at once: a shell on a busy machine may hear of the script's end before it gets back to waiting for it.
        let begun = std::time::Instant::now();
        let all: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..40).map(|_| scope.spawn(|| interrupt(shell, &program))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        for one in all {
            assert_eq!(one, ("ready\nlast words\n".to_owned(), Some(6)), "{shell:?}");
        }
        assert!(begun.elapsed().as_secs() < 19, "{shell:?}");
        let (text, _) = interrupt(&[&["setsid", "--wait"], shell].concat(), &bare.replace("=20\n", "=1\n"));
        assert_eq!(text, "ready\nlast words\n", "{shell:?}");
    }
}

#[test]
fn a_script_of_a_megabyte_arrives_whole() {
    let mut script = "# filling\n".repeat(100_000);
    script.push_str("echo arrived");
    assert_eq!(run("sh", &carried(&launch(&script), &[]).unwrap()).0, "arrived\n");
}

#[test]
fn the_script_starts_in_the_working_folder_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("it's here");
    std::fs::create_dir(&folder).unwrap();
    let mut launch = launch("pwd");
    launch.workdir = Some(folder.clone());
    assert_eq!(run("sh", &carried(&launch, &[]).unwrap()).0, format!("{}\n", folder.display()));
    launch.workdir = Some(folder.join("missing"));
    assert_eq!(run("sh", &carried(&launch, &[]).unwrap()), (String::new(), Some(126)));
}

#[test]
fn limits_bind_on_the_other_side() {
    let mut launch = launch("ulimit -v");
    launch.max_memory = Some(512 * 1024 * 1024);
    assert_eq!(run("sh", &carried(&launch, &[]).unwrap()).0, "524288\n");
}

#[test]
fn names_and_values_that_no_shell_can_carry_are_refused() {
    assert!(carried(&launch(""), &[("A B", "x")]).is_err());
    assert!(carried(&launch(""), &[("x; id", "x")]).is_err());
    assert!(carried(&launch(""), &[("A", "a\0b")]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_quoted_value_is_one_word_with_exactly_that_value(value in "[^\0]{0,40}|['\"$`\\\\\n!*?~ ;&|<>(){}#-]{0,20}") {
        let (text, _) = run("sh", &format!("printf %s {}\nexit\n", quote(&value)));
        prop_assert_eq!(text, value);
    }

    #[test]
    fn quoting_has_one_form_that_can_be_read_back(value in "[^\0]{0,40}") {
        let word = quote(&value);
        let inner = word.strip_prefix('\'').unwrap().strip_suffix('\'').unwrap();
        prop_assert_eq!(inner.replace(r"'\''", "'"), value.clone());
        prop_assert_eq!(inner.matches('\'').count(), 3 * value.matches('\'').count());
    }
}
