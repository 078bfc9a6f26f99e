"""NONE: tokens that want to be taken without a signature."""

from ..cases import fail
from ..jws import jws, policy, verify
from ..keys import ALGORITHMS, Secret, public

NOT_ALLOWED, MALFORMED = fail("ALGORITHM"), fail("MALFORMED")
KINDS = {"a secret": "HS256", "an RSA key": "RS256", "an EC key": "ES256", "an Ed25519 key": "EdDSA"}
"""A verifier of each kind of key."""

SPELLINGS = ["none", "None", "NONE", "nOnE", "none ", " none", "none\\u0000", "\\u006eone"]
"""As they stand in the JSON of the header, in the order of NONE-01 to NONE-08."""


def unsigned(header):
    """A token with an empty signature."""
    return jws(header, algorithm="HS256").rpartition(".")[0] + "."


def add(book):
    for number, spelling in enumerate(SPELLINGS, 1):
        for kind, algorithm in KINDS.items():
            book.case(f"NONE-{number:02}", f'alg "{spelling}" before {kind}',
                      verify(unsigned('{"alg":"%s"}' % spelling), public(algorithm), algorithm=algorithm), NOT_ALLOWED)
    for kind, algorithm in KINDS.items():
        _, payload, signature = jws({"alg": algorithm}).split(".")
        stripped = ".".join([unsigned('{"alg":"none"}').split(".")[0], payload, signature])
        book.case("NONE-09", f"{algorithm} before {kind}", verify(stripped, public(algorithm), algorithm=algorithm),
                  NOT_ALLOWED)
        book.case("NONE-10", f"before {kind}",
                  verify(unsigned('{"alg":"none"}')[:-1], public(algorithm), algorithm=algorithm), MALFORMED)
    for header in ('{"typ":"JWT"}', '{"typ":"JWT","Alg":"HS256"}', '{"enc":"HS256"}'):
        book.case("NONE-11", header, verify(jws(header)), MALFORMED)
    book.case("NONE-12", "a good MAC", verify(jws('{"alg":null}')), MALFORMED)
    book.case("NONE-12", "an empty signature", verify(unsigned('{"alg":null}')), MALFORMED)
    for value in ("0", "true", "false", '["HS256"]', '{"alg":"HS256"}'):
        book.case("NONE-13", f"alg {value}", verify(jws('{"alg":%s}' % value)), MALFORMED)
    for name in ("XX256", "", "HS", "256"):
        for kind, algorithm in KINDS.items():
            book.case("NONE-14", f'alg "{name}" before {kind}',
                      verify(unsigned({"alg": name}), public(algorithm), algorithm=algorithm), NOT_ALLOWED)
    for algorithm in ALGORITHMS:
        for name in {algorithm.lower(): 0, algorithm.upper(): 0, algorithm.title(): 0, algorithm.swapcase(): 0}:
            if name not in ALGORITHMS:
                book.case("NONE-15", f"{algorithm} as {name}",
                          verify(jws({"alg": name}, algorithm=algorithm), public(algorithm), algorithm=algorithm),
                          NOT_ALLOWED)
        for name in (" " + algorithm, algorithm + "\n", algorithm + " ", "\t" + algorithm):
            book.case("NONE-16", f"{algorithm} as {name!r}",
                      verify(jws({"alg": name}, algorithm=algorithm), public(algorithm), algorithm=algorithm),
                      NOT_ALLOWED)
    empty_keys(book)


def empty_keys(book):
    weak, broken = fail("KEY_WEAK"), fail("KEY")
    bound = {"algorithm": "HS256"}
    keys = {
        "an empty secret": ({"secret": "", **bound}, weak),
        "an empty secret of no algorithm": ({"secret": ""}, weak),
        "no bytes": ({"secret_b64u": "", **bound}, weak),
        "an oct JWK without bytes": ({"jwk": {"kty": "oct", "k": "", "alg": "HS256"}}, weak),
        "an oct JWK without bytes in a set": ({"jwks": {"keys": [{"kty": "oct", "k": "", "alg": "HS256"}]}}, weak),
        "an empty PEM": ({"pem": "", "algorithm": "RS256"}, broken),
        "white space as PEM": ({"pem": " \n", "algorithm": "RS256"}, broken),
        "an empty DER": ({"der_b64u": "", "algorithm": "RS256"}, broken),
        "an empty JWK": ({"jwk": {}, **bound}, broken),
        "an empty key set": ({"jwks": {"keys": []}, **bound}, broken),
        "a key set without keys": ({"jwks": {}, **bound}, broken),
    }
    for name, (key, expect) in keys.items():
        book.case("NONE-17", f"{name} is no key", {"op": "key", "key": key}, expect)
        for header in ({"alg": "none"}, {"alg": "HS256"}):
            book.case("NONE-17", f"{name} before an unsigned token of {header['alg']}", verify(unsigned(header), key),
                      expect)
    for algorithm in ("HS256", "HS384", "HS512"):
        request = verify(jws({"alg": algorithm}, key=Secret("")), {"secret": "", "algorithm": algorithm},
                         algorithm=algorithm)
        book.case("NONE-17", f"{algorithm}: the MAC of the empty secret", request, weak)
    unnamed = {"algorithms": [], "any_issuer": True, "any_audience": True}
    book.case("NONE-17", "an empty list of algorithms", verify(unsigned({"alg": "none"}), rules=unnamed),
              fail("CONFIG"), "A verifier is not made without an algorithm either.")
    book.case("NONE-17", "a policy that names none", verify(unsigned({"alg": "none"}), rules=policy("none")),
              fail("CONFIG"))
    book.case("NONE-17", "a policy that names none beside HS256",
              verify(unsigned({"alg": "none"}), rules=policy(algorithms=["HS256", "none"])), fail("CONFIG"))
