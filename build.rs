//! Linker arguments of the shared library. The static archive is cleaned by `tools/lib`.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        // The number changes when the ABI breaks, so that an old program does not find the new library.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libjeton.so.0");
        // Threads of the host keep destructors of the library's thread-locals: once loaded, its code has to stay.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
