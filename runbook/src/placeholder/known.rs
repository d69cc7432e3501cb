//! Variables that need no filling in: a shell or its login sets them, or the block itself.

/// What a shell, its login, or Lastmile sets.
pub(super) fn is_standard(name: &str) -> bool {
    const NAMES: [&str; 38] = [
        "HOME",
        "PATH",
        "PWD",
        "OLDPWD",
        "USER",
        "LOGNAME",
        "SHELL",
        "UID",
        "EUID",
        "GROUPS",
        "PPID",
        "HOSTNAME",
        "HOSTTYPE",
        "OSTYPE",
        "TERM",
        "COLUMNS",
        "LINES",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TMPDIR",
        "IFS",
        "RANDOM",
        "SECONDS",
        "EPOCHSECONDS",
        "LINENO",
        "REPLY",
        "OPTARG",
        "OPTIND",
        "FUNCNAME",
        "PIPESTATUS",
        "EDITOR",
        "PAGER",
        "VISUAL",
        "DISPLAY",
        "MAIL",
        "KUBECONFIG",
        "SHLVL",
    ];
    const FAMILIES: [&str; 6] = ["LC_", "BASH", "XDG_", "SSH_", "SUDO_", "LASTMILE_"];
    NAMES.contains(&name) || FAMILIES.iter().any(|family| name.starts_with(family)) || name == "_"
}

/// Names that this text gives a value: `NAME=`, `for NAME in`, `read NAME …`.
pub(super) fn assigned(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| {
        let words = line.split(|c: char| c.is_whitespace() || matches!(c, ';' | '(' | '&' | '|' | '{'));
        let mut taking = Taking::Nothing;
        words.filter(|word| !word.is_empty()).filter_map(move |word| {
            let name = leading_name(word);
            let sets = !name.is_empty()
                && (word[name.len()..].starts_with('=') || word[name.len()..].starts_with("+="));
            let taken = match taking {
                Taking::One => {
                    taking = Taking::Nothing;
                    !name.is_empty()
                }
                Taking::All if matches!(word, "do" | "then") => {
                    taking = Taking::Nothing;
                    false
                }
                Taking::All => name.len() == word.len(),
                Taking::Nothing => false,
            };
            match word {
                "for" | "select" => taking = Taking::One,
                "read" | "mapfile" | "readarray" => taking = Taking::All,
                _ => {}
            }
            (sets || taken).then_some(name)
        })
    })
}

/// What the words that follow are.
#[derive(Clone, Copy)]
enum Taking {
    /// Nothing of interest.
    Nothing,
    /// The next is a name.
    One,
    /// All up to `do` are names or options.
    All,
}

fn leading_name(word: &str) -> &str {
    let length = word.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let name = &word[..length];
    if name.starts_with(|c: char| c.is_ascii_digit()) { "" } else { name }
}
