//! Kind `signed`: a token that the source signs by itself, anew before the old one ends.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::describe;
use super::exchange::{Now, Outcome};
use super::identity::Identity;
use super::kind::{Grant, Kind, Lifetime};
use super::operation::{Operation, Step};
use super::retries::{Retries, Spread};
use crate::error::{Failure, Result, Status};
use crate::jose::config::Config;
use crate::jose::json::Value;
use crate::jose::time::numeric_date;
use crate::jose::{Key, Signer, inspect_unverified};

/// A source of kind `signed`.
pub struct Signed {
    identity: [u8; 32],
    template: Arc<Template>,
    retries: Retries,
}

/// What is signed, and by whom.
struct Template {
    signer: Signer,
    claims: String,
}

impl Signed {
    /// Reads `claims` and `options`, as a signer takes them, and signs once, so that a fault shows here and not later.
    pub(crate) fn open(mut config: Config<'_>, secrets: Config<'_>, key: &Arc<Key>, now: Now) -> Result<Signed> {
        let claims = config.take("claims").map_or_else(|| "{}".to_owned(), |claims| claims.raw().to_owned());
        let options = config.take("options").map_or_else(String::new, |options| options.raw().to_owned());
        config.finish()?;
        secrets.finish()?;
        let mut identity = Identity::of("signed");
        for part in [&key.thumbprint(), &claims, &options] {
            identity.add(Some(part));
        }
        let template = Arc::new(Template { signer: Signer::new(key, &options)?, claims });
        template.sign(now)?;
        let retries = Retries::new(Spread::Full);
        Ok(Signed { identity: identity.finish(), template, retries })
    }
}

impl Kind for Signed {
    fn identity(&self) -> [u8; 32] {
        self.identity
    }

    fn describe(&self) -> String {
        describe::local("signed", &self.retries)
    }

    fn retries(&self) -> Retries {
        self.retries.clone()
    }

    fn is_local(&self) -> bool {
        true
    }

    fn fetch(&self, _: Option<&str>) -> Result<Box<dyn Operation<Output = Grant>>> {
        Ok(Box::new(Signing(Arc::clone(&self.template))))
    }
}

impl Template {
    fn sign(&self, now: Now) -> Result<Grant> {
        let token = Zeroizing::new(self.signer.sign(self.claims.as_bytes(), now.unix_ms.div_euclid(1000))?);
        let lifetime = expires_at_s(&token).map_or(Lifetime::Endless, Lifetime::Until);
        Ok(Grant { token, lifetime, refresh_token: None, unfit: None })
    }
}

/// The `exp` of a token that was signed here.
fn expires_at_s(token: &str) -> Option<i64> {
    let token = inspect_unverified(token.as_bytes()).ok()?;
    numeric_date(Value::parse(token.payload()).ok()?.get("exp")?)
}

/// One token, for which nobody is asked.
struct Signing(Arc<Template>);

impl Operation for Signing {
    type Output = Grant;

    fn start(&mut self, now: Now) -> Result<Step<Grant>> {
        self.0.sign(now).map(Step::Done)
    }

    fn resume(&mut self, _: Outcome, _: Now) -> Result<Step<Grant>> {
        Err(Failure::new(Status::Closed, "nothing was asked"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Answer, Cache, Source};

    const NOW: Now = Now { unix_ms: 1_900_000_000_000, steady_ms: 50 };

    fn open(config: &str) -> Result<Signed> {
        let key = Arc::new(Key::from_secret(&[7; 32], Some("HS256"))?);
        Signed::open(Config::parse(config, "config")?, Config::parse("{}", "secrets")?, &key, NOW)
    }

    fn token(source: &Source, after_ms: i64) -> (String, Option<i64>) {
        let now = Now { unix_ms: NOW.unix_ms + after_ms, steady_ms: NOW.steady_ms + after_ms };
        let Ok(Answer::Ready(token)) = source.token(now) else { panic!("a token is made at once") };
        (token.text().to_owned(), token.expires_at_s())
    }

    #[test]
    fn a_token_is_signed_when_it_is_asked_for_and_anew_before_it_ends() {
        let cache = Cache::new(r#"{"driven_by":"host"}"#).unwrap();
        let kind = open(r#"{"claims":{"sub":"s"},"options":{"ttl_s":600}}"#).unwrap();
        let source = cache.open(Box::new(kind), NOW).unwrap();
        let (first, end) = token(&source, 0);
        assert_eq!(end, Some(1_900_000_600));
        assert_eq!(token(&source, 300_000).0, first);
        // Nobody polls this cache: the old one serves to its last moments, and then there is a new one at once.
        assert_eq!(token(&source, 589_999).0, first);
        let (second, end) = token(&source, 590_000);
        assert_ne!(second, first);
        assert_eq!(end, Some(1_900_001_190));
        assert_eq!(source.stats().unwrap().refreshes, 2);
    }

    #[test]
    fn a_source_draws_its_backoff_once() {
        let signed = open("{}").unwrap();
        assert_eq!(signed.describe(), signed.describe());
        assert!(signed.describe().contains(&signed.retries().to_json()));
    }

    #[test]
    fn a_token_without_an_end_is_signed_once() {
        let cache = Cache::new("").unwrap();
        let source = cache.open(Box::new(open(r#"{"options":{"jti":true}}"#).unwrap()), NOW).unwrap();
        let first = token(&source, 0);
        assert_eq!(first.1, None);
        assert_eq!(token(&source, 86_400_000 * 365), first);
        assert!(source.invalidate(None).unwrap());
        assert_ne!(token(&source, 0), first);
    }

    #[test]
    fn a_fault_of_the_settings_shows_at_once() {
        for (config, message) in [
            (r#"{"options":{"ttl_s":0}}"#, "options.ttl_s: expected an integer from 1 to 315576000"),
            (r#"{"claims":{"exp":"soon"}}"#, "exp is not a number of seconds before the year 10000"),
            (r#"{"claims":[]}"#, "claims: at byte 0: expected an object"),
            (r#"{"ttl_s":1}"#, "config.ttl_s: unknown member"),
        ] {
            assert_eq!(open(config).err().unwrap().message(), message);
        }
    }
}
