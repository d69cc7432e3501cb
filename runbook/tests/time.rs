//! No file takes long: 100 KB of each of the worst kinds that are known, and twice as much takes no more than
//! about twice as long.

use std::time::{Duration, Instant};

use lastmile_runbook::parse;

const BYTES: usize = 100_000;
/// Most time for [`BYTES`] in an optimised build.
const MOST: Duration = Duration::from_millis(20);
/// Unoptimised code takes this many times as long, and the machine may be busy; quadratic time is far beyond it.
const UNOPTIMISED: u32 = 40;

/// Pieces that are repeated to fill a file.
const REPEATED: &[&str] = &[
    "a **b",
    "*a **a ",
    "*a_ ",
    "a*",
    "**x* ",
    "__a_",
    "~~a~ ",
    "~a~~",
    "[",
    "](",
    "[a](",
    "[a](b",
    "![",
    "![[]()",
    "[[]",
    "[a][b]",
    "[a]: b\n",
    "[^a]",
    "[^a]: b\n",
    "[^1]\n\n[^1]: x\n\n",
    "<",
    "<a ",
    "<a href=\"",
    "<a href='",
    "</",
    "<!--",
    "<!-- a -->",
    "<!",
    "<?",
    "<![CDATA[",
    "<b>",
    "</b>",
    "<b></i>",
    "<details>",
    "<details>\n\n",
    "</details>\n\n",
    "<table><tr><td>",
    "<td>",
    "<p>",
    "<p>\n\n",
    "<a name=x>",
    "<a id=a></a>",
    "<br>",
    "<pre>\n",
    "<b>x</b>",
    "<b><i></b>",
    "&",
    "&a;",
    "&amp;",
    "<p>&Aacute;",
    "&#1;",
    "`",
    "`a",
    "``a`",
    "` ``",
    "\\",
    "\\`",
    "\\\n",
    "> ",
    ">\n",
    ">> a\n",
    "- ",
    "- a\n",
    "-\n",
    "1. ",
    "1) a\n",
    "* a\n\n",
    "- [ ] a\n",
    "- [ ] a <!-- step: {name: a} -->\n",
    "|",
    "|a",
    "| a | b |\n",
    "|-",
    "a|b\n-|-\n",
    "|a|\n|-|\n|b|\n\n",
    "# a\n",
    "#\n",
    "a\n===\n",
    "---\n",
    "***\n",
    "```\n",
    "~~~\na\n",
    "```sh\n#| action: a\n```\n",
    "```sh\n#| action: a\n",
    "```sh\n#| after: [a]\n#| action: b\n```\n\n",
    "#| action: a\n",
    "a  \n",
    "a\n",
    "\n",
    " ",
    "\t",
    "    a\n",
    "\r",
    "\0",
    "é",
    "https://a.b/",
    "www.a.b ",
    "a@b.c ",
    "a@",
    "@a.b",
    "a.b-c_d+",
    "http://a@b.c(",
    "(https://a.b)",
    "[TOC]\n\n",
    "{{< ref \"a\" >}}",
    "[a]({{< ref \"b\" >}})",
    "[a]({{< ",
    "<http://a>",
    "<a@b.c>",
    "<pod>",
    "<pod>\n\n",
    ":::\n",
    "$a$",
    "$${",
    "{",
    "}",
];

/// What only a file as a whole can do.
fn whole_files() -> Vec<(String, String)> {
    let fill = |name: &str, piece: &dyn Fn(usize) -> String| {
        let mut text = String::new();
        for index in 0.. {
            text.push_str(&piece(index));
            if text.len() >= BYTES {
                break;
            }
        }
        (name.to_owned(), text)
    };
    vec![
        ("nested brackets".to_owned(), format!("{}a{}", "[".repeat(BYTES / 2), "]".repeat(BYTES / 2))),
        ("nested links".to_owned(), format!("{}a{}", "[".repeat(BYTES / 4), "](b)".repeat(BYTES / 5))),
        ("nested emphasis".to_owned(), format!("{}a{}", "*a ".repeat(BYTES / 6), " a*".repeat(BYTES / 6))),
        ("nested strong".to_owned(), format!("{}a{}", "**a ".repeat(BYTES / 8), " a**".repeat(BYTES / 8))),
        ("mixed emphasis".to_owned(), "*a _b ".repeat(BYTES / 12) + &"c_ d* ".repeat(BYTES / 12)),
        ("elements open and close".to_owned(), "<b>".repeat(BYTES / 7) + &"</b>".repeat(BYTES / 7)),
        ("elements interleaved".to_owned(), "<b><i>".repeat(BYTES / 14) + &"</b></i>".repeat(BYTES / 16)),
        (
            "details deep".to_owned(),
            "<details>\n\n".repeat(BYTES / 24) + &"</details>\n\n".repeat(BYTES / 24),
        ),
        (
            "one wide table".to_owned(),
            format!("{}\n{}\n{}\n", "|a".repeat(BYTES / 6), "|-".repeat(BYTES / 6), "|b".repeat(BYTES / 6)),
        ),
        (
            "wide head, short rows".to_owned(),
            format!("{}\n{}\n{}", "|a".repeat(300), "|-".repeat(300), "|b|\n".repeat(BYTES / 4 - 300)),
        ),
        (
            "very wide head, short rows".to_owned(),
            format!("{}\n{}\n{}", "|a".repeat(10_000), "|-".repeat(10_000), "b\n".repeat(BYTES / 3 - 7_000)),
        ),
        fill("lists like stairs", &|at| format!("{}- a\n", " ".repeat(2 * (at % 300)))),
        fill("quotes like stairs", &|at| format!("{}a\n", "> ".repeat(at % 200))),
        fill("definitions and links", &|at| format!("[a{at}]: b\n\n[a{at}] [a{}]\n\n", at / 2)),
        fill("undefined links", &|at| format!("[a{at}] ")),
        fill("footnotes", &|at| format!("[^{at}] ")),
        fill("footnotes and their bodies", &|at| format!("[^a{at}]\n\n[^a{at}]: x\n\n")),
        fill("headings of one name", &|_| "# same\n".to_owned()),
        fill("headings like numbered ones", &|at| format!("# a\n# a-{at}\n")),
        fill("backticks of all lengths", &|at| format!("{} ", "`".repeat(at))),
        fill("fences of all lengths", &|at| format!("{}\n", "`".repeat(3 + at))),
        fill("tildes of all lengths", &|at| format!("{} ", "~".repeat(at % 90))),
        fill("steps of one name", &|_| "- [ ] same\n".to_owned()),
        fill("actions after each other", &|at| {
            format!("```sh\n#| action: a{at}\n#| after: [a{}]\n```\n", at + 1)
        }),
        fill("inputs", &|at| if at == 0 { "---\ninputs:\n".to_owned() } else { format!("  a{at}: {{}}\n") }),
        fill("front matter that never ends", &|at| {
            if at == 0 { "---\n".to_owned() } else { "a: b\n".to_owned() }
        }),
        ("toml that never ends".to_owned(), format!("+++\ntags = [\n{}", "\"a\",\n".repeat(BYTES / 5))),
        ("toml, long".to_owned(), format!("+++\ntags = [\n{}]\n+++\n", "\"a\",\n".repeat(BYTES / 5))),
        ("one word".to_owned(), "a".repeat(BYTES)),
        (
            "entities of all names".to_owned(),
            format!("<p>{}", (0..BYTES / 8).map(|at| format!("&a{at};")).collect::<String>()),
        ),
        ("one line of comments in a list".to_owned(), format!("- {}", "<!-- a -->".repeat(BYTES / 10))),
        ("runme attributes".to_owned(), format!("```sh {}\n```\n", "{\"a\":".repeat(BYTES / 5))),
        ("deep yaml".to_owned(), format!("---\na: {}\n---\n", "[".repeat(BYTES))),
    ]
}

fn files() -> Vec<(String, String)> {
    let repeated = REPEATED
        .iter()
        .map(|piece| (format!("{piece:?} again and again"), piece.repeat(BYTES / piece.len())));
    repeated.chain(whole_files()).collect()
}

/// The best of some attempts, as many as it takes: the machine may do other things meanwhile.
fn time(text: &str, most: Duration) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..20 {
        let start = Instant::now();
        let runbook = std::hint::black_box(parse(text));
        best = best.min(start.elapsed());
        drop(runbook);
        if best <= most {
            break;
        }
    }
    best
}

#[test]
fn a_hundred_kilobytes_of_anything_are_read_in_twenty_milliseconds() {
    let most = if cfg!(debug_assertions) { MOST * UNOPTIMISED } else { MOST };
    let mut times: Vec<_> = files().into_iter().map(|(name, text)| (time(&text, most), name)).collect();
    times.sort();
    times.reverse();
    for (time, name) in times.iter().take(12) {
        println!("{:7.2} ms  {name}", time.as_secs_f64() * 1000.0);
    }
    println!("{} kinds", times.len());
    let late: Vec<_> = times.iter().filter(|(time, _)| *time > most).collect();
    assert!(late.is_empty(), "{late:#?}");
}
