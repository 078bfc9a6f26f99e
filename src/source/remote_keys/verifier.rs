//! A verifier of several issuers, whose keys are fetched.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::{IssuerStats, Keys, MAX_BODY_BYTES, MakeWaiter, RemoteKeys, Waiter};
use crate::error::{Failure, Result, Status};
use crate::jose::config::{Config, config_failure};
use crate::jose::json::{Members, Value};
use crate::jose::policy::Policy;
use crate::jose::{Verified, Verifier, inspect_unverified};
use crate::source::environment::Environment;
use crate::source::transport::Connections;
use crate::source::{Cache, Now, Waiter as WhoAsks, url};

/// How often one token may wait for keys: for the first ones, and then for one that was added since.
const MAX_FETCHES: u32 = 2;

/// Checks tokens of one or more issuers. Threads may share it.
pub struct RemoteVerifier {
    issuers: Vec<Issuer>,
    /// Whoever drives it needs it for as long as keys are wanted.
    cache: Arc<Cache>,
}

struct Issuer {
    name: String,
    /// What can be said of a token before there are keys.
    ahead: Verifier,
    keys: Arc<RemoteKeys>,
}

/// A token that waits for keys.
struct Pending {
    verifier: Arc<RemoteVerifier>,
    token: Zeroizing<Vec<u8>>,
    fetches: u32,
    who: Box<dyn WhoAsks<Verified>>,
    /// The moment that the token is to be judged at.
    at: Now,
}

impl RemoteVerifier {
    /// Reads a JSON list of issuers, whose members are listed in docs/SOURCES.md. Nothing is fetched.
    pub fn open(cache: &Arc<Cache>, issuers: &str, environment: &Environment) -> Result<RemoteVerifier> {
        let list = Value::parse(issuers.as_bytes()).ok();
        let list = list.as_ref().and_then(|list| list.items());
        let list = list.ok_or_else(|| config_failure("issuers", "expected a list of objects"))?;
        let mut read: Vec<Issuer> = Vec::new();
        for (index, issuer) in list.enumerate() {
            let path = format!("issuers[{index}]");
            let issuer = Issuer::read(cache, Config::parse(issuer.raw(), &path)?, &path, environment)?;
            if read.iter().any(|known| known.name == issuer.name) {
                return Err(config_failure(&format!("{path}.issuer"), "is listed twice"));
            }
            read.push(issuer);
        }
        if read.is_empty() {
            return Err(config_failure("issuers", "expected at least one issuer"));
        }
        Ok(RemoteVerifier { issuers: read, cache: Arc::clone(cache) })
    }

    #[cfg(test)]
    pub(super) fn keys_of(&self, name: &str) -> &RemoteKeys {
        &self.issuers.iter().find(|issuer| issuer.name == name).expect("an issuer").keys
    }

    /// The cache that it is open on.
    pub fn cache(&self) -> &Arc<Cache> {
        &self.cache
    }

    /// How the keys of each issuer stand, in the order of the list.
    ///
    /// ```
    /// use jeton::source::{Cache, Environment, remote_keys::RemoteVerifier};
    ///
    /// let cache = Cache::new(r#"{"driven_by":"host"}"#)?;
    /// let issuers = r#"[{"issuer":"https://id.example","jwks_url":"https://id.example/keys","algorithms":["ES256"],
    ///     "audience":"api"}]"#;
    /// let verifier = RemoteVerifier::open(&cache, issuers, &Environment::parse("{}")?)?;
    /// let stats = verifier.stats();
    /// assert_eq!((stats[0].issuer.as_str(), stats[0].keys, stats[0].refreshes), ("https://id.example", None, 0));
    /// # Ok::<(), jeton::error::Failure>(())
    /// ```
    pub fn stats(&self) -> Vec<IssuerStats> {
        self.issuers.iter().map(|issuer| issuer.keys.stats(&issuer.name)).collect()
    }

    /// Verifies a token with the keys at hand; `None` if keys have to be fetched first, which begins.
    pub fn verify(&self, token: &[u8], now: Now) -> Result<Option<Verified>> {
        self.attempt(token, 0, &mut || None, now)
    }

    /// Verifies a token as soon as there are keys, and tells the outcome, outside of all locks.
    pub fn wait(self: &Arc<Self>, token: &[u8], who: impl WhoAsks<Verified> + 'static, now: Now) {
        self.go_on(Zeroizing::new(token.to_vec()), 0, Box::new(who), now);
    }

    fn go_on(self: &Arc<Self>, token: Zeroizing<Vec<u8>>, fetches: u32, who: Box<dyn WhoAsks<Verified>>, now: Now) {
        let mut who = Some(who);
        let outcome = self.attempt(
            &token,
            fetches,
            &mut || {
                let (verifier, token, who) = (Arc::clone(self), token.clone(), who.take()?);
                Some(Box::new(Pending { verifier, token, fetches: fetches + 1, who, at: now }))
            },
            now,
        );
        if let (Some(who), Some(outcome)) = (who, outcome.transpose()) {
            who.tell(outcome);
        }
    }

    fn attempt(&self, token: &[u8], fetches: u32, waiter: MakeWaiter<'_>, now: Now) -> Result<Option<Verified>> {
        let issuer = self.issuer_of(token)?;
        let now_s = now.unix_ms.div_euclid(1000);
        match issuer.ahead.verify(token, now_s) {
            Err(failure) if failure.status() != Status::KeyNotFound => return Err(failure),
            // Without keys there is no other outcome.
            _ => {}
        }
        if fetches > MAX_FETCHES {
            return Err(Failure::new(Status::KeysUnavailable, "the keys end faster than they can be fetched"));
        }
        let Keys::Ready(verifier) = issuer.keys.at_hand(fetches > 0, waiter, now)? else { return Ok(None) };
        match verifier.verify(token, now_s) {
            Err(failure)
                if failure.status() == Status::KeyNotFound
                    && fetches < MAX_FETCHES
                    && names_key(token)
                    && issuer.keys.seek_unknown(waiter, now) =>
            {
                Ok(None)
            }
            outcome => outcome.map(Some),
        }
    }

    /// The issuer that a token says it is of. That is only a choice among those of the config; whether it is true, its keys will show.
    fn issuer_of(&self, token: &[u8]) -> Result<&Issuer> {
        let token = inspect_unverified(token)?;
        let claims = Value::parse(token.payload()).ok();
        let name = claims.and_then(|claims| claims.get("iss")?.as_str());
        let issuer = name.and_then(|name| self.issuers.iter().find(|issuer| issuer.name == *name));
        issuer.ok_or_else(|| Failure::about(Status::Issuer, "iss", "the token is of none of the issuers"))
    }
}

impl Waiter for Pending {
    fn tell(self: Box<Self>, later: Now) {
        let Pending { verifier, token, fetches, who, at } = *self;
        // The wait takes its time, from the moment that the token is to be judged at.
        let waited_ms = later.steady_ms.saturating_sub(at.steady_ms);
        let now = Now { unix_ms: at.unix_ms.saturating_add(waited_ms), ..later };
        if !who.is_moot() {
            verifier.go_on(token, fetches, who, now);
        }
    }

    fn is_moot(&self) -> bool {
        self.who.is_moot()
    }
}

/// Whether a token names its key, so that a newer set may hold it.
fn names_key(token: &[u8]) -> bool {
    inspect_unverified(token).is_ok_and(|token| {
        Value::parse(token.header()).is_ok_and(|header| header.get("kid").is_some_and(|kid| kid.as_str().is_some()))
    })
}

impl Issuer {
    fn read(cache: &Cache, mut config: Config<'_>, path: &str, environment: &Environment) -> Result<Issuer> {
        let missing = |config: &Config<'_>, name: &str| config.failure(name, "missing");
        let name = config.filled_text("issuer")?.ok_or_else(|| missing(&config, "issuer"))?.into_owned();
        let url = config.text("jwks_url")?.ok_or_else(|| missing(&config, "jwks_url"))?;
        let url = url::endpoint(&url).map_err(|what| config.failure("jwks_url", what))?;
        let algorithm = config.filled_text("algorithm")?.map(String::from);
        let connections = Connections::take(&mut config, environment)?.of_at_most(MAX_BODY_BYTES);
        let transport = connections.to(&url)?;
        let mut policy = Members::default();
        policy.text("issuer", &name);
        for (member, value) in config.rest() {
            policy.json(&member, value.raw());
        }
        let policy = policy.into_object();
        let parsed = Policy::parse_at(&policy, path)?;
        if parsed.allows_secrets() {
            return Err(config_failure(&format!("{path}.algorithms"), "a secret that is published is none"));
        }
        let keys = RemoteKeys::new(cache, url, transport, policy, algorithm);
        Ok(Issuer { name, ahead: Verifier::without_keys(parsed), keys: Arc::new(keys) })
    }
}
