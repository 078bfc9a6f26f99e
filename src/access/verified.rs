//! Actors of verified JWTs: members of the actor are claims of the token, and nothing else is.

use super::acting::is_chain;
use crate::error::{Failure, Result, Status};
use crate::jose::config::Config;
use crate::jose::json::{Kind, Members, Value};
use crate::jose::{Key, KeySet, Verifier, base64url};

/// Which member of an actor is which claim.
pub(crate) struct Mapping(Vec<(String, String)>);

/// A key and a policy, and what the claims of a token that they accept become.
pub(crate) struct VerifiedActors {
    verifier: Verifier,
    pub(crate) mapping: Mapping,
}

impl VerifiedActors {
    /// Reads `key`, in one of the forms of a key, and `policy`, as `jeton_verifier_new` takes it.
    pub(crate) fn read(mut config: Config<'_>) -> Result<VerifiedActors> {
        let mapping = Mapping::read(&mut config)?;
        let key = config.object("key")?.ok_or_else(|| config.failure("key", "missing"))?;
        let keys = key_set(key)?;
        let policy = config.take("policy").ok_or_else(|| config.failure("policy", "missing"))?;
        let verifier = Verifier::new(&keys, policy.raw())?;
        config.finish()?;
        Ok(VerifiedActors { verifier, mapping })
    }

    /// The members of the actor of a token.
    pub(crate) fn actor(&self, token: &str, now_s: i64) -> Result<Members> {
        let verified = self.verifier.verify(token.as_bytes(), now_s)?;
        self.mapping.actor(verified.payload())
    }
}

impl Mapping {
    /// Reads `actor`, member to claim; without it the actor's `id` is `sub`.
    pub(crate) fn read(config: &mut Config<'_>) -> Result<Mapping> {
        let Some(actor) = config.object("actor")? else {
            return Ok(Mapping(vec![("id".to_owned(), "sub".to_owned())]));
        };
        let mut mapping = Vec::new();
        for (member, claim) in actor.rest() {
            let claim = claim.as_str().filter(|claim| !claim.is_empty());
            let claim = claim.ok_or_else(|| config.failure("actor", "expected names of claims"))?;
            mapping.push((member.into_owned(), claim.into_owned()));
        }
        match mapping.iter().any(|(member, _)| member == "id") {
            true => Ok(Mapping(mapping)),
            false => Err(config.failure("actor", "expected at least the claim of id")),
        }
    }

    /// The members of the actor that these verified claims are about. Claims that are not there are left out, but not the one of `id`;
    /// a chain of actors `act` comes along.
    pub(crate) fn actor(&self, claims: &[u8]) -> Result<Members> {
        let no_actor = || Failure::new(Status::Unknown, "the claims of the token name no actor");
        let claims = Value::parse(claims).map_err(|_| no_actor())?;
        let mut actor = Members::default();
        for (member, claim) in &self.0 {
            match claims.get(claim).filter(|value| value.kind() != Kind::Null) {
                Some(value) => actor.json(member, value.raw()),
                None if member == "id" => return Err(no_actor()),
                None => {}
            }
        }
        match claims.get("act") {
            Some(act) if !self.0.iter().any(|(member, _)| member == "act") => match is_chain(act) {
                true => actor.json("act", act.raw()),
                false => return Err(no_actor()),
            },
            _ => {}
        }
        Ok(actor)
    }

    /// The way back: the claims of a token for an actor, to be signed.
    pub(crate) fn claims(&self, actor: Value<'_>) -> Members {
        let mut claims = Members::default();
        let act = ("act".to_owned(), "act".to_owned());
        let others = (!self.0.iter().any(|(member, _)| member == "act")).then_some(&act);
        for (member, claim) in self.0.iter().chain(others) {
            if let Some(value) = actor.get(member) {
                claims.json(claim, value.raw());
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
