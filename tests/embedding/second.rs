//! Another Rust library in the same program, with its own copy of the standard library and a panic of its own.

/// 1 if a panic was caught here.
#[unsafe(no_mangle)]
pub extern "C" fn second_catches_its_panic() -> i32 {
    std::panic::set_hook(Box::new(|_| ()));
    match std::panic::catch_unwind(|| panic!("of the second library")) {
        Err(_) => 1,
        Ok(()) => 0,
    }
}
