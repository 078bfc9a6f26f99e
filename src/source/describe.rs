//! What a source says of itself.

use super::retries::Retries;
use crate::jose::json::Members;

/// The answer of `describe` for a kind that asks no server.
pub(super) fn local(kind: &str, retries: &Retries) -> String {
    let mut members = Members::default();
    members.text("kind", kind);
    for name in ["token_url", "client_id", "scope", "leeway_s", "token_path"] {
        members.json(name, "null");
    }
    members.json("retries", &retries.to_json());
    members.into_object()
}
