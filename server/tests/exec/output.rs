//! What a script writes, and how it ended, is recorded exactly.

use lastmile::exec::{Cause, FullOutput, outputs};
use lastmile_protocol::Stream;

use crate::run::{Run, launch, with};

#[test]
fn exit_code_and_both_streams_are_recorded() {
    let (run, exit) = Run::finished(&launch("echo to out; echo to err >&2; exit 3"));
    assert_eq!((exit.cause, exit.code, exit.signal), (Cause::Exited, Some(3), None));
    assert_eq!((exit.lines, exit.bytes, exit.durable), (2, 14, true));
    assert!(exit.started_at_ms.is_some_and(|started| started <= exit.ended_at_ms));
    assert_eq!(run.texts(Stream::Out), ["to out"]);
    assert_eq!(run.texts(Stream::Err), ["to err"]);
    assert_eq!(run.text("diagnostics"), "");
}

#[test]
fn a_signal_from_elsewhere_is_the_end_that_is_recorded() {
    let (_run, exit) = Run::finished(&launch("kill -9 $$"));
    assert_eq!((exit.cause, exit.code, exit.signal), (Cause::Signalled, None, Some(9)));
}

#[test]
fn bytes_of_any_kind_are_kept_as_they_are() {
    let (run, exit) = Run::finished(&launch(r"printf 'nul \0 bad \377\376 cr\r\nno final line feed'"));
    assert_eq!(run.bytes("log"), b"nul \0 bad \xff\xfe cr\r\nno final line feed");
    assert_eq!(exit.lines, 2);
    assert_eq!(run.texts(Stream::Out)[1], "no final line feed");
}

#[test]
fn a_hundred_thousand_lines_equal_what_the_script_wrote_beside() {
    let run = Run::prepared(&launch("true"));
    let side = run.beside("side");
    let script = "seq -f 'line %.0f' 1 100000 | tee \"$SIDE\"";
    let (run, exit) = Run::finished(&with(launch(script), "SIDE", side.to_str().unwrap()));
    let written = std::fs::read(&side).unwrap();
    assert!(run.bytes("log") == written);
    assert_eq!(exit.lines, 100_000);
    let joined: String = run.lines().iter().map(|line| format!("{}\n", line.text)).collect();
    assert!(joined.as_bytes() == written);
}

#[test]
fn a_line_of_a_hundred_megabytes_is_one_line() {
    let (run, exit) = Run::finished(&launch("head -c 100000000 /dev/zero | tr '\\0' x"));
    assert_eq!((exit.bytes, exit.left_out_bytes), (100_000_000, 0));
    // In pieces, so that its middle could be dropped.
    assert!(run.lines().iter().skip(1).all(|line| line.continued));
}

#[test]
fn an_output_cap_keeps_beginning_and_end_and_counts_what_it_drops_to_the_byte() {
    let mut launch = launch("seq 1 200000; echo the end; exit 4");
    launch.output_cap = 200_000;
    let (run, exit) = Run::finished(&launch);
    assert_eq!((exit.cause, exit.code), (Cause::Exited, Some(4)));
    let lines: Vec<_> =
        run.lines().into_iter().filter(|line| line.stream != Stream::System && !line.gap).collect();
    let kept: u64 = lines.iter().map(|line| line.bytes).sum();
    assert_eq!(kept + exit.left_out_bytes, 1_288_895 + 8);
    assert_eq!(lines.len() as u64 + exit.left_out_lines, 200_001);
    let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
    assert!(texts.starts_with(&["1", "2", "3"]) && texts.contains(&"200000") && texts.contains(&"the end"));
    let said = format!("{} bytes, {} lines left out", exit.left_out_bytes, exit.left_out_lines);
    assert!(run.lines().last().unwrap().text.ends_with(&said), "{:?}", run.lines().last());
}

#[test]
fn an_output_cap_that_stops_the_run_ends_it_and_counts_what_came_until_then() {
    let mut launch = launch("trap 'exit 7' TERM; while :; do echo more; done");
    (launch.output_cap, launch.full_output) = (100_000, FullOutput::Stop);
    let (run, exit) = Run::finished(&launch);
    assert_eq!((exit.cause, exit.code), (Cause::OutputFull, Some(7)));
    assert!(exit.message.unwrap().contains("its output had reached 100000 bytes"));
    assert!(run.bytes("log").len() + run.bytes("index").len() <= 100_000);
    let last = run.lines().pop().unwrap();
    let said = format!("{} bytes, {} lines left out", exit.left_out_bytes, exit.left_out_lines);
    assert!(last.gap && last.text.ends_with(&said), "{}", last.text);
}

#[test]
fn the_environment_is_exactly_what_was_asked_for() {
    let mut launch = launch("cat /proc/self/environ");
    launch.interpreter = vec!["/bin/sh".to_owned()];
    launch.script = "exec cat /proc/self/environ".to_owned();
    let launch = with(with(launch, "EMPTY", ""), "TWO", "two\nlines=x");
    let (run, _) = Run::finished(&launch);
    let mut found: Vec<_> = run.text("log").split_terminator('\0').map(str::to_owned).collect();
    // The shell's own.
    found.retain(|variable| !variable.starts_with("PWD="));
    found.sort();
    let output = format!("LASTMILE_OUTPUT={}", run.dir().join("output").display());
    let expected = [
        "EMPTY=".to_owned(),
        output,
        "PATH=/usr/local/bin:/usr/bin:/bin".to_owned(),
        "TWO=two\nlines=x".to_owned(),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_script_gets_no_input_no_descriptors_and_an_empty_folder() {
    let (run, exit) = Run::finished(&launch("cat; ls -A; ls /proc/self/fd | wc -l"));
    assert_eq!(exit.code, Some(0));
    // Three streams, and the listing's own.
    assert_eq!(run.texts(Stream::Out), ["4"]);
}

#[test]
fn values_for_later_actions_are_read_back() {
    let (run, _) =
        Run::finished(&launch("echo pool=blue >> \"$LASTMILE_OUTPUT\"; echo no >> \"$LASTMILE_OUTPUT\""));
    assert_eq!(outputs(&run.dir()).unwrap(), [("pool".to_owned(), "blue".to_owned())]);
}

#[test]
fn a_pseudo_terminal_is_one_in_every_respect() {
    let mut launch =
        launch("test -t 0; test -t 1; test -t 2; echo hello >/dev/tty; stty size; echo \"$TERM\"");
    launch.tty = true;
    let (run, exit) = Run::finished(&launch);
    assert_eq!(exit.code, Some(0), "{}", run.text("log"));
    assert_eq!(run.texts(Stream::Out), ["hello", "24 120", "xterm-256color"]);
}

#[test]
fn the_end_of_its_terminal_is_no_signal_to_the_run() {
    let mut launch = launch("exec >/dev/null 2>&1 </dev/null; sleep 0.05");
    launch.tty = true;
    for _ in 0..10 {
        let (run, exit) = Run::finished(&launch);
        assert_eq!((exit.cause, exit.code), (Cause::Exited, Some(0)), "{}", run.text("log"));
    }
}

#[test]
fn a_script_under_a_terminal_is_in_its_foreground_and_ctrl_c_would_reach_it() {
    // /proc/PID/stat: the process group, the terminal, and the terminal's foreground group.
    let script = "read -r _ _ _ _ group _ terminal foreground _ < /proc/$$/stat
        test \"$terminal\" != 0; test \"$group\" = \"$foreground\"; stty -a | grep -o 'intr = ^C'; stty -a | grep -ow isig
        trap 'echo interrupted; exit 130' INT; kill -INT $$; sleep 300";
    let mut launch = launch(script);
    launch.tty = true;
    let (run, exit) = Run::finished(&launch);
    assert_eq!((exit.cause, exit.code), (Cause::Exited, Some(130)), "{}", run.text("log"));
    assert_eq!(run.texts(Stream::Out), ["intr = ^C", "isig", "interrupted"]);
}

#[test]
fn an_interpreter_or_folder_that_is_missing_is_named() {
    let mut missing = launch("x");
    missing.interpreter = vec!["no-such-interpreter".to_owned()];
    let (_run, exit) = Run::finished(&missing);
    assert_eq!((exit.cause, exit.started_at_ms), (Cause::NotStarted, None));
    assert!(exit.message.unwrap().contains("no-such-interpreter"));
    let mut missing = launch("x");
    missing.workdir = Some("/no/such/folder".into());
    let (_run, exit) = Run::finished(&missing);
    assert_eq!(exit.cause, Cause::NotStarted);
    assert!(exit.message.unwrap().contains("/no/such/folder"));
}

#[test]
fn a_log_that_cannot_be_written_ends_the_script_and_the_record_says_so() {
    let run = Run::prepared(&launch("while :; do echo more; done"));
    let log = run.dir().join("log");
    std::fs::remove_file(&log).unwrap();
    std::os::unix::fs::symlink("/dev/full", &log).unwrap();
    run.spawn(&Default::default());
    let exit = run.exit();
    assert_eq!((exit.cause, exit.durable, exit.bytes), (Cause::LogFailed, false, 0));
    assert!(exit.left_out_bytes > 0);
    assert!(exit.message.unwrap().contains("No space left"));
}

#[test]
fn limits_bind_the_script_from_its_first_moment() {
    let mut launch = launch("grep -E 'address space|processes' /proc/self/limits");
    (launch.max_memory, launch.max_processes) = (Some(1 << 30), Some(4000));
    let (run, _) = Run::finished(&launch);
    let limits: Vec<Vec<_>> = run
        .texts(Stream::Out)
        .iter()
        .map(|line| {
            line.split_ascii_whitespace()
                .filter(|word| word.parse::<u64>().is_ok())
                .map(str::to_owned)
                .collect()
        })
        .collect();
    assert_eq!(limits, [["4000", "4000"], ["1073741824", "1073741824"]]);
}
