//! Secure connections: who is trusted, who is shown, and what is said where it fails.

use std::io::{Read, Write};

use jeton::source::{Fault, Transport};

use crate::exchange::{failure, fault, get, over, response, send, transport};
use crate::secure::{path, server, url};
use crate::server::Server;

/// Another part of the program may want another one, and whoever is first decides.
#[test]
fn no_provider_is_installed_for_the_process() {
    let server = server("server", false);
    assert_eq!(response(over(trusting("authority.pem"), get(url(&server, "localhost")))).status, 200);
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}

fn trusting(ca_file: &str) -> Transport {
    Transport { ca_file: Some(path(ca_file)), ..transport() }
}

fn showing(certificate: &str, key: Option<&str>) -> Transport {
    Transport { client_certificate: Some(path(certificate)), client_key: key.map(path), ..trusting("authority.pem") }
}

#[test]
fn a_server_is_trusted_by_its_authority_and_name() {
    let server = server("server", false);
    for host in ["127.0.0.1", "localhost"] {
        assert_eq!(
            response(over(trusting("authority.pem"), get(url(&server, host)))).body,
            br#"{"shown":0}"#,
            "{host}"
        );
    }
    // Another authority than the server's, and the system's.
    for transport in [trusting("stranger.pem"), transport()] {
        assert_eq!(fault(over(transport, get(url(&server, "localhost")))), Fault::Tls);
    }
    let nameless = crate::secure::server("client", false);
    assert_eq!(fault(over(trusting("authority.pem"), get(url(&nameless, "localhost")))), Fault::Tls);
}

#[test]
fn what_speaks_no_tls_is_no_secure_connection() {
    let server = Server::raw(|_, mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        let _ = stream.read_to_end(&mut Vec::new());
    });
    assert_eq!(fault(over(trusting("authority.pem"), get(url(&server, "127.0.0.1")))), Fault::Tls);
}

#[test]
fn a_client_shows_its_certificate() {
    let server = server("server", true);
    for transport in [showing("client.pem", Some("client.key")), showing("client_both.pem", None)] {
        assert_eq!(response(over(transport, get(url(&server, "localhost")))).body, br#"{"shown":1}"#);
    }
    let outcome = send(over(trusting("authority.pem"), get(url(&server, "localhost")))).unwrap();
    assert!(matches!(outcome, Err(Fault::Tls)), "{:?}", outcome.map(|response| response.status));
}

#[test]
fn a_file_that_cannot_be_used_is_named_and_nothing_is_sent() {
    let pipe = std::env::temp_dir().join(format!("jeton-pipe-{}", std::process::id()));
    let pipe = pipe.to_str().unwrap();
    let name = std::ffi::CString::new(pipe).unwrap();
    // SAFETY: a name that ends with 0.
    assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
    let odd = |ca_file: &str| Transport { ca_file: Some(ca_file.to_owned()), ..transport() };
    let server = server("server", false);
    for (transport, message) in [
        (odd(pipe), "CONFIG: config.ca_file: no certificate can be read from the file"),
        (odd("/dev/zero"), "CONFIG: config.ca_file: no certificate can be read from the file"),
        (trusting("none.pem"), "CONFIG: config.ca_file: no certificate can be read from the file"),
        (trusting("server.key"), "CONFIG: config.ca_file: no certificate can be read from the file"),
        (
            showing("none.pem", Some("client.key")),
            "CONFIG: config.client_certificate: no certificate can be read from the file",
        ),
        (showing("client.pem", None), "CONFIG: config.client_certificate: no private key can be read from the file"),
        (
            showing("client.pem", Some("none.pem")),
            "CONFIG: config.client_key: no private key can be read from the file",
        ),
        (
            showing("client.pem", Some("server.key")),
            "CONFIG: config.client_key: no key of that certificate can be read from the file",
        ),
    ] {
        assert_eq!(failure(over(transport, get(url(&server, "localhost")))).to_string(), message);
    }
    std::fs::remove_file(pipe).unwrap();
    assert_eq!(server.connections(), 0);
}
