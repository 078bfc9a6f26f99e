"""keyset.*: tokens of issuers whose keys are fetched."""

import json

from .jws import jws
from .keys import P256, RSA
from .scenarios import after, step

ISSUER = "https://id.example"
LATER = 4102444800


def key(kid, pair=P256, alg="ES256"):
    return pair.public_jwk(kid=kid, alg=alg)


def token(kid="one", pair=P256, alg="ES256", header=None, **claims):
    head = {"alg": alg} | ({} if kid is None else {"kid": kid}) | (header or {})
    return jws(head, json.dumps({"iss": ISSUER, "aud": "api", "exp": LATER, "sub": "alice"} | claims), pair)


def issuer(**more):
    return {"issuer": ISSUER, "jwks_url": "{keys}/jwks", "algorithms": ["ES256"], "audience": "api"} | more


def opened(*issuers, expect=None):
    return step({"op": "keyset.open", "keyset": "k", "issuers": list(issuers) or [issuer()]}, expect)


def verified(text, expect=None, **more):
    expect = expect or {"ok": {"header": {"~any": True}, "claims": {"~has": {"sub": "alice"}}}}
    return step({"op": "keyset.verify", "keyset": "k", "token": text} | more, expect)


def fails(status, claim=None, http_status=None):
    return {"error": {"status": status, "claim": claim, "http_status": http_status}}


def served(*keys, **more):
    return {"status": 200, "json": {"keys": list(keys)}} | more


ASKED = {
    "server": "keys", "method": "GET", "path": "/jwks", "query": None, "headers":
    {"Authorization": None, "Cookie": None}
}


def add(file):

    def case(name, why, steps, answers, count=None):
        more = {} if count is None else {"requests": count * [ASKED]}
        file.add(name, why, "ours", steps, servers={"keys": answers}, **more)

    case("keys are fetched when they are first needed, and kept",
         "fetched at most once at a time, kept as Cache-Control says",
         [opened(), verified(token()),
          verified(token()), verified(token(sub="alice", jti="2"))], [served(key("one"))], 1)
    case("opening fetches nothing", "keyset.open fetches nothing", [opened()], [], 0)
    case("a token is judged as any other", "verifies as verify does", [
        opened(),
        verified(token(exp=1), fails("EXPIRED", "exp")),
        verified(token(aud="other"), fails("AUDIENCE", "aud")),
        verified(token()[:-6] + "AAAAAA", fails("SIGNATURE"))
    ], [served(key("one"))], 1)
    for name, text, expect in (
        ("no token", "no token", fails("MALFORMED")),
        ("another issuer", token(iss="https://evil.example"), fails("ISSUER", "iss")),
        ("no issuer", jws({"alg": "ES256"}, json.dumps({"exp": LATER}), P256), fails("ISSUER", "iss")),
        ("another algorithm", token(alg="RS256", pair=RSA), fails("ALGORITHM")),
        ("a critical extension", token(header={"crit": ["x"]}), fails("HEADER_UNSUPPORTED")),
    ):
        case("no fetch for " + name, "what needs no key needs no fetch (EMB-04, EMB-05)",
             [opened(), verified(text, expect)], [], 0)
    elsewhere = {"jku": "{keys}/evil", "x5u": "{keys}/evil", "jwk": key("one")}
    case("nothing in a token says where keys are", "jwk, jku and x5u are ignored (EMB-04, EMB-07)",
         [opened(), verified(token("other", header=elsewhere), fails("KEY_NOT_FOUND"))], 2 * [served(key("one"))], 2)
    case("a key that was added is found", "an unknown kid refetches",
         [opened(), verified(token()), verified(token("two")),
          verified(token("two"))], [served(key("one")), served(key("one"), key("two"))], 2)
    case("unknown names of keys cause one fetch", "an unknown kid refetches at most every 30 s (KID-12, S25)",
         [opened(), verified(token())] + [verified(token(f"x{n}"), fails("KEY_NOT_FOUND")) for n in range(20)],
         [served(key("one")), served(key("one"))], 2)
    case("a key that was withdrawn is gone", "a refresh replaces the set (S23)",
         [opened(), verified(token()),
          verified(token("two")),
          verified(token(), fails("KEY_NOT_FOUND"))], [served(key("one")), served(key("two"))], 2)
    for name, answers in (("nobody listens", "closed"), ("503", [{"status": 503, "text": "", "repeat": True}]),
                          ("404", [{"status": 404, "text": "", "repeat": True}]), ("a redirect", [{
                              "status": 302, "headers": {"Location": "{keys}/other"}, "text": "", "repeat": True
                          }]), ("no JSON", [{"status": 200, "text": "<html>", "repeat": True}
                                            ]), ("no key set", [{"status": 200, "json": {"error": "x"}, "repeat":
                                                                 True}]), ("an empty key set", [served(repeat=True)]),
                          ("no key that can be used", [served({"kty": "EC", "crv": "P-521"}, repeat=True)
                                                       ]), ("a dropped connection", [{"drop": True, "repeat": True}]),
                          ("too many keys", [served(*[key(f"k{n}") for n in range(65)], repeat=True)])):
        file.add(
            "no keys: " + name,
            "KEYS_UNAVAILABLE, never SIGNATURE (DOS-07, DOS-08)",
            "ours",
            [opened(),
             verified(token(), {"error": {"status": "KEYS_UNAVAILABLE", "http_status": {"~any": True}}})],
            servers={"keys": answers})
    case("an answer that is too large is none", "a key set has at most 256 KiB (DOS-09)",
         [opened(),
          verified(token(), {"error": {"status": "KEYS_UNAVAILABLE", "http_status": {"~any": True}}})],
         [served(key("one"), json={"keys": [key("one")], "padding": "x" * 300_000}, repeat=True)])
    case("a fetch that failed is tried again", "a later call tries again",
         [opened(), verified(token(), fails("KEYS_UNAVAILABLE", None, 503)),
          verified(token())], [{"status": 503, "text": ""}, served(key("one"))], 2)
    case("a failed fetch leaves the old set in place", "on failure the old set serves",
         [opened(), verified(token()),
          verified(token("two"), fails("KEY_NOT_FOUND")),
          verified(token())], [served(key("one")), {"status": 500, "text": ""}], 2)
    case("a caller's time passes", "TIMEOUT is that caller's alone",
         [opened(), verified(token(), fails("TIMEOUT"), timeout_ms=50),
          verified(token(), timeout_ms=5000)], [served(key("one"), delay_ms=400)], 1)
    other = "https://other.example"
    file.add("each issuer has its own keys",
             "several issuers in one verifier",
             "ours", [
                 opened(issuer(), issuer(issuer=other, jwks_url="{others}/jwks", algorithms=["RS256"])),
                 verified(token()),
                 verified(token(iss=other, alg="RS256", pair=RSA)),
                 verified(token(iss=other), fails("ALGORITHM")),
                 verified(token(kid="two", iss=ISSUER), fails("KEY_NOT_FOUND")),
             ],
             servers={"keys": 2 * [served(key("one"))], "others": [served(key("one", RSA, "RS256"))]})
    for name, issuers in (("no issuer", []), ("a text", "x"), ("no jwks_url", [{"issuer": ISSUER}]),
                          ("plain http elsewhere", [issuer(jwks_url="http://id.example/jwks")]),
                          ("an unknown member", [issuer(surprise=1)]), ("one twice", [issuer(), issuer()]),
                          ("a shared secret", [issuer(algorithms=["HS256"])]), ("no algorithms",
                                                                                [issuer(algorithms=[])])):
        file.add("issuers: " + name,
                 "CONFIG",
                 "ours",
                 [step({"op": "keyset.open", "keyset": "k", "issuers": issuers}, {"error": {"status": "CONFIG"}})],
                 servers={"keys": []},
                 requests=[])
