//! Scripted HTTP servers on loopback: they answer what a scenario says, in order, and keep what they were asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub server: String,
    pub method: String,
    /// Path and query, as they stood in the request line.
    pub target: String,
    /// Names as they were sent, and values, Latin-1.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// The servers of one scenario, by name.
pub struct Loopback {
    shared: Arc<Shared>,
    ports: Vec<(String, u16)>,
}

struct Shared {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    received: Vec<Received>,
    /// The answers that are left, by server.
    scripts: Vec<(String, Vec<Value>)>,
    connections: Vec<TcpStream>,
    closed: bool,
}

impl Loopback {
    /// Binds a port for each name. Nothing listens on those whose script is `"closed"`.
    pub fn bind<'a>(names: impl Iterator<Item = (&'a String, bool)>) -> (Loopback, Vec<(String, TcpListener)>) {
        let shared = Arc::new(Shared { state: Mutex::default(), arrived: Condvar::new() });
        let (mut ports, mut listeners) = (Vec::new(), Vec::new());
        for (name, listens) in names {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
            ports.push((name.clone(), listener.local_addr().unwrap().port()));
            if listens {
                listeners.push((name.clone(), listener));
            }
        }
        (Loopback { shared, ports }, listeners)
    }

    /// The port of each server.
    pub fn ports(&self) -> &[(String, u16)] {
        &self.ports
    }

    /// Starts to answer, each server by its script.
    pub fn serve(&self, listeners: Vec<(String, TcpListener)>, scripts: Vec<(String, Vec<Value>)>) {
        self.shared.state.lock().unwrap().scripts = scripts;
        for (name, listener) in listeners {
            let shared = Arc::clone(&self.shared);
            thread::spawn(move || {
                for connection in listener.incoming().map_while(Result::ok) {
                    let mut state = shared.state.lock().unwrap();
                    if state.closed {
                        return;
                    }
                    state.connections.push(connection.try_clone().expect("a second handle"));
                    drop(state);
                    let (name, shared) = (name.clone(), Arc::clone(&shared));
                    thread::spawn(move || shared.converse(&name, connection));
                }
            });
        }
    }

    /// Waits until `count` requests came, at most 3 seconds.
    pub fn wait_for(&self, count: usize) -> Result<(), String> {
        let (limit, started) = (Duration::from_secs(3), Instant::now());
        let mut state = self.shared.state.lock().unwrap();
        while state.received.len() < count {
            let left = limit.saturating_sub(started.elapsed());
            if left.is_zero() {
                return Err(format!("{} of {count} requests came in 3 s", state.received.len()));
            }
            state = self.shared.arrived.wait_timeout(state, left).unwrap().0;
        }
        Ok(())
    }

    /// All requests so far, in the order of their arrival.
    pub fn received(&self) -> Vec<Received> {
        self.shared.state.lock().unwrap().received.clone()
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        let mut state = self.shared.state.lock().unwrap();
        state.closed = true;
        for connection in state.connections.drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
        drop(state);
        for (_, port) in &self.ports {
            // Wakes the accepting thread, which sees that it is over.
            let _ = TcpStream::connect(("127.0.0.1", *port));
        }
    }
}

impl Shared {
    /// Answers the requests of one connection until either side closes it.
    fn converse(&self, server: &str, connection: TcpStream) {
        let Ok(mut output) = connection.try_clone() else { return };
        let mut input = BufReader::new(connection);
        while let Some(request) = read_request(server, &mut input) {
            let answer = self.next_answer(server, &request);
            self.state.lock().unwrap().received.push(request);
            self.arrived.notify_all();
            if let Some(ms) = answer.get("delay_ms").and_then(Value::as_u64) {
                thread::sleep(Duration::from_millis(ms));
            }
            if answer.get("drop").is_some() || write_answer(&mut output, &answer).is_none() {
                let _ = output.shutdown(Shutdown::Both);
                return;
            }
        }
    }

    /// The first answer that is for this request. One that repeats stays; where none is left the answer is 599.
    fn next_answer(&self, server: &str, request: &Received) -> Value {
        let mut state = self.state.lock().unwrap();
        let (_, script) = state.scripts.iter_mut().find(|(name, _)| name == server).expect("a script");
        let path = request.target.split('?').next().unwrap_or_default();
        let asked = format!("{} {path}", request.method);
        let fits = |answer: &Value| answer.get("for").and_then(Value::as_str).is_none_or(|wanted| wanted == asked);
        let Some(index) = script.iter().position(fits) else {
            return serde_json::json!({"status": 599, "text": "the script is at its end"});
        };
        if script[index].get("repeat").is_some() { script[index].clone() } else { script.remove(index) }
    }
}

fn read_request(server: &str, input: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut line = String::new();
    input.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = Vec::new();
        input.read_until(b'\n', &mut line).ok().filter(|read| *read > 0)?;
        let line: String = line.iter().map(|byte| char::from(*byte)).collect();
        let Some((name, value)) = line.trim_end_matches(['\r', '\n']).split_once(':') else { break };
        headers.push((name.to_owned(), value.trim_matches([' ', '\t']).to_owned()));
    }
    let mut request = Received { server: server.to_owned(), method, target, headers, body: Vec::new() };
    let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    request.body.resize(length, 0);
    input.read_exact(&mut request.body).ok()?;
    Some(request)
}

/// `json` or `text` with `status` and `headers`; `raw` is sent as it stands and ends the connection.
fn write_answer(output: &mut TcpStream, answer: &Value) -> Option<()> {
    if let Some(raw) = answer.get("raw").and_then(Value::as_str) {
        output.write_all(raw.as_bytes()).ok()?;
        return None;
    }
    let status = answer["status"].as_u64().expect("an answer has a status");
    let (kind, body) = match (answer.get("json"), answer.get("text").and_then(Value::as_str)) {
        (Some(json), _) => ("application/json", json.to_string()),
        (None, text) => ("text/plain", text.unwrap_or_default().to_owned()),
    };
    let mut head = format!("HTTP/1.1 {status} Scripted\r\nContent-Length: {}\r\n", body.len());
    let headers = answer.get("headers").and_then(Value::as_object);
    if !headers.is_some_and(|headers| headers.keys().any(|name| name.eq_ignore_ascii_case("content-type"))) {
        head += &format!("Content-Type: {kind}\r\n");
    }
    for (name, value) in headers.into_iter().flatten() {
        head += &format!("{name}: {}\r\n", value.as_str().expect("a header is a text"));
    }
    output.write_all(format!("{head}\r\n{body}").as_bytes()).ok()
}
