//! Datasette with its plugin `datasette-auth-tokens`: the same configuration and the same table give the same actors.
//!
//! Where the original crashes or lets somebody in by mistake, the token is refused: several hyphens, text that is not ASCII, empty secrets,
//! a variable that is not set, rows that it would not write itself.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::access::allow;
use crate::access::bearer::{self, Presented};
use crate::access::configured::ConfiguredTokens;
use crate::access::restrictions;
use crate::access::store::RowSource;
use crate::access::verified::{Found, Mapping, VerifiedActors};
use crate::error::{Failure, Result, Status};
use crate::jose::config::{Config, config_failure};
use crate::jose::json::{Kind, Members, Value};
use crate::source::Now;

mod actors;
mod answer;
mod config;
mod open;
mod signed;
mod tokens;

pub use answer::{Answer, Begun, Pending, Progress, Question, Stored};
use answer::{Verdict, jwt_refusal, verdict_on_row};
use signed::{Namespace, Secret};
use tokens::Managed;

/// Says who is calling. Shared freely between threads.
pub struct Access {
    param: Option<String>,
    tokens: Tokens,
    jwt: Option<VerifiedActors>,
    secret: Option<Arc<Secret>>,
    allow_signed_tokens: bool,
    max_signed_tokens_ttl_s: i64,
    actors: actors::Rules,
}

/// Where tokens come from that are not signed. Managed tokens hide the others, as in the plugin.
enum Tokens {
    Managed(Arc<Managed>),
    Configured(ConfiguredTokens, Option<Query>),
}

/// A query for the row of `<id>-<secret>` tokens.
enum Query {
    Database {
        source: Arc<dyn RowSource>,
        place: Arc<str>,
    },
    /// In a database that only the host can reach.
    Host {
        database: String,
        sql: String,
    },
}

impl Access {
    /// Begins an operation of the table in docs/ACCESS.md with its arguments, a JSON object, and goes as far as it can without a database: to
    /// the end of all that needs none. It never waits. Tokens are judged by the wall clock.
    pub fn begin(&self, operation: &str, args: &str, now: Now) -> Result<Begun> {
        let now_s = now.unix_ms.div_euclid(1000);
        if let Some(work) = tokens::operation(operation) {
            let managed = self.managed()?;
            let (place, args) = (Arc::clone(&managed.place), Zeroizing::new(args.to_owned()));
            let work = move || work(&managed, Config::parse(&args, "args")?, now_s).map(Answer::of);
            return Ok(Begun::Stored(Stored::new(place, work)));
        }
        let args = Config::parse(args, "args")?;
        let json = match operation {
            "authenticate" => return self.authenticate(args, now),
            "sign_token" => self.sign_token(args, now_s),
            "auth_info" => self.actors.auth_info(args),
            "act_as" => self.actors.act_as(args, self.mapping()),
            _ => Err(Failure::new(Status::Config, "operation: there is none of this name")),
        }?;
        Ok(Answer::of(json).into())
    }

    /// As [`Access::begin`], and waits for the database where one is needed.
    pub fn call(&self, operation: &str, args: &str, now: Now) -> Result<Progress> {
        match self.begin(operation, args, now)? {
            Begun::Told(progress) => Ok(progress),
            Begun::Stored(stored) => stored.finish().map(Progress::Done),
        }
    }

    /// Whether a call may come to a row that the host is to look up. If so, none waits for a database.
    pub fn asks_rows(&self) -> bool {
        matches!(self.tokens, Tokens::Configured(_, Some(Query::Host { .. })))
    }

    fn authenticate(&self, mut args: Config<'_>, now: Now) -> Result<Begun> {
        let presented = bearer::presented(&mut args, self.param.as_deref())?;
        args.finish()?;
        match presented {
            Some(presented) => self.judge(&presented, now),
            None => Ok(Verdict::Anonymous.into()),
        }
    }

    fn judge(&self, presented: &Presented<'_>, now: Now) -> Result<Begun> {
        let now_s = now.unix_ms.div_euclid(1000);
        let token = &*presented.token;
        let is_managed = matches!(self.tokens, Tokens::Managed(_));
        // Datasette itself looks for these in the header only; the plugin brings them along when it manages tokens.
        if let Some(text) = token.strip_prefix(Namespace::Token.prefix()).filter(|_| presented.by_header || is_managed)
        {
            return Ok(self.judge_signed(text, now_s).into());
        }
        if let Tokens::Managed(managed) = &self.tokens
            && let Some(text) = token.strip_prefix(Namespace::ManagedToken.prefix())
        {
            return Ok(managed.judge(text, now_s));
        }
        if let Tokens::Configured(tokens, _) = &self.tokens
            && let Some(actor) = tokens.actor(token)
        {
            return Ok(Verdict::of("token", actor.to_owned()).into());
        }
        if let Some(begun) = self.judge_jwt(token, now)? {
            return Ok(begun);
        }
        match &self.tokens {
            Tokens::Configured(_, Some(query)) => Ok(query.judge(token)),
            _ => Ok(Verdict::Refused(Status::Unknown).into()),
        }
    }

    /// A `dstok_` token, without its prefix.
    fn judge_signed(&self, text: &str, now_s: i64) -> Verdict {
        let Some(secret) = self.secret.as_ref().filter(|_| self.allow_signed_tokens) else {
            return Verdict::Refused(Status::Denied);
        };
        let payload = match secret.payload(Namespace::Token, text) {
            Ok(payload) => payload,
            Err(failure) => return Verdict::Refused(failure.status()),
        };
        match tokens::signed_actor(&payload, self.max_signed_tokens_ttl_s, now_s) {
            Ok(actor) => Verdict::of("dstok", actor),
            Err(status) => Verdict::Refused(status),
        }
    }

    /// `None` for what is no JWT.
    fn judge_jwt(&self, token: &str, now: Now) -> Result<Option<Begun>> {
        let Some(jwt) = &self.jwt else { return Ok(None) };
        match jwt.actor(token, now) {
            Ok(Found::Actor(actor)) => Ok(Some(Verdict::of("jwt", actor.into_object()).into())),
            Ok(Found::Waiting(waiting)) => Ok(Some(Begun::Told(Progress::Keys(Pending(waiting))))),
            Err(failure) if matches!(failure.status(), Status::Malformed | Status::TooLarge) => Ok(None),
            Err(failure) => Ok(Some(jwt_refusal(failure)?.into())),
        }
    }

    fn managed(&self) -> Result<Arc<Managed>> {
        match &self.tokens {
            Tokens::Managed(managed) => Ok(Arc::clone(managed)),
            Tokens::Configured(..) => Err(Failure::new(Status::Config, "manage_tokens is off")),
        }
    }

    /// How the actors of this authenticator are written into tokens that it reads back.
    fn mapping(&self) -> Option<&Mapping> {
        self.jwt.as_ref().map(|jwt| &*jwt.mapping)
    }
}

impl Query {
    /// The look-up of `<id>-<secret>`, which split at the first hyphen.
    fn judge(&self, token: &str) -> Begun {
        let Some((id, secret)) = token.split_once('-') else { return Verdict::Refused(Status::Unknown).into() };
        let secret = Zeroizing::new(secret.to_owned());
        match self {
            Query::Database { source, place } => {
                let (source, id) = (Arc::clone(source), id.to_owned());
                let work = move || Ok(verdict_on_row(source.row(&id)?, &secret)?.into_answer());
                Begun::Stored(Stored::new(Arc::clone(place), work))
            }
            Query::Host { database, sql } => {
                let mut parameters = Members::default();
                parameters.text("token_id", id);
                Begun::Told(Progress::Row(Question {
                    database: database.clone(),
                    sql: sql.clone(),
                    parameters: parameters.into_object(),
                    secret,
                }))
            }
        }
    }
}

/// Whether an allow block lets an actor in. Both are JSON; an actor is an object or null.
pub fn allowed(actor: &str, allow: &str) -> Result<bool> {
    let actor = actor_in(actor)?;
    let allow = json_in(allow, "allow")?;
    Ok(allow::allowed(actor, allow))
}

/// Whether the restrictions of an actor leave an action. `resource` is a JSON list of 0 to 2 texts: database, table.
pub fn allowed_action(actor: &str, action: &str, resource: &str) -> Result<bool> {
    let actor = actor_in(actor)?;
    let texts = json_in(resource, "resource")?.items().map(|items| items.map(|item| item.as_str()).collect());
    let texts: Option<Vec<_>> = texts.flatten();
    let texts = texts.filter(|texts: &Vec<_>| texts.len() <= 2);
    let texts = texts.ok_or_else(|| config_failure("resource", "expected a list of 0 to 2 texts"))?;
    let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
    Ok(restrictions::allowed_action(actor, action, &texts))
}

fn actor_in(text: &str) -> Result<Option<Value<'_>>> {
    let actor = json_in(text, "actor")?;
    match actor.kind() {
        Kind::Object => Ok(Some(actor)),
        Kind::Null => Ok(None),
        _ => Err(config_failure("actor", "expected an object or null")),
    }
}

fn json_in<'a>(text: &'a str, path: &str) -> Result<Value<'a>> {
    Value::parse(text.as_bytes())
        .map_err(|malformed| config_failure(path, &format!("at byte {}: {}", malformed.offset, malformed.reason)))
}
