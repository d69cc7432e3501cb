//! A question in Cedar's words: only the entities that this one request needs.
//!
//! Ten thousand people as entities would cost 50 ms a decision; one person with their teams costs microseconds.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request, RestrictedExpression,
};

use super::{Question, Subject, Unasked};

/// The questions that policies answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Asks {
    /// May it run at all?
    Run,
    /// Must somebody agree?
    RequireApproval,
    /// May it start at once although somebody must?
    BreakGlass,
}

impl Asks {
    pub(super) const ALL: [Self; 3] = [Self::Run, Self::RequireApproval, Self::BreakGlass];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::RequireApproval => "requireApproval",
            Self::BreakGlass => "breakGlass",
        }
    }
}

/// Names of entity types and actions, parsed once.
#[derive(Debug)]
pub(super) struct Names {
    team: EntityTypeName,
    environment: EntityTypeName,
    person: EntityTypeName,
    target: EntityTypeName,
    runbook: EntityTypeName,
    action: EntityTypeName,
    spec: EntityTypeName,
    run: EntityUid,
    require: EntityUid,
    glass: EntityUid,
}

impl Names {
    pub(super) fn new() -> Result<Self, Unasked> {
        let kind = |name: &str| name.parse::<EntityTypeName>().map_err(Unasked::of);
        let asks = kind("Action")?;
        let question =
            |asked: Asks| EntityUid::from_type_name_and_id(asks.clone(), EntityId::new(asked.name()));
        Ok(Self {
            team: kind("Team")?,
            environment: kind("Environment")?,
            person: kind("Person")?,
            target: kind("Target")?,
            runbook: kind("Runbook")?,
            action: kind("RunbookAction")?,
            spec: kind("RunSpec")?,
            run: question(Asks::Run),
            require: question(Asks::RequireApproval),
            glass: question(Asks::BreakGlass),
        })
    }

    pub(super) fn uid_of(&self, asks: Asks) -> &EntityUid {
        match asks {
            Asks::Run => &self.run,
            Asks::RequireApproval => &self.require,
            Asks::BreakGlass => &self.glass,
        }
    }
}

/// One request's facts, for all questions.
pub(super) struct Facts {
    pub(super) entities: Entities,
    principal: EntityUid,
    resource: EntityUid,
    /// Everything that a policy's scope could name and hold for this request.
    pub(super) scopes: Vec<EntityUid>,
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

fn reference(uid: &EntityUid) -> RestrictedExpression {
    RestrictedExpression::new_entity_uid(uid.clone())
}

fn tags<'a>(subject: &'a Subject<'_>) -> impl Iterator<Item = (String, RestrictedExpression)> + use<'a> {
    let text = |value: &str| RestrictedExpression::new_string(value.to_owned());
    subject.inputs.iter().map(move |(name, value)| ((*name).to_owned(), text(value)))
}

impl Facts {
    pub(super) fn of(question: &Question<'_>, names: &Names) -> Result<Self, Unasked> {
        let subject = question.subject;
        let person = uid(&names.person, question.requester.id.as_str());
        let teams: HashSet<_> =
            question.requester.teams.iter().map(|team| uid(&names.team, team.as_str())).collect();
        let target = uid(&names.target, subject.target.name);
        let runbook = uid(&names.runbook, subject.runbook);
        let action = uid(&names.action, &format!("{}#{}", subject.runbook, subject.action));
        let spec = uid(&names.spec, "this");
        let team_of = |team: Option<&lastmile_protocol::TeamName>| {
            team.map(|team| reference(&uid(&names.team, team.as_str())))
        };
        let mut of_runbook = HashMap::from([(
            "slug".to_owned(),
            RestrictedExpression::new_string(subject.runbook.to_owned()),
        )]);
        of_runbook.extend(team_of(subject.owner).map(|owner| ("owner".to_owned(), owner)));
        let of_target =
            team_of(subject.target.team).map(|team| ("team".to_owned(), team)).into_iter().collect();
        let of_spec = [
            ("runbook".to_owned(), reference(&runbook)),
            ("target".to_owned(), reference(&target)),
            ("check".to_owned(), RestrictedExpression::new_bool(subject.check)),
        ];
        let environment = uid(&names.environment, subject.target.environment);
        let mut scopes: Vec<EntityUid> = teams.iter().cloned().collect();
        scopes.extend([&person, &target, &runbook, &action, &spec, &environment].map(Clone::clone));
        let parents = HashSet::from([action.clone(), target.clone()]);
        let entities = [
            Entity::new_no_attrs(person.clone(), teams),
            Entity::new(target, of_target, [environment].into()).map_err(Unasked::of)?,
            Entity::new(runbook.clone(), of_runbook, HashSet::new()).map_err(Unasked::of)?,
            Entity::new_no_attrs(action, [runbook].into()),
            Entity::new_with_tags(spec.clone(), of_spec, parents, tags(subject)).map_err(Unasked::of)?,
        ];
        let entities = Entities::from_entities(entities, None).map_err(Unasked::of)?;
        Ok(Self { entities, principal: person, resource: spec, scopes })
    }

    /// One of the questions; `document`: one team that the runbook asks for.
    pub(super) fn request(
        &self,
        asks: Asks,
        question: &Question<'_>,
        document: Option<&str>,
        names: &Names,
    ) -> Result<Request, Unasked> {
        let at = question.at;
        let freezes = at.freezes.iter().cloned().map(RestrictedExpression::new_string);
        let mut pairs = vec![
            ("hour".to_owned(), RestrictedExpression::new_long(at.hour)),
            ("weekday".to_owned(), RestrictedExpression::new_long(at.weekday)),
            ("freezes".to_owned(), RestrictedExpression::new_set(freezes)),
            ("token".to_owned(), RestrictedExpression::new_bool(at.token)),
        ];
        let team = document.map(|team| reference(&uid(&names.team, team)));
        pairs.extend(team.map(|team| ("documentAsks".to_owned(), team)));
        pairs.extend(
            at.error_budget.map(|left| ("errorBudget".to_owned(), RestrictedExpression::new_long(left))),
        );
        let context = Context::from_pairs(pairs).map_err(Unasked::of)?;
        Request::new(self.principal.clone(), names.uid_of(asks).clone(), self.resource.clone(), context, None)
            .map_err(Unasked::of)
    }
}

#[cfg(test)]
mod tests {
    use lastmile_protocol::{Person, TeamName};

    use super::super::validate::schema;
    use super::super::{Circumstances, Place};
    use super::*;

    /// Strict validation promises nothing about requests that don't fit the schema.
    #[test]
    fn whatever_is_asked_fits_the_schema() {
        let net = TeamName::from("net");
        let requester =
            Person { id: "ann".into(), name: "Ann".into(), teams: vec!["ops".into(), net.clone()] };
        for (team, owner, left, asks) in
            [(None, None, None, None), (Some(&net), Some(&net), Some(-3), Some("net"))]
        {
            let target = Place { name: "bar", environment: "prod", team, may_run: &[], gate: &[] };
            let inputs = vec![("pool", "blue"), ("empty", "")];
            let subject = Subject { runbook: "a/b", owner, action: "act", check: true, target, inputs };
            let freezes = vec!["year end".to_owned()];
            let at = Circumstances { hour: 23, weekday: 7, freezes, error_budget: left, token: true };
            let (subject, at) = (&subject, &at);
            let others = |_: &TeamName| None;
            let requester = &requester;
            let question = Question { requester, subject, at, document: &[], before: &[], others: &others };
            let names = Names::new().unwrap();
            let facts = Facts::of(&question, &names).unwrap();
            let schema = Some(schema().unwrap());
            Entities::from_entities(facts.entities.iter().cloned(), schema).unwrap();
            for question_of in Asks::ALL {
                let request = facts.request(question_of, &question, asks, &names).unwrap();
                let part = |uid: Option<&EntityUid>| uid.unwrap().clone();
                let (who, what) = (part(request.principal()), part(request.resource()));
                let context = request.context().unwrap().clone();
                Request::new(who, part(request.action()), what, context, schema).unwrap();
            }
        }
    }
}
