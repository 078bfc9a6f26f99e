//! How far a call came, and what it found.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::access::configured::same_secret;
use crate::access::row::{Cell, Row};
use crate::access::verified::Waiting;
use crate::error::{Failure, Result, Status};
use crate::jose::config::config_failure;
use crate::jose::json::{Members, Value};
use crate::source::{Now, Turned, Waiter};

/// How far a call came without a database.
pub enum Begun {
    /// It needs none.
    Told(Progress),
    /// To a database.
    Stored(Stored),
}

/// The rest of a call, for which it may have to wait.
pub struct Stored {
    place: Arc<str>,
    work: Box<dyn FnOnce() -> Result<Answer> + Send>,
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
pub struct Pending(pub(super) Waiting);

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
    pub(super) secret: Zeroizing<String>,
}

/// Who calls, by which scheme; or nobody, and why a token was not accepted if there was one.
pub(super) enum Verdict {
    Actor(&'static str, String),
    Anonymous,
    Refused(Status),
}

/// A JWT that does not verify is refused; where there are no keys to judge by, nothing is said of it.
pub(super) fn jwt_refusal(failure: Failure) -> Result<Verdict> {
    match failure.status() {
        Status::Expired => Ok(Verdict::Refused(Status::Expired)),
        Status::Algorithm | Status::KeyNotFound | Status::Signature => Ok(Verdict::Refused(Status::Signature)),
        Status::HeaderUnsupported | Status::ClaimsMalformed => Ok(Verdict::Refused(Status::Malformed)),
        status if status.number() >= Status::Unavailable.number() && status != Status::Unknown => Err(failure),
        _ => Ok(Verdict::Refused(Status::Unknown)),
    }
}

/// A token whose row was found, or not. Both are compared, so that both take the same time.
pub(super) fn verdict_on_row(row: Option<Row>, secret: &str) -> Result<Verdict> {
    if let Some(row) = &row
        && row.get("token_secret").is_none()
    {
        return Err(Failure::new(Status::Config, "query.sql: no column token_secret"));
    }
    let stored = row.as_ref().and_then(|row| row.text("token_secret")).unwrap_or_default();
    let accepted = same_secret(stored, secret);
    Ok(match row.filter(|_| accepted) {
        Some(row) => Verdict::of("query", row_actor(&row).to_json()),
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

impl From<Answer> for Begun {
    fn from(answer: Answer) -> Begun {
        Begun::Told(Progress::Done(answer))
    }
}

impl From<Verdict> for Begun {
    fn from(verdict: Verdict) -> Begun {
        verdict.into_answer().into()
    }
}

impl Stored {
    pub(super) fn new(place: Arc<str>, work: impl FnOnce() -> Result<Answer> + Send + 'static) -> Stored {
        Stored { place, work: Box::new(work) }
    }

    /// What tells the file of the database from others, and from servers: a call waits for as long as others of the same place do.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Goes on to the end. The authenticator is of no use to it afterwards, and may be freed with its databases.
    pub fn finish(self) -> Result<Answer> {
        (self.work)()
    }
}

impl Answer {
    /// That of an operation that says nothing of who is calling.
    pub(super) fn of(json: String) -> Answer {
        Answer { json, actor: None, challenge: None }
    }
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
        Ok(verdict_on_row(row, &self.secret)?.into_answer())
    }
}

impl Pending {
    /// Tells the answer once there are keys, or that there are none.
    pub fn wait(self, who: impl Waiter<Answer> + 'static, now: Now) {
        let turn = |actor: Result<Members>| {
            let verdict = match actor {
                Ok(actor) => Ok(Verdict::of("jwt", actor.into_object())),
                Err(failure) => jwt_refusal(failure),
            };
            verdict.map(Verdict::into_answer)
        };
        self.0.wait(Box::new(Turned { who: Box::new(who), turn }), now);
    }
}

impl Verdict {
    /// The verdict on a token that is accepted. An actor without members is nobody, as to Datasette.
    pub(super) fn of(scheme: &'static str, actor: String) -> Verdict {
        let members = Value::parse(actor.as_bytes()).ok();
        match members.and_then(|actor| actor.members()?.next().map(drop)) {
            Some(()) => Verdict::Actor(scheme, actor),
            None => Verdict::Refused(Status::Unknown),
        }
    }

    pub(super) fn into_answer(self) -> Answer {
        let (actor, scheme, refused, challenge) = match self {
            Verdict::Actor(scheme, actor) => {
                (Some(actor), Some(scheme), None, Some("Bearer error=\"insufficient_scope\""))
            }
            Verdict::Anonymous => (None, None, None, Some("Bearer")),
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
