"""verify: the policy table. Each member: what it takes, its bounds, wrong types, contradictions."""

from .cases import Raw, fail, ok
from .jws import NOW, bytes_policy, jws, policy, verify
from .keys import SECRET, Secret

HEADER = {"alg": "HS256"}
CONFIG = fail("CONFIG")
DOCUMENTED = "Status table, row 4: unknown member, wrong type, out of range, unknown algorithm name, exclusive members"
CLAIMS = Raw('{"exp":1800000060,"iat":1800000000,"iss":"https://id.example","sub":"mia","aud":["api","web"]}')
TOKEN = jws(payload=CLAIMS)
GOOD = ok(header=HEADER, claims=CLAIMS)


def add(file):
    shape(file)
    whom(file)
    members(file)
    payloads(file)
    sizes(file)


def check(file, name, rules, expect, why=DOCUMENTED, token=TOKEN):
    file.add(name, why, verify(token, rules=rules), expect)


def shape(file):
    for name, rules in (("a list", "[]"), ("a text", '"HS256"'), ("null", "null"), ("a number", "1"), ("true", "true")):
        check(file, f"a policy that is {name} is refused", Raw(rules), CONFIG)
    check(file, "an empty policy is refused", {}, CONFIG)
    for name, rules in (("a member twice",
                         '{"algorithms":["HS256"],"any_issuer":true,"any_audience":true,"any_issuer":true}'),
                        ("a member twice, once escaped",
                         '{"algorithms":["HS256"],"any_issuer":true,"any_audience":true,"any_\\u0069ssuer":true}'),
                        ("algorithms twice",
                         '{"algorithms":["HS512"],"algorithms":["HS256"],"any_issuer":true,"any_audience":true}')):
        check(file, f"a policy with {name} is refused", Raw(rules), CONFIG)
    for member in ("Algorithms", "issuers", "leeway", "clock_skew", "audience ", "ISSUER", "", "kid", "now_s",
                   "require", "any_subject"):
        check(file, f"a policy with the unknown member {member!r} is refused", policy(**{member: True}), CONFIG)
    good = {
        "algorithms": ["HS256"], "issuer": "https://id.example", "audience": "api", "subject": "mia", "leeway_s": 5,
        "max_age_s": 60, "required": ["exp", "iat"], "allow_missing_exp": False, "expiry_claim": "exp", "payload":
        "claims", "max_token_bytes": 65536, "try_keys": 1
    }
    check(file, "a policy with every member is taken", good, GOOD, "Policy: the table")
    check(
        file, "a policy in any white space and order is taken",
        Raw('\\n{ "any_audience" : true , "any_issuer":true,\\t"algorithms" : [ "HS256" ] } '.replace(
            "\\n", " ").replace("\\t", " ")), GOOD, "Policy: a JSON object")

    why = "Policy: algorithms is a list of names, not empty; unknown names are CONFIG"
    for name, value in (("absent", None), ("empty", []), ("a text", "HS256"), ("null", Raw("null")),
                        ("an object", {"HS256": True}), ("a list with a number", ["HS256", 1]),
                        ("a list with null", ["HS256", Raw("null")]), ("a list of a list", [["HS256"]])):
        check(file, f"algorithms that are {name} are refused", policy(algorithms=value), CONFIG, why)
    for name in ("none", "None", "ES512", "ES256K", "Ed448", "hs256", "HS256 ", "", "RSA", "*", "HS257", "eddsa",
                 "ED25519"):
        check(file, f"the algorithm name {name!r} is refused", policy(algorithms=["HS256", name]), CONFIG, why)


def whom(file):
    for member, claim, good in (("issuer", "iss", "https://id.example"), ("audience", "aud", "api")):
        anyone = f"any_{member}"
        why = f"Policy: {member} (a text or a list that is not empty) or {anyone} (true): one is required, not both"

        def rules(**changes):
            return policy(**{anyone: None, **changes})

        check(file, f"a policy without {member} and {anyone} is refused", rules(), CONFIG, why)
        check(file, f"{member} and {anyone} together are refused", rules(**{anyone: True, member: good}), CONFIG, why)
        check(file, f"{anyone} of false as the only word is refused", rules(**{anyone: False}), CONFIG, why)
        check(file, f"{anyone} of false beside {member} is taken", rules(**{anyone: False, member: good}), GOOD, why)
        check(file, f"{member} as a text is taken", rules(**{member: good}), GOOD, why)
        check(file, f"{member} as a list is taken", rules(**{member: ["other", good]}), GOOD, why)
        for name, value in (("an empty list", []), ("an empty text", ""), ("a list with an empty text", [good, ""]),
                            ("a number", 1), ("null", Raw("null")), ("true", True), ("an object", {}),
                            ("a list with a number", [good, 1]), ("a list with null", [good, Raw("null")])):
            check(file, f"{member} as {name} is refused", rules(**{member: value}), CONFIG, why)
        for value in ("1", '"true"', "null", "[]"):
            check(file, f"{anyone} as {value} is refused", rules(**{anyone: Raw(value)}), CONFIG, why)


def members(file):
    why = "Policy: empty strings as issuer, audience, subject, typ are CONFIG"
    for member in ("subject", "typ"):
        for value in ('""', "1", "null", '["mia"]', "true", "{}"):
            check(file, f"{member} as {value} is refused", policy(**{member: Raw(value)}), CONFIG, why)
    check(file, "typ of the prefix alone is refused", policy(typ="application/"), CONFIG,
          "Policy: typ is compared without a leading application/, and nothing is left")
    integers = {
        "leeway_s": (0, 300), "max_age_s": (1, 315576000), "max_token_bytes": (256, 1048576), "try_keys": (1, 8),
        "verified_cache_bytes": (0, 67108864)
    }
    for member, (least, most) in integers.items():
        why = f"Policy: {member} is an integer from {least} to {most}"
        for value in (least, most):
            check(file, f"{member} of {value} is taken", policy(**{member: value}), GOOD, why)
        for value in (least - 1, most + 1, -(2**63), 2**63, 2**64 + least, 2**32 + least):
            check(file, f"{member} of {value} is refused", policy(**{member: value}), CONFIG, why)
        for value in (f"{least}.5", f'"{most - 1}"', "null", "true", f"[{most}]", "{}", "1e400", "-0.5"):
            check(file, f"{member} as {value} is refused", policy(**{member: Raw(value)}), CONFIG, why)
    why = "Policy: required is a list of strings"
    check(file, "required as an empty list is taken", policy(required=[]), GOOD, why)
    for value in ('"sub"', "null", "true", "[1]", '["sub",null]', "{}", '[["sub"]]'):
        check(file, f"required as {value} is refused", policy(required=Raw(value)), CONFIG, why)
    for value in ('"true"', "1", "null", "[]"):
        check(file, f"allow_missing_exp as {value} is refused", policy(allow_missing_exp=Raw(value)), CONFIG,
              "Policy: allow_missing_exp is a bool")
    check(file, "allow_missing_exp of false is the default", policy(allow_missing_exp=False), GOOD,
          "Policy: allow_missing_exp")
    for value in ("1", "null", "true", '["exp"]', "{}"):
        check(file, f"expiry_claim as {value} is refused", policy(expiry_claim=Raw(value)), CONFIG,
              "Policy: expiry_claim is a string")
    for claim in ("nbf", "iat", "iss", "sub", "aud", "jti"):
        check(file, f"expiry_claim of {claim} is refused", policy(expiry_claim=claim), CONFIG,
              "Policy: expiry_claim: this claim has a meaning of its own, that the verifier checks")
    for value in ('"json"', '"Bytes"', '""', "null", "true", "[]", '"raw"'):
        check(file, f"payload as {value} is refused",
              Raw('{"algorithms":["HS256"],"any_issuer":true,"any_audience":true,"payload":%s}' % value), CONFIG,
              'Policy: payload is "claims" or "bytes"')


def payloads(file):
    why = 'Policy: beside payload "bytes" only algorithms, typ, max_token_bytes and try_keys may stand'
    for member, value in (("any_issuer", True), ("any_audience", True), ("any_issuer", False),
                          ("issuer", "https://id.example"), ("audience", "api"), ("subject", "mia"), ("leeway_s", 0),
                          ("max_age_s", 60), ("required", []), ("required", ["sub"]), ("allow_missing_exp", True),
                          ("allow_missing_exp", False), ("expiry_claim", "exp"), ("verified_cache_bytes", 0),
                          ("verified_cache_bytes", 65536)):
        check(file, f"payload bytes beside {member} of {value!r} is refused", bytes_policy(**{member: value}), CONFIG,
              why)
    from .keys import b64u
    check(file, "payload bytes beside typ, max_token_bytes and try_keys is taken",
          bytes_policy(typ="x", max_token_bytes=300, try_keys=2),
          ok(header={"alg": "HS256", "typ": "x"}, payload_b64u=b64u(b"bytes")), why,
          jws({"alg": "HS256", "typ": "x"}, b"bytes"))
    check(file, 'payload "claims" is the default', policy(payload="claims"), GOOD, "Policy: payload")
    why = "Tokens: payload bytes are not parsed; the answer has payload_b64u even where it happens to be JSON"
    for name, data in (("JSON", b'{"exp":1}'), ("no bytes at all", b""), ("a NUL", b"\0"),
                       ("a text", "na\u00efve".encode()), ("any byte", bytes(range(256))),
                       ("broken UTF-8", b"\xff\xfe"), ("JSON with a member twice", b'{"a":1,"a":2}'), ("a compact JWS",
                                                                                                       jws().encode())):
        check(file, f"payload bytes may be {name}", bytes_policy(), ok(header=HEADER, payload_b64u=b64u(data)), why,
              jws(HEADER, data))
    check(file, "a payload of bytes under a policy of claims is refused", policy(), fail("CLAIMS_MALFORMED"), "Row 12",
          jws(HEADER, b"\0"))


def sizes(file):
    why = "Row 5 and policy: the token text is longer than max_token_bytes"

    def token_of(size):
        """A token of exactly this many characters. A payload of n bytes is 4n/3 characters, so the header makes up the rest."""
        for pad in range(4):
            header = {"alg": "HS256", **({"pad": "x" * pad} if pad else {})}
            empty = len(jws(header, '{"exp":1800000060,"p":""}'))
            for fill in range(max(0, (size - empty) * 3 // 4 - 4), (size - empty) * 3 // 4 + 4):
                claims = '{"exp":1800000060,"p":"%s"}' % ("x" * fill)
                token = jws(header, claims)
                if len(token) == size:
                    return token, ok(header=header, claims=Raw(claims))
        raise ValueError(size)

    for limit, size in ((256, 256), (300, 300), (65536, 65536)):
        token, good = token_of(size)
        longer, _ = token_of(size + 1)
        rules = policy(max_token_bytes=limit) if limit != 65536 else policy()
        check(file, f"a token of {size} bytes passes a limit of {limit}", rules, good, why, token)
        check(file, f"a token of {size + 1} bytes is above a limit of {limit}", rules, fail("TOO_LARGE"), why, longer)
        if limit == 65536:
            check(file, "a greater max_token_bytes lets a long token pass", policy(max_token_bytes=65537),
                  token_of(65537)[1], why, longer)
    check(file, "the limit counts bytes, not characters", policy(max_token_bytes=256), fail("TOO_LARGE"), why,
          "\u00e9" * 129)
    check(file, "128 characters of two bytes are within 256", policy(max_token_bytes=256), fail("MALFORMED"), why,
          "\u00e9" * 128)
    check(file, "a hundred thousand dots are too large", policy(), fail("TOO_LARGE"), why, "." * 100000)
    check(file, "sixty thousand dots are malformed", policy(), fail("MALFORMED"), why, "." * 60000)
