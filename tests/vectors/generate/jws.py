"""Compact JWS, made by hand so that any part of it can be wrong."""

from .cases import Raw, text
from .keys import b64u, public, signer

NOW = 1800000000
"""2027-01-15T08:00:00Z, the time of every case that does not say another."""

LATER = Raw('{"exp":1800000060}')
"""Claims that are good for a minute."""


def encode(part):
    """The bytes of a header or payload: bytes as they are, JSON texts, or a value to be written as JSON."""
    if isinstance(part, bytes):
        return part
    return (part if isinstance(part, str) else text(part)).encode()


def sign(signing_input, key, algorithm):
    """A token from a signing input, however odd it is."""
    return signing_input + "." + b64u(key.sign(algorithm, signing_input.encode()))


def jws(header=None, payload=LATER, key=None, algorithm=None):
    """A token with a correct signature over these parts. The header's alg decides, unless told."""
    if algorithm is None:
        algorithm = header.get("alg", "HS256") if isinstance(header, dict) else "HS256"
    if header is None:
        header = {"alg": algorithm}
    signing_input = b64u(encode(header)) + "." + b64u(encode(payload))
    return sign(signing_input, key or signer(algorithm), algorithm)


def policy(algorithm="HS256", **changes):
    """The laxest policy, with changes; a member set to None is taken away."""
    members = {"algorithms": [algorithm], "any_issuer": True, "any_audience": True, **changes}
    return {name: value for name, value in members.items() if value is not None}


def bytes_policy(algorithm="HS256", **changes):
    return {"algorithms": [algorithm], "payload": "bytes", **changes}


def verify(token, key=None, rules=None, now=NOW, algorithm="HS256"):
    """A verify request."""
    return {
        "op": "verify", "key": key or public(algorithm), "policy": policy(algorithm) if rules is None else rules,
        "token": token, "now_s": now
    }
