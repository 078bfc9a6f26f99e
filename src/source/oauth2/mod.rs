//! OAuth 2.0 (RFC 6749): tokens by refresh token, client credentials or JWT bearer assertion (RFC 7523), and their revocation (RFC 7009).

use std::path::PathBuf;
use std::sync::Arc;

use self::client::Client;
use self::file::SharedFile;
use self::grant::Granting;
use self::request::Form;
use super::answer::Answer;
use super::environment::Environment;
use super::identity::Identity;
use super::retries::{Retries, Spread};
use super::transport::Connections;
use super::{Grant, Kind, Now, Operation, Outcome, Step, TokenFile, Transport, Warning, url};
use crate::error::{Failure, Result, Status};
use crate::jose::config::Config;
use crate::jose::json::Members;

mod assertion;
mod client;
mod file;
mod grant;
mod request;
#[cfg(test)]
mod tests;

/// Ten years.
const LONGEST_LEEWAY_S: i64 = 315_576_000;

/// A source of kind `oauth2`.
pub struct OAuth2 {
    token: Endpoint,
    revocation: Option<Endpoint>,
    client: Arc<Client>,
    granting: Granting,
    /// What every request for a token says besides: scope, audience and what the config adds.
    more: Form,
    scope: Option<Vec<String>>,
    leeway_s: Option<i64>,
    retries: Retries,
    file: Option<SharedFile>,
    identity: [u8; 32],
}

/// Where one kind of request goes.
#[derive(Clone)]
struct Endpoint {
    url: String,
    transport: Arc<Transport>,
}

impl OAuth2 {
    /// Reads settings and secrets, which are listed in docs/SOURCES.md. What is missing to ask with is a warning and no failure.
    pub(crate) fn open(mut config: Config<'_>, mut secrets: Config<'_>, environment: &Environment) -> Result<OAuth2> {
        let connections = Connections::take(&mut config, environment)?;
        let token = Endpoint::take(&mut config, "token_url", &connections)?;
        let token = token.ok_or_else(|| config.failure("token_url", "missing"))?;
        let revocation = Endpoint::take(&mut config, "revocation_url", &connections)?;
        let granting = Granting::take(&mut config, &mut secrets, &token.url)?;
        let client = Client::take(&mut config, &mut secrets, &granting, &token.url)?;
        let scope = config.texts("scope")?;
        let more = request::more(&mut config, scope.as_deref())?;
        let leeway_s = config.integer("leeway_s", 0..=LONGEST_LEEWAY_S)?;
        let retries = Retries::take(&mut config, Spread::Full)?;
        let path = config.filled_text("token_file")?.map(|path| PathBuf::from(path.as_ref()));
        config.finish()?;
        secrets.finish()?;

        let mut identity = Identity::of("oauth2");
        identity.add(Some(&token.url));
        identity.add(client.id());
        granting.identify(&mut identity);
        more.identify(&mut identity);
        // What a file holds is for all who ask for the same. It outlives a client secret, after whose change the refresh token that the
        // source is opened with is long used up.
        let kept = identity.clone().finish();
        client.identify(&mut identity);
        token.transport.identify(&mut identity);
        identity.add(path.as_ref().and_then(|path| path.to_str()));
        let file = path.map(|path| SharedFile::new(path, kept));
        let client = Arc::new(client);
        let identity = identity.finish();
        Ok(OAuth2 { token, revocation, client, granting, more, scope, leeway_s, retries, file, identity })
    }
}

impl Endpoint {
    fn take(config: &mut Config<'_>, name: &str, connections: &Connections) -> Result<Option<Endpoint>> {
        let Some(given) = config.text(name)? else { return Ok(None) };
        let url = url::endpoint(&given).map_err(|what| config.failure(name, what))?;
        let transport = connections.to(&url)?;
        Ok(Some(Endpoint { url, transport }))
    }
}

impl Kind for OAuth2 {
    fn identity(&self) -> [u8; 32] {
        self.identity
    }

    fn describe(&self) -> String {
        let mut members = Members::default();
        members.text("kind", "oauth2");
        members.text("token_url", &self.token.url);
        members.text_or_null("client_id", self.client.id());
        match &self.scope {
            Some(scope) => members.texts("scope", scope),
            None => members.json("scope", "null"),
        }
        members.json("leeway_s", &self.leeway_s.map_or_else(|| "null".to_owned(), |leeway_s| leeway_s.to_string()));
        members.text_or_null("token_path", self.file.as_ref().and_then(|file| file.path_text()));
        members.json("retries", &self.retries.to_json());
        members.into_object()
    }

    fn warnings(&self) -> Vec<Warning> {
        let missing = self.client.missing().or_else(|| self.granting.missing(None));
        let warning = |what: &str| Warning {
            code: "NO_CREDENTIALS",
            message: format!("there is no {what} to ask for a token with"),
        };
        missing.map(warning).into_iter().collect()
    }

    fn leeway_s(&self) -> Option<i64> {
        self.leeway_s
    }

    fn retries(&self) -> Retries {
        self.retries.clone()
    }

    fn rotates(&self) -> bool {
        self.granting.rotates()
    }

    fn fetch(&self, refresh_token: Option<&str>) -> Result<Box<dyn Operation<Output = Grant>>> {
        if let Some(what) = self.client.missing().or_else(|| self.granting.missing(refresh_token)) {
            return Err(Failure::new(Status::NoCredentials, format!("there is no {what} to ask for a token with")));
        }
        let mut form = self.granting.form(refresh_token);
        form.extend(&self.more);
        Ok(Box::new(Exchange {
            endpoint: self.token.clone(),
            client: Arc::clone(&self.client),
            form,
            said: Form::default(),
            read: grant::read,
        }))
    }

    /// RFC 7009 section 2.1.
    fn revoke(&self, token: &str) -> Result<Box<dyn Operation<Output = bool>>> {
        let Some(endpoint) = self.revocation.clone() else {
            return Err(Failure::new(Status::Unsupported, "there is no revocation_url"));
        };
        if let Some(what) = self.client.missing() {
            return Err(Failure::new(Status::NoCredentials, format!("there is no {what} to ask with")));
        }
        let mut form = Form::default();
        form.add_secret("token", token);
        form.add("token_type_hint", "access_token");
        let (client, said) = (Arc::clone(&self.client), Form::default());
        Ok(Box::new(Exchange { endpoint, client, form, said, read: read_revocation }))
    }

    fn token_file(&self) -> Option<&dyn TokenFile> {
        self.file.as_ref().map(|file| file as &dyn TokenFile)
    }

    fn subject(&self, _: &str) -> Result<String> {
        Err(Failure::new(Status::Unsupported, "what an OAuth token says is between the servers"))
    }
}

/// One form, sent in the client's name, and what becomes of the answer.
struct Exchange<T> {
    endpoint: Endpoint,
    client: Arc<Client>,
    form: Form,
    /// What was sent, of which an answer could repeat the secrets.
    said: Form,
    read: fn(&Answer, &Form) -> Result<T>,
}

impl<T: Send> Operation for Exchange<T> {
    type Output = T;

    fn start(&mut self, now: Now) -> Result<Step<T>> {
        // A retry begins here, too: each try has an assertion of its own.
        let mut form = self.form.filled(now)?;
        let authorization = self.client.authenticate(&mut form, now)?;
        self.said = form.clone();
        self.client.confide(&mut self.said, authorization.as_ref().map(|header| header.as_str()));
        Ok(Step::Ask(form.to_request(&self.endpoint, authorization)))
    }

    fn resume(&mut self, outcome: Outcome, _: Now) -> Result<Step<T>> {
        (self.read)(&Answer::of(outcome)?, &self.said).map(Step::Done)
    }
}

/// RFC 7009 section 2.2: 200, whatever the token was.
fn read_revocation(answer: &Answer, said: &Form) -> Result<bool> {
    answer.check_without_body(&grant::ERROR, &said.hidden())?;
    Ok(true)
}
