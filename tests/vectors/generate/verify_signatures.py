"""verify: each algorithm, and every way in which a signature is not that key's over these bytes."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import utils

from .cases import Raw, fail, ok
from .jws import LATER, NOW, b64u, encode, jws, policy, verify
from .keys import ALGORITHMS, ED, HASH, P256, P256_OTHER, P384, RSA, SECRET, Pair, public, signer

BAD = fail("SIGNATURE")
ORDERS = {
    "ES256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551, "ES384":
    int("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973", 16)
}
ED_ORDER = 2**252 + 27742317777372353535851937790883648493


def good(header, claims=LATER):
    return ok(header=header, claims=claims)


def with_signature(algorithm, change):
    """The good token of an algorithm with another signature."""
    signing_input, signature = split(jws({"alg": algorithm}))
    return signing_input + "." + b64u(change(signature, signing_input.encode()))


def split(token):
    from .keys import unb64u

    signing_input, _, signature = token.rpartition(".")
    return signing_input, unb64u(signature)


def add(file):
    baseline(file)
    ecdsa(file)
    rsa(file)
    others(file)


def baseline(file):
    for algorithm in ALGORITHMS:

        def case(name, token, expect, key=None):
            file.add(f"{algorithm}: {name}", "Status table, row 10, for each algorithm",
                     verify(token, key or public(algorithm), algorithm=algorithm), expect)

        token = jws({"alg": algorithm})
        case("a token with a good signature is accepted", token, good({"alg": algorithm}))
        case("the signature of another key is refused", token, BAD, public(algorithm, other=True))
        case("an empty signature is refused", with_signature(algorithm, lambda s, _: b""), BAD)
        case("a signature without its last byte is refused", with_signature(algorithm, lambda s, _: s[:-1]), BAD)
        case("a signature with a byte after it is refused", with_signature(algorithm, lambda s, _: s + b"\0"), BAD)
        case("a signature with a zero byte before it is refused", with_signature(algorithm, lambda s, _: b"\0" + s),
             BAD)
        case("a signature with one bit turned is refused",
             with_signature(algorithm, lambda s, _: s[:-1] + bytes([s[-1] ^ 1])), BAD)
        case(
            "a signature over another payload is refused",
            jws({"alg": algorithm}).rsplit(".", 1)[0] + "." +
            jws({"alg": algorithm}, '{"exp":1800000061}').rsplit(".", 1)[1], BAD)
        case("a signature over another spelling of the header is refused",
             jws('{"alg":"%s" }' % algorithm, algorithm=algorithm).rsplit(".", 1)[0] + "." + token.rsplit(".", 1)[1],
             BAD)
    for algorithm in ("RS256", "PS384", "ES256", "ES384", "EdDSA"):
        key = {"pem": signer(algorithm).pem, "algorithm": algorithm}
        file.add(f"{algorithm}: a private key verifies with its public half", "Keys: a private key may verify",
                 verify(jws({"alg": algorithm}), key, algorithm=algorithm), good({"alg": algorithm}))


def ecdsa(file):
    for algorithm, key in (("ES256", P256), ("ES384", P384)):
        size, order = len(key.sign(algorithm, b"")) // 2, ORDERS[algorithm]
        number = lambda value: value.to_bytes(size, "big")
        parts = lambda s: (int.from_bytes(s[:size], "big"), int.from_bytes(s[size:], "big"))

        def case(name, change, expect=BAD):
            file.add(f"{algorithm}: {name}", "Row 10: R and S of full length and nothing else (RFC 7518 section 3.4)",
                     verify(with_signature(algorithm, change), public(algorithm), algorithm=algorithm), expect)

        case("a DER signature is refused", lambda s, _: utils.encode_dss_signature(*parts(s)))
        case("R and S with a zero byte each are refused", lambda s, _: b"\0" + s[:size] + b"\0" + s[size:])
        case("R and S of zero are refused", lambda s, _: bytes(2 * size))
        case("R of zero is refused", lambda s, _: bytes(size) + s[size:])
        case("S of zero is refused", lambda s, _: s[:size] + bytes(size))
        case("R of the order is refused", lambda s, _: number(order) + s[size:])
        case("S of the order is refused", lambda s, _: s[:size] + number(order))
        case("R and S of one are refused", lambda s, _: number(1) + number(1))
        case("R and S of all ones are refused", lambda s, _: b"\xff" * (2 * size))
        case("R and S in each other's place are refused", lambda s, _: s[size:] + s[:size])
        case("the twin with the other S is accepted: no low-S rule in JWS",
             lambda s, _: s[:size] + number(order - parts(s)[1]), good({"alg": algorithm}))
        case("a signature with the hash of another algorithm is refused", lambda s, data: key.sign("ES512", data))


def rsa(file):

    def case(name, algorithm, change, why="Row 10: exactly the signature scheme of the algorithm"):
        file.add(f"{algorithm}: {name}", why,
                 verify(with_signature(algorithm, change), public(algorithm), algorithm=algorithm), BAD)

    for algorithm, other in (("RS256", "PS256"), ("PS256", "RS256"), ("RS256", "RS384"), ("PS512", "PS384")):
        case(f"a signature of {other} is refused", algorithm, lambda s, data, other=other: RSA.sign(other, data))
    for algorithm in ("PS256", "PS384", "PS512"):
        digest = HASH[algorithm[2:]]
        for size in (0, 20, digest.digest_size - 1, digest.digest_size + 1):
            case(f"a salt of {size} bytes is refused",
                 algorithm,
                 lambda s, data, size=size: RSA.pss(data, digest, size),
                 "RFC 7518 section 3.5: the salt is as long as the hash")
        case("a mask by SHA-1 is refused", algorithm,
             lambda s, data: RSA.pss(data, digest, digest.digest_size, hashes.SHA1()),
             "RFC 7518 section 3.5: MGF1 with the same hash")
    case("a DigestInfo without its NULL is refused", "RS256", lambda s, data: RSA.raw_rsa(pkcs1(data, null=b"")))
    case("a padding that ends early is refused", "RS256", lambda s, data: RSA.raw_rsa(short_padding(data)))
    case("three bytes are refused", "RS256", lambda s, _: b"\1\2\3")
    modulus = RSA.key.public_key().public_numbers().n
    case("the signature plus the modulus is refused", "RS256", lambda s, _:
         (int.from_bytes(s, "big") + modulus).to_bytes(257, "big"))
    for name, bits in (("rsa2056", 2056), ("rsa3072", 3072), ("rsa4096", 4096), ("rsa4608", 4608), ("rsa8192", 8192),
                       ("rsa2048_e33", 2048)):
        pair = Pair(name)
        for algorithm in ("RS256", "PS256") if name != "rsa8192" else ("RS512", "PS512"):
            what = "exponent 2^33 - 1" if name == "rsa2048_e33" else f"{bits} bits"
            file.add(
                f"{algorithm}: an RSA key of {what} verifies",
                "Rows 1 and 2: 2048 to 8192 bits, an exponent up to 2^33 - 1",
                verify(jws({"alg": algorithm}, key=pair), {"jwk": pair.public_jwk(alg=algorithm)}, algorithm=algorithm),
                good({"alg": algorithm}))


def pkcs1(data, null=b"\5\0"):
    import hashlib

    from . import der
    digest_info = der.sequence(der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), null),
                               der.octets(hashlib.sha256(data).digest()))
    return b"\0\1" + b"\xff" * (256 - 3 - len(digest_info)) + b"\0" + digest_info


def short_padding(data):
    block = pkcs1(data)
    info = block[block.index(b"\0", 2):]
    return b"\0\1" + b"\xff" * 8 + info + bytes(256 - 10 - len(info))


def others(file):
    why = "Row 10: wrong, empty, wrong length, wrong encoding"
    shift = lambda s, _: s[:32] + (int.from_bytes(s[32:], "little") + ED_ORDER).to_bytes(32, "little")
    file.add("EdDSA: S that is not reduced is refused", why,
             verify(with_signature("EdDSA", shift), public("EdDSA"), algorithm="EdDSA"), BAD)
    file.add("EdDSA: a signature in a DER wrapper is refused", why,
             verify(with_signature("EdDSA", lambda s, _: b"\4\x40" + s), public("EdDSA"), algorithm="EdDSA"), BAD)
    file.add("HS256: a MAC cut to sixteen bytes is refused", why, verify(with_signature("HS256", lambda s, _: s[:16])),
             BAD)
    file.add("HS256: a MAC in hexadecimal is refused", why,
             verify(with_signature("HS256", lambda s, _: s.hex().encode())), BAD)
    file.add("HS256: the MAC of SHA-512 is refused", why,
             verify(with_signature("HS256", lambda s, d: SECRET.sign("HS512", d))), BAD)
    for size in (65, 200):
        secret = "s" * size
        from .keys import Secret
        file.add(f"HS256: a secret of {size} bytes, more than a block, is accepted",
                 "Keys: secrets have no greatest length",
                 verify(jws({"alg": "HS256"}, key=Secret(secret)), {"secret": secret, "algorithm": "HS256"}),
                 good({"alg": "HS256"}))
    names = "EdDSA and Ed25519 are two names of one algorithm, in headers, policies and JWKs alike"
    for in_header in ("EdDSA", "Ed25519"):
        for in_policy in ("EdDSA", "Ed25519"):
            for in_jwk in ("EdDSA", "Ed25519"):
                file.add(f"a token of {in_header} passes a policy of {in_policy} with a JWK of {in_jwk}", names,
                         verify(jws({"alg": in_header}), {"jwk": ED.public_jwk(alg=in_jwk)}, policy(in_policy)),
                         good({"alg": in_header}))
    file.add("a policy may name EdDSA and Ed25519", names,
             verify(jws({"alg": "EdDSA"}), {"jwk": ED.public_jwk()}, policy(algorithms=["EdDSA", "Ed25519"])),
             good({"alg": "EdDSA"}))
    file.add("a policy may name algorithms that no key has", "Policy: algorithms",
             verify(jws({"alg": "HS256"}), rules=policy(algorithms=["ES384", "HS256", "RS256"])), good({"alg":
                                                                                                        "HS256"}))
