//! A kind of source for tests: the body of a server's answer is the token, or a token, a blank and the next refresh token.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jeton::error::{Failure, Result, Status};
use jeton::runtime::{Wait, drive, now, promise};
use jeton::source::{
    Cache, Grant, Kind, Lifetime, Now, Operation, Outcome, Request, Retries, Source, Spread, Step, Token, TokenFile,
    Transport,
};
use zeroize::Zeroizing;

use crate::exchange::{get, transport};

pub struct Plain {
    pub url: String,
    pub transport: Transport,
    pub lifetime_s: i64,
    /// The refresh token that is at hand, of which each is good for one use.
    pub refresh_token: Option<String>,
    pub file: Option<PlainFile>,
    /// Whether its server is to be told when the source is closed.
    pub is_ended: bool,
}

pub struct PlainFile(pub PathBuf);

struct Fetching {
    request: Option<Request>,
    lifetime: Lifetime,
}

/// What nobody runs in these tests.
struct Ending;

impl Operation for Ending {
    type Output = bool;

    fn start(&mut self, _: Now) -> Result<Step<bool>> {
        Ok(Step::Done(true))
    }

    fn resume(&mut self, _: Outcome, _: Now) -> Result<Step<bool>> {
        Ok(Step::Done(true))
    }
}

pub fn plain(url: String) -> Plain {
    Plain { url, transport: transport(), lifetime_s: 3600, refresh_token: None, file: None, is_ended: false }
}

pub fn cache() -> Arc<Cache> {
    let cache = Cache::new("").unwrap();
    drive(&cache);
    cache
}

pub fn open(cache: &Arc<Cache>, kind: Plain) -> Source {
    cache.open(Box::new(kind), now().unwrap()).unwrap()
}

/// Begins to wait for a token.
pub fn wait(source: &Source, timeout: Duration) -> Wait<Arc<Token>> {
    let (promise, mut wait) = promise();
    wait.expire_after(timeout);
    source.wait(Box::new(move |outcome| promise.keep(outcome)), now().unwrap());
    wait
}

/// Waits for a token.
pub fn token(source: &Source, timeout: Duration) -> Result<String> {
    text(&wait(source, timeout), timeout)
}

/// Fetches a token now.
pub fn refresh(source: &Source, timeout: Duration) -> Result<String> {
    let (promise, mut wait) = promise();
    wait.expire_after(timeout);
    source.refresh(Box::new(move |outcome| promise.keep(outcome)), now().unwrap());
    text(&wait, timeout)
}

fn text(wait: &Wait<Arc<Token>>, timeout: Duration) -> Result<String> {
    assert!(wait.wait(timeout * 2));
    wait.result().unwrap().map(|token| token.text().to_owned())
}

impl Kind for Plain {
    fn identity(&self) -> [u8; 32] {
        let mut identity = [0; 32];
        for (place, byte) in self.url.bytes().enumerate() {
            identity[place % 32] ^= byte.rotate_left(place as u32 / 32);
        }
        identity
    }

    fn describe(&self) -> String {
        "{}".to_owned()
    }

    fn retries(&self) -> Retries {
        Retries::new(Spread::Full)
    }

    fn leeway_s(&self) -> Option<i64> {
        None
    }

    fn rotates(&self) -> bool {
        self.refresh_token.is_some()
    }

    fn at_hand(&self, _: Now) -> Option<Grant> {
        None
    }

    fn fetch(&self, refresh_token: Option<&str>) -> Result<Box<dyn Operation<Output = Grant>>> {
        let url = match refresh_token.or(self.refresh_token.as_deref()) {
            Some(token) => format!("{}?{token}", self.url),
            None => self.url.clone(),
        };
        let request = Request { transport: Arc::new(self.transport.clone()), ..get(url) };
        Ok(Box::new(Fetching { request: Some(request), lifetime: Lifetime::In(self.lifetime_s) }))
    }

    fn revoke(&self, _: &str) -> Result<Box<dyn Operation<Output = bool>>> {
        Err(Failure::new(Status::Unsupported, "not in this test"))
    }

    fn at_close(&self, _: &str) -> Option<Box<dyn Operation<Output = bool>>> {
        self.is_ended.then(|| Box::new(Ending) as Box<dyn Operation<Output = bool>>)
    }

    fn token_file(&self) -> Option<&dyn TokenFile> {
        self.file.as_ref().map(|file| file as &dyn TokenFile)
    }

    fn subject(&self, _: &str) -> Result<String> {
        Err(Failure::new(Status::Unsupported, "not in this test"))
    }
}

impl Operation for Fetching {
    type Output = Grant;

    fn start(&mut self, _: Now) -> Result<Step<Grant>> {
        Ok(Step::Ask(self.request.take().unwrap()))
    }

    fn resume(&mut self, outcome: Outcome, _: Now) -> Result<Step<Grant>> {
        match outcome {
            Ok(response) if response.status == 200 => Ok(Step::Done(grant(&response.body, self.lifetime))),
            Ok(response) => Err(Failure::answered(Status::Refused, response.status, Some("no"), "the server refused")),
            Err(_) => Err(Failure::new(Status::Unavailable, "the server gave no answer")),
        }
    }
}

fn grant(body: &[u8], lifetime: Lifetime) -> Grant {
    let body = std::str::from_utf8(body).unwrap();
    let (token, refresh_token) = match body.split_once(' ') {
        Some((token, refresh_token)) => (token, Some(Zeroizing::new(refresh_token.to_owned()))),
        None => (body, None),
    };
    Grant { token: Zeroizing::new(token.to_owned()), lifetime, refresh_token, unfit: None }
}

impl TokenFile for PlainFile {
    fn path(&self) -> PathBuf {
        self.0.clone()
    }

    fn read(&self, bytes: &[u8], _: Now) -> Option<Grant> {
        Some(grant(bytes, Lifetime::Unknown))
    }

    fn write(&self, _: Option<&[u8]>, grant: &Grant, _: Now) -> Zeroizing<Vec<u8>> {
        let refresh_token = grant.refresh_token.as_ref().map_or("", |token| token.as_str());
        Zeroizing::new(format!("{} {refresh_token}", *grant.token).into_bytes())
    }
}
