//! The two token files of Descartes Labs, which the vendor's own clients read and write as well: `token_info.json` holds credentials and a JWT,
//! `jwt_token_….json` the JWT of credentials that came from elsewhere.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::jwt;
use crate::jose::json::{Kind, Object, Value};
use crate::source::{Grant, Now, TokenFile};

const CLIENT_ID: &str = "client_id";
const CLIENT_SECRET: &str = "client_secret";
const REFRESH_TOKEN: &str = "refresh_token";
const JWT: &str = "jwt_token";
/// Written by old clients.
const ALTERNATIVE_JWT: &str = "JWT_TOKEN";

/// What a token file tells. What is not there, is null, empty, or of another type than it should be, is absent.
#[derive(Default)]
pub(super) struct TokenInfo {
    pub(super) client_id: Option<String>,
    pub(super) client_secret: Option<Zeroizing<String>>,
    pub(super) refresh_token: Option<Zeroizing<String>>,
    pub(super) scope: Option<Vec<String>>,
    pub(super) jwt: Option<Zeroizing<String>>,
    /// Another JWT, which counts before that one where the file is asked for credentials, too.
    pub(super) alternative_jwt: Option<Zeroizing<String>>,
}

impl TokenInfo {
    /// Reads a file; `None` if it is no JSON object.
    pub(super) fn parse(bytes: &[u8]) -> Option<TokenInfo> {
        let file = Value::parse(bytes).ok().filter(|file| file.kind() == Kind::Object)?;
        let text = |name| {
            let text = file.get(name).and_then(|value| value.as_str()).filter(|text| !text.is_empty());
            text.map(|text| text.into_owned())
        };
        let secret = |name| text(name).map(Zeroizing::new);
        let scope = file.get("scope").and_then(|scope| scope.items());
        Some(TokenInfo {
            client_id: text(CLIENT_ID),
            client_secret: secret(CLIENT_SECRET),
            refresh_token: secret(REFRESH_TOKEN),
            scope: scope.and_then(|mut items| items.try_fold(Vec::new(), with_text)),
            jwt: secret(JWT),
            alternative_jwt: secret(ALTERNATIVE_JWT),
        })
    }

    /// Whether the file is about these credentials.
    pub(super) fn is_of(&self, client_id: Option<&str>, refresh_token: Option<&str>) -> bool {
        let own = self.refresh_token.as_ref().map(|token| token.as_str());
        self.client_id.as_deref() == client_id && own == refresh_token
    }
}

fn with_text(mut texts: Vec<String>, item: Value<'_>) -> Option<Vec<String>> {
    texts.push(item.as_str()?.into_owned());
    Some(texts)
}

/// What is in a file beside the JWT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Nothing: its name tells the credentials apart.
    JwtAlone,
    /// The credentials that the JWT was fetched with, which are given elsewhere.
    Copied,
    /// The credentials themselves.
    Own,
}

/// The token file of one source.
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) form: Form,
    pub(super) client_id: Option<String>,
    pub(super) refresh_token: Zeroizing<String>,
}

impl File {
    /// The file of its own that credentials have in the home folder.
    pub(super) fn jwt_alone_path(home: &Path, refresh_token: &str) -> PathBuf {
        folder(home).join(format!("jwt_token_{}.json", jwt::sha1_hex(refresh_token)))
    }

    /// The file that is read where no other is named.
    pub(super) fn default_path(home: &Path) -> PathBuf {
        folder(home).join("token_info.json")
    }

    /// A file with nothing of an older one.
    fn fresh(&self, token: &str) -> Zeroizing<Vec<u8>> {
        let client_id = self.client_id.as_deref().unwrap_or_default();
        let mut file = Object::with_room(client_id.len() + 2 * self.refresh_token.len() + token.len());
        if self.form != Form::JwtAlone {
            file.text(CLIENT_ID, client_id);
            file.text(CLIENT_SECRET, &self.refresh_token);
            file.text(REFRESH_TOKEN, &self.refresh_token);
        }
        file.text(JWT, token);
        file.into_bytes()
    }

    /// The older file with another JWT, if it is one of the same credentials.
    fn renewed(&self, old: &[u8], token: &str) -> Option<Zeroizing<Vec<u8>>> {
        let members: Vec<_> = Value::parse(old).ok()?.members()?.collect();
        let is = |name: &str, text: &str| {
            members.iter().any(|(member, value)| member == name && value.as_str().as_deref() == Some(text))
        };
        let is_same = is(CLIENT_ID, self.client_id.as_deref()?) && is(CLIENT_SECRET, &self.refresh_token);
        if self.form == Form::JwtAlone || !is_same {
            return None;
        }
        let mut file = Object::with_room(old.len() + token.len());
        for (name, value) in members.iter().filter(|(name, _)| name != ALTERNATIVE_JWT) {
            match &**name {
                JWT => file.text(JWT, token),
                name => file.json(name, value.raw()),
            }
        }
        if !members.iter().any(|(name, _)| name == JWT) {
            file.text(JWT, token);
        }
        Some(file.into_bytes())
    }
}

impl TokenFile for File {
    fn path(&self) -> PathBuf {
        self.path.clone()
    }

    fn read(&self, bytes: &[u8], now: Now) -> Option<Grant> {
        let mut file = TokenInfo::parse(bytes)?;
        let is_ours = match self.form {
            Form::JwtAlone => true,
            Form::Copied => file.is_of(self.client_id.as_deref(), Some(&self.refresh_token)),
            Form::Own => {
                let secret = file.refresh_token.as_ref().or(file.client_secret.as_ref());
                file.client_id == self.client_id && secret == Some(&self.refresh_token)
            }
        };
        if !is_ours {
            return None;
        }
        if self.form == Form::Own {
            file.jwt = file.alternative_jwt.or(file.jwt);
        }
        jwt::grant(file.jwt?.as_str(), self.client_id.as_deref(), now)
    }

    fn write(&self, old: Option<&[u8]>, grant: &Grant, _: Now) -> Zeroizing<Vec<u8>> {
        old.and_then(|old| self.renewed(old, &grant.token)).unwrap_or_else(|| self.fresh(&grant.token))
    }
}

fn folder(home: &Path) -> PathBuf {
    home.join(".descarteslabs")
}

#[cfg(test)]
mod tests {
    use super::super::jwt::tests::{NOW, token};
    use super::*;
    use crate::source::Lifetime;

    fn file(form: Form) -> File {
        let (client_id, refresh_token) = (Some("id".to_owned()), Zeroizing::new("r\"t".to_owned()));
        File { path: PathBuf::from("f"), form, client_id, refresh_token }
    }

    fn written(form: Form, old: Option<&str>) -> String {
        let grant = Grant {
            token: Zeroizing::new("t".to_owned()),
            lifetime: Lifetime::Unknown,
            refresh_token: None,
            unfit: None,
        };
        String::from_utf8(file(form).write(old.map(str::as_bytes), &grant, NOW).to_vec()).unwrap()
    }

    const WHOLE: &str = r#"{"client_id":"id","client_secret":"r\"t","refresh_token":"r\"t","jwt_token":"t"}"#;

    #[test]
    fn a_file_of_the_same_credentials_keeps_its_other_members() {
        for (old, new) in [
            (
                r#"{"client_id": "id", "client_secret": "r\"t", "a": {"b": 1.0}}"#,
                r#"{"client_id":"id","client_secret":"r\"t","a":{"b": 1.0},"jwt_token":"t"}"#,
            ),
            (
                r#"{"JWT_TOKEN":"x","jwt_token":"y","client_secret":"r\u0022t","client_id":"id"}"#,
                r#"{"jwt_token":"t","client_secret":"r\u0022t","client_id":"id"}"#,
            ),
            (r#"{"client_id":"other","client_secret":"r\"t","a":1}"#, WHOLE),
            (r#"{"client_id":"id","client_secret":"other","a":1}"#, WHOLE),
            (r#"{"client_id":"id","refresh_token":"r\"t"}"#, WHOLE),
            (r#"["id","r"]"#, WHOLE),
            ("{", WHOLE),
            ("", WHOLE),
        ] {
            assert_eq!(written(Form::Copied, Some(old)), new, "{old}");
        }
        assert_eq!(written(Form::Copied, None), WHOLE);
    }

    #[test]
    fn the_file_of_a_jwt_holds_nothing_else() {
        let old = r#"{"client_id":"id","client_secret":"r\"t","a":1}"#;
        for old in [None, Some(old)] {
            assert_eq!(written(Form::JwtAlone, old), r#"{"jwt_token":"t"}"#);
        }
    }

    #[test]
    fn a_jwt_is_taken_from_a_file_of_the_same_credentials() {
        let jwt = token(r#"{"exp":4102444800,"aud":"id"}"#);
        let stale = token(r#"{"exp":1,"aud":"id"}"#);
        for (text, copied, own, alone) in [
            (format!(r#"{{"client_id":"id","refresh_token":"r\"t","jwt_token":"{jwt}"}}"#), true, true, true),
            (format!(r#"{{"client_id":"id","client_secret":"r\"t","jwt_token":"{jwt}"}}"#), false, true, true),
            (format!(r#"{{"client_id":"x","refresh_token":"r\"t","jwt_token":"{jwt}"}}"#), false, false, true),
            (format!(r#"{{"client_id":"id","refresh_token":"x","jwt_token":"{jwt}"}}"#), false, false, true),
            (format!(r#"{{"client_id":"id","refresh_token":"r\"t","jwt_token":"{stale}"}}"#), false, false, false),
            (
                format!(r#"{{"client_id":"id","refresh_token":"r\"t","jwt_token":"{jwt}","JWT_TOKEN":"{stale}"}}"#),
                true,
                false,
                true,
            ),
            (
                format!(r#"{{"client_id":"id","refresh_token":"r\"t","jwt_token":"{jwt}","JWT_TOKEN":null}}"#),
                true,
                true,
                true,
            ),
            (format!("[\"{jwt}\"]"), false, false, false),
            (r#"{"jwt_token":1}"#.to_owned(), false, false, false),
        ] {
            for (form, is_read) in [(Form::Copied, copied), (Form::Own, own), (Form::JwtAlone, alone)] {
                let found = file(form).read(text.as_bytes(), NOW);
                assert_eq!(found.map(|grant| grant.token.to_string()), is_read.then(|| jwt.clone()), "{form:?} {text}");
            }
        }
    }

    #[test]
    fn an_odd_scope_is_none() {
        for (scope, expected) in [
            (r#"["a","b"]"#, Some(vec!["a".to_owned(), "b".to_owned()])),
            ("[]", Some(vec![])),
            (r#""a b""#, None),
            (r#"["a",1]"#, None),
            ("null", None),
        ] {
            let file = TokenInfo::parse(format!("{{\"scope\":{scope}}}").as_bytes()).unwrap();
            assert_eq!(file.scope, expected, "{scope}");
        }
        assert!(TokenInfo::parse(b"[{}]").is_none());
    }
}
