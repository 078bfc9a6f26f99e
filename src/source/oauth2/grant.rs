//! Which grant a token is asked for with, and what a server granted (RFC 6749 sections 4.4, 5.1, 5.2 and 6, RFC 7523 section 2.1).

use std::borrow::Cow;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::assertion::{Assertion, PrivateKey};
use super::request::Form;
use crate::error::Result;
use crate::jose::config::Config;
use crate::jose::decimal::Decimal;
use crate::jose::json::{Kind, Value};
use crate::source::answer::{Answer, ErrorMembers};
use crate::source::hidden::Hidden;
use crate::source::identity::Identity;
use crate::source::{Grant, Lifetime};

/// RFC 6749 section 5.2.
pub(super) const ERROR: ErrorMembers = ErrorMembers { code: "error", messages: &["error_description"] };

/// More than a token file could hold is kept nowhere.
const MAX_REFRESH_TOKEN_BYTES: usize = 64 << 10;

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// What a token is asked for with.
pub(super) struct Granting {
    by: By,
    key: Option<PrivateKey>,
}

enum By {
    RefreshToken(Option<Zeroizing<String>>),
    ClientCredentials,
    /// An assertion that somebody made.
    Assertion(Option<Zeroizing<String>>),
    /// Assertions that are made here.
    Assertions(Arc<Assertion>),
}

impl Granting {
    /// Takes `grant`, and the secrets that it needs.
    pub(super) fn take(config: &mut Config<'_>, secrets: &mut Config<'_>, token_url: &str) -> Result<Granting> {
        let key = PrivateKey::take(config, secrets)?;
        let secret = |secrets: &mut Config<'_>, name: &str| {
            let text = secrets.text(name)?.filter(|text| !text.is_empty());
            Ok::<_, crate::error::Failure>(text.map(|text| Zeroizing::new(text.into_owned())))
        };
        let grant = config.text("grant")?.ok_or_else(|| config.failure("grant", "missing"))?;
        let by = match &*grant {
            "refresh_token" => By::RefreshToken(secret(secrets, "refresh_token")?),
            "client_credentials" => By::ClientCredentials,
            "jwt_bearer" => By::take_assertion(config, secret(secrets, "assertion")?, key.as_ref(), token_url)?,
            _ => return Err(config.failure("grant", "expected refresh_token, client_credentials or jwt_bearer")),
        };
        Ok(Granting { by, key })
    }

    pub(super) fn private_key(&self) -> Option<&PrivateKey> {
        self.key.as_ref()
    }

    /// Whether what is sent may be good for one use only.
    pub(super) fn rotates(&self) -> bool {
        matches!(self.by, By::RefreshToken(_))
    }

    /// What there is no way to ask without; `refresh_token` is one that a server gave since.
    pub(super) fn missing(&self, refresh_token: Option<&str>) -> Option<&'static str> {
        match &self.by {
            By::RefreshToken(None) if refresh_token.is_none() => Some("refresh token"),
            By::Assertion(None) => Some("assertion, and no private key to sign one with,"),
            _ => None,
        }
    }

    /// The members of the form that make the grant.
    pub(super) fn form(&self, refresh_token: Option<&str>) -> Form {
        let mut form = Form::default();
        match &self.by {
            By::RefreshToken(first) => {
                form.add("grant_type", "refresh_token");
                let newest = refresh_token.or(first.as_ref().map(|token| token.as_str()));
                form.add_secret("refresh_token", newest.unwrap_or_default());
            }
            By::ClientCredentials => form.add("grant_type", "client_credentials"),
            By::Assertion(assertion) => {
                form.add("grant_type", JWT_BEARER);
                form.add_secret("assertion", assertion.as_ref().map_or("", |assertion| assertion.as_str()));
            }
            By::Assertions(assertions) => {
                form.add("grant_type", JWT_BEARER);
                form.add_signed("assertion", assertions);
            }
        }
        form
    }

    pub(super) fn identify(&self, identity: &mut Identity) {
        match &self.by {
            By::RefreshToken(token) => identity.add(token.as_ref().map(|token| token.as_str())),
            By::ClientCredentials => identity.add(Some("client_credentials")),
            By::Assertion(assertion) => identity.add(assertion.as_ref().map(|assertion| assertion.as_str())),
            By::Assertions(assertions) => assertions.identify(identity),
        }
    }
}

impl By {
    fn take_assertion(
        config: &mut Config<'_>,
        assertion: Option<Zeroizing<String>>,
        key: Option<&PrivateKey>,
        token_url: &str,
    ) -> Result<By> {
        let claims = config.take("assertion_claims");
        if claims.is_some_and(|claims| claims.kind() != Kind::Object) {
            return Err(config.failure("assertion_claims", "expected an object"));
        }
        match (assertion, key) {
            (Some(_), _) if claims.is_some() => {
                Err(config.failure("assertion_claims", "do not stand beside an assertion that is signed already"))
            }
            (Some(assertion), _) => Ok(By::Assertion(Some(assertion))),
            (None, Some(key)) => {
                let assertions = key.assertions(claims, &[("aud", token_url)])?;
                Ok(By::Assertions(Arc::new(assertions)))
            }
            (None, None) => Ok(By::Assertion(None)),
        }
    }
}

/// Reads the answer of a token endpoint (RFC 6749 section 5.1). A refresh token counts also where the access token beside it is of no use: the
/// one that it was asked for with may be used up.
pub(super) fn read(answer: &Answer, said: &Form) -> Result<Grant> {
    answer.check(&ERROR, &hidden(answer, said))?;
    let body = answer.object().ok_or_else(|| answer.unfit("the answer is no JSON object"))?;
    let refresh_token = text(body, "refresh_token");
    if refresh_token.as_ref().is_some_and(|token| token.len() > MAX_REFRESH_TOKEN_BYTES) {
        return Err(answer.unfit("the refresh_token is too long"));
    }
    let refresh_token = refresh_token.map(|token| Zeroizing::new(token.into_owned()));
    match read_token(answer, body) {
        Ok((token, lifetime)) => Ok(Grant { token, lifetime, refresh_token, unfit: None }),
        Err(failure) if refresh_token.is_some() => {
            Ok(Grant { token: Zeroizing::default(), lifetime: Lifetime::In(0), refresh_token, unfit: Some(failure) })
        }
        Err(failure) => Err(failure),
    }
}

fn text<'a>(body: Value<'a>, name: &str) -> Option<Cow<'a, str>> {
    body.get(name).and_then(|value| value.as_str()).filter(|text| !text.is_empty())
}

fn read_token(answer: &Answer, body: Value<'_>) -> Result<(Zeroizing<String>, Lifetime)> {
    let text = |name| text(body, name);
    let token = text("access_token").ok_or_else(|| answer.unfit("the answer holds no access_token"))?;
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(answer.unfit("the access_token has characters that no header may have"));
    }
    if text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(answer.unfit("the token_type is not Bearer"));
    }
    let lifetime = lifetime(body.get("expires_in")).ok_or_else(|| answer.unfit("expires_in is below 0"))?;
    Ok((Zeroizing::new(token.into_owned()), lifetime))
}

/// Seconds, as a number or, as some servers have it, as a text of one. What is no number says nothing, and 0 says no more; of a part of a
/// second nothing is left. `None` for a negative one.
fn lifetime(expires_in: Option<Value<'_>>) -> Option<Lifetime> {
    let Some(value) = expires_in else { return Some(Lifetime::Unknown) };
    let text = value.as_str();
    let value = match text.as_deref().map(|text| Value::parse(text.trim().as_bytes())) {
        Some(Ok(inner)) => inner,
        Some(Err(_)) => return Some(Lifetime::Unknown),
        None => value,
    };
    if value.kind() != Kind::Number {
        return Some(Lifetime::Unknown);
    }
    let is_zero =
        value.raw().bytes().take_while(|byte| !matches!(byte, b'e' | b'E')).all(|byte| !matches!(byte, b'1'..=b'9'));
    if is_zero {
        return Some(Lifetime::Unknown);
    }
    if value.raw().starts_with('-') {
        return None;
    }
    let seconds = Decimal::read(value).map_or(u64::MAX, |seconds| seconds.times(1));
    Some(Lifetime::In(i64::try_from(seconds).unwrap_or(i64::MAX)))
}

/// What an answer could hold that no message may repeat.
fn hidden(answer: &Answer, said: &Form) -> Hidden {
    let mut hidden = said.hidden();
    for name in ["access_token", "refresh_token", "id_token"] {
        if let Some(token) = answer.member(name) {
            hidden.add(&token);
        }
    }
    hidden
}
