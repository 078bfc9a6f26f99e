//! Descartes Labs: tokens of its identity service, fetched with a refresh token that does not rotate, and kept in the files of the
//! vendor's own clients.
//!
//! What those do is kept where it is sound: which credentials count, which file is read, what is asked of the server. Unlike there, a
//! token is only taken if it can be read, has not ended and is for the client; a failed renewal inside the leeway costs nobody a token
//! that is still valid; and only an administrator of the user's own organisation is one of its owners.

use std::sync::Arc;

use self::credentials::Credentials;
use self::fetch::Fetch;
use self::given::{Given, Place};
use crate::error::{Failure, Result, Status};
use crate::jose::config::Config;
use crate::jose::json::Members;
use crate::source::environment::Environment;
use crate::source::identity::Identity;
use crate::source::{Grant, Kind, Now, Operation, Retries, Spread, TokenFile, Transport, Warning, url};

mod credentials;
mod fetch;
mod file;
mod given;
mod jwt;
mod subject;
#[cfg(test)]
mod tests;

const DEFAULT_DOMAIN: &str = "https://iam.production.aws.descarteslabs.com";
const DEFAULT_LEEWAY_S: i64 = 500;
/// Ten years.
const LONGEST_LEEWAY_S: i64 = 315_576_000;

/// A source of kind `descarteslabs`.
pub struct DescartesLabs {
    credentials: Credentials,
    token_url: String,
    transport: Arc<Transport>,
    scope: Option<Vec<String>>,
    leeway_s: i64,
    retries: Retries,
    is_quiet: bool,
}

impl DescartesLabs {
    /// Reads the settings, the environment and, where it is needed, the token file. What is missing there is a warning, for a source without
    /// credentials can be opened.
    pub(crate) fn open(
        mut config: Config<'_>,
        mut secrets: Config<'_>,
        environment: &Environment,
        now: Now,
    ) -> Result<DescartesLabs> {
        let given = Given::take(&mut config, &mut secrets, environment)?;
        secrets.finish()?;
        let place = Place::take(&mut config, environment)?;
        let domain = config.filled_text("domain")?;
        let base =
            url::base(domain.as_deref().unwrap_or(DEFAULT_DOMAIN)).map_err(|what| config.failure("domain", what))?;
        let token_url = format!("{base}/token");
        let transport = Transport::take(&mut config, environment, &token_url)?;
        let scope = config.texts("scope")?;
        let leeway_s = config.integer("leeway", 0..=LONGEST_LEEWAY_S)?.unwrap_or(DEFAULT_LEEWAY_S);
        let retries = Retries::take(&mut config, Spread::FirstAtOnce)?;
        let is_quiet = config.flag("suppress_warning")?.unwrap_or(false);
        config.finish()?;

        let keeps_jwts =
            !environment.get("DESCARTESLABS_NO_JWT_CACHE").is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let mut credentials = Credentials::gather(given, place, keeps_jwts, now);
        let scope = scope.or(credentials.scope.take());
        Ok(DescartesLabs { credentials, token_url, transport, scope, leeway_s, retries, is_quiet })
    }
}

impl Kind for DescartesLabs {
    fn identity(&self) -> [u8; 32] {
        let Credentials { client_id, refresh_token, jwt, is_jwt_given, path, file, .. } = &self.credentials;
        let scope = self.scope.as_deref().map(scope_text);
        let mut identity = Identity::of("descarteslabs");
        for part in [
            Some(self.token_url.as_str()),
            client_id.as_deref(),
            refresh_token.as_ref().map(|token| token.as_str()),
            scope.as_deref(),
            path.as_ref().and_then(|path| path.to_str()),
            file.as_ref().map(|_| "kept in the file"),
            jwt.as_ref().filter(|_| *is_jwt_given).map(|jwt| jwt.as_str()),
        ] {
            identity.add(part);
        }
        self.transport.identify(&mut identity);
        identity.finish()
    }

    fn describe(&self) -> String {
        let mut members = Members::default();
        members.text("kind", "descarteslabs");
        members.text("token_url", &self.token_url);
        members.text_or_null("client_id", self.credentials.client_id.as_deref());
        match &self.scope {
            Some(scope) => members.texts("scope", scope),
            None => members.json("scope", "null"),
        }
        members.json("leeway_s", &self.leeway_s.to_string());
        members.text_or_null("token_path", self.credentials.path.as_ref().and_then(|path| path.to_str()));
        members.json("retries", &self.retries.to_json());
        members.into_object()
    }

    fn warnings(&self) -> Vec<Warning> {
        let is_told =
            |warning: &&Warning| !self.is_quiet || !matches!(warning.code, "NO_CREDENTIALS" | "TOKEN_FILE_UNREADABLE");
        self.credentials.warnings.iter().filter(is_told).cloned().collect()
    }

    fn leeway_s(&self) -> Option<i64> {
        Some(self.leeway_s)
    }

    fn retries(&self) -> Retries {
        self.retries.clone()
    }

    fn at_hand(&self, now: Now) -> Option<Grant> {
        jwt::grant(self.credentials.jwt.as_ref()?, self.credentials.client_id.as_deref(), now)
    }

    fn fetch(&self, _: Option<&str>) -> Result<Box<dyn Operation<Output = Grant>>> {
        let nothing =
            |what: &str| Failure::new(Status::NoCredentials, format!("there is no {what} to ask for a token with"));
        let client_id = self.credentials.client_id.clone().ok_or_else(|| nothing("client id"))?;
        let refresh_token = self.credentials.refresh_token.clone().ok_or_else(|| nothing("refresh token"))?;
        let scope = self.scope.as_deref().map(scope_text);
        Ok(Box::new(Fetch::new(&self.token_url, &self.transport, client_id, refresh_token, scope)))
    }

    fn revoke(&self, _: &str) -> Result<Box<dyn Operation<Output = bool>>> {
        Err(Failure::new(Status::Unsupported, "Descartes Labs offers no way to revoke a token"))
    }

    fn token_file(&self) -> Option<&dyn TokenFile> {
        self.credentials.file.as_ref().map(|file| file as &dyn TokenFile)
    }

    fn subject(&self, token: &str) -> Result<String> {
        subject::subject(token)
    }
}

/// A scope as it is sent (RFC 6749 section 3.3).
fn scope_text(scope: &[String]) -> String {
    scope.join(" ")
}
