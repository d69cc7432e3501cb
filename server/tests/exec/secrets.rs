//! Typed secrets reach the script and nothing else.

use std::path::Path;

use lastmile_protocol::Stream;

use crate::run::{Run, launch, secret, until};

const SECRET: &str = "hunter2 hunter2/é";

/// What `cksum` says of it.
const CKSUM: &str = "4229982619 18";

fn holds(file: &Path, secret: &str) -> bool {
    std::fs::read(file)
        .is_ok_and(|bytes| bytes.windows(secret.len()).any(|window| window == secret.as_bytes()))
}

fn files_below(dir: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[test]
fn a_secret_is_masked_in_both_streams_however_it_is_written() {
    let script = r#"
        printf %s "$TOKEN" | while IFS= read -r -n 1 c; do printf %s "$c"; done; echo
        echo "err $TOKEN" >&2
        printf %s "$TOKEN" | base64
        echo "plain"
    "#;
    let mut launch = launch(script);
    launch.interpreter = vec!["bash".to_owned(), "-eu".to_owned()];
    let run = Run::started_with(&launch, &secret("TOKEN", SECRET));
    assert_eq!(run.exit().code, Some(0));
    assert_eq!(run.texts(Stream::Out), ["***", "***", "plain"]);
    assert_eq!(run.texts(Stream::Err), ["err ***"]);
    let masked: Vec<_> =
        run.lines().iter().filter(|line| line.masked).map(|line| line.text.clone()).collect();
    assert_eq!(masked.len(), 3);
}

#[test]
fn the_script_gets_a_secret_and_no_argument_list_or_file_ever_does() {
    for wrapper in [vec![], vec!["env".to_owned()]] {
        let mut launch = launch("test \"$(printf %s \"$TOKEN\" | cksum)\" = \"$SUM\"; echo same; sleep 300");
        launch.env.push(("SUM".to_owned(), CKSUM.to_owned()));
        launch.wrapper = wrapper;
        let run = Run::started_with(&launch, &secret("TOKEN", SECRET));
        run.line("same");
        for process in std::fs::read_dir("/proc").unwrap().flatten() {
            assert!(!holds(&process.path().join("cmdline"), SECRET));
        }
        let own = run.process();
        assert!(!holds(Path::new(&format!("/proc/{own}/environ")), SECRET));
        for file in files_below(&run.dir()) {
            assert!(!holds(&file, SECRET), "{}", file.display());
        }
        lastmile::exec::cancel(&run.dir()).unwrap();
        run.exit();
    }
}

#[test]
fn a_prompt_is_shown_while_the_script_waits_for_an_answer() {
    let run = Run::started_with(&launch("printf 'Password: '; sleep 300"), &secret("TOKEN", SECRET));
    until("the prompt", || (run.text("log") == "Password: ").then_some(()));
}

#[test]
fn a_secret_too_short_to_be_masked_is_named() {
    let run = Run::started_with(&launch("echo \"pin $PIN\""), &secret("PIN", "123"));
    run.exit();
    assert_eq!(run.texts(Stream::System), ["lastmile: the value of PIN is too short to be masked"]);
    assert_eq!(run.texts(Stream::Out), ["pin 123"]);
}
