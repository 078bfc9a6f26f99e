//! The operations on tokens, and the payload of signed ones.

use std::sync::Arc;

use super::Access;
use super::answer::{Begun, Stored, Verdict};
use super::config::object;
use super::signed::{Namespace, Secret};
use crate::access::acting::id_of;
use crate::access::managed::{self, Standing};
use crate::access::restrictions;
use crate::access::row::Row;
use crate::access::store::{NewToken, TokenStore};
use crate::error::{Failure, Result, Status};
use crate::jose::config::Config;
use crate::jose::json::{Kind, Members, Value};
use crate::jose::time::LAST_SECOND;
use crate::vendors::client::required;
use crate::vendors::python_json::{Spelling, write_json, write_text};

/// How many rows a page has, as in the plugin.
const PAGE: usize = 30;

/// The tokens of a table. Whoever has a call to make on them has all of it.
pub(super) struct Managed {
    pub(super) store: Box<dyn TokenStore>,
    pub(super) secret: Arc<Secret>,
    /// The file that the table is in.
    pub(super) place: Arc<str>,
}

/// What the table is asked for or told.
type Operation = fn(&Managed, Config<'_>, i64) -> Result<String>;

/// An operation on the table by its name.
pub(super) fn operation(name: &str) -> Option<Operation> {
    match name {
        "create_token" => Some(Managed::create_token),
        "list_tokens" => Some(Managed::list_tokens),
        "token_details" => Some(Managed::token_details),
        "revoke_token" => Some(Managed::revoke_token),
        _ => None,
    }
}

impl Managed {
    /// Judges a `dsatok_` token, without its prefix: the table is asked for none whose signature is bad.
    pub(super) fn judge(self: &Arc<Managed>, text: &str, now_s: i64) -> Begun {
        let payload = match self.secret.payload(Namespace::ManagedToken, text) {
            Ok(payload) => payload,
            Err(failure) => return Verdict::Refused(failure.status()).into(),
        };
        let id = Value::parse(&payload).ok().and_then(|id| id.as_integer());
        let Some(id) = id else { return Verdict::Refused(Status::Malformed).into() };
        let managed = Arc::clone(self);
        let work = move || {
            let verdict = match managed::look_up(&*managed.store, id, now_s)? {
                Standing::Active(actor) => Verdict::of("dsatok", actor.into_object()),
                Standing::Expired => Verdict::Refused(Status::Expired),
                Standing::Revoked => Verdict::Refused(Status::Revoked),
                Standing::Unknown => Verdict::Refused(Status::Unknown),
            };
            Ok(verdict.into_answer())
        };
        Begun::Stored(Stored::new(Arc::clone(&self.place), work))
    }

    /// `actor_id`, `description`, `expires_after_s`, `restrictions`, `by` → `token`, `id`.
    fn create_token(&self, mut args: Config<'_>, now_s: i64) -> Result<String> {
        let actor_id = required(args.filled_text("actor_id")?, &args, "actor_id")?;
        let description = unless_null(&mut args, "description", |args| args.text("description"))?;
        let expires_after_s = lifetime(&mut args, "expires_after_s")?;
        let restrictions = restrictions_in(&mut args)?;
        let by = args.take("by");
        args.finish()?;
        if let Some(by) = by {
            check_may_create(by)?;
        }
        let mut permissions = String::new();
        match restrictions {
            Some(restrictions) => write_json(&mut permissions, restrictions, Spelling::Spaced),
            None => permissions.push_str("null"),
        }
        let token = NewToken {
            actor_id: &actor_id,
            description: description.as_deref().filter(|description| !description.is_empty()),
            permissions: &permissions,
            expires_after_s,
        };
        let id = self.store.create(&token, now_s)?;
        let mut answer = Members::default();
        answer.text("token", &self.secret.sign(Namespace::ManagedToken, &id.to_string())?);
        answer.json("id", &id.to_string());
        Ok(answer.into_object())
    }

    /// `actor_id`, `next`, `limit` → `tokens`, `next`.
    fn list_tokens(&self, mut args: Config<'_>, now_s: i64) -> Result<String> {
        // A null that got lost on its way here must not list everybody's.
        let actor_id = args.text("actor_id")?;
        // As the answer about the last page says it.
        let next = unless_null(&mut args, "next", |args| args.integer("next", 0..=i64::MAX))?;
        let limit = args.integer("limit", 1..=1000)?;
        args.finish()?;
        let limit = limit.map_or(PAGE, |limit| limit as usize);
        let (rows, next) = managed::page(&*self.store, actor_id.as_deref(), next.unwrap_or(i64::MAX), limit, now_s)?;
        let rows: Vec<String> = rows.iter().map(Row::to_json).collect();
        let mut answer = Members::default();
        answer.json("tokens", &format!("[{}]", rows.join(",")));
        answer.json("next", &next.map_or("null".to_owned(), |next| next.to_string()));
        Ok(answer.into_object())
    }

    /// `id`, `by`, `by_admin` → the row.
    fn token_details(&self, args: Config<'_>, now_s: i64) -> Result<String> {
        Ok(own_row(&*self.store, args, now_s)?.1.to_json())
    }

    /// `id`, `by`, `by_admin` → `revoked`.
    fn revoke_token(&self, args: Config<'_>, now_s: i64) -> Result<String> {
        let (id, _) = own_row(&*self.store, args, now_s)?;
        let revoked = self.store.revoke(id, now_s)?;
        Ok(format!("{{\"revoked\":{revoked}}}"))
    }
}

impl Access {
    /// `actor_id`, `ttl_s`, `restrictions` → `token`.
    pub(super) fn sign_token(&self, mut args: Config<'_>, now_s: i64) -> Result<String> {
        let actor_id = required(args.filled_text("actor_id")?, &args, "actor_id")?;
        let ttl_s = lifetime(&mut args, "ttl_s")?;
        let restrictions = restrictions_in(&mut args)?;
        args.finish()?;
        let mut payload = "{\"a\":".to_owned();
        write_text(&mut payload, &actor_id, Spelling::Compact);
        payload.push_str(&format!(",\"t\":{now_s}"));
        if let Some(ttl_s) = ttl_s {
            payload.push_str(&format!(",\"d\":{ttl_s}"));
        }
        if let Some(restrictions) = restrictions {
            payload.push_str(",\"_r\":");
            write_json(&mut payload, restrictions, Spelling::Compact);
        }
        payload.push('}');
        let secret = self.secret.as_ref().filter(|_| self.allow_signed_tokens);
        let secret = secret.ok_or_else(|| off("signed tokens are switched off, or there is no secret"))?;
        let mut answer = Members::default();
        answer.text("token", &secret.sign(Namespace::Token, &payload)?);
        Ok(answer.into_object())
    }
}

/// The actor of a `dstok_` token whose signature is good, or why it is none.
pub(super) fn signed_actor(payload: &[u8], max_ttl_s: i64, now_s: i64) -> Result<String, Status> {
    let payload = Value::parse(payload).map_err(|_| Status::Malformed)?;
    let id = payload.get("a").ok_or(Status::Malformed)?;
    let created = payload.get("t").and_then(|t| t.as_integer()).ok_or(Status::Malformed)?;
    let duration = match payload.get("d").filter(|duration| duration.kind() != Kind::Null) {
        Some(duration) => Some(duration.as_integer().filter(|duration| *duration > 0).ok_or(Status::Malformed)?),
        None => None,
    };
    let cap = (max_ttl_s > 0).then_some(max_ttl_s);
    let ends = match duration.into_iter().chain(cap).min() {
        Some(duration) => Some(created.checked_add(duration).ok_or(Status::Malformed)?),
        None => None,
    };
    if ends.is_some_and(|ends| now_s > ends) {
        return Err(Status::Expired);
    }
    let mut actor = Members::default();
    actor.json("id", id.raw());
    actor.text("token", "dstok");
    if let Some(restrictions) = payload.get("_r") {
        actor.json("_r", restrictions.raw());
    }
    if let Some(ends) = ends {
        actor.json("token_expires", &ends.to_string());
    }
    Ok(actor.into_object())
}

/// The row that `id` names, if `by` owns it, or `by_admin` says that it need not.
fn own_row(store: &dyn TokenStore, mut args: Config<'_>, now_s: i64) -> Result<(i64, Row)> {
    let id = required(args.integer("id", 0..=i64::MAX)?, &args, "id")?;
    let by_admin = args.flag("by_admin")?.unwrap_or(false);
    let by = args.take("by");
    if by.is_none() && !by_admin {
        return Err(args.failure("by", "missing"));
    }
    args.finish()?;
    let row = managed::details(store, id, now_s)?;
    let owner = row.as_ref().and_then(|row| row.text("actor_id")).filter(|owner| !owner.is_empty());
    let is_own = owner.is_some() && by.and_then(id_of).as_deref() == owner;
    match row {
        Some(row) if is_own || by_admin => Ok((id, row)),
        Some(_) => Err(Failure::new(Status::Denied, "the token is another actor's")),
        None => Err(Failure::new(Status::Unknown, "there is no token of this id")),
    }
}

/// A token is no way to more tokens: what it may not, and when it ends, would not hold for them. The same goes for who acts for another.
fn check_may_create(by: Value<'_>) -> Result<()> {
    let denied = |what: &str| Err(Failure::new(Status::Denied, what));
    for (mark, whose) in [
        ("token", "an actor that came from a token"),
        ("_r", "an actor with restrictions"),
        ("act", "an actor that somebody acts for"),
    ] {
        if by.get(mark).is_some_and(|mark| mark.kind() != Kind::Null) {
            return denied(&format!("{whose} cannot create tokens"));
        }
    }
    if id_of(by).is_none() { denied("an actor without an id cannot create tokens") } else { Ok(()) }
}

/// A number of seconds above 0, if there is one: what cannot be read never means for ever, and neither does null.
fn lifetime(args: &mut Config<'_>, name: &str) -> Result<Option<i64>> {
    args.integer(name, 1..=LAST_SECOND)
}

/// Restrictions, if there are any. Null, which may be some that got lost, is not none.
fn restrictions_in<'a>(args: &mut Config<'a>) -> Result<Option<Value<'a>>> {
    let restrictions = object(args, "restrictions")?;
    if let Some(restrictions) = restrictions {
        restrictions::check(restrictions, "args.restrictions")?;
    }
    Ok(restrictions)
}

/// An argument of which null says the same as its absence.
fn unless_null<'a, T>(
    args: &mut Config<'a>,
    name: &str,
    take: impl FnOnce(&mut Config<'a>) -> Result<Option<T>>,
) -> Result<Option<T>> {
    if args.drop_null(name) { Ok(None) } else { take(args) }
}

fn off(what: &str) -> Failure {
    Failure::new(Status::Config, what)
}
