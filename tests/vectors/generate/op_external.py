"""sign_begin and sign_finish: for a private key that never leaves a KMS."""

from cryptography.hazmat.primitives.asymmetric import utils

from .cases import Raw, fail, ok
from .jws import NOW, jws
from .keys import P256, P384, P521, RSA, Pair, b64u, public, signer

PUBLIC = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519"]
CONFIG = fail("CONFIG")


def add(file):
    begin(file)
    finish(file)


def begin(file):

    def case(name, why, members, expect, key=None, drop=()):
        request = {
            "op": "sign_begin", "key": key or {"jwk": P256.public_jwk()}, "algorithm": "ES256", **members, "now_s": NOW
        }
        file.add(name, why, {name: value for name, value in request.items() if name not in drop}, expect)

    def input_of(header, claims=None, payload=None):
        return {
            "signing_input":
            {"header": header, **({"claims": claims} if payload is None else {"payload_b64u": b64u(payload)})}
        }

    why = "sign_begin: as sign, with the public key as key"
    for algorithm in PUBLIC:
        key = {name: value for name, value in public(algorithm).items() if name != "algorithm"}
        case(f"{algorithm}: claims become a signing input", why, {"algorithm": algorithm, "claims": {"sub": "mia"}},
             input_of({"alg": algorithm, "typ": "JWT"}, {"sub": "mia"}), key)
        case(f"{algorithm}: bytes become a signing input", why, {"algorithm": algorithm, "payload_b64u": b64u(b"\0x")},
             input_of({"alg": algorithm}, payload=b"\0x"), key)
    case("the key names the algorithm",
         why, {"claims": {}},
         input_of({"alg": "ES256", "typ": "JWT"}, {}),
         drop=("algorithm", ))
    case(
        "every option counts", why, {
            "claims": {"a": 1}, "header": {"x": [1]}, "options":
            {"issuer": "i", "audience": "a", "subject": "s", "ttl_s": 60, "kid": "k", "typ": "t"}
        },
        input_of({"alg": "ES256", "typ": "t", "kid": "k", "x": [1]},
                 {"a": 1, "iss": "i", "aud": "a", "sub": "s", "iat": NOW, "exp": NOW + 60}))
    case("the JWK's kid is the header's", why, {"claims": {}}, input_of({"alg": "ES256", "typ": "JWT", "kid": "own"},
                                                                        {}), {"jwk": P256.public_jwk(kid="own")})
    for name, members, expect in (("an unknown option", {"claims": {}, "options": {"nope": 1}},
                                   CONFIG), ("a claim of the wrong type", {"claims":
                                                                           {"exp": "x"}}, fail("CLAIM_INVALID", "exp")),
                                  ("claims and bytes", {"claims": {}, "payload_b64u":
                                                        ""}, CONFIG), ("neither claims nor bytes", {}, CONFIG),
                                  ("an option beside its claim", {"claims": {"iss": "i"}, "options": {"issuer": "i"}},
                                   CONFIG), ("crit in the header", {"claims": {}, "header": {"crit": []}},
                                             CONFIG), ("an unknown algorithm", {"claims": {}, "algorithm":
                                                                                "ES512"}, CONFIG),
                                  ("claims with a member twice", {"claims": Raw('{"a":1,"a":1}')},
                                   CONFIG), ("an algorithm of another curve", {"claims": {}, "algorithm": "ES384"},
                                             fail("KEY")), ("a claim option beside bytes",
                                                            {"payload_b64u": "", "options": {"ttl_s": 60}}, CONFIG)):
        case(f"{name} is refused as in sign", why, members, expect)
    for name, key, algorithm, status in (("a P-521 key", {"pem": P521.spki()}, "ES256", "KEY_UNSUPPORTED"),
                                         ("a weak key", {"pem": Pair("rsa1024").spki()}, "RS256",
                                          "KEY_WEAK"), ("a broken key", {"pem": "x"}, "ES256", "KEY"),
                                         ("an RSA key without an algorithm", {"pem": RSA.spki()}, None, "KEY")):
        case(f"{name} is refused as in sign", why, {"claims": {}, "algorithm": algorithm}, fail(status), key,
             ("algorithm", ) if algorithm is None else ())


def finish(file):

    def case(name, why, signing_input, signature, expect, algorithm="ES256", key=None):
        file.add(
            name, why, {
                "op": "sign_finish", "signing_input": signing_input, "signature_b64u": b64u(signature), "key": key
                or public(algorithm), "algorithm": algorithm
            }, expect)

    bad = fail("SIGNATURE")
    why = "sign_finish: the signature is verified first: SIGNATURE"
    for algorithm in PUBLIC:
        signing_input = jws({"alg": algorithm}).rsplit(".", 1)[0]
        signature = signer(algorithm).sign(algorithm, signing_input.encode())
        case(f"{algorithm}: a good signature makes the token", "sign_finish: token", signing_input, signature,
             ok(token=signing_input + "." + b64u(signature)), algorithm)
        case(f"{algorithm}: the signature of another key is refused", why, signing_input,
             signer(algorithm, other=True).sign(algorithm, signing_input.encode()), bad, algorithm)
        case(f"{algorithm}: an empty signature is refused", why, signing_input, b"", bad, algorithm)
        case(f"{algorithm}: a signature over another input is refused", why, signing_input,
             signer(algorithm).sign(algorithm, b"x"), bad, algorithm)
        case(f"{algorithm}: a short signature is refused", why, signing_input, signature[:-1], bad, algorithm)
        case(f"{algorithm}: a long signature is refused", why, signing_input, signature + b"\0", bad, algorithm)
    for algorithm, pair, size in (("ES256", P256, 32), ("ES384", P384, 48)):
        signing_input = jws({"alg": algorithm}).rsplit(".", 1)[0]
        s = pair.sign(algorithm, signing_input.encode())
        case(f"{algorithm}: a DER signature, as a KMS gives it, is refused",
             "The signature has the form of RFC 7518", signing_input,
             utils.encode_dss_signature(int.from_bytes(s[:size], "big"), int.from_bytes(s[size:],
                                                                                        "big")), bad, algorithm)
    signed = lambda text, algorithm="ES256": (text, signer(algorithm).sign(algorithm, text.encode()))
    for payload, name in ((b"", "no bytes"), (b"\0\xff", "bytes"), (b'{"exp":"x"}', "claims that no verifier accepts")):
        text, signature = signed(jws({"alg": "ES256"}, payload).rsplit(".", 1)[0])
        case(f"a signing input of {name} makes a token", "sign_finish looks at the signature, not at the payload", text,
             signature, ok(token=text + "." + b64u(signature)))
    good = jws({"alg": "ES256"}).rsplit(".", 1)[0]
    for name, text in (("nothing", ""), ("no dot", good.replace(".", "")), ("a whole token", jws({"alg": "ES256"})),
                       ("= in it", good + "="), ("a header that is no JSON",
                                                 b64u(b"x") + ".e30"), ("a header without alg", b64u(b"{}") + ".e30"),
                       ("a line break after it", good + "\n"), ("a space before it", " " + good)):
        case(f"a signing input that is or has {name} is malformed", "Row 6", *signed(text), fail("MALFORMED"))
    case("a signing input of another algorithm is refused", "Row 8: not the algorithm of the key",
         *signed(jws({"alg": "ES384"}).rsplit(".", 1)[0]), fail("ALGORITHM"))
    case("a signing input of none is refused", "Row 8", *signed(b64u(b'{"alg":"none"}') + ".e30"), fail("ALGORITHM"))
    file.add(
        "a broken key is refused before the signing input", "Status table: row 3 comes first",
        {"op": "sign_finish", "signing_input": "x", "signature_b64u": "", "key": {"pem": "x"}, "algorithm": "ES256"},
        fail("KEY"))
    file.add(
        "an algorithm that does not fit is refused before the signing input", "Status table: row 3 comes first",
        {"op": "sign_finish", "signing_input": "x", "signature_b64u": "", "key": public("ES256"), "algorithm": "ES384"},
        fail("KEY"))
    file.add(
        "an unknown algorithm is refused before the signing input", "Status table: row 4 comes first",
        {"op": "sign_finish", "signing_input": "x", "signature_b64u": "", "key": public("ES256"), "algorithm": "ES512"},
        CONFIG)
