//! What particular systems want of tokens: one file each, policy over the rooms below, no I/O.

pub mod client;
mod conversation;
mod dataiku;
pub mod datasette;
pub mod descartes_labs;
mod python_json;
pub mod source;
mod tigergraph;
pub mod vizzly;
