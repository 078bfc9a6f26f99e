//! Secure connections: rustls with ring, whose provider is handed over and never installed for the process.
//!
//! Connections share no session, so that there is no lock among them which a forked child could inherit closed.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rustix::fs::OFlags;
use rustls::RootCertStore;
use rustls::client::{ClientConfig, Resumption};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls_native_certs::load_certs_from_paths;
use zeroize::Zeroizing;

use crate::error::{Failure, Result, Status};
use crate::source::Transport;
use crate::source::gate::Lock;

/// More than any program uses; one that makes up names of files does not fill the memory.
const MAX_CONFIGS: usize = 64;

/// More than a system has roots.
const MAX_PEM_BYTES: u64 = 1 << 20;

/// What connections are made with, by the files that it comes from.
pub(super) struct Tls {
    /// The system's file and folder of roots.
    roots_at: Lock<(Option<PathBuf>, Option<PathBuf>)>,
    system_roots: Lock<Option<Arc<RootCertStore>>>,
    configs: Lock<BTreeMap<Files, Made>>,
}

/// The paths of PEM files.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Files {
    roots: Option<String>,
    certificate: Option<String>,
    key: Option<String>,
}

struct Made {
    /// When the files were last changed: certificates are renewed in place while programs run.
    from: [Option<SystemTime>; 3],
    config: Arc<ClientConfig>,
}

impl Tls {
    pub(super) const fn new() -> Tls {
        Tls { roots_at: Lock::new((None, None)), system_roots: Lock::new(None), configs: Lock::new(BTreeMap::new()) }
    }

    /// Finds out where the system has its roots, or `SSL_CERT_FILE` and `SSL_CERT_DIR` of the environment say that they are. On a thread
    /// of the host, for nobody may read the environment while the host changes it.
    pub(super) fn find_roots(&self) {
        let found = openssl_probe::probe();
        *self.roots_at.lock() = (found.cert_file, found.cert_dir.into_iter().next());
    }

    /// What connections of this transport are made with. CONFIG names the member whose file cannot be used.
    pub(super) fn config(&self, transport: &Transport) -> Result<Arc<ClientConfig>> {
        let files = Files {
            roots: transport.ca_file.clone(),
            certificate: transport.client_certificate.clone(),
            key: transport.client_key.clone(),
        };
        let from = files.last_changes();
        if let Some(made) = self.configs.lock().get(&files).filter(|made| made.from == from) {
            return Ok(Arc::clone(&made.config));
        }
        let config = Arc::new(self.make(&files)?);
        let mut configs = self.configs.lock();
        if configs.len() >= MAX_CONFIGS {
            configs.clear();
        }
        configs.insert(files, Made { from, config: Arc::clone(&config) });
        Ok(config)
    }

    fn make(&self, files: &Files) -> Result<ClientConfig> {
        let roots = match &files.roots {
            Some(path) => Arc::new(roots_of(certificates(path, "ca_file")?)),
            None => self.system_roots(),
        };
        let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| Failure::new(Status::Internal, "TLS has no protocol version"))?
            .with_root_certificates(roots);
        let mut config = match &files.certificate {
            Some(path) => {
                let (key_path, member) = match &files.key {
                    Some(path) => (path, "client_key"),
                    None => (path, "client_certificate"),
                };
                let key = contents(key_path).ok().and_then(|pem| PrivateKeyDer::from_pem_slice(&pem).ok());
                let key = key.ok_or_else(|| unusable(member, "no private key"))?;
                let chain = certificates(path, "client_certificate")?;
                builder.with_client_auth_cert(chain, key).map_err(|_| unusable(member, "no key of that certificate"))?
            }
            None => builder.with_no_client_auth(),
        };
        config.resumption = Resumption::disabled();
        Ok(config)
    }

    /// The roots of the system, read once. Where there are none, no server is trusted.
    fn system_roots(&self) -> Arc<RootCertStore> {
        if let Some(roots) = &*self.system_roots.lock() {
            return Arc::clone(roots);
        }
        let (file, folder) = self.roots_at.lock().clone();
        let found = load_certs_from_paths(file.as_deref(), folder.as_deref());
        Arc::clone(self.system_roots.lock().insert(Arc::new(roots_of(found.certs))))
    }
}

impl Files {
    fn last_changes(&self) -> [Option<SystemTime>; 3] {
        [&self.roots, &self.certificate, &self.key]
            .map(|path| fs::metadata(Path::new(path.as_ref()?)).and_then(|file| file.modified()).ok())
    }
}

/// Roots that cannot be read are left out: a system has some of odd form.
fn roots_of(certificates: Vec<CertificateDer<'static>>) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates);
    roots
}

/// A regular file, and no more than is sensible: a pipe would hold up a worker, and a device never ends.
fn contents(path: &str) -> io::Result<Zeroizing<Vec<u8>>> {
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = OpenOptions::new().read(true).custom_flags(flags.bits() as i32).open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() || metadata.len() > MAX_PEM_BYTES {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let room = metadata.len() + 1;
    // Of its full size at once, for a vector that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(room as usize));
    file.take(room).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn certificates(path: &str, member: &str) -> Result<Vec<CertificateDer<'static>>> {
    let pem = contents(path).unwrap_or_default();
    match CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>() {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(unusable(member, "no certificate")),
    }
}

fn unusable(member: &str, what: &str) -> Failure {
    Failure::new(Status::Config, format!("config.{member}: {what} can be read from the file"))
}
