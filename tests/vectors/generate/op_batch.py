"""verify_batch: for each token, in order, what verify would answer."""

from .cases import Raw, fail, ok
from .jws import NOW, b64u, bytes_policy, jws, policy
from .keys import ALGORITHMS, ED, P256, P384, RSA, public
from .verify_rfc import RFC

GOOD = jws()
ACCEPTED = ok(header={"alg": "HS256"}, claims=Raw('{"exp":1800000060}'))
KINDS = {
    "a good token": (GOOD, ACCEPTED),
    "an expired token": (jws(payload='{"exp":1}'), fail("EXPIRED", "exp")),
    "an empty token": ("", fail("MALFORMED")),
    "a token with NUL": (GOOD + "\0", fail("MALFORMED")),
    "a token with accents": ("\u00e9.\u00e9.\u00e9", fail("MALFORMED")),
    "a bad signature": (GOOD.rsplit(".", 1)[0] + ".", fail("SIGNATURE")),
    "another algorithm": (jws({"alg": "HS512"}), fail("ALGORITHM")),
    "a crit": (jws({"alg": "HS256", "crit": []}), fail("HEADER_UNSUPPORTED")),
    "a list as claims": (jws(payload="[]"), fail("CLAIMS_MALFORMED")),
    "a claim missing": (jws(payload="{}"), fail("CLAIM_MISSING", "exp")),
    "a claim of the wrong type": (jws(payload='{"exp":"x"}'), fail("CLAIM_INVALID", "exp")),
    "a token too early": (jws(payload='{"exp":1800000060,"nbf":1800000001}'), fail("NOT_YET_VALID", "nbf")),
    "a token too large": ("." * 65537, fail("TOO_LARGE")),
}


def add(file):

    def case(name, tokens, expect, key=None, rules=None, why="verify_batch: results: for each token, in order"):
        file.add(
            name, why, {
                "op": "verify_batch", "key": key or public("HS256"), "policy": policy() if rules is None else rules,
                "tokens": tokens, "now_s": NOW
            }, expect)

    def results(*kinds):
        return ok(results=[KINDS[kind][1] for kind in kinds])

    case("an empty batch has no results", [], ok(results=[]))
    for kind, (token, expect) in KINDS.items():
        case(f"a batch of {kind} alone", [token], ok(results=[expect]))
    kinds = list(KINDS)
    case("a batch of every kind keeps its order", [KINDS[kind][0] for kind in kinds], results(*kinds))
    case("a batch of every kind backwards keeps its order", [KINDS[kind][0] for kind in reversed(kinds)],
         results(*reversed(kinds)))
    case("one token three times is answered three times", [GOOD] * 3, results(*["a good token"] * 3))
    case("a good token after a bad one is good", ["", GOOD], results("an empty token", "a good token"))
    numbered = [(jws(payload='{"exp":1800000060,"n":%d}' % n),
                 ok(header={"alg": "HS256"}, claims=Raw('{"exp":1800000060,"n":%d}' % n))) for n in range(100)]
    case("a hundred tokens are answered in their order", [token for token, _ in numbered],
         ok(results=[expect for _, expect in numbered]))
    data = bytes(range(256))
    case(
        "a batch of bytes is answered as bytes", [jws(payload=data), jws(payload=b"")],
        ok(results=[ok(header={"alg": "HS256"}, payload_b64u=b64u(data)),
                    ok(header={"alg": "HS256"}, payload_b64u="")]),
        rules=bytes_policy())
    zoo = {
        "jwks": {
            "keys": [
                P256.public_jwk(kid="a"),
                P384.public_jwk(kid="b"),
                ED.public_jwk(kid="c"),
                RSA.public_jwk(kid="d", alg="RS256"),
                RSA.public_jwk(kid="e", alg="PS512")
            ]
        }
    }
    signed = [(algorithm, kid, pair)
              for algorithm, kid, pair in (("ES256", "a", P256), ("ES384", "b", P384), ("EdDSA", "c", ED),
                                           ("RS256", "d", RSA), ("PS512", "e", RSA), ("Ed25519", "c", ED))]
    case(
        "a batch for a set uses each key for its own tokens",
        [jws({"alg": algorithm, "kid": kid}, key=pair)
         for algorithm, kid, pair in signed] + [jws({"alg": "ES256", "kid": "x"})],
        ok(results=[
            ok(header={"alg": algorithm, "kid": kid}, claims=Raw('{"exp":1800000060}')) for algorithm, kid, _ in signed
        ] + [fail("KEY_NOT_FOUND")]), zoo, policy(algorithms=ALGORITHMS[3:]))
    why = "Rows 1-4 are the caller's: they fail the whole batch"
    case("an unsupported key fails the batch", [GOOD],
         fail("KEY_UNSUPPORTED"), {"jwk": RFC["rfc7515_a4"]["key"]},
         why=why)
    case("a weak key fails the batch", [GOOD], fail("KEY_WEAK"), {"secret": "short", "algorithm": "HS256"}, why=why)
    case("a broken key fails the batch", [], fail("KEY"), {"pem": "x"}, why=why)
    case("a bad policy fails the batch", [GOOD], fail("CONFIG"), rules=policy(nope=1), why=why)
    case("a bad policy fails an empty batch", [], fail("CONFIG"), rules=policy(leeway_s=301), why=why)
