//! What an actor may know about itself, and for whom it may act.

use zeroize::Zeroizing;

use super::config::object;
use crate::access::acting::{acting_as, id_of};
use crate::access::allow::allowed;
use crate::access::verified::Mapping;
use crate::error::{Failure, Result, Status};
use crate::jose::config::{Config, config_failure};
use crate::jose::json::{Kind, Members, Value};

/// The members `act_as` and `auth_info` of a configuration.
pub(super) struct Rules {
    /// Allow blocks: who may act as another, and as whom. `None`: nobody.
    act_as: Option<(String, String)>,
    /// The member of an actor that lists its groups.
    groups: String,
    /// By the id of an actor: an object of texts.
    secrets: Zeroizing<String>,
}

impl Rules {
    pub(super) fn read(config: &mut Config<'_>) -> Result<Rules> {
        let act_as = match config.object("act_as")? {
            Some(mut act_as) => {
                let allow = act_as.take("allow").ok_or_else(|| act_as.failure("allow", "missing"))?;
                let targets = act_as.take("as").map_or(r#"{"id":"*"}"#, |targets| targets.raw());
                act_as.finish()?;
                Some((allow.raw().to_owned(), targets.to_owned()))
            }
            None => None,
        };
        let mut rules = Rules { act_as, groups: "groups".to_owned(), secrets: Zeroizing::new("{}".to_owned()) };
        if let Some(mut info) = config.object("auth_info")? {
            if let Some(groups) = info.filled_text("groups")? {
                rules.groups = groups.into_owned();
            }
            if let Some(secrets) = object(&mut info, "secrets")? {
                check_secrets(secrets)?;
                rules.secrets = Zeroizing::new(secrets.raw().to_owned());
            }
            info.finish()?;
        }
        Ok(rules)
    }

    /// `actor`, `with_secrets` → `identifier`, `groups`, `act` where somebody acts for the actor, `secrets` where they were asked for.
    pub(super) fn auth_info(&self, mut args: Config<'_>) -> Result<String> {
        let actor = object(&mut args, "actor")?.ok_or_else(|| args.failure("actor", "missing"))?;
        let with_secrets = args.flag("with_secrets")?.unwrap_or(false);
        args.finish()?;
        let id = id_of(actor).ok_or_else(|| Failure::new(Status::Denied, "an actor without an id is nobody"))?;
        let groups = actor.get(&self.groups).and_then(|groups| groups.items()).into_iter().flatten();
        let groups: Vec<String> = groups.filter_map(|group| Some(group.as_str()?.into_owned())).collect();
        let mut info = Members::default();
        info.text("identifier", &id);
        info.texts("groups", &groups);
        if let Some(act) = actor.get("act") {
            info.json("act", act.raw());
        }
        if with_secrets {
            // They are the actor's own: neither for who acts in its place, nor for a token that may do less.
            let is_other = |name: &str| actor.get(name).is_some_and(|value| value.kind() != Kind::Null);
            if is_other("act") || is_other("_r") {
                return Err(Failure::new(Status::Denied, "secrets are for the actor itself, without restrictions"));
            }
            let secrets = Value::parse(self.secrets.as_bytes()).ok().and_then(|secrets| secrets.get(&id));
            info.json("secrets", secrets.map_or("{}", |secrets| secrets.raw()));
        }
        Ok(info.into_object())
    }

    /// `by`, `actor` → `actor` with `act`, and the `claims` of a token that says the same.
    pub(super) fn act_as(&self, mut args: Config<'_>, mapping: Option<&Mapping>) -> Result<String> {
        let by = object(&mut args, "by")?.ok_or_else(|| args.failure("by", "missing"))?;
        let target = object(&mut args, "actor")?.ok_or_else(|| args.failure("actor", "missing"))?;
        args.finish()?;
        let denied = || Failure::new(Status::Denied, "the actor may not act as this one");
        let (allow, targets) = self.act_as.as_ref().ok_or_else(denied)?;
        if ["act", "_r", "token"].iter().any(|name| target.get(name).is_some()) {
            return Err(config_failure("args.actor", "act, _r and token come with whoever acts"));
        }
        if !allows(allow, by) || !allows(targets, target) || id_of(target).is_none() {
            return Err(denied());
        }
        let actor = acting_as(by, target)?.into_object();
        let mut answer = Members::default();
        answer.json("actor", &actor);
        let own = Mapping::default();
        let actor = Value::parse(actor.as_bytes()).map_err(|_| denied())?;
        answer.json("claims", &mapping.unwrap_or(&own).claims(actor).into_object());
        Ok(answer.into_object())
    }
}

fn allows(block: &str, actor: Value<'_>) -> bool {
    Value::parse(block.as_bytes()).is_ok_and(|block| allowed(Some(actor), block))
}

fn check_secrets(secrets: Value<'_>) -> Result<()> {
    let is_texts =
        |own: Value<'_>| own.members().is_some_and(|mut own| own.all(|(_, text)| text.kind() == Kind::String));
    match secrets.members().into_iter().flatten().all(|(_, own)| is_texts(own)) {
        true => Ok(()),
        false => Err(config_failure("auth_info.secrets", "expected an object of texts for each actor")),
    }
}
