//! Kind `static`: a token that somebody else fetched, served to its end.

use zeroize::Zeroizing;

use super::identity::Identity;
use super::kind::{Grant, Kind, Lifetime, Warning};
use super::operation::Operation;
use super::retries::{Retries, Spread};
use super::{Now, describe};
use crate::error::{Failure, Result, Status};
use crate::jose::config::Config;
use crate::jose::time::LAST_SECOND;

/// A source of kind `static`.
pub struct Fixed {
    token: Option<Zeroizing<String>>,
    expires_at_s: Option<i64>,
    is_spent: bool,
    retries: Retries,
}

impl Fixed {
    /// Reads `expires_at_s` of the config, and the secret `token`.
    pub(crate) fn open(mut config: Config<'_>, mut secrets: Config<'_>, now: Now) -> Result<Fixed> {
        let expires_at_s = config.integer("expires_at_s", 0..=LAST_SECOND)?;
        config.finish()?;
        let token = secrets.filled_text("token")?.map(|token| Zeroizing::new(token.into_owned()));
        if token.as_ref().is_some_and(|token| !token.bytes().all(|byte| byte.is_ascii_graphic())) {
            return Err(secrets.failure("token", "a token that cannot stand in a header"));
        }
        secrets.finish()?;
        let is_spent = token.is_none() || expires_at_s.is_some_and(|end| end.saturating_mul(1000) <= now.unix_ms);
        let retries = Retries::new(Spread::Full);
        Ok(Fixed { token, expires_at_s, is_spent, retries })
    }
}

impl Kind for Fixed {
    fn identity(&self) -> [u8; 32] {
        let mut identity = Identity::of("static");
        identity.add(self.token.as_ref().map(|token| token.as_str()));
        identity.add(self.expires_at_s.map(|end| end.to_string()).as_deref());
        identity.finish()
    }

    fn describe(&self) -> String {
        describe::local("static", &self.retries)
    }

    fn retries(&self) -> Retries {
        self.retries.clone()
    }

    fn warnings(&self) -> Vec<Warning> {
        let warning = Warning { code: "NO_CREDENTIALS", message: "there is no token that is valid".to_owned() };
        Some(warning).filter(|_| self.is_spent).into_iter().collect()
    }

    fn is_local(&self) -> bool {
        true
    }

    fn at_hand(&self, _: Now) -> Option<Grant> {
        let lifetime = self.expires_at_s.map_or(Lifetime::Endless, Lifetime::Until);
        Some(Grant { token: self.token.clone()?, lifetime, refresh_token: None, unfit: None })
    }

    fn fetch(&self, _: Option<&str>) -> Result<Box<dyn Operation<Output = Grant>>> {
        Err(Failure::new(Status::NoCredentials, "there is no token that is valid, and a static one is not renewed"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Now = Now { unix_ms: 1_900_000_000_000, steady_ms: 0 };

    fn open(config: &str, secrets: &str) -> Result<Fixed> {
        Fixed::open(Config::parse(config, "config")?, Config::parse(secrets, "secrets")?, NOW)
    }

    #[test]
    fn a_static_token_is_at_hand_until_its_end_and_is_never_fetched() {
        for (config, secrets, lifetime, is_spent) in [
            ("{}", r#"{"token":"t"}"#, Some(Lifetime::Endless), false),
            (r#"{"expires_at_s":1900000001}"#, r#"{"token":"t"}"#, Some(Lifetime::Until(1_900_000_001)), false),
            (r#"{"expires_at_s":1900000000}"#, r#"{"token":"t"}"#, Some(Lifetime::Until(1_900_000_000)), true),
            ("{}", "{}", None, true),
        ] {
            let fixed = open(config, secrets).unwrap();
            assert_eq!(fixed.at_hand(NOW).map(|grant| grant.lifetime), lifetime);
            assert_eq!(fixed.warnings().len(), usize::from(is_spent), "{config} {secrets}");
            assert_eq!(fixed.fetch(None).err().unwrap().status(), Status::NoCredentials);
        }
    }

    #[test]
    fn a_source_draws_its_backoff_once() {
        let fixed = open("{}", r#"{"token":"t"}"#).unwrap();
        assert_eq!(fixed.describe(), fixed.describe());
        assert!(fixed.describe().contains(&fixed.retries().to_json()));
    }

    #[test]
    fn what_cannot_be_a_token_is_refused() {
        for (config, secrets, message) in [
            ("{}", r#"{"token":""}"#, "secrets.token: expected a string that is not empty"),
            ("{}", r#"{"token":"a\r\nX: 1"}"#, "secrets.token: a token that cannot stand in a header"),
            ("{}", r#"{"token":"t","more":"x"}"#, "secrets.more: unknown member"),
            (
                r#"{"expires_at_s":-1}"#,
                r#"{"token":"t"}"#,
                "config.expires_at_s: expected an integer from 0 to 253402300799",
            ),
        ] {
            assert_eq!(open(config, secrets).err().unwrap().message(), message);
        }
    }
}
