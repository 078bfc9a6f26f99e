//! A client of each host shows its certificate to a server that lets in nobody without.
//!
//! `make drivers`, then `cargo test --test client_certificates`.

mod support;

// What of these the tests of the runtime use.
#[path = "runtime/secure.rs"]
mod secure;
#[allow(dead_code)]
#[path = "runtime/server.rs"]
mod server;

use std::path::Path;

use serde_json::{Value, json};

use support::driver::HOSTS;
use support::session::Session;

#[test]
fn a_dataiku_client_shows_its_certificate() {
    let server = secure::server("server", true);
    let host = secure::url(&server, "localhost");
    for (name, config) in [
        ("both", json!({"client_certificate": secure::path("client_both.pem")})),
        ("two", json!({"client_certificate": secure::path("client.pem"), "client_key": secure::path("client.key")})),
        ("none", json!({})),
    ] {
        for driver in HOSTS {
            let mut session = Session::start(driver, Path::new("/"), None);
            let mut config = config.clone();
            config["host"] = json!(host);
            config["ca_file"] = json!(secure::path("authority.pem"));
            let open = json!({"op": "client.open", "client": "d", "vendor": "dataiku", "config": config, "secrets": {"api_key": "k"}});
            let mut ask = |request: Value| session.ask(&request).unwrap_or_else(|why| panic!("{driver}: {why}"));
            assert_eq!(ask(open)["error"], Value::Null, "{driver} {name}");
            let answer = ask(json!({"op": "client.call", "client": "d", "operation": "auth_info", "args": {}}));
            match name {
                "none" => assert_eq!(answer["error"]["status"], "UNAVAILABLE", "{driver} {name}: {answer}"),
                _ => assert_eq!(answer["ok"]["result"]["shown"], 1, "{driver} {name}: {answer}"),
            }
        }
    }
}
