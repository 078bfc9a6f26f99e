//! The six DER structures that hold keys, told apart by their outermost shape, which no two of them share:
//!
//! | structure | outermost elements |
//! |---|---|
//! | PKCS#8 (RFC 5208, 5958) | INTEGER, SEQUENCE, OCTET STRING, … |
//! | SEC 1 (RFC 5915) | INTEGER, OCTET STRING, … |
//! | PKCS#1 private (RFC 8017) | INTEGER nine times, … |
//! | PKCS#1 public (RFC 8017) | INTEGER twice |
//! | SPKI (RFC 5280) | SEQUENCE, BIT STRING |
//! | X.509 certificate (RFC 5280) | SEQUENCE, SEQUENCE, BIT STRING |
//!
//! Two more are known so as to be refused by name: encrypted PKCS#8 (SEQUENCE, OCTET STRING) and DSA (INTEGER six times).

use super::curve::Curve;
use super::der::{
    BIT_STRING, CONTEXT_0_CONSTRUCTED, CONTEXT_1, CONTEXT_1_CONSTRUCTED, INTEGER, NULL, OCTET_STRING, OID, Reader,
    SEQUENCE, whole_bytes, write, write_unsigned,
};
use super::elliptic::{EcKey, Ed25519Key};
use super::key::{Material, unsound, unsupported};
use super::rsa::{Parts, RsaKey};
use crate::error::{Failure, Result};

#[cfg(test)]
pub(super) mod tests;

const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Structure {
    Pkcs8,
    Sec1,
    Pkcs1Private,
    Pkcs1Public,
    Spki,
    Certificate,
    EncryptedPkcs8,
    Dsa,
}

/// Which structure these bytes begin with.
pub(super) fn structure(der: &[u8]) -> Option<Structure> {
    let mut elements = Reader::new(der).sequence()?;
    let mut first = [0; 3];
    let mut count = 0;
    let mut integers = 0;
    while elements.end().is_none() {
        let (tag, _) = elements.any()?;
        if let Some(slot) = first.get_mut(count) {
            *slot = tag;
        }
        integers += usize::from(tag == INTEGER && integers == count);
        count += 1;
    }
    match (first, count) {
        ([INTEGER, SEQUENCE, OCTET_STRING], 3..) => Some(Structure::Pkcs8),
        ([INTEGER, OCTET_STRING, _], 2..) => Some(Structure::Sec1),
        ([INTEGER, INTEGER, _], 2) => Some(Structure::Pkcs1Public),
        ([SEQUENCE, BIT_STRING, _], 2) => Some(Structure::Spki),
        ([SEQUENCE, OCTET_STRING, _], 2) => Some(Structure::EncryptedPkcs8),
        ([SEQUENCE, SEQUENCE, BIT_STRING], 3) => Some(Structure::Certificate),
        _ if integers >= 9 => Some(Structure::Pkcs1Private),
        _ if integers == 6 && count == 6 => Some(Structure::Dsa),
        _ => None,
    }
}

/// Reads one structure. Bytes after it are the last fault to be looked at.
pub(super) fn read(structure: Structure, der: &[u8]) -> Result<Material> {
    let mut reader = Reader::new(der);
    let elements = reader.sequence().ok_or_else(unreadable)?;
    let key = match structure {
        Structure::Pkcs8 => pkcs8(elements),
        Structure::Sec1 => sec1(elements, None, None),
        Structure::Pkcs1Private => pkcs1_private(elements, None),
        Structure::Pkcs1Public => pkcs1_public(elements),
        Structure::Spki => spki(elements),
        Structure::Certificate => certificate(elements),
        Structure::EncryptedPkcs8 => Err(unsupported("an encrypted private key")),
        Structure::Dsa => Err(unsupported("a DSA key")),
    }?;
    reader.end().ok_or_else(|| unsound("bytes after the DER of the key"))?;
    Ok(key)
}

/// What an AlgorithmIdentifier says about the key beside it.
#[derive(Clone, Copy)]
enum Kind {
    Rsa,
    Ec(Curve),
    Ed25519,
}

/// An AlgorithmIdentifier, of any algorithm.
struct Identifier<'a> {
    oid: &'a [u8],
    parameters: Reader<'a>,
}

impl<'a> Identifier<'a> {
    fn read(reader: &mut Reader<'a>) -> Option<Identifier<'a>> {
        let mut parameters = reader.sequence()?;
        let oid = parameters.take(OID)?;
        Some(Identifier { oid, parameters })
    }

    fn kind(mut self) -> Result<Kind> {
        let kind = match self.oid {
            RSA_ENCRYPTION if self.parameters.take(NULL) == Some(&[]) => Kind::Rsa,
            EC_PUBLIC_KEY => Kind::Ec(named_curve(&mut self.parameters)?),
            ED25519 => Kind::Ed25519,
            RSA_ENCRYPTION => return Err(unreadable()),
            _ => return Err(unsupported("a key for another algorithm than RSA, EC or Ed25519")),
        };
        self.parameters.end().ok_or_else(unreadable)?;
        Ok(kind)
    }
}

/// ECParameters: only a curve by name.
fn named_curve(parameters: &mut Reader<'_>) -> Result<Curve> {
    match parameters.any().ok_or_else(unreadable)? {
        (OID, oid) => Curve::ALL
            .into_iter()
            .find(|curve| curve.oid() == oid)
            .ok_or_else(|| unsupported("an EC key on another curve than P-256 and P-384")),
        (SEQUENCE, _) => Err(unsupported("an EC key with a curve of its own instead of a name")),
        _ => Err(unreadable()),
    }
}

fn pkcs8(mut elements: Reader<'_>) -> Result<Material> {
    let (kind, private, public) = (|| {
        let version = elements.unsigned()?;
        let identifier = Identifier::read(&mut elements)?;
        let private = elements.take(OCTET_STRING)?;
        let _attributes = elements.take_if(CONTEXT_0_CONSTRUCTED)?;
        let public = match version {
            [] => None,
            [1] => elements.take_if(CONTEXT_1)?.map(|bits| whole_bytes(bits).ok_or(())).transpose().ok()?,
            _ => return None,
        };
        elements.end()?;
        Some((identifier.kind(), private, public))
    })()
    .ok_or_else(unreadable)?;
    let mut private = Reader::new(private);
    let key = match kind? {
        Kind::Rsa => pkcs1_private(private.sequence().ok_or_else(unreadable)?, public),
        Kind::Ec(curve) => sec1(private.sequence().ok_or_else(unreadable)?, Some(curve), public),
        Kind::Ed25519 => {
            let seed = private.take(OCTET_STRING).ok_or_else(unreadable)?;
            Ed25519Key::private(seed, public).map(Material::Ed25519)
        }
    }?;
    private.end().ok_or_else(unreadable)?;
    Ok(key)
}

/// An ECPrivateKey; PKCS#8 may have named the curve and given the public half already.
fn sec1(mut elements: Reader<'_>, curve: Option<Curve>, public: Option<&[u8]>) -> Result<Material> {
    let (private, parameters, inner_public) = (|| {
        let version = elements.unsigned()?;
        let private = elements.take(OCTET_STRING)?;
        let parameters = elements.take_if(CONTEXT_0_CONSTRUCTED)?;
        let public = match elements.take_if(CONTEXT_1_CONSTRUCTED)? {
            Some(wrapped) => Some(only(wrapped, Reader::bit_string)?),
            None => None,
        };
        elements.end()?;
        (version == [1]).then_some((private, parameters, public))
    })()
    .ok_or_else(unreadable)?;
    let inner_curve = parameters.map(|parameters| {
        let mut reader = Reader::new(parameters);
        let curve = named_curve(&mut reader)?;
        reader.end().map(|()| curve).ok_or_else(unreadable)
    });
    let curve = agreed(curve, inner_curve.transpose()?)?;
    let Some(point) = agreed(public, inner_public)? else {
        return Err(unsupported(
            "an EC private key without its public half, which cannot be derived; a JWK always has it",
        ));
    };
    let curve = curve.ok_or_else(|| unsound("an EC private key that names no curve"))?;
    EcKey::new(curve, point, Some(private)).map(Material::Ec)
}

/// An RSAPrivateKey; PKCS#8 may have given the public half already.
fn pkcs1_private(mut elements: Reader<'_>, public: Option<&[u8]>) -> Result<Material> {
    match elements.unsigned().ok_or_else(unreadable)? {
        [] => {}
        [1] => return Err(unsupported("an RSA key of more than two primes")),
        _ => return Err(unreadable()),
    }
    let (n, e) = elements.unsigned().zip(elements.unsigned()).ok_or_else(unreadable)?;
    let key = RsaKey::new(Some(n), Some(e))?;
    let parts = (|| {
        let mut next = || elements.unsigned();
        let parts = Parts { d: next()?, p: next()?, q: next()?, dp: next()?, dq: next()?, qi: next()? };
        elements.end()?;
        Some(parts)
    })()
    .ok_or_else(unreadable)?;
    agreed(public, public.and(Some(&rsa_public_key(n, e))))?;
    key.with_private(&parts).map(Material::Rsa)
}

fn pkcs1_public(mut elements: Reader<'_>) -> Result<Material> {
    let (n, e) = elements.unsigned().zip(elements.unsigned()).ok_or_else(unreadable)?;
    let key = RsaKey::new(Some(n), Some(e))?;
    elements.end().ok_or_else(unreadable)?;
    Ok(Material::Rsa(key))
}

fn spki(mut elements: Reader<'_>) -> Result<Material> {
    let (identifier, key) = (|| {
        let identifier = Identifier::read(&mut elements)?;
        let key = elements.bit_string()?;
        elements.end()?;
        Some((identifier, key))
    })()
    .ok_or_else(unreadable)?;
    match identifier.kind()? {
        Kind::Rsa => pkcs1_public(only(key, Reader::sequence).ok_or_else(unreadable)?),
        Kind::Ec(curve) => EcKey::new(curve, key, None).map(Material::Ec),
        Kind::Ed25519 => Ed25519Key::public(key).map(Material::Ed25519),
    }
}

/// The public key of a certificate. Nothing else of it is checked: not its dates, its names, its signature or its issuer.
fn certificate(mut elements: Reader<'_>) -> Result<Material> {
    let subject_public_key_info = (|| {
        let mut certificate = elements.sequence()?;
        let _version = certificate.take_if(CONTEXT_0_CONSTRUCTED)?;
        let _serial_number = certificate.take(INTEGER)?;
        let _signature = certificate.sequence()?;
        let _issuer = certificate.sequence()?;
        let _validity = certificate.sequence()?;
        let _subject = certificate.sequence()?;
        certificate.sequence()
    })()
    .ok_or_else(unreadable)?;
    spki(subject_public_key_info)
}

/// The SPKI of a public key.
pub(super) fn write_spki(key: &Material) -> Option<Vec<u8>> {
    let spki = |oid: &[u8], parameters: &[u8], key: &[u8]| {
        let identifier = write(SEQUENCE, &[&write(OID, &[oid]), parameters]);
        write(SEQUENCE, &[&identifier, &write(BIT_STRING, &[&[0], key])])
    };
    match key {
        Material::Secret(_) => None,
        Material::Rsa(key) => Some(spki(RSA_ENCRYPTION, &[NULL, 0], &rsa_public_key(&key.public.n, &key.public.e))),
        Material::Ec(key) => Some(spki(EC_PUBLIC_KEY, &write(OID, &[key.curve.oid()]), &key.point)),
        Material::Ed25519(key) => Some(spki(ED25519, &[], &key.point)),
    }
}

/// The PKCS#8 of an Ed25519 seed, version 1, which every reader knows.
pub(super) fn write_ed25519_pkcs8(seed: &[u8]) -> zeroize::Zeroizing<Vec<u8>> {
    let private = zeroize::Zeroizing::new(write(OCTET_STRING, &[seed]));
    let wrapped = zeroize::Zeroizing::new(write(OCTET_STRING, &[&private]));
    let identifier = write(SEQUENCE, &[&write(OID, &[ED25519])]);
    zeroize::Zeroizing::new(write(SEQUENCE, &[&[INTEGER, 1, 0], &identifier, &wrapped]))
}

/// The private key in the PKCS#8 of an EC key.
pub(super) fn ec_private_key(pkcs8: &[u8]) -> Option<&[u8]> {
    let mut elements = Reader::new(pkcs8).sequence()?;
    let _version = elements.unsigned()?;
    let _identifier = elements.sequence()?;
    let mut private = Reader::new(elements.take(OCTET_STRING)?).sequence()?;
    let _version = private.unsigned()?;
    private.take(OCTET_STRING)
}

fn rsa_public_key(n: &[u8], e: &[u8]) -> Vec<u8> {
    write(SEQUENCE, &[&write_unsigned(n), &write_unsigned(e)])
}

/// What `read` finds, if nothing follows it.
fn only<'a, T>(der: &'a [u8], read: impl FnOnce(&mut Reader<'a>) -> Option<T>) -> Option<T> {
    let mut reader = Reader::new(der);
    let found = read(&mut reader)?;
    reader.end().map(|()| found)
}

/// One fact that may be stated in two places.
fn agreed<T: PartialEq>(outer: Option<T>, inner: Option<T>) -> Result<Option<T>> {
    match (outer, inner) {
        (Some(outer), Some(inner)) if outer != inner => {
            Err(unsound("the two halves of a private key contradict each other"))
        }
        (outer, inner) => Ok(outer.or(inner)),
    }
}

fn unreadable() -> Failure {
    unsound("not the DER of the structure that the key is in")
}
