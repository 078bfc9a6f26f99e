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
        count(&mut self.failures, status);
    }

    /// The answer of `stats`, a JSON object.
    pub fn to_json(&self) -> String {
        let mut members = Members::default();
        for (name, count) in
            [("hits", self.hits), ("misses", self.misses), ("waits", self.waits), ("refreshes", self.refreshes)]
        {
            members.json(name, &count.to_string());
        }
        members.json("failures", &counts_to_json(&self.failures));
        members.into_object()
    }
}

/// Counts one failure more of this status.
pub(super) fn count(failures: &mut Vec<(Status, u64)>, status: Status) {
    match failures.iter_mut().find(|(known, _)| *known == status) {
        Some((_, count)) => *count += 1,
        None => failures.push((status, 1)),
    }
}

/// Failures by status, a JSON object.
pub(super) fn counts_to_json(failures: &[(Status, u64)]) -> String {
    let mut members = Members::default();
    for (status, count) in failures {
        members.json(status.name(), &count.to_string());
    }
    members.into_object()
}
