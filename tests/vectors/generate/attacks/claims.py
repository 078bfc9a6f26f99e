"""CLM: claims of a good signature that a policy must not be talked into."""

from ..cases import Raw, fail, ok
from ..jws import NOW, jws, policy, verify
from ..keys import SECRET

INVALID = lambda claim: fail("CLAIM_INVALID", claim)
MISSING = lambda claim: fail("CLAIM_MISSING", claim)
EXPIRED, EARLY, CONFIG = fail("EXPIRED", "exp"), fail("NOT_YET_VALID", "nbf"), fail("CONFIG")
GOOD = "good"
"""Expected: the claims as they stand."""

FINE = {"exp": NOW + 60}
BY, FOR = "https://good", "me"
ISSUER = policy(any_issuer=None, issuer=BY)
AUDIENCE = policy(any_audience=None, audience=FOR)
YEAR_9999 = 253402300799


def add(book):
    ends(book)
    beginnings(book)
    issuers(book)
    audiences(book)
    others(book)
    clocks(book)
    settings(book)


def case(book, attack, name, claims, expect, rules=None, now=NOW, note="", header=None):
    """Claims are JSON text, or members beside a good exp."""
    if isinstance(claims, dict):
        members = FINE | claims
        claims = "{%s}" % ",".join('"%s":%s' % (member, value) for member, value in members.items())
    header = header or {"alg": "HS256"}
    expect = ok(header=header, claims=Raw(claims)) if expect == GOOD else expect
    book.case(attack, name, verify(jws(header, claims), rules=rules, now=now), expect, note)


def ends(book):
    for value in ('"9999999999"', '"1800000060"', '""', '"never"', '"2099-01-01T00:00:00Z"'):
        case(book, "CLM-01", value, {"exp": value}, INVALID("exp"))
    for value in ("null", "true", "false", "[]", "{}", "[1800000060]", '{"$numberLong":"1800000060"}'):
        case(book, "CLM-02", value, {"exp": value}, INVALID("exp"))
        case(book, "CLM-02", f"{value}, though exp may be missing", {"exp": value}, INVALID("exp"),
             policy(allow_missing_exp=True))
    case(book, "CLM-03", "nothing else either", "{}", MISSING("exp"))
    case(book, "CLM-03", "other claims are there", '{"iat":1800000000,"nbf":1,"sub":"mia"}', MISSING("exp"))
    case(book, "CLM-03", "an expiry by another name", '{"expires":1800000060,"expires_in":60,"Exp":1800000060}',
         MISSING("exp"))
    case(book, "CLM-04", "to the second", {"exp": NOW}, EXPIRED)
    case(book, "CLM-04", "to the second, as a fraction", {"exp": f"{NOW}.0"}, EXPIRED)
    for leeway in (60, 300):
        for before, expect in ((leeway - 1, GOOD), (leeway, EXPIRED), (leeway + 1, EXPIRED)):
            case(book,
                 "CLM-05",
                 f"leeway {leeway}, {before} seconds ago", {"exp": NOW - before},
                 expect,
                 policy(leeway_s=leeway),
                 note="It is valid while now < exp + leeway.")
    for before, expect in ((-1, GOOD), (0, EXPIRED), (1, EXPIRED)):
        case(book, "CLM-05", f"no leeway, {before} seconds ago", {"exp": NOW - before}, expect)
    instant = 1790170386
    for fraction in (".0001", ".9999", ".5e0"):
        for now, expect in ((instant - 1, GOOD), (instant, EXPIRED), (instant + 1, EXPIRED)):
            case(book,
                 "CLM-06",
                 f"{instant}{fraction} at {now}", {"exp": f"{instant}{fraction}"},
                 expect,
                 now=now,
                 note="Fractions are rounded down.")
    for text in ("1.790170386e9", "1.790170386E+9", "17901703860e-1", "0.1790170386e10", "1790170386e0",
                 "1790170386000e-3"):
        for now, expect in ((instant - 1, GOOD), (instant, EXPIRED)):
            case(book, "CLM-07", f"{text} at {now}", {"exp": text}, expect, now=now)
    for text in ("1e308", "99999999999999999999999999", "18446744073709551616", "9223372036854775808",
                 str(YEAR_9999 + 1), f"{YEAR_9999}.5", "1e12", "2.53402300800e11"):
        case(book, "CLM-08", text, {"exp": text}, INVALID("exp"))
    for text in ("1e400", "1e309", "1" + "0" * 400):
        case(book,
             "CLM-08",
             text if len(text) < 9 else "four hundred digits", {"exp": text},
             fail("CLAIMS_MALFORMED"),
             note="Numbers beyond a double are no JSON here.")
    for text, expect in (("-1", INVALID("exp")), ("-0.5", INVALID("exp")), ("-1e-300", INVALID("exp")),
                         ("-1800000060", INVALID("exp")), ("-9223372036854775808", INVALID("exp")), ("-1e308",
                                                                                                     INVALID("exp")),
                         ("0", EXPIRED), ("-0", EXPIRED), ("-0.0", EXPIRED), ("1e-300", EXPIRED)):
        case(book,
             "CLM-09",
             text, {"exp": text},
             expect,
             note="" if expect is not EXPIRED else "It is in range, and long past.")
    for text in ("9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551615",
                 "9223372036854775507", "2147483648e6"):
        case(book, "CLM-10", f"exp {text}", {"exp": text}, INVALID("exp"), policy(leeway_s=300))
        case(book, "CLM-10", f"nbf {text}", {"nbf": text}, INVALID("nbf"), policy(leeway_s=300))
        case(book, "CLM-10", f"iat {text}", {"iat": text}, INVALID("iat"), policy(leeway_s=300, max_age_s=60))
    case(book, "CLM-10", "the last exp at the last time", {"exp": YEAR_9999}, EXPIRED, policy(leeway_s=300), 2**53 - 1)


def beginnings(book):
    case(book, "CLM-11", "a second ahead", {"nbf": NOW + 1}, EARLY)
    case(book, "CLM-11", "a fraction ahead", {"nbf": f"{NOW}.5"}, GOOD, note="Fractions are rounded down.")
    case(book, "CLM-11", "now", {"nbf": NOW}, GOOD)
    case(book, "CLM-11", "missing", {}, GOOD)
    case(book, "CLM-11", "as far ahead as the leeway", {"nbf": NOW + 60}, GOOD, policy(leeway_s=60))
    case(book, "CLM-11", "a second beyond the leeway", {"exp": NOW + 600, "nbf": NOW + 61}, EARLY, policy(leeway_s=60))
    for value in ('"0"', "null", "true", "[0]", "{}", "-1", "1e300"):
        case(book, "CLM-11", value, {"nbf": value}, INVALID("nbf"))
    case(book, "CLM-12", "both past", {"exp": NOW - 20, "nbf": NOW - 10}, EXPIRED)
    case(book, "CLM-12", "now between them", {"exp": NOW - 10, "nbf": NOW + 10}, EXPIRED)
    case(book, "CLM-12", "both ahead", {"exp": NOW + 10, "nbf": NOW + 20}, EARLY)
    case(book, "CLM-12", "both within the leeway of 5, out of order", {"exp": NOW - 5, "nbf": NOW + 5}, EXPIRED,
         policy(leeway_s=5))
    ahead = {"exp": NOW + 7200, "iat": NOW + 3600}
    case(book, "CLM-13", "no greatest age", ahead, GOOD, note="By itself iat decides nothing.")
    for age in (1, 60, 315576000):
        case(book, "CLM-13", f"a greatest age of {age}", ahead, fail("NOT_YET_VALID", "iat"), policy(max_age_s=age))
    case(book, "CLM-13", "a second ahead", {"iat": NOW + 1}, fail("NOT_YET_VALID", "iat"), policy(max_age_s=60))
    case(book, "CLM-13", "within the leeway", {"iat": NOW + 5}, GOOD, policy(max_age_s=60, leeway_s=5))
    aged = policy(max_age_s=60)
    case(book, "CLM-14", "missing", {}, MISSING("iat"), aged)
    for value in ('"x"', '"1800000000"', "null", "true", "[]", "{}", "-1"):
        case(book, "CLM-14", value, {"iat": value}, INVALID("iat"), aged)
        case(book, "CLM-14", f"{value} without a greatest age", {"iat": value}, INVALID("iat"))
    case(book, "CLM-14", "too old by a second", {"iat": NOW - 61}, fail("EXPIRED", "iat"), aged)


def issuers(book):
    for value in ('["https://attacker","https://good"]', '["https://good"]', '{"https://good":1}', "null", "1", "true",
                  '[["https://good"]]', "[]"):
        case(book, "CLM-15", f"iss {value}", {"iss": value}, INVALID("iss"), ISSUER)
    for value in ('["mia"]', '{"0":"mia"}', "0", "null"):
        case(book, "CLM-15", f"sub {value}", {"sub": value}, INVALID("sub"), policy(subject="mia"))
        case(book, "CLM-15", f"jti {value}", {"jti": value}, INVALID("jti"))
    for value in ("https://good/", "https://goo", "https://good.attacker.example", "https://GOOD", "HTTPS://good",
                  " https://good", "https://good ", "https://good:443", "https://good#", "https://good?", "http://good",
                  "good", "https://attacker/https://good", "https://good\\u0000", "https://go\\u006fd/.",
                  "https://g\u043eod", "https:\\\\good", "*", "https://go%6fd"):
        case(book, "CLM-16", value, {"iss": f'"{value}"'}, fail("ISSUER", "iss"), ISSUER)
    for wanted, given in (("urn:expected", "urn:"), ("urn:", "urn:expected"), ("urn:expected", "expected"),
                          ("urn:expected", "URN:expected"), ("caf\u00e9", "cafe\u0301")):
        case(book, "CLM-16", f"{given} for {wanted}", {"iss": f'"{given}"'}, fail("ISSUER", "iss"),
             policy(any_issuer=None, issuer=wanted))
    both = policy(any_issuer=None, issuer=[BY, "https://other"])
    for rules, name in ((ISSUER, "one issuer"), (both, "two issuers")):
        case(book, "CLM-17", f"missing, {name}", {}, MISSING("iss"), rules)
        case(book, "CLM-17", f"empty, {name}", {"iss": '""'}, fail("ISSUER", "iss"), rules)
    case(book, "CLM-17", "a space", {"iss": '" "'}, fail("ISSUER", "iss"), ISSUER)


def audiences(book):
    refused = fail("AUDIENCE", "aud")
    for value, expect in (('"me"', GOOD), ('["me","x"]', GOOD), ('["x","me"]', GOOD), ('["me"]', GOOD),
                          ('["me","me"]', GOOD), ('["x"]', refused), ('"x"', refused), ('["x","y"]', refused)):
        case(book, "CLM-18", value, {"aud": value}, expect, AUDIENCE)
    for value, expect in (("[]", refused), ('""', refused), ('[""]', refused), ('[["me"]]', INVALID("aud")),
                          ('["me",1]', INVALID("aud")), ('[1,"me"]', INVALID("aud")), ('{"me":1}', INVALID("aud")),
                          ("null", INVALID("aud")), ("[null]", INVALID("aud")), ('["me",null]', INVALID("aud")),
                          ("true", INVALID("aud")), ("1", INVALID("aud")), ('["me",{}]', INVALID("aud"))):
        case(book, "CLM-19", value, {"aud": value}, expect, AUDIENCE)
        if expect is not refused:
            case(book, "CLM-19", f"{value} before a policy of any audience", {"aud": value}, expect)
    case(book, "CLM-20", "one audience", {}, MISSING("aud"), AUDIENCE)
    case(book, "CLM-20", "several audiences", {}, MISSING("aud"), policy(any_audience=None, audience=[FOR, "us"]))
    case(book, "CLM-20", "azp in its place", {"azp": '"me"'}, MISSING("aud"), AUDIENCE)
    for value in ("me-too", "m", "ME", "me ", " me", "some", "me,x", "me x", "me\\u0000", "*", "https://me", "m\u0435",
                  ".*", "m."):
        case(book, "CLM-21", value, {"aud": f'"{value}"'}, refused, AUDIENCE)
        case(book, "CLM-21", f"{value} in a list", {"aud": f'["{value}"]'}, refused, AUDIENCE)


def others(book):
    for value in ("1", "null", "{}", "[]", "true", '["mia"]'):
        case(book, "CLM-22", value, {"sub": value}, INVALID("sub"))
        case(book, "CLM-22", f"{value} before a policy of a subject", {"sub": value}, INVALID("sub"),
             policy(subject="mia"))
    case(book,
         "CLM-22",
         "empty", {"sub": '""'},
         GOOD,
         note="By CONFORMANCE.md sub is a text, and an empty one is one; whoever wants more names a subject.")
    case(book, "CLM-22", "empty before a policy of a subject", {"sub": '""'}, fail("SUBJECT", "sub"),
         policy(subject="mia"))
    note = "CONFORMANCE.md gives no meaning to scope: it is answered as it stands, and its type is for the one who reads it."
    for value in ('["admin"]', '"admin"', '"read admin"', "null", '{"admin":true}', "1"):
        case(book, "CLM-23", value, {"scope": value}, GOOD, note=note)
    replicated = {"alg": "HS256", "exp": NOW + 60, "iss": BY, "aud": FOR, "sub": "mia"}
    case(book, "CLM-24", "exp", "{}", MISSING("exp"), header=replicated)
    case(book, "CLM-24", "iss", {}, MISSING("iss"), ISSUER, header=replicated)
    case(book, "CLM-24", "aud", {}, MISSING("aud"), AUDIENCE, header=replicated)
    case(book, "CLM-24", "sub", {}, MISSING("sub"), policy(subject="mia"), header=replicated)
    case(book, "CLM-24", "a later exp than the payload's", {"exp": NOW - 1}, EXPIRED, header=replicated)
    case(book,
         "CLM-24",
         "a required claim", {},
         MISSING("tenant"),
         policy(required=["tenant"]),
         header={"alg": "HS256", "tenant": "a"})


def clocks(book):
    note = "The time is a parameter, read once: a verification takes place at one instant."
    for now, expect in ((NOW + 59, GOOD), (NOW + 60, EXPIRED), (NOW + 61, EXPIRED)):
        case(book, "CLM-25", f"an instant {now - NOW} seconds on", {}, expect, now=now, note=note)
    note = "By CONFORMANCE.md any time is allowed, and there is no status for a clock that is not to be trusted; the token is not valid yet."
    for now in (0, 1, -1, -(2**53 - 1)):
        case(book, "CLM-26", f"now {now}", {"nbf": 1785000000}, EARLY, now=now, note=note)
        case(book,
             "CLM-26",
             f"now {now}, with the greatest leeway", {"nbf": 1785000000},
             EARLY,
             policy(leeway_s=300),
             now=now,
             note=note)
        case(book,
             "CLM-26",
             f"now {now}, with a greatest age", {"iat": 1785000000},
             fail("NOT_YET_VALID", "iat"),
             policy(max_age_s=60),
             now=now,
             note=note)


def settings(book):
    for value in (-1, 301, 3601, 2**31, 2**32, 2**53, 2**63, -(2**63), 60.5, Raw("1e300"), "NaN", "Infinity",
                  Raw("null"), True, [60], {}):
        shown = value if isinstance(value, str) else repr(value)
        case(book, "CLM-27", shown, {}, CONFIG, policy(leeway_s=value), note="It is an integer from 0 to 300.")
    for words in ("1 month", " 5m", "5,5s", "5m", "60", "1h", "P1D", "", "never"):
        for member in ("leeway_s", "max_age_s"):
            rules = policy(**{member: words})
            case(book, "CLM-28", f"{member} {words!r}", {}, CONFIG, rules)
        options = {
            "op": "sign", "key": {"secret": SECRET.text}, "algorithm": "HS256", "claims": {"sub": "mia"}, "options":
            {"ttl_s": words}, "now_s": NOW
        }
        book.case("CLM-28", f"ttl_s {words!r}", options, CONFIG)
    for value in (0, -1, 315576001, 0.5, Raw("null"), True, 2**63):
        options = {
            "op": "sign", "key": {"secret": SECRET.text}, "algorithm": "HS256", "claims": {"sub": "mia"}, "options":
            {"ttl_s": value}, "now_s": NOW
        }
        book.case("CLM-28", f"ttl_s {value!r}", options, CONFIG,
                  "It is an integer from 1 to 315576000; there is no word for never.")
