//! Which crates may be in which crate's tree of dependencies.

use super::Finding;
use crate::layout::Layout;
use crate::process;
use anyhow::Result;

/// What must be usable in the browser and by anybody else's program must drag nothing in.
const PURE: [&str; 4] = ["tokio", "axum", "sqlx", "leptos"];
const NEVER: [(&str, &[&str]); 3] =
    [("lastmile-runbook", &PURE), ("lastmile-protocol", &PURE), ("lastmile-app", &["lastmile"])];

/// Asks cargo for each tree.
pub(super) fn check(layout: &Layout) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (package, never) in NEVER {
        let mut tree = process::cargo();
        tree.args(["tree", "--quiet", "--package", package, "--edges", "normal,build", "--target", "all"]);
        tree.args(["--prefix", "none", "--format", "{p}"]).current_dir(layout.root());
        findings.extend(forbidden(package, never, &process::output(&mut tree)?));
    }
    Ok(findings)
}

/// The forbidden crates in a tree. A family counts as one: `sqlx` forbids `sqlx-core` too.
fn forbidden(package: &str, never: &[&str], tree: &str) -> Vec<Finding> {
    let mut names: Vec<&str> =
        tree.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    names.sort_unstable();
    names.dedup();
    let own = |name: &str| name == "lastmile-runbook" || name == "lastmile-protocol" || name == package;
    let hits =
        names.into_iter().filter(|name| !own(name) && never.iter().any(|never| in_family(name, never)));
    hits.map(|name| Finding::new(package, format!("must never depend on {name}"))).collect()
}

fn in_family(name: &str, family: &str) -> bool {
    name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_driver_in_the_wire_crate_is_found() {
        let tree = "lastmile-protocol v0.1.0 (/x)\nserde v1.0.0\nsqlx-core v0.9.0\n";
        let found = forbidden("lastmile-protocol", &PURE, tree);
        assert_eq!(found, [Finding::new("lastmile-protocol", "must never depend on sqlx-core")]);
    }

    #[test]
    fn the_app_may_use_the_shared_crates_and_not_the_server() {
        let tree = "lastmile-app v0.1.0 (/x)\nlastmile-protocol v0.1.0 (/x)\nlastmile-runbook v0.1.0 (/x)\n";
        assert_eq!(forbidden("lastmile-app", &["lastmile"], tree), []);
        let found = forbidden("lastmile-app", &["lastmile"], &format!("{tree}lastmile v0.1.0 (/x)\n"));
        assert_eq!(found, [Finding::new("lastmile-app", "must never depend on lastmile")]);
    }

    #[test]
    fn a_crate_that_only_sounds_alike_is_no_violation() {
        assert_eq!(forbidden("lastmile-runbook", &PURE, "lastmile-runbook v0.1.0\ntokiometer v1.0.0\n"), []);
    }
}
