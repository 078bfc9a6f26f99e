//! Calls servers in the name of one user: what the vendors' clients share.

use std::borrow::Cow;
use std::fmt;

use super::dataiku::Dataiku;
use super::tigergraph::TigerGraph;
use crate::error::{Failure, Result, Status};
use crate::jose::config::{Config, config_failure};
use crate::source::Operation;
use crate::source::environment::Environment;

/// A client of one server. Any number of threads may use one at once.
pub struct Client(Vendor);

enum Vendor {
    Dataiku(Dataiku),
    TigerGraph(TigerGraph),
}

impl Client {
    /// Opens a client of `vendor`, `dataiku` or `tigergraph`; nothing is sent. `config` and `secrets` are JSON objects.
    pub fn open(vendor: &str, config: &str, secrets: &str, environment: &Environment) -> Result<Client> {
        let (config, secrets) = (Config::parse(config, "config")?, Config::parse(secrets, "secrets")?);
        Ok(Client(match vendor {
            "dataiku" => Vendor::Dataiku(Dataiku::open(config, secrets, environment)?),
            "tigergraph" => Vendor::TigerGraph(TigerGraph::open(config, secrets, environment)?),
            _ => return Err(config_failure("vendor", "expected dataiku or tigergraph")),
        }))
    }

    /// A client that acts as the user `login` and keeps everything else.
    pub fn as_user(&self, login: &str) -> Result<Client> {
        match &self.0 {
            Vendor::Dataiku(dataiku) => Ok(Client(Vendor::Dataiku(dataiku.as_user(login)?))),
            Vendor::TigerGraph(_) => {
                Err(Failure::new(Status::Unsupported, "TigerGraph knows no acting as another user"))
            }
        }
    }

    /// An operation of the vendor's table, with its arguments as a JSON object. It gives JSON. UNSUPPORTED for one that is not there.
    pub fn operation(&self, name: &str, args: &str) -> Result<Box<dyn Operation<Output = String>>> {
        let args = Config::parse(args, "args")?;
        match &self.0 {
            Vendor::Dataiku(dataiku) => dataiku.operation(name, args),
            Vendor::TigerGraph(tigergraph) => tigergraph.operation(name, args),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

/// What a vendor answers whose table lacks an operation.
pub(super) fn unknown_operation() -> Failure {
    Failure::new(Status::Unsupported, "unknown operation")
}

/// An argument that must be there.
pub(super) fn required<T>(arg: Option<T>, args: &Config<'_>, name: &str) -> Result<T> {
    arg.ok_or_else(|| args.failure(name, "missing"))
}

/// A text that must be there.
pub(super) fn required_text(args: &mut Config<'_>, name: &str) -> Result<String> {
    required(args.text(name)?.map(Cow::into_owned), args, name)
}
