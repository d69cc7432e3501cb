use super::*;

fn typed(language: &str, text: &str) -> String {
    commands(Some(language), text).into_owned()
}

#[test]
fn prompts_and_output_are_left_out() {
    assert_eq!(
        typed("console", "$ kubectl get pods\nNAME  READY\nbar   1/1\n\n$ uptime\n"),
        "kubectl get pods\nuptime"
    );
    assert_eq!(typed("bash", "$ uptime\n up 3 days\n"), "uptime");
    assert_eq!(
        typed("console", "nora@bar1:~$ id -un\nnora\n[root@bar1 etc]# id -un\nroot\nsh-5.1# exit\n"),
        "id -un\nid -un\nexit"
    );
}

#[test]
fn without_prompts_all_of_it_is_typed() {
    for language in ["sh", "console", "yaml"] {
        assert_eq!(typed(language, "# Check the node\nuptime\n"), "# Check the node\nuptime", "{language}");
    }
    assert_eq!(typed("text", "$ costs\n"), "$ costs");
    assert_eq!(commands(None, "$ uptime\n"), "$ uptime");
}

#[test]
fn a_comment_of_a_shell_block_is_no_prompt() {
    let text = "# Find the pod\n$ kubectl get pods\n\n# look at its log\n$ kubectl logs bar\n";
    assert_eq!(typed("bash", text), "kubectl get pods\nkubectl logs bar");
}

#[test]
fn a_roots_prompt_counts_where_a_terminal_is_shown() {
    assert_eq!(
        typed("console", "# systemctl restart kubelet.service\n"),
        "systemctl restart kubelet.service"
    );
    assert_eq!(
        typed("console", "# journalctl -u kubelet\n-- No entries --\n# lsof -n\n"),
        "journalctl -u kubelet\nlsof -n"
    );
    assert_eq!(
        typed("console", "# Restart it:\nsystemctl restart bar\n"),
        "# Restart it:\nsystemctl restart bar"
    );
}

#[test]
fn a_shell_that_is_opened_brings_its_own_prompt() {
    let text = "$ oc debug \"node/$NODE\"\n# sysctl -a | grep fs.file-\nfs.file-max = 159\n# lsof -n\n";
    assert_eq!(typed("shell", text), "oc debug \"node/$NODE\"\nsysctl -a | grep fs.file-\nlsof -n");
    let remarks = "$ oc debug node/bar\n\n# inside the pod, look at\n$ ps aux\n";
    assert_eq!(typed("bash", remarks), "oc debug node/bar\nps aux");
}

#[test]
fn continued_lines_are_kept() {
    assert_eq!(
        typed("console", "$ oc logs \\\n  -l app=bar |\ngrep x\nline x\n"),
        "oc logs \\\n  -l app=bar |\ngrep x"
    );
    assert_eq!(
        typed("console", "$ for p in a b; do \\\n> echo $p; \\\n> done\na\nb\n"),
        "for p in a b; do \\\necho $p; \\\ndone"
    );
    assert_eq!(typed("console", "$ test -e x &&\n> rm x\n"), "test -e x &&\nrm x");
    let quoted = "$ oc get lease \\\n  -o jsonpath='{range .items[*]}\n{.type}{end}'\nReady\n";
    assert_eq!(typed("bash", quoted), quoted.trim_start_matches("$ ").trim_end_matches("\nReady\n"));
}

#[test]
fn here_documents_are_kept_whole() {
    let body = "apiVersion: v1\n# a remark\nkind: Pod\n$ not a prompt\nEOF";
    assert_eq!(
        typed("bash", &format!("$ cat <<EOF | oc apply -f -\n{body}\npod/bar created\n")),
        format!("cat <<EOF | oc apply -f -\n{body}")
    );
    assert_eq!(typed("console", "$ cat <<'EOF' > x\n> one\n> EOF\n$ id\n"), "cat <<'EOF' > x\none\nEOF\nid");
    assert_eq!(typed("console", "$ cat <<-END\n  a\n  END\nout\n"), "cat <<-END\n  a\n  END");
    assert_eq!(typed("console", "$ cat <<EOF\nnever closed\n"), "cat <<EOF");
    assert_eq!(typed("console", "$ wc -c <<< word\n5\n"), "wc -c <<< word");
}

#[test]
fn an_apostrophe_does_not_swallow_the_output() {
    assert_eq!(typed("console", "$ echo don't\noutput\n$ id\n"), "echo don't\nid");
    assert_eq!(typed("console", "$ id # it's me\nnora\n"), "id # it's me");
}

#[test]
fn every_line_says_where_it_begins() {
    let text = "$ a \\\n b\nout\n\n$ c";
    for line in session(Some("console"), text).unwrap() {
        let at = line.start + line.prompt.len();
        assert_eq!(&text[at..at + line.text.len()], line.text);
    }
}

#[test]
fn nothing_in_front_of_the_dollar_makes_output_a_command() {
    let text = "$ ls\nPS1=\\u@\\h$ \nprice@shop = 3$ each\n12$ a\n";
    assert_eq!(typed("console", text), "ls");
}
