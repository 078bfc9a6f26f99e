"""verify: the claims, in the order exp, nbf, iat, iss, sub, aud, jti, required."""

from .cases import Raw, fail, ok
from .jws import NOW, jws, policy, verify

HEADER = {"alg": "HS256"}
GREATEST = 253402300799
BOUNDS = "Claims: a JSON number from 0 to 253402300799, a range that is checked before fractions are rounded down; exponents allowed"
WRONG_TYPES = ['"1800000060"', "null", "true", "false", "[1800000060]", "{}", '""']
OUT_OF_RANGE = [
    "-1", "-0.1", "-1e-5", "-1800000060", "253402300800", "253402300799.5", "2534023008e2", "1e12", "1e300", "1e308",
    "-1e308", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616",
    "99999999999999999999999999", "-9223372036854775808", "253402300799.00000000000001", "-1e-400"
]


def add(file):
    dates(file)
    expiry(file)
    not_before(file)
    age(file)
    texts(file)
    audience(file)
    required(file)
    order(file)


def claims(file, name, payload, expect=None, why="Claims", now=NOW, **rules):
    """A case with these claims, of which an exp is added at the front unless the text has the word."""
    if "exp" not in payload:
        payload = '{"exp":1800000060' + ("," if payload != "{}" else "") + payload[1:]
    file.add(name, why, verify(jws(HEADER, payload), rules=policy(**rules), now=now), expect
             or ok(header=HEADER, claims=Raw(payload)))


def dates(file):
    for claim in ("exp", "nbf", "iat"):
        for value in WRONG_TYPES:
            claims(file, f"{claim} as {value} is of the wrong type", '{"%s":%s}' % (claim, value),
                   fail("CLAIM_INVALID", claim), BOUNDS)
        for value in OUT_OF_RANGE:
            claims(file, f"{claim} of {value} is out of range", '{"%s":%s}' % (claim, value),
                   fail("CLAIM_INVALID", claim), BOUNDS)
        claims(file, f"{claim} of 1e400 is no number of JSON here", '{"%s":1e400}' % claim, fail("CLAIMS_MALFORMED"),
               "Tokens: numbers beyond an IEEE double")
    for value in ("253402300799", "253402300799.0", "2.53402300799e11", "253402300798.999", "253402300799e0"):
        claims(file, f"exp of {value} is the last that is in range", '{"exp":%s}' % value, why=BOUNDS)
    for value in ("0", "-0", "-0.0", "0.0", "0e10", "-0e-3", "0.5", "1e-7", "1e-400"):
        claims(file, f"exp of {value} is in range and long past", '{"exp":%s}' % value, fail("EXPIRED", "exp"), BOUNDS)
        claims(file, f"nbf of {value} is in range and long past", '{"nbf":%s}' % value, why=BOUNDS)


def expiry(file):
    why = "Claims: EXPIRED unless now_s < exp + leeway_s"
    for delta, leeway, passes in ((1, 0, True), (0, 0, False), (-1, 0, False), (0, 1, True), (-59, 60, True),
                                  (-60, 60, False), (-61, 60, False), (-299, 300, True), (-300, 300, False)):
        claims(file,
               f"exp {delta:+} s from now with a leeway of {leeway} s is {'accepted' if passes else 'over'}",
               '{"exp":%d}' % (NOW + delta),
               None if passes else fail("EXPIRED", "exp"),
               why,
               leeway_s=leeway)
    why = "Claims: fractions are rounded down"
    for value, passes in (("1800000000.5", False), ("1800000000.999", False), ("1800000001.0", True),
                          ("1800000001.999", True), ("1.800000001e9", True), ("1.8e9", False), ("18000000010e-1", True),
                          ("18000000009e-1", False), ("1.800000001E+9", True), ("180000000.1e1", True),
                          ("1800000000.9999999999999999999", False), ("1800000001.0000000000000000001", True)):
        claims(file, f"exp of {value} is {'after now' if passes else 'now and so over'}", '{"exp":%s}' % value,
               None if passes else fail("EXPIRED", "exp"), why)
    file.add("a token without exp is refused", "Policy: allow_missing_exp is false by default",
             verify(jws(HEADER, '{"sub":"mia"}')), fail("CLAIM_MISSING", "exp"))
    file.add("a token without claims is refused for its exp", "Policy: allow_missing_exp is false by default",
             verify(jws(HEADER, "{}")), fail("CLAIM_MISSING", "exp"))
    for name in ("EXP", "Exp", "exp ", "expires"):
        file.add(f"a claim {name!r} is not exp", "Claim names are compared letter by letter",
                 verify(jws(HEADER, '{"%s":1800000060}' % name)), fail("CLAIM_MISSING", "exp"))
    file.add("exp in the header is not a claim", "Claims are those of the payload",
             verify(jws({"alg": "HS256", "exp": 1800000060}, "{}")), fail("CLAIM_MISSING", "exp"))
    file.add("exp in an escaped spelling is exp", "Names are compared after unescaping",
             verify(jws(HEADER, '{"\\u0065xp":1}')), fail("EXPIRED", "exp"))
    why = "Policy: allow_missing_exp: an exp that is there still counts"
    file.add("a token without exp is accepted where the policy allows it", why,
             verify(jws(HEADER, '{"sub":"mia"}'), rules=policy(allow_missing_exp=True)),
             ok(header=HEADER, claims={"sub": "mia"}))
    claims(file,
           "an exp that is over counts even where none is needed",
           '{"exp":1}',
           fail("EXPIRED", "exp"),
           why,
           allow_missing_exp=True)
    claims(file,
           "an exp of null is invalid even where none is needed",
           '{"exp":null}',
           fail("CLAIM_INVALID", "exp"),
           why,
           allow_missing_exp=True)
    why = "Claims: any now_s is allowed; the arithmetic does not wrap"
    far = 2**53 - 1
    claims(file,
           "at the end of time every exp is over",
           '{"exp":253402300799}',
           fail("EXPIRED", "exp"),
           why,
           far,
           leeway_s=300)
    claims(file, "before 1970 no exp is over", '{"exp":0}', None, why, -1)
    claims(file, "at the beginning of time no exp is over", '{"exp":0}', None, why, -far, leeway_s=300)
    claims(file,
           "at the beginning of time every nbf is in the future",
           '{"nbf":0}',
           fail("NOT_YET_VALID", "nbf"),
           why,
           -far,
           leeway_s=300)
    claims(file,
           "at the beginning of time every iat is in the future",
           '{"iat":0}',
           fail("NOT_YET_VALID", "iat"),
           why,
           -far,
           leeway_s=300,
           max_age_s=315576000)
    claims(file, "at zero an exp of one is good", '{"exp":1}', None, why, 0)


def not_before(file):
    why = "Claims: NOT_YET_VALID if nbf > now_s + leeway_s"
    for delta, leeway, passes in ((-1, 0, True), (0, 0, True), (1, 0, False), (1, 1, True), (60, 60, True),
                                  (61, 60, False), (300, 300, True), (301, 300, False)):
        claims(file,
               f"nbf {delta:+} s from now with a leeway of {leeway} s is {'accepted' if passes else 'too early'}",
               '{"nbf":%d}' % (NOW + delta),
               None if passes else fail("NOT_YET_VALID", "nbf"),
               why,
               leeway_s=leeway)
    for value, passes in (("1800000000.5", True), ("1800000000.999", True), ("1800000001.5", False), ("1.8e9", True),
                          ("1.800000001e9", False)):
        claims(file, f"nbf of {value} is {'now' if passes else 'after now'}", '{"nbf":%s}' % value,
               None if passes else fail("NOT_YET_VALID", "nbf"), "Claims: fractions are rounded down")
    claims(file, "nbf after exp is over, not too early", '{"exp":1799999980,"nbf":1799999990}', fail("EXPIRED", "exp"),
           why)


def age(file):
    why = "Claims: iat alone decides nothing"
    claims(file, "iat in the future decides nothing by itself", '{"iat":253402300799}', why=why)
    claims(file, "iat long ago decides nothing by itself", '{"iat":0}', why=why)
    why = "Claims: with max_age_s, EXPIRED if now_s - iat > max_age_s + leeway_s, NOT_YET_VALID if iat > now_s + leeway_s"
    for delta, leeway, status in ((0, 0, None), (-60, 0, None), (-61, 0, "EXPIRED"), (-61, 1, None), (-90, 30, None),
                                  (-91, 30, "EXPIRED"), (1, 0, "NOT_YET_VALID"), (1, 1, None), (30, 30, None),
                                  (31, 30, "NOT_YET_VALID")):
        end = {None: "accepted", "EXPIRED": "too old", "NOT_YET_VALID": "in the future"}[status]
        claims(file,
               f"iat {delta:+} s from now with max_age_s 60 and a leeway of {leeway} s is {end}",
               '{"iat":%d}' % (NOW + delta),
               fail(status, "iat") if status else None,
               why,
               leeway_s=leeway,
               max_age_s=60)
    for value, status in (("1799999940.9", None), ("1799999939.9", "EXPIRED"), ("1800000000.9", None),
                          ("1800000001.0", "NOT_YET_VALID")):
        claims(file,
               f"iat of {value} under max_age_s 60 is {status or 'accepted'}",
               '{"iat":%s}' % value,
               fail(status, "iat") if status else None,
               "Claims: fractions are rounded down",
               max_age_s=60)
    claims(file,
           "max_age_s demands iat",
           "{}",
           fail("CLAIM_MISSING", "iat"),
           "Policy: max_age_s: iat must be there",
           max_age_s=60)
    claims(file,
           "max_age_s of ten years takes a token of ten years",
           '{"iat":%d}' % (NOW - 315576000),
           why=why,
           max_age_s=315576000)
    claims(file,
           "max_age_s of ten years refuses one second more",
           '{"iat":%d}' % (NOW - 315576001),
           fail("EXPIRED", "iat"),
           why,
           max_age_s=315576000)


def texts(file):
    for claim, member, status in (("iss", "issuer", "ISSUER"), ("sub", "subject", "SUBJECT")):
        rules = {member: "https://id.example"} | ({"any_issuer": None} if claim == "iss" else {})
        why = f"Policy: {claim} must be there and equal the {member}, byte for byte"
        claims(file, f"{claim} that is the {member} is accepted", '{"%s":"https://id.example"}' % claim, None, why,
               **rules)
        claims(file, f"{claim} in another spelling of JSON is the same text",
               '{"%s":"https:\\/\\/id\\u002eexample"}' % claim, None, why, **rules)
        for value in ("https://id.example/", "https://id.exampl", "https://ID.example", "http://id.example",
                      "https://id.example\\u0000", " https://id.example", "", "https://id.example https://id.example",
                      "https://\\u0131d.example"):
            claims(file, f'{claim} of "{value}" is another', '{"%s":"%s"}' % (claim, value), fail(status, claim), why,
                   **rules)
        claims(file, f"{claim} that is absent is missing", "{}", fail("CLAIM_MISSING", claim), why, **rules)
        for value in ("null", "1", "true", '["https://id.example"]', '{"a":"https://id.example"}'):
            claims(file, f"{claim} as {value} is of the wrong type", '{"%s":%s}' % (claim, value),
                   fail("CLAIM_INVALID", claim), f"Claims: {claim} is a string", **rules)
            claims(file, f"{claim} as {value} is wrong even where nobody asks for it", '{"%s":%s}' % (claim, value),
                   fail("CLAIM_INVALID", claim), f"Claims: {claim}: its type if present")
        claims(file, f"{claim} as an empty text is fine where nobody asks for it", '{"%s":""}' % claim, None,
               f"Claims: {claim} is a string")
    why = "Claims: byte for byte"
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    claims(file,
           "two normal forms of one word are two issuers",
           '{"iss":"%s"}' % decomposed,
           fail("ISSUER", "iss"),
           why,
           any_issuer=None,
           issuer=composed)
    claims(file,
           "an issuer may hold any character",
           '{"iss":"%s \\ud83d\\ude00 \\u0000"}' % composed,
           None,
           why,
           any_issuer=None,
           issuer=composed + " \U0001F600 \0")
    claims(file, "the second issuer of a list counts", '{"iss":"b"}', None, why, any_issuer=None, issuer=["a", "b"])
    claims(file,
           "an issuer in none of the list is another",
           '{"iss":"c"}',
           fail("ISSUER", "iss"),
           why,
           any_issuer=None,
           issuer=["a", "b"])
    claims(file, "iss may be absent where any is allowed", "{}", None, "Policy: any_issuer: iss may be absent")
    for value in ("null", "1", "true", "[]", "{}"):
        claims(file, f"jti as {value} is of the wrong type", '{"jti":%s}' % value, fail("CLAIM_INVALID", "jti"),
               "Claims: jti is a string")
    for value in ('""', '"7f"', '"\\u0000"'):
        claims(file, f"jti as {value} is fine", '{"jti":%s}' % value, None, "Claims: jti is a string")


def audience(file):
    why = "Claims: aud is a string or a list of strings; it must hold one of the policy's"
    rules = {"any_audience": None, "audience": ["api", "web"]}
    for value in ('"api"', '"web"', '["api"]', '["x","web"]', '["api","api"]', '["","api"]', '["\\u0061pi"]'):
        claims(file, f"aud of {value} holds one of the policy", '{"aud":%s}' % value, None, why, **rules)
    for value in ('"x"', '""', "[]", '["x"]', '[""]', '"api web"', '"API"', '"api2"', '"ap"', '["api "]',
                  '"api\\u0000"'):
        claims(file, f"aud of {value} holds none of the policy", '{"aud":%s}' % value, fail("AUDIENCE", "aud"), why,
               **rules)
    for value in ("1", "null", "true", '{"api":true}', '["api",1]', '[1,"api"]', '["api",null]', '[["api"]]',
                  '["api",{}]'):
        claims(file, f"aud of {value} is of the wrong type", '{"aud":%s}' % value, fail("CLAIM_INVALID", "aud"), why,
               **rules)
        claims(file, f"aud of {value} is wrong even where nobody asks for it", '{"aud":%s}' % value,
               fail("CLAIM_INVALID", "aud"), "Claims: aud: its type if present")
    claims(file, "aud that is absent is missing", "{}", fail("CLAIM_MISSING", "aud"), "Policy: aud must be there",
           **rules)
    for value in ("[]", '""', '["x"]'):
        claims(file, f"aud of {value} is fine where any is allowed", '{"aud":%s}' % value, None, "Policy: any_audience")


def required(file):
    why = "Policy: required: these claims must be there and not null"
    for value in ("false", "0", '""', "[]", "{}", '"x"'):
        claims(file, f"a required claim may be {value}", '{"scope":%s}' % value, None, why, required=["scope"])
    claims(file,
           "a required claim of null is missing",
           '{"scope":null}',
           fail("CLAIM_MISSING", "scope"),
           why,
           required=["scope"])
    claims(file,
           "a required claim that is absent is missing",
           "{}",
           fail("CLAIM_MISSING", "scope"),
           why,
           required=["scope"])
    claims(file,
           "a required claim inside another is missing",
           '{"a":{"scope":1}}',
           fail("CLAIM_MISSING", "scope"),
           why,
           required=["scope"])
    claims(file,
           "a required claim in another letter case is missing",
           '{"Scope":1}',
           fail("CLAIM_MISSING", "scope"),
           why,
           required=["scope"])
    claims(file, "a required claim in an escaped spelling is there", '{"sc\\u006fpe":1}', None, why, required=["scope"])
    claims(file,
           "the first required claim that is missing is named",
           '{"b":1}',
           fail("CLAIM_MISSING", "c"),
           "Claims: required in its own order",
           required=["b", "c", "a"])
    claims(file,
           "the order of required is the policy's, not the token's",
           '{"a":null,"c":null}',
           fail("CLAIM_MISSING", "c"),
           "Claims: required in its own order",
           required=["c", "a"])
    claims(file,
           "a required iss must be there though any will do",
           "{}",
           fail("CLAIM_MISSING", "iss"),
           why,
           required=["iss"])
    file.add("a required exp must be there though it may be missing otherwise", why,
             verify(jws(HEADER, "{}"), rules=policy(required=["exp"], allow_missing_exp=True)),
             fail("CLAIM_MISSING", "exp"))
    claims(file, "a required jti must be there", "{}", fail("CLAIM_MISSING", "jti"), why, required=["jti"])
    claims(file,
           "a required claim may have any name",
           '{"https://x.example/\u00e9 \U0001F600":1}',
           None,
           why,
           required=["https://x.example/\u00e9 \U0001F600"])
    claims(file,
           "a required claim with a name of 47 bytes is named in full",
           "{}",
           fail("CLAIM_MISSING", "n" * 47),
           "The ABI: a claim name that does not fit is cut",
           required=["n" * 47])
    claims(file,
           "a required claim with a name of 48 bytes is named as far as it fits",
           "{}",
           fail("CLAIM_MISSING", "n" * 47),
           "The ABI: a claim name that does not fit is cut",
           required=["n" * 48])
    claims(file,
           "a claim name is cut between two characters",
           "{}",
           fail("CLAIM_MISSING", "n" * 46),
           "The ABI: a claim name that does not fit is cut",
           required=["n" * 46 + "\u00e9"])


def order(file):
    why = "Claims: in this order, each wholly before the next: exp, nbf, iat, iss, sub, aud, jti, then required"
    rules = {
        "any_issuer": None, "issuer": "i", "any_audience": None, "audience": "a", "subject": "s", "max_age_s": 60,
        "required": ["r"]
    }
    steps = [("exp", "exp", "CLAIM_INVALID", '"x"'), ("exp", "exp", "EXPIRED", "1"),
             ("nbf", "nbf", "CLAIM_INVALID", '"x"'), ("nbf", "nbf", "NOT_YET_VALID", "1900000000"),
             ("iat", "iat", "CLAIM_INVALID", '"x"'),
             ("iat", "iat", "EXPIRED", "1"), ("iss", "iss", "CLAIM_INVALID", "1"), ("iss", "iss", "ISSUER", '"x"'),
             ("sub", "sub", "CLAIM_INVALID", "1"), ("sub", "sub", "SUBJECT", '"x"'),
             ("aud", "aud", "CLAIM_INVALID", "1"), ("aud", "aud", "AUDIENCE", '"x"'),
             ("jti", "jti", "CLAIM_INVALID", "1"), ("r", "r", "CLAIM_MISSING", "null")]
    names = ["exp", "nbf", "iat", "iss", "sub", "aud", "jti", "r"]
    good = {
        "exp": "1800000060", "nbf": "1", "iat": "1800000000", "iss": '"i"', "sub": '"s"', "aud": '"a"', "jti": '"j"',
        "r": "1"
    }
    wrong = {"exp": '"x"', "nbf": '"x"', "iat": '"x"', "iss": "1", "sub": "1", "aud": "1", "jti": "1", "r": "null"}
    for claim, named, status, value in steps:
        at = names.index(claim)
        # Everything before is good, everything after is of the wrong type: the claim at hand answers. The token's own order is reversed.
        values = {name: good[name] if names.index(name) < at else wrong[name] for name in names} | {claim: value}
        payload = "{" + ",".join(f'"{name}":{values[name]}' for name in reversed(names)) + "}"
        file.add(f"{status} for {claim} comes before a fault in any later claim", why,
                 verify(jws(HEADER, payload), rules=policy(**rules)), fail(status, named))
    for claim in ("exp", "iat", "iss", "sub", "aud"):
        at = names.index(claim)
        payload = "{" + ",".join(f'"{name}":{good[name] if names.index(name) < at else wrong[name]}'
                                 for name in names if name != claim) + "}"
        file.add(f"{claim} that is missing comes before a fault in any later claim", why,
                 verify(jws(HEADER, payload), rules=policy(**rules)), fail("CLAIM_MISSING", claim))
