//! Random bytes of the operating system.

use ring::rand::{SecureRandom, SystemRandom};

use crate::error::{Failure, Result, Status};

/// Fills `bytes`.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<()> {
    SystemRandom::new().fill(bytes).map_err(|_| no_random_bytes())
}

/// What a call fails with that needed random bytes and got none.
pub(super) fn no_random_bytes() -> Failure {
    Failure::new(Status::Internal, "the operating system gave no random bytes")
}
