//! The marked secret, in every place where a secret or a value can be.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use jeton::jose::{Key, Signer};
use serde_json::{Value, json};

/// 32 bytes that occur nowhere else: a secret for HS256, the private scalar of a P-256 key, the seed of an Ed25519 key.
pub const MARKER: &str = "qZ7vK2mX9pL4wT8rB3nY6cH1sD5fG0jE";

pub const NOW_S: i64 = 1_800_000_000;

/// The P-256 key whose private scalar is the marker.
pub const EC_PEM: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgcVo3dksybVg5cEw0
d1Q4ckIzblk2Y0gxc0Q1ZkcwakWhRANCAAQTEB5bJCGsGaGXphe3/372yllctd/q
A4u4JHk2ukCswkyfc+hMbwbE11Pfqh3Om//MwHHTIhVNqSCPk7xY840Q
-----END PRIVATE KEY-----
";

pub fn b64u(bytes: impl AsRef<[u8]>) -> String {
    BASE64URL.encode(bytes)
}

pub fn ec_jwk() -> Value {
    let (x, y) = ("ExAeWyQhrBmhl6YXt_9-9spZXLXf6gOLuCR5NrpArMI", "TJ9z6ExvBsTXU9-qHc6b_8zAcdMiFU2pII-TvFjzjRA");
    json!({"kty": "EC", "crv": "P-256", "x": x, "y": y, "d": b64u(MARKER)})
}

pub fn ed25519_jwk() -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "x": "QGJzYJcCdQ-QmNUHi3yEd8rmQ9XvHrYQyEPWRtl1gFY", "d": b64u(MARKER)})
}

pub fn oct_jwk() -> Value {
    json!({"kty": "oct", "alg": "HS256", "kid": MARKER, "k": b64u(MARKER)})
}

/// The DER inside EC_PEM.
pub fn ec_der() -> Vec<u8> {
    let body: String = EC_PEM.lines().filter(|line| !line.starts_with("-----")).collect();
    base64::engine::general_purpose::STANDARD.decode(body).unwrap()
}

/// A token of the marker as a secret, with these header members beside `alg`, over this payload.
pub fn token_with(header: Value, payload: &str) -> String {
    let key = Arc::new(Key::from_secret(MARKER.as_bytes(), Some("HS256")).unwrap());
    let signer = Signer::new(&key, &json!({ "header": header }).to_string()).unwrap();
    signer.sign_bytes(payload.as_bytes()).unwrap()
}

pub fn token(claims: Value) -> String {
    token_with(json!({}), &claims.to_string())
}

/// A token whose signature is good but for its first byte.
pub fn forged(claims: Value) -> String {
    let token = token(claims);
    let (rest, signature) = token.rsplit_once('.').unwrap();
    let mut bytes = BASE64URL.decode(signature).unwrap();
    bytes[0] ^= 1;
    format!("{rest}.{}", b64u(bytes))
}

/// A token of any header text, which nobody signed.
pub fn unsigned(header: &str, payload: &str) -> String {
    format!("{}.{}.{}", b64u(header), b64u(payload), b64u(MARKER))
}
