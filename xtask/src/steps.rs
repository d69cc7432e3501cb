//! Steps of a long command: a heading and a duration each, a summary at the end, a stop at the first failure.

use anyhow::{Context, Result};
use std::time::{Duration, Instant};

/// The steps taken so far.
#[derive(Default)]
pub(crate) struct Steps {
    taken: Vec<(String, Duration)>,
}

impl Steps {
    /// Takes a step under a heading.
    ///
    /// # Errors
    /// What the step fails with, after the summary so far.
    pub(crate) fn take<T>(&mut self, name: &str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n== {name}");
        let started = Instant::now();
        let outcome = step();
        self.taken.push((name.to_owned(), started.elapsed()));
        if outcome.is_err() {
            println!("\n{}  <- failed", self.summary());
        }
        outcome.with_context(|| format!("{name} failed"))
    }

    /// One line a step.
    pub(crate) fn summary(&self) -> String {
        let lines: Vec<String> =
            self.taken.iter().map(|(name, took)| format!("{:>7.1} s  {name}", took.as_secs_f64())).collect();
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    #[test]
    fn a_failing_step_is_named_and_counted() {
        let mut steps = Steps::default();
        assert_eq!(steps.take("format", || Ok(1)).unwrap(), 1);
        let failure = steps.take("lints", || -> Result<()> { bail!("a warning") }).unwrap_err();
        assert_eq!(format!("{failure:#}"), "lints failed: a warning");
        assert_eq!(steps.summary().lines().count(), 2);
    }
}
