//! The token file of OAuth sources: one JSON object for all processes of all hosts.
//!
//! `version` is 1; `source` tells whose tokens these are without telling a secret; `access_token`, `expires_at` (Unix seconds or null) and
//! `refresh_token` (or null) are the newest pair; `checksum` is over all of them. A file that is not so is no file of ours.

use std::path::PathBuf;

use ring::digest::{SHA256, digest};
use zeroize::Zeroizing;

use crate::jose::base64url;
use crate::jose::json::{Object, Value};
use crate::source::{Grant, Lifetime, Now, TokenFile};

const VERSION: i64 = 1;

/// The file of one source.
pub(super) struct SharedFile {
    path: PathBuf,
    source: String,
}

impl SharedFile {
    pub(super) fn new(path: PathBuf, identity: [u8; 32]) -> SharedFile {
        // Of the identity, which is a digest over secrets, again a digest: a file tells nothing to guess at.
        SharedFile { path, source: base64url::encode(digest(&SHA256, &identity)) }
    }

    pub(super) fn path_text(&self) -> Option<&str> {
        self.path.to_str()
    }

    fn checksum(&self, token: &str, expires_at: Option<i64>, refresh_token: Option<&str>) -> String {
        let mut text = Zeroizing::new(String::with_capacity(token.len() + refresh_token.map_or(0, str::len) + 100));
        for part in [Some(self.source.as_str()), Some(token), refresh_token] {
            text.push_str(part.unwrap_or("\0"));
            text.push('\n');
        }
        text.push_str(&expires_at.map_or_else(String::new, |second| second.to_string()));
        base64url::encode(digest(&SHA256, text.as_bytes()))
    }
}

impl TokenFile for SharedFile {
    fn path(&self) -> PathBuf {
        self.path.clone()
    }

    fn read(&self, bytes: &[u8], _: Now) -> Option<Grant> {
        let file = Value::parse(bytes).ok()?;
        let text = |name: &str| file.get(name).and_then(|value| value.as_str());
        let expires_at = file.get("expires_at").and_then(|value| value.as_integer());
        let (token, refresh_token) = (text("access_token")?, text("refresh_token"));
        let is_ours = file.get("version")?.as_integer() == Some(VERSION) && text("source")? == self.source;
        if !is_ours || text("checksum")? != self.checksum(&token, expires_at, refresh_token.as_deref()) {
            return None;
        }
        Some(Grant {
            token: Zeroizing::new(token.into_owned()),
            lifetime: expires_at.map_or(Lifetime::Unknown, Lifetime::Until),
            refresh_token: refresh_token.map(|token| Zeroizing::new(token.into_owned())),
            unfit: None,
        })
    }

    fn write(&self, old: Option<&[u8]>, grant: &Grant, asked: Now) -> Zeroizing<Vec<u8>> {
        let expires_at = match grant.lifetime {
            Lifetime::Until(second) => Some(second),
            Lifetime::In(seconds) => Some(asked.unix_ms.div_euclid(1000).saturating_add(seconds)),
            Lifetime::Unknown | Lifetime::Endless => None,
        };
        // A server that names no new refresh token leaves the old one good.
        let kept = old.filter(|_| grant.refresh_token.is_none()).and_then(|old| self.read(old, asked)?.refresh_token);
        let refresh_token = grant.refresh_token.as_ref().or(kept.as_ref()).map(|token| token.as_str());
        let mut members = Object::with_room(grant.token.len() + refresh_token.map_or(0, str::len));
        members.json("version", &VERSION.to_string());
        members.text("source", &self.source);
        members.text("access_token", &grant.token);
        members.json("expires_at", &expires_at.map_or_else(|| "null".to_owned(), |second| second.to_string()));
        match refresh_token {
            Some(refresh_token) => members.text("refresh_token", refresh_token),
            None => members.json("refresh_token", "null"),
        }
        members.text("checksum", &self.checksum(&grant.token, expires_at, refresh_token));
        members.into_bytes()
    }
}
