//! What the sources must look like so that nothing goes wrong between two languages; docs/FFI.md has the list. The same folder tries
//! the rest in C: `make -C tests/ffi test`.

use std::fs;
use std::path::{Path, PathBuf};

/// Functions that touch nothing that could panic, with the whole of their bodies. Another body needs the guard, or a new thought.
const TRIVIAL: [(&str, &str); 12] = [
    ("jeton_version", r#"const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0"); VERSION.as_ptr().cast()"#),
    ("jeton_abi_version", "JETON_ABI_VERSION"),
    (
        "jeton_status_name",
        "match Status::from_number(status) { _ if status == JETON_OK => c\"OK\".as_ptr(), \
         _ if status == JETON_WAIT => c\"WAIT\".as_ptr(), _ if status == JETON_ASK => c\"ASK\".as_ptr(), \
         Some(status) => status.name_with_nul().as_ptr().cast(), None => ptr::null(), }",
    ),
    ("jeton_result_count", "result.map_or(0, |result| result.entries.len())"),
    ("jeton_signer_bound", "signer.map_or(0, |signer| signer.signer.bound(payload_len))"),
    (
        "jeton_verifier_gives_claims",
        "verifier.map_or(0, |verifier| i32::from(verifier.verifier.payload() == Payload::Claims))",
    ),
    ("jeton_result_free", "drop(result);"),
    ("jeton_key_free", "drop(key);"),
    ("jeton_signer_free", "drop(signer);"),
    ("jeton_external_signer_free", "drop(signer);"),
    ("jeton_verifier_free", "drop(verifier);"),
    ("jeton_vizzly_free", "drop(vizzly);"),
];

#[test]
fn f01_every_body_runs_behind_the_guard() {
    let functions = exported();
    assert_eq!(functions.len(), declared().len());
    for Function { name, body, file } in &functions {
        let trivial = TRIVIAL.iter().any(|(function, whole)| function == name && whole == body);
        assert!(trivial || is_guarded(body, file), "{name} is neither behind the guard nor trivial:\n{body}");
    }
    for (name, _) in TRIVIAL {
        assert!(functions.iter().any(|function| function.name == name), "{name} is gone");
    }
}

#[test]
fn f01_the_check_of_bodies_can_fail() {
    let file = "fn sign() -> i32 { guard(err, || { Ok(()) }) } fn bare() { work() }";
    for body in ["guard(err, || { Ok(()) })", "guard_answer(err, || { Ok(JETON_WAIT) })", "guard_or((), || drop(it));"]
    {
        assert!(is_guarded(body, file), "{body}");
    }
    assert!(is_guarded("unsafe { sign(a, b) }", file));
    for body in
        ["work()", "let a = work(); guard(err, || Ok(()))", "guard(err, || Ok(())); work()", "unsafe { bare(a) }"]
    {
        assert!(!is_guarded(body, file), "{body}");
    }
}

/// A destructor of our own in the way of a `_free` could panic. Those of keys, tokens and results have none, and need no guard.
#[test]
fn f01_what_is_freed_without_a_guard_has_no_destructor_of_its_own() {
    for (path, code) in sources() {
        let is_fetched =
            ["source", "access", "runtime"].iter().any(|room| path.starts_with(root().join("src").join(room)));
        // What is freed with a verifier, behind a guard.
        let is_fetched = is_fetched || path.ends_with("jose/verified_cache/mod.rs");
        assert!(is_fetched || !code.contains("Drop for"), "{}", path.display());
    }
}

/// The text of a panic goes to standard error. So it is fixed where it is ours, and nobody installs a hook that says more.
#[test]
fn f03_panics_say_nothing_of_their_own() {
    for (path, code) in sources() {
        for word in ["set_hook", "take_hook", "panic_any", "resume_unwind", "eprint", "println!", "dbg!(", "print!("] {
            assert!(!code.contains(word), "{}: {word}", path.display());
        }
        for (at, _) in code.match_indices("panic!(") {
            let text = &code[at..];
            assert!(text.starts_with("panic!(\"jeton_testing_panic\")"), "{}: {}", path.display(), first_line(text));
        }
        for word in [".unwrap()", ".expect(&", ".expect(format", "unreachable!(", "todo!(", "unimplemented!("] {
            assert!(!code.contains(word), "{}: {word}", path.display());
        }
        // An assertion about values would print them; one about lengths prints numbers.
        for word in ["assert_eq!(", "assert_ne!("] {
            for (at, _) in code.match_indices(word) {
                let first = code[at + word.len()..].split(',').next().unwrap();
                assert!(first.ends_with(".len()"), "{}: {}", path.display(), first_line(&code[at..]));
            }
        }
    }
}

/// Errors travel in the call: no function tells of an earlier one, and nothing that a failure passes belongs to a thread. Nor do the rooms
/// that a failure comes from keep what could change.
#[test]
fn f04_there_is_no_last_error() {
    for name in declared() {
        for word in ["last", "errno", "_error", "take", "clear", "set_"] {
            assert!(!name.contains(word), "{name}");
        }
    }
    for (path, code) in sources() {
        assert!(!code.contains("static mut"), "{}", path.display());
        for word in ["OnceLock", "OnceCell", "LazyLock", "LazyCell", "RwLock", "Atomic", "RefCell"] {
            let keeps = ["source", "runtime", "access/sqlite"];
            let keeps = keeps.iter().any(|room| path.starts_with(root().join("src").join(room)));
            assert!(keeps || !code.contains(word), "{}: {word}", path.display());
        }
        let fails = path.ends_with("error.rs") || path.parent().unwrap().ends_with("ffi");
        assert!(!fails || !code.contains("thread_local!"), "{}", path.display());
    }
}

/// A fork copies locks as they are, and a child has nobody to open them. So all that a child goes on to use is under locks that pass the
/// gate, which a fork finds open; the runtime's own locks are left behind with its threads.
#[test]
fn f10_what_a_child_uses_is_behind_the_gate() {
    let gate = root().join("src/source/gate.rs");
    for (path, code) in sources() {
        let runs = path == gate || path.starts_with(root().join("src/runtime"));
        // Locks that are only tried make nobody wait, in a child neither.
        let tries = path.ends_with("jose/verified_cache/mod.rs") && !code.contains(".lock()");
        assert!(runs || tries || !code.contains("Mutex"), "{}", path.display());
    }
    let system = fs::read_to_string(root().join("src/runtime/system.rs")).unwrap();
    assert!(system.contains("pthread_atfork(Some(before), Some(in_parent), Some(in_child))"));
}

/// The environment is read where a source, a client or an access object is opened, on the caller's thread, and by no other function.
#[test]
fn f26_the_environment_is_read_in_one_place() {
    for (path, code) in sources() {
        let reads = ["env::", "getenv", "environ)", "setenv"].iter().any(|word| code.contains(word));
        assert_eq!(reads, path.ends_with("source/environment.rs"), "{}", path.display());
    }
}

/// A callback could call the library again from inside. There is none: no function takes or gives one.
#[test]
fn f30_nobody_is_called_back() {
    let header = fs::read_to_string(root().join("include/jeton.h")).unwrap();
    let code: String = header.lines().filter(|line| !line.trim_start().starts_with(['*', '/'])).collect();
    assert!(code.contains("jeton_source_begin(") && !code.contains("(*"));
}

/// With fat LTO the archive would hold the only copy of Rust's runtime under names that a second Rust archive has as well.
#[test]
fn f20_the_release_unwinds_and_does_no_fat_lto() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let release = manifest.split("[profile.release]").nth(1).unwrap().split("\n[").next().unwrap();
    for setting in ["panic = \"unwind\"", "lto = false"] {
        assert!(release.lines().any(|line| line == setting), "{setting}");
    }
}

/// A function of the ABI, its body without comments and with single spaces.
struct Function {
    name: String,
    body: String,
    file: String,
}

/// Whether the body is nothing but one call of the guard, or of a function of the same file that is.
fn is_guarded(body: &str, file: &str) -> bool {
    let body = body.strip_suffix(';').unwrap_or(body);
    if ["guard(", "guard_answer(", "guard_or("].iter().any(|guard| is_one_call(body, guard)) {
        return true;
    }
    let inner = body.strip_prefix("unsafe { ").and_then(|body| body.strip_suffix(" }")).unwrap_or_default();
    let Some((helper, _)) = inner.split_once('(') else { return false };
    let Some((_, definition)) = file.split_once(&format!("fn {helper}(")) else { return false };
    is_one_call(inner, &format!("{helper}(")) && is_one_call(&block(definition), "guard(")
}

/// Whether a text is a call that begins so and ends with its own parenthesis.
fn is_one_call(text: &str, call: &str) -> bool {
    let mut depth = 0;
    let end = text.char_indices().find_map(|(at, char)| {
        match char {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => (),
        }
        (char == ')' && depth == 0).then_some(at)
    });
    text.starts_with(call) && end == Some(text.len() - 1)
}

/// What stands between the first brace of a text and its match.
fn block(text: &str) -> String {
    let start = text.find('{').unwrap() + 1;
    let mut depth = 1;
    for (at, char) in text[start..].char_indices() {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => (),
        }
        if depth == 0 {
            return text[start..start + at].trim().to_owned();
        }
    }
    panic!("a brace is open")
}

fn exported() -> Vec<Function> {
    let mut found = Vec::new();
    for (_, code) in sources() {
        let file = code.split_whitespace().collect::<Vec<_>>().join(" ");
        for (at, _) in file.match_indices("extern \"C\" fn ") {
            let rest = &file[at + "extern \"C\" fn ".len()..];
            let name = rest.split('(').next().unwrap().to_owned();
            if !name.starts_with("jeton_") {
                continue;
            }
            found.push(Function { name, body: block(rest), file: file.clone() });
        }
    }
    found
}

/// The functions of the header.
fn declared() -> Vec<String> {
    let header = fs::read_to_string(root().join("include/jeton.h")).unwrap();
    let mut names: Vec<String> = header
        .split('(')
        .filter_map(|before| before.rsplit(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit() && c != '_').next())
        .filter(|name| name.starts_with("jeton_"))
        .map(str::to_owned)
        .collect();
    names.sort();
    names.dedup();
    assert!(names.len() > 30);
    names
}

/// The sources without comments and without tests, which stand at the end of a file or in a file of their own.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !is_for_tests(&path) {
                found.push((path.clone(), code_of(&path)));
            }
        }
    }
    assert!(found.len() > 20);
    found
}

/// Whether the module above declares the file for tests only.
fn is_for_tests(path: &Path) -> bool {
    // A module in a folder of its own is declared one folder up.
    let is_folder = path.ends_with("mod.rs");
    let module = if is_folder { path.parent().unwrap() } else { path };
    let above = module.with_file_name("mod.rs");
    let declaration = format!("mod {};", module.file_stem().unwrap().to_str().unwrap());
    let text = fs::read_to_string(&above).unwrap_or_default();
    let mut lines = text.lines().map(|line| line.trim_start_matches("pub(super) "));
    let is_declared = lines.any(|line| line == "#[cfg(test)]") && lines.next() == Some(&declaration);
    is_declared || (above.exists() && is_for_tests(&above))
}

/// The lines of a file up to its tests, without comments.
fn code_of(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let tests =
        text.match_indices("#[cfg(test)]\n").find(|(at, mark)| first_line(&text[at + mark.len()..]).ends_with("{"));
    let code = &text[..tests.map_or(text.len(), |(at, _)| at)];
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
