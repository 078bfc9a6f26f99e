//! What a source goes by once its token file has been looked at: the credentials that were given, or else those of the file.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::file::{File, Form, TokenInfo};
use super::given::{Given, Place};
use super::jwt;
use crate::source::token_file::{self, Locked};
use crate::source::{Grant, Now, TokenFile, Warning};

/// Who asks, with what, and where the answer is kept.
#[derive(Default)]
pub(super) struct Credentials {
    pub(super) client_id: Option<String>,
    pub(super) refresh_token: Option<Zeroizing<String>>,
    /// The scope that the file names.
    pub(super) scope: Option<Vec<String>>,
    /// A JWT that was usable when the source was opened.
    pub(super) jwt: Option<Zeroizing<String>>,
    /// Whether it was given, and is from no file.
    pub(super) is_jwt_given: bool,
    /// The path of the file, also where there is nothing to keep in it.
    pub(super) path: Option<PathBuf>,
    /// The file that fetched tokens are kept in.
    pub(super) file: Option<File>,
    /// What was odd.
    pub(super) warnings: Vec<Warning>,
}

impl Credentials {
    /// Reads the token file, if there is need. Where `keeps_jwts` is false, it is only asked for credentials.
    pub(super) fn gather(given: Given, place: Place, keeps_jwts: bool, now: Now) -> Credentials {
        let mut found = match (given.is_any(), place) {
            (true, Place::Home(home)) => Credentials::with_cache(given, &home),
            (true, Place::Named(path)) => Credentials::with_file(given, path),
            (true, Place::Nowhere(said)) => Credentials { path: said, ..Credentials::of(given) },
            (false, Place::Home(home)) => Credentials::from_file(File::default_path(&home)),
            (false, Place::Named(path)) => Credentials::from_file(path),
            (false, Place::Nowhere(said)) => Credentials { path: said, ..Credentials::default() },
        };
        if !keeps_jwts {
            found.file = None;
            found.jwt = found.jwt.filter(|_| found.is_jwt_given);
        }
        let grant = found.jwt.as_ref().and_then(|jwt| jwt::grant(jwt, found.client_id.as_deref(), now));
        match grant {
            Some(grant) if found.is_jwt_given => found.store(&grant, now),
            Some(_) => {}
            None => (found.jwt, found.is_jwt_given) = (None, false),
        }
        if found.jwt.is_none() && (found.client_id.is_none() || found.refresh_token.is_none()) {
            found.warn("NO_CREDENTIALS", "there is no client id with a refresh token, and no token that is valid");
        }
        found
    }

    /// What was given, with a file of its own for the JWT.
    fn with_cache(given: Given, home: &Path) -> Credentials {
        let mut found = Credentials::of(given);
        let Some(refresh_token) = &found.refresh_token else {
            return Credentials { path: Some(File::default_path(home)), ..found };
        };
        let path = File::jwt_alone_path(home, refresh_token);
        if found.jwt.is_none() {
            found.jwt = found.read(&path).ok().flatten().and_then(|file| file.jwt);
        }
        found.keep_in(path, Form::JwtAlone)
    }

    /// What was given, with a file that may be about the same credentials. It says the scope in any case.
    fn with_file(given: Given, path: PathBuf) -> Credentials {
        let mut found = Credentials::of(given);
        let refresh_token = found.refresh_token.clone();
        match found.read(&path) {
            Ok(Some(file)) => {
                let refresh_token = refresh_token.as_ref().map(|token| token.as_str());
                if file.is_of(found.client_id.as_deref(), refresh_token) {
                    found.jwt = found.jwt.or(file.jwt);
                }
                found.scope = file.scope;
            }
            Ok(None) => {}
            Err(why) => found.warn("TOKEN_FILE_UNREADABLE", &why),
        }
        found.keep_in(path, Form::Copied)
    }

    /// What the file says, for nothing was given.
    fn from_file(path: PathBuf) -> Credentials {
        let mut found = Credentials::default();
        match found.read(&path) {
            Ok(Some(file)) => {
                let jwt = file.alternative_jwt.or(file.jwt);
                let from_file = Given::new(file.client_id, file.client_secret, file.refresh_token, jwt);
                let mut credentials =
                    Credentials { scope: file.scope, is_jwt_given: false, ..Credentials::of(from_file) };
                credentials.warnings.append(&mut found.warnings);
                found = credentials;
            }
            Ok(None) => found.warn("TOKEN_FILE_UNREADABLE", "there is no token file"),
            Err(why) => found.warn("TOKEN_FILE_UNREADABLE", &why),
        }
        found.keep_in(path, Form::Own)
    }

    fn of(given: Given) -> Credentials {
        let mut found = Credentials {
            client_id: given.client_id,
            refresh_token: given.refresh_token,
            is_jwt_given: given.jwt.is_some(),
            jwt: given.jwt,
            ..Credentials::default()
        };
        if given.secrets_differ {
            found.warn("SECRET_MISMATCH", "client secret and refresh token differ: the refresh token is used");
        }
        found
    }

    fn keep_in(mut self, path: PathBuf, form: Form) -> Credentials {
        self.file = self.refresh_token.clone().map(|refresh_token| File {
            path: path.clone(),
            form,
            client_id: self.client_id.clone(),
            refresh_token,
        });
        self.path = Some(path);
        self
    }

    /// What the file at `path` holds, if it is there; why it cannot be read.
    fn read(&mut self, path: &Path) -> Result<Option<TokenInfo>, String> {
        let Some(contents) = token_file::read(path).map_err(|failure| failure.message().to_owned())? else {
            return Ok(None);
        };
        if contents.is_exposed {
            self.warn("FILE_MODE", "others than its owner can get at the token file, until it is next written");
        }
        match TokenInfo::parse(&contents.bytes) {
            Some(file) => Ok(Some(file)),
            None => Err("the token file is no JSON object".to_owned()),
        }
    }

    /// Stores a JWT that was given, for others with the same credentials; but not in a file of the caller's.
    fn store(&mut self, grant: &Grant, now: Now) {
        let Some(file) = self.file.as_ref().filter(|file| file.form == Form::JwtAlone) else { return };
        let stored = Locked::try_take(&file.path).and_then(|locked| match locked {
            Some(locked) => locked.save(&file.write(None, grant, now)),
            // Whoever has the lock is about to store a newer one.
            None => Ok(()),
        });
        if let Err(failure) = stored {
            self.warn("TOKEN_FILE_NOT_SAVED", failure.message());
        }
    }

    fn warn(&mut self, code: &'static str, message: &str) {
        self.warnings.push(Warning { code, message: message.to_owned() });
    }
}
