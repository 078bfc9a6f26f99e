"""SIG-26: one bit turned. Which failure it is follows from what the bit belongs to: a small judge of headers says."""

import json

from ..cases import fail
from ..jws import b64u, jws, verify
from ..keys import ALGORITHMS, public, unb64u
from .book import BAD

EVERY_BIT = "HS256"
"""All bits of the header are turned in the token of this algorithm, and a sample in those of the others."""


def add(book):
    for algorithm in ALGORITHMS:
        parts = [unb64u(segment) for segment in jws({"alg": algorithm}).split(".")]
        for place, name in enumerate(("header", "payload", "signature")):
            count = 8 * len(parts[place])
            for bit in range(count) if algorithm == EVERY_BIT and place == 0 else sorted(
                {count * step // 7
                 for step in range(7)} | {count - 1}):
                turned = bytearray(parts[place])
                turned[bit // 8] ^= 0x80 >> bit % 8
                token = ".".join(b64u(turned if place == other else part) for other, part in enumerate(parts))
                expect = judge(turned, algorithm) if place == 0 else BAD
                book.case("SIG-26", f"{algorithm}, {name}, bit {bit + 1}",
                          verify(token, public(algorithm), algorithm=algorithm), expect)


def judge(header, algorithm):
    """What a verifier of this algorithm says to a header; the signature is over another one."""
    try:
        members = json.loads(header.decode())
    except ValueError:
        return fail("MALFORMED")
    if not isinstance(members, dict) or not isinstance(members.get("alg"), str):
        return fail("MALFORMED")
    return BAD if members["alg"] == algorithm else fail("ALGORITHM")
