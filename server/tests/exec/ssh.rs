//! Through a real OpenSSH server on loopback, with keys made for the test.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use lastmile::exec::{Cause, Launch, cancel};
use lastmile_protocol::Stream;
use tempfile::TempDir;

use crate::run::{Run, is_alive, kill, launch, secret, until, with};

const SSHD: &str = "/usr/sbin/sshd";

struct Server {
    dir: TempDir,
    port: u16,
    daemon: Child,
}

impl Server {
    fn start() -> Self {
        assert!(Path::new(SSHD).exists(), "install Debian's openssh-server: {SSHD} is missing");
        if rustix::process::geteuid().is_root() {
            // sshd wants it there when root starts it; the package's service makes it at boot.
            fs::create_dir_all("/run/sshd").unwrap();
        }
        let dir = tempfile::tempdir().unwrap();
        for key in ["host", "user"] {
            let made = Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-f"])
                .arg(dir.path().join(key))
                .status()
                .unwrap();
            assert!(made.success());
        }
        fs::copy(dir.path().join("user.pub"), dir.path().join("authorized_keys")).unwrap();
        // Free now; should somebody take it in between, sshd ends and the test says so.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let at = dir.path().display();
        let config = format!(
            "ListenAddress 127.0.0.1\nPort {port}\nHostKey {at}/host\nAuthorizedKeysFile {at}/authorized_keys\n\
             StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\nPidFile none\n"
        );
        fs::write(dir.path().join("config"), config).unwrap();
        let mut daemon = Command::new(SSHD)
            .args(["-D", "-e", "-f"])
            .arg(dir.path().join("config"))
            .stderr(fs::File::create(dir.path().join("sshd.log")).unwrap())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        until("sshd to listen", || {
            let said = || fs::read_to_string(dir.path().join("sshd.log")).unwrap_or_default();
            assert_eq!(daemon.try_wait().unwrap(), None, "{}", said());
            TcpStream::connect(("127.0.0.1", port)).ok()
        });
        Self { dir, port, daemon }
    }

    fn launch(&self, script: &str) -> Launch {
        let key = self.dir.path().join("user");
        let words = [
            "ssh",
            "-F",
            "none",
            "-o",
            "BatchMode=yes",
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null",
            "-o",
            "LogLevel=ERROR",
            "-p",
            &self.port.to_string(),
            "-i",
            key.to_str().unwrap(),
            "127.0.0.1",
            "--",
        ];
        Launch { wrapper: words.map(str::to_owned).to_vec(), ..launch(script) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

#[test]
fn script_variables_secrets_streams_and_exit_code_go_through_ssh() {
    let server = Server::start();
    let script = "printf '%s|%s\\n' \"$VALUE\" \"$(printf %s \"$TOKEN\" | wc -c)\"
        echo to err >&2; cat; printf 'nul \\0 end'; exit 9";
    let hostile = "a'b \"c\" $(id) `id`\n\\ ☃";
    let launch = with(server.launch(script), "VALUE", hostile);
    let run = Run::started_with(&launch, &secret("TOKEN", "hunter2-hunter2"));
    let exit = run.exit();
    assert_eq!((exit.cause, exit.code), (Cause::Exited, Some(9)), "{}", run.text("log"));
    let out: Vec<_> = run.texts(Stream::Out);
    assert_eq!(out.join("\n"), format!("{hostile}|15\nnul \0 end"));
    assert_eq!(run.texts(Stream::Err), ["to err"]);
}

#[test]
fn cancel_ends_the_script_on_the_other_side() {
    let server = Server::start();
    let script = "trap '' TERM; setsid true; echo self $$; sh -c 'echo child $$; sleep 300'";
    let mut launch = server.launch(script);
    launch.grace_s = 1;
    let run = Run::started(&launch);
    let pids = [run.pid("self"), run.pid("child")];
    cancel(&run.dir()).unwrap();
    assert_eq!(run.exit().cause, Cause::Cancelled);
    until("both to end", || pids.iter().all(|pid| !is_alive(*pid)).then_some(()));
}

#[test]
fn a_connection_that_breaks_ends_the_script_on_the_other_side() {
    let server = Server::start();
    let run = Run::started(&server.launch("echo self $$; while :; do sleep 0.1; done"));
    let pid = run.pid("self");
    let client = children_of(run.process());
    client.into_iter().for_each(kill);
    let exit = run.exit();
    assert_eq!((exit.cause, exit.signal), (Cause::Signalled, Some(9)));
    until("the script to end", || (!is_alive(pid)).then_some(()));
}

fn children_of(pid: i32) -> Vec<i32> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
    children.split_ascii_whitespace().map(|pid| pid.parse().unwrap()).collect()
}
