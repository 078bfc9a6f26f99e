//! The form that a token endpoint is asked with (RFC 6749 appendix B).

use std::sync::Arc;

use zeroize::Zeroizing;

use super::Endpoint;
use super::assertion::Assertion;
use crate::error::Result;
use crate::jose::config::Config;
use crate::source::hidden::Hidden;
use crate::source::identity::Identity;
use crate::source::url::form_encoded;
use crate::source::{Now, Request};

/// Members that belong to the grant and the client, which a config cannot name a second time.
const TAKEN: [&str; 11] = [
    "grant_type",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "refresh_token",
    "assertion",
    "scope",
    "audience",
    "token",
    "token_type_hint",
];

/// Names and values, in the order in which they are sent.
#[derive(Clone, Default)]
pub(super) struct Form(Vec<(String, Value)>);

#[derive(Clone)]
enum Value {
    Plain(String),
    Secret(Zeroizing<String>),
    /// Made anew for each request.
    Signed(Arc<Assertion>),
}

/// Scope, audience and `extra`, as they are sent with each request for a token.
pub(super) fn more(config: &mut Config<'_>, scope: Option<&[String]>) -> Result<Form> {
    let mut form = Form::default();
    if let Some(scope) = scope.filter(|scope| !scope.is_empty()) {
        form.add("scope", &scope.join(" "));
    }
    if let Some(audience) = config.filled_text("audience")? {
        form.add("audience", &audience);
    }
    let Some(mut extra) = config.object("extra")? else { return Ok(form) };
    let names: Vec<String> = extra.names().map(str::to_owned).collect();
    for name in names {
        if TAKEN.contains(&name.as_str()) {
            return Err(extra.failure(&name, "is sent by other means"));
        }
        if let Some(text) = extra.text(&name)? {
            form.add(&name, &text);
        }
    }
    Ok(form)
}

impl Form {
    pub(super) fn add(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), Value::Plain(value.to_owned())));
    }

    /// A value that no message may repeat.
    pub(super) fn add_secret(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), Value::Secret(Zeroizing::new(value.to_owned()))));
    }

    pub(super) fn add_signed(&mut self, name: &str, assertion: &Arc<Assertion>) {
        self.0.push((name.to_owned(), Value::Signed(Arc::clone(assertion))));
    }

    pub(super) fn extend(&mut self, other: &Form) {
        self.0.extend_from_slice(&other.0);
    }

    /// The form with every assertion signed.
    pub(super) fn filled(&self, now: Now) -> Result<Form> {
        let filled = self.0.iter().map(|(name, value)| {
            let value = match value {
                Value::Signed(assertion) => Value::Secret(assertion.sign(now)?.into()),
                other => other.clone(),
            };
            Ok((name.clone(), value))
        });
        filled.collect::<Result<_>>().map(Form)
    }

    /// What an answer could repeat and a message may not.
    pub(super) fn hidden(&self) -> Hidden {
        let mut hidden = Hidden::default();
        for (_, value) in &self.0 {
            if let Value::Secret(secret) = value {
                hidden.add(secret);
            }
        }
        hidden
    }

    pub(super) fn identify(&self, identity: &mut Identity) {
        for (name, value) in &self.0 {
            if let Value::Plain(value) = value {
                identity.add(Some(name));
                identity.add(Some(value));
            }
        }
    }

    pub(super) fn to_request(&self, endpoint: &Endpoint, authorization: Option<Zeroizing<String>>) -> Request {
        let plain = |text: &str| Zeroizing::new(text.as_bytes().to_vec());
        let mut headers = vec![
            ("Accept".to_owned(), plain("application/json")),
            ("Content-Type".to_owned(), plain("application/x-www-form-urlencoded")),
        ];
        if let Some(authorization) = authorization {
            headers.push(("Authorization".to_owned(), plain(&authorization)));
        }
        Request {
            method: "POST",
            url: endpoint.url.clone(),
            headers,
            body: Some(self.body()),
            transport: Arc::clone(&endpoint.transport),
        }
    }

    fn body(&self) -> Zeroizing<Vec<u8>> {
        let pairs: Vec<Zeroizing<String>> =
            self.0.iter().map(|(name, value)| format!("{}={}", form_encoded(name), *value.encoded()).into()).collect();
        // Of its full size at once, for a vector that grows leaves copies behind.
        let mut body = Zeroizing::new(Vec::with_capacity(pairs.iter().map(|pair| pair.len() + 1).sum()));
        for (index, pair) in pairs.iter().enumerate() {
            if index > 0 {
                body.push(b'&');
            }
            body.extend_from_slice(pair.as_bytes());
        }
        body
    }
}

impl Value {
    fn encoded(&self) -> Zeroizing<String> {
        match self {
            Value::Plain(text) => form_encoded(text).into(),
            Value::Secret(text) => form_encoded(text).into(),
            // A form is filled before it is sent.
            Value::Signed(_) => Zeroizing::default(),
        }
    }
}
