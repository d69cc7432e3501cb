//! What is left of each target's error budget: a TOML file that whatever knows it writes (`bar-prod = 12.5`).

use std::collections::BTreeMap;
use std::path::Path;

/// Per cent left, by target.
#[derive(Debug, Default)]
pub(super) struct Budgets {
    left: BTreeMap<String, i64>,
    unreadable: bool,
}

impl Budgets {
    /// A file that can't be read means that nobody knows: an old value would let through what a new one stops.
    pub(super) fn read(path: Option<&Path>) -> Self {
        let Some(path) = path else { return Self::default() };
        match parse(path) {
            Ok(left) => Self { left, unreadable: false },
            Err(error) => {
                tracing::warn!(path = %path.display(), "the error budgets can't be read: {error}");
                Self { left: BTreeMap::new(), unreadable: true }
            }
        }
    }

    pub(super) fn left(&self, target: &str) -> Option<i64> {
        self.left.get(target).copied()
    }

    pub(super) fn unreadable(&self) -> bool {
        self.unreadable
    }
}

fn parse(path: &Path) -> anyhow::Result<BTreeMap<String, i64>> {
    let table: BTreeMap<String, f64> = toml::from_str(&std::fs::read_to_string(path)?)?;
    table.into_iter().map(|(target, left)| Ok((target, whole(left)?))).collect()
}

/// Rounded down: less than a per cent is as good as spent.
fn whole(left: f64) -> anyhow::Result<i64> {
    anyhow::ensure!(left.is_finite() && left.abs() < 1e6, "{left} is no per cent");
    Ok(left.floor() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_whole_per_cent_and_an_unreadable_file_knows_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("budgets.toml");
        std::fs::write(&path, "bar-prod = 12\nnet-prod = 0.4\n\"db.eu\" = -3.5\n").unwrap();
        let budgets = Budgets::read(Some(&path));
        let left = |target: &str| budgets.left(target);
        assert_eq!((left("bar-prod"), left("net-prod"), left("db.eu")), (Some(12), Some(0), Some(-4)));
        assert_eq!(left("other"), None);
        std::fs::write(&path, "bar-prod = nan\n").unwrap();
        assert!(Budgets::read(Some(&path)).unreadable());
    }
}
