//! The scenarios of clients, played without a socket: their operations are run by hand, and the scripts of the servers answer in place of
//! servers. So a fault shows whether or not a driver is built.

mod support;

use std::collections::HashMap;
use std::path::Path;

use jeton::error::{Failure, Status};
use jeton::source::environment::Environment;
use jeton::source::{Fault, Now, Outcome, Request, Response, Step};
use jeton::vendors::client::Client;
use serde_json::{Value, json};
use support::loopback::Received;
use support::placeholders::Placeholders;
use support::scenario::{self, Scenario, judge_answer, judge_request, save};

const NOW_S: i64 = 1_800_000_000;

#[test]
fn tigergraph() {
    assert_eq!(play("tigergraph"), 191);
}

#[test]
fn dataiku() {
    assert_eq!(play("dataiku"), 139);
}

/// Plays what only clients and servers are part of, and says how many that were.
fn play(file: &str) -> usize {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/vectors/scenarios/{file}.json"));
    let scenarios = scenario::read(&path);
    let playable: Vec<&Scenario> = scenarios.iter().filter(|scenario| is_playable(&scenario.case)).collect();
    let wrong = |scenario: &&Scenario| {
        let why = Play::of(&scenario.case).run(&scenario.case).err()?;
        Some(format!("{}\n     why: {}\n     {why}\n", scenario.name, scenario.why))
    };
    let wrong: Vec<String> = playable.iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{} of {} scenarios:\n\n{}", wrong.len(), playable.len(), wrong.join("\n"));
    playable.len()
}

/// Whether it is about clients, and neither about what takes long, nor about what is no HTTP, nor about what a driver refuses by itself.
fn is_playable(case: &Value) -> bool {
    let is_about_client = |step: &Value| {
        let request = &step["request"];
        let op = request["op"].as_str().unwrap_or_default();
        op.starts_with("client.")
            && request.get("timeout_ms").is_none()
            && !["UNSUPPORTED_OP", "BAD_REQUEST"].map(Value::from).contains(&step["expect"]["error"]["status"])
    };
    let is_slow =
        |script: &Value| script.as_array().into_iter().flatten().any(|answer| answer.get("delay_ms").is_some());
    case["steps"].as_array().unwrap().iter().all(is_about_client)
        && !case["servers"].as_object().into_iter().flatten().any(|(_, script)| is_slow(script))
}

struct Play {
    names: Placeholders,
    /// What is left of the script of each server, by its URL; None where nobody listens.
    servers: Vec<(String, String, Option<Vec<Value>>)>,
    clients: HashMap<String, Client>,
    received: Vec<Received>,
}

impl Play {
    fn of(case: &Value) -> Play {
        let mut names = Placeholders::new(NOW_S);
        let mut servers = Vec::new();
        let scripts = case["servers"].as_object().cloned().unwrap_or_default();
        for (port, name) in (11_000_u16..).zip(scripts.keys()) {
            names.set(format!("{name}:port"), port);
            names.set(name.clone(), format!("http://127.0.0.1:{port}"));
        }
        for (port, (name, script)) in (11_000_u16..).zip(&scripts) {
            let script = names.fill(script).as_array().cloned();
            servers.push((name.clone(), format!("http://127.0.0.1:{port}"), script));
        }
        Play { names, servers, clients: HashMap::new(), received: Vec::new() }
    }

    fn run(mut self, case: &Value) -> Result<(), String> {
        for (number, step) in case["steps"].as_array().unwrap().iter().enumerate() {
            let request = self.names.fill(&step["request"]);
            let answer = match self.take(&request) {
                Ok(ok) => json!({ "ok": ok }),
                Err(failure) => json!({ "error": told(&failure) }),
            };
            judge_answer(&answer, &self.names.fill(&step["expect"])).map_err(|why| format!("step {number}: {why}"))?;
            save(step, &answer, &mut self.names)?;
        }
        let Some(wanted) = case.get("requests").map(|wanted| self.names.fill(wanted)) else { return Ok(()) };
        let wanted = wanted.as_array().unwrap();
        let asked: Vec<_> =
            self.received.iter().map(|request| format!("{} {}", request.method, request.target)).collect();
        if asked.len() != wanted.len() {
            return Err(format!("{} requests instead of {}: {asked:?}", asked.len(), wanted.len()));
        }
        self.received.iter().zip(wanted).try_for_each(|(received, wanted)| {
            judge_request(received, wanted).map_err(|why| format!("{} {}: {why}", received.method, received.target))
        })
    }

    fn take(&mut self, request: &Value) -> Result<Value, Failure> {
        let text = |name: &str| request.get(name).map_or("{}".to_owned(), Value::to_string);
        let name = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
        match request["op"].as_str().unwrap() {
            "client.open" => {
                let environment = Environment::parse(&text("environment"))?;
                let client = Client::open(&name("vendor"), &text("config"), &text("secrets"), &environment)?;
                self.clients.insert(name("client"), client);
                Ok(json!({}))
            }
            "client.as_user" => {
                let client = self.clients[&name("client")].as_user(&name("login"))?;
                self.clients.insert(name("as"), client);
                Ok(json!({}))
            }
            "client.call" => {
                let result = self.call(&name("client"), &name("operation"), &text("args"))?;
                Ok(json!({ "result": serde_json::from_str::<Value>(&result).expect("a result is JSON") }))
            }
            "client.close" => {
                self.clients.remove(&name("client"));
                Ok(json!({}))
            }
            op => panic!("{op}"),
        }
    }

    fn call(&mut self, client: &str, operation: &str, args: &str) -> Result<String, Failure> {
        let now = Now { unix_ms: NOW_S * 1000, steady_ms: 0 };
        let mut operation = self.clients[client].operation(operation, args)?;
        let mut step = operation.start(now)?;
        loop {
            match step {
                Step::Done(result) => return Ok(result),
                Step::Ask(request) => step = operation.resume(self.answer(&request), now)?,
            }
        }
    }

    /// What the server says that a request goes to.
    fn answer(&mut self, request: &Request) -> Outcome {
        let goes_to = |server: &&mut (String, String, _)| request.url.starts_with(&format!("{}/", server.1));
        let (name, url, script) = self.servers.iter_mut().find(goes_to).expect("a request to a server");
        let Some(script) = script else { return Err(Fault::Refused) };
        let target = request.url[url.len()..].to_owned();
        let latin1 = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect();
        let headers = request.headers.iter().map(|(name, value)| (name.clone(), latin1(value))).collect();
        let body = request.body.as_ref().map_or(Vec::new(), |body| body.to_vec());
        let (server, method) = (name.clone(), request.method.to_owned());
        self.received.push(Received { server, method, target, headers, body });
        let answer = if script.is_empty() { json!({"status": 599}) } else { script.remove(0) };
        if answer.get("drop").is_some() {
            return Err(Fault::Dropped);
        }
        if answer.get("raw").is_some() {
            return Err(Fault::Garbled);
        }
        let text = answer["text"].as_str().unwrap_or_default().to_owned();
        let body = answer.get("json").map_or(text, Value::to_string).into_bytes();
        Ok(Response { status: answer["status"].as_u64().unwrap() as u16, headers: Vec::new(), body })
    }
}

/// A failure as a driver prints it.
fn told(failure: &Failure) -> Value {
    let is_answered = failure.http_status().is_some();
    let (claim, code) = if is_answered { (None, failure.claim()) } else { (failure.claim(), None) };
    assert_ne!(failure.status(), Status::Panic);
    json!({"status": failure.status().name(), "claim": claim, "message": failure.message(),
           "http_status": failure.http_status(), "code": code})
}
