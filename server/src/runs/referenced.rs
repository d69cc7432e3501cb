//! Secrets by reference: which inputs take one, and the reading of them at the request and at the start.

use std::collections::BTreeMap;

use lastmile_runbook::value;

use super::prepare::Prepared;
use super::{Refusal, RunSpec, Runs, Secrets};
use crate::config::Target;

impl Runs {
    /// Reads what the action takes of its target's store, and notes the versions for the run spec.
    ///
    /// # Errors
    /// `SecretUnreadable`.
    pub(super) async fn read_referenced(&self, prepared: &mut Prepared) -> Result<Secrets, Refusal> {
        let names: Vec<_> = value::secrets_of(&prepared.entry.runbook, &prepared.action)
            .into_iter()
            .filter(|spec| spec.applies(&prepared.values))
            .map(|spec| spec.name.clone())
            .collect();
        let (values, versions) = self.read_of(&prepared.target, names).await?;
        prepared.versions = versions;
        Ok(values)
    }

    /// Reads them again for a start that had to wait. What was agreed to is a version: another one is another run spec.
    ///
    /// # Errors
    /// `SecretUnreadable`, or `SecretChanged`.
    pub(super) async fn read_agreed(&self, spec: &RunSpec) -> Result<Secrets, Refusal> {
        let agreed: BTreeMap<_, _> = spec
            .inputs
            .iter()
            .filter_map(|input| Some((input.name.clone(), input.version.clone()?)))
            .collect();
        let target = &spec.target.view.name;
        let (values, versions) = match self.config.targets.get(target) {
            Some(target) => self.read_of(target.of(spec.check), agreed.keys().cloned()).await?,
            None => (Secrets::new(), BTreeMap::new()),
        };
        let changed = agreed.into_iter().find(|(name, version)| versions.get(name) != Some(version));
        changed.map_or(Ok(values), |(name, _)| Err(Refusal::SecretChanged { name, target: target.clone() }))
    }

    /// Values and versions of those names that the target's store has.
    async fn read_of(
        &self,
        target: &Target,
        names: impl IntoIterator<Item = String>,
    ) -> Result<(Secrets, BTreeMap<String, String>), Refusal> {
        let (mut values, mut versions) = (Secrets::new(), BTreeMap::new());
        for name in names {
            let Some(source) = target.secrets.get(&name) else { continue };
            let held = self.0.secret_reader.read(&target.view.name, &name, source).await?;
            values.insert(name.clone(), held.value);
            versions.insert(name, held.version);
        }
        Ok((values, versions))
    }
}
