//! Programs that print their objects in every way that their language has. Each reads the same JSON from standard input.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::secrets::*;

mod rust;

/// What each host shows, on both outputs.
pub fn all() -> Vec<(&'static str, String)> {
    let input = input();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("tests/canary/show");
    let built = root.join("build/canary");
    std::fs::create_dir_all(&built).unwrap();
    let program = built.join("show_cpp");
    let mut compile = Command::new("c++");
    compile.args(["-std=c++17", "-I"]).arg(root.join("include")).arg(folder.join("show.cpp")).arg("-o").arg(&program);
    compile.arg(root.join("build/lib/libjeton.a")).args(["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl"]);
    run(&mut compile, "");

    let mut go = Command::new("go");
    go.args(["run", "."]).current_dir(folder.join("go")).env("GOPROXY", "off").env("GOTOOLCHAIN", "local");
    let mut node = Command::new("node");
    node.arg(folder.join("show.mjs"));
    let mut ruby = Command::new("ruby");
    ruby.arg("-I").arg(root.join("bindings/ruby/lib")).arg(folder.join("show.rb"));
    let input_text = input.to_string();
    vec![
        ("cpp", run(&mut Command::new(program), &cpp_input(&input))),
        ("go", run(&mut go, &input_text)),
        ("node", run(&mut node, &input_text)),
        ("ruby", run(&mut ruby, &input_text)),
        ("rust", rust::show(&input)),
    ]
}

/// Keys, tokens and a policy, all of the marker.
fn input() -> Value {
    let later = json!({"exp": NOW_S + 60, "sub": MARKER, "iss": MARKER, "aud": MARKER});
    let policy = json!({"algorithms": ["HS256"], "issuer": MARKER, "audience": MARKER});
    json!({
        "secret": MARKER,
        "pem": EC_PEM,
        "jwk": ec_jwk().to_string(),
        "jwks": json!({"keys": [oct_jwk()]}).to_string(),
        "policy": policy.to_string(),
        "options": json!({"issuer": MARKER, "kid": MARKER, "header": {"x": MARKER}}).to_string(),
        "token": token(later),
        "expired": token(json!({"exp": NOW_S, "sub": MARKER, "iss": MARKER, "aud": MARKER})),
        "forged": forged(json!({"sub": MARKER})),
        "wrong_policy": json!({"algorithms": ["HS256"], "issuer": [MARKER, 1]}).to_string(),
        "now_s": NOW_S,
    })
}

/// C++ has no reader of JSON: one value a line, in the order of their names, with line feeds as `\n`.
fn cpp_input(input: &Value) -> String {
    let names = ["secret", "pem", "jwk", "jwks", "policy", "options", "token", "expired", "forged", "wrong_policy"];
    names.map(|name| input[name].as_str().unwrap().replace('\n', "\\n") + "\n").concat()
}

fn run(command: &mut Command, input: &str) -> String {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a program");
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(output.status.success(), "{command:?}: {}\n{text}", output.status);
    text
}
