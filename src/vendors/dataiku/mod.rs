//! Dataiku DSS: who a ticket or a browser's headers belong to, acting as another user, users' settings.
//!
//! Every operation is one request, and no request is ever repeated. Settings are read, edited and saved as whole documents.

use std::borrow::Cow;
use std::future::ready;
use std::sync::Arc;

use zeroize::Zeroizing;

use self::headers::Headers;
use super::client::{required, required_text, unknown_operation};
use super::conversation::Conversation;
use crate::error::Result;
use crate::jose::config::Config;
use crate::jose::json::{Kind, write_string};
use crate::source::answer::{Answer, ErrorMembers};
use crate::source::environment::Environment;
use crate::source::hidden::Hidden;
use crate::source::transport::Connections;
use crate::source::url;
use crate::source::{Operation, Request, Transport};

mod ascii;
mod document;
mod edits;
mod headers;

const ERRORS: ErrorMembers = ErrorMembers { code: "errorType", messages: &["detailedMessage", "message"] };

/// A client of one DSS.
pub(super) struct Dataiku {
    /// Below which the public API is.
    api: String,
    transport: Arc<Transport>,
    headers: Headers,
    hidden: Hidden,
}

/// A request, and what becomes of its answer.
struct Call {
    method: &'static str,
    path: String,
    body: Option<String>,
    read: fn(&Answer, &Hidden) -> Result<String>,
}

impl Dataiku {
    /// Reads settings and credentials.
    pub(super) fn open(mut config: Config<'_>, mut secrets: Config<'_>, environment: &Environment) -> Result<Dataiku> {
        let host = required(config.text("host")?, &config, "host")?;
        let host = url::base(&host).map_err(|what| config.failure("host", what))?;
        let transport = Connections::take(&mut config, environment)?.to(&host)?;
        let mut hidden = Hidden::default();
        let headers = Headers::take(&mut config, &mut secrets, &mut hidden)?;
        config.finish()?;
        secrets.finish()?;
        Ok(Dataiku { api: format!("{host}/dip/publicapi"), transport, headers, hidden })
    }

    /// The same client in the name of another user.
    pub(super) fn as_user(&self, login: &str) -> Result<Dataiku> {
        let mut headers = self.headers.clone();
        headers.act_as(login)?;
        let (api, transport, hidden) = (self.api.clone(), Arc::clone(&self.transport), self.hidden.clone());
        Ok(Dataiku { api, transport, headers, hidden })
    }

    /// An operation of the table in docs/CLIENTS.md.
    pub(super) fn operation(&self, name: &str, args: Config<'_>) -> Result<Box<dyn Operation<Output = String>>> {
        if let Some(edit) = edits::find(name) {
            let edited = edits::run(edit, args)?;
            return Ok(Box::new(Conversation::new(|_| ready(Ok(edited)))));
        }
        let call = Call::read(name, args)?;
        let (request, hidden) = (self.request(&call), self.hidden.clone());
        Ok(Box::new(Conversation::new(|line| async move {
            let answer = Answer::of(line.ask(request).await)?;
            (call.read)(&answer, &hidden)
        })))
    }

    fn request(&self, call: &Call) -> Request {
        Request {
            method: call.method,
            url: format!("{}{}", self.api, call.path),
            headers: self.headers.to_send(),
            body: call.body.as_ref().map(|body| Zeroizing::new(ascii::escaped(body).into_bytes())),
            transport: Arc::clone(&self.transport),
        }
    }
}

impl Call {
    /// Which request an operation is.
    fn read(name: &str, mut args: Config<'_>) -> Result<Call> {
        const OWN: &str = "/current-user";
        let call = match name {
            "auth_info" => Call::get(format!("/auth/info?{}", with_secrets(&mut args)?)),
            "auth_info_from_browser_headers" => {
                let headers = object(&mut args, "headers")?;
                let path = format!("/auth/info-from-browser-headers?{}", with_secrets(&mut args)?);
                Call { method: "POST", path, body: Some(headers), read: read_object }
            }
            "ticket_from_browser_headers" => {
                let body = Some(object(&mut args, "headers")?);
                Call { method: "POST", path: "/auth/ticket-from-browser-headers".to_owned(), body, read: read_ticket }
            }
            "own_settings" => Call::get(OWN.to_owned()),
            "user_settings" => Call::get(user(&mut args)?),
            "save_own_settings" => Call::save(OWN.to_owned(), object(&mut args, "settings")?),
            "save_user_settings" => Call::save(user(&mut args)?, object(&mut args, "settings")?),
            _ => return Err(unknown_operation()),
        };
        args.finish()?;
        Ok(call)
    }

    fn get(path: String) -> Call {
        Call { method: "GET", path, body: None, read: read_object }
    }

    fn save(path: String, settings: String) -> Call {
        Call { method: "PUT", path, body: Some(settings), read: read_nothing }
    }
}

/// The query in which a bool goes out as Python writes it.
fn with_secrets(args: &mut Config<'_>) -> Result<&'static str> {
    let is_wanted = args.flag("with_secrets")?.unwrap_or(false);
    Ok(if is_wanted { "withSecrets=True" } else { "withSecrets=False" })
}

/// Where the settings of a user are.
fn user(args: &mut Config<'_>) -> Result<String> {
    let login = required_text(args, "login")?;
    let login = url::segment(&login).ok_or_else(|| args.failure("login", "no user has such a name"))?;
    Ok(format!("/admin/users/{login}"))
}

/// An argument that is an object, as it was given.
fn object(args: &mut Config<'_>, name: &str) -> Result<String> {
    let value = required(args.take(name), args, name)?;
    let object = Some(value.raw().to_owned()).filter(|_| value.kind() == Kind::Object);
    object.ok_or_else(|| args.failure(name, "expected an object"))
}

fn read_object(answer: &Answer, hidden: &Hidden) -> Result<String> {
    answer.check(&ERRORS, hidden)?;
    let object = answer.object().ok_or_else(|| answer.unfit("the answer is no JSON object"))?;
    Ok(object.raw().to_owned())
}

fn read_ticket(answer: &Answer, hidden: &Hidden) -> Result<String> {
    answer.check(&ERRORS, hidden)?;
    let ticket = answer.object().and_then(|body| body.get("msg")?.as_str().map(Cow::into_owned));
    let ticket = ticket.ok_or_else(|| answer.unfit("the answer has no ticket"))?;
    let mut json = String::new();
    write_string(&mut json, &ticket);
    Ok(json)
}

fn read_nothing(answer: &Answer, hidden: &Hidden) -> Result<String> {
    answer.check_without_body(&ERRORS, hidden)?;
    Ok("null".to_owned())
}
