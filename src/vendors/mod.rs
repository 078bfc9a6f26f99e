//! What particular systems want of tokens: one file each, policy over the rooms below, no I/O.

pub mod datasette;
pub mod vizzly;
