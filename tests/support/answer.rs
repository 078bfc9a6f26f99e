//! The judge: whether an answer is what a case expects.
//!
//! `ok` is compared as JSON and `error` by its status and claim. Other forms stand for outputs that are random or free in their
//! spelling: `token` and `signing_input` (what a token says, and the key that verifies it), `identity` (several such tokens),
//! `generated` (what a new key must be), `api_key` (likewise) and `version`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use serde_json::{Map, Value, json};

use super::decimal::equal;
use super::rust_host;

type Judgement = Result<(), String>;

/// Judges the line that a host answered.
pub fn judge(line: &str, id: &Value, expect: &Value) -> Judgement {
    let answer: Value = serde_json::from_str(line).map_err(|error| format!("not JSON: {error}: {line}"))?;
    let members = answer.as_object().ok_or("not an object")?;
    let echoed = members.get("id").ok_or("no id")?;
    if !equal(echoed, id) {
        return Err(format!("the id is {echoed}, not {id}"));
    }
    if members.len() != 2 {
        return Err(format!("not exactly an id and an answer: {line}"));
    }
    judge_outcome(&answer, expect).map_err(|why| format!("{why}\n     got: {}\nexpected: {expect}", cut(line)))
}

/// Status and claim of an answer; `None` for one that is `ok`. What all hosts must have in common.
pub fn verdict(line: &str) -> Option<(String, Value)> {
    let answer: Value = serde_json::from_str(line).ok()?;
    let error = answer.get("error")?;
    Some((error["status"].as_str()?.to_owned(), error["claim"].clone()))
}

fn cut(line: &str) -> &str {
    &line[..line.floor_char_boundary(600)]
}

fn judge_outcome(answer: &Value, expect: &Value) -> Judgement {
    let (form, wanted) =
        expect.as_object().and_then(|expect| expect.iter().next()).expect("an expectation has one form");
    if form == "error" {
        return judge_error(answer.get("error").ok_or("not an error")?, wanted);
    }
    let ok = answer.get("ok").ok_or("not ok")?;
    match form.as_str() {
        "ok" if wanted.get("results").is_some() => judge_results(ok, wanted),
        "ok" if equal(ok, wanted) => Ok(()),
        "ok" => Err("ok is another value".into()),
        "token" => judge_token(only_text(ok, "token")?, wanted),
        "signing_input" => judge_content(only_text(ok, "signing_input")?, wanted),
        "identity" => judge_identity(ok, wanted),
        "generated" => judge_generated(ok, wanted),
        "api_key" => judge_api_key(ok, wanted),
        "version" => {
            let expected = json!({"version": env!("CARGO_PKG_VERSION"), "abi": wanted["abi"]});
            if equal(ok, &expected) { Ok(()) } else { Err(format!("not {expected}")) }
        }
        _ => panic!("no expectation has the form {form}"),
    }
}

fn judge_error(error: &Value, wanted: &Value) -> Judgement {
    let names = ["status", "claim", "message", "http_status", "code"];
    let members = error.as_object().ok_or("error is no object")?;
    if members.len() != names.len() || !names.iter().all(|name| members.contains_key(*name)) {
        return Err(format!("error has not exactly {names:?}"));
    }
    if !error["http_status"].is_null() || !error["code"].is_null() {
        return Err("http_status and code are not null".into());
    }
    if error["message"].as_str().is_none_or(str::is_empty) {
        return Err("no message".into());
    }
    match error["status"] == wanted["status"] && error["claim"] == wanted["claim"] {
        true => Ok(()),
        false => Err(format!("status {} and claim {}", error["status"], error["claim"])),
    }
}

fn judge_results(ok: &Value, wanted: &Value) -> Judgement {
    let results = ok["results"].as_array().ok_or("no results")?;
    let wanted = wanted["results"].as_array().unwrap();
    if results.len() != wanted.len() || ok.as_object().unwrap().len() != 1 {
        return Err(format!("{} results for {} tokens", results.len(), wanted.len()));
    }
    for (index, (result, wanted)) in results.iter().zip(wanted).enumerate() {
        judge_outcome(result, wanted).map_err(|why| format!("results[{index}]: {why}"))?;
    }
    Ok(())
}

fn only_text<'a>(ok: &'a Value, name: &str) -> Result<&'a str, String> {
    match ok.as_object().is_some_and(|members| members.len() == 1) {
        true => ok[name].as_str().ok_or(format!("no text {name}")),
        false => Err(format!("ok is not exactly {name}")),
    }
}

/// The token says what is wanted and verifies with the wanted key.
fn judge_token(token: &str, wanted: &Value) -> Judgement {
    let (signing_input, _) = token.rsplit_once('.').ok_or("no token")?;
    judge_content(signing_input, wanted)?;
    let policy = json!({"algorithms": [wanted["header"]["alg"]], "payload": "bytes", "max_token_bytes": 1048576});
    let request = json!({"op": "verify", "key": wanted["key"], "policy": policy, "token": token, "now_s": 0});
    match verdict(&rust_host::answer(&request.to_string())) {
        None => Ok(()),
        Some((status, _)) => Err(format!("the token does not verify: {status}")),
    }
}

fn judge_content(signing_input: &str, wanted: &Value) -> Judgement {
    let (header, payload) = signing_input.split_once('.').ok_or("no signing input")?;
    let decode = |part: &str| BASE64URL.decode(part).map_err(|_| format!("not base64url: {part}"));
    let header = object(&decode(header)?)?;
    if !equal(&Value::Object(header.clone()), &wanted["header"]) {
        return Err(format!("the header is {header:?}"));
    }
    let payload = decode(payload)?;
    if let Some(bytes) = wanted.get("payload_b64u") {
        let encoded = BASE64URL.encode(&payload);
        return if bytes == &json!(encoded) { Ok(()) } else { Err(format!("the payload is {encoded}")) };
    }
    let mut claims = object(&payload)?;
    if wanted.get("random_jti").is_some() {
        let jti = claims.shift_remove("jti").ok_or("no jti")?;
        // 128 bits are 22 characters of base64url.
        if jti.as_str().is_none_or(|jti| jti.len() < 22) {
            return Err(format!("the jti is {jti}"));
        }
    }
    if !equal(&Value::Object(claims.clone()), &wanted["claims"]) {
        return Err(format!("the claims are {claims:?}"));
    }
    judge_order(&header, wanted.get("header_order"))?;
    judge_order(&claims, wanted.get("member_order"))
}

fn object(text: &[u8]) -> Result<Map<String, Value>, String> {
    serde_json::from_slice(text).map_err(|error| format!("not a JSON object: {error}"))
}

/// The wanted members stand in this order, and the last of them stands last.
fn judge_order(members: &Map<String, Value>, wanted: Option<&Value>) -> Judgement {
    let Some(wanted) = wanted else { return Ok(()) };
    let wanted: Vec<&str> = wanted.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let names: Vec<&str> = members.keys().map(String::as_str).collect();
    let found: Vec<&str> = names.iter().copied().filter(|name| wanted.contains(name)).collect();
    match found == wanted && names.last() == wanted.last() {
        true => Ok(()),
        false => Err(format!("the members stand in the order {names:?}")),
    }
}

fn judge_identity(ok: &Value, wanted: &Value) -> Judgement {
    let (tokens, wanted) = (ok.as_object().ok_or("no object")?, wanted.as_object().unwrap());
    if tokens.len() != wanted.len() {
        return Err(format!("{} tokens, not {}", tokens.len(), wanted.len()));
    }
    for (name, wanted) in wanted {
        let token = tokens.get(name).and_then(Value::as_str).ok_or(format!("no {name}"))?;
        judge_token(token, wanted).map_err(|why| format!("{name}: {why}"))?;
    }
    Ok(())
}

/// A new key is what was asked for, and its four forms are one key.
fn judge_generated(ok: &Value, wanted: &Value) -> Judgement {
    let names = ["private_jwk", "public_jwk", "private_pem", "public_pem"];
    if ok.as_object().is_none_or(|ok| ok.len() != 4 || !names.iter().all(|name| ok.contains_key(*name))) {
        return Err(format!("ok has not exactly {names:?}"));
    }
    let jwk = &ok["private_jwk"];
    for name in ["kty", "crv"] {
        if jwk.get(name) != wanted.get(name) {
            return Err(format!("the {name} is {}", jwk[name]));
        }
    }
    let private = describe(json!({"jwk": jwk}))?;
    if jwk["alg"] != wanted["algorithm"]
        || private["algorithm"] != wanted["algorithm"]
        || private["private"] != json!(true)
    {
        return Err("the private JWK is of another algorithm or not private".into());
    }
    if jwk["kid"] != private["thumbprint"] {
        return Err("the kid is not the thumbprint".into());
    }
    if let Some(size) = wanted.get("secret_bytes") {
        let secret = BASE64URL.decode(jwk["k"].as_str().unwrap_or_default()).map_err(|_| "k is not base64url")?;
        let alone = names[1..].iter().all(|name| ok[*name].is_null());
        return if json!(secret.len()) == *size && alone {
            Ok(())
        } else {
            Err("the secret has another length, or is not alone".into())
        };
    }
    let forms = [
        ("public_jwk", json!({"jwk": ok["public_jwk"]}), false),
        ("private_pem", json!({"pem": ok["private_pem"]}), true),
        ("public_pem", json!({"pem": ok["public_pem"]}), false),
    ];
    for (name, key, is_private) in forms {
        let described = describe(key).map_err(|why| format!("{name}: {why}"))?;
        if described["thumbprint"] != private["thumbprint"] || described["private"] != json!(is_private) {
            return Err(format!("{name} is another key"));
        }
    }
    for (name, label) in
        [("private_pem", "-----BEGIN PRIVATE KEY-----\n"), ("public_pem", "-----BEGIN PUBLIC KEY-----\n")]
    {
        if !ok[name].as_str().unwrap_or_default().starts_with(label) {
            return Err(format!("{name} is not of the form {label}"));
        }
    }
    match ok["public_jwk"].get("d").is_none()
        && ok["public_jwk"]["kid"] == jwk["kid"]
        && ok["public_jwk"]["alg"] == jwk["alg"]
    {
        true => Ok(()),
        false => Err("the public JWK is not the private one without d".into()),
    }
}

/// A new API key has the wanted prefix and a digest that is its own.
fn judge_api_key(ok: &Value, wanted: &Value) -> Judgement {
    let api_key = ok["api_key"].as_str().ok_or("no api_key")?;
    let digest = BASE64URL.encode(ring::digest::digest(&ring::digest::SHA256, api_key.as_bytes()));
    if ok.as_object().is_none_or(|ok| ok.len() != 2) || ok["digest_b64u"] != json!(digest) {
        return Err("ok has not exactly api_key and its digest_b64u".into());
    }
    let request = json!({"op": "api_key.check", "api_key": api_key});
    let answer: Value = serde_json::from_str(&rust_host::answer(&request.to_string())).unwrap();
    let sound = answer["ok"] == json!({"valid": true, "prefix": wanted["prefix"]});
    if sound { Ok(()) } else { Err(format!("{api_key} is no key: {answer}")) }
}

fn describe(key: Value) -> Result<Value, String> {
    let answer: Value =
        serde_json::from_str(&rust_host::answer(&json!({"op": "key", "key": key}).to_string())).unwrap();
    answer.get("ok").cloned().ok_or(format!("no key: {}", answer["error"]["status"]))
}
