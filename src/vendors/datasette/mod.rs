//! Datasette with its plugin `datasette-auth-tokens`: the same configuration and the same table give the same actors.
//!
//! Where the original crashes or lets somebody in by mistake, the token is refused: several hyphens, text that is not ASCII, empty secrets,
//! a variable that is not set, rows that it would not write itself.

use zeroize::Zeroizing;

use crate::access::allow;
use crate::access::bearer::{self, Presented};
use crate::access::configured::{ConfiguredTokens, same_secret};
use crate::access::managed::{self, Standing};
use crate::access::restrictions;
use crate::access::row::{Cell, Row};
use crate::access::store::{RowSource, TokenStore};
use crate::access::verified::{Found, Mapping, VerifiedActors, Waiting};
use crate::error::{Failure, Result, Status};
use crate::jose::config::{Config, config_failure};
use crate::jose::json::{Kind, Members, Value};
use crate::source::Now;

mod actors;
mod config;
mod open;
mod signed;
mod tokens;

use signed::{Namespace, Secret};

/// Says who is calling. Shared freely between threads.
pub struct Access {
    param: Option<String>,
    tokens: Tokens,
    jwt: Option<VerifiedActors>,
    secret: Option<Secret>,
    allow_signed_tokens: bool,
    max_signed_tokens_ttl_s: i64,
    actors: actors::Rules,
}

/// Where tokens come from that are not signed. Managed tokens hide the others, as in the plugin.
enum Tokens {
    Managed(Box<dyn TokenStore>),
    Configured(ConfiguredTokens, Option<Query>),
}

/// A query for the row of `<id>-<secret>` tokens.
enum Query {
    Database(Box<dyn RowSource>),
    /// In a database that only the host can reach.
    Host {
        database: String,
        sql: String,
    },
}

/// How far a call has come.
pub enum Progress {
    /// To its end.
    Done(Answer),
    /// To a row that the host is to look up.
    Row(Question),
    /// To keys that are being fetched.
    Keys(Pending),
}

/// A call that goes on when there are keys.
pub struct Pending(Waiting);

/// What a call found.
pub struct Answer {
    /// A JSON object.
    pub json: String,
    /// Who is calling, a JSON object; only of `authenticate`.
    pub actor: Option<String>,
    /// The value of `WWW-Authenticate` (RFC 6750 section 3.1) for an answer 401 to nobody, or 403 to an actor. It never says what was wrong
    /// with a token.
    pub challenge: Option<&'static str>,
}

/// The question for a row.
pub struct Question {
    /// The name of the database.
    pub database: String,
    /// The query.
    pub sql: String,
    /// Its parameters by name, a JSON object.
    pub parameters: String,
    secret: Zeroizing<String>,
}

/// Who calls, by which scheme; or nobody, and why a token was not accepted if there was one.
enum Verdict {
    Actor(&'static str, String),
    Anonymous,
    Refused(Status),
    Row(Question),
    Keys(Pending),
}

impl Access {
    /// Calls an operation of the table in docs/ACCESS.md with its arguments, a JSON object. Tokens are judged by the wall clock.
    pub fn call(&self, operation: &str, args: &str, now: Now) -> Result<Progress> {
        let now_s = now.unix_ms.div_euclid(1000);
        let args = Config::parse(args, "args")?;
        let json = match operation {
            "authenticate" => return self.authenticate(args, now),
            "create_token" => self.create_token(args, now_s),
            "list_tokens" => self.list_tokens(args, now_s),
            "token_details" => self.token_details(args, now_s),
            "revoke_token" => self.revoke_token(args, now_s),
            "sign_token" => self.sign_token(args, now_s),
            "auth_info" => self.actors.auth_info(args),
            "act_as" => self.actors.act_as(args, self.mapping()),
            _ => Err(Failure::new(Status::Config, "operation: there is none of this name")),
        }?;
        Ok(Progress::Done(Answer { json, actor: None, challenge: None }))
    }

    fn authenticate(&self, mut args: Config<'_>, now: Now) -> Result<Progress> {
        let presented = bearer::presented(&mut args, self.param.as_deref())?;
        args.finish()?;
        let verdict = match presented {
            Some(presented) => self.judge(&presented, now)?,
            None => Verdict::Anonymous,
        };
        Ok(match verdict {
            Verdict::Row(question) => Progress::Row(question),
            Verdict::Keys(pending) => Progress::Keys(pending),
            verdict => Progress::Done(verdict.into_answer()),
        })
    }

    fn judge(&self, presented: &Presented<'_>, now: Now) -> Result<Verdict> {
        let now_s = now.unix_ms.div_euclid(1000);
        let token = &*presented.token;
        let is_managed = matches!(self.tokens, Tokens::Managed(_));
        // Datasette itself looks for these in the header only; the plugin brings them along when it manages tokens.
        if let Some(text) = token.strip_prefix(Namespace::Token.prefix()).filter(|_| presented.by_header || is_managed)
        {
            return Ok(self.judge_signed(text, now_s));
        }
        if let Tokens::Managed(store) = &self.tokens
            && let Some(text) = token.strip_prefix(Namespace::ManagedToken.prefix())
        {
            return self.judge_managed(&**store, text, now_s);
        }
        if let Tokens::Configured(tokens, _) = &self.tokens
            && let Some(actor) = tokens.actor(token)
        {
            return Ok(Verdict::Actor("token", actor.to_owned()));
        }
        if let Some(verdict) = self.judge_jwt(token, now)? {
            return Ok(verdict);
        }
        match &self.tokens {
            Tokens::Configured(_, Some(query)) => judge_by_row(query, token),
            _ => Ok(Verdict::Refused(Status::Unknown)),
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
            Ok(actor) => Verdict::Actor("dstok", actor),
            Err(status) => Verdict::Refused(status),
        }
    }

    /// A `dsatok_` token, without its prefix.
    fn judge_managed(&self, store: &dyn TokenStore, text: &str, now_s: i64) -> Result<Verdict> {
        let Some(secret) = &self.secret else { return Ok(Verdict::Refused(Status::Denied)) };
        let payload = match secret.payload(Namespace::ManagedToken, text) {
            Ok(payload) => payload,
            Err(failure) => return Ok(Verdict::Refused(failure.status())),
        };
        let id = Value::parse(&payload).ok().and_then(|id| id.as_integer());
        let Some(id) = id else { return Ok(Verdict::Refused(Status::Malformed)) };
        Ok(match managed::look_up(store, id, now_s)? {
            Standing::Active(actor) => Verdict::Actor("dsatok", actor.into_object()),
            Standing::Expired => Verdict::Refused(Status::Expired),
            Standing::Revoked => Verdict::Refused(Status::Revoked),
            Standing::Unknown => Verdict::Refused(Status::Unknown),
        })
    }

    /// `None` for what is no JWT.
    fn judge_jwt(&self, token: &str, now: Now) -> Result<Option<Verdict>> {
        let Some(jwt) = &self.jwt else { return Ok(None) };
        match jwt.actor(token, now) {
            Ok(Found::Actor(actor)) => Ok(Some(Verdict::Actor("jwt", actor.into_object()))),
            Ok(Found::Waiting(waiting)) => Ok(Some(Verdict::Keys(Pending(waiting)))),
            Err(failure) if matches!(failure.status(), Status::Malformed | Status::TooLarge) => Ok(None),
            Err(failure) => jwt_refusal(failure).map(Some),
        }
    }

    /// How the actors of this authenticator are written into tokens that it reads back.
    fn mapping(&self) -> Option<&Mapping> {
        self.jwt.as_ref().map(|jwt| &*jwt.mapping)
    }
}

/// A JWT that does not verify is refused; where there are no keys to judge by, nothing is said of it.
fn jwt_refusal(failure: Failure) -> Result<Verdict> {
    match failure.status() {
        Status::Expired => Ok(Verdict::Refused(Status::Expired)),
        Status::Algorithm | Status::KeyNotFound | Status::Signature => Ok(Verdict::Refused(Status::Signature)),
        Status::HeaderUnsupported | Status::ClaimsMalformed => Ok(Verdict::Refused(Status::Malformed)),
        status if status.number() >= Status::Unavailable.number() && status != Status::Unknown => Err(failure),
        _ => Ok(Verdict::Refused(Status::Unknown)),
    }
}

/// The look-up of `<id>-<secret>`, which split at the first hyphen.
fn judge_by_row(query: &Query, token: &str) -> Result<Verdict> {
    let Some((id, secret)) = token.split_once('-') else { return Ok(Verdict::Refused(Status::Unknown)) };
    match query {
        Query::Database(source) => judge_row(source.row(id)?, secret),
        Query::Host { database, sql } => {
            let mut parameters = Members::default();
            parameters.text("token_id", id);
            Ok(Verdict::Row(Question {
                database: database.clone(),
                sql: sql.clone(),
                parameters: parameters.into_object(),
                secret: Zeroizing::new(secret.to_owned()),
            }))
        }
    }
}

/// A token whose row was found, or not. Both are compared, so that both take the same time.
fn judge_row(row: Option<Row>, secret: &str) -> Result<Verdict> {
    if let Some(row) = &row
        && row.get("token_secret").is_none()
    {
        return Err(Failure::new(Status::Config, "query.sql: no column token_secret"));
    }
    let stored = row.as_ref().and_then(|row| row.text("token_secret")).unwrap_or_default();
    let accepted = same_secret(stored, secret);
    Ok(match row.filter(|_| accepted) {
        Some(row) => Verdict::Actor("query", row_actor(&row).to_json()),
        None => Verdict::Refused(Status::Unknown),
    })
}

/// The columns `actor_…` of a row. As in the plugin, the prefix is taken out wherever it stands in a name.
fn row_actor(row: &Row) -> Row {
    let mut actor: Vec<(String, Cell)> = Vec::new();
    for (column, _) in row.0.iter().filter(|(column, _)| column.starts_with("actor_")) {
        let Some(value) = row.get(column) else { continue };
        let name = column.replace("actor_", "");
        match actor.iter_mut().find(|(known, _)| *known == name) {
            Some((_, cell)) => *cell = value.clone(),
            None => actor.push((name, value.clone())),
        }
    }
    Row(actor)
}

impl Question {
    /// The answer for the row that the host found, a JSON object, or none.
    pub fn answer(&self, row: Option<&str>) -> Result<Answer> {
        let row = match row {
            Some(text) => {
                let value = Value::parse(text.as_bytes()).ok();
                let row = value.and_then(Row::read);
                Some(row.ok_or_else(|| config_failure("row", "expected a JSON object, column to value"))?)
            }
            None => None,
        };
        Ok(judge_row(row, &self.secret)?.into_answer())
    }
}

impl Pending {
    /// Tells the answer once there are keys, or that there are none.
    pub fn wait(self, told: impl FnOnce(Result<Answer>) + Send + 'static, now: Now) {
        let tell = |actor: Result<Members>| {
            let verdict = match actor {
                Ok(actor) => Ok(Verdict::Actor("jwt", actor.into_object())),
                Err(failure) => jwt_refusal(failure),
            };
            told(verdict.map(Verdict::into_answer));
        };
        self.0.wait(tell, now);
    }
}

impl Verdict {
    fn into_answer(self) -> Answer {
        let (actor, scheme, refused, challenge) = match self {
            Verdict::Actor(scheme, actor) => {
                (Some(actor), Some(scheme), None, Some("Bearer error=\"insufficient_scope\""))
            }
            Verdict::Anonymous | Verdict::Row(_) | Verdict::Keys(_) => (None, None, None, Some("Bearer")),
            Verdict::Refused(status) => (None, None, Some(refusal(status)), Some("Bearer error=\"invalid_token\"")),
        };
        let mut members = Members::default();
        members.json("actor", actor.as_deref().unwrap_or("null"));
        for (name, text) in [("scheme", scheme), ("refused", refused)] {
            match text {
                Some(text) => members.text(name, text),
                None => members.json(name, "null"),
            }
        }
        Answer { json: members.into_object(), actor, challenge }
    }
}

/// A token of a kind that is switched off is told as disabled; the others by their status.
fn refusal(status: Status) -> &'static str {
    if status == Status::Denied { "DISABLED" } else { status.name() }
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
