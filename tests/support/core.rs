//! The core in place of a driver, for scenarios that need neither threads nor servers: operations on one authenticator after the other,
//! and what needs none.

use std::collections::HashMap;

use jeton::error::{Failure, Status};
use jeton::source::Now;
use jeton::source::environment::Environment;
use jeton::vendors::datasette::{Access, Progress};
use serde_json::{Map, Value, json};

use super::rust_host;

/// The authenticators that are open, by name.
#[derive(Default)]
pub struct Core {
    accesses: HashMap<String, Access>,
}

impl Core {
    /// The answer to one request.
    pub fn ask(&mut self, request: &Value) -> Value {
        if request["op"] == "access.open" && request.get("config").is_none() {
            // A driver's own refusal, of a line that lacks a member.
            return json!({"error": {"status": "BAD_REQUEST", "claim": null, "message": "config is missing",
                "http_status": null, "code": null}});
        }
        if !request["op"].as_str().is_some_and(|op| op.starts_with("access.")) {
            let mut answer: Value = serde_json::from_str(&rust_host::answer(&request.to_string())).expect("JSON");
            answer.as_object_mut().expect("an answer is an object").remove("id");
            return answer;
        }
        match self.answer(request) {
            Ok(ok) => json!({"ok": ok}),
            Err(failure) => json!({"error": {
                "status": failure.status().name(), "claim": failure.claim(), "message": failure.message(),
                "http_status": failure.http_status(), "code": null,
            }}),
        }
    }

    fn answer(&mut self, request: &Value) -> Result<Value, Failure> {
        let name = request["access"].as_str().expect("the name of an authenticator").to_owned();
        let op = request["op"].as_str().expect("an op");
        match op.strip_prefix("access.").expect("an op on an authenticator") {
            "open" => {
                self.accesses.insert(name, open(request)?);
                Ok(json!({}))
            }
            "close" => {
                self.accesses.remove(&name);
                Ok(json!({}))
            }
            operation => {
                let missing = || Failure::new(Status::Closed, "no authenticator of this name is open");
                let access = self.accesses.get(&name).ok_or_else(missing)?;
                let now = Now { unix_ms: request["now_s"].as_i64().unwrap_or_default() * 1000, steady_ms: 0 };
                match access.call(operation, &args(request).to_string(), now)? {
                    Progress::Done(answer) => Ok(serde_json::from_str(&answer.json).expect("an answer is JSON")),
                    _ => panic!("a question to the host"),
                }
            }
        }
    }
}

/// Settings hold the databases; absent members mean their defaults.
pub fn open(request: &Value) -> Result<Access, Failure> {
    let mut settings = match request.get("settings") {
        None => Map::new(),
        Some(Value::Object(settings)) => settings.clone(),
        Some(_) => return Err(Failure::new(Status::Config, "settings: expected an object")),
    };
    if let Some(databases) = request.get("databases") {
        settings.insert("databases".to_owned(), databases.clone());
    }
    let environment = request.get("environment").map(Value::to_string);
    let environment = environment.map_or_else(|| Ok(Environment::of_process()), |given| Environment::parse(&given))?;
    let secret = request.get("secret").map(|secret| secret.as_str().expect("a secret is a text").as_bytes());
    Access::open(&request["config"].to_string(), Some(&Value::from(settings).to_string()), secret, &environment, || {
        Err(Failure::new(Status::Unsupported, "nobody fetches keys here"))
    })
}

/// `args`, or the members that are none of the protocol's own.
fn args(request: &Value) -> Value {
    match request.get("args") {
        Some(args) => args.clone(),
        None => {
            let own = ["op", "access", "now_s"];
            let members = request.as_object().into_iter().flatten().filter(|(name, _)| !own.contains(&name.as_str()));
            Value::from(members.map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>())
        }
    }
}
