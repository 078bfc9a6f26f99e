//! TigerGraph: tokens and secrets of three generations of the server.
//!
//! | version | tokens |
//! |---|---|
//! | below 3.5 | `GET` and `DELETE /requesttoken?secret=…` at REST++ |
//! | 3.5 to 3.x | `POST`, `PUT` and `DELETE /requesttoken` at REST++, with a body |
//! | 4.0 on | `POST` and `DELETE /gsql/v1/tokens` at GSQL; tokens are JWTs |
//!
//! Where the version is not known the newest way is tried first, and the next only if the server has no such endpoint: a refusal is an
//! answer.

use std::future::Future;
use std::sync::Arc;

use zeroize::Zeroizing;

use self::call::{Call, To};
use self::settings::{Place, Settings};
pub(super) use self::source::TigerGraphToken;
use self::tokens::Wish;
use self::version::Version;
use super::client::unknown_operation;
use super::conversation::Conversation;
use crate::error::Result;
use crate::jose::config::Config;
use crate::source::Operation;
use crate::source::environment::Environment;
use crate::source::gate::Lock;

mod call;
mod gsql;
mod secrets;
mod settings;
mod source;
mod tokens;
mod version;

/// A client of one server. Clones are the same client.
#[derive(Clone)]
pub(super) struct TigerGraph {
    settings: Arc<Settings>,
    state: Arc<Lock<State>>,
}

/// What a client learns while it is open.
struct State {
    token: Option<Zeroizing<String>>,
    /// How the last token was made that the client uses.
    last_wish: Option<Wish>,
    version: Option<Version>,
    /// Whether REST++ was found to refuse on its own port.
    has_left_restpp_port: bool,
}

type Story = Box<dyn Operation<Output = String>>;

impl TigerGraph {
    /// Reads settings and credentials.
    pub(super) fn open(
        mut config: Config<'_>,
        mut secrets: Config<'_>,
        environment: &Environment,
    ) -> Result<TigerGraph> {
        let settings = Settings::take(&mut config, &mut secrets, environment)?;
        config.finish()?;
        secrets.finish()?;
        Ok(TigerGraph::new(settings))
    }

    fn new(settings: Settings) -> TigerGraph {
        let state = State {
            token: settings.api_token.clone(),
            last_wish: None,
            version: settings.version,
            has_left_restpp_port: false,
        };
        TigerGraph { settings: Arc::new(settings), state: Arc::new(Lock::new(state)) }
    }

    /// An operation of the table in docs/CLIENTS.md.
    pub(super) fn operation(&self, name: &str, args: Config<'_>) -> Result<Story> {
        match name {
            "get_token" => tokens::get(self, args),
            "refresh_token" => tokens::refresh(self, args),
            "delete_token" => tokens::delete(self, args),
            "check_token" => tokens::check(self, args),
            "get_version" => version::get(self, args),
            "get_secrets" => secrets::get(self, args),
            "create_secret" => secrets::create(self, args),
            "drop_secret" => secrets::drop(self, args),
            _ => Err(unknown_operation()),
        }
    }

    /// An operation that makes its requests through a call.
    fn tell<T, F>(&self, story: impl FnOnce(Call) -> F) -> Box<dyn Operation<Output = T>>
    where
        T: 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let client = self.clone();
        Box::new(Conversation::new(|line| story(Call::new(client, line))))
    }

    fn token(&self) -> Option<Zeroizing<String>> {
        self.state.lock().token.clone()
    }

    fn use_token(&self, token: &Zeroizing<String>, wish: Wish) {
        let mut state = self.state.lock();
        state.token = Some(token.clone());
        state.last_wish = Some(wish);
    }

    /// Uses a token no longer that the server no longer knows. One of the user's own stays.
    fn forget_token(&self, token: &str) {
        let is = |known: &Option<Zeroizing<String>>| known.as_ref().is_some_and(|known| known.as_str() == token);
        let mut state = self.state.lock();
        if is(&state.token) && !is(&self.settings.api_token) {
            state.token = None;
        }
    }

    /// How the last token was made that the client uses.
    fn last_wish(&self) -> Wish {
        self.state.lock().last_wish.clone().unwrap_or_default()
    }

    /// How a new token is asked for, if one can be made in place of `used`.
    fn wish_instead_of(&self, used: Option<&Zeroizing<String>>) -> Option<Wish> {
        let is_own = used.is_some() && used == self.settings.api_token.as_ref();
        let wish = self.last_wish();
        (!is_own && (wish.secret.is_some() || self.settings.basic.is_some())).then_some(wish)
    }

    fn version(&self) -> Option<Version> {
        self.state.lock().version
    }

    fn remember_version(&self, version: Version) {
        self.state.lock().version = Some(version);
    }

    /// Where requests to a server go.
    fn place(&self, to: To) -> Place {
        match to {
            To::Gsql => Place::Gsql,
            To::Restpp if self.state.lock().has_left_restpp_port => Place::RestppBehindGsql,
            To::Restpp => Place::Restpp,
        }
    }

    /// Another way to the server at `place`, if there is one. It is taken from now on.
    fn way_around(&self, place: Place) -> Option<Place> {
        let has_other = place == Place::Restpp && self.settings.restpp_behind_gsql.is_some();
        has_other.then(|| {
            self.state.lock().has_left_restpp_port = true;
            Place::RestppBehindGsql
        })
    }
}
