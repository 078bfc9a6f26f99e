//! Secrets, which tokens are given for: shown, created and dropped by REST, or by GSQL where the server has no such endpoint.

use std::borrow::Cow;

use super::call::{Ask, Call, is_missing, rejects_caller, tells_missing};
use super::version::Version;
use super::{Story, TigerGraph, gsql};
use crate::error::{Result, Status};
use crate::jose::config::Config;
use crate::jose::json::{Kind, Members, Value};
use crate::source::answer::Answer;
use crate::source::url::{form_encoded, segment};
use crate::vendors::client::required;

const PATH: &str = "/gsql/v1/secrets";

/// A secret that is to be made. What is absent is the server's choice.
struct Plan {
    alias: Option<String>,
    value: Option<String>,
    user_name: Option<String>,
}

/// A secret that was made, with its alias if the server told it.
struct Made {
    alias: Option<String>,
    value: String,
}

/// `get_secrets`.
pub(super) fn get(client: &TigerGraph, mut args: Config<'_>) -> Result<Story> {
    let plan = Plan { alias: text(&mut args, "alias")?, value: None, user_name: text(&mut args, "user_name")? };
    if plan.alias.as_ref().is_some_and(|alias| one(alias).is_none()) {
        return Err(args.failure("alias", "no secret has such a name"));
    }
    let creates = args.flag("create_new")?.unwrap_or(false);
    args.finish()?;
    Ok(client.tell(move |mut call| async move {
        let mut found = find(&mut call, &plan).await?;
        if found.is_empty() && creates {
            found.push(make_named(&mut call, &plan).await?);
        }
        let mut members = Members::default();
        for (index, (alias, value)) in found.iter().enumerate() {
            // An object has no name twice; of two secrets the later counts.
            if !found.iter().skip(index + 1).any(|(later, _)| later == alias) {
                members.text(alias, value);
            }
        }
        Ok(members.into_object())
    }))
}

/// `create_secret`.
pub(super) fn create(client: &TigerGraph, mut args: Config<'_>) -> Result<Story> {
    let (alias, value) = (text(&mut args, "alias")?, text(&mut args, "value")?);
    let plan = Plan { alias, value, user_name: text(&mut args, "user_name")? };
    args.finish()?;
    Ok(client.tell(move |mut call| async move {
        let made = make(&mut call, &plan).await?;
        let mut members = Members::default();
        match &made.alias {
            Some(alias) => members.text("alias", alias),
            None => members.json("alias", "null"),
        }
        members.text("value", &made.value);
        Ok(members.into_object())
    }))
}

/// `drop_secret`.
pub(super) fn drop(client: &TigerGraph, mut args: Config<'_>) -> Result<Story> {
    let aliases = required(args.text_or_texts("alias")?, &args, "alias")?;
    for alias in &aliases {
        one(alias).ok_or_else(|| args.failure("alias", "no secret has such a name"))?;
    }
    let user_name = text(&mut args, "user_name")?;
    let ignores_errors = args.flag("ignore_errors")?.unwrap_or(true);
    args.finish()?;
    let alone = aliases.first().filter(|_| aliases.len() == 1 && user_name.is_none());
    let ignored =
        format!("Failed to drop secrets: {}", alone.map_or_else(|| list(&aliases), |alias| format!("[{alias}]")));
    let ask = match alone.and_then(|alias| one(alias)) {
        Some(path) => Ask { content_type: None, ..Ask::gsql_json("DELETE", path, None) },
        None => {
            let mut body = Members::default();
            body.texts("secrets", &aliases);
            Ask::gsql_json("DELETE", format!("{PATH}{}", query(&[("userName", &user_name)])), Some(body.into_object()))
        }
    };
    Ok(client.tell(move |mut call| async move {
        let answer = call.send(&ask).await?;
        // From 4.0 on the endpoint is there, and 404 is about the secret.
        let has_endpoint = call.client.version().is_some_and(|version| version >= Version::WITH_JWT);
        if is_missing(&answer) && !has_endpoint && user_name.is_none() {
            return match gsql::drop(&mut call, &aliases, ignores_errors).await {
                Err(failure) if ignores_errors && tells_missing(&failure) => Ok(said(&ignored)),
                told => told.map(|told| said(&told)),
            };
        }
        match call.check(&answer) {
            Err(failure) if ignores_errors && failure.status() == Status::Refused && !is_about_caller(&answer) => {
                Ok(said(&ignored))
            }
            Err(failure) => Err(failure),
            Ok(()) => {
                let object = answer.object().ok_or_else(|| answer.unfit("the answer is no JSON object"))?;
                Ok(object.raw().to_owned())
            }
        }
    }))
}

/// The secrets that are there. One that the server does not know is none.
async fn find(call: &mut Call, plan: &Plan) -> Result<Vec<(String, String)>> {
    let of_one = plan.alias.as_ref().and_then(|alias| one(alias));
    let path = of_one.unwrap_or_else(|| format!("{PATH}{}", query(&[("userName", &plan.user_name)])));
    let answer = call.send(&Ask::gsql_json("GET", path, None)).await?;
    if is_missing(&answer) && plan.user_name.is_none() {
        let mut found = gsql::show(call).await?;
        found.retain(|(alias, _)| plan.alias.as_ref().is_none_or(|wanted| wanted == alias));
        return Ok(found);
    }
    match call.check(&answer) {
        Err(failure) if plan.alias.is_some() && failure.status() == Status::Refused && !is_about_caller(&answer) => {
            Ok(Vec::new())
        }
        Err(failure) => Err(failure),
        Ok(()) => read(&answer).ok_or_else(|| answer.unfit("the answer has no secrets")),
    }
}

/// Makes a secret, and finds out its alias.
async fn make_named(call: &mut Call, plan: &Plan) -> Result<(String, String)> {
    let Made { alias, value } = make(call, plan).await?;
    if let Some(alias) = alias {
        return Ok((alias, value));
    }
    // The text that announces a secret does not name it, and the list shows the beginnings and ends of secrets.
    let (head, tail) =
        (value.get(..3).unwrap_or_default(), value.get(value.len().saturating_sub(3)..).unwrap_or_default());
    let shown = format!("{head}****{tail}");
    let alias = gsql::show(call).await?.into_iter().find(|(_, secret)| *secret == shown).map(|(alias, _)| alias);
    Ok((alias.unwrap_or_default(), value))
}

/// Makes a secret.
async fn make(call: &mut Call, plan: &Plan) -> Result<Made> {
    if let Some(value) = &plan.value {
        call.hidden.add(value);
    }
    let query = query(&[("userName", &plan.user_name), ("alias", &plan.alias), ("value", &plan.value)]);
    let answer = call.send(&Ask::gsql_json("POST", format!("{PATH}{query}"), None)).await?;
    // A statement can say neither whose the secret is nor what.
    if is_missing(&answer) && plan.user_name.is_none() && plan.value.is_none() {
        let value = gsql::create(call, plan.alias.as_deref()).await?;
        return Ok(Made { alias: plan.alias.clone(), value });
    }
    call.check(&answer)?;
    let body = answer.json().and_then(results);
    let member = |name| body.and_then(|body| body.get(name)?.as_str().map(Cow::into_owned));
    let value = member("value").ok_or_else(|| answer.unfit("the answer has no secret"))?;
    Ok(Made { alias: member("alias").or(plan.alias.clone()), value })
}

/// The secrets of an answer, a list or a single one. Results that are null, or an object without an alias, are none.
fn read(answer: &Answer) -> Option<Vec<(String, String)>> {
    let body = answer.json()?;
    let inner = body.get("results").unwrap_or(body);
    let is_none = |inner: Value<'_>| matches!(inner.kind(), Kind::Null | Kind::Object) && inner.get("alias").is_none();
    let text = |value: Value<'_>| value.as_str().map(Cow::into_owned);
    let pair =
        |secret: Value<'_>| Some((text(secret.get("alias")?)?, secret.get("value").map_or(Some(String::new()), text)?));
    match inner.items() {
        Some(items) => items.map(pair).collect(),
        None if body.get("results").is_some() && is_none(inner) => Some(Vec::new()),
        None => Some(vec![pair(inner)?]),
    }
}

/// What an answer is about, be it wrapped or bare.
fn results(body: Value<'_>) -> Option<Value<'_>> {
    let inner = body.get("results").unwrap_or(body);
    matches!(inner.kind(), Kind::Object | Kind::Array).then_some(inner)
}

/// Whether a refusal is about who calls, and says nothing about a secret.
fn is_about_caller(answer: &Answer) -> bool {
    answer.http_status == 403 || rejects_caller(answer)
}

/// What an operation gives that the server had no object for.
fn said(message: &str) -> String {
    let mut members = Members::default();
    members.json("error", "false");
    members.text("message", message);
    members.into_object()
}

/// A list of texts as Python shows it, for TigerGraph's own client tells it so.
fn list(texts: &[String]) -> String {
    let shown = texts.iter().map(|text| {
        let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
        let mut out = String::from(quote);
        for char in text.chars() {
            match char {
                '\\' | '\n' | '\r' | '\t' => out.extend(char.escape_default()),
                _ if char == quote => out.extend(['\\', char]),
                _ if char.is_ascii_control() => out.push_str(&format!("\\x{:02x}", u32::from(char))),
                _ => out.push(char),
            }
        }
        out.push(quote);
        out
    });
    format!("[{}]", shown.collect::<Vec<_>>().join(", "))
}

/// Where one secret is; None for a name that none can have.
fn one(alias: &str) -> Option<String> {
    segment(alias).map(|alias| format!("{PATH}/{alias}"))
}

fn query(parts: &[(&str, &Option<String>)]) -> String {
    let given = parts.iter().filter_map(|(name, value)| Some(format!("{name}={}", form_encoded(value.as_ref()?))));
    let query = given.collect::<Vec<_>>().join("&");
    if query.is_empty() { query } else { format!("?{query}") }
}

fn text(args: &mut Config<'_>, name: &str) -> Result<Option<String>> {
    Ok(args.filled_text(name)?.map(Cow::into_owned))
}
