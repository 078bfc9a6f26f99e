//! Structures put together by hand: what may be left out, what may be said twice, and what is one byte off.

use super::*;
use crate::error::Status;
use crate::jose::Key;
use crate::jose::elliptic::tests::{ed25519, p256};

/// The integers of an RSA key in PKCS#8, but for its version.
pub(in crate::jose) fn pkcs1_integers(pkcs8: &[u8]) -> Option<[Vec<u8>; 8]> {
    let mut elements = Reader::new(pkcs8).sequence()?;
    elements.unsigned().zip(elements.sequence())?;
    let mut key = Reader::new(elements.take(OCTET_STRING)?).sequence()?;
    key.unsigned()?;
    Some([(); 8].map(|()| key.unsigned().unwrap_or_default().to_vec()))
}

fn status(der: &[u8]) -> Option<Status> {
    Key::from_der(der, None).err().map(|failure| failure.status())
}

fn identifier(oid: &[u8], parameters: &[u8]) -> Vec<u8> {
    write(SEQUENCE, &[&write(OID, &[oid]), parameters])
}

fn pkcs8(version: u8, identifier: &[u8], private: &[u8], rest: &[u8]) -> Vec<u8> {
    write(SEQUENCE, &[&[INTEGER, 1, version], identifier, &write(OCTET_STRING, &[private]), rest])
}

#[test]
fn ed25519_in_both_versions_of_pkcs8() {
    let (seed, point) = ed25519();
    let seed = write(OCTET_STRING, &[&seed]);
    let bare = identifier(ED25519, &[]);
    let public = write(CONTEXT_1, &[&[0], &point]);
    let attributes = write(CONTEXT_0_CONSTRUCTED, &[]);
    for sound in [
        pkcs8(0, &bare, &seed, &[]),
        pkcs8(0, &bare, &seed, &attributes),
        pkcs8(1, &bare, &seed, &[]),
        pkcs8(1, &bare, &seed, &public),
        pkcs8(1, &bare, &seed, &[&attributes[..], &public].concat()),
    ] {
        assert_eq!(status(&sound), None);
        assert_eq!(status(&[&sound[..], &[0]].concat()), Some(Status::Key), "a byte too many");
    }
    let mut another = public.clone();
    another[10] ^= 1;
    for unsound in [
        pkcs8(0, &bare, &seed, &public),
        pkcs8(2, &bare, &seed, &public),
        pkcs8(1, &bare, &seed, &another),
        pkcs8(1, &bare, &seed, &write(CONTEXT_1, &[&[1], &point])),
        pkcs8(0, &bare, &seed[2..], &[]),
        pkcs8(0, &bare, &[&seed[..], &[0]].concat(), &[]),
        pkcs8(0, &identifier(ED25519, &[NULL, 0]), &seed, &[]),
    ] {
        assert_eq!(status(&unsound), Some(Status::Key));
    }
    assert_eq!(
        status(&pkcs8(0, &identifier(&[0x2b, 0x65, 0x6e], &[]), &seed, &[])),
        Some(Status::KeyUnsupported),
        "X25519"
    );
}

#[test]
fn an_ec_key_has_one_curve_and_its_public_half_wherever_they_stand() {
    let (d, point) = p256();
    let curve = |curve: Curve| write(OID, &[curve.oid()]);
    let sec1 = |rest: &[&[u8]]| write(SEQUENCE, &[&[INTEGER, 1, 1], &write(OCTET_STRING, &[&d]), &rest.concat()]);
    let p256 = identifier(EC_PUBLIC_KEY, &curve(Curve::P256));
    let parameters = |of: Curve| write(CONTEXT_0_CONSTRUCTED, &[&curve(of)]);
    let inner = write(CONTEXT_1_CONSTRUCTED, &[&write(BIT_STRING, &[&[0], &point])]);
    let outer = write(CONTEXT_1, &[&[0], &point]);
    for sound in [
        sec1(&[&parameters(Curve::P256), &inner]),
        pkcs8(0, &p256, &sec1(&[&inner]), &[]),
        pkcs8(0, &p256, &sec1(&[&parameters(Curve::P256), &inner]), &[]),
        pkcs8(1, &p256, &sec1(&[]), &outer),
        pkcs8(1, &p256, &sec1(&[&inner]), &outer),
    ] {
        assert_eq!(status(&sound), None);
    }
    for unsound in [
        sec1(&[&inner]),
        sec1(&[&parameters(Curve::P384), &inner]),
        pkcs8(0, &p256, &sec1(&[&parameters(Curve::P384), &inner]), &[]),
        pkcs8(1, &p256, &sec1(&[&inner]), &write(CONTEXT_1, &[&[0], &point[1..]])),
        pkcs8(0, &identifier(EC_PUBLIC_KEY, &[]), &sec1(&[&inner]), &[]),
    ] {
        assert_eq!(status(&unsound), Some(Status::Key));
    }
    let explicit = identifier(EC_PUBLIC_KEY, &write(SEQUENCE, &[&[INTEGER, 1, 1]]));
    for outside in [
        pkcs8(0, &p256, &sec1(&[]), &[]),
        sec1(&[&parameters(Curve::P256)]),
        pkcs8(0, &explicit, &sec1(&[&inner]), &[]),
    ] {
        assert_eq!(status(&outside), Some(Status::KeyUnsupported));
    }
}

#[test]
fn compressed_points_are_sound_keys_that_are_not_supported() {
    let (_, point) = p256();
    let p256 = identifier(EC_PUBLIC_KEY, &write(OID, &[Curve::P256.oid()]));
    let spki = |point: &[u8]| write(SEQUENCE, &[&p256, &write(BIT_STRING, &[&[0], point])]);
    assert_eq!(status(&spki(&point)), None);
    assert_eq!(status(&spki(&[&[2], &point[1..33]].concat())), Some(Status::KeyUnsupported));
    assert_eq!(status(&spki(&[&[2], &point[1..]].concat())), Some(Status::Key));
    assert_eq!(status(&spki(&[0])), Some(Status::Key));
}

#[test]
fn a_damaged_key_is_a_failure_or_another_key_and_never_a_panic() {
    let rsa = RsaKey::new(Some(&[0xff; 256]), Some(&[1, 0, 1])).map(Material::Rsa).unwrap();
    let seed = write(OCTET_STRING, &[&[7; 32]]);
    let thumbprint = |der: &[u8]| Key::from_der(der, None).ok().map(|key| key.thumbprint());
    for sound in [write_spki(&rsa).unwrap(), pkcs8(0, &identifier(ED25519, &[]), &seed, &[])] {
        // Both versions of PKCS#8 may leave out the public half.
        let version_1 = pkcs8(1, &identifier(ED25519, &[]), &seed, &[]);
        assert!(thumbprint(&sound).is_some());
        for at in 0..sound.len() {
            assert_eq!(thumbprint(&sound[..at]), None, "cut at {at}");
            for flip in [1, 0x80, 0xff] {
                let mut damaged = sound.clone();
                damaged[at] ^= flip;
                let same = thumbprint(&damaged) == thumbprint(&sound);
                assert_eq!(same, damaged == version_1, "byte {at} flipped by {flip}");
            }
        }
    }
}
