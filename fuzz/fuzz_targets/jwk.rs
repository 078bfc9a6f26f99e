#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| jeton_fuzz::jwk::run(input));
