//! What happened to a source, for a host to drain: a bounded list, of which the oldest entries give way.

use std::collections::VecDeque;

use zeroize::Zeroizing;

use super::kind::Warning;
use crate::jose::json::Members;

/// How many events are kept.
const CAPACITY: usize = 64;

/// Something that happened.
#[derive(Clone)]
pub struct Event {
    /// `RENEWED`, `FAILED`, `NEW_REFRESH_TOKEN`, or the code of a warning.
    pub code: &'static str,
    /// Whether it is a warning.
    pub is_warning: bool,
    /// One line for people, without a secret.
    pub message: String,
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// The refresh token that replaced the old one, and that the host is to store.
    pub refresh_token: Option<Zeroizing<String>>,
}

impl Event {
    pub(super) fn new(code: &'static str, message: impl Into<String>, at_ms: i64) -> Event {
        Event { code, is_warning: false, message: message.into(), at_ms, refresh_token: None }
    }

    pub(super) fn warning(warning: Warning, at_ms: i64) -> Event {
        Event { is_warning: true, ..Event::new(warning.code, warning.message, at_ms) }
    }

    /// The event as a JSON object; `lost` counts the older ones that nobody will see.
    pub fn to_json(&self, lost: u64) -> String {
        let mut members = Members::default();
        members.text("code", self.code);
        members.json("warning", if self.is_warning { "true" } else { "false" });
        members.text("message", &self.message);
        members.json("at_ms", &self.at_ms.to_string());
        if let Some(token) = &self.refresh_token {
            members.text("refresh_token", token);
        }
        if lost > 0 {
            members.json("lost", &lost.to_string());
        }
        members.into_object()
    }
}

/// What a source drains.
#[derive(Default)]
pub struct Events {
    /// The events, oldest first.
    pub events: Vec<Event>,
    /// How many older ones are lost.
    pub lost: u64,
}

/// The last events of an entry, which each of its sources reads for itself.
#[derive(Default)]
pub(super) struct Log {
    events: VecDeque<Event>,
    /// How many came before the oldest that is kept.
    before: u64,
}

impl Log {
    pub(super) fn add(&mut self, event: Event) {
        if self.events.len() == CAPACITY {
            // The newest refresh token stays: nobody else may have it.
            let newest = self.events.iter().rposition(|event| event.refresh_token.is_some());
            self.events.remove(usize::from(newest == Some(0)));
            self.before += 1;
        }
        self.events.push_back(event);
    }

    /// How many events there were so far.
    pub(super) fn count(&self) -> u64 {
        self.before + self.events.len() as u64
    }

    /// The events from number `seen` on.
    pub(super) fn since(&self, seen: u64) -> Events {
        let skip = usize::try_from(seen.saturating_sub(self.before)).unwrap_or(usize::MAX);
        Events { events: self.events.iter().skip(skip).cloned().collect(), lost: self.before.saturating_sub(seen) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_refresh_token_outlasts_whatever_follows() {
        let mut log = Log::default();
        let token = |text: &str| Some(zeroize::Zeroizing::new(text.to_owned()));
        log.add(Event { refresh_token: token("r1"), ..Event::new("NEW_REFRESH_TOKEN", "", 0) });
        log.add(Event { refresh_token: token("r2"), ..Event::new("NEW_REFRESH_TOKEN", "", 1) });
        for at_ms in 2..100 {
            log.add(Event::new("FAILED", "", at_ms));
        }
        let drained = log.since(0);
        let kept: Vec<_> = drained.events.iter().filter_map(|event| event.refresh_token.as_deref()).collect();
        assert_eq!((kept, drained.events.len(), drained.lost), (vec![&"r2".to_owned()], 64, 36));
    }

    #[test]
    fn the_oldest_events_give_way_and_are_counted() {
        let mut log = Log::default();
        for at_ms in 0..70 {
            log.add(Event::new("RENEWED", "", at_ms));
        }
        let drained = log.since(0);
        assert_eq!((drained.lost, drained.events.len(), drained.events[0].at_ms), (6, 64, 6));
        assert_eq!(log.since(68).events.iter().map(|event| event.at_ms).collect::<Vec<_>>(), [68, 69]);
        assert_eq!((log.since(70).events.len(), log.since(70).lost), (0, 0));
        assert_eq!(log.count(), 70);
    }
}
