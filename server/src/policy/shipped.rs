//! Policy sets that come with Lastmile, inside the binary. docs/POLICY.md explains each.

use super::PolicyFile;

/// A set of policies for one way to organise work.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub about: &'static str,
    files: &'static [(&'static str, &'static str)],
}

impl Shipped {
    /// Its files.
    #[must_use]
    pub fn files(&self) -> Vec<PolicyFile> {
        let file =
            |(name, text): &(&str, &str)| PolicyFile { name: (*name).to_owned(), text: (*text).to_owned() };
        self.files.iter().map(file).collect()
    }
}

/// What applies when the config names no policies.
pub const DEFAULT: Shipped = Shipped {
    name: "default",
    about: "whoever is signed in may run; gates stand in the config and in runbooks",
    files: &[("open.cedar", include_str!("../../../policies/default/open.cedar"))],
};

/// All of them.
pub const ALL: [Shipped; 4] = [
    DEFAULT,
    Shipped {
        name: "you-build-it-you-run-it",
        about: "a team runs on its own targets; anybody else asks that team",
        files: &[("teams.cedar", include_str!("../../../policies/you-build-it-you-run-it/teams.cedar"))],
    },
    Shipped {
        name: "ops-run-what-developers-wrote",
        about: "in prod only ops run, and what somebody else wrote needs the answering team's agreement",
        files: &[("ops.cedar", include_str!("../../../policies/ops-run-what-developers-wrote/ops.cedar"))],
    },
    Shipped {
        name: "product-teams-with-sre",
        about: "a team runs on its own targets; once the error budget is spent, sre must agree",
        files: &[("budget.cedar", include_str!("../../../policies/product-teams-with-sre/budget.cedar"))],
    },
];
