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


def moments(case):
    why = "every op that depends on time takes now_s"
    expired, early = fails("EXPIRED", "exp"), fails("NOT_YET_VALID", "nbf")
    old, future = token(exp=1000), token(nbf=LATER - 100)
    case("a token that is over now was valid at now_s, before keys are fetched and after", why, [
        opened(),
        verified(old, now_s=100),
        verified(old, now_s=999),
        verified(old, expired, now_s=1000),
        verified(old, expired)
    ], [served(key("one"))], 1)
    case("a token that is valid now is over at now_s, before keys are fetched and after", why, [
        opened(),
        verified(token(), expired, now_s=LATER + 100),
        verified(token(), expired, now_s=LATER),
        verified(token(), now_s=LATER - 1),
        verified(token())
    ], [served(key("one"))], 1)
    case("a token is valid only at now_s", why, [
        opened(),
        verified(future, now_s=LATER - 50),
        verified(future, early, now_s=LATER - 101),
        verified(future, expired, now_s=LATER),
        verified(future, early)
    ], [served(key("one"))], 1)
    case("leeway counts from now_s", why, [
        opened(issuer(leeway_s=60)),
        verified(old, now_s=1059),
        verified(old, expired, now_s=1060),
        verified(future, now_s=LATER - 160),
        verified(future, early, now_s=LATER - 161)
    ], [served(key("one"))], 1)
    case(
        "keys grow old by the clock, whatever now_s is", why,
        [opened(), verified(token(), now_s=0),
         verified(token(), now_s=LATER - 1),
         verified(token(), now_s=0)], [served(key("one"), headers={"Cache-Control": "max-age=60"})], 1)
    furthest = 2**53 - 1
    case("any now_s is a moment", "Any now_s of 64 bits is allowed; one second before 1970 is one, too", [
        opened(),
        *(verified(old, now_s=now_s) for now_s in (-1, 0, -furthest, -2**63)),
        *(verified(old, expired, now_s=now_s) for now_s in (furthest, 2**63 - 1)),
    ], [served(key("one"))], 1)
    case("a now_s that is no integer of 64 bits is a bad request",
         "BAD_REQUEST for a member that is not what it has to be",
         [opened(), *(verified(token(), fails("BAD_REQUEST"), now_s=now_s)
                      for now_s in ("1", 1.5, None, [], 2**63))], [], 0)


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
    moments(case)
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
