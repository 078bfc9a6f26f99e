"""verify: expiry_claim, a claim with an RFC 3339 time that takes the place of exp."""

from .cases import Raw, fail, ok
from .jws import NOW, jws, policy, verify

HEADER = {"alg": "HS256"}
WHY = "Policy: expiry_claim: exp, or another claim that holds an RFC 3339 time with an offset"
FORM = "Policy: expiry_claim: offsets need the colon, nothing but RFC 3339 is read"

# NOW is 2027-01-15T08:00:00Z.
GOOD = [
    "2027-01-15T08:00:01Z", "2027-01-15T08:00:01+00:00", "2027-01-15T08:00:01-00:00", "2027-01-15T13:30:01+05:30",
    "2027-01-15T05:00:01-03:00", "2027-01-16T07:59:01+23:59", "2027-01-14T08:01:01-23:59", "2027-01-15T08:00:01.0Z",
    "2027-01-15T08:00:01.999999999999999999999999Z", "2028-02-29T00:00:00Z", "2400-02-29T00:00:00Z",
    "9999-12-31T23:59:59Z", "2027-12-31T23:59:59.5-03:00", "2027-01-31T00:00:00Z", "2027-04-30T00:00:00Z",
    "2027-01-15t08:00:01z", "2027-12-31T23:59:60Z", "2027-06-30T15:59:60-08:00"
]
OVER = [
    "2027-01-15T08:00:00Z",
    "2027-01-15T08:00:00+00:00",
    "2027-01-15T07:59:59Z",
    "2027-01-15T13:30:00+05:30",
    "2027-01-15T05:00:00-03:00",
    "2027-01-15T08:00:00.000001Z",
    "2027-01-15T08:00:00.999999Z",
    "2027-01-15T09:00:00+01:00",
    "2026-12-31T23:59:59Z",
    "1970-01-01T00:00:00Z",
    "2000-02-29T00:00:00Z",
    "2024-02-29T12:00:00Z",
    "1999-12-31T23:59:59.5Z",
    "2001-09-09T01:46:40Z",
    # RFC 3339 section 5.8.
    "1985-04-12T23:20:50.52Z",
    "1996-12-19T16:39:57-08:00",
    "1990-12-31T23:59:60Z",
    "1990-12-31T15:59:60-08:00",
    "1937-01-01T12:00:27.87+00:20"
]
UNREADABLE = [
    "", " ", "2027-01-15", "2027-01-15T08:00:01", "2027-01-15T08:00:01.5", "2027-01-15T08:01Z", "2027-01-15T08:00:01 Z",
    "2027-01-15 08:00:01 +00:00", "2027-01-15T08:00:01+0000", "2027-01-15T08:00:01+00", "2027-01-15T08:00:01+0:00",
    "2027-01-15T08:00:01+00:0", "2027-01-15T08:00:01+24:00", "2027-01-15T08:00:01+00:60",
    "2027-01-15T08:00:01+00:00:00", "2027-01-15T08:00:01UTC", "2027-01-15T08:00:01+00:00Z", "2027-01-15T08:00:01ZZ",
    "2027-01-15T08:00:01.Z", "2027-01-15T08:00:01,5Z", "2027-01-15T08:00:01.5.5Z", "2027-01-15T08:00:01.-5Z",
    "2027-01-15T24:00:00Z", "2027-01-15T08:60:00Z", "2027-01-15T08:00:61Z", "2027-06-15T12:00:60Z",
    "2027-12-31T12:59:60Z", "2027-12-30T23:59:60Z", "2028-01-01T11:59:60Z", "2027-12-31T23:59:60-03:00",
    "2027-13-01T00:00:00Z", "2027-00-01T00:00:00Z", "2027-01-00T00:00:00Z", "2027-01-32T00:00:00Z",
    "2027-04-31T00:00:00Z", "2027-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2028-02-30T00:00:00Z",
    "27-01-15T08:00:01Z", "02027-01-15T08:00:01Z", "+2027-01-15T08:00:01Z", "-2027-01-15T08:00:01Z", "20270115T080001Z",
    "2027-W02-5T08:00:01Z", "2027-015T08:00:01Z", "2027/01/15T08:00:01Z", "2027-1-15T08:00:01Z", "2027-01-15T8:00:01Z",
    " 2027-01-15T08:00:01Z", "2027-01-15T08:00:01Z ", "2027-01-15T08:00:01Z\\n", "2027-01-15T08:00:01Z\\u0000",
    "2027-01-15T08:00:01\\u22120:00", "\\u0662027-01-15T08:00:01Z", "2027-01-15T08:00:0\\u0661Z", "1800000060",
    "tomorrow", "Fri, 15 Jan 2027 08:00:01 GMT", "2027-01-15T08:00:01[UTC]"
]


def add(file):

    def case(name, payload, expect=None, why=WHY, now=NOW, **rules):
        file.add(name, why, verify(jws(HEADER, payload), rules=policy(**{"expiry_claim": "expires", **rules}), now=now),
                 expect or ok(header=HEADER, claims=Raw(payload)))

    for value in GOOD:
        case(f"expires of {value} is after now", '{"expires":"%s"}' % value)
    for value in OVER:
        case(f"expires of {value} is over", '{"expires":"%s"}' % value, fail("EXPIRED", "expires"),
             "Policy: expiry_claim: fractions of a second are rounded down")
    for value in UNREADABLE:
        case(f'expires of "{value}" cannot be read', '{"expires":"%s"}' % value, fail("CLAIM_INVALID", "expires"), FORM)
    for value in ("1800000060", "null", "true", '["2027-01-15T08:00:01Z"]', "{}", "1800000060.5"):
        case(f"expires as {value} is of the wrong type", '{"expires":%s}' % value, fail("CLAIM_INVALID", "expires"))
        case(f"expires as {value} is wrong even where none is needed",
             '{"expires":%s}' % value,
             fail("CLAIM_INVALID", "expires"),
             allow_missing_exp=True)
    case("expires in another spelling of JSON is the same text", '{"expires":"2027\\u002d01-15T08:00:01Z"}')
    for leeway, second, passes in ((60, "07:59:01", True), (60, "07:59:00", False), (300, "07:55:01", True),
                                   (300, "07:55:00", False)):
        case(f"expires at {second} with a leeway of {leeway} s is {'accepted' if passes else 'over'}",
             '{"expires":"2027-01-15T%sZ"}' % second,
             None if passes else fail("EXPIRED", "expires"),
             leeway_s=leeway)
    why = "Policy: expiry_claim takes the place of exp in every rule"
    case("a token without the expiry claim is refused", "{}", fail("CLAIM_MISSING", "expires"), why)
    case("a token with exp alone lacks its expiry claim", '{"exp":1800000060}', fail("CLAIM_MISSING", "expires"), why)
    case("a token without the expiry claim passes where none is needed", "{}", None, why, allow_missing_exp=True)
    case("an expiry claim that is over counts even where none is needed",
         '{"expires":"2027-01-15T08:00:00Z"}',
         fail("EXPIRED", "expires"),
         why,
         allow_missing_exp=True)
    case("an expiry claim comes before nbf", '{"nbf":"x","expires":"2027-01-15T08:00:00Z"}', fail("EXPIRED", "expires"),
         why)
    case("a good expiry claim lets nbf answer", '{"nbf":1800000001,"expires":"2027-01-15T08:00:01Z"}',
         fail("NOT_YET_VALID", "nbf"), why)
    why = "Policy: an exp beside it is then an ordinary claim"
    for value in ("1", '"soon"', "null", "1e300", "-5"):
        case(f"exp of {value} beside the expiry claim is an ordinary claim",
             '{"exp":%s,"expires":"2027-01-15T08:00:01Z"}' % value, None, why)
    why = "Policy: expiry_claim"
    case("any claim may be the expiry claim",
         '{"valid until":"2027-01-15T08:00:01Z"}',
         None,
         why,
         expiry_claim="valid until")
    case("the name of the expiry claim is compared letter by letter", '{"Expires":"2027-01-15T08:00:01Z"}',
         fail("CLAIM_MISSING", "expires"), why)
    case("expiry_claim exp is the default: a number", '{"exp":1800000001}', None, why, expiry_claim="exp")
    case("expiry_claim exp is the default: no text",
         '{"exp":"2027-01-15T08:00:01Z"}',
         fail("CLAIM_INVALID", "exp"),
         why,
         expiry_claim="exp")
    case("expires is an ordinary claim without expiry_claim",
         '{"exp":1800000001,"expires":5}',
         None,
         why,
         expiry_claim=None)
    case("a required expiry claim that is there is no fault",
         '{"expires":"2027-01-15T08:00:01Z"}',
         None,
         why,
         required=["expires"])
    far = 2**53 - 1
    case("at the end of time every expires is over",
         '{"expires":"9999-12-31T23:59:59Z"}',
         fail("EXPIRED", "expires"),
         "Claims: the arithmetic does not wrap",
         far,
         leeway_s=300)
