//! What the Rust API prints of its values.

use std::fmt::{Debug, Write};
use std::sync::Arc;

use jeton::error::Failure;
use jeton::jose::{ExternalSigner, Key, KeySet, Signer, Verifier, inspect_unverified};
use jeton::vendors::vizzly::Vizzly;
use serde_json::Value;

pub fn show(input: &Value) -> String {
    let text = |name: &str| input[name].as_str().unwrap();
    let now_s = input["now_s"].as_i64().unwrap();
    let mut shown = String::new();
    let mut debug = |value: &dyn Debug| writeln!(shown, "{value:?}\n{value:#?}").unwrap();

    let secret = Arc::new(Key::from_secret(text("secret").as_bytes(), Some("HS256")).unwrap());
    let pair = Arc::new(Key::from_pem(text("pem").as_bytes(), None).unwrap());
    let set = KeySet::from_jwks(text("jwks").as_bytes(), None).unwrap();
    let verifier = Verifier::new(&set, text("policy")).unwrap();
    let vizzly = Vizzly::new(&pair).unwrap();
    debug(&secret);
    debug(&pair);
    debug(&set);
    debug(&Signer::new(&pair, text("options")).unwrap());
    debug(&ExternalSigner::new(&pair, text("options")).unwrap());
    debug(&verifier);
    debug(&vizzly);
    debug(&verifier.verify(text("token").as_bytes(), now_s).unwrap());
    debug(&inspect_unverified(text("token").as_bytes()).unwrap());
    let dashboard = format!(
        r#"{{"dashboard":{{"expiry_ttl_in_minutes":1,"project_id":"{0}","user_reference":"{0}"}}}}"#,
        text("secret")
    );
    debug(&vizzly.identity(&dashboard, now_s).unwrap());

    let failures: [Failure; 6] = [
        verifier.verify(text("expired").as_bytes(), now_s).unwrap_err(),
        verifier.verify(text("forged").as_bytes(), now_s).unwrap_err(),
        verifier.verify(text("secret").as_bytes(), now_s).unwrap_err(),
        Verifier::new(&set, text("wrong_policy")).unwrap_err(),
        Key::from_pem(text("secret").as_bytes(), None).unwrap_err(),
        Key::from_jwk(text("secret").as_bytes(), Some(text("secret"))).unwrap_err(),
    ];
    for failure in &failures {
        debug(failure);
    }
    for failure in failures {
        writeln!(shown, "{failure} {} {:?}", failure.message(), failure.claim()).unwrap();
    }
    // A defect is a status at the C ABI only.
    shown + "PANIC"
}
