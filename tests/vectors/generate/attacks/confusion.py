"""CONF: a key of one kind, taken for a key of another."""

import json

from ..cases import fail
from ..jws import jws, policy, verify
from ..key_forms import certificate, described
from ..keys import DER, ED, ED448, HMACS, P256, P384, P521, RSA, RSA_OTHER, RSAS, SECRET, X25519, Secret, b64u
from .book import BAD, good

NOT_ALLOWED, KEY, UNSUPPORTED = fail("ALGORITHM"), fail("KEY"), fail("KEY_UNSUPPORTED")
OWN = {RSA: "RS256", P256: "ES256", P384: "ES384", ED: "EdDSA"}
NAMES = {RSA: "RSA", P256: "P-256", P384: "P-384", ED: "Ed25519"}
RAW = "By CONFORMANCE.md a secret is refused for its form only: PEM, DER, JSON of a JWK, an OpenSSH line. Bytes without a form are bytes; no rule guesses what they are."


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def materials():
    """What an attacker makes a MAC with: attack, name, bytes, the public key that the verifier holds."""
    pems = {pair: pair.spki() for pair in (RSA, P256, P384, ED)}
    for pair, pem in pems.items():
        yield "CONF-01", f"{NAMES[pair]}", pem.encode(), pair
    yield "CONF-01", "RSA, without the last line break", pems[RSA].strip().encode(), RSA
    yield "CONF-02", "RSA", RSA.pkcs1_public().encode(), RSA
    yield "CONF-02", "RSA, without the last line break", RSA.pkcs1_public().strip().encode(), RSA
    for pair in (RSA, P256, ED):
        yield "CONF-03", NAMES[pair], certificate(pair, None).encode(), pair
    for name, before in (("a space", " "), ("a tab", "\t"), ("CR and LF", "\r\n"), ("an empty line", "\n")):
        yield "CONF-04", f"after {name}", (before + pems[RSA]).encode(), RSA
    for name, before in (("a comment", "# the key of the issuer\n"), ("a byte order mark", "\ufeff"),
                         ("a zero-width space", "\u200b"), ("a NUL", "\0"), ("a letter", "x")):
        yield "CONF-05", f"after {name}", (before + pems[RSA]).encode(), RSA
    for name, end in (("CR", "\r"), ("CR and LF", "\r\n"), ("spaces", " "), ("nothing", "")):
        yield "CONF-06", f"{name} for line ends", pems[RSA].replace("\n", end).encode(), RSA
    for pair in (RSA, P256, P384, ED):
        yield "CONF-07", NAMES[pair], pair.spki(DER), pair
    yield "CONF-08", "RSA", RSA.pkcs1_public(DER), RSA
    for pair in (RSA, P256, ED):
        yield "CONF-09", pair.openssh.split()[0], pair.openssh.encode(), pair
        yield "CONF-09", f"{pair.openssh.split()[0]} with a comment and a line break", f"{pair.openssh} mia@example\n".encode(
        ), pair
    for pair in (RSA, P256, ED):
        yield "CONF-10", f"{NAMES[pair]} without spaces", compact(pair.public_jwk()).encode(), pair
        yield "CONF-10", f"{NAMES[pair]} with spaces", json.dumps(pair.public_jwk(kid="k"), indent=2).encode(), pair
        yield "CONF-11", NAMES[pair], b"\xef\xbb\xbf" + compact(pair.public_jwk()).encode(), pair
        yield "CONF-12", f"{NAMES[pair]} in an object", compact({"keys": [pair.public_jwk()]}).encode(), pair
        yield "CONF-12", f"{NAMES[pair]} in a list", compact([pair.public_jwk()]).encode(), pair
    for pair in (P256, P384):
        yield "CONF-13", NAMES[pair], pair.raw_public, pair
    yield "CONF-14", "the key", ED.raw_public, ED


def add(book):
    forged_macs(book)
    constructors(book)
    algorithms(book)
    keys(book)


def forged_macs(book):
    for attack, name, data, pair in materials():
        own, forger = OWN[pair], Secret("")
        forger.bytes = data
        trusted = {"pem": pair.spki(), "algorithm": own}
        for hmac in HMACS:
            token = jws({"alg": hmac}, key=forger)
            book.case(attack, f"{name}, {hmac}", verify(token, trusted, policy(algorithms=[own, hmac])), NOT_ALLOWED,
                      "Though the policy allows both algorithms, the key is of one.")
        book.case(attack, f"{name}, HS256 outside the policy",
                  verify(jws({"alg": "HS256"}, key=forger), trusted, policy(own)), NOT_ALLOWED)


def constructors(book):
    for attack, name, data, _ in materials():
        request = {"op": "key", "key": {"secret_b64u": b64u(data), "algorithm": "HS256"}}
        if attack in ("CONF-13", "CONF-14"):
            book.case("CONF-15", f"{attack}, {name}, as bytes", request,
                      described({"kty": "oct", "k": b64u(data)}, True, "HS256"), RAW)
            continue
        book.case("CONF-15", f"{attack}, {name}, as bytes", request, KEY)
        oct_jwk = {"op": "key", "key": {"jwk": {"kty": "oct", "k": b64u(data), "alg": "HS256"}}}
        book.case("CONF-15", f"{attack}, {name}, as an oct JWK", oct_jwk, KEY)
        if attack not in ("CONF-07", "CONF-08"):
            book.case("CONF-15", f"{attack}, {name}, as a text",
                      {"op": "key", "key": {"secret": data.decode(), "algorithm": "HS256"}}, KEY)


def algorithms(book):
    for sha in ("256", "384", "512"):
        rs, ps = "RS" + sha, "PS" + sha
        for bound, other in ((ps, rs), (rs, ps)):
            key, both = {"jwk": RSA.public_jwk(alg=bound)}, policy(algorithms=[rs, ps])
            book.case("CONF-17", f"a key of {bound}, a token of {other}", verify(jws({"alg": other}), key, both),
                      NOT_ALLOWED)
            book.case("CONF-17", f"a key of {bound}, a token that says {bound} and is signed as {other}",
                      verify(jws({"alg": bound}, algorithm=other), key, both), BAD)
    for family in (HMACS, RSAS[:3], RSAS[3:]):
        for bound in family:
            for named in family:
                if named != bound:
                    key = {"secret": SECRET.text, "algorithm": bound
                           } if family is HMACS else {"jwk": RSA.public_jwk(alg=bound)}
                    book.case("CONF-18", f"a key of {bound}, a token of {named}",
                              verify(jws({"alg": named}), key, policy(algorithms=family)), NOT_ALLOWED)
    both = policy(algorithms=["ES256", "ES384"])
    for pair, own, named in ((P384, "ES384", "ES256"), (P256, "ES256", "ES384")):
        for signed in ("ES256", "ES384"):
            token = jws({"alg": named}, key=pair, algorithm=signed)
            book.case("CONF-19", f"{named} in the header, signed as {signed} with {NAMES[pair]}",
                      verify(token, {"jwk": pair.public_jwk()}, both), NOT_ALLOWED)
        token = jws({"alg": named}, key=pair, algorithm=own)
        book.case("CONF-19", f"{named} in the header, signed with {NAMES[pair]}, both keys in the set",
                  verify(token, {"jwks": {"keys": [P256.public_jwk(), P384.public_jwk()]}}, both), BAD,
                  "The header's alg picks the key, whose signature it is not.")
    token = jws({"alg": "RS256", "kid": "k"}, key=RSA_OTHER)
    for rules in (["ES256"], ["ES256", "RS256"]):
        book.case("CONF-20", f"a policy of {' and '.join(rules)}",
                  verify(token, {"jwk": P256.public_jwk(kid="k")}, policy(algorithms=rules)), NOT_ALLOWED)


def keys(book):
    unbound, empty = {"keys": [RSA.public_jwk(kid="r")]}, jws({"alg": "HS256", "kid": "r"}, key=Secret(""))
    rules = policy(algorithms=["RS256", "HS256", "ES256"])
    book.case("CONF-16", "nothing else in the set", verify(empty, {"jwks": unbound}, rules), KEY,
              "No algorithm is known for the key, so it is none.")
    book.case("CONF-16", "an EC key beside it",
              verify(empty, {"jwks": {"keys": [*unbound["keys"], P256.public_jwk(kid="e")]}}, rules),
              fail("KEY_NOT_FOUND"), "The key without an algorithm is passed over.")
    book.case("CONF-16", "RS256 named beside the set", verify(empty, {"jwks": unbound, "algorithm": "RS256"}, rules),
              NOT_ALLOWED)
    book.case("CONF-16", "HS256 named beside the set", verify(empty, {"jwks": unbound, "algorithm": "HS256"}, rules),
              KEY)
    book.case("CONF-16", "as a single JWK", verify(empty, {"jwk": RSA.public_jwk(kid="r")}, rules), KEY)

    labels = {
        "X25519": X25519.public_jwk(), "Ed448": ED448.public_jwk(), "Ed25519 bytes labelled X25519":
        ED.public_jwk() | {"crv": "X25519"}, "Ed25519 bytes labelled Ed448": ED.public_jwk() | {"crv": "Ed448"}
    }
    for name, jwk in labels.items():
        book.case("CONF-21", f"{name}, and a token", verify(jws({"alg": "EdDSA"}), {"jwk": jwk}, algorithm="EdDSA"),
                  UNSUPPORTED)
        book.case("CONF-21", f"{name} is no key", {"op": "key", "key": {"jwk": jwk}}, UNSUPPORTED)

    for members in ({"use": "enc"}, {"key_ops": ["encrypt"]}, {"key_ops": []}, {"key_ops": ["sign"]},
                    {"use": "enc", "key_ops": ["verify"]}, {"use": "sig", "key_ops": ["wrapKey"]}):
        for algorithm in ("RS256", "ES256", "HS256"):
            jwk = {"RS256": RSA.public_jwk(alg="RS256"), "ES256": P256.public_jwk(), "HS256": SECRET.jwk(alg="HS256")
                   }[algorithm] | members
            book.case("CONF-22", f"{algorithm} with {compact(members)}",
                      verify(jws({"alg": algorithm}), {"jwk": jwk}, algorithm=algorithm), KEY)
    book.case("CONF-22", "a set of one such key",
              verify(jws({"alg": "ES256"}), {"jwks": {"keys": [P256.public_jwk(use="enc")]}}, algorithm="ES256"), KEY)

    wrong = (("EC P-256", P256.public_jwk(), "ES384", KEY), ("EC P-384", P384.public_jwk(), "ES256", KEY),
             ("RSA", RSA.public_jwk(), "ES256", KEY), ("RSA", RSA.public_jwk(), "HS256", KEY),
             ("oct", SECRET.jwk(), "RS256", KEY), ("oct", SECRET.jwk(), "ES256", KEY),
             ("OKP", ED.public_jwk(), "ES256", KEY), ("oct", SECRET.jwk(), "A256GCM", UNSUPPORTED),
             ("RSA", RSA.public_jwk(), "RSA-OAEP", UNSUPPORTED), ("EC P-521", P521.public_jwk(), "ES512", UNSUPPORTED),
             ("EC P-256", P256.public_jwk(), "none", UNSUPPORTED))
    for kind, jwk, alg, expect in wrong:
        key = {"jwk": jwk | {"alg": alg}}
        book.case("CONF-23", f"{kind} with alg {alg}", {"op": "key", "key": key}, expect)
        book.case("CONF-23", f"{kind} with alg {alg}, and a token", verify(jws({"alg": "HS256"}), key), expect)

    why = "By CONFORMANCE.md a private key may verify with its public half, whose algorithm is still the only one."
    for name, key in (("RSA JWK", {"jwk": RSA.jwk(alg="RS256")}), ("RSA PEM", {"pem": RSA.pem, "algorithm": "RS256"}),
                      ("EC PEM", {"pem": P256.pem}), ("Ed25519 JWK", {"jwk": ED.jwk()})):
        pair = {"RSA": RSA, "EC ": P256, "Ed2": ED}[name[:3]]
        own, forger = OWN[pair], Secret("")
        book.case("CONF-24", f"{name}: a good token of {own}",
                  verify(jws({"alg": own}), key, policy(algorithms=[own, "HS256"])), good({"alg": own}), why)
        for form, material in (("the private key", key.get("pem")
                                or compact(key["jwk"])), ("the public PEM", pair.spki())):
            forger.bytes = material.encode()
            book.case("CONF-24", f"{name}: a MAC made with {form}",
                      verify(jws({"alg": "HS256"}, key=forger), key, policy(algorithms=[own, "HS256"])), NOT_ALLOWED,
                      why)

    for name, jwk, algorithm in (("EC", P256.public_jwk(kid="p"),
                                  "ES256"), ("RSA", RSA.public_jwk(kid="p", alg="RS256"), "RS256"),
                                 ("Ed25519", ED.public_jwk(kid="p"), "EdDSA")):
        mixed = {"jwks": {"keys": [SECRET.jwk(kid="s", alg="HS256"), jwk]}}
        for kid, alg in (("s", "HS256"), ("p", algorithm)):
            book.case("CONF-25", f"oct and {name}, a token of {alg}",
                      verify(jws({"alg": alg, "kid": kid}), mixed, policy(algorithms=["HS256", algorithm])), KEY)
