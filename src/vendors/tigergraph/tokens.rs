//! Tokens: asked for, refreshed, deleted, checked. None of these requests is ever repeated.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::call::{Ask, Call, Credentials, is_missing, unsupported};
use super::settings::check_token;
use super::version::Version;
use super::{Story, TigerGraph};
use crate::error::Result;
use crate::jose::config::{Config, config_failure};
use crate::jose::json::{Kind, Members, Value};
use crate::jose::time::{numeric_date, rfc3339};
use crate::source::answer::Answer;
use crate::source::url::percent_encoded;

/// Ten times ten years.
const LONGEST_LIFETIME_S: i64 = 3_155_760_000;

/// How a token is asked for.
#[derive(Clone, Default)]
pub(super) struct Wish {
    pub(super) secret: Option<Zeroizing<String>>,
    /// None leaves it to the server.
    pub(super) lifetime_s: Option<i64>,
    /// For this graph only.
    pub(super) graph: Option<String>,
}

/// A token that the server gave.
pub(super) struct Granted {
    pub(super) token: Zeroizing<String>,
    /// JSON, as the server sent it.
    expiration: Option<String>,
    pub(super) expires_at_s: Option<i64>,
}

/// What is done with tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Get,
    Refresh,
    Delete,
}

/// `get_token`.
pub(super) fn get(client: &TigerGraph, mut args: Config<'_>) -> Result<Story> {
    let mut wish = Wish::take(&mut args)?;
    if !args.flag("is_global")?.unwrap_or(true) {
        let graph = client.settings.graph.clone();
        wish.graph = Some(graph.ok_or_else(|| args.failure("is_global", "the client's config names no graph"))?);
    }
    let is_to_set = args.flag("set_token")?.unwrap_or(true);
    args.finish()?;
    Ok(client.tell(move |mut call| async move {
        let granted = fetch(&mut call, &wish, Credentials::Any).await?;
        if is_to_set {
            call.client.use_token(&granted.token, wish);
        }
        Ok(granted.into_json())
    }))
}

/// `refresh_token`: the token goes on, until its lifetime from now.
pub(super) fn refresh(client: &TigerGraph, mut args: Config<'_>) -> Result<Story> {
    let wish = Wish::take(&mut args)?;
    let token = take_token(client, &mut args)?;
    let is_to_set = args.flag("set_token")?.unwrap_or(true);
    args.finish()?;
    Ok(client.tell(move |mut call| async move {
        if call.version().await? >= Version::WITH_JWT {
            return Err(unsupported("TigerGraph refreshes no tokens from version 4.0 on"));
        }
        let now_s = now_s(&call);
        let answer = ask(&mut call, Deed::Refresh, &wish, Some(&token), Credentials::Any).await?;
        let mut granted = Granted::read(&call, &answer)?;
        if let Some(lifetime_s) = wish.lifetime_s {
            granted.expires_at_s = Some(now_s.saturating_add(lifetime_s));
        }
        if is_to_set {
            let wish = wish.or(call.client.last_wish());
            call.client.use_token(&granted.token, wish);
        }
        Ok(granted.into_json())
    }))
}

/// `delete_token`.
pub(super) fn delete(client: &TigerGraph, mut args: Config<'_>) -> Result<Story> {
    let wish = Wish { secret: take_secret(&mut args)?, ..Wish::default() };
    let token = take_token(client, &mut args)?;
    let may_be_gone = args.flag("skip_na")?.unwrap_or(false);
    args.finish()?;
    Ok(client.tell(move |call| async move {
        delete_one(call, wish, token, may_be_gone).await?;
        Ok("true".to_owned())
    }))
}

/// Deletes a token. Whether it was there.
pub(super) async fn delete_one(
    mut call: Call,
    wish: Wish,
    token: Zeroizing<String>,
    may_be_gone: bool,
) -> Result<bool> {
    let answer = ask(&mut call, Deed::Delete, &wish, Some(&token), Credentials::Any).await?;
    let is_gone = may_be_gone && answer.member("code").as_deref() == Some("REST-3300");
    if !is_gone {
        call.check(&answer)?;
    }
    call.client.forget_token(&token);
    Ok(!is_gone)
}

/// `check_token`.
pub(super) fn check(client: &TigerGraph, mut args: Config<'_>) -> Result<Story> {
    let token = take_token(client, &mut args)?;
    args.finish()?;
    Ok(client.tell(move |mut call| async move {
        call.hidden.add(&token);
        if call.version().await? < Version::WITH_JWT {
            return Err(unsupported("TigerGraph checks no tokens below version 4.0"));
        }
        let mut body = Members::default();
        body.text("token", &token);
        let ask = Ask::gsql_json("POST", "/gsql/v1/tokens/check".to_owned(), Some(body.into_object()));
        let answer = call.send_once(&ask, Credentials::Any).await?;
        call.check(&answer)?;
        let object = answer.object().ok_or_else(|| answer.unfit("the answer is no JSON object"))?;
        Ok(object.raw().to_owned())
    }))
}

/// Gets the client a new token, made as the last one was, in place of one that was rejected.
pub(super) async fn renew(call: &mut Call, wish: Wish) -> Result<()> {
    let granted = fetch(call, &wish, Credentials::Lasting).await?;
    call.client.use_token(&granted.token, wish);
    Ok(())
}

/// Asks for a token; `credentials` are for a wish without a secret.
pub(super) async fn fetch(call: &mut Call, wish: &Wish, credentials: Credentials) -> Result<Granted> {
    let answer = ask(call, Deed::Get, wish, None, credentials).await?;
    Granted::read(call, &answer)
}

/// The answer of the newest endpoint that the server has.
async fn ask(
    call: &mut Call,
    deed: Deed,
    wish: &Wish,
    token: Option<&str>,
    without_secret: Credentials,
) -> Result<Answer> {
    for secret in [wish.secret.as_ref().map(|secret| secret.as_str()), token].into_iter().flatten() {
        call.hidden.add(secret);
    }
    let credentials = if wish.secret.is_some() { Credentials::Within } else { without_secret };
    if call.client.version().is_some_and(|version| version < Version::WITH_BODY) {
        return call.send_once(&without_body(deed, wish, token)?, credentials).await;
    }
    let method = match deed {
        Deed::Get => "POST",
        Deed::Refresh => "PUT",
        Deed::Delete => "DELETE",
    };
    let newest = Ask::gsql_json(method, "/gsql/v1/tokens".to_owned(), Some(body(wish, "tokens", token)));
    let answer = call.send_once(&newest, credentials).await?;
    if !is_missing(&answer) {
        return Ok(answer);
    }
    let older = Ask::restpp(method, "/requesttoken".to_owned(), Some(body(wish, "token", token)));
    call.send_once(&older, credentials).await
}

/// The only way below 3.5, where there is no PUT: a GET that names a token refreshes it.
fn without_body(deed: Deed, wish: &Wish, token: Option<&str>) -> Result<Ask> {
    let missing =
        || config_failure("args.secret", "missing, and TigerGraph below version 3.5 gives tokens for secrets only");
    let mut path = format!("/requesttoken?secret={}", percent_encoded(wish.secret.as_ref().ok_or_else(missing)?));
    if let Some(lifetime_s) = wish.lifetime_s {
        path.push_str(&format!("&lifetime={lifetime_s}"));
    }
    if let Some(token) = token {
        path.push_str(&format!("&token={}", percent_encoded(token)));
    }
    Ok(Ask::restpp(if deed == Deed::Delete { "DELETE" } else { "GET" }, path, None))
}

fn body(wish: &Wish, token_name: &str, token: Option<&str>) -> String {
    let mut body = Members::default();
    if let Some(graph) = &wish.graph {
        body.text("graph", graph);
    }
    if let Some(lifetime_s) = wish.lifetime_s {
        body.text("lifetime", &lifetime_s.to_string());
    }
    if let Some(token) = token {
        body.text(token_name, token);
    }
    if let Some(secret) = &wish.secret {
        body.text("secret", secret);
    }
    body.into_object()
}

impl Wish {
    fn take(args: &mut Config<'_>) -> Result<Wish> {
        Ok(Wish { secret: take_secret(args)?, lifetime_s: take_lifetime(args)?, graph: None })
    }

    /// This wish, and of another one what it leaves open.
    fn or(self, other: Wish) -> Wish {
        Wish {
            secret: self.secret.or(other.secret),
            lifetime_s: self.lifetime_s.or(other.lifetime_s),
            graph: self.graph.or(other.graph),
        }
    }
}

/// A lifetime in seconds. 0 is none, as in TigerGraph's own client.
pub(super) fn take_lifetime(args: &mut Config<'_>) -> Result<Option<i64>> {
    Ok(args.integer("lifetime_s", 0..=LONGEST_LIFETIME_S)?.filter(|lifetime_s| *lifetime_s > 0))
}

pub(super) fn take_secret(args: &mut Config<'_>) -> Result<Option<Zeroizing<String>>> {
    Ok(args.filled_text("secret")?.map(|secret| Zeroizing::new(secret.into_owned())))
}

/// The token that is meant: the argument, or else the client's.
fn take_token(client: &TigerGraph, args: &mut Config<'_>) -> Result<Zeroizing<String>> {
    let Some(token) = args.text("token")? else {
        return client.token().ok_or_else(|| args.failure("token", "missing, and the client has none"));
    };
    check_token(&token).map_err(|what| args.failure("token", what))?;
    Ok(Zeroizing::new(token.into_owned()))
}

fn now_s(call: &Call) -> i64 {
    call.line.now().unix_ms.div_euclid(1000)
}

impl Granted {
    fn read(call: &Call, answer: &Answer) -> Result<Granted> {
        call.check(answer)?;
        let no_object = || answer.unfit("the answer is no JSON object");
        let body = answer.object().ok_or_else(no_object)?;
        // For a user name and a password, 3.x puts the token one level deeper.
        let place = body.get("results").filter(|results| results.kind() == Kind::Object).unwrap_or(body);
        let token = place.get("token").or(body.get("token")).and_then(|token| token.as_str().map(Cow::into_owned));
        let token = Zeroizing::new(token.ok_or_else(|| answer.unfit("the answer has no token"))?);
        check_token(&token).map_err(|what| answer.unfit(what))?;
        let expiration = body.get("expiration").or(place.get("expiration")).filter(|value| value.kind() != Kind::Null);
        Ok(Granted {
            token,
            expiration: expiration.map(|value| value.raw().to_owned()),
            expires_at_s: expiration.and_then(expires_at),
        })
    }

    fn into_json(self) -> String {
        let mut members = Members::default();
        members.text("token", &self.token);
        members.json("expiration", self.expiration.as_deref().unwrap_or("null"));
        members.json("expires_at_s", &self.expires_at_s.map_or("null".to_owned(), |second| second.to_string()));
        members.into_object()
    }
}

/// The Unix second of an expiration. A text without a zone is no moment: the server's own zone is unknown.
fn expires_at(expiration: Value<'_>) -> Option<i64> {
    let Some(text) = expiration.as_str() else { return numeric_date(expiration) };
    let text = text.trim().replacen(' ', "T", 1);
    let zoned =
        ["UTC", "GMT"].into_iter().find_map(|zone| text.strip_suffix(zone)).map(|time| format!("{}Z", time.trim_end()));
    rfc3339(zoned.as_deref().unwrap_or(&text))
}
