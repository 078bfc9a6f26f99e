#![no_main]

// The functions of the ABI are in it.
use jeton_fuzz as _;

unsafe extern "C" {
    /// Of `abi/calls.c`.
    fn jeton_fuzz_calls(data: *const u8, len: usize);
}

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    // SAFETY: the input is so many bytes.
    unsafe { jeton_fuzz_calls(input.as_ptr(), input.len()) }
});
