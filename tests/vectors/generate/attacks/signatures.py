"""SIG: signatures that are not exactly the key's over exactly these bytes. The bits of SIG-26 are turned in bits.py."""

import hashlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import utils

from .. import der
from ..cases import Raw, fail
from ..jws import b64u, encode, jws, verify
from ..keys import ALGORITHMS, ED, ED_OTHER, HASH, HMACS, P256, P256_OTHER, P384, P384_OTHER, RSA, RSA_OTHER, RSAS, SECRET, Pair, public, unb64u
from ..verify_signatures import ED_ORDER, ORDERS, short_padding
from .book import BAD, good, with_signature

KEY, WEAK = fail("KEY"), fail("KEY_WEAK")
ED_PRIME = 2**255 - 19
DIGEST_INFO = {"256": "2.16.840.1.101.3.4.2.1", "384": "2.16.840.1.101.3.4.2.2", "512": "2.16.840.1.101.3.4.2.3"}


def add(book):
    ecdsa(book)
    every_algorithm(book)
    hmac(book)
    rsa(book)
    cube_root(book)
    edwards(book)
    halves(book)


def altered(book, attack, name, algorithm, change, expect=BAD, note=""):
    """The good token of an algorithm whose signature `change` makes from the good one and the signing input."""
    book.case(attack, f"{algorithm}, {name}",
              verify(with_signature(algorithm, change), public(algorithm), algorithm=algorithm), expect, note)


def sought(algorithm, wanted):
    """The first token of a series whose signature is as wanted, in three parts: claims, signing input, signature."""
    for jti in range(100000):
        claims = Raw('{"exp":1800000060,"jti":"%d"}' % jti)
        signing_input, _, signature = jws({"alg": algorithm}, claims).rpartition(".")
        if wanted(unb64u(signature)):
            return claims, signing_input, unb64u(signature)
    raise ValueError(f"no such signature of {algorithm}")


def ecdsa(book):
    for algorithm, key, other in (("ES256", P256, P384), ("ES384", P384, P256)):
        order, size = ORDERS[algorithm], 32 if key is P256 else 48
        value = lambda n: n.to_bytes(size, "big")
        specials = {"0": value(0), "n": value(order), "n + 1": value(order + 1), "all ones": b"\xff" * size}
        twin = lambda s, _: s[:size] + value(order - int.from_bytes(s[size:], "big"))
        altered(book, "SIG-01", "zeros", algorithm, lambda s, _: bytes(2 * size))
        for r, r_bytes in specials.items():
            altered(book, "SIG-02", f"r of {r} and the good s", algorithm, lambda s, _: r_bytes + s[size:])
            altered(book, "SIG-02", f"the good r and s of {r}", algorithm, lambda s, _: s[:size] + r_bytes)
            for s_name, s_bytes in specials.items():
                altered(book, "SIG-02", f"r of {r} and s of {s_name}", algorithm, lambda s, _: r_bytes + s_bytes)
        encoded = lambda s, _: utils.encode_dss_signature(int.from_bytes(s[:size], "big"),
                                                          int.from_bytes(s[size:], "big"))
        altered(book, "SIG-03", "as a SEQUENCE", algorithm, encoded)
        altered(book, "SIG-03", "as a SEQUENCE of the twin", algorithm, lambda s, data: encoded(twin(s, data), data))
        altered(book, "SIG-04", "one zero byte each", algorithm, lambda s, _: b"\0" + s[:size] + b"\0" + s[size:])
        altered(book, "SIG-04", "two zero bytes each", algorithm,
                lambda s, _: bytes(2) + s[:size] + bytes(2) + s[size:])
        for name, at in (("r", 0), ("s", size)):
            claims, signing_input, signature = sought(algorithm, lambda s: s[at] == 0)
            stripped = signature[:at] + signature[at + 1:]
            book.case("SIG-05", f"{algorithm}, {name}",
                      verify(signing_input + "." + b64u(stripped), public(algorithm), algorithm=algorithm), BAD)
        altered(book, "SIG-08", "0x01 in every byte", algorithm, lambda s, _: b"\1" * (96 if size == 32 else 64))
        altered(book, "SIG-08", "a good signature by a key of the other curve", algorithm,
                lambda s, data: other.sign("ES384" if size == 32 else "ES256", data))
        altered(book, "SIG-08", "zeros up to the other length", algorithm, lambda s, _: s.rjust(96, b"\0")
                if size == 32 else s[:64])
        altered(book, "SIG-09", "s and r", algorithm, lambda s, _: s[size:] + s[:size])
        altered(book, "SIG-10", "n - s", algorithm, twin, good({"alg": algorithm}),
                "Revocation and replay go by claims.")


def every_algorithm(book):
    for algorithm in ALGORITHMS:
        for name, tail in (("a zero byte", b"\0"), ("a byte of ones", b"\xff"), ("itself", None)):
            altered(book, "SIG-06", f"with {name} after it", algorithm, lambda s, _: s + (s if tail is None else tail))
        altered(book, "SIG-07", "one byte short", algorithm, lambda s, _: s[:-1])
        altered(book, "SIG-07", "its first byte short", algorithm, lambda s, _: s[1:])
        altered(book, "SIG-13", "empty", algorithm, lambda s, _: b"")
        altered(book, "SIG-13", "one zero byte", algorithm, lambda s, _: b"\0")
        signature = unb64u(jws({"alg": algorithm}, '{"exp":1800000061}').rpartition(".")[2])
        altered(book, "SIG-25", "of another payload", algorithm, lambda s, _: signature)
        elsewhere = unb64u(jws({"alg": algorithm, "typ": "JWT"}).rpartition(".")[2])
        altered(book, "SIG-25", "of another header", algorithm, lambda s, _: elsewhere)


def hmac(book):
    for algorithm in HMACS:
        size = len(SECRET.sign(algorithm, b""))
        for length in sorted({1, 16, size // 2, size - 2}):
            altered(book, "SIG-11", f"{length} bytes", algorithm, lambda s, _: s[:length])
        altered(book, "SIG-11", "the last 16 bytes", algorithm, lambda s, _: s[-16:])
        for name, tail in (("a zero byte", b"\0"), ("0x80, as padding has it", b"\x80"), ("sixteen zero bytes",
                                                                                          bytes(16))):
            altered(book, "SIG-12", name, algorithm, lambda s, _: s + tail)


def rsa(book):
    modulus = RSA.key.public_key().public_numbers().n
    for algorithm in RSAS:
        for count in (1, 8):
            altered(book, "SIG-14", f"{count} zero bytes", algorithm, lambda s, _: bytes(count) + s)
        for name, short in (("three bytes", b"\0\0\0"), ("one byte of one", b"\1"), ("half of it", None)):
            altered(book, "SIG-15", name, algorithm, lambda s, _: s[:128] if short is None else short)
        claims, signing_input, signature = sought(algorithm, lambda s: int.from_bytes(s, "big") + modulus < 2**2048)
        larger = (int.from_bytes(signature, "big") + modulus).to_bytes(256, "big")
        book.case("SIG-16", f"{algorithm}, of the modulus's length",
                  verify(signing_input + "." + b64u(larger), public(algorithm), algorithm=algorithm), BAD)
        altered(book, "SIG-16", "a byte longer", algorithm, lambda s, _:
                (int.from_bytes(s, "big") + modulus).to_bytes(257, "big"))
    for bits in ("256", "384", "512"):
        altered(book, "SIG-18", "no parameters", "RS" + bits, lambda s, data: RSA.raw_rsa(pkcs1(data, bits, b"")))
        altered(book, "SIG-18", "parameters of another type", "RS" + bits,
                lambda s, data: RSA.raw_rsa(pkcs1(data, bits, b"\x04\0")))
        digest = HASH[bits]
        largest = 256 - digest.digest_size - 2
        for size in (0, 20, digest.digest_size - 1, digest.digest_size + 1, largest):
            altered(book, "SIG-19", f"a salt of {size} bytes", "PS" + bits, lambda s, data: RSA.pss(data, digest, size))
        altered(book, "SIG-20", "SHA-1", "PS" + bits,
                lambda s, data: RSA.pss(data, digest, digest.digest_size, hashes.SHA1()))
        for other in HASH:
            if other != bits:
                altered(book, "SIG-20", f"SHA-{other}", "PS" + bits,
                        lambda s, data: RSA.pss(data, digest, digest.digest_size, HASH[other]))


def pkcs1(data, bits, parameters):
    """EMSA-PKCS1-v1_5 (RFC 8017 section 9.2) with these parameters of the hash."""
    digest = hashlib.new("sha" + bits, data).digest()
    info = der.sequence(der.sequence(der.oid(DIGEST_INFO[bits]), parameters), der.octets(digest))
    return b"\0\1" + b"\xff" * (256 - 3 - len(info)) + b"\0" + info


def cube_root(book):
    """Bleichenbacher's forgery of 2006: eight bytes of padding, the DigestInfo, and a rest that makes it a cube, nearly."""
    weak = Pair("rsa2048_e3")
    signing_input = b64u(encode({"alg": "RS256"})) + "." + b64u(encode('{"exp":1800000060}'))
    block = short_padding(signing_input.encode())
    known = len(block.rstrip(b"\0"))
    low, high = 0, 1 << 1024
    target = int.from_bytes(block[:known] + b"\xff" * (256 - known), "big")
    while low < high - 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**3 <= target else (low, middle)
    forged = low.to_bytes(256, "big")
    assert pow(low, 3).to_bytes(256, "big")[:known] == block[:known]
    token = signing_input + "." + b64u(forged)
    for name, key, expect in (("a JWK of exponent 3", {"jwk": weak.public_jwk(alg="RS256")}, WEAK),
                              ("a PEM of exponent 3", {"pem": weak.spki(), "algorithm":
                                                       "RS256"}, WEAK), ("the usual exponent", public("RS256"), BAD)):
        book.case("SIG-17", f"before {name}", verify(token, key, algorithm="RS256"), expect)
    book.case("SIG-17", "a real signature of exponent 3",
              verify(jws({"alg": "RS256"}, key=weak), {"jwk": weak.public_jwk(alg="RS256")}, algorithm="RS256"), WEAK)


def edwards(book):
    for algorithm in ("EdDSA", "Ed25519"):
        for times in (1, 2, 7):
            altered(book, "SIG-21", f"S + {times} L", algorithm, lambda s, _: s[:32] +
                    (int.from_bytes(s[32:], "little") + times * ED_ORDER).to_bytes(32, "little"))
        altered(book, "SIG-21", "the high bit of S", algorithm, lambda s, _: s[:63] + bytes([s[63] | 0x80]))
        altered(book, "SIG-24", "a short length", algorithm, lambda s, _: der.octets(s))
        altered(book, "SIG-24", "a BIT STRING", algorithm, lambda s, _: der.bits(s))
        altered(book, "SIG-24", "a SEQUENCE of R and S", algorithm,
                lambda s, _: der.sequence(der.octets(s[:32]), der.octets(s[32:])))
    order8 = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"
    points = {
        "the identity": (1).to_bytes(32, "little"), "the identity with the sign": (1 | 1 << 255).to_bytes(32, "little"),
        "the identity as p + 1": (ED_PRIME + 1).to_bytes(32, "little"), "of order 2":
        (ED_PRIME - 1).to_bytes(32, "little"), "of order 4": bytes(32), "of order 8": bytes.fromhex(order8)
    }
    identity = points["the identity"]
    for name, point in points.items():
        key = {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": b64u(point)}}
        book.case("SIG-22", f"{name} is no key", {"op": "key", "key": key}, KEY)
        for count in range(6):
            claims = Raw('{"exp":1800000060,"sub":"anyone %d"}' % count)
            token = jws({"alg": "EdDSA"}, claims).rpartition(".")[0] + "." + b64u(identity + bytes(32))
            book.case("SIG-22", f"{name}, payload {count + 1}", verify(token, key, algorithm="EdDSA"), KEY)
    signing_input, _, _ = jws({"alg": "EdDSA"}).rpartition(".")
    # With R the identity, whose discrete logarithm is zero, S = k a is what the equation S B = R + k A wants.
    scalar = bytearray(hashlib.sha512(ED.key.private_bytes_raw()).digest()[:32])
    scalar[0] &= 248
    scalar[31] = scalar[31] & 127 | 64
    for name, point in (("y = p + 1", points["the identity as p + 1"]),
                        ("y = p + 1 with the sign", (ED_PRIME + 1 | 1 << 255).to_bytes(32, "little")),
                        ("y = 1 with the sign", points["the identity with the sign"])):
        k = int.from_bytes(hashlib.sha512(point + ED.raw_public + signing_input.encode()).digest(), "little")
        s = k * int.from_bytes(scalar, "little") % ED_ORDER
        token = signing_input + "." + b64u(point + s.to_bytes(32, "little"))
        book.case("SIG-23", name, verify(token, public("EdDSA"), algorithm="EdDSA"), BAD)


def halves(book):
    pairs = (("Ed25519", ED, ED_OTHER, "EdDSA"), ("P-256", P256, P256_OTHER, "ES256"),
             ("P-384", P384, P384_OTHER, "ES384"), ("RSA", RSA, RSA_OTHER, "RS256"))
    for name, pair, other, algorithm in pairs:
        mixed = pair.jwk(alg=algorithm) | {
            member: value
            for member, value in other.public_jwk().items() if member in ("x", "y", "n")
        }
        book.case("SIG-27", f"{name} is no key", {"op": "key", "key": {"jwk": mixed}}, KEY)
        book.case("SIG-27", f"{name} does not sign",
                  {"op": "sign", "key": {"jwk": mixed}, "algorithm": algorithm, "claims": {"exp": 1800000060}}, KEY)
        book.case("SIG-27", f"{name} does not verify",
                  verify(jws({"alg": algorithm}, key=other), {"jwk": mixed}, algorithm=algorithm), KEY)
    seed, point = ED.key.private_bytes_raw(), ED_OTHER.raw_public
    document = der.sequence(der.integer(1), der.sequence(der.ED25519), der.octets(der.octets(seed)),
                            der.tlv(0x81, b"\0" + point))
    book.case("SIG-27", "Ed25519 as PKCS#8 is no key", {"op": "key", "key": {"der_b64u": b64u(document)}}, KEY)
    flipped = ED.raw_public[:-1] + bytes([ED.raw_public[-1] ^ 0x80])
    book.case("SIG-27", "Ed25519 with the other sign is no key",
              {"op": "key", "key": {"jwk": ED.jwk() | {"x": b64u(flipped)}}}, KEY)
