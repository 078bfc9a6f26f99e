//! What was counted.

use crate::error::Status;
use crate::jose::json::Members;

/// Counts of one cache entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Tokens that were served at once.
    pub hits: u64,
    /// Times that there was none to serve.
    pub misses: u64,
    /// Callers that waited for a fetch.
    pub waits: u64,
    /// Fetches that gave a token.
    pub refreshes: u64,
    /// Fetches that gave none, by status.
    pub failures: Vec<(Status, u64)>,
}

impl Stats {
    pub(super) fn count_failure(&mut self, status: Status) {
        match self.failures.iter_mut().find(|(known, _)| *known == status) {
            Some((_, count)) => *count += 1,
            None => self.failures.push((status, 1)),
        }
    }

    /// The answer of `stats`, a JSON object.
    pub fn to_json(&self) -> String {
        let mut failures = Members::default();
        for (status, count) in &self.failures {
            failures.json(status.name(), &count.to_string());
        }
        let mut members = Members::default();
        for (name, count) in
            [("hits", self.hits), ("misses", self.misses), ("waits", self.waits), ("refreshes", self.refreshes)]
        {
            members.json(name, &count.to_string());
        }
        members.json("failures", &failures.into_object());
        members.into_object()
    }
}
