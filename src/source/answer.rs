//! What a server answered, and which failure it is if it is one.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::exchange::{Fault, Outcome};
use super::hidden::Hidden;
use crate::error::{Failure, Result, Status};
use crate::jose::json::{Kind, Value};

/// An answer that came whole.
pub(crate) struct Answer {
    pub(crate) http_status: u16,
    body: Zeroizing<Vec<u8>>,
}

/// The members in which a server tells what went wrong.
pub(crate) struct ErrorMembers {
    /// Its own code.
    pub(crate) code: &'static str,
    /// Its text, the most telling one first.
    pub(crate) messages: &'static [&'static str],
}

impl Answer {
    /// Takes the answer out of an exchange, if there was one.
    pub(crate) fn of(outcome: Outcome) -> Result<Answer> {
        match outcome {
            Ok(response) => Ok(Answer { http_status: response.status, body: Zeroizing::new(response.body) }),
            Err(fault) => Err(unanswered(fault)),
        }
    }

    /// The body, if it is JSON.
    pub(crate) fn json(&self) -> Option<Value<'_>> {
        Value::parse(&self.body).ok()
    }

    /// The body, if it is a JSON object.
    pub(crate) fn object(&self) -> Option<Value<'_>> {
        self.json().filter(|value| value.kind() == Kind::Object)
    }

    /// The body as a text, whatever it is.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// A member of the body, as a text.
    pub(crate) fn member(&self, name: &str) -> Option<Cow<'_, str>> {
        let value = self.object()?.get(name)?;
        match value.kind() {
            Kind::String => value.as_str(),
            Kind::Number => Some(Cow::Borrowed(value.raw())),
            _ => None,
        }
    }

    /// Whether the body says that it is an error: `"error": true` or `"true"`.
    pub(crate) fn says_error(&self) -> bool {
        let error = self.object().and_then(|body| body.get("error"));
        error.is_some_and(|error| error.as_bool() == Some(true) || error.as_str().as_deref() == Some("true"))
    }

    /// Refuses an answer other than a success with a body.
    pub(crate) fn check(&self, members: &ErrorMembers, hidden: &Hidden) -> Result<()> {
        match self.http_status {
            200 if !self.says_error() => Ok(()),
            _ => Err(self.failure(members, hidden)),
        }
    }

    /// As [`Answer::check`], where a success needs no body.
    pub(crate) fn check_without_body(&self, members: &ErrorMembers, hidden: &Hidden) -> Result<()> {
        match self.http_status {
            200..=299 if !self.says_error() => Ok(()),
            _ => Err(self.failure(members, hidden)),
        }
    }

    /// The failure that this answer is.
    pub(crate) fn failure(&self, members: &ErrorMembers, hidden: &Hidden) -> Failure {
        let status = match self.http_status {
            200 => Status::Refused,
            408 => Status::Timeout,
            429 | 500..=599 => Status::Unavailable,
            400..=499 => Status::Refused,
            _ => Status::Protocol,
        };
        let told = members.messages.iter().find_map(|name| self.member(name).filter(|text| !text.is_empty()));
        let told = hidden.cut(&told.unwrap_or_else(|| self.text()));
        let message = if told.is_empty() { format!("HTTP {}", self.http_status) } else { told };
        // A flag that is written as a text is no code.
        let code = self.member(members.code).filter(|code| !matches!(&**code, "true" | "false"));
        let code = code.map(|code| hidden.cut(&code));
        Failure::answered(status, self.http_status, code.as_deref(), message)
    }

    /// The failure of an answer that lacks what it should hold.
    pub(crate) fn unfit(&self, what: &str) -> Failure {
        Failure::answered(Status::Protocol, self.http_status, None, what)
    }
}

/// The failure of an exchange without an answer.
pub(crate) fn unanswered(fault: Fault) -> Failure {
    let (status, message) = match fault {
        Fault::Refused => (Status::Unavailable, "the connection was refused"),
        Fault::Dropped => (Status::Unavailable, "the connection broke before the answer was complete"),
        Fault::Unresolved => (Status::Unavailable, "the name of the server has no address"),
        Fault::Tls => (Status::Unavailable, "no secure connection could be made"),
        Fault::Timeout => (Status::Timeout, "the server took too long"),
        Fault::TooLarge => (Status::Protocol, "the answer is too large"),
        Fault::Garbled => (Status::Protocol, "the answer is no HTTP"),
    };
    Failure::new(status, message)
}
