//! The C ABI: `boundary` turns pointers into values and keeps panics inside; the other files are one C type each, bodies of
//! a few lines, no logic. Their doc comments are the contract and become `include/jeton.h`.

// A C type is spelled as C spells it.
#![allow(non_camel_case_types)]

mod boundary;
mod exchange;

// The order of the header, read as a book. rustfmt sorts neighbours, hence the blank lines.

mod version;

mod status;

mod result;

mod key;

mod signer;

mod external_signer;

mod verifier;

mod unverified;

mod vizzly;

mod cache;

mod source;

mod default_source;

mod wait;

mod runtime;

mod operation;

mod client;

mod remote_verifier;

mod access;

mod api_key;
