//! [`KeySet`]: the keys of a verifier, one key or the usable members of a JWKS (RFC 7517 section 5).

use std::sync::Arc;

use super::algorithm::Algorithm;
use super::json::Value;
use super::jwk;
use super::key::{Key, VerifyingKey, algorithm_named, unsound};
use crate::error::Result;

/// The most members a JWKS may have.
const MAX_KEYS: usize = 64;

/// One key, or the usable keys of a JWKS in its order; never none.
#[derive(Debug)]
pub struct KeySet {
    keys: Vec<Arc<Key>>,
    is_jwks: bool,
}

/// One key, in the place of a set.
impl From<Key> for KeySet {
    fn from(key: Key) -> KeySet {
        Arc::new(key).into()
    }
}

/// One key that is also used elsewhere, in the place of a set.
impl From<Arc<Key>> for KeySet {
    fn from(key: Arc<Key>) -> KeySet {
        KeySet { keys: vec![key], is_jwks: false }
    }
}

impl KeySet {
    /// Reads a JWKS, which can only verify. Members that cannot be used for that are passed over; if nothing remains, the failure is
    /// that of the first. `algorithm` binds the members that name none.
    ///
    /// Refused is a set with two equal `kid`, for it would be chance which key answers to a token; two usable keys of different
    /// algorithms may share one. Refused is one that mixes secrets with public keys.
    pub fn from_jwks(jwks: &[u8], algorithm: Option<&str>) -> Result<KeySet> {
        let (members, read) = read_members(jwks, algorithm)?;
        if !read.iter().any(Result::is_ok) {
            let first = read.into_iter().find_map(Result::err);
            return Err(first.unwrap_or_else(|| unsound("a JWKS without keys")));
        }
        check_kids(&members, &read)?;
        let keys: Vec<Arc<Key>> = read.into_iter().flatten().map(Arc::new).collect();
        let secrets = keys.iter().filter(|key| key.kty() == "oct").count();
        if secrets != 0 && secrets != keys.len() {
            return Err(unsound("a JWKS with secrets beside public keys"));
        }
        // The set is judged first, then the name beside it.
        algorithm.map(algorithm_named).transpose()?;
        Ok(KeySet { keys, is_jwks: true })
    }

    /// Whether this is a JWKS without a key that can be used: an empty list, or one of keys each of which RFC 7517 section 5 has a reader pass
    /// over.
    pub(crate) fn has_no_usable_key(jwks: &[u8], algorithm: Option<&str>) -> bool {
        let Ok((members, read)) = read_members(jwks, algorithm) else { return false };
        let has_kty = |member: &Value<'_>| member.get("kty").is_some_and(|kty| kty.as_str().is_some());
        members.iter().all(has_kty) && read.iter().all(Result::is_err)
    }

    /// The key of a set that was made of one.
    pub fn only(&self) -> Result<&Arc<Key>> {
        match &self.keys[..] {
            [key] if !self.is_jwks => Ok(key),
            _ => Err(unsound("a key set where one key is needed")),
        }
    }

    /// Refuses a set without a key for this algorithm.
    pub(crate) fn check_has(&self, algorithm: Algorithm) -> Result<()> {
        match self.keys.iter().any(|key| key.algorithm() == Some(algorithm)) {
            true => Ok(()),
            false => Err(unsound(&format!("the key is not one for {}", algorithm.name()))),
        }
    }

    /// A JWKS of the public halves.
    pub fn public_jwks(&self) -> Result<String> {
        let keys = self.keys.iter().map(|key| key.public_jwk()).collect::<Result<Vec<_>>>()?;
        Ok(format!("{{\"keys\":[{}]}}", keys.join(",")))
    }

    /// All keys, ready to verify, in their order.
    pub(crate) fn verifying_keys(&self) -> Result<Vec<VerifyingKey>> {
        self.keys.iter().map(|key| key.verifying_key(None)).collect()
    }
}

/// The members of a JWKS, and the key that each is, or why it cannot be used.
fn read_members<'a>(jwks: &'a [u8], algorithm: Option<&str>) -> Result<(Vec<Value<'a>>, Vec<Result<Key>>)> {
    let jwks = Value::parse(jwks).map_err(|_| unsound("a JWKS that is not strict JSON"))?;
    let members =
        jwks.get("keys").and_then(|keys| keys.items()).ok_or_else(|| unsound("a JWKS without a list `keys`"))?;
    let members: Vec<Value<'_>> = members.take(MAX_KEYS + 1).collect();
    if members.len() > MAX_KEYS {
        return Err(unsound("a JWKS of more than 64 keys"));
    }
    let asked = algorithm.and_then(Algorithm::from_name);
    let unknown = algorithm.is_some() && asked.is_none();
    let read = |member: &Value<'_>| jwk::read(*member, asked).and_then(|key| usable(key, asked, unknown));
    let read = members.iter().map(read).collect();
    Ok((members, read))
}

/// The key, bound and able to verify. Where the name beside the set is `unknown`, a key that waits for it stays unbound.
fn usable(key: Key, asked: Option<Algorithm>, unknown: bool) -> Result<Key> {
    let key = match key.algorithm() {
        None if unknown => return key.check_may_verify().map(|()| key),
        None => key.bound(asked)?,
        Some(_) => key,
    };
    key.verifying_key(None)?;
    Ok(key)
}

/// Two members with one `kid` must both be usable, for different algorithms.
fn check_kids(members: &[Value<'_>], read: &[Result<Key>]) -> Result<()> {
    let kids: Vec<_> = members.iter().map(|member| member.get("kid").and_then(|kid| kid.as_str())).collect();
    for (at, kid) in kids.iter().enumerate() {
        for earlier in 0..at {
            let share = kid.is_some() && *kid == kids[earlier];
            let differ =
                matches!((&read[earlier], &read[at]), (Ok(one), Ok(other)) if one.algorithm() != other.algorithm());
            if share && !differ {
                return Err(unsound("a JWKS with two equal `kid`"));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Status;
    use crate::jose::Generated;

    /// A public JWK without its closing brace, alg and kid, and a secret likewise.
    fn members() -> (String, String, String) {
        let public = |name| {
            let Generated { public_jwk, .. } = Key::generate(name).unwrap();
            public_jwk.unwrap().split(",\"alg\"").next().unwrap().to_owned()
        };
        (public("ES256"), public("EdDSA"), format!(r#"{{"kty":"oct","k":"{}""#, "A".repeat(43)))
    }

    fn outcome(members: &[String], algorithm: Option<&str>) -> Result<usize, Status> {
        let jwks = format!("{{\"keys\":[{}]}}", members.join(","));
        KeySet::from_jwks(jwks.as_bytes(), algorithm).map(|keys| keys.keys.len()).map_err(|failure| failure.status())
    }

    #[test]
    fn unusable_members_are_passed_over_until_none_is_left() {
        let (ec, ed25519, secret) = members();
        let [sound, other] = [format!("{ec}}}"), format!("{ed25519}}}")];
        let [strange, weak] = [r#"{"kty":"strange"}"#, r#"{"kty":"oct","k":""}"#].map(str::to_owned);
        let enc = format!("{ec},\"use\":\"enc\"}}");
        let sign_only = format!("{ec},\"key_ops\":[\"sign\"]}}");
        let unbound = format!("{secret}}}");
        let many = |count| vec![sound.clone(); count];
        for (members, algorithm, expected) in [
            (vec![], None, Err(Status::Key)),
            (vec![sound.clone(), other.clone(), strange.clone(), weak.clone(), "1".into(), enc.clone()], None, Ok(2)),
            (vec![strange.clone(), "[]".into()], None, Err(Status::KeyUnsupported)),
            (vec![weak.clone(), strange.clone()], None, Err(Status::KeyWeak)),
            (vec![enc, strange.clone()], None, Err(Status::Key)),
            (vec![sign_only, strange.clone()], None, Err(Status::Key)),
            (vec![unbound.clone()], None, Err(Status::Key)),
            (vec![unbound.clone()], Some("HS256"), Ok(1)),
            (vec![unbound.clone()], Some("HS384"), Err(Status::KeyWeak)),
            (vec![unbound.clone()], Some("RS256"), Err(Status::Key)),
            (vec![unbound.clone(), sound.clone()], None, Ok(1)),
            (vec![unbound, sound.clone()], Some("HS256"), Err(Status::Key)),
            (vec![sound.clone()], Some("HS256"), Ok(1)),
            (vec![sound.clone()], Some("none"), Err(Status::Config)),
            (vec![strange], Some("none"), Err(Status::KeyUnsupported)),
            (many(64), None, Ok(64)),
            (many(65), None, Err(Status::Key)),
        ] {
            assert_eq!(outcome(&members, algorithm), expected, "{members:?} with {algorithm:?}");
        }
    }

    #[test]
    fn a_kid_names_one_key_for_each_algorithm() {
        let (ec, ed25519, _) = members();
        let named = |key: &str, kid: &str| format!("{key},\"kid\":\"{kid}\"}}");
        let strange = |kid: &str| named(r#"{"kty":"strange""#, kid);
        for (members, expected) in [
            (vec![named(&ec, "a"), named(&ec, "b")], Ok(2)),
            (vec![named(&ec, "a"), named(&ed25519, "a")], Ok(2)),
            (vec![named(&ec, "a"), named(&ec, "\\u0061")], Err(Status::Key)),
            (vec![named(&ec, "a"), strange("a")], Err(Status::Key)),
            (vec![named(&ec, "b"), strange("a"), strange("a")], Err(Status::Key)),
            (vec![strange("a"), strange("a")], Err(Status::KeyUnsupported)),
        ] {
            assert_eq!(outcome(&members, None), expected, "{members:?}");
        }
    }

    #[test]
    fn a_set_of_one_is_still_a_set() {
        let (ec, _, secret) = members();
        let jwks = format!("{{\"keys\":[{ec}}}]}}");
        let keys = KeySet::from_jwks(jwks.as_bytes(), None).unwrap();
        assert!(keys.only().is_err());
        assert_eq!(keys.public_jwks().unwrap(), format!("{{\"keys\":[{ec},\"alg\":\"ES256\"}}]}}"));
        let key = Key::from_jwk(format!("{secret}}}").as_bytes(), None).unwrap();
        assert!(KeySet::from(key).public_jwks().is_err(), "a secret has no public half");
    }
}
