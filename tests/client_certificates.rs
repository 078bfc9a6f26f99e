//! Whom a client of each host trusts, and what it shows: a server that lets in nobody without a certificate, and the system's roots.
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

#[test]
fn a_server_is_trusted_by_the_roots_of_the_system() {
    let server = secure::server("server", false);
    let config = json!({"host": secure::url(&server, "localhost")});
    for driver in HOSTS {
        for (roots, wanted) in [("authority.pem", Ok(0)), ("stranger.pem", Err("UNAVAILABLE"))] {
            let mut session = Session::trusting(driver, Path::new("/"), &secure::path(roots));
            let mut ask = |request: Value| session.ask(&request).unwrap_or_else(|why| panic!("{driver}: {why}"));
            let open = json!({"op": "client.open", "client": "d", "vendor": "dataiku", "config": config, "secrets": {"api_key": "k"}});
            assert_eq!(ask(open)["error"], Value::Null, "{driver} {roots}");
            let answer = ask(json!({"op": "client.call", "client": "d", "operation": "auth_info", "args": {}}));
            match wanted {
                Ok(shown) => assert_eq!(answer["ok"]["result"]["shown"], shown, "{driver} {roots}: {answer}"),
                Err(status) => assert_eq!(answer["error"]["status"], status, "{driver} {roots}: {answer}"),
            }
        }
    }
}
