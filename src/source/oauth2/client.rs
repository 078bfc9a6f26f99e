//! How a client proves who it is (RFC 6749 section 2.3, RFC 7523 section 2.2).

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::assertion::Assertion;
use super::grant::Granting;
use super::request::Form;
use crate::error::Result;
use crate::jose::config::Config;
use crate::source::Now;
use crate::source::identity::Identity;
use crate::source::url::form_encoded;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a header of RFC 7617 begins with.
const BASIC: &str = "Basic ";

/// Who asks.
pub(super) struct Client {
    id: Option<String>,
    secret: Option<Zeroizing<String>>,
    auth: Auth,
}

/// What a client shows.
enum Auth {
    /// Its secret, in the header.
    Basic,
    /// Its secret, in the form.
    Post,
    /// A JWT of its own; `None` if there is no key to sign one with.
    PrivateKeyJwt(Option<Arc<Assertion>>),
    /// Nothing but its name.
    Public,
}

impl Client {
    /// Takes `client_id`, `client_auth` and the secret that goes with it.
    pub(super) fn take(
        config: &mut Config<'_>,
        secrets: &mut Config<'_>,
        granting: &Granting,
        token_url: &str,
    ) -> Result<Client> {
        let id = config.filled_text("client_id")?.map(String::from);
        let secret = secrets.text("client_secret")?.map(|secret| Zeroizing::new(secret.into_owned()));
        let key = granting.private_key();
        let named = config.text("client_auth")?;
        let auth = match named.as_deref() {
            Some("basic") => Auth::Basic,
            Some("post") => Auth::Post,
            Some("none") => Auth::Public,
            Some("private_key_jwt") => {
                let id = id.as_deref().ok_or_else(|| config.failure("client_id", "missing"))?;
                let claims = [("iss", id), ("sub", id), ("aud", token_url)];
                let assertion = key.map(|key| key.assertions(None, &claims)).transpose()?;
                Auth::PrivateKeyJwt(assertion.map(Arc::new))
            }
            Some(_) => return Err(config.failure("client_auth", "expected basic, post, private_key_jwt or none")),
            None if secret.is_some() => Auth::Basic,
            None => Auth::Public,
        };
        if id.is_none() && matches!(auth, Auth::Basic | Auth::Post) {
            return Err(config.failure("client_id", "missing"));
        }
        Ok(Client { id, secret, auth })
    }

    pub(super) fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// What there is no way to ask without.
    pub(super) fn missing(&self) -> Option<&'static str> {
        match &self.auth {
            Auth::Basic | Auth::Post if self.secret.is_none() => Some("client secret"),
            Auth::PrivateKeyJwt(None) => Some("private key"),
            _ => None,
        }
    }

    /// Adds to a form what the client shows in it; gives what it shows in the header.
    pub(super) fn authenticate(&self, form: &mut Form, now: Now) -> Result<Option<Zeroizing<String>>> {
        let id = self.id.as_deref().unwrap_or_default();
        let secret = self.secret.as_ref().map_or("", |secret| secret.as_str());
        match &self.auth {
            Auth::Basic => {
                let pair = Zeroizing::new(format!("{}:{}", form_encoded(id), form_encoded(secret)));
                let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
                return Ok(Some(Zeroizing::new(format!("{BASIC}{}", *encoded))));
            }
            Auth::Post => {
                form.add("client_id", id);
                form.add_secret("client_secret", secret);
            }
            Auth::PrivateKeyJwt(assertion) => {
                form.add("client_id", id);
                form.add("client_assertion_type", ASSERTION_TYPE);
                if let Some(assertion) = assertion {
                    form.add_secret("client_assertion", &assertion.sign(now)?);
                }
            }
            Auth::Public if self.id.is_some() => form.add("client_id", id),
            Auth::Public => {}
        }
        Ok(None)
    }

    /// Adds the secrets that a server could repeat to what no message may.
    pub(super) fn confide(&self, said: &mut Form, authorization: Option<&str>) {
        if let Some(secret) = &self.secret {
            said.add_secret("client_secret", secret);
        }
        if let Some(pair) = authorization.and_then(|header| header.strip_prefix(BASIC)) {
            said.add_secret("authorization", pair);
        }
    }

    pub(super) fn identify(&self, identity: &mut Identity) {
        identity.add(self.secret.as_ref().map(|secret| secret.as_str()));
        identity.add(Some(match &self.auth {
            Auth::Basic => "basic",
            Auth::Post => "post",
            Auth::PrivateKeyJwt(_) => "private_key_jwt",
            Auth::Public => "none",
        }));
        if let Auth::PrivateKeyJwt(Some(assertion)) = &self.auth {
            assertion.identify(identity);
        }
    }
}
