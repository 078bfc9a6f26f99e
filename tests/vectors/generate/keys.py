"""The fixed test keys, and signing with them so that the same input always gives the same bytes."""

import base64
import hashlib
import hmac
from functools import cached_property

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

from .cases import FOLDER

HASH = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER
CURVES = {
    "secp256r1": ("P-256", 32), "secp384r1": ("P-384", 48), "secp521r1": ("P-521", 66), "secp256k1": ("secp256k1", 32)
}


def b64u(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64u(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number(value, size=None):
    return b64u(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def thumbprint(jwk):
    """RFC 7638, SHA-256."""
    names = {"oct": "k kty", "RSA": "e kty n", "EC": "crv kty x y", "OKP": "crv kty x"}[jwk["kty"]].split()
    canonical = "{" + ",".join(f'"{name}":"{jwk[name]}"' for name in names) + "}"
    return b64u(hashlib.sha256(canonical.encode()).digest())


def file(name):
    return (FOLDER / "keys" / f"{name}.pem").read_text()


class Secret:
    """An HMAC secret, a text."""

    def __init__(self, text):
        self.text, self.bytes = text, text.encode()

    def jwk(self, **members):
        return {"kty": "oct", "k": b64u(self.bytes), **members}

    def sign(self, algorithm, data):
        return hmac.new(self.bytes, data, "sha" + algorithm[2:]).digest()


class Pair:
    """An asymmetric key from tests/vectors/keys."""

    def __init__(self, name):
        self.name, self.pem = name, file(name)

    @cached_property
    def key(self):
        return serialization.load_pem_private_key(self.pem.encode(), None, unsafe_skip_rsa_key_validation=True)

    @cached_property
    def pkcs8(self):
        return self.key.private_bytes(DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())

    def traditional(self, encoding=PEM):
        """PKCS#1 or SEC 1."""
        form = serialization.PrivateFormat.TraditionalOpenSSL
        data = self.key.private_bytes(encoding, form, serialization.NoEncryption())
        return data.decode() if encoding is PEM else data

    def spki(self, encoding=PEM):
        data = self.key.public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)
        return data.decode() if encoding is PEM else data

    def pkcs1_public(self, encoding=PEM):
        data = self.key.public_key().public_bytes(encoding, serialization.PublicFormat.PKCS1)
        return data.decode() if encoding is PEM else data

    @cached_property
    def openssh(self):
        return self.key.public_key().public_bytes(serialization.Encoding.OpenSSH,
                                                  serialization.PublicFormat.OpenSSH).decode()

    @cached_property
    def raw_public(self):
        """The Ed25519 bytes or the uncompressed EC point."""
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.public_key().public_bytes(serialization.Encoding.X962,
                                                      serialization.PublicFormat.UncompressedPoint)
        return self.key.public_key().public_bytes_raw()

    def public_jwk(self, **members):
        if isinstance(self.key, rsa.RSAPrivateKey):
            public = self.key.public_key().public_numbers()
            return {"kty": "RSA", "n": number(public.n), "e": number(public.e), **members}
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            curve, size = CURVES[self.key.curve.name]
            point = self.key.public_key().public_numbers()
            return {"kty": "EC", "crv": curve, "x": number(point.x, size), "y": number(point.y, size), **members}
        curve = {"ed25519": "Ed25519", "ed448": "Ed448", "x25519": "X25519", "x448": "X448"}[self.name.split("_")[0]]
        return {"kty": "OKP", "crv": curve, "x": b64u(self.raw_public), **members}

    def jwk(self, **members):
        """The private JWK."""
        public = self.public_jwk()
        if isinstance(self.key, rsa.RSAPrivateKey):
            secret = self.key.private_numbers()
            names = {
                "d": secret.d, "p": secret.p, "q": secret.q, "dp": secret.dmp1, "dq": secret.dmq1, "qi": secret.iqmp
            }
            return {**public, **{name: number(value) for name, value in names.items()}, **members}
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            size = CURVES[self.key.curve.name][1]
            return {**public, "d": number(self.key.private_numbers().private_value, size), **members}
        return {**public, "d": b64u(self.key.private_bytes_raw()), **members}

    def primes_swapped(self, **members):
        """The private RSA JWK with the names of its primes exchanged."""
        jwk, secret = self.jwk(), self.key.private_numbers()
        swapped = {
            "p": jwk["q"], "q": jwk["p"], "dp": jwk["dq"], "dq": jwk["dp"], "qi": number(pow(secret.p, -1, secret.q))
        }
        return {**jwk, **swapped, **members}

    def sign(self, algorithm, data):
        digest = HASH.get(algorithm[2:])
        if algorithm.startswith("RS"):
            return self.key.sign(data, padding.PKCS1v15(), digest)
        if algorithm.startswith("PS"):
            return self.pss(data, digest, digest.digest_size)
        if algorithm.startswith("ES"):
            r, s = utils.decode_dss_signature(self.key.sign(data, ec.ECDSA(digest, deterministic_signing=True)))
            size = (self.key.curve.key_size + 7) // 8
            return r.to_bytes(size, "big") + s.to_bytes(size, "big")
        assert isinstance(self.key, ed25519.Ed25519PrivateKey)
        return self.key.sign(data)

    def pss(self, data, digest, salt_size, mask_digest=None):
        """RSASSA-PSS (RFC 8017 section 9.1.1) with a salt that is derived from the input."""
        sha = lambda content, which=digest: hashlib.new(which.name, content).digest()
        private = self.key.private_numbers()
        modulus = private.public_numbers.n
        em_bits = modulus.bit_length() - 1
        em_size = (em_bits + 7) // 8
        salt = hashlib.shake_256(b"jeton test salt" + data).digest(salt_size)
        seed = sha(bytes(8) + sha(data) + salt)
        block = bytes(em_size - salt_size - len(seed) - 2) + b"\1" + salt
        mask = b"".join(
            sha(seed + n.to_bytes(4, "big"), mask_digest or digest) for n in range(len(block) // len(seed) + 20))
        masked = bytearray(left ^ right for left, right in zip(block, mask))
        masked[0] &= 0xFF >> (8 * em_size - em_bits)
        return self.raw_rsa(bytes(masked) + seed + b"\xbc")

    def raw_rsa(self, encoded):
        private = self.key.private_numbers()
        modulus = private.public_numbers.n
        return pow(int.from_bytes(encoded, "big"), private.d, modulus).to_bytes((modulus.bit_length() + 7) // 8, "big")


SECRET = Secret("only for tests: a secret of thirty-two bytes and a few more, sixty-four!")
OTHER_SECRET = Secret("only for tests: another secret that is long enough for every one of HS256, HS384, HS512")
SECRET32 = Secret("exactly thirty-two bytes, a test")
SECRET48 = Secret("exactly forty-eight bytes: what HS384 asks of us")
SECRET64 = Secret("exactly sixty-four bytes, so many that the hash of HS512 is full")

RSA, RSA_OTHER = Pair("rsa2048"), Pair("rsa2048_other")
P256, P256_OTHER = Pair("p256"), Pair("p256_other")
P384, P384_OTHER = Pair("p384"), Pair("p384_other")
ED, ED_OTHER = Pair("ed25519"), Pair("ed25519_other")
P521, SECP256K1, BRAINPOOL = Pair("p521"), Pair("secp256k1"), Pair("brainpool256")
ED448, X25519, X448 = Pair("ed448"), Pair("x25519"), Pair("x448")

HMACS = ["HS256", "HS384", "HS512"]
RSAS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
ALGORITHMS = [*HMACS, *RSAS, "ES256", "ES384", "EdDSA", "Ed25519"]
"""Twelve algorithms, the last under both of its names."""


def signer(algorithm, other=False):
    """The test key of an algorithm, or another that fits it as well."""
    family = algorithm[:2]
    if family == "HS":
        return OTHER_SECRET if other else SECRET
    if family in ("RS", "PS"):
        return RSA_OTHER if other else RSA
    if algorithm == "ES256":
        return P256_OTHER if other else P256
    if algorithm == "ES384":
        return P384_OTHER if other else P384
    return ED_OTHER if other else ED


def public(algorithm, other=False):
    """The key object of the protocol to verify with."""
    key = signer(algorithm, other)
    if isinstance(key, Secret):
        return {"secret": key.text, "algorithm": algorithm}
    if algorithm[:2] in ("RS", "PS"):
        return {"jwk": key.public_jwk(), "algorithm": algorithm}
    return {"jwk": key.public_jwk()}


def private(algorithm):
    """The key object of the protocol to sign with; RSA and secrets leave the algorithm to the operation."""
    key = signer(algorithm)
    return {"secret": key.text} if isinstance(key, Secret) else {"pem": key.pem}
