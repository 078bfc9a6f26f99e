//! Trying again: which outcomes deserve it, how often, and after what wait.

use std::ops::RangeInclusive;

use super::dice::Dice;
use super::exchange::{Fault, Outcome};
use super::retry_after::retry_after_ms;
use crate::error::Result;
use crate::jose::config::Config;
use crate::jose::json::{Kind, Members};

/// The longest wait between a fetch that failed and the next one.
const LONGEST_PAUSE_MS: i64 = 300_000;

/// How waits are spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// Anything up to the wait is as likely.
    Full,
    /// None before the first retry, and none is shortened: what the clients of Descartes Labs do.
    FirstAtOnce,
}

/// How often and when a try that failed is repeated.
#[derive(Clone, Debug, PartialEq)]
pub struct Retries {
    total: u32,
    backoff_factor_s: f64,
    backoff_max_s: f64,
    retry_after_max_s: f64,
    statuses: Vec<u16>,
    spread: Spread,
}

impl Retries {
    /// The retries of a source whose config says nothing of them. Their first wait is drawn, so a source keeps them.
    pub fn new(spread: Spread) -> Retries {
        Retries::drawn(spread, &mut Dice::new())
    }

    /// As [`Retries::new`], drawn with these dice.
    pub(super) fn drawn(spread: Spread, dice: &mut Dice) -> Retries {
        Retries {
            total: 5,
            backoff_factor_s: 1.0 + 9.0 * dice.fraction(),
            backoff_max_s: 120.0,
            retry_after_max_s: 120.0,
            statuses: vec![429, 500, 502, 503, 504],
            spread,
        }
    }

    /// Takes the member `retries`: how many, or an object.
    pub(crate) fn take(config: &mut Config<'_>, spread: Spread) -> Result<Retries> {
        const TOTAL: RangeInclusive<i64> = 0..=100;
        let mut retries = Retries::new(spread);
        if config.kind("retries") != Some(Kind::Object) {
            if let Some(total) = config.integer("retries", TOTAL)? {
                retries.total = total as u32;
            }
            return Ok(retries);
        }
        let Some(mut object) = config.object("retries")? else { return Ok(retries) };
        if let Some(total) = object.integer("total", TOTAL)? {
            retries.total = total as u32;
        }
        for (name, seconds) in [
            ("backoff_factor_s", &mut retries.backoff_factor_s),
            ("backoff_max_s", &mut retries.backoff_max_s),
            ("retry_after_max_s", &mut retries.retry_after_max_s),
        ] {
            if let Some(value) = object.take(name) {
                let number = (value.kind() == Kind::Number).then(|| value.raw().parse().ok()).flatten();
                let number = number.filter(|number| (0.0..=86_400.0).contains(number));
                *seconds =
                    number.ok_or_else(|| object.failure(name, "expected a number of seconds from 0 to 86400"))?;
            }
        }
        if let Some(value) = object.take("statuses") {
            let status = |value: crate::jose::json::Value<'_>| {
                value.as_integer().filter(|status| (100..=599).contains(status)).map(|status| status as u16)
            };
            let statuses = value.items().and_then(|items| items.map(status).collect());
            retries.statuses =
                statuses.ok_or_else(|| object.failure("statuses", "expected a list of HTTP statuses"))?;
        }
        object.finish()?;
        Ok(retries)
    }

    /// The settings as `describe` shows them.
    pub fn to_json(&self) -> String {
        let mut members = Members::default();
        members.json("total", &self.total.to_string());
        members.json("backoff_factor_s", &self.backoff_factor_s.to_string());
        members.json("backoff_max_s", &self.backoff_max_s.to_string());
        members.json("retry_after_max_s", &self.retry_after_max_s.to_string());
        let statuses: Vec<String> = self.statuses.iter().map(u16::to_string).collect();
        members.json("statuses", &format!("[{}]", statuses.join(",")));
        members.into_object()
    }

    #[cfg(test)]
    pub(super) fn factor(&self) -> f64 {
        self.backoff_factor_s
    }

    /// How many tries may follow the first.
    pub(super) fn total(&self) -> u32 {
        self.total
    }

    /// Whether another try may have another outcome.
    pub(super) fn may_help(&self, outcome: &Outcome, unix_ms: i64) -> bool {
        match outcome {
            Err(fault) => matches!(fault, Fault::Refused | Fault::Dropped | Fault::Timeout),
            Ok(response) if self.statuses.contains(&response.status) => true,
            Ok(response) => matches!(response.status, 403 | 413) && retry_after_ms(response, unix_ms).is_some(),
        }
    }

    /// How long the server wants to be left alone, if it said so, cut to what the settings allow.
    pub(super) fn asked_ms(&self, outcome: &Outcome, unix_ms: i64) -> Option<i64> {
        let response = outcome.as_ref().ok()?;
        Some(retry_after_ms(response, unix_ms)?.min(ms(self.retry_after_max_s)))
    }

    /// The wait before retry `n`, from 1.
    pub(super) fn wait_ms(&self, n: u32, dice: &mut Dice) -> i64 {
        let wait = self.grown_ms(n).min(ms(self.backoff_max_s));
        match self.spread {
            Spread::Full => dice.up_to(wait),
            Spread::FirstAtOnce if n <= 1 => 0,
            Spread::FirstAtOnce => wait,
        }
    }

    /// The pause between a fetch that failed and the next one, after `n` tries without success: it goes on where the waits of the retries
    /// stopped. A fifth of it is left to chance, so that the clients of a server that was away do not come back all at once.
    pub(super) fn pause_ms(&self, n: u32, dice: &mut Dice) -> i64 {
        let pause = self.grown_ms(n).min(LONGEST_PAUSE_MS);
        (pause - dice.up_to(pause / 5)).max(1)
    }

    fn grown_ms(&self, n: u32) -> i64 {
        ms(self.backoff_factor_s * f64::from(n.saturating_sub(1)).exp2())
    }
}

/// Seconds as milliseconds; a cast of what is too large gives the largest.
fn ms(seconds: f64) -> i64 {
    (seconds * 1000.0) as i64
}
