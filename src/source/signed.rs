//! Kind `signed`: a token that the source signs by itself, anew before the old one ends.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::describe;
use super::exchange::{Now, Outcome};
use super::identity::Identity;
use super::kind::{Grant, Kind, Lifetime};
use super::operation::{Operation, Step};
use super::retries::Retries;
use crate::error::{Failure, Result, Status};
use crate::jose::config::Config;
use crate::jose::json::Value;
use crate::jose::time::numeric_date;
use crate::jose::{Key, Signer, inspect_unverified};

/// A source of kind `signed`.
pub struct Signed {
    identity: [u8; 32],
    template: Arc<Template>,
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
        Ok(Signed { identity: identity.finish(), template })
    }
}

impl Kind for Signed {
    fn identity(&self) -> [u8; 32] {
        self.identity
    }

    fn describe(&self) -> String {
        describe::local("signed", &Retries::default())
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
        Ok(Grant { token, lifetime, refresh_token: None })
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
