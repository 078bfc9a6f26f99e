//! JWK (RFC 7517, 7518 section 6, 8037): one key as a JSON object, read strictly and written back without its private half.

use zeroize::Zeroizing;

use super::algorithm::Algorithm;
use super::base64url;
use super::curve::Curve;
use super::elliptic::{EcKey, Ed25519Key};
use super::json::{Kind, Value, write_string};
use super::key::{Key, Material, Usage, unsound, unsupported};
use super::rsa::{Parts, RsaKey};
use super::secret;
use crate::error::Result;

/// Reads one key. `asked` is the algorithm beside it, which a secret must be strong enough for if it names none itself.
pub(super) fn read(jwk: Value<'_>, asked: Option<Algorithm>) -> Result<Key> {
    if jwk.kind() != Kind::Object {
        return Err(unsound("a JWK that is not a JSON object"));
    }
    let own = match text(jwk, "alg") {
        Some(name) => {
            Some(Algorithm::from_name(&name).ok_or_else(|| unsupported("a JWK whose `alg` is not one of ours"))?)
        }
        None => None,
    };
    let material = match text(jwk, "kty").as_deref() {
        Some("oct") => oct(jwk, own.or(asked)),
        Some("RSA") => rsa(jwk),
        Some("EC") => ec(jwk),
        Some("OKP") => okp(jwk),
        Some(_) => Err(unsupported("a JWK of another `kty` than oct, RSA, EC and OKP")),
        None => Err(unsound("a JWK without a `kty`")),
    }?;
    if jwk.get("alg").is_some() && own.is_none() {
        return Err(unsound("the `alg` of a JWK is not a string"));
    }
    let kid = match jwk.get("kid") {
        Some(kid) => Some(kid.as_str().ok_or_else(|| unsound("the `kid` of a JWK is not a string"))?.into()),
        None => None,
    };
    Key::new(material, own, kid, usage(jwk)?)
}

fn oct(jwk: Value<'_>, algorithm: Option<Algorithm>) -> Result<Material> {
    let k = bytes(jwk, "k").ok_or_else(|| unsound("the `k` of a JWK is not base64url"))?;
    secret::read(&k, algorithm).map(Material::Secret)
}

fn rsa(jwk: Value<'_>) -> Result<Material> {
    const PRIMES: [&str; 5] = ["p", "q", "dp", "dq", "qi"];
    let has = |name: &str| jwk.get(name).is_some();
    let is_private = has("d");
    if is_private && (has("oth") || !PRIMES.iter().all(|name| has(name))) {
        return Err(unsupported("an RSA private JWK of two primes needs p, q, dp, dq and qi"));
    }
    let integer = |name| bytes(jwk, name).filter(|bytes| !bytes.is_empty());
    let (n, e) = (integer("n"), integer("e"));
    let key = RsaKey::new(n.as_ref().map(|n| &n[..]), e.as_ref().map(|e| &e[..]))?;
    if !is_private {
        if PRIMES.iter().any(|name| has(name)) {
            return Err(unsound("an RSA JWK with primes and without `d`"));
        }
        return Ok(Material::Rsa(key));
    }
    let part = |name| integer(name).ok_or_else(|| unsound("a private member of an RSA JWK is not base64url"));
    let (d, p, q, dp, dq, qi) = (part("d")?, part("p")?, part("q")?, part("dp")?, part("dq")?, part("qi")?);
    key.with_private(&Parts { d: &d, p: &p, q: &q, dp: &dp, dq: &dq, qi: &qi }).map(Material::Rsa)
}

fn ec(jwk: Value<'_>) -> Result<Material> {
    let name = text(jwk, "crv").ok_or_else(|| unsound("an EC JWK without a `crv`"))?;
    let curve = Curve::ALL
        .into_iter()
        .find(|curve| curve.name() == name)
        .ok_or_else(|| unsupported("an EC JWK of another `crv` than P-256 and P-384"))?;
    let fixed = |name| bytes_of_len(jwk, name, curve.len());
    let point = [&[4][..], &fixed("x")?, &fixed("y")?].concat();
    let private = jwk.get("d").map(|_| fixed("d")).transpose()?;
    EcKey::new(curve, &point, private.as_ref().map(|d| &d[..])).map(Material::Ec)
}

fn okp(jwk: Value<'_>) -> Result<Material> {
    match text(jwk, "crv").as_deref() {
        Some("Ed25519") => {}
        Some(_) => return Err(unsupported("an OKP JWK of another `crv` than Ed25519")),
        None => return Err(unsound("an OKP JWK without a `crv`")),
    }
    let point = bytes_of_len(jwk, "x", 32)?;
    let key = match jwk.get("d") {
        Some(_) => Ed25519Key::private(&bytes_of_len(jwk, "d", 32)?, Some(&point)),
        None => Ed25519Key::public(&point),
    };
    key.map(Material::Ed25519)
}

/// What `use` and `key_ops` (RFC 7517 sections 4.2 and 4.3) leave to a key.
fn usage(jwk: Value<'_>) -> Result<Usage> {
    if jwk.get("use").is_some_and(|purpose| purpose.as_str().as_deref() != Some("sig")) {
        return Err(unsound("the `use` of a JWK is not `sig`"));
    }
    let Some(operations) = jwk.get("key_ops") else { return Ok(Usage::ANY) };
    let mut usage = Usage { sign: false, verify: false };
    for operation in operations.items().ok_or_else(|| unsound("the `key_ops` of a JWK are not a list"))? {
        match operation.as_str().as_deref() {
            Some("sign") => usage.sign = true,
            Some("verify") => usage.verify = true,
            Some(_) => {}
            None => return Err(unsound("the `key_ops` of a JWK are not strings")),
        }
    }
    if usage.sign || usage.verify {
        Ok(usage)
    } else {
        Err(unsound("the `key_ops` of a JWK hold neither `sign` nor `verify`"))
    }
}

fn text(jwk: Value<'_>, name: &str) -> Option<String> {
    jwk.get(name)?.as_str().map(|text| text.into_owned())
}

fn bytes(jwk: Value<'_>, name: &str) -> Option<Zeroizing<Vec<u8>>> {
    let text = jwk.get(name)?.as_str()?;
    base64url::decode(&*text).map(Zeroizing::new)
}

fn bytes_of_len(jwk: Value<'_>, name: &str, len: usize) -> Result<Zeroizing<Vec<u8>>> {
    bytes(jwk, name)
        .filter(|bytes| bytes.len() == len)
        .ok_or_else(|| unsound(&format!("`{name}` of a JWK is not the base64url of {len} bytes")))
}

/// The members that make a public key what it is, or a secret, in the order of RFC 7638 section 3.2.
fn required_members(material: &Material) -> Vec<(&'static str, Zeroizing<String>)> {
    let plain = |text: &str| Zeroizing::new(text.to_owned());
    let encoded = |bytes: &[u8]| Zeroizing::new(base64url::encode(bytes));
    match material {
        Material::Secret(secret) => vec![("k", encoded(secret)), ("kty", plain("oct"))],
        Material::Rsa(key) => vec![("e", encoded(&key.public.e)), ("kty", plain("RSA")), ("n", encoded(&key.public.n))],
        Material::Ec(key) => {
            let (x, y) = key.coordinates();
            vec![("crv", plain(key.curve.name())), ("kty", plain("EC")), ("x", encoded(x)), ("y", encoded(y))]
        }
        Material::Ed25519(key) => vec![("crv", plain("Ed25519")), ("kty", plain("OKP")), ("x", encoded(&key.point))],
    }
}

/// RFC 7638 with SHA-256.
pub(super) fn thumbprint(material: &Material) -> String {
    let json = Zeroizing::new(object(&required_members(material)));
    base64url::encode(ring::digest::digest(&ring::digest::SHA256, json.as_bytes()))
}

/// A JWK of the public half, or of a secret; and of the private half too where `d` gives it.
pub(super) fn write(key: &Key, d: Option<&[u8]>) -> String {
    let mut members = required_members(&key.material);
    members.extend(d.map(|d| ("d", Zeroizing::new(base64url::encode(d)))));
    members.extend(key.algorithm().map(|algorithm| ("alg", Zeroizing::new(algorithm.name().to_owned()))));
    members.extend(key.kid().map(|kid| ("kid", Zeroizing::new(kid.to_owned()))));
    object(&members)
}

fn object(members: &[(&str, Zeroizing<String>)]) -> String {
    // Room for every value, though each of its characters were escaped: growing would leave copies of a secret behind.
    let room = members.iter().map(|(name, value)| name.len() + 6 * value.len() + 6).sum::<usize>() + 2;
    let mut out = String::with_capacity(room);
    for (name, value) in members {
        out.push(if out.is_empty() { '{' } else { ',' });
        write_string(&mut out, name);
        out.push(':');
        write_string(&mut out, value);
    }
    out.push('}');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Status;

    const ED25519: &str = r#""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;

    fn key(members: &str) -> Result<Key> {
        Key::from_jwk(format!("{{{members}}}").as_bytes(), None)
    }

    fn status(members: &str) -> Option<Status> {
        key(members).err().map(|failure| failure.status())
    }

    /// RFC 8037 appendix A.3 and RFC 7638 section 3.1.
    #[test]
    fn the_thumbprints_of_the_rfcs() {
        assert_eq!(key(ED25519).unwrap().thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMst\
                 n64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajr\
                 n1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let rsa = format!(r#""kty":"RSA","e":"AQAB","alg":"RS256","kid":"2011-04-29","n":"{}""#, n);
        assert_eq!(key(&rsa).unwrap().thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn use_and_key_ops_say_what_a_key_is_for() {
        for (members, sign, verify) in [
            (r#""use":"sig""#, true, true),
            (r#""key_ops":["verify"]"#, false, true),
            (r#""key_ops":["sign","other"]"#, true, false),
            (r#""use":"sig","key_ops":["sign","verify"]"#, true, true),
        ] {
            let secret = format!(r#""kty":"oct","alg":"HS256","k":"{}",{members}"#, "A".repeat(43));
            let key = std::sync::Arc::new(key(&secret).unwrap());
            assert_eq!((key.signing_key(None).is_ok(), key.verifying_key(None).is_ok()), (sign, verify), "{members}");
        }
        for members in [
            r#""use":"enc""#,
            r#""use":1"#,
            r#""use":null"#,
            r#""key_ops":"verify""#,
            r#""key_ops":[]"#,
            r#""key_ops":["verify",1]"#,
        ] {
            assert_eq!(status(&format!("{ED25519},{members}")), Some(Status::Key), "{members}");
        }
    }

    #[test]
    fn faults_come_in_rows() {
        for (members, expected) in [
            (r#""kty":"RSA","n":"!","alg":"RSA-OAEP""#, Status::KeyUnsupported),
            (r#""kty":"EC","crv":"P-521","x":1"#, Status::KeyUnsupported),
            (r#""kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB","use":"enc""#, Status::KeyUnsupported),
            (r#""kty":"RSA","n":"AQAB","e":"AQAB","use":"enc""#, Status::KeyWeak),
            (r#""kty":"oct","k":"","kid":1"#, Status::KeyWeak),
            (r#""kty":"oct","k":"a""#, Status::Key),
            (r#""k":"""#, Status::Key),
        ] {
            assert_eq!(status(members), Some(expected), "{members}");
        }
    }

    #[test]
    fn what_is_written_is_the_public_half_with_its_names() {
        let private =
            format!(r#"{ED25519},"d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","kid":"a\"\u0001b","x5c":[]"#);
        let public = key(&private).unwrap().public_jwk().unwrap();
        assert_eq!(
            public,
            r#"{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","alg":"EdDSA","kid":"a\"\u0001b"}"#
        );
    }
}
