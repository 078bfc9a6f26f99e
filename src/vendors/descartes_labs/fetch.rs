//! One exchange with the token endpoint.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::jwt;
use crate::error::Result;
use crate::jose::json::{Kind, Object};
use crate::source::answer::{Answer, ErrorMembers};
use crate::source::hidden::Hidden;
use crate::source::{Grant, Now, Operation, Outcome, Request, Step, Transport};

/// The client id of the vendor's first clients, for which the endpoint wants another body.
const LEGACY_CLIENT_ID: &str = "ZOBAi4UROl5gKZIpxxlwOEfx8KpqXf2c";
const LEGACY_SCOPE: &str = "openid name groups org email";

/// Where an answer holds the token: the first of them that is there.
const TOKENS: [&str; 2] = ["access_token", "id_token"];

/// RFC 6749 section 5.2.
const ERROR: ErrorMembers = ErrorMembers { code: "error", messages: &["error_description", "message"] };

/// Asks for a token with a refresh token.
pub(super) struct Fetch {
    request: Request,
    client_id: String,
    refresh_token: Zeroizing<String>,
}

impl Fetch {
    /// Asks `token_url`; without a scope the server chooses.
    pub(super) fn new(
        token_url: &str,
        transport: &Arc<Transport>,
        client_id: String,
        refresh_token: Zeroizing<String>,
        scope: Option<String>,
    ) -> Fetch {
        let request = Request {
            method: "POST",
            url: token_url.to_owned(),
            headers: vec![
                ("Content-Type".to_owned(), Zeroizing::new(b"application/json".to_vec())),
                ("Accept".to_owned(), Zeroizing::new(b"application/json".to_vec())),
            ],
            body: Some(body(&client_id, &refresh_token, scope.as_deref())),
            transport: transport.clone(),
        };
        Fetch { request, client_id, refresh_token }
    }
}

impl Operation for Fetch {
    type Output = Grant;

    fn start(&mut self, _: Now) -> Result<Step<Grant>> {
        Ok(Step::Ask(self.request.clone()))
    }

    fn resume(&mut self, outcome: Outcome, now: Now) -> Result<Step<Grant>> {
        let answer = Answer::of(outcome)?;
        let mut hidden = Hidden::default();
        hidden.add(&self.refresh_token);
        for token in TOKENS.iter().filter_map(|name| answer.member(name)) {
            hidden.add(&token);
        }
        answer.check(&ERROR, &hidden)?;
        let body = answer.object().ok_or_else(|| answer.unfit("the answer is no JSON object"))?;
        let token = TOKENS.iter().find_map(|name| body.get(name).filter(|token| token.kind() != Kind::Null));
        let token = token.and_then(|token| token.as_str()).ok_or_else(|| answer.unfit("the answer holds no token"))?;
        let grant = jwt::grant(&token, Some(&self.client_id), now);
        let unusable = "the token that came cannot be read, has ended, or is for another client";
        grant.map(Step::Done).ok_or_else(|| answer.unfit(unusable))
    }
}

fn body(client_id: &str, refresh_token: &str, scope: Option<&str>) -> Zeroizing<Vec<u8>> {
    let mut body = Object::with_room(2 * client_id.len() + refresh_token.len() + scope.unwrap_or_default().len());
    if client_id == LEGACY_CLIENT_ID {
        body.text("scope", scope.unwrap_or(LEGACY_SCOPE));
        body.text("client_id", client_id);
        body.text("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
        body.text("target", client_id);
        body.text("api_type", "app");
        body.text("refresh_token", refresh_token);
    } else {
        body.text("client_id", client_id);
        body.text("grant_type", "refresh_token");
        body.text("refresh_token", refresh_token);
        if let Some(scope) = scope {
            body.text("scope", scope);
        }
    }
    body.into_bytes()
}
