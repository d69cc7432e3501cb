//! Names that no input may have, because they change how a program loads or runs.
//!
//! An input reaches the script as an environment variable of its name. This is the one list of names for
//! which that would hand the requester more than a value: what is loaded, where commands are looked up, how
//! a shell splits words, where traffic goes. Names that a shell sets itself are here too: their value would
//! not arrive.

const PREFIXES: &[&str] = &[
    // Ours.
    "LASTMILE_",
    // The dynamic loader and the C library.
    "LD_",
    "DYLD_",
    "GLIBC_",
    "MALLOC_",
    // Shells.
    "BASH",
    "KSH_",
    // Interpreters and runtimes.
    "PYTHON",
    "PERL",
    "RUBY",
    "GEM_",
    "BUNDLE_",
    "NODE_",
    "NPM_",
    "npm_",
    "PHP",
    "LUA_",
    "JAVA_",
    "JDK_",
    // Tools that take commands to run from their environment.
    "GIT_",
    "SSH_",
    "LESS",
];

const NAMES: &[&str] = &[
    // Where commands, libraries, start-up files and locale data are looked up.
    "PATH",
    "HOME",
    "ENV",
    "SHELL",
    "CDPATH",
    "FPATH",
    "ZDOTDIR",
    "TMPDIR",
    "CLASSPATH",
    "_JAVA_OPTIONS",
    "GCONV_PATH",
    "LOCPATH",
    "NLSPATH",
    "TERMINFO",
    "TERMCAP",
    "OPENSSL_CONF",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    // How a shell reads and runs what it is given.
    "IFS",
    "SHELLOPTS",
    "GLOBIGNORE",
    "POSIXLY_CORRECT",
    "PROMPT_COMMAND",
    "PS1",
    "PS2",
    "PS3",
    "PS4",
    // Commands that other programs start.
    "EDITOR",
    "VISUAL",
    "PAGER",
    "MANPAGER",
    "BROWSER",
    // Where traffic goes.
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    // Set by shells themselves: a value given from outside would not arrive.
    "_",
    "PWD",
    "OLDPWD",
    "SHLVL",
    "UID",
    "EUID",
    "GID",
    "EGID",
    "PPID",
    "GROUPS",
    "RANDOM",
    "SRANDOM",
    "SECONDS",
    "LINENO",
    "DIRSTACK",
    "FUNCNAME",
    "PIPESTATUS",
    "OPTIND",
    "OPTARG",
    "OPTERR",
];

/// Whether an input must not be called `name`.
///
/// ```
/// assert!(lastmile_runbook::is_reserved("LD_PRELOAD"));
/// assert!(!lastmile_runbook::is_reserved("pool"));
/// ```
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::is_reserved;

    #[test]
    fn names_that_change_what_runs_are_reserved() {
        for name in
            ["PATH", "LD_PRELOAD", "BASH_ENV", "ENV", "IFS", "PYTHONPATH", "PERL5OPT", "RUBYOPT", "PS4"]
        {
            assert!(is_reserved(name), "{name}");
        }
        for name in ["LASTMILE_OUTPUT", "NODE_OPTIONS", "SHELLOPTS", "https_proxy", "GIT_SSH_COMMAND", "_"] {
            assert!(is_reserved(name), "{name}");
        }
    }

    #[test]
    fn ordinary_names_are_free() {
        for name in ["pool", "environment", "POD", "AWS_PROFILE", "path", "home", "user", "NAMESPACE"] {
            assert!(!is_reserved(name), "{name}");
        }
    }
}
