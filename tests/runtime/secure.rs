//! Servers on loopback that speak TLS, with the certificates of `tests/tls`.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use crate::server::{Server, read_request};

pub fn path(file: &str) -> String {
    format!("{}/tests/tls/{file}", env!("CARGO_MANIFEST_DIR"))
}

fn certificates(file: &str) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_file_iter(path(file)).unwrap().collect::<Result<_, _>>().unwrap()
}

/// A server of this certificate, `server` for `localhost`, that answers with an object of the number of certificates the client showed. One
/// that wants a client hangs up on who shows none.
pub fn server(name: &str, wants_client: bool) -> Server {
    let provider = Arc::new(default_provider());
    let builder =
        ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions().unwrap();
    let builder = if wants_client {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(certificates("authority.pem"));
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
        builder.with_client_cert_verifier(verifier)
    } else {
        builder.with_no_client_auth()
    };
    let key = PrivateKeyDer::from_pem_file(path(&format!("{name}.key"))).unwrap();
    let config = Arc::new(builder.with_single_cert(certificates(&format!("{name}.pem")), key).unwrap());
    Server::raw(move |_, stream| serve(stream, &config))
}

fn serve(stream: TcpStream, config: &Arc<ServerConfig>) {
    let mut tls = StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), stream);
    while read_request(&mut tls).is_some() {
        let shown = tls.conn.peer_certificates().map_or(0, |certificates| certificates.len());
        let _ = write!(tls, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{{\"shown\":{shown}}}");
    }
    let _ = tls.read(&mut [0]);
}

pub fn url(server: &Server, host: &str) -> String {
    format!("https://{host}:{}/", server.address.port())
}
