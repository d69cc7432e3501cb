//! What a test breaks on purpose, to see that it is noticed.
//!
//! Only a build with the feature `sabotage` can be broken, by the variable `LASTMILE_SABOTAGE`; in all others the question
//! is answered by a constant, and a release build with the feature does not compile.

#[cfg(all(feature = "sabotage", not(debug_assertions)))]
compile_error!("a server that can be sabotaged is for tests: build it without --release");

/// What can be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sabotage {
    /// The intent to start a run is recorded, and not synced to the disk.
    Fsync,
    /// A run that goes on while the server restarts is not followed again.
    Adoption,
}

#[cfg(feature = "sabotage")]
impl Sabotage {
    pub(crate) fn is_done(self) -> bool {
        let name = match self {
            Self::Fsync => "fsync",
            Self::Adoption => "adoption",
        };
        std::env::var("LASTMILE_SABOTAGE").is_ok_and(|what| what == name)
    }
}

#[cfg(not(feature = "sabotage"))]
impl Sabotage {
    pub(crate) const fn is_done(self) -> bool {
        false
    }
}
