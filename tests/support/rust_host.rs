//! The sixth host: answers a line of the conformance protocol through the Rust API, in this process.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use jeton::access::api_key;
use jeton::error::{Failure, Status};
use jeton::jose::{ExternalSigner, Generated, Key, KeySet, Payload, Signer, Verifier, inspect_unverified};
use jeton::vendors::datasette;
use jeton::vendors::vizzly::Vizzly;
use serde_json::value::RawValue;

/// Why a request has no answer of the library's.
enum Error {
    Library(Failure),
    Driver(&'static str),
}

const BAD_REQUEST: Error = Error::Driver("BAD_REQUEST");
const UNSUPPORTED_OP: Error = Error::Driver("UNSUPPORTED_OP");

type Answer = Result<String, Error>;

impl From<Failure> for Error {
    fn from(failure: Failure) -> Error {
        Error::Library(failure)
    }
}

/// Answers one line with one line.
pub fn answer(line: &str) -> String {
    let Ok(members) = serde_json::from_str::<HashMap<String, Box<RawValue>>>(line) else {
        return format!(r#"{{"id":null,{}}}"#, error(&BAD_REQUEST));
    };
    let id = members.get("id").map_or("null", |id| id.get());
    match Request(&members).answer() {
        Ok(ok) => format!(r#"{{"id":{id},"ok":{ok}}}"#),
        Err(failure) => format!(r#"{{"id":{id},{}}}"#, error(&failure)),
    }
}

fn error(error: &Error) -> String {
    let (status, claim, message) = match error {
        Error::Library(failure) => (failure.status().name(), failure.claim(), failure.message()),
        Error::Driver(status) => (*status, None, "the request is not of the protocol"),
    };
    // As far as it fits into the 48 bytes of a jeton_error.
    let claim = claim.map_or("null".into(), |claim| text(&claim[..claim.floor_char_boundary(47)]));
    let message = text(message);
    format!(r#""error":{{"status":"{status}","claim":{claim},"message":{message},"http_status":null,"code":null}}"#)
}

/// JSON of a text.
fn text(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn json(bytes: &[u8]) -> String {
    // Outside strings, where alone they can be, CR and LF are white space.
    std::str::from_utf8(bytes).unwrap().replace(['\r', '\n'], " ")
}

/// The members of a request, each as its raw text.
struct Request<'a>(&'a HashMap<String, Box<RawValue>>);

impl Request<'_> {
    fn answer(&self) -> Answer {
        match self.text("op")?.as_str() {
            "version" => Ok(format!(r#"{{"version":"{}","abi":1}}"#, env!("CARGO_PKG_VERSION"))),
            "verify" => self.verify(),
            "verify_batch" => self.verify_batch(),
            "sign" => self.sign(),
            "sign_begin" => self.sign_begin(),
            "sign_finish" => self.sign_finish(),
            "inspect" => self.inspect(),
            "key" => self.describe(),
            "generate" => self.generate(),
            "vizzly" => self.vizzly(),
            "vizzly.identity" => self.identity(),
            "allowed" => self.allowed(),
            "allowed_action" => self.allowed_action(),
            "api_key.generate" => self.generate_api_key(),
            "api_key.check" => self.check_api_key(),
            _ => Err(UNSUPPORTED_OP),
        }
    }

    fn raw(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.get())
    }

    fn required(&self, name: &str) -> Result<&str, Error> {
        self.raw(name).ok_or(BAD_REQUEST)
    }

    fn text(&self, name: &str) -> Result<String, Error> {
        serde_json::from_str(self.required(name)?).map_err(|_| BAD_REQUEST)
    }

    fn bytes(&self, name: &str) -> Result<Vec<u8>, Error> {
        BASE64URL.decode(self.text(name)?).map_err(|_| BAD_REQUEST)
    }

    fn now(&self) -> Result<i64, Error> {
        match self.raw("now_s") {
            Some(now) => now.parse().map_err(|_| BAD_REQUEST),
            None => Ok(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64),
        }
    }

    fn keys(&self) -> Result<KeySet, Error> {
        key(self.required("key")?)
    }

    fn verify(&self) -> Answer {
        let (policy, token) = (self.required("policy")?, self.text("token")?);
        let verifier = Verifier::new(&self.keys()?, policy)?;
        opened(&verifier, &token, self.now()?)
    }

    fn verify_batch(&self) -> Answer {
        let policy = self.required("policy")?;
        let tokens: Vec<String> = serde_json::from_str(self.required("tokens")?).map_err(|_| BAD_REQUEST)?;
        let verifier = Verifier::new(&self.keys()?, policy)?;
        let now = self.now()?;
        let results: Vec<String> = tokens
            .iter()
            .map(|token| match opened(&verifier, token, now) {
                Ok(ok) => format!(r#"{{"ok":{ok}}}"#),
                Err(failure) => format!("{{{}}}", error(&failure)),
            })
            .collect();
        Ok(format!(r#"{{"results":[{}]}}"#, results.join(",")))
    }

    fn sign(&self) -> Answer {
        let signer = Signer::new(self.keys()?.only()?, &self.options()?)?;
        let token = match self.content()? {
            Content::Claims(claims) => signer.sign(claims.as_bytes(), self.now()?)?,
            Content::Bytes(payload) => signer.sign_bytes(&payload)?,
        };
        Ok(format!(r#"{{"token":"{token}"}}"#))
    }

    fn sign_begin(&self) -> Answer {
        let signer = ExternalSigner::new(self.keys()?.only()?, &self.options()?)?;
        let signing_input = match self.content()? {
            Content::Claims(claims) => signer.begin(claims.as_bytes(), self.now()?)?,
            Content::Bytes(payload) => signer.begin_bytes(&payload)?,
        };
        Ok(format!(r#"{{"signing_input":"{signing_input}"}}"#))
    }

    fn sign_finish(&self) -> Answer {
        let (signing_input, signature) = (self.text("signing_input")?, self.bytes("signature_b64u")?);
        let signer = ExternalSigner::new(self.keys()?.only()?, &self.options()?)?;
        let token = signer.finish(signing_input.as_bytes(), &signature)?;
        Ok(format!(r#"{{"token":"{token}"}}"#))
    }

    /// The options that the core takes: the request's, with its `algorithm` and `header` at the same level.
    fn options(&self) -> Result<String, Error> {
        let mut parts = Vec::new();
        if let Some(options) = self.raw("options") {
            let members: HashMap<String, Box<RawValue>> =
                serde_json::from_str(options).map_err(|_| config("options"))?;
            if members.contains_key("algorithm") || members.contains_key("header") {
                return Err(config("options"));
            }
            let inside = options.trim();
            parts.push(inside[1..inside.len() - 1].to_owned());
        }
        for name in ["algorithm", "header"] {
            parts.extend(self.raw(name).map(|value| format!("\"{name}\":{value}")));
        }
        parts.retain(|part| !part.trim().is_empty());
        Ok(format!("{{{}}}", parts.join(",")))
    }

    fn content(&self) -> Result<Content<'_>, Error> {
        match (self.raw("claims"), self.raw("payload_b64u")) {
            (Some(claims), None) => Ok(Content::Claims(claims)),
            (None, Some(_)) => Ok(Content::Bytes(self.bytes("payload_b64u")?)),
            _ => Err(config("claims")),
        }
    }

    fn inspect(&self) -> Answer {
        let token = inspect_unverified(self.text("token")?.as_bytes())?;
        Ok(decoded(token.header(), token.kind(), token.payload()))
    }

    fn describe(&self) -> Answer {
        let keys = self.keys()?;
        let key = keys.only()?;
        let algorithm = key.algorithm().map_or("null".into(), |algorithm| text(algorithm.name()));
        let kid = key.kid().map_or("null".into(), text);
        let (kty, private, thumbprint) = (key.kty(), key.is_private(), key.thumbprint());
        Ok(format!(
            r#"{{"kty":"{kty}","algorithm":{algorithm},"kid":{kid},"private":{private},"thumbprint":"{thumbprint}"}}"#
        ))
    }

    fn generate(&self) -> Answer {
        let Generated { private_jwk, public_jwk, private_pem, public_pem } = Key::generate(&self.text("algorithm")?)?;
        let or_null = |part: Option<String>| part.unwrap_or("null".into());
        let pem = |part: Option<String>| part.map_or("null".into(), |part| text(&part));
        Ok(format!(
            r#"{{"private_jwk":{private_jwk},"public_jwk":{},"private_pem":{},"public_pem":{}}}"#,
            or_null(public_jwk),
            pem(private_pem),
            pem(public_pem)
        ))
    }

    fn vizzly(&self) -> Answer {
        let (kind, args) = (self.text("token")?, self.required("args")?);
        let vizzly = Vizzly::new(self.keys()?.only()?)?;
        let now = self.now()?;
        let token = match kind.as_str() {
            "dashboard" => vizzly.dashboard(args, now)?,
            "data" => vizzly.data(args, now)?,
            "query_engine" => vizzly.query_engine(args, now)?,
            _ => return Err(BAD_REQUEST),
        };
        Ok(format!(r#"{{"token":"{token}"}}"#))
    }

    fn identity(&self) -> Answer {
        self.required("dashboard")?;
        let args =
            ["dashboard", "data", "query_engine"].map(|name| self.raw(name).map(|args| format!("\"{name}\":{args}")));
        let args = args.into_iter().flatten().collect::<Vec<_>>().join(",");
        let identity = Vizzly::new(self.keys()?.only()?)?.identity(&format!("{{{args}}}"), self.now()?)?;
        Ok(identity.to_json())
    }
}

impl Request<'_> {
    fn allowed(&self) -> Answer {
        let allowed = datasette::allowed(self.required("actor")?, self.required("allow")?)?;
        Ok(format!(r#"{{"allowed":{allowed}}}"#))
    }

    fn allowed_action(&self) -> Answer {
        let (actor, resource) = (self.required("actor")?, self.raw("resource").unwrap_or("[]"));
        let allowed = datasette::allowed_action(actor, &self.text("action")?, resource)?;
        Ok(format!(r#"{{"allowed":{allowed}}}"#))
    }

    fn generate_api_key(&self) -> Answer {
        let api_key = api_key::generate(&self.text("prefix")?)?;
        let digest = BASE64URL.encode(api_key::stored_digest(api_key.as_bytes()));
        Ok(format!(r#"{{"api_key":"{}","digest_b64u":"{digest}"}}"#, *api_key))
    }

    fn check_api_key(&self) -> Answer {
        let api_key = self.text("api_key")?;
        let prefix = api_key::check(api_key.as_bytes());
        Ok(format!(r#"{{"valid":{},"prefix":{}}}"#, prefix.is_some(), prefix.map_or("null".into(), text)))
    }
}

enum Content<'a> {
    Claims(&'a str),
    Bytes(Vec<u8>),
}

fn config(path: &str) -> Error {
    Error::Library(Failure::new(Status::Config, format!("{path} contradicts the protocol")))
}

fn opened(verifier: &Verifier, token: &str, now_s: i64) -> Answer {
    let verified = verifier.verify(token.as_bytes(), now_s)?;
    Ok(decoded(verified.header(), verified.kind(), verified.payload()))
}

fn decoded(header: &[u8], kind: Payload, payload: &[u8]) -> String {
    let header = json(header);
    match kind {
        Payload::Claims => format!(r#"{{"header":{header},"claims":{}}}"#, json(payload)),
        Payload::Bytes => format!(r#"{{"header":{header},"payload_b64u":"{}"}}"#, BASE64URL.encode(payload)),
    }
}

/// A key object of the protocol: exactly one form, and perhaps an algorithm.
fn key(object: &str) -> Result<KeySet, Error> {
    let members: HashMap<String, Box<RawValue>> = serde_json::from_str(object).map_err(|_| BAD_REQUEST)?;
    let request = Request(&members);
    // What is no text goes to the core as it stands, and is the name of none.
    let algorithm = request.raw("algorithm").map(|raw| request.text("algorithm").unwrap_or_else(|_| raw.to_string()));
    let algorithm = algorithm.as_deref();
    let forms = ["pem", "der_b64u", "jwk", "jwks", "secret", "secret_b64u"];
    let [form] = forms.into_iter().filter(|form| members.contains_key(*form)).collect::<Vec<_>>()[..] else {
        return Err(BAD_REQUEST);
    };
    let one = match form {
        "pem" => Key::from_pem(request.text(form)?.as_bytes(), algorithm)?,
        "der_b64u" => Key::from_der(&request.bytes(form)?, algorithm)?,
        "jwk" => Key::from_jwk(request.required(form)?.as_bytes(), algorithm)?,
        "jwks" => return Ok(KeySet::from_jwks(request.required(form)?.as_bytes(), algorithm)?),
        "secret" => Key::from_secret(request.text(form)?.as_bytes(), algorithm)?,
        _ => Key::from_secret(&request.bytes(form)?, algorithm)?,
    };
    Ok(KeySet::from(Arc::new(one)))
}
