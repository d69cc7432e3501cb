use lastmile_protocol::TokenKind;
use lastmile_runbook::CodeBlock;

use super::*;

/// The pieces of a block that have this kind.
fn pieces<'a>(language: &str, text: &'a str, kind: TokenKind) -> Vec<&'a str> {
    let block = CodeBlock { language, text };
    let spans = spans::of(&block, Instant::now() + Duration::from_secs(60));
    spans.iter().filter(|span| span.2 == kind).map(|span| &text[span.0 as usize..span.1 as usize]).collect()
}

#[test]
fn each_language_is_told_apart_where_it_matters() {
    use TokenKind::*;
    for (language, text, kind, expected) in [
        ("sh", "# why\nif true; then echo hi; fi\n", Comment, "# why"),
        ("bash", "if true; then\n  rm \"$x\"\nfi\n", Keyword, "if"),
        ("yaml", "name: \"bar\" # x\n", Key, "name"),
        ("yaml", "name: \"bar\" # x\n", String, "\"bar\""),
        ("json", "{\"a\": [1, true]}", Number, "1"),
        ("json", "{\"a\": [1, true]}", Constant, "true"),
        ("json", "{\"a\": [1, true]}", Key, "\"a\""),
        ("sql", "SELECT a FROM b WHERE c = 'd';", String, "'d'"),
        ("sql", "SELECT a FROM b WHERE c = 'd';", Keyword, "SELECT"),
        ("promql", "sum by (job) (rate(up{job=\"bar\"}[5m])) > 0.5 # x", Function, "rate"),
        ("promql", "sum by (job) (rate(up{job=\"bar\"}[5m])) > 0.5 # x", Number, "5m"),
        ("promql", "sum by (job) (rate(up{job=\"bar\"}[5m])) > 0.5 # x", Key, "job"),
        ("promql", "sum by (job) (rate(up{job=\"bar\"}[5m])) > 0.5 # x", Comment, "# x"),
        ("python", "def f(x):\n    return 'a'\n", String, "'a'"),
        ("ruby", "puts 'a' # b\n", Comment, "# b"),
        ("go", "package main\nfunc main() { return }\n", Keyword, "return"),
        ("hcl", "resource \"a\" \"b\" {\n  count = 3\n}\n", Number, "3"),
        ("terraform", "# x\n", Comment, "# x"),
        ("toml", "[a]\nb = 3\n", Number, "3"),
        ("ini", "[a]\nb = 3 \n; c\n", Comment, "; c"),
        ("diff", "--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n", Inserted, "+new"),
        ("diff", "--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n", Deleted, "-old"),
        ("dockerfile", "FROM debian\nRUN true\n", Keyword, "FROM"),
    ] {
        let found = pieces(language, text, kind);
        assert!(found.contains(&expected), "{language} {text:?}: {kind:?} is {found:?}");
    }
}

#[test]
fn of_a_terminal_only_the_commands_are_read() {
    let text = "$ echo 'a' \\\n  'b'\nit's 'output'\n$ echo 'c'\n";
    assert_eq!(pieces("console", text, TokenKind::String), ["'a'", "'b'", "'c'"]);
}

#[test]
fn spans_are_in_order_and_stay_within_the_text() {
    let text = "é=\"ü $x\" # ö\n\n\tls -la 'naïve'";
    let spans = spans::of(&CodeBlock { language: "sh", text }, Instant::now() + Duration::from_secs(60));
    assert!(!spans.is_empty());
    let mut before = 0;
    for span in spans {
        assert!(span.0 >= before && span.1 > span.0, "{span:?}");
        assert!(text.get(span.0 as usize..span.1 as usize).is_some(), "{span:?}");
        before = span.1;
    }
}

#[test]
fn beyond_a_limit_code_stays_plain() {
    let long_line = format!("echo 'a'\necho {}\necho 'b'\n", "x".repeat(1_001));
    assert_eq!(pieces("sh", &long_line, TokenKind::String), ["'a'"]);
    assert_eq!(pieces("sh", &"echo 'a'\n".repeat(10_000), TokenKind::String), [""; 0]);
    let (late, in_time) = highlight("```sh\necho 'a'\n```\n", Instant::now());
    assert_eq!((late.blocks, in_time), (vec![Vec::new()], false));
}

#[tokio::test]
async fn blocks_come_in_the_order_of_the_text_and_a_second_question_is_answered_from_memory() {
    let source = "- x\n  ```json\n  1\n  ```\n\n```text\n2\n```\n\n```json\n{}\n```\n".to_owned();
    let highlighter = Highlighter::default();
    let first = highlighter.highlight(&Digest::from("a"), source.clone()).await.unwrap();
    assert_eq!(first.blocks.iter().map(Vec::len).collect::<Vec<_>>(), [1, 0, 0]);
    let again = highlighter.highlight(&Digest::from("a"), source).await.unwrap();
    assert!(Arc::ptr_eq(&first, &again));
}

#[test]
fn no_single_line_takes_long() {
    let languages = [
        "sh",
        "yaml",
        "json",
        "sql",
        "promql",
        "python",
        "ruby",
        "go",
        "hcl",
        "toml",
        "ini",
        "diff",
        "dockerfile",
    ];
    for language in languages {
        // The first line of a language pays for its grammar.
        let _ = pieces(language, "a\n", TokenKind::Comment);
        for piece in [
            "(", "\\", "\"", "$(", "${", "[", "{", "<<", "'a' ", "a.", "1e", "# ", "\t", "--", "%q(", "a:",
            "- ", "a=a ",
        ] {
            let line = piece.repeat(900 / piece.len());
            let started = Instant::now();
            let _ = pieces(language, &line, TokenKind::Comment);
            assert!(started.elapsed() < PATIENCE, "{language} {piece:?}: {:?}", started.elapsed());
        }
    }
}
