//! The variables that a source or client is opened with: those of the process, or an object that stands for them.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::error::Result;
use crate::jose::config::Config;

/// Named texts. They are read when something is opened and not later.
pub struct Environment(Vec<(String, Zeroizing<String>)>);

impl Environment {
    /// The environment of the process, as it is now. What is not UTF-8 is left out.
    pub fn of_process() -> Environment {
        let text = |text: OsString| text.into_string().ok();
        Environment(env::vars_os().filter_map(|(name, value)| Some((text(name)?, text(value)?.into()))).collect())
    }

    /// Reads a JSON object of texts, which replaces the environment of the process as a whole.
    pub fn parse(object: &str) -> Result<Environment> {
        let mut config = Config::parse(object, "environment")?;
        let names: Vec<String> = config.names().map(str::to_owned).collect();
        let mut variables = Vec::with_capacity(names.len());
        for name in names {
            if let Some(text) = config.text(&name)? {
                variables.push((name, Zeroizing::new(text.into_owned())));
            }
        }
        Ok(Environment(variables))
    }

    /// A variable. One that is there but empty is given.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// The user's own folder, if there is one.
    pub fn home(&self) -> Option<PathBuf> {
        self.get("HOME").filter(|home| !home.is_empty()).map(PathBuf::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_stands_for_the_whole_environment() {
        let environment = Environment::parse(r#"{"HOME":"/h","EMPTY":""}"#).unwrap();
        assert_eq!(environment.get("HOME"), Some("/h"));
        assert_eq!(environment.get("EMPTY"), Some(""));
        assert_eq!(environment.get("PATH"), None);
        assert_eq!(environment.home(), Some(PathBuf::from("/h")));
        assert!(Environment::of_process().get("PATH").is_some());
        let failure = Environment::parse(r#"{"A":1}"#).err().unwrap();
        assert_eq!(failure.to_string(), "CONFIG: environment.A: expected a string");
    }
}
