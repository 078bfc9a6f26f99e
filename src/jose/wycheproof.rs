//! Project Wycheproof's vectors of signatures, through the import of keys and the one call that judges signatures.
//!
//! Their messages are any bytes and so no tokens; what stands before that call is held by the vectors in `tests/vectors`. A verdict
//! is Wycheproof's own, unless one of [`EXCEPTIONS`] has the reason why it is not. All counts are written down, so that no
//! verdict changes unseen.

use std::str::FromStr;
use std::sync::Arc;

use serde_json::Value;

use super::base64url;
use super::key::Key;
use crate::error::{Result, Status};

/// What becomes of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Accepted,
    Rejected,
    KeyRefused(Status),
}
use Verdict::{Accepted, KeyRefused, Rejected};

/// The files, how many tests each has, and how many of these are accepted.
const FILES: &[(&str, usize, usize)] = &[
    ("ecdsa_secp256r1_sha256_p1363", 262, 173),
    ("ecdsa_secp384r1_sha384_p1363", 280, 193),
    ("ecdsa_secp256r1_sha512_p1363", 332, 0),
    ("ecdsa_secp384r1_sha512_p1363", 318, 0),
    ("ecdsa_secp256r1_sha256", 484, 0),
    ("ecdsa_secp384r1_sha384", 504, 0),
    ("ecdsa_secp521r1_sha512_p1363", 318, 0),
    ("ecdsa_secp521r1_sha512", 542, 0),
    ("ecdsa_secp256k1_sha256_p1363", 252, 0),
    ("ecdsa_secp256k1_sha256", 476, 0),
    ("ed25519", 151, 88),
    ("ed448", 87, 0),
    ("hmac_sha256", 174, 30),
    ("hmac_sha384", 174, 30),
    ("hmac_sha512", 174, 30),
    ("rsa_signature_2048_sha256", 259, 7),
    ("rsa_signature_2048_sha384", 258, 7),
    ("rsa_signature_2048_sha512", 259, 7),
    ("rsa_signature_3072_sha256", 259, 7),
    ("rsa_signature_3072_sha384", 259, 7),
    ("rsa_signature_3072_sha512", 260, 7),
    ("rsa_signature_4096_sha256", 258, 7),
    ("rsa_signature_4096_sha384", 259, 7),
    ("rsa_signature_4096_sha512", 259, 7),
    ("rsa_signature_8192_sha256", 258, 7),
    ("rsa_signature_8192_sha384", 259, 7),
    ("rsa_signature_8192_sha512", 259, 7),
    ("rsa_pss_2048_sha256_mgf1_32", 108, 63),
    ("rsa_pss_2048_sha384_mgf1_48", 141, 95),
    ("rsa_pss_3072_sha256_mgf1_32", 108, 63),
    ("rsa_pss_4096_sha256_mgf1_32", 108, 63),
    ("rsa_pss_4096_sha384_mgf1_48", 141, 95),
    ("rsa_pss_4096_sha512_mgf1_64", 179, 132),
    ("rsa_pss_2048_sha256_mgf1_0", 103, 1),
    ("rsa_pss_2048_sha256_mgf1sha1_20", 108, 0),
    ("rsa_pss_4096_sha512_mgf1_32", 177, 0),
    ("rsa_pss_misc", 150, 3),
    ("rsa_pss_2048_sha256_mgf1_0_params", 103, 0),
    ("rsa_pss_2048_sha256_mgf1_32_params", 108, 0),
    ("rsa_pss_3072_sha256_mgf1_32_params", 108, 0),
    ("rsa_pss_4096_sha512_mgf1_64_params", 179, 0),
    ("rsa_pss_misc_params", 150, 0),
];

/// Where the verdict is not Wycheproof's.
struct Exception {
    why: &'static str,
    verdict: Verdict,
    /// How many verdicts differ for this reason.
    count: usize,
    holds: fn(&Case<'_>) -> bool,
}

/// In this order: the first that holds decides.
const EXCEPTIONS: &[Exception] = &[
    Exception {
        why: "ring has no P-521 and no secp256k1, so ES512 and ES256K keys are refused",
        verdict: KeyRefused(Status::KeyUnsupported),
        count: 798,
        holds: |case| matches!(case.curve(), "secp521r1" | "secp256k1"),
    },
    Exception {
        why: "ring has no Ed448",
        verdict: KeyRefused(Status::KeyUnsupported),
        count: 17,
        holds: |case| case.curve() == "edwards448",
    },
    Exception {
        why: "an RSASSA-PSS key with parameters is no key for one algorithm of JWS; PS256 to PS512 keys are rsaEncryption",
        verdict: KeyRefused(Status::KeyUnsupported),
        count: 469,
        holds: |case| case.group["type"] == "RsassaPssWithParametersVerify",
    },
    Exception {
        why: "a public exponent of 3 is too small (SECURITY.md)",
        verdict: KeyRefused(Status::KeyWeak),
        count: 5,
        holds: |case| case.group["publicKey"]["publicExponent"] == "03",
    },
    Exception {
        why: "an HMAC secret is at least as long as the hash (RFC 7518 section 3.2)",
        verdict: KeyRefused(Status::KeyWeak),
        count: 18,
        holds: |case| case.is_hmac() && case.number("keySize") < case.hash_len() * 8,
    },
    Exception {
        why: "an HMAC is as long as the hash (RFC 7518 section 3.2); it is never cut short",
        verdict: Rejected,
        count: 90,
        holds: |case| case.is_hmac() && case.number("tagSize") < case.hash_len() * 8,
    },
    Exception {
        why: "an ECDSA signature is R || S (RFC 7518 section 3.4), never DER",
        verdict: Rejected,
        count: 368,
        holds: |case| case.group["type"] == "EcdsaVerify",
    },
    Exception {
        why: "ES256 is SHA-256 and ES384 is SHA-384 (RFC 7518 section 3.4); another hash on the same curve is no algorithm of JWS",
        verdict: Rejected,
        count: 472,
        holds: |case| case.group["type"] == "EcdsaP1363Verify" && case.hash_len() * 8 != case.curve_bits(),
    },
    Exception {
        why: "PKCS#1 v1.5 padding has one encoding, with the NULL of its hash; Wycheproof calls the one without it acceptable",
        verdict: Rejected,
        count: 12,
        holds: |case| case.test["result"] == "acceptable",
    },
    Exception {
        why: "the file's own salt length is 0; this signature with 32 bytes of salt is what PS256 is",
        verdict: Accepted,
        count: 1,
        holds: |case| case.file == "rsa_pss_2048_sha256_mgf1_0" && case.test["tcId"] == 69,
    },
    Exception {
        why: "PSS has a salt as long as the hash, and MGF1 with the same hash, SHA-256, SHA-384 or SHA-512 (RFC 7518 section 3.5)",
        verdict: Rejected,
        count: 403,
        holds: |case| {
            case.group["type"] == "RsassaPssVerify"
                && !(case.group["mgfSha"] == case.group["sha"]
                    && case.number("sLen") == case.hash_len()
                    && case.hash_len() >= 32)
        },
    },
];

/// One test with what it belongs to.
struct Case<'a> {
    file: &'a str,
    group: &'a Value,
    test: &'a Value,
}

impl Case<'_> {
    fn theirs(&self) -> Verdict {
        if self.test["result"] == "invalid" { Rejected } else { Accepted }
    }

    fn is_hmac(&self) -> bool {
        self.group["type"] == "MacTest"
    }

    fn number(&self, member: &str) -> u64 {
        self.group[member].as_u64().unwrap()
    }

    fn curve(&self) -> &str {
        self.group["publicKey"]["curve"].as_str().unwrap_or_default()
    }

    fn curve_bits(&self) -> u64 {
        self.group["publicKey"]["keySize"].as_u64().unwrap()
    }

    fn hash_len(&self) -> u64 {
        let name = self.group["sha"].as_str().unwrap_or(self.file);
        match name.rsplit(['-', 'a']).next() {
            Some("1") => 20,
            Some("224") => 28,
            Some("256") => 32,
            Some("384") => 48,
            Some("512") => 64,
            _ => panic!("{name} names no hash"),
        }
    }

    /// The algorithm of JWS that the test is nearest to; keys of curves bring their own.
    fn algorithm(&self) -> Option<String> {
        let family = match self.group["type"].as_str().unwrap() {
            "MacTest" => "HS",
            "RsassaPkcs1Verify" => "RS",
            "RsassaPssVerify" | "RsassaPssWithParametersVerify" => "PS",
            _ => return None,
        };
        Some(format!("{family}{}", (self.hash_len() * 8).max(256)))
    }

    /// The key in every form that the file has it in.
    fn keys(&self) -> Vec<Result<Key>> {
        let algorithm = self.algorithm();
        let algorithm = algorithm.as_deref();
        if self.is_hmac() {
            let secret = hex(&self.test["key"]);
            let jwk = format!(r#"{{"kty":"oct","k":"{}"}}"#, base64url::encode(&secret));
            return vec![Key::from_secret(&secret, algorithm), Key::from_jwk(jwk.as_bytes(), algorithm)];
        }
        let mut keys = vec![
            Key::from_der(&hex(&self.group["publicKeyDer"]), algorithm),
            Key::from_pem(self.group["publicKeyPem"].as_str().unwrap().as_bytes(), algorithm),
        ];
        // A PKCS#1 structure says nothing of PSS parameters, so that it is another key than the one beside it.
        if self.group["type"] != "RsassaPssWithParametersVerify" {
            keys.extend(self.group.get("publicKeyAsn").map(|der| Key::from_der(&hex(der), algorithm)));
        }
        let jwk = self.group.get("publicKeyJwk").or(self.group.get("keyJwk"));
        keys.extend(jwk.map(|jwk| Key::from_jwk(jwk.to_string().as_bytes(), algorithm)));
        keys
    }

    /// The key, of which every form is the same one, or refused alike.
    fn key(&self) -> Result<Arc<Key>, Status> {
        let keys: Vec<_> = self.keys().into_iter().map(|key| key.map_err(|failure| failure.status())).collect();
        let names: Vec<_> = keys.iter().map(|key| key.as_ref().map(Key::thumbprint)).collect();
        assert!(names.windows(2).all(|pair| pair[0] == pair[1]), "{}: {names:?}", self.file);
        keys.into_iter().next().unwrap().map(Arc::new)
    }

    fn verdict(&self, key: &Result<Arc<Key>, Status>) -> Verdict {
        match key {
            Err(status) => KeyRefused(*status),
            Ok(key) => {
                let signature = self.test.get("sig").or(self.test.get("tag")).unwrap();
                let verified = key.verifying_key(None).unwrap().verify(&hex(&self.test["msg"]), &hex(signature));
                if verified.is_ok() { Accepted } else { Rejected }
            }
        }
    }
}

#[test]
fn verdicts_are_wycheproofs_but_for_the_reviewed_exceptions() {
    let mut excepted = vec![0; EXCEPTIONS.len()];
    let mut counts = Vec::new();
    for (file, ..) in FILES {
        let set: Value = serde_json::from_str(text_of(file)).unwrap();
        let (mut tests, mut accepted) = (0, 0);
        for group in set["testGroups"].as_array().unwrap() {
            let mut shared = None;
            for test in group["tests"].as_array().unwrap() {
                let case = Case { file, group, test };
                let own = case.is_hmac().then(|| case.key());
                let verdict = case.verdict(own.as_ref().unwrap_or_else(|| shared.get_or_insert_with(|| case.key())));
                let exception = EXCEPTIONS.iter().position(|exception| (exception.holds)(&case));
                let expected = exception.map_or(case.theirs(), |index| EXCEPTIONS[index].verdict);
                assert_eq!(verdict, expected, "{file} {}: {}", test["tcId"], test["comment"]);
                if let Some(index) = exception {
                    excepted[index] += usize::from((verdict == Accepted) != (case.theirs() == Accepted));
                }
                tests += 1;
                accepted += usize::from(verdict == Accepted);
            }
        }
        counts.push((*file, tests, accepted));
    }
    assert_eq!(counts, FILES);
    for (exception, count) in EXCEPTIONS.iter().zip(excepted) {
        assert_eq!(count, exception.count, "{}", exception.why);
    }
}

fn text_of(file: &str) -> &'static str {
    use wycheproof::{ecdsa, eddsa, mac, rsa_pkcs1_verify, rsa_pss_verify};
    match file.split('_').collect::<Vec<_>>()[..] {
        ["ecdsa", ..] => ecdsa::TestName::from_str(file).unwrap().json_data(),
        ["hmac", ..] => mac::TestName::from_str(file).unwrap().json_data(),
        ["rsa", "pss", ..] => rsa_pss_verify::TestName::from_str(file).unwrap().json_data(),
        ["rsa", ..] => rsa_pkcs1_verify::TestName::from_str(file).unwrap().json_data(),
        _ => eddsa::TestName::from_str(file).unwrap().json_data(),
    }
}

fn hex(text: &Value) -> Vec<u8> {
    let text = text.as_str().unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
