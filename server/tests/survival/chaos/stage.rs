//! The server of all rounds, its runbooks, and the side file in which each run says by itself what it has done.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::plan::Script;
use crate::harness::{Person, Server, id};

/// Where the rounds take place.
pub(crate) struct Stage {
    pub(crate) server: Server,
    pub(crate) ann: Person,
}

/// What a run has noted beside its output.
#[derive(Debug, Default)]
pub(crate) struct Side {
    /// How often it began.
    pub(crate) begun: usize,
    /// Number of the last line that it has written.
    pub(crate) written: u64,
    /// Itself and its children.
    pub(crate) pids: Vec<i32>,
}

impl Stage {
    /// The server is started by that wrapper.
    pub(crate) fn set(wrapper: &[String]) -> Self {
        let server = Server::start_in(TempDir::new().unwrap(), "", wrapper);
        let side = server.folder.path().join("side");
        std::fs::create_dir(&side).unwrap();
        for script in Script::ALL {
            server.install_action(script.slug(), "", &text(script, &side));
        }
        let ann = server.person("ann");
        Self { server, ann }
    }

    pub(crate) fn restart(&mut self) {
        self.server.restart();
        self.ann.url = self.server.nobody().url;
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.server.folder.path().join("data")
    }

    pub(crate) fn run_dir(&self, run: &str) -> PathBuf {
        self.data().join("runs").join(run)
    }

    pub(crate) fn side(&self, run: &str) -> Side {
        let file = self.server.folder.path().join("side").join(run);
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let mut side = Side::default();
        for line in text.lines() {
            match line.split_once(' ') {
                Some(("begun", _)) => side.begun += 1,
                Some(("pid", pid)) => side.pids.push(pid.parse().unwrap()),
                Some(("line", number)) => side.written = number.parse().unwrap(),
                // Cut by a KILL.
                _ => {}
            }
        }
        side
    }

    /// Lines of the run's log that are the script's, by number.
    pub(crate) fn stored(&self, run: &str) -> Vec<u64> {
        let run = serde_json::json!({"summary": {"id": run}});
        let text = self.ann.log(&run);
        text.lines().filter_map(|line| line.strip_prefix("line ")?.split(' ').next()?.parse().ok()).collect()
    }

    /// The run that the key names by now, asked for again as a client would that got no answer.
    pub(crate) fn run_of(&self, script: Script, key: &str) -> String {
        let mut request = self.ann.request(script.slug(), key);
        request["separate"] = serde_json::json!(true);
        let (status, run) = self.ann.post("/runs", &request);
        assert!(status == 200 || status == 201, "{status}: {run}");
        id(&run).to_owned()
    }
}

/// What it writes it notes afterwards: a note means that the line was taken.
fn text(script: Script, side: &Path) -> String {
    let side = side.display();
    let (lines, pause) = (script.lines(), if script == Script::Quick { ":" } else { "sleep 0.01" });
    let children = if script == Script::Tree {
        "(setsid sh -c 'echo pid $$ >> \"$0\"; exec sleep 300' \"$side\" >/dev/null 2>&1 &)
env -i setsid sh -c 'echo pid $$ >> \"$0\"; exec sleep 300' \"$side\" &
while [ \"$(grep -c pid \"$side\")\" -lt 3 ]; do sleep 0.005; done"
    } else {
        ":"
    };
    format!(
        "side={side}/$LASTMILE_RUN_ID
echo begun $$ >> \"$side\"
echo pid $$ >> \"$side\"
{children}
i=0
while [ $i -lt {lines} ]; do
i=$((i + 1))
echo \"line $i of {lines}\"
echo \"line $i\" >> \"$side\"
{pause}
done"
    )
}
