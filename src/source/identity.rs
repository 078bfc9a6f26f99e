//! What tells one source from another: a digest over all that its tokens depend on, from which no secret can be read back.

use ring::digest::{Context, SHA256};

/// Parts of an identity, to which more can be added.
#[derive(Clone)]
pub(crate) struct Identity(Context);

impl Identity {
    /// The identity of a source of this kind, so far.
    pub(crate) fn of(kind: &str) -> Identity {
        let mut identity = Identity(Context::new(&SHA256));
        identity.add(Some(kind));
        identity
    }

    /// Adds a part, or that there is none.
    pub(crate) fn add(&mut self, part: Option<&str>) {
        // The length is in front, so that no two lists of parts read alike.
        self.0.update(&part.map_or(u64::MAX, |part| part.len() as u64).to_be_bytes());
        self.0.update(part.unwrap_or_default().as_bytes());
    }

    pub(crate) fn finish(self) -> [u8; 32] {
        let mut digest = [0; 32];
        digest.copy_from_slice(self.0.finish().as_ref());
        digest
    }
}
