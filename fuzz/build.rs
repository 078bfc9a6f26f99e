//! Compiles the calls of the C ABI under AddressSanitizer, whose runtime is linked into that one target. The library itself is not
//! instrumented, but its memory comes from the same malloc, and the memory functions that it calls are watched.

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=abi");
    println!("cargo:rerun-if-changed=../include/jeton.h");
    let mut compiler = cc::Build::new();
    compiler
        .files(["abi/calls.c", "abi/services.c", "abi/attempt.c", "abi/input.c"])
        .include("../include")
        .std("c99")
        .flag("-fsanitize=address")
        .flag("-fno-omit-frame-pointer")
        .warnings_into_errors(true)
        .extra_warnings(true);
    compiler.compile("calls");
    let found = compiler.get_compiler().to_command().arg("-print-file-name=libasan.a").output().expect("a C compiler");
    let libasan = String::from_utf8(found.stdout).expect("a path");
    let libasan = Path::new(libasan.trim());
    assert!(libasan.is_absolute(), "the C compiler has no static libasan");
    for argument in
        ["-Wl,--whole-archive", libasan.to_str().expect("a path"), "-Wl,--no-whole-archive", "-lstdc++", "-lrt"]
    {
        println!("cargo:rustc-link-arg-bin=abi={argument}");
    }
}
