//! GSQL statements, by which servers without the REST interface are told about secrets, and the texts that they answer with.

use super::call::{Ask, Call, To, is_missing};
use crate::error::{Failure, Result, Status};
use crate::jose::config::config_failure;
use crate::source::answer::Answer;
use crate::source::url::form_encoded;

/// What a server said to statements.
pub(super) struct Told {
    answer: Answer,
    text: String,
}

/// Runs statements in the client's graph.
pub(super) async fn run(call: &mut Call, statements: &[String]) -> Result<Told> {
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
    let text = plain(&answer.text());
    Ok(Told { answer, text })
}

/// The text as a terminal would show it: without escape sequences (ECMA-48), and without the lines that are for GSQL's own shell.
fn plain(text: &str) -> String {
    let mut pieces = text.split("\x1b[");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|char: char| matches!(char, '@'..='~')).map_or(piece.len(), |end| end + 1);
        plain.push_str(piece.get(end..).unwrap_or_default());
    }
    let lines: Vec<&str> = plain.lines().filter(|line| !line.starts_with("__GSQL__")).collect();
    lines.join("\n")
}

/// `CREATE SECRET`. Gives the secret.
pub(super) async fn create(call: &mut Call, alias: Option<&str>) -> Result<String> {
    let statement = match alias {
        Some(alias) => format!("CREATE SECRET {}", identifier(alias, "args.alias")?),
        None => "CREATE SECRET".to_owned(),
    };
    let told = run(call, &[statement]).await?;
    if told.text.contains("already exists") {
        return Err(told.refused(call));
    }
    let secret = told.text.split_once("The secret: ").and_then(|(_, rest)| rest.split_whitespace().next());
    secret.map(str::to_owned).ok_or_else(|| told.answer.unfit("the answer has no secret"))
}

/// `SHOW SECRET`. Gives aliases and what is shown of their secrets.
pub(super) async fn show(call: &mut Call) -> Result<Vec<(String, String)>> {
    let told = run(call, &["SHOW SECRET".to_owned()]).await?;
    let mut found = Vec::new();
    let mut secret = None;
    for line in told.text.lines().map(|line| line.trim().trim_start_matches("- ")) {
        match line.split_once(": ") {
            Some(("Secret", value)) => secret = Some(value.to_owned()),
            Some(("Alias", alias)) => found.extend(secret.take().map(|secret| (alias.to_owned(), secret))),
            _ => {}
        }
    }
    Ok(found)
}

/// `DROP SECRET`, for each alias. Gives what the server says about it.
pub(super) async fn drop(call: &mut Call, aliases: &[String], ignores_errors: bool) -> Result<String> {
    let statement = |alias: &String| Ok(format!("DROP SECRET {}", identifier(alias, "args.alias")?));
    let statements = aliases.iter().map(statement).collect::<Result<Vec<_>>>()?;
    let told = run(call, &statements).await?;
    let text = told.text.trim();
    if ignores_errors || text.contains("Successfully dropped secrets") {
        return Ok(text.to_owned());
    }
    match text.contains("Failed to drop secrets") {
        true => Err(told.refused(call)),
        false => Err(told.answer.unfit(&call.hidden.cut(text))),
    }
}

impl Told {
    /// A refusal that is a text like any other.
    fn refused(&self, call: &Call) -> Failure {
        Failure::answered(Status::Refused, self.answer.http_status, None, call.hidden.cut(&self.text))
    }
}

/// A name that can stand in a statement, where nothing is ever quoted.
fn identifier<'a>(name: &'a str, path: &str) -> Result<&'a str> {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match is_plain && !name.is_empty() && !name.starts_with(|first: char| first.is_ascii_digit()) {
        true => Ok(name),
        false => Err(config_failure(path, "this server takes plain identifiers only")),
    }
}
