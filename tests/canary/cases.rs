//! Requests that fail, each with the marker wherever it can be, and the status of the failure.

use serde_json::{Value, json};

use crate::secrets::*;

/// The line of a request, and the status that answers it.
pub struct Case {
    pub status: &'static str,
    pub line: String,
}

pub fn all() -> Vec<Case> {
    let mut lines = vec![
        ("BAD_REQUEST", MARKER.to_owned()),
        ("BAD_REQUEST", format!("{{\"op\":\"verify\",\"{MARKER}\":{MARKER}}}")),
        ("BAD_REQUEST", format!("[\"{MARKER}\"]")),
    ];
    for (status, request) in requests() {
        lines.push((status, request.to_string()));
    }
    // Duplicates do not survive a Value, so these are texts.
    let twice = format!("{{\"{MARKER}\":\"{MARKER}\",\"{MARKER}\":1}}");
    let key = json!({"secret": MARKER, "algorithm": "HS256"});
    for (status, rest) in [
        ("KEY", format!(r#""op":"key","key":{{"jwk":{twice}}}"#)),
        ("KEY", format!(r#""op":"key","key":{{"jwks":{{"keys":[{twice}]}}}}"#)),
        ("CONFIG", format!(r#""op":"verify","key":{key},"policy":{twice},"token":"{MARKER}""#)),
        ("CONFIG", format!(r#""op":"sign","key":{key},"claims":{twice}"#)),
        ("CONFIG", format!(r#""op":"sign","key":{key},"header":{twice},"claims":{{}}"#)),
        ("CONFIG", format!(r#""op":"vizzly","token":"data","key":{},"args":{twice}"#, json!({ "pem": EC_PEM }))),
    ] {
        lines.push((status, format!("{{{rest}}}")));
    }
    lines.into_iter().map(|(status, line)| Case { status, line }).collect()
}

fn requests() -> Vec<(&'static str, Value)> {
    let mut all = vec![
        ("UNSUPPORTED_OP", json!({"op": MARKER})),
        ("BAD_REQUEST", json!({"op": "verify", "token": MARKER, "policy": {"issuer": MARKER}})),
        ("BAD_REQUEST", json!({"op": "vizzly", "token": MARKER, "key": {"pem": EC_PEM}, "args": {}})),
        ("CONFIG", json!({"op": "generate", "algorithm": MARKER})),
    ];
    all.extend(keys().into_iter().map(|(status, key)| (status, json!({"op": "key", "key": key}))));
    all.extend(policies().into_iter().map(|(status, policy)| {
        let policy = with(json!({"algorithms": ["HS256"], "issuer": MARKER, "audience": MARKER}), policy);
        (status, json!({"op": "verify", "key": {"jwk": oct_jwk()}, "policy": policy, "token": MARKER}))
    }));
    all.extend(tokens().into_iter().flat_map(|(status, policy, token)| {
        let policy = with(json!({"algorithms": ["HS256"], "any_issuer": true, "any_audience": true}), policy);
        let key = json!({"secret": MARKER, "algorithm": "HS256"});
        let verify = json!({"op": "verify", "key": key, "policy": policy, "token": token, "now_s": NOW_S});
        let batch =
            json!({"op": "verify_batch", "key": key, "policy": policy, "tokens": [token, MARKER], "now_s": NOW_S});
        [(status, verify), ("BATCH", batch)]
    }));
    all.extend(signing());
    all.extend(vizzly());
    all
}

/// The members of the second in place of those of the first; null takes one away.
fn with(mut object: Value, members: Value) -> Value {
    for (name, value) in members.as_object().unwrap() {
        match value {
            Value::Null => object.as_object_mut().unwrap().remove(name),
            value => object.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    object
}

fn keys() -> Vec<(&'static str, Value)> {
    let pem_of = |label: &str, body: &str| format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
    let mut other_half = ec_der();
    let last = other_half.len() - 1;
    other_half[last] ^= 1;
    let cut = &ec_der()[..100];
    vec![
        ("KEY_WEAK", json!({"secret": &MARKER[1..], "algorithm": "HS256"})),
        ("KEY_WEAK", json!({"secret": MARKER, "algorithm": "HS512"})),
        ("KEY", json!({"secret": MARKER, "algorithm": "ES256"})),
        ("CONFIG", json!({"secret": MARKER, "algorithm": MARKER})),
        ("BAD_REQUEST", json!({"secret_b64u": format!("{}=", b64u(MARKER))})),
        ("BAD_REQUEST", json!({"secret": MARKER, "pem": EC_PEM})),
        ("BAD_REQUEST", json!({"algorithm": MARKER})),
        ("KEY", json!({"secret": EC_PEM.replace("PRIVATE", "PUBLIC"), "algorithm": "HS256"})),
        ("KEY", json!({"secret": oct_jwk().to_string(), "algorithm": "HS256"})),
        ("KEY", json!({"secret_b64u": b64u(ec_der()), "algorithm": "HS256"})),
        ("KEY", json!({"pem": MARKER})),
        ("KEY", json!({"pem": EC_PEM.replace('M', "!")})),
        ("KEY", json!({"pem": EC_PEM.replace("END", MARKER)})),
        ("KEY", json!({"pem": EC_PEM.replace("PRIVATE KEY", "EC PRIVATE KEY")})),
        ("KEY", json!({"pem": EC_PEM.repeat(2)})),
        ("KEY", json!({"pem": EC_PEM, "algorithm": "RS256"})),
        ("CONFIG", json!({"pem": EC_PEM, "algorithm": b64u(MARKER)})),
        ("KEY", json!({"pem": pem_of("PRIVATE KEY", &b64u(MARKER))})),
        ("KEY_UNSUPPORTED", json!({"pem": EC_PEM.replace("PRIVATE", "ENCRYPTED PRIVATE")})),
        ("KEY", json!({"der_b64u": b64u(MARKER)})),
        ("KEY", json!({"der_b64u": b64u(other_half)})),
        ("KEY", json!({"der_b64u": b64u(cut)})),
        ("KEY", json!({"der_b64u": b64u([ec_der(), MARKER.into()].concat())})),
        ("KEY", json!({"jwk": MARKER})),
        ("KEY", json!({"jwk": [MARKER]})),
        ("KEY_UNSUPPORTED", json!({"jwk": with(oct_jwk(), json!({"kty": MARKER}))})),
        ("KEY_UNSUPPORTED", json!({"jwk": with(oct_jwk(), json!({"alg": MARKER}))})),
        ("KEY", json!({"jwk": with(oct_jwk(), json!({"k": format!("{}!", b64u(MARKER))}))})),
        ("KEY", json!({"jwk": with(oct_jwk(), json!({"kid": [MARKER]}))})),
        ("KEY", json!({"jwk": with(oct_jwk(), json!({"use": [MARKER]}))})),
        ("KEY", json!({"jwk": with(oct_jwk(), json!({"key_ops": MARKER}))})),
        ("KEY_WEAK", json!({"jwk": with(oct_jwk(), json!({"k": b64u(&MARKER[2..])}))})),
        ("KEY_UNSUPPORTED", json!({"jwk": with(ec_jwk(), json!({"crv": MARKER}))})),
        ("KEY_UNSUPPORTED", json!({"jwk": with(ec_jwk(), json!({"crv": "secp256k1"}))})),
        ("KEY", json!({"jwk": with(ec_jwk(), json!({"x": b64u(MARKER)}))})),
        ("KEY", json!({"jwk": with(ec_jwk(), json!({"d": MARKER}))})),
        ("KEY", json!({"jwk": with(ed25519_jwk(), json!({"x": b64u(MARKER)}))})),
        ("KEY", json!({"jwk": with(ed25519_jwk(), json!({"d": [b64u(MARKER)]}))})),
        ("KEY_WEAK", json!({"jwk": {"kty": "RSA", "n": b64u(MARKER), "e": "AQAB"}})),
        ("KEY_UNSUPPORTED", json!({"jwk": {"kty": "RSA", "n": b64u(MARKER), "e": "AQAB", "d": b64u(MARKER)}})),
        ("KEY", json!({"jwks": MARKER})),
        ("KEY", json!({"jwks": {"keys": MARKER}})),
        ("KEY", json!({"jwks": {"keys": [], "private": MARKER}})),
        ("KEY_UNSUPPORTED", json!({"jwks": {"keys": [{"kty": MARKER}]}})),
    ]
}

fn policies() -> Vec<(&'static str, Value)> {
    vec![
        ("CONFIG", json!({"algorithms": MARKER})),
        ("CONFIG", json!({"algorithms": ["HS256", MARKER]})),
        ("CONFIG", json!({"issuer": {"is": MARKER}})),
        ("CONFIG", json!({"issuer": [MARKER, 1]})),
        ("CONFIG", json!({"any_issuer": true})),
        ("CONFIG", json!({"any_audience": true})),
        ("CONFIG", json!({"any_audience": MARKER})),
        ("CONFIG", json!({"audience": [MARKER, [MARKER]]})),
        ("CONFIG", json!({"subject": [MARKER]})),
        ("CONFIG", json!({"typ": [MARKER]})),
        ("CONFIG", json!({"leeway_s": MARKER})),
        ("CONFIG", json!({"max_age_s": MARKER})),
        ("CONFIG", json!({"max_token_bytes": MARKER})),
        ("CONFIG", json!({"try_keys": MARKER})),
        ("CONFIG", json!({"required": MARKER})),
        ("CONFIG", json!({"required": [[MARKER]]})),
        ("CONFIG", json!({"expiry_claim": [MARKER]})),
        ("CONFIG", json!({"allow_missing_exp": MARKER})),
        ("CONFIG", json!({"payload": MARKER})),
        ("CONFIG", json!({"payload": "bytes"})),
        ("CONFIG", json!({"secret": MARKER})),
        // A name as long as the encoding of a secret is not repeated.
        ("CONFIG", json!({b64u(MARKER): true})),
        ("CONFIG", json!({format!("{MARKER} {MARKER}"): MARKER})),
    ]
}

fn tokens() -> Vec<(&'static str, Value, String)> {
    let later = NOW_S + 60;
    let claims = |more: Value| with(json!({"exp": later, "sub": MARKER, "name": MARKER}), more);
    let header = |members: &str| unsigned(&format!("{{\"alg\":\"HS256\",{members}}}"), MARKER);
    let mut all = vec![
        ("MALFORMED", json!({}), MARKER.to_owned()),
        ("MALFORMED", json!({}), format!("{MARKER}.{MARKER}.{MARKER}")),
        ("MALFORMED", json!({}), format!("{}.{MARKER}", token(claims(json!({}))))),
        ("MALFORMED", json!({}), format!("{}=", token(claims(json!({}))))),
        ("MALFORMED", json!({}), unsigned(&format!("{{\"alg\":\"HS256\",\"x\":\"{MARKER}}}"), MARKER)),
        ("MALFORMED", json!({}), unsigned(&format!("{{\"alg\":[\"{MARKER}\"]}}"), MARKER)),
        ("MALFORMED", json!({}), header(&format!(r#""kid":["{MARKER}"]"#))),
        ("MALFORMED", json!({}), header(&format!(r#""typ":{{"x":"{MARKER}"}}"#))),
        ("MALFORMED", json!({}), header(&format!(r#""{MARKER}":1,"{MARKER}":2"#))),
        ("TOO_LARGE", json!({"max_token_bytes": 256}), token(claims(json!({"long": MARKER.repeat(9)})))),
        ("HEADER_UNSUPPORTED", json!({}), header(&format!(r#""crit":["{MARKER}"]"#))),
        ("HEADER_UNSUPPORTED", json!({}), header(&format!(r#""zip":"{MARKER}""#))),
        ("ALGORITHM", json!({}), unsigned(&format!("{{\"alg\":\"{MARKER}\"}}"), MARKER)),
        ("ALGORITHM", json!({}), unsigned(&format!("{{\"alg\":\"none\",\"kid\":\"{MARKER}\"}}"), MARKER)),
        ("SIGNATURE", json!({}), header(&format!(r#""kid":"{MARKER}""#))),
        ("SIGNATURE", json!({}), forged(claims(json!({})))),
        ("TYP", json!({"typ": MARKER}), token(claims(json!({})))),
        ("TYP", json!({"typ": "at+jwt"}), token_with(json!({"typ": MARKER}), &claims(json!({})).to_string())),
        ("CLAIMS_MALFORMED", json!({}), token_with(json!({}), MARKER)),
        ("CLAIMS_MALFORMED", json!({}), token(json!([MARKER]))),
        ("CLAIMS_MALFORMED", json!({}), token_with(json!({}), &format!(r#"{{"{MARKER}":1,"{MARKER}":2}}"#))),
        ("CLAIM_MISSING", json!({}), token(json!({"sub": MARKER}))),
        ("CLAIM_MISSING", json!({"required": ["jti"]}), token(claims(json!({})))),
        ("CLAIM_MISSING", json!({"any_issuer": null, "issuer": MARKER}), token(claims(json!({})))),
        ("EXPIRED", json!({}), token(claims(json!({"exp": NOW_S})))),
        ("EXPIRED", json!({"max_age_s": 1}), token(claims(json!({"iat": 1})))),
        ("NOT_YET_VALID", json!({}), token(claims(json!({"nbf": later})))),
        ("ISSUER", json!({"any_issuer": null, "issuer": &MARKER[1..]}), token(claims(json!({"iss": MARKER})))),
        ("SUBJECT", json!({"subject": &MARKER[1..]}), token(claims(json!({})))),
        ("AUDIENCE", json!({"any_audience": null, "audience": &MARKER[1..]}), token(claims(json!({"aud": [MARKER]})))),
        ("CLAIM_INVALID", json!({"expiry_claim": "ends"}), token(claims(json!({"ends": MARKER})))),
        ("CLAIM_INVALID", json!({"expiry_claim": "ends"}), token(claims(json!({"ends": "2030-01-02T03:04:05é"})))),
    ];
    for claim in ["exp", "nbf", "iat"] {
        all.push(("CLAIM_INVALID", json!({}), token(claims(json!({claim: MARKER})))));
    }
    for claim in ["iss", "sub", "aud", "jti"] {
        all.push(("CLAIM_INVALID", json!({}), token(claims(json!({claim: {"is": MARKER}})))));
    }
    all
}

fn signing() -> Vec<(&'static str, Value)> {
    let key = json!({"secret": MARKER, "algorithm": "HS256"});
    let options = [
        json!({"issuer": [MARKER]}),
        json!({"subject": {"is": MARKER}}),
        json!({"audience": [MARKER, 1]}),
        json!({"kid": [MARKER]}),
        json!({"typ": [MARKER]}),
        json!({"ttl_s": MARKER}),
        json!({"jti": MARKER}),
        json!({"secret": MARKER}),
        json!({b64u(MARKER): 1}),
        json!({"algorithm": MARKER}),
        json!([MARKER]),
        json!(MARKER),
    ];
    let mut all: Vec<(&str, Value)> = Vec::new();
    for options in options {
        for op in ["sign", "sign_begin"] {
            all.push(("CONFIG", json!({"op": op, "key": key, "options": options, "claims": {"sub": MARKER}})));
        }
    }
    for header in
        [json!({"alg": MARKER}), json!({"crit": [MARKER]}), json!({"zip": MARKER}), json!([MARKER]), json!(MARKER)]
    {
        all.push(("CONFIG", json!({"op": "sign", "key": key, "header": header, "claims": {"sub": MARKER}})));
    }
    for claims in [json!([MARKER]), json!(MARKER)] {
        all.push(("CONFIG", json!({"op": "sign", "key": key, "claims": claims})));
    }
    for claim in ["iss", "sub", "aud", "jti", "exp", "nbf", "iat"] {
        all.push(("CLAIM_INVALID", json!({"op": "sign", "key": key, "claims": {claim: {"is": MARKER}}})));
    }
    all.extend([
        ("CONFIG", json!({"op": "sign", "key": key, "options": {"issuer": MARKER}, "claims": {"iss": MARKER}})),
        ("CONFIG", json!({"op": "sign", "key": key, "options": {"issuer": MARKER}, "payload_b64u": b64u(MARKER)})),
        ("CONFIG", json!({"op": "sign", "key": key, "claims": {"sub": MARKER}, "payload_b64u": b64u(MARKER)})),
        ("BAD_REQUEST", json!({"op": "sign", "key": key, "payload_b64u": format!("{}!", b64u(MARKER))})),
        ("KEY", json!({"op": "sign", "key": {"jwks": {"keys": [oct_jwk()]}}, "claims": {"sub": MARKER}})),
        ("KEY", json!({"op": "sign", "key": {"jwk": ec_jwk()}, "algorithm": "ES384", "claims": {"sub": MARKER}})),
        ("CONFIG", json!({"op": "sign", "key": {"jwk": ec_jwk()}, "algorithm": MARKER, "claims": {"sub": MARKER}})),
    ]);
    let good = token(json!({"sub": MARKER}));
    let input = good.rsplit_once('.').unwrap().0;
    for (status, signing_input, signature) in [
        ("MALFORMED", MARKER, b64u(MARKER)),
        ("SIGNATURE", input, b64u(MARKER)),
        ("SIGNATURE", input, b64u([MARKER, MARKER].concat())),
        ("BAD_REQUEST", input, format!("{}=", b64u(MARKER))),
    ] {
        let options = json!({"typ": null});
        all.push((
            status,
            json!({"op": "sign_finish", "key": key, "options": options, "signing_input": signing_input, "signature_b64u": signature}),
        ));
    }
    all.push(("MALFORMED", json!({"op": "inspect", "token": format!("{MARKER}.{MARKER}")})));
    all.push(("MALFORMED", json!({"op": "inspect", "token": unsigned(MARKER, MARKER)})));
    all.push(("TOO_LARGE", json!({"op": "inspect", "token": MARKER.repeat(2049)})));
    all
}

fn vizzly() -> Vec<(&'static str, Value)> {
    let key = json!({"pem": EC_PEM});
    let dashboard = json!({"expiry_ttl_in_minutes": 1, "project_id": MARKER, "user_reference": MARKER});
    let data = json!({"expiry_ttl_in_minutes": 1, "data_set_ids": [MARKER], "secure_filters": {MARKER: MARKER}});
    let engine =
        json!({"expiry_ttl_in_minutes": 1, "allow_data_preview_access": true, "allow_database_schema_access": true});
    let mut all = Vec::new();
    for (kind, args, wrong) in [
        ("dashboard", &dashboard, json!({"project_id": [MARKER]})),
        ("dashboard", &dashboard, json!({"user_reference": null})),
        ("dashboard", &dashboard, json!({"scope": [MARKER]})),
        ("dashboard", &dashboard, json!({"access_type": {"is": MARKER}})),
        ("dashboard", &dashboard, json!({"parent_dashboard_ids": MARKER})),
        ("dashboard", &dashboard, json!({"timezone": MARKER})),
        ("dashboard", &dashboard, json!({"timezone": "+1é:00"})),
        ("dashboard", &dashboard, json!({"expiry_ttl_in_minutes": MARKER})),
        ("dashboard", &dashboard, json!({"registered_claims": MARKER})),
        ("dashboard", &dashboard, json!({"secret": MARKER})),
        ("data", &data, json!({"data_set_ids": MARKER})),
        ("data", &data, json!({"data_set_ids": [MARKER, 1]})),
        ("data", &data, json!({"secure_filters": [MARKER]})),
        ("data", &data, json!({"parameters": MARKER})),
        ("query_engine", &engine, json!({"allow_data_preview_access": MARKER})),
    ] {
        let args = with(args.clone(), wrong);
        all.push(("CONFIG", json!({"op": "vizzly", "token": kind, "key": key, "args": args})));
        let identity = with(json!({"op": "vizzly.identity", "key": key, "dashboard": dashboard}), json!({kind: args}));
        all.push(("CONFIG", identity));
    }
    all.push(("KEY", json!({"op": "vizzly", "token": "data", "key": {"jwk": ed25519_jwk()}, "args": data})));
    all.push(("CONFIG", json!({"op": "vizzly", "token": "data", "key": key, "args": MARKER})));
    all.push(("KEY", json!({"op": "vizzly.identity", "key": {"secret": MARKER}, "dashboard": dashboard})));
    all
}
