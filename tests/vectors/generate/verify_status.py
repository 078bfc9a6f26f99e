"""verify: the status table. For each row the row alone, then two neighbouring faults at once: the earlier row answers."""

from .cases import Raw, fail, ok
from .jws import NOW, b64u, bytes_policy, encode, jws, policy, sign, verify
from .keys import DER, P256, P384, P521, RSA, SECRET, Pair, Secret, public

UNSUPPORTED = {"jwk": P521.public_jwk()}
WEAK = {"secret": "short", "algorithm": "HS256"}
BROKEN = {"pem": "no key at all"}
UNKNOWN = policy(no_such_member=1)
HUGE = "." * 65537
GOOD = {"alg": "HS256"}
EXPIRED = '{"exp":1}'
ROWS = "Status table: the first row that applies, from the top, is the answer"


def add(file):
    neighbours(file)
    headers(file)
    algorithms(file)
    types(file)


def neighbours(file):

    def case(name, expect, token=None, **members):
        file.add(name, ROWS, verify(jws() if token is None else token, **members), expect)

    good_rsa = {"alg": "RS256"}
    far_exponent = Pair("rsa1024").public_jwk(e="AgAAAAE", alg="RS256")
    case("an unsupported exponent comes before a weak modulus", fail("KEY_UNSUPPORTED"), key={"jwk": far_exponent})
    case("an unsupported curve comes before a forbidden use",
         fail("KEY_UNSUPPORTED"),
         key={"jwk": P521.public_jwk(use="enc")})
    case("a weak modulus comes before a forbidden use",
         fail("KEY_WEAK"),
         key={"jwk": Pair("rsa1024").public_jwk(use="enc", alg="RS256")})
    case("a weak secret comes before a forbidden use",
         fail("KEY_WEAK"),
         key={"jwk": Secret("short").jwk(use="enc", alg="HS256")})
    case("an unsupported key comes before a policy that contradicts the page",
         fail("KEY_UNSUPPORTED"),
         key=UNSUPPORTED,
         rules=UNKNOWN)
    case("a weak key comes before a policy that contradicts the page", fail("KEY_WEAK"), key=WEAK, rules=UNKNOWN)
    case("a broken key comes before a policy that contradicts the page", fail("KEY"), key=BROKEN, rules=UNKNOWN)
    case("a broken key comes before a token that is too large", fail("KEY"), HUGE, key=BROKEN)
    case("a bad policy comes before a token that is too large", fail("CONFIG"), HUGE, rules=UNKNOWN)
    case("a bad policy comes before a token that is malformed", fail("CONFIG"), "no token", rules=UNKNOWN)
    case("a token that is too large is so before it is malformed", fail("TOO_LARGE"), HUGE)
    case("a good token that is too large is not looked at",
         fail("TOO_LARGE"),
         jws(payload='{"exp":1800000060,"p":"%s"}' % ("x" * 200)),
         rules=policy(max_token_bytes=256))
    both = jws({"alg": "HS256", "crit": ["exp"], "kid": 7})
    case("a kid of the wrong type comes before crit", fail("MALFORMED"), both)
    case("a broken payload segment comes before crit", fail("MALFORMED"),
         sign(b64u(b'{"alg":"HS256","crit":["exp"]}') + ".e30=", SECRET, "HS256"))
    case("a broken signature segment comes before crit", fail("MALFORMED"),
         b64u(b'{"alg":"HS256","crit":["exp"]}') + ".e30.!")
    case("a missing alg comes before crit", fail("MALFORMED"), jws({"crit": ["exp"]}))
    case("crit comes before an algorithm that is not allowed", fail("HEADER_UNSUPPORTED"),
         jws('{"alg":"none","crit":["exp"]}'))
    case("b64 comes before an algorithm that is not allowed", fail("HEADER_UNSUPPORTED"),
         jws('{"alg":"none","b64":false}'))
    case("a malformed token is so before its algorithm is not allowed", fail("MALFORMED"),
         b64u(b'{"alg":"none"}') + ".e30=.")
    kid_key = {"jwk": SECRET.jwk(alg="HS256", kid="here")}
    case("an algorithm outside the policy comes before an unknown kid",
         fail("ALGORITHM"),
         jws('{"alg":"HS512","kid":"elsewhere"}', algorithm="HS512"),
         key=kid_key)
    case("an unknown kid comes before the algorithm of the key",
         fail("KEY_NOT_FOUND"),
         jws({"alg": "HS512", "kid": "elsewhere"}),
         key=kid_key,
         rules=policy(algorithms=["HS256", "HS512"]))
    case("the algorithm of the key that kid selects comes before the signature",
         fail("ALGORITHM"),
         jws({"alg": "HS512", "kid": "here"}),
         key=kid_key,
         rules=policy(algorithms=["HS256", "HS512"]))
    case("an algorithm outside the policy comes before the signature", fail("ALGORITHM"),
         jws({"alg": "HS512"}).rsplit(".", 1)[0] + ".")
    case("an unknown kid comes before the signature",
         fail("KEY_NOT_FOUND"),
         jws({"alg": "HS256", "kid": "elsewhere"}).rsplit(".", 1)[0] + ".",
         key=kid_key)
    case("the signature comes before the typ",
         fail("SIGNATURE"),
         jws(GOOD, key=Secret("x" * 64)),
         rules=policy(typ="at+jwt"))
    case("the signature comes before the claims", fail("SIGNATURE"), jws(GOOD, EXPIRED, key=Secret("x" * 64)))
    case("the signature comes before a payload that is no JSON", fail("SIGNATURE"),
         jws(GOOD, "no JSON", key=Secret("x" * 64)))
    case("the typ comes before a payload that is no JSON",
         fail("TYP", "typ"),
         jws(GOOD, "no JSON"),
         rules=policy(typ="at+jwt"))
    case("the typ comes before the claims", fail("TYP", "typ"), jws(GOOD, EXPIRED), rules=policy(typ="at+jwt"))
    case("a member twice comes before an expired claim", fail("CLAIMS_MALFORMED"), jws(GOOD, '{"exp":1,"a":1,"a":2}'))
    case("text after the claims comes before an expired claim", fail("CLAIMS_MALFORMED"), jws(GOOD, '{"exp":1} x'))
    case("a token of RS256 does not fit a secret",
         fail("ALGORITHM"),
         jws(good_rsa),
         rules=policy(algorithms=["RS256", "HS256"]))


def headers(file):
    why = "Row 7: crit, b64 or zip is present in the header, whatever its value"
    for member, values in (("crit",
                            ['["exp"]', "[]", "null", '"exp"', "{}", "[1]", '["alg"]', '["b64","b64"]', "false",
                             "0"]), ("b64", ["false", "true", "null", '"false"',
                                             "0"]), ("zip", ['"DEF"', "null", '""', "7"])):
        for value in values:
            file.add(f"a header with {member} {value} is refused", why,
                     verify(jws('{"alg":"HS256","%s":%s}' % (member, value))), fail("HEADER_UNSUPPORTED"))
    file.add("a header with crit in an escaped spelling is refused", why,
             verify(jws('{"alg":"HS256","\\u0063rit":[]}')), fail("HEADER_UNSUPPORTED"))
    file.add("a header with crit is refused beside payload bytes too", why,
             verify(jws('{"alg":"HS256","crit":["exp"]}'), rules=bytes_policy()), fail("HEADER_UNSUPPORTED"))
    for member in ("CRIT", "Crit", "B64", "ZIP", "crit "):
        file.add(f"a header with {member!r} is another member and fine", "Header names are compared letter by letter",
                 verify(jws({"alg": "HS256", member: []})),
                 ok(header={"alg": "HS256", member: []}, claims=Raw('{"exp":1800000060}')))


def algorithms(file):
    why = "Row 8: none, unknown names and other letter cases are never in policy.algorithms"
    names = [
        "none", "None", "NONE", "nOnE", "none ", " none", "none\\u0000", "\\u006eone", "", "hs256", "Hs256", " HS256",
        "HS256\\n", "HS256 ", "HS2", "HS2560", "HS256\\u0000", "HMAC", "XX256", "ES512", "ES256K", "Ed448", "RSA1_5",
        "dir", "A256GCM", "HS384", "RS256", "*"
    ]
    for name in names:
        header = '{"alg":"%s"}' % name
        file.add(f'alg "{name}" with a good MAC is refused', why, verify(jws(header)), fail("ALGORITHM"))
        if "none" in name.lower() or name in ("", "XX256"):
            file.add(f'alg "{name}" with an empty signature is refused', why,
                     verify(jws(header).rsplit(".", 1)[0] + "."), fail("ALGORITHM"))
    for algorithm in ("RS256", "ES256", "EdDSA"):
        file.add(f'alg "none" is refused where the key is of {algorithm}', why,
                 verify(jws({"alg": "none"}).rsplit(".", 1)[0] + ".", public(algorithm), algorithm=algorithm),
                 fail("ALGORITHM"))
    file.add("an escaped spelling of HS256 is HS256", "JSON texts are compared after unescaping",
             verify(jws('{"alg":"\\u0048S\\u0032\\u0035\\u0036"}')),
             ok(header={"alg": "HS256"}, claims=Raw('{"exp":1800000060}')))
    why = "Row 8, the second half: the header's alg is not the algorithm of the key"
    pairs = [("RS256", "PS256", RSA), ("PS256", "RS256", RSA), ("RS512", "RS256", RSA), ("RS256", "RS512", RSA)]
    for bound, used, pair in pairs:
        file.add(f"a key of {bound} does not check a good token of {used}", why,
                 verify(jws({"alg": used}), {"jwk": pair.public_jwk(alg=bound)}, policy(algorithms=[bound, used])),
                 fail("ALGORITHM"))
    for bound, used in (("HS256", "HS512"), ("HS512", "HS256")):
        file.add(
            f"a secret of {bound} does not check a good token of {used}", why,
            verify(jws({"alg": used}), {"secret": SECRET.text, "algorithm": bound}, policy(algorithms=[bound, used])),
            fail("ALGORITHM"))
    file.add("a token of ES256 does not fit a P-384 key", why,
             verify(jws({"alg": "ES256"}), {"jwk": P384.public_jwk()}, policy(algorithms=["ES256", "ES384"])),
             fail("ALGORITHM"))
    file.add("a token of ES384 does not fit a P-256 key", why,
             verify(jws({"alg": "ES384"}), {"jwk": P256.public_jwk()}, policy(algorithms=["ES256", "ES384"])),
             fail("ALGORITHM"))
    confusion = {
        "the PEM": RSA.spki().encode(), "the PEM without its last line break": RSA.spki().strip().encode(),
        "the PKCS#1 PEM": RSA.pkcs1_public().encode(), "the DER": RSA.spki(DER)
    }
    for name, data in confusion.items():
        forged = Secret("")
        forged.bytes = data
        for rules, wanted in ((policy("RS256"), "RS256 only"), (policy(algorithms=["RS256", "HS256"]),
                                                                "RS256 and HS256")):
            file.add(f"a MAC made with {name} of the public key is refused by a policy of {wanted}",
                     "Algorithm confusion: a key has one algorithm",
                     verify(jws({"alg": "HS256"}, key=forged), {"pem": RSA.spki(), "algorithm": "RS256"}, rules),
                     fail("ALGORITHM"))


def types(file):
    why = "Policy: typ is compared as media types: ASCII case ignored, a leading application/ dropped on both sides"
    for wanted, given in (("JWT", "JWT"), ("JWT", "jwt"), ("jwt", "JWT"), ("at+jwt", "AT+JWT"),
                          ("at+jwt", "application/at+jwt"), ("application/at+jwt", "at+jwt"), ("Application/at+jwt",
                                                                                               "APPLICATION/AT+JWT")):
        file.add(f"typ {given} is the {wanted} of the policy", why,
                 verify(jws({"alg": "HS256", "typ": given}), rules=policy(typ=wanted)),
                 ok(header={"alg": "HS256", "typ": given}, claims=Raw('{"exp":1800000060}')))
    for wanted, given in (("at+jwt", "JWT"), ("JWT", "at+jwt"), ("at+jwt", "logout+jwt"), ("JWT", ""), ("JWT", "JWT "),
                          ("JWT", "text/JWT"), ("JWT", "application/application/JWT"), ("JWT", "JW"), ("strasse",
                                                                                                       "stra\u00dfe"),
                          ("JWK", "JW\u212a"), ("at+jwt", "application:at+jwt"), ("application:at+jwt", "at+jwt")):
        file.add(f"typ {given!r} is not the {wanted} of the policy", why,
                 verify(jws({"alg": "HS256", "typ": given}), rules=policy(typ=wanted)), fail("TYP", "typ"))
    file.add("a token without typ is not the JWT of the policy", "Row 11", verify(jws(), rules=policy(typ="JWT")),
             fail("TYP", "typ"))
    file.add("a token with any typ passes a policy without", "Policy: typ has no default",
             verify(jws({"alg": "HS256", "typ": "at+jwt"})),
             ok(header={"alg": "HS256", "typ": "at+jwt"}, claims=Raw('{"exp":1800000060}')))
    file.add("typ is checked beside payload bytes too", "Policy: beside bytes typ may stand",
             verify(jws({"alg": "HS256"}, "bytes"), rules=bytes_policy(typ="x")), fail("TYP", "typ"))
