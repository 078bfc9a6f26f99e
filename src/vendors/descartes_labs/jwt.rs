//! The access tokens of Descartes Labs, read by their own client: what they say is taken for true, for they came from its token endpoint
//! or from its owner. Header and signature are for the servers to judge.

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use zeroize::Zeroizing;

use crate::jose::base64url;
use crate::jose::json::{Kind, Value};
use crate::source::{Grant, Lifetime, Now};

/// The year 9999, as late as any end.
const LAST_SECOND: f64 = 253_402_300_799.0;

/// A token that can be read.
pub(super) struct Jwt {
    claims: Zeroizing<Vec<u8>>,
}

impl Jwt {
    /// Three parts, of which the second is a JSON object in base64url.
    pub(super) fn read(token: &str) -> Option<Jwt> {
        let mut parts = token.split('.');
        let (_, claims, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else { return None };
        let claims = Zeroizing::new(base64url::decode(claims)?);
        // A token goes into a header: one with a line break would be more than a token.
        let is_sound = token.bytes().all(|byte| byte.is_ascii_graphic())
            && Value::parse(&claims).is_ok_and(|claims| claims.kind() == Kind::Object);
        is_sound.then_some(Jwt { claims })
    }

    /// A claim, if it is there and not null.
    pub(super) fn claim(&self, name: &str) -> Option<Value<'_>> {
        self.claims()?.get(name).filter(|claim| claim.kind() != Kind::Null)
    }

    /// All claims, an object.
    pub(super) fn claims(&self) -> Option<Value<'_>> {
        Value::parse(&self.claims).ok()
    }

    /// The Unix second at which the token has ended, fractions cut off.
    fn expires_at_s(&self) -> Option<i64> {
        let exp = self.claim("exp").filter(|exp| exp.kind() == Kind::Number)?;
        exp.raw().parse::<f64>().ok().map(|exp| exp.clamp(0.0, LAST_SECOND) as i64)
    }

    /// Whether `aud` is the client id, or a list that holds it. Without a client id a token may be for anybody.
    fn is_for(&self, client_id: Option<&str>) -> bool {
        let Some(client_id) = client_id else { return true };
        let is_it = |value: Value<'_>| value.as_str().as_deref() == Some(client_id);
        self.claim("aud").is_some_and(|aud| match aud.items() {
            Some(mut items) => items.any(is_it),
            None => is_it(aud),
        })
    }
}

/// The token as one that may be served: it can be read, says when it ends, has not, and is meant for the client.
pub(super) fn grant(token: &str, client_id: Option<&str>, now: Now) -> Option<Grant> {
    let jwt = Jwt::read(token)?;
    let expires_at_s = jwt.expires_at_s()?;
    let is_usable = now.unix_ms < expires_at_s * 1000 && jwt.is_for(client_id);
    is_usable.then(|| Grant {
        token: Zeroizing::new(token.to_owned()),
        lifetime: Lifetime::Until(expires_at_s),
        refresh_token: None,
        unfit: None,
    })
}

/// SHA-1 in hexadecimal, which names files and users here; it protects nothing.
pub(super) fn sha1_hex(text: &str) -> String {
    let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) const NOW: Now = Now { unix_ms: 1_800_000_000_500, steady_ms: 0 };

    /// A token with these claims and a signature that is none.
    pub(in super::super) fn token(claims: &str) -> String {
        format!("{}.{}.c2ln", base64url::encode(r#"{"alg":"none"}"#), base64url::encode(claims))
    }

    fn lifetime(token: &str, client_id: Option<&str>) -> Option<Lifetime> {
        grant(token, client_id, NOW).map(|grant| grant.lifetime)
    }

    #[test]
    fn a_token_ends_when_it_says() {
        for (exp, end) in [
            ("1800000001", Some(1_800_000_001)),
            ("1800000000", None),
            ("1800000001.9", Some(1_800_000_001)),
            ("18e8", None),
            ("4102444800.5", Some(4_102_444_800)),
            ("4102444800000", Some(253_402_300_799)),
            ("1e300", Some(253_402_300_799)),
            ("-1e300", None),
            ("0", None),
            ("\"4102444800\"", None),
            ("true", None),
            ("null", None),
            ("[4102444800]", None),
        ] {
            let token = token(&format!("{{\"exp\":{exp}}}"));
            assert_eq!(lifetime(&token, None), end.map(Lifetime::Until), "{exp}");
        }
        assert_eq!(lifetime(&token("{}"), None), None);
    }

    #[test]
    fn a_token_is_for_its_audience() {
        for (aud, is_for) in [
            ("\"id\"", true),
            ("[\"id\"]", true),
            ("[1,\"other\",\"id\"]", true),
            ("\"ID\"", false),
            ("[]", false),
            ("[[\"id\"]]", false),
            ("{\"id\":\"id\"}", false),
            ("null", false),
        ] {
            let token = token(&format!("{{\"exp\":4102444800,\"aud\":{aud}}}"));
            assert_eq!(lifetime(&token, Some("id")).is_some(), is_for, "{aud}");
            assert!(lifetime(&token, None).is_some());
        }
        assert_eq!(lifetime(&token("{\"exp\":4102444800}"), Some("id")), None);
    }

    #[test]
    fn what_cannot_be_read_is_no_token() {
        let claims = base64url::encode("{\"exp\":4102444800}");
        for readable in [format!("h.{claims}.s"), format!(".{claims}."), format!("e30.{claims}.c2ln")] {
            assert!(lifetime(&readable, None).is_some(), "{readable}");
        }
        for unreadable in [
            String::new(),
            "abc".to_owned(),
            "..".to_owned(),
            format!("x.{claims}"),
            format!("x.{claims}.s.s"),
            format!("x.{claims}=.s"),
            format!("x.{claims}.s\r\nCookie: a"),
            format!("x x.{claims}.s"),
            format!("é.{claims}.s"),
            format!("x.{}.s", base64url::encode("[4102444800]")),
            format!("x.{}.s", base64url::encode("{\"exp\":4102444800")),
        ] {
            assert_eq!(lifetime(&unreadable, None), None, "{unreadable}");
        }
    }

    #[test]
    fn sha1_is_of_the_utf_8() {
        assert_eq!(sha1_hex("dummy-refresh-token"), "9e9e1b55193c6687415377093000a0602326abc6");
        assert_eq!(sha1_hex("sécret"), "e0d3c333fdcdd7184ee33fe519d5dd6fd3735620");
    }
}
