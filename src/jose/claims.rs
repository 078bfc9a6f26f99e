//! The registered claims (RFC 7519 section 4.1), read in one pass over the payload. A claim of the wrong type is never an absent one.

use std::borrow::Cow;

use super::json::{self, Malformed, Value};
use super::time;
use crate::error::{Failure, Result, Status};

/// The claims that decide, as they stood.
#[derive(Default)]
pub(crate) struct Claims<'a> {
    exp: Option<Value<'a>>,
    nbf: Option<Value<'a>>,
    iat: Option<Value<'a>>,
    iss: Option<Value<'a>>,
    sub: Option<Value<'a>>,
    aud: Option<Value<'a>>,
    jti: Option<Value<'a>>,
    /// The values of further names that were asked for, in that order.
    further: Vec<Option<Value<'a>>>,
}

impl<'a> Claims<'a> {
    /// Reads a payload, a JSON object, and remembers the registered claims and those of `further`.
    pub(crate) fn read(payload: &'a [u8], further: &[String]) -> Result<Claims<'a>, Malformed> {
        let mut claims = Claims { further: vec![None; further.len()], ..Claims::default() };
        json::read_object(payload, |name, value| {
            match name {
                "exp" => claims.exp = Some(value),
                "nbf" => claims.nbf = Some(value),
                "iat" => claims.iat = Some(value),
                "iss" => claims.iss = Some(value),
                "sub" => claims.sub = Some(value),
                "aud" => claims.aud = Some(value),
                "jti" => claims.jti = Some(value),
                _ => (),
            }
            for (wanted, slot) in further.iter().zip(&mut claims.further) {
                if wanted == name {
                    *slot = Some(value);
                }
            }
        })?;
        Ok(claims)
    }

    /// The value of the further claim at this place of the list that was asked for.
    pub(crate) fn further(&self, index: usize) -> Option<Value<'a>> {
        self.further.get(index).copied().flatten()
    }

    /// Whether a claim that a signer may add is there, of whatever type.
    pub(crate) fn has(&self, name: &str) -> bool {
        let claim = match name {
            "exp" => self.exp,
            "iat" => self.iat,
            "iss" => self.iss,
            "sub" => self.sub,
            "aud" => self.aud,
            "jti" => self.jti,
            _ => None,
        };
        claim.is_some()
    }

    pub(crate) fn exp(&self) -> Result<Option<i64>> {
        date(self.exp, "exp")
    }

    pub(crate) fn nbf(&self) -> Result<Option<i64>> {
        date(self.nbf, "nbf")
    }

    pub(crate) fn iat(&self) -> Result<Option<i64>> {
        date(self.iat, "iat")
    }

    pub(crate) fn iss(&self) -> Result<Option<Cow<'a, str>>> {
        text(self.iss, "iss")
    }

    pub(crate) fn sub(&self) -> Result<Option<Cow<'a, str>>> {
        text(self.sub, "sub")
    }

    pub(crate) fn jti(&self) -> Result<Option<Cow<'a, str>>> {
        text(self.jti, "jti")
    }

    /// Whether the audience, of which a text is a list of one, holds one of these.
    pub(crate) fn aud(&self, wanted: &[String]) -> Result<Option<bool>> {
        let Some(value) = self.aud else { return Ok(None) };
        let mut held = false;
        let mut is_text = |item: Value<'_>| match item.as_str() {
            Some(text) => {
                held |= wanted.iter().any(|wanted| *wanted == text);
                true
            }
            None => false,
        };
        let well_formed = match value.items() {
            Some(mut items) => items.all(is_text),
            None => is_text(value),
        };
        if well_formed { Ok(Some(held)) } else { Err(invalid("aud", "aud is not a string or a list of strings")) }
    }

    /// Refuses what no verifier would accept.
    pub(crate) fn check_types(&self) -> Result<()> {
        self.exp()?;
        self.nbf()?;
        self.iat()?;
        self.iss()?;
        self.sub()?;
        self.aud(&[])?;
        self.jti()?;
        Ok(())
    }
}

/// A failure about a claim of the wrong type or out of range.
pub(crate) fn invalid(claim: &str, what: &str) -> Failure {
    Failure::about(Status::ClaimInvalid, claim, what)
}

fn date(claim: Option<Value<'_>>, name: &str) -> Result<Option<i64>> {
    match claim {
        Some(value) => match time::numeric_date(value) {
            Some(seconds) => Ok(Some(seconds)),
            None => Err(invalid(name, &format!("{name} is not a number of seconds before the year 10000"))),
        },
        None => Ok(None),
    }
}

fn text<'a>(claim: Option<Value<'a>>, name: &str) -> Result<Option<Cow<'a, str>>> {
    match claim {
        Some(value) => match value.as_str() {
            Some(text) => Ok(Some(text)),
            None => Err(invalid(name, &format!("{name} is not a string"))),
        },
        None => Ok(None),
    }
}
