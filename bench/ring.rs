//! The floor: what `ring` alone takes to sign and to verify the bytes of a token, with keys made beforehand.

use std::hint::black_box;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaKeyPair, UnparsedPublicKey};
use ring::{hmac, rsa};

fn main() {
    hs256();
    for (alg, encoding, parameters) in [
        (
            "RS256",
            &signature::RSA_PKCS1_SHA256 as &'static dyn signature::RsaEncoding,
            &signature::RSA_PKCS1_2048_8192_SHA256,
        ),
        ("PS256", &signature::RSA_PSS_SHA256, &signature::RSA_PSS_2048_8192_SHA256),
    ] {
        rsa(alg, encoding, parameters);
    }
    for (alg, signing, verifying) in [
        ("ES256", &signature::ECDSA_P256_SHA256_FIXED_SIGNING, &signature::ECDSA_P256_SHA256_FIXED),
        ("ES384", &signature::ECDSA_P384_SHA384_FIXED_SIGNING, &signature::ECDSA_P384_SHA384_FIXED),
    ] {
        ecdsa(alg, signing, verifying);
    }
    eddsa();
}

fn hs256() {
    let message = signing_input("HS256");
    let key = hmac::Key::new(hmac::HMAC_SHA256, include_bytes!("fixtures/HS256.secret"));
    let tag = hmac::sign(&key, &message);
    measure("sign", "HS256", || hmac::sign(&key, black_box(&message)));
    measure("verify", "HS256", || hmac::verify(&key, black_box(&message), tag.as_ref()).unwrap());
}

fn rsa(alg: &str, encoding: &'static dyn signature::RsaEncoding, parameters: &'static signature::RsaParameters) {
    let message = signing_input(alg);
    let random = SystemRandom::new();
    let key = RsaKeyPair::from_pkcs8(&der(include_str!("fixtures/RSA.pem"))).unwrap();
    let mut signed = vec![0; key.public().modulus_len()];
    measure("sign", alg, || key.sign(encoding, &random, black_box(&message), &mut signed).unwrap());
    let public = rsa::PublicKeyComponents { n: modulus(&key), e: vec![1, 0, 1] };
    measure("verify", alg, || public.verify(parameters, black_box(&message), &signed).unwrap());
}

fn modulus(key: &RsaKeyPair) -> Vec<u8> {
    rsa::PublicKeyComponents::<Vec<u8>>::from(key.public()).n
}

fn ecdsa(
    alg: &str,
    signing: &'static signature::EcdsaSigningAlgorithm,
    verifying: &'static dyn signature::VerificationAlgorithm,
) {
    let message = signing_input(alg);
    let random = SystemRandom::new();
    let pem = if alg == "ES256" { include_str!("fixtures/ES256.pem") } else { include_str!("fixtures/ES384.pem") };
    let key = EcdsaKeyPair::from_pkcs8(signing, &der(pem), &random).unwrap();
    measure("sign", alg, || key.sign(&random, black_box(&message)).unwrap());
    let signed = key.sign(&random, &message).unwrap();
    let public = UnparsedPublicKey::new(verifying, key.public_key());
    measure("verify", alg, || public.verify(black_box(&message), signed.as_ref()).unwrap());
}

fn eddsa() {
    let message = signing_input("EdDSA");
    let key = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der(include_str!("fixtures/EdDSA.pem"))).unwrap();
    measure("sign", "EdDSA", || key.sign(black_box(&message)));
    let signed = key.sign(&message);
    let public = UnparsedPublicKey::new(&signature::ED25519, key.public_key());
    measure("verify", "EdDSA", || public.verify(black_box(&message), signed.as_ref()).unwrap());
}

fn signing_input(alg: &str) -> Vec<u8> {
    let header = BASE64_URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{alg}","typ":"JWT"}}"#));
    let claims = BASE64_URL_SAFE_NO_PAD.encode(include_str!("fixtures/claims.json"));
    format!("{header}.{claims}").into_bytes()
}

fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    BASE64_STANDARD.decode(body).unwrap()
}

/// Prints the median of seven batches of about 20 ms.
fn measure<T>(op: &str, alg: &str, mut call: impl FnMut() -> T) {
    let mut time = |calls: u32| {
        let start = Instant::now();
        (0..calls).for_each(|_| drop(black_box(call())));
        start.elapsed()
    };
    let mut calls = 1;
    while time(calls) < Duration::from_millis(10) {
        calls *= 2;
    }
    let mut batches: Vec<f64> = (0..7).map(|_| time(calls * 2).as_nanos() as f64 / f64::from(calls * 2)).collect();
    batches.sort_by(f64::total_cmp);
    println!("ring {op} {alg} {:.1}", batches[3]);
}
