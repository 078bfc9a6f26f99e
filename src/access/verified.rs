//! Actors of verified JWTs: members of the actor are claims of the token, and nothing else is.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::acting::is_chain;
use super::restrictions;
use crate::error::{Failure, Result, Status};
use crate::jose::config::Config;
use crate::jose::json::{Kind, Members, Value};
use crate::jose::{Key, KeySet, Verified, Verifier, base64url};
use crate::source::environment::Environment;
use crate::source::remote_keys::RemoteVerifier;
use crate::source::{Cache, Now, Turned, Waiter};

/// Which member of an actor is which claim. Those of [`OWN`] are not in it.
pub(crate) struct Mapping(Vec<(String, String)>);

/// Whether a claim has the form that it must have.
type Sound = fn(Value<'_>) -> bool;

/// Members that are the claims of their own names, and how those have to look: what an actor may not, and who acts for it, is nothing that
/// a mapping could leave out or take from elsewhere.
const OWN: [(&str, Sound); 2] = [("_r", |claim| restrictions::check(claim, "_r").is_ok()), ("act", is_chain)];

/// Who verifies tokens, and what the claims of those that pass become.
pub(crate) struct VerifiedActors {
    judge: Judge,
    pub(crate) mapping: Arc<Mapping>,
}

/// A key that is at hand, or issuers whose keys are fetched.
enum Judge {
    Own(Box<Verifier>),
    Remote(Arc<RemoteVerifier>),
}

/// What became of a token that passes, or may pass.
pub(crate) enum Found {
    Actor(Members),
    Waiting(Waiting),
}

/// A token that waits for keys.
pub(crate) struct Waiting {
    verifier: Arc<RemoteVerifier>,
    mapping: Arc<Mapping>,
    token: Zeroizing<String>,
}

impl VerifiedActors {
    /// Reads `key`, in one of the forms of a key, and `policy`, as `jeton_verifier_new` takes it; or `issuers`, as
    /// `jeton_remote_verifier_new`, whose keys are fetched by whoever drives the cache.
    pub(crate) fn read(
        mut config: Config<'_>,
        cache: impl FnOnce() -> Result<Arc<Cache>>,
        environment: &Environment,
    ) -> Result<VerifiedActors> {
        let mapping = Arc::new(Mapping::read(&mut config)?);
        let judge = match config.take("issuers") {
            Some(issuers) => Judge::Remote(Arc::new(RemoteVerifier::open(&cache()?, issuers.raw(), environment)?)),
            None => {
                let missing = |config: &Config<'_>, name: &str| config.failure(name, "missing");
                let key = config.object("key")?.ok_or_else(|| missing(&config, "key"))?;
                let keys = key_set(key)?;
                let policy = config.take("policy").ok_or_else(|| missing(&config, "policy"))?;
                Judge::Own(Box::new(Verifier::new(&keys, policy.raw())?))
            }
        };
        config.finish_where("unknown, or stands beside issuers")?;
        Ok(VerifiedActors { judge, mapping })
    }

    /// The members of the actor of a token.
    pub(crate) fn actor(&self, token: &str, now: Now) -> Result<Found> {
        let verified = match &self.judge {
            Judge::Own(verifier) => verifier.verify(token.as_bytes(), now.unix_ms.div_euclid(1000)).map(Some),
            Judge::Remote(verifier) => verifier.verify(token.as_bytes(), now),
        };
        match (verified?, &self.judge) {
            (Some(verified), _) => Ok(Found::Actor(self.mapping.actor(verified.payload())?)),
            (None, Judge::Remote(verifier)) => Ok(Found::Waiting(Waiting {
                verifier: Arc::clone(verifier),
                mapping: Arc::clone(&self.mapping),
                token: Zeroizing::new(token.to_owned()),
            })),
            (None, Judge::Own(_)) => Err(no_actor()),
        }
    }
}

impl Waiting {
    /// Tells the members of the actor once there are keys, or that there are none. The token is judged at `now`, and as long after it as the
    /// keys took.
    pub(crate) fn wait(self, who: Box<dyn Waiter<Members>>, now: Now) {
        let Waiting { verifier, mapping, token } = self;
        let turn = move |outcome: Result<Verified>| outcome.and_then(|token| mapping.actor(token.payload()));
        verifier.wait(token.as_bytes(), Turned { who, turn }, now);
    }
}

impl Mapping {
    /// Reads `actor`, member to claim; without it the actor's `id` is `sub`.
    pub(crate) fn read(config: &mut Config<'_>) -> Result<Mapping> {
        let Some(actor) = config.object("actor")? else {
            return Ok(Mapping::default());
        };
        let mut mapping = Vec::new();
        for (member, claim) in actor.rest() {
            let claim = claim.as_str().filter(|claim| !claim.is_empty());
            let claim = claim.ok_or_else(|| config.failure("actor", "expected names of claims"))?;
            match OWN.iter().filter(|(own, _)| member == *own || claim == *own).count() {
                0 => mapping.push((member.into_owned(), claim.into_owned())),
                1 if member == claim => {}
                _ => return Err(config.failure("actor", "_r and act are the claims of these names, and nothing else")),
            }
        }
        match mapping.iter().any(|(member, _)| member == "id") {
            true => Ok(Mapping(mapping)),
            false => Err(config.failure("actor", "expected at least the claim of id")),
        }
    }

    /// The members of the actor that these verified claims are about. Claims that are not there are left out, but not the one of `id`. Those
    /// of [`OWN`] come along; one that is not as it has to be leaves no actor.
    pub(crate) fn actor(&self, claims: &[u8]) -> Result<Members> {
        let claims = Value::parse(claims).map_err(|_| no_actor())?;
        let mut actor = Members::default();
        for (member, claim) in &self.0 {
            match claims.get(claim).filter(|value| value.kind() != Kind::Null) {
                Some(value) => actor.json(member, value.raw()),
                None if member == "id" => return Err(no_actor()),
                None => {}
            }
        }
        for (name, is_sound) in OWN {
            match claims.get(name) {
                Some(claim) if is_sound(claim) => actor.json(name, claim.raw()),
                Some(_) => return Err(no_actor()),
                None => {}
            }
        }
        Ok(actor)
    }

    /// The way back: the claims of a token for an actor, to be signed. A number becomes a text where the claim is `sub`, which is one in every
    /// token (RFC 7519 section 4.1.2).
    pub(crate) fn claims(&self, actor: Value<'_>) -> Members {
        let mut claims = Members::default();
        let own = OWN.iter().map(|(name, _)| (*name, *name));
        for (member, claim) in self.0.iter().map(|(member, claim)| (member.as_str(), claim.as_str())).chain(own) {
            match actor.get(member) {
                Some(value) if claim == "sub" && value.kind() == Kind::Number => claims.text(claim, value.raw()),
                Some(value) => claims.json(claim, value.raw()),
                None => {}
            }
        }
        claims
    }
}

impl Default for Mapping {
    fn default() -> Mapping {
        Mapping(vec![("id".to_owned(), "sub".to_owned())])
    }
}

fn no_actor() -> Failure {
    Failure::new(Status::Unknown, "the claims of the token name no actor")
}

/// Reads a key in one of its forms: `pem`, `jwk`, `jwks`, `secret`, `secret_b64u` or `der_b64u`, and `algorithm`.
fn key_set(mut config: Config<'_>) -> Result<KeySet> {
    let algorithm = config.text("algorithm")?;
    let algorithm = algorithm.as_deref();
    let bytes = |config: &mut Config<'_>, name: &str| -> Result<Option<Vec<u8>>> {
        let Some(text) = config.text(name)? else { return Ok(None) };
        base64url::decode(&*text).map(Some).ok_or_else(|| config.failure(name, "expected base64url"))
    };
    let keys = if let Some(pem) = config.text("pem")? {
        Key::from_pem(pem.as_bytes(), algorithm)?.into()
    } else if let Some(jwk) = config.take("jwk") {
        Key::from_jwk(jwk.raw().as_bytes(), algorithm)?.into()
    } else if let Some(jwks) = config.take("jwks") {
        KeySet::from_jwks(jwks.raw().as_bytes(), algorithm)?
    } else if let Some(secret) = config.text("secret")? {
        Key::from_secret(secret.as_bytes(), algorithm)?.into()
    } else if let Some(secret) = bytes(&mut config, "secret_b64u")? {
        Key::from_secret(&secret, algorithm)?.into()
    } else if let Some(der) = bytes(&mut config, "der_b64u")? {
        Key::from_der(&der, algorithm)?.into()
    } else {
        return Err(config.failure("pem", "expected one form of a key"));
    };
    config.finish()?;
    Ok(keys)
}
