//! The requests of one operation: who they say is calling, where they go, and what happens when that is not taken.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::TigerGraph;
use super::settings::{Place, Server};
use super::tokens;
use super::version::Version;
use crate::error::{Failure, Result, Status};
use crate::source::answer::{Answer, ErrorMembers};
use crate::source::hidden::Hidden;
use crate::source::{Fault, Outcome, Request};
use crate::vendors::conversation::Line;

pub(super) const ERRORS: ErrorMembers = ErrorMembers { code: "code", messages: &["message"] };

/// One operation of a client, on its way.
pub(super) struct Call {
    pub(super) client: TigerGraph,
    pub(super) line: Line,
    pub(super) hidden: Hidden,
    has_renewed: bool,
}

/// One of the two servers.
#[derive(Clone, Copy)]
pub(super) enum To {
    Restpp,
    Gsql,
}

/// A request without what the client adds.
#[derive(Clone)]
pub(super) struct Ask {
    pub(super) to: To,
    pub(super) method: &'static str,
    /// With its query.
    pub(super) path: String,
    pub(super) content_type: Option<&'static str>,
    pub(super) body: Option<String>,
}

/// How a request says who calls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Credentials {
    /// A token, or else Basic credentials.
    Any,
    /// Basic credentials, or else a token: for a token in place of one that was rejected.
    Lasting,
    /// A secret within the request is enough.
    Within,
}

impl Ask {
    /// A request for GSQL's REST interface.
    pub(super) fn gsql_json(method: &'static str, path: String, body: Option<String>) -> Ask {
        Ask { to: To::Gsql, method, path, content_type: Some("application/json"), body }
    }

    /// A request for REST++, which wants no content type.
    pub(super) fn restpp(method: &'static str, path: String, body: Option<String>) -> Ask {
        Ask { to: To::Restpp, method, path, content_type: None, body }
    }
}

impl Call {
    pub(super) fn new(client: TigerGraph, line: Line) -> Call {
        let hidden = client.settings.hidden.clone();
        Call { client, line, hidden, has_renewed: false }
    }

    /// Sends a request in the client's name. One whose token is not taken is sent once more with a new one, if the client can make one.
    pub(super) async fn send(&mut self, ask: &Ask) -> Result<Answer> {
        let used = self.client.token();
        let answer = self.send_once(ask, Credentials::Any).await?;
        if !rejects_caller(&answer) || self.has_renewed {
            return Ok(answer);
        }
        let Some(wish) = self.client.wish_instead_of(used.as_ref()) else { return Ok(answer) };
        self.has_renewed = true;
        // Another operation may have been faster.
        if self.client.token() == used {
            tokens::renew(self, wish).await?;
        }
        self.send_once(ask, Credentials::Any).await
    }

    /// Sends a request, and once more to where REST++ is if not on its own port.
    pub(super) async fn send_once(&mut self, ask: &Ask, credentials: Credentials) -> Result<Answer> {
        let authorization = self.authorization(credentials);
        let place = self.client.place(ask.to);
        let outcome = self.exchange(ask, place, authorization.clone()).await;
        if matches!(outcome, Err(Fault::Refused))
            && let Some(other) = self.client.way_around(place)
        {
            return Answer::of(self.exchange(ask, other, authorization).await);
        }
        Answer::of(outcome)
    }

    /// Which version the server has: configured, known, or asked for now.
    pub(super) async fn version(&mut self) -> Result<Version> {
        match self.client.version() {
            Some(version) => Ok(version),
            None => {
                let answer = self.send_once(&version_question(), Credentials::Any).await?;
                self.read_version(&answer).map(|(version, _)| version)
            }
        }
    }

    /// Reads the answer to [`version_question`], and remembers it.
    pub(super) fn read_version(&self, answer: &Answer) -> Result<(Version, String)> {
        self.check(answer)?;
        let told = answer.member("message").unwrap_or_else(|| answer.text());
        let (version, text) = Version::find(&told).ok_or_else(|| answer.unfit("the answer names no version"))?;
        self.client.remember_version(version);
        Ok((version, text.to_owned()))
    }

    /// Refuses an answer that is no success.
    pub(super) fn check(&self, answer: &Answer) -> Result<()> {
        answer.check(&ERRORS, &self.hidden)
    }

    async fn exchange(&self, ask: &Ask, place: Place, authorization: Option<Zeroizing<String>>) -> Outcome {
        let mut headers = Vec::new();
        if let Some(value) = authorization {
            headers.push(("Authorization".to_owned(), Zeroizing::new(value.as_bytes().to_vec())));
        }
        if let Some(content_type) = ask.content_type {
            headers.push(("Content-Type".to_owned(), Zeroizing::new(content_type.as_bytes().to_vec())));
        }
        let Server { url, transport } = self.client.settings.server(place);
        let request = Request {
            method: ask.method,
            url: format!("{url}{}", ask.path),
            headers,
            body: ask.body.as_ref().map(|body| Zeroizing::new(body.as_bytes().to_vec())),
            transport: Arc::clone(transport),
        };
        self.line.ask(request).await
    }

    fn authorization(&mut self, credentials: Credentials) -> Option<Zeroizing<String>> {
        let token = self.client.token();
        if let Some(token) = &token {
            self.hidden.add(token);
        }
        let bearer = || token.map(|token| Zeroizing::new(format!("Bearer {}", *token)));
        let basic = || self.client.settings.basic.clone();
        match credentials {
            Credentials::Any => bearer().or_else(basic),
            Credentials::Lasting => basic().or_else(bearer),
            Credentials::Within => None,
        }
    }
}

/// The question for the version.
pub(super) fn version_question() -> Ask {
    Ask::restpp("GET", "/version".to_owned(), None)
}

/// Whether the server has no such endpoint.
pub(super) fn is_missing(answer: &Answer) -> bool {
    names_no_endpoint(Some(answer.http_status), answer.member("code").as_deref())
}

/// Whether a failure is that of an endpoint that the server does not have.
pub(super) fn tells_missing(failure: &Failure) -> bool {
    names_no_endpoint(failure.http_status(), failure.claim())
}

fn names_no_endpoint(http_status: Option<u16>, code: Option<&str>) -> bool {
    http_status == Some(404) || code == Some("REST-1000")
}

/// Whether the server does not take who calls.
pub(super) fn rejects_caller(answer: &Answer) -> bool {
    let tells = || answer.member("message").unwrap_or_else(|| answer.text()).contains("Authentication failed");
    let is_success = answer.http_status == 200 && answer.object().is_some() && !answer.says_error();
    answer.http_status == 401 || answer.member("code").as_deref() == Some("REST-10016") || (!is_success && tells())
}

/// An operation that the server's version does not offer.
pub(super) fn unsupported(what: &str) -> Failure {
    Failure::new(Status::Unsupported, what)
}
