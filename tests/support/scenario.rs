//! A scenario: servers that answer by a script, files, and steps through a driver; at its end, what the servers were asked and what lies in
//! the home folder. The form is described in tests/vectors/README.md.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

use super::expect::matches;
use super::loopback::{Loopback, Received};
use super::placeholders::Placeholders;
use super::session::Session;

/// Names that an op gives, and the op that ends what has them.
const OPENED: [(&str, &str, &str); 4] = [
    ("source.open", "source", "source.close"),
    ("client.open", "client", "client.close"),
    ("client.as_user", "as", "client.close"),
    ("access.open", "access", "access.close"),
];

pub struct Scenario {
    pub name: String,
    pub why: String,
    pub case: Value,
}

/// The scenarios of one file, whose count must be right.
pub fn read(path: &Path) -> Vec<Scenario> {
    let file: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).expect("a file of scenarios is JSON");
    let cases = file["cases"].as_array().expect("cases");
    assert_eq!(file["count"], cases.len(), "{}: count and cases differ", path.display());
    let stem = path.file_stem().unwrap().to_str().unwrap();
    let scenario = |case: &Value| {
        let text = |member: &str| case[member].as_str().unwrap_or_else(|| panic!("{stem}: no {member}")).to_owned();
        let original = text("original");
        assert!(
            ["same", "ours"].contains(&&*original) || original.starts_with("better: "),
            "{stem}: original is {original}"
        );
        Scenario { name: format!("{stem}: {}", text("name")), why: text("why"), case: case.clone() }
    };
    cases.iter().map(scenario).collect()
}

impl Scenario {
    /// Runs it in the driver of `host`. `shared` is a session that serves scenarios which do not mind; it is started when first needed.
    pub fn run(&self, host: &str, shared: &mut Option<Session>) -> Result<(), String> {
        let home = Home::new();
        let umask = self.case.get("umask").and_then(Value::as_str);
        let mut own = None;
        let session = if umask.is_some() || self.case.get("fresh").is_some() { &mut own } else { shared };
        let session = session.get_or_insert_with(|| Session::start(host, &home.0, umask));

        let now_s = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
        let mut names = Placeholders::new(now_s);
        names.set("HOME", home.0.to_str().unwrap());
        let scripts = self.case.get("servers").and_then(Value::as_object).cloned().unwrap_or_default();
        let (servers, listeners) = Loopback::bind(scripts.iter().map(|(name, script)| (name, script.is_array())));
        for (name, port) in servers.ports() {
            names.set(format!("{name}:port"), *port);
            names.set(name.clone(), format!("http://127.0.0.1:{port}"));
        }
        let answers = |script: &Value| script.as_array().cloned().unwrap_or_default();
        let scripts = scripts.iter().map(|(name, script)| (name.clone(), answers(&names.fill(script)))).collect();
        servers.serve(listeners, scripts);
        home.fill(&names.fill(&self.case["files"]));

        let outcome = self.take_steps(session, &servers, &mut names);
        outcome?;
        self.judge_requests(&servers.received(), &names)?;
        home.judge(&names.fill(&self.case["files_after"]))
    }

    fn take_steps(&self, session: &mut Session, servers: &Loopback, names: &mut Placeholders) -> Result<(), String> {
        static RUNS: AtomicU64 = AtomicU64::new(0);
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        let (mut open, mut outcome) = (Vec::new(), Ok(()));
        for (number, step) in self.case["steps"].as_array().expect("steps").iter().enumerate() {
            if let Some(count) = step.get("requests").and_then(Value::as_u64) {
                outcome = servers.wait_for(count as usize);
            } else {
                let request = renamed(names.fill(&step["request"]), run);
                for (op, name, close) in OPENED {
                    if request["op"] == op {
                        open.push((close, name, request[name].clone()));
                    }
                }
                open.retain(|(close, _, name)| {
                    request["op"] != *close || request.as_object().unwrap().values().all(|member| member != name)
                });
                outcome = take_step(session, &request, step, names);
            }
            if let Err(why) = outcome {
                outcome = Err(format!("step {number}: {why}"));
                break;
            }
        }
        for (close, name, value) in open {
            let name = if name == "as" { "client" } else { name };
            session.ask(&json!({"op": close, name: value}))?;
        }
        outcome
    }

    /// Without `requests` in the scenario, any are fine.
    fn judge_requests(&self, received: &[Received], names: &Placeholders) -> Result<(), String> {
        let Some(wanted) = self.case.get("requests").map(|wanted| names.fill(wanted)) else { return Ok(()) };
        let wanted = wanted.as_array().expect("requests are a list");
        let told =
            || received.iter().map(|request| format!("{} {}", request.method, request.target)).collect::<Vec<_>>();
        if received.len() != wanted.len() {
            return Err(format!("{} requests instead of {}: {:?}", received.len(), wanted.len(), told()));
        }
        for (index, (received, wanted)) in received.iter().zip(wanted).enumerate() {
            judge_request(received, wanted).map_err(|why| format!("request {index}: {why}; all: {:?}", told()))?;
        }
        Ok(())
    }
}

/// Asks until the answer is right, if the step gives it time; otherwise once.
fn take_step(session: &mut Session, request: &Value, step: &Value, names: &mut Placeholders) -> Result<(), String> {
    let wanted = names.fill(&step["expect"]);
    let patience = Duration::from_millis(step.get("within_ms").and_then(Value::as_u64).unwrap_or(0));
    let started = Instant::now();
    loop {
        let answer = session.ask(request)?;
        keeps_secrets(request, &answer)?;
        match judge_answer(&answer, &wanted) {
            Ok(()) => return save(step, &answer, names),
            Err(why) if started.elapsed() >= patience => return Err(format!("{}: {why}", request["op"])),
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// Keeps the parts of an answer that later steps name.
pub fn save(step: &Value, answer: &Value, names: &mut Placeholders) -> Result<(), String> {
    for (name, member) in step.get("save").and_then(Value::as_object).into_iter().flatten() {
        let pointer = member.as_str().expect("a JSON pointer into ok");
        let value = answer["ok"].pointer(pointer).ok_or_else(|| format!("no {pointer} in {answer}"))?;
        names.set(format!("${name}"), value.clone());
    }
    Ok(())
}

/// `ok` as a whole, its warnings by their codes; `error` by what it names, with `null` for what it does not.
pub fn judge_answer(answer: &Value, wanted: &Value) -> Result<(), String> {
    if let Some(wanted) = wanted.get("error") {
        let error = answer.get("error").ok_or_else(|| format!("got {answer}, expected an error {wanted}"))?;
        let mut whole = json!({"claim": null, "http_status": null, "code": null, "message": {"~text": true}});
        for (name, member) in wanted.as_object().expect("an error is an object") {
            whole[name] = member.clone();
        }
        return matches(error, &whole, "error");
    }
    let mut ok = answer.get("ok").ok_or_else(|| format!("got {answer}"))?.clone();
    let mut wanted = wanted["ok"].clone();
    if let Some(members) = ok.as_object_mut() {
        let codes = |warnings: Option<Value>| -> Vec<String> {
            let warnings = warnings.as_ref().and_then(Value::as_array).cloned().unwrap_or_default();
            let mut codes: Vec<String> = warnings
                .iter()
                .map(|warning| warning["code"].as_str().or(warning.as_str()).unwrap_or("no code").to_owned())
                .filter(|code| code != "FILE_MODE")
                .collect();
            codes.sort();
            codes
        };
        let found = codes(members.remove("warnings"));
        let expected = codes(wanted.as_object_mut().and_then(|wanted| wanted.remove("warnings")));
        if found != expected {
            return Err(format!("warnings {found:?}, expected {expected:?}"));
        }
    }
    matches(&ok, &wanted, "ok")
}

/// No secret of the request stands in a message of its answer.
fn keeps_secrets(request: &Value, answer: &Value) -> Result<(), String> {
    let mut messages = vec![answer["error"]["message"].as_str().unwrap_or_default()];
    let warnings = answer["ok"]["warnings"].as_array();
    messages.extend(warnings.into_iter().flatten().filter_map(|warning| warning["message"].as_str()));
    let mut secrets: Vec<&Value> = request["secrets"].as_object().into_iter().flat_map(Map::values).collect();
    secrets.extend(["secret", "token"].map(|name| &request[name]));
    secrets.extend(["secret", "token", "password", "value"].map(|name| &request["args"][name]));
    for secret in secrets.into_iter().filter_map(Value::as_str).filter(|secret| secret.len() >= 6) {
        if messages.iter().any(|message| message.contains(secret)) {
            return Err("a message holds a secret".to_owned());
        }
    }
    Ok(())
}

/// `server`, `method`, `path` and `query` (the text behind the question mark, or null); `headers` (null: must not be there); `json`,
/// or `body` as text (null: none).
pub fn judge_request(received: &Received, wanted: &Value) -> Result<(), String> {
    let (path, query) = match received.target.split_once('?') {
        Some((path, query)) => (path, Value::from(query)),
        None => (received.target.as_str(), Value::Null),
    };
    let line = json!({"server": received.server, "method": received.method, "path": path, "query": query});
    for (name, wanted) in wanted.as_object().expect("a request is an object") {
        match name.as_str() {
            "headers" => {
                for (name, wanted) in wanted.as_object().expect("headers are an object") {
                    matches(&Value::from(received.header(name)), wanted, name)?;
                }
            }
            "json" => {
                let body = serde_json::from_slice(&received.body).map_err(|error| format!("the body: {error}"))?;
                matches(&body, wanted, "body")?;
            }
            "body" => {
                let body = Some(String::from_utf8_lossy(&received.body)).filter(|body| !body.is_empty());
                matches(&Value::from(body), wanted, "body")?;
            }
            _ => matches(&line[name], wanted, name)?,
        }
    }
    Ok(())
}

/// Names of sources and the like are made unique, so that scenarios can share a driver.
fn renamed(mut request: Value, run: u64) -> Value {
    let members = request.as_object_mut().expect("a request is an object");
    for name in ["source", "client", "as", "access", "keyset"] {
        if let Some(Value::String(text)) = members.get_mut(name) {
            *text = format!("{text}-{run}");
        }
    }
    request
}

/// A home folder that goes when the scenario ends.
struct Home(PathBuf);

impl Home {
    fn new() -> Home {
        static HOMES: AtomicU64 = AtomicU64::new(0);
        let number = HOMES.fetch_add(1, Ordering::Relaxed);
        let home = std::env::temp_dir().join(format!("jeton-scenario-{}-{number}", std::process::id()));
        fs::create_dir(&home).expect("a new folder");
        Home(home)
    }

    /// `"name/": {"mode": "0700"}` is a folder; a file has `json`, `content`, or `sqlite` (SQL that makes a database), and `mode` (0600).
    fn fill(&self, files: &Value) {
        for (name, file) in files.as_object().into_iter().flatten() {
            let path = self.0.join(name);
            if name.ends_with('/') {
                fs::create_dir_all(&path).unwrap();
            } else {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                match file["sqlite"].as_str() {
                    Some(sql) => rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap(),
                    None => fs::write(&path, content(file)).unwrap(),
                }
            }
            let mode = file["mode"].as_str().unwrap_or(if name.ends_with('/') { "0700" } else { "0600" });
            let mode = u32::from_str_radix(mode, 8).expect("an octal mode");
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        }
    }

    /// Every file that is named is as it says, `null` for one that must not be there; no others are there but locks. With `null` for the whole nothing is judged.
    fn judge(&self, wanted: &Value) -> Result<(), String> {
        let Some(wanted) = wanted.as_object() else { return Ok(()) };
        for (name, wanted) in wanted {
            let path = self.0.join(name);
            if wanted.is_null() {
                if path.exists() {
                    return Err(format!("{name} is there"));
                }
                continue;
            }
            let metadata = fs::metadata(&path).map_err(|error| format!("{name}: {error}"))?;
            if let Some(mode) = wanted["mode"].as_str() {
                let found = format!("0{:o}", metadata.permissions().mode() & 0o777);
                if found != mode {
                    return Err(format!("{name} has mode {found}, not {mode}"));
                }
            }
            if let Some(json) = wanted.get("json") {
                let found =
                    serde_json::from_slice(&fs::read(&path).unwrap()).map_err(|error| format!("{name}: {error}"))?;
                matches(&found, json, name)?;
            } else if let Some(content) = wanted["content"].as_str() {
                matches(&Value::from(fs::read_to_string(&path).unwrap()), &Value::from(content), name)?;
            }
        }
        let others = files_below(&self.0).into_iter().filter(|path| {
            let name = path.strip_prefix(&self.0).unwrap().to_str().unwrap();
            !wanted.contains_key(name) && !name.ends_with(".lock")
        });
        match others.collect::<Vec<_>>() {
            others if others.is_empty() => Ok(()),
            others => Err(format!("files that nobody named: {others:?}")),
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn content(file: &Value) -> String {
    match file.get("json") {
        Some(json) => json.to_string(),
        None => file["content"].as_str().expect("a file has json or content").to_owned(),
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files
}
