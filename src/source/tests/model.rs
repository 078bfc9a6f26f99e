//! Random schedules against a simple model: 100,000 of them, each some dozen steps long.
//!
//! The model knows no leeway, no jitter and no backoff. It knows which token may be served and until when, in which moments a better one is
//! waited for, that there is at most one request, who waits, and what is final; and it says where the cache has a choice.

use std::collections::HashSet;

use super::*;

const SCHEDULES: u64 = 100_000;
const STEPS: u32 = 32;
/// After which an unanswered lease has ended.
const LEASE: i64 = 36_000;

struct Model {
    world: World,
    dice: Dice,
    total: u32,
    /// The token that was granted last, its end on both clocks, and how long its last moments are.
    current: Option<(String, Now, i64)>,
    refused: HashSet<String>,
    /// Whether there was a token when the last fetch ended.
    may_renew: bool,
    fetch: Fetch,
    /// The retries of the fetch, made and allowed.
    retried: Option<(u32, u32)>,
    failing_since: Option<i64>,
    is_final: bool,
    last_failure: Option<Status>,
    /// When those get the token that is there who wait for a better one.
    impatient_at: Option<i64>,
    /// Who waits, and whether for a fetch.
    waiting: Vec<(Told, bool)>,
    granted: u32,
}

#[derive(Clone, Copy, PartialEq)]
enum Fetch {
    None,
    /// Somebody wants one, or a retry is due some time.
    Wanted,
    Flying {
        lease: u64,
        began: Now,
    },
}

impl Model {
    fn new(seed: u64) -> Model {
        let mut dice = Dice::seeded(seed);
        let total = dice.up_to(2) as u32;
        let retries = retries(&format!(r#"{{"total":{total},"backoff_factor_s":{}}}"#, dice.up_to(20)));
        let leeway_s = Some(dice.up_to(400)).filter(|leeway_s| *leeway_s > 200);
        let world = World::seeded(Toy { retries, leeway_s, ..Toy::default() }, seed);
        Model {
            world,
            dice,
            total,
            current: None,
            refused: HashSet::new(),
            may_renew: false,
            fetch: Fetch::None,
            retried: None,
            failing_since: None,
            is_final: false,
            last_failure: None,
            impatient_at: None,
            waiting: Vec::new(),
            granted: 0,
        }
    }

    /// The token that may be served now.
    fn valid(&self) -> Option<&str> {
        let now = self.world.now;
        let (token, end, _) = self.current.as_ref()?;
        (now.steady_ms < end.steady_ms && now.unix_ms < end.unix_ms).then_some(token)
    }

    /// Whether it is too near to its end to be served, as long as nothing says that there is no better one.
    fn is_ending(&self) -> bool {
        let now = self.world.now;
        let is_late = |(_, end, last): &(String, Now, i64)| {
            end.steady_ms - now.steady_ms <= *last || end.unix_ms - now.unix_ms <= *last
        };
        let is_slow = matches!(self.fetch, Fetch::Flying { began, .. } if now.steady_ms - began.steady_ms > 1_000);
        let has_failed =
            self.failing_since.is_some() || self.last_failure.is_some() || matches!(self.retried, Some((1.., _)));
        !has_failed && !is_slow && self.current.as_ref().is_some_and(is_late)
    }

    fn step(&mut self) {
        match self.dice.up_to(11) {
            0 => self.pass(100),
            1 => self.pass(30_000),
            2 => self.pass(700_000),
            3 => self.jump(),
            4 | 5 => self.ask(),
            6 => self.wait(false),
            7 => self.wait(true),
            8 => self.invalidate(),
            9 => self.poll(),
            _ => {
                self.poll();
                self.answer();
            }
        }
    }

    fn pass(&mut self, most: i64) {
        let ms = self.dice.up_to(most);
        self.world.pass(ms);
    }

    /// The wall clock jumps, and the steady one does not.
    fn jump(&mut self) {
        let ms = self.dice.up_to(7_200_000) - 3_600_000;
        if self.dice.up_to(4) == 0 {
            self.world.now.unix_ms += ms;
        }
    }

    fn ask(&mut self) {
        let answer = self.world.ask();
        self.check_answer(answer);
    }

    /// What may be answered at once; and what follows from it.
    fn check_answer(&mut self, answer: Result<Option<String>, Status>) {
        if self.valid().is_none() {
            // It is gone for good, wherever the wall clock jumps next.
            self.current = None;
        }
        match (self.valid(), answer) {
            (Some(_), Ok(None)) => {
                assert!(self.is_ending(), "a wait for what is there");
                self.want();
            }
            (Some(valid), answer) => {
                assert!(!self.is_ending(), "a token that may end on its way");
                assert_eq!(answer, Ok(Some(valid.to_owned())));
            }
            (None, Ok(Some(token))) => panic!("{token} may not be served"),
            (None, Ok(None)) => {
                assert!(!self.is_final, "a fetch after a final failure");
                self.want();
            }
            (None, Err(status)) => {
                assert!(self.fetch == Fetch::None, "a failure while a fetch is under way");
                assert_eq!(Some(status), self.last_failure);
            }
        }
    }

    fn want(&mut self) {
        if self.fetch == Fetch::None {
            self.fetch = Fetch::Wanted;
        }
    }

    fn wait(&mut self, is_refresh: bool) {
        let told = Told::default();
        let now = self.world.now;
        if is_refresh {
            self.world.source.refresh(told.waiter(), now);
        } else {
            self.world.source.wait(told.waiter(), now);
        }
        let outcome = told.outcome();
        match (is_refresh, outcome) {
            (true, None) => {
                assert!(!self.is_final);
                self.failing_since = None;
                self.want();
                self.waiting.push((told, true));
            }
            (true, outcome) => {
                assert!(self.is_final);
                let valid = self.valid().map(|valid| Ok(valid.to_owned()));
                assert_eq!(outcome, valid.or(self.last_failure.map(Err)));
            }
            (false, None) => {
                self.check_answer(Ok(None));
                if self.valid().is_some() {
                    self.impatient_at.get_or_insert(self.world.now.steady_ms + 1_001);
                }
                self.waiting.push((told, false));
            }
            (false, Some(outcome)) => self.check_answer(outcome.map(Some)),
        }
    }

    fn invalidate(&mut self) {
        let named = (self.dice.up_to(1) == 0).then(|| format!("t{}", self.dice.up_to(i64::from(self.granted))));
        let is_current = self.current.as_ref().filter(|(token, ..)| named.as_ref().is_none_or(|named| named == token));
        let token = is_current.map(|(token, ..)| token.clone());
        // One that has ended may be forgotten already.
        let is_sure = token.is_none() || self.valid().is_some();
        let is_new = token.as_ref().is_some_and(|token| !self.refused.contains(token));
        let answer = self.world.source.invalidate(named.as_deref()).unwrap();
        assert!(answer == is_new || !is_sure);
        if answer {
            self.refused.extend(token);
            self.current = None;
        }
    }

    /// Looks what is to be done: leases that nobody answered end first.
    fn poll(&mut self) {
        let now = self.world.now;
        let is_impatient = self.impatient_at.is_some_and(|at| at <= now.steady_ms);
        if is_impatient {
            self.impatient_at = None;
        }
        let old = self.valid().filter(|_| is_impatient).map(str::to_owned);
        if let Fetch::Flying { began, .. } = self.fetch
            && now.steady_ms >= began.steady_ms + LEASE
        {
            self.fetch = Fetch::None;
            let sent = self.world.request();
            if let Some(old) = old {
                self.tell(|is_fetch_wanted| !is_fetch_wanted, Ok(old));
            }
            self.failed(Status::Timeout, true);
            // The retry may be due at once.
            self.sent(sent);
            return;
        }
        let sent = self.world.request();
        if let Some(old) = old {
            self.tell(|is_fetch_wanted| !is_fetch_wanted, Ok(old));
        }
        self.sent(sent);
    }

    fn sent(&mut self, lease: Option<u64>) {
        let Some(lease) = lease else { return };
        assert!(!matches!(self.fetch, Fetch::Flying { .. }), "two requests at once");
        assert!(!self.is_final, "a request after a final failure");
        // A renewal that was due goes out also where the driver looks late, or the token was refused meanwhile.
        assert!(self.fetch == Fetch::Wanted || self.may_renew, "a request that nobody wants");
        self.fetch = Fetch::Flying { lease, began: self.world.now };
        let is_long = self.failing_since.is_some_and(|since| self.world.now.steady_ms - since >= 60_000);
        self.retried.get_or_insert((0, if is_long { 0 } else { self.total }));
        assert_eq!(self.world.request(), None);
    }

    fn answer(&mut self) {
        let Fetch::Flying { lease, began } = self.fetch else { return };
        let now = self.world.now;
        self.fetch = Fetch::None;
        match self.dice.up_to(9) {
            0..=4 => {
                let seconds = 1 + self.dice.up_to(1_000);
                self.granted += 1;
                let token = format!("t{}", self.granted);
                self.world.answer(lease, 200, &format!("{token} {seconds}"));
                let end = |at: i64| at + seconds * 1000;
                let end = Now { unix_ms: end(began.unix_ms), steady_ms: end(began.steady_ms) };
                if now.steady_ms >= end.steady_ms || now.unix_ms >= end.unix_ms {
                    return self.failed(Status::Protocol, false);
                }
                self.current = Some((token.clone(), end, (seconds * 1000 / 60).min(10_000)));
                (self.retried, self.failing_since, self.last_failure, self.may_renew) = (None, None, None, true);
                self.impatient_at = None;
                self.tell(|_| true, Ok(token));
            }
            5..=6 => {
                self.world.answer(lease, 503, "");
                self.failed(Status::Unavailable, true);
            }
            7..=8 => {
                self.world.answer(lease, 403, "");
                self.failed(Status::Refused, false);
            }
            _ => {
                self.world.answer(lease, 400, "invalid_grant");
                self.is_final = true;
                self.failed(Status::Refused, false);
            }
        }
        // A second answer changes nothing.
        self.world.answer(lease, 200, "forged 1000");
    }

    fn failed(&mut self, status: Status, may_help: bool) {
        self.failing_since.get_or_insert(self.world.now.steady_ms);
        self.impatient_at = None;
        if let Some(valid) = self.valid().map(str::to_owned) {
            self.tell(|is_fetch_wanted| !is_fetch_wanted, Ok(valid));
        }
        let (retried, most) = self.retried.unwrap();
        if may_help && retried < most {
            self.retried = Some((retried + 1, most));
            self.fetch = Fetch::Wanted;
            return;
        }
        self.retried = None;
        (self.last_failure, self.may_renew) = (Some(status), self.current.is_some());
        let outcome = self.valid().map(str::to_owned).ok_or(status);
        self.tell(|_| true, outcome);
    }

    fn tell(&mut self, is_meant: impl Fn(bool) -> bool, outcome: Result<String, Status>) {
        for (told, _) in self.waiting.extract_if(.., |(_, is_fetch_wanted)| is_meant(*is_fetch_wanted)) {
            assert_eq!(told.outcome(), Some(outcome.clone()));
        }
    }

    /// Nobody is told before the fetch has ended.
    fn check(&self) {
        assert!(self.waiting.iter().all(|(told, _)| told.outcome().is_none()));
        assert!(self.waiting.is_empty() || self.fetch != Fetch::None, "somebody waits for nothing");
    }
}

#[test]
fn random_schedules_agree_with_the_model() {
    let mut granted = 0;
    for seed in 0..SCHEDULES {
        let run = std::panic::catch_unwind(|| {
            let mut model = Model::new(seed);
            for _ in 0..STEPS {
                model.step();
                model.check();
            }
            model.granted
        });
        granted += run.unwrap_or_else(|_| panic!("schedule {seed}"));
    }
    assert!(granted > SCHEDULES as u32, "too few tokens: {granted}");
}
