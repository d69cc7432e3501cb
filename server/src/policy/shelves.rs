//! Policies sorted by the entity that their scope names, so that a request meets only those that could hold for it.
//!
//! A scope like `resource in Target::"bar"` holds only where that very entity is the resource or above it; the sets of all
//! entities that are, and the set of policies without such a scope, are together every policy that can have a say.

use std::collections::HashMap;

use cedar_policy::{EntityUid, Policy, PolicySet, PrincipalConstraint, ResourceConstraint};

use super::Unasked;

/// The policies of one question.
#[derive(Debug, Default)]
pub(super) struct Shelves {
    anywhere: PolicySet,
    by_scope: HashMap<EntityUid, PolicySet>,
}

impl Shelves {
    pub(super) fn add(&mut self, policy: &Policy) -> Result<(), Unasked> {
        let set = match scope(policy) {
            Some(entity) => self.by_scope.entry(entity).or_default(),
            None => &mut self.anywhere,
        };
        set.add(policy.clone()).map_err(Unasked::of)
    }

    /// Every set with a policy that could hold where the scopes are `entities`.
    pub(super) fn for_scopes<'a>(&'a self, entities: &'a [EntityUid]) -> impl Iterator<Item = &'a PolicySet> {
        [&self.anywhere].into_iter().chain(entities.iter().filter_map(|entity| self.by_scope.get(entity)))
    }
}

/// One entity that must be above the request for the policy to hold: the resource's, as it tells requests apart best.
fn scope(policy: &Policy) -> Option<EntityUid> {
    let of_resource = match policy.resource_constraint() {
        ResourceConstraint::In(entity) | ResourceConstraint::Eq(entity) => Some(entity),
        ResourceConstraint::IsIn(_, entity) => Some(entity),
        ResourceConstraint::Any | ResourceConstraint::Is(_) => None,
    };
    of_resource.or_else(|| match policy.principal_constraint() {
        PrincipalConstraint::In(entity) | PrincipalConstraint::Eq(entity) => Some(entity),
        PrincipalConstraint::IsIn(_, entity) => Some(entity),
        PrincipalConstraint::Any | PrincipalConstraint::Is(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_that_names_an_entity_is_sorted_by_it() {
        let head = |principal: &str, resource: &str| {
            let text = format!("permit ({principal}, action == Action::\"run\", {resource});");
            scope(&text.parse().unwrap()).map(|entity| entity.to_string())
        };
        let (person, target) = (Some(r#"Team::"net""#.to_owned()), Some(r#"Target::"bar""#.to_owned()));
        assert_eq!(head("principal", "resource"), None);
        assert_eq!(head("principal is Person", "resource is RunSpec"), None);
        for within in [
            "principal in Team::\"net\"",
            "principal == Team::\"net\"",
            "principal is Person in Team::\"net\"",
        ] {
            assert_eq!(head(within, "resource"), person);
        }
        for within in ["resource in Target::\"bar\"", "resource is RunSpec in Target::\"bar\""] {
            assert_eq!(head("principal in Team::\"net\"", within), target);
        }
    }
}
