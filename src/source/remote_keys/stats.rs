//! What was counted of one key set, and how it stands.

use crate::error::{Failure, Status};
use crate::jose::json::Members;
use crate::source::stats::counts_to_json;

/// How the keys of one issuer stand, and what was counted of them.
#[derive(Clone, Debug)]
pub struct IssuerStats {
    /// The issuer, as the config names it.
    pub issuer: String,
    /// Where its keys are.
    pub jwks_url: String,
    /// How many keys are at hand that can be used; `None` where there is no set that may serve.
    pub keys: Option<usize>,
    /// Answers that brought a set, or said that the one at hand is still the one.
    pub refreshes: u64,
    /// Fetches that did neither, by status.
    pub failures: Vec<(Status, u64)>,
    /// Why the last fetch failed, if it did.
    pub last_failure: Option<Failure>,
    /// Whether the last token was judged by a set that is older than its server allows, for want of a newer one.
    pub is_stale: bool,
}

impl IssuerStats {
    /// One entry of the answer of `stats`, a JSON object.
    pub fn to_json(&self) -> String {
        let mut members = Members::default();
        members.text("issuer", &self.issuer);
        members.text("jwks_url", &self.jwks_url);
        members.json("keys", &self.keys.map_or_else(|| "null".to_owned(), |keys| keys.to_string()));
        members.json("refreshes", &self.refreshes.to_string());
        members.json("failures", &counts_to_json(&self.failures));
        members.text_or_null("last_failure", self.last_failure.as_ref().map(line).as_deref());
        members.json("is_stale", if self.is_stale { "true" } else { "false" });
        members.into_object()
    }
}

/// A failure in one line for people, who have no other place to see what the server answered.
fn line(failure: &Failure) -> String {
    match failure.http_status() {
        Some(http_status) => format!("{} (HTTP {http_status})", failure.message()),
        None => failure.message().to_owned(),
    }
}
