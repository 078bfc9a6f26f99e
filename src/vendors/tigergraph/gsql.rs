//! GSQL statements, by which servers without the REST interface are told about secrets, and the texts that they answer with.

use super::call::{Ask, Call, To, is_missing};
use crate::error::{Failure, Result, Status};
use crate::jose::config::config_failure;
use crate::source::answer::Answer;
use crate::source::url::form_encoded;

/// Runs statements in the client's graph. Gives the answer and its text, without what is for GSQL's own shell.
async fn run(call: &mut Call, statements: &[String]) -> Result<(Answer, String)> {
    let mut script = String::new();
    if let Some(graph) = &call.client.settings.graph {
        script = format!("USE GRAPH {}\n", identifier(graph, "config.graph")?);
    }
    script.push_str(&statements.join("\n"));
    let older = Ask {
        to: To::Gsql,
        method: "POST",
        path: "/gsqlserver/gsql/file".to_owned(),
        content_type: None,
        body: Some(form_encoded(&script)),
    };
    let path = "/gsql/v1/statements".to_owned();
    let newer = Ask { path, content_type: Some("text/plain"), body: Some(script), ..older.clone() };
    let mut answer = call.send(&newer).await?;
    if is_missing(&answer) {
        answer = call.send(&older).await?;
    }
    call.check(&answer)?;
    let lines: Vec<_> =
        answer.text().lines().filter(|line| !line.starts_with("__GSQL__")).map(without_escapes).collect();
    let text = lines.join("\n");
    Ok((answer, text))
}

/// A line without the escape sequences of terminals (ECMA-48).
fn without_escapes(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, escaped)) = rest.split_once('\x1b') {
        out.push_str(before);
        let end = match escaped.strip_prefix('[') {
            Some(sequence) => sequence.find(|c: char| ('@'..='~').contains(&c)).map(|end| end + 2),
            None => escaped.starts_with(|c: char| ('@'..='_').contains(&c)).then_some(1),
        };
        rest = escaped.get(end.unwrap_or(0)..).unwrap_or_default();
    }
    out + rest
}

/// `CREATE SECRET`. Gives the secret.
pub(super) async fn create(call: &mut Call, alias: Option<&str>) -> Result<String> {
    let statement = match alias {
        Some(alias) => format!("CREATE SECRET {}", identifier(alias, "args.alias")?),
        None => "CREATE SECRET".to_owned(),
    };
    let (answer, text) = run(call, &[statement]).await?;
    if text.contains("already exists") {
        return Err(refused(call, &answer, &text));
    }
    let secret = text.split_once("The secret: ").and_then(|(_, rest)| rest.split_whitespace().next());
    secret.map(str::to_owned).ok_or_else(|| answer.unfit("the answer has no secret"))
}

/// `SHOW SECRET`. Gives aliases and what is shown of their secrets.
pub(super) async fn show(call: &mut Call) -> Result<Vec<(String, String)>> {
    let (_, text) = run(call, &["SHOW SECRET".to_owned()]).await?;
    let mut found = Vec::new();
    let mut secret = None;
    for line in text.lines().map(|line| line.trim().trim_start_matches("- ")) {
        match line.split_once(": ") {
            Some(("Secret", value)) => secret = Some(value.to_owned()),
            Some(("Alias", alias)) => found.extend(secret.take().map(|secret| (alias.to_owned(), secret))),
            _ => {}
        }
    }
    Ok(found)
}

/// `DROP SECRET`, for each alias. Gives what the server says about it, be it a failure if errors are ignored.
pub(super) async fn drop(call: &mut Call, aliases: &[String], ignores_errors: bool) -> Result<String> {
    let statement = |alias: &String| Ok(format!("DROP SECRET {}", identifier(alias, "args.alias")?));
    let statements = aliases.iter().map(statement).collect::<Result<Vec<_>>>()?;
    let (answer, text) = run(call, &statements).await?;
    if ignores_errors {
        return Ok(text.trim().to_owned());
    }
    if text.contains("Failed to drop secrets") {
        return Err(refused(call, &answer, &text));
    }
    match text.contains("Successfully dropped secrets") {
        true => Ok(text.trim().to_owned()),
        false => Err(answer.unfit(&call.hidden.cut(&text))),
    }
}

/// A refusal that is a text like any other.
fn refused(call: &Call, answer: &Answer, text: &str) -> Failure {
    Failure::answered(Status::Refused, answer.http_status, None, call.hidden.cut(text))
}

/// A name that can stand in a statement, where nothing is ever quoted.
fn identifier<'a>(name: &'a str, path: &str) -> Result<&'a str> {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match is_plain && !name.is_empty() && !name.starts_with(|first: char| first.is_ascii_digit()) {
        true => Ok(name),
        false => Err(config_failure(path, "this server takes plain identifiers only")),
    }
}
