pub mod error;
pub mod ffi;
