//! JWTs that a client signs about itself or for its user (RFC 7523 section 3).

use std::sync::Arc;

use ring::digest::{SHA256, digest};

use crate::error::Result;
use crate::jose::base64url;
use crate::jose::config::Config;
use crate::jose::json::{Members, Value};
use crate::jose::random;
use crate::jose::{Key, Signer};
use crate::source::Now;
use crate::source::identity::Identity;

/// Long enough for clocks that differ, short enough to be of no use to who finds one.
const TTL_S: i64 = 300;

/// 128 bits.
const JTI_BYTES: usize = 16;

/// Signs assertions with one key.
pub(super) struct Assertion {
    signer: Signer,
    /// The claims that do not change, without braces; what they name is not added.
    claims: String,
    names: Vec<String>,
    fingerprint: String,
}

/// The private key of a client, from the config and the secrets; `None` where there is none.
pub(super) struct PrivateKey {
    key: Arc<Key>,
    options: String,
    fingerprint: String,
}

impl PrivateKey {
    /// Takes `private_key` (PEM), and `private_key_algorithm` and `private_key_id` of the config.
    pub(super) fn take(config: &mut Config<'_>, secrets: &mut Config<'_>) -> Result<Option<PrivateKey>> {
        let algorithm = config.filled_text("private_key_algorithm")?;
        let kid = config.filled_text("private_key_id")?;
        let Some(pem) = secrets.filled_text("private_key")? else { return Ok(None) };
        let key = Arc::new(Key::from_pem(pem.as_bytes(), algorithm.as_deref())?);
        let mut options = Members::default();
        if let Some(kid) = kid {
            options.text("kid", &kid);
        }
        let fingerprint = base64url::encode(digest(&SHA256, pem.as_bytes()));
        Ok(Some(PrivateKey { key, options: options.into_object(), fingerprint }))
    }

    /// Assertions with these claims, to which times, `jti` and the given ones are added where they are not there.
    pub(super) fn assertions(&self, claims: Option<Value<'_>>, defaults: &[(&str, &str)]) -> Result<Assertion> {
        let mut members = Members::default();
        let mut names = Vec::new();
        for (name, value) in claims.and_then(|claims| claims.members()).into_iter().flatten() {
            members.json(&name, value.raw());
            names.push(name.into_owned());
        }
        for (name, value) in defaults {
            if !names.iter().any(|given| given == name) {
                members.text(name, value);
            }
        }
        let signer = Signer::new(&self.key, &self.options)?;
        Ok(Assertion { signer, claims: members.as_str().to_owned(), names, fingerprint: self.fingerprint.clone() })
    }
}

impl Assertion {
    /// A new assertion: of this moment, and with a `jti` of its own.
    pub(super) fn sign(&self, now: Now) -> Result<String> {
        let now_s = now.unix_ms.div_euclid(1000);
        let mut jti = [0; JTI_BYTES];
        random::fill(&mut jti)?;
        let mut added = Members::default();
        for (name, value) in [("iat", now_s), ("exp", now_s.saturating_add(TTL_S))] {
            if !self.has(name) {
                added.json(name, &value.to_string());
            }
        }
        if !self.has("jti") {
            added.text("jti", &base64url::encode(jti));
        }
        let comma = if self.claims.is_empty() || added.as_str().is_empty() { "" } else { "," };
        let claims = format!("{{{}{comma}{}}}", self.claims, added.as_str());
        self.signer.sign(claims.as_bytes(), now_s)
    }

    pub(super) fn identify(&self, identity: &mut Identity) {
        identity.add(Some(&self.fingerprint));
        identity.add(Some(&self.claims));
    }

    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|given| given == name)
    }
}
