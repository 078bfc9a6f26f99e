//! How long a token may be served and when it is renewed, on two clocks.

use super::dice::Dice;
use super::exchange::Now;
use super::kind::Lifetime;

/// How long a token is served whose server does not say when it ends.
const UNTOLD_MS: i64 = 60_000;

/// How long the first token that came too short is served before it is renewed.
const SHORT_MS: i64 = 1_000;

/// How long before its end a token is renewed at most, where nothing else is said.
const LEEWAY_MS: i64 = 300_000;

/// The last moments of a token, in which it may end on its way: a sixtieth of its life, but no more than this.
const ENDING_MS: i64 = 10_000;

/// A hundred years: what claims to live longer lives so long.
const LONGEST_MS: i64 = 100 * 365 * 86_400 * 1000;

/// The span in which a token is served. It ends when either clock says so: the steady one does not jump back, and the wall clock knows
/// the date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term {
    ends_steady_ms: i64,
    ends_unix_ms: i64,
    renew_steady_ms: i64,
    ending_ms: i64,
    /// The Unix second of the end, where it is known.
    pub(super) expires_at_s: Option<i64>,
    /// Whether it was fetched and reaches its leeway before half of its life is over.
    pub(super) is_short: bool,
}

/// Where a token came from, which decides what is known of its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// It was asked for at this moment, and cannot be older.
    Asked(Now),
    /// It was at hand, and may be of any age.
    AtHand,
}

impl Term {
    /// The term of a token that is here `now`. It is renewed `leeway_s` before its end, by default a fifth of its life and five minutes at
    /// most; chance moves that forward by up to a tenth of its life, by at most half of the time until then, and never back.
    ///
    /// A fetched token that reaches its leeway in the first half of its life is renewed then, but no sooner than a second after it came; after
    /// half of its life if the one before it was as short (`was_short`), for then it is the server that grants no longer ones.
    pub(super) fn new(
        lifetime: Lifetime,
        origin: Origin,
        leeway_s: Option<i64>,
        was_short: bool,
        now: Now,
        dice: &mut Dice,
    ) -> Term {
        let began = match origin {
            Origin::Asked(at) => at,
            Origin::AtHand => now,
        };
        let (life_ms, expires_at_s) = match lifetime {
            Lifetime::In(seconds) => {
                let life_ms = seconds.saturating_mul(1000).min(LONGEST_MS);
                (life_ms, Some(began.unix_ms.saturating_add(life_ms).div_euclid(1000)))
            }
            Lifetime::Until(second) => {
                let left_ms = second.saturating_mul(1000).saturating_sub(now.unix_ms).min(LONGEST_MS);
                (left_ms.saturating_add(now.steady_ms).saturating_sub(began.steady_ms), Some(second))
            }
            Lifetime::Unknown => return Term::without_renewal(began, UNTOLD_MS),
            Lifetime::Endless => return Term::without_renewal(began, i64::MAX),
        };
        let leeway_ms = leeway_s.map_or((life_ms / 5).min(LEEWAY_MS), |seconds| seconds.saturating_mul(1000));
        let mut renew_ms = life_ms.saturating_sub(leeway_ms);
        let age_ms = now.steady_ms.saturating_sub(began.steady_ms);
        let is_short = matches!(origin, Origin::Asked(_)) && renew_ms < life_ms / 2;
        if is_short {
            // Renewing all such tokens at once would never end, and one alone may be the rest of a token that the server gave before.
            let first_ms = renew_ms.max(age_ms.saturating_add(SHORT_MS)).min(life_ms / 2);
            renew_ms = if was_short { life_ms / 2 } else { first_ms };
        }
        // A moment that is near is not moved to at once: the token would be renewed though it has not reached the leeway.
        renew_ms = renew_ms.saturating_sub(dice.up_to((life_ms / 10).min(renew_ms.saturating_sub(age_ms) / 2)));
        Term {
            ends_steady_ms: began.steady_ms.saturating_add(life_ms),
            ends_unix_ms: expires_at_s.map_or(i64::MAX, |second| match lifetime {
                Lifetime::Until(_) => second.saturating_mul(1000),
                _ => began.unix_ms.saturating_add(life_ms),
            }),
            renew_steady_ms: began.steady_ms.saturating_add(renew_ms),
            ending_ms: (life_ms / 60).min(ENDING_MS),
            expires_at_s,
            is_short,
        }
    }

    fn without_renewal(began: Now, life_ms: i64) -> Term {
        Term {
            ends_steady_ms: began.steady_ms.saturating_add(life_ms),
            ends_unix_ms: began.unix_ms.saturating_add(life_ms),
            renew_steady_ms: i64::MAX,
            ending_ms: 0,
            expires_at_s: None,
            is_short: false,
        }
    }

    /// Whether the token may be served.
    pub(super) fn lasts(&self, now: Now) -> bool {
        now.steady_ms < self.ends_steady_ms && now.unix_ms < self.ends_unix_ms
    }

    /// Whether it is time to renew it.
    pub(super) fn is_due(&self, now: Now) -> bool {
        now.steady_ms >= self.renew_steady_ms || self.is_ending(now)
    }

    /// Whether these are its last moments.
    pub(super) fn is_ending(&self, now: Now) -> bool {
        self.left_ms(now) <= self.ending_ms
    }

    /// When it is to be renewed, on the steady clock, at `not_before` or later; `None` if it has ended by then.
    pub(super) fn renewal_ms(&self, not_before: i64) -> Option<i64> {
        let at = self.renew_steady_ms.max(not_before);
        (at < self.ends_steady_ms).then_some(at)
    }

    /// How much of it is left.
    pub(super) fn left_ms(&self, now: Now) -> i64 {
        let steady = self.ends_steady_ms.saturating_sub(now.steady_ms);
        steady.min(self.ends_unix_ms.saturating_sub(now.unix_ms)).max(0)
    }
}
