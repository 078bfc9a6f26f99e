//! What a source is opened with: for each field the first that is given, of an argument and the variables of the environment. An empty
//! one is given too, and hides those after it.

use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::error::Result;
use crate::jose::config::Config;
use crate::jose::json::Kind;
use crate::source::environment::Environment;

/// The fields that say who asks. Empty ones are gone.
pub(super) struct Given {
    pub(super) client_id: Option<String>,
    pub(super) refresh_token: Option<Zeroizing<String>>,
    pub(super) jwt: Option<Zeroizing<String>>,
    /// Whether a client secret was given as well, and another one.
    pub(super) secrets_differ: bool,
}

impl Given {
    /// Takes them out of `config` and `secrets`.
    pub(super) fn take(config: &mut Config<'_>, secrets: &mut Config<'_>, environment: &Environment) -> Result<Given> {
        let variable = |name: &str| environment.get(name).map(str::to_owned);
        let client_id = config.text("client_id")?.map(|text| text.into_owned());
        let client_id = client_id.or_else(|| variable("DESCARTESLABS_CLIENT_ID")).or_else(|| variable("CLIENT_ID"));
        let mut secret = |name: &str, variables: &[&str]| -> Result<Option<Zeroizing<String>>> {
            let argument = secrets.text(name)?.map(|text| text.into_owned());
            let given = argument.or_else(|| variables.iter().find_map(|name| variable(name)));
            Ok(given.map(Zeroizing::new).filter(|secret| !secret.is_empty()))
        };
        let client_secret = secret("client_secret", &["DESCARTESLABS_CLIENT_SECRET", "CLIENT_SECRET"])?;
        let refresh_token = secret("refresh_token", &["DESCARTESLABS_REFRESH_TOKEN"])?;
        let jwt = secret("jwt_token", &["DESCARTESLABS_TOKEN"])?;
        Ok(Given::new(client_id, client_secret, refresh_token, jwt))
    }

    /// Client secret and refresh token are two names of one thing; where they differ, the refresh token counts.
    pub(super) fn new(
        client_id: Option<String>,
        client_secret: Option<Zeroizing<String>>,
        refresh_token: Option<Zeroizing<String>>,
        jwt: Option<Zeroizing<String>>,
    ) -> Given {
        let filled = |secret: Option<Zeroizing<String>>| secret.filter(|secret| !secret.is_empty());
        let (client_secret, refresh_token) = (filled(client_secret), filled(refresh_token));
        Given {
            client_id: client_id.filter(|id| !id.is_empty()),
            secrets_differ: client_secret.is_some() && refresh_token.is_some() && client_secret != refresh_token,
            refresh_token: refresh_token.or(client_secret),
            jwt: filled(jwt),
        }
    }

    /// Whether there is anything, so that no file is asked who is asking.
    pub(super) fn is_any(&self) -> bool {
        self.client_id.is_some() || self.refresh_token.is_some() || self.jwt.is_some()
    }
}

/// Where the token file is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// There is none, now or ever; what the caller said of it is an empty path, or nothing.
    Nowhere(Option<PathBuf>),
    /// At a path of the caller's.
    Named(PathBuf),
    /// Where it is by default, below this home folder.
    Home(PathBuf),
}

impl Place {
    /// Takes `token_info_path` out of `config`, where `null` is none, or the variable that stands for it.
    pub(super) fn take(config: &mut Config<'_>, environment: &Environment) -> Result<Place> {
        const MEMBER: &str = "token_info_path";
        let path = match config.take(MEMBER) {
            Some(value) if value.kind() == Kind::Null => return Ok(Place::Nowhere(None)),
            Some(value) => {
                let text = value.as_str().map(|text| text.into_owned());
                Some(text.ok_or_else(|| config.failure(MEMBER, "expected a string or null"))?)
            }
            None => environment.get("DESCARTESLABS_TOKEN_INFO_PATH").map(str::to_owned),
        };
        Ok(match path {
            Some(path) if path.is_empty() => Place::Nowhere(Some(path.into())),
            Some(path) => Place::Named(path.into()),
            None => environment.home().map_or(Place::Nowhere(None), Place::Home),
        })
    }
}
