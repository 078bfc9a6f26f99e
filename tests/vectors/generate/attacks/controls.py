"""DOS, TYP and OK: what a verifier must stand, other kinds of token, and the controls that must pass."""

from ..cases import Raw, fail, ok
from ..jws import LATER, b64u, bytes_policy, jws, policy, verify
from ..keys import ALGORITHMS, P256, P521, Pair, Secret, public
from .book import BAD, good

MALFORMED, TOO_LARGE, KEY, CLAIMS_MALFORMED = fail("MALFORMED"), fail("TOO_LARGE"), fail("KEY"), fail(
    "CLAIMS_MALFORMED")
GREATEST = 65536
IN_MEMORY = "Larger ones are made in memory by tests/attacks.rs."


def add(book):
    giants(book)
    floods(book)
    types(book)
    others(book)
    accepted(book)
    limits(book)


def giants(book):
    for count, expect in ((1000, MALFORMED), (GREATEST, MALFORMED), (GREATEST + 1, TOO_LARGE), (90000, TOO_LARGE)):
        book.case("DOS-01", f"{count} of them", verify("." * count), expect, IN_MEMORY)
    head, body, mac = jws().split(".")
    for count in (GREATEST, 90000):
        giant = "A" * count
        for name, token in (("header", f"{giant}.{body}.{mac}"), ("payload", f"{head}.{giant}.{mac}"),
                            ("signature", f"{head}.{body}.{giant}")):
            book.case("DOS-02", f"a {name} of {count} letters", verify(token), TOO_LARGE, IN_MEMORY)
    book.case("DOS-02", "a signature as large as the token may be", verify(f"{head}.{body}." + "A" * 65480), BAD)
    for dots in (1, 2, 4, 1000, 60000):
        book.case("DOS-03", f"{dots} of them", verify("." * dots + jws()), MALFORMED)


def floods(book):
    largest = Pair("rsa8192")
    for algorithm in ("RS512", "PS512"):
        key = {"jwk": largest.public_jwk(alg=algorithm)}
        for number in range(3):
            claims = Raw('{"exp":1800000060,"jti":"%d"}' % number)
            token = jws({"alg": algorithm}, claims, largest)
            book.case("DOS-04", f"{algorithm}, good token {number + 1}", verify(token, key, algorithm=algorithm),
                      good({"alg": algorithm}, claims),
                      "8192 bits are the most that a token can make a verifier work for.")
            signing_input = token.rpartition(".")[0]
            forged = signing_input + "." + b64u(bytes([number + 1]) * 1024)
            book.case("DOS-04", f"{algorithm}, forged token {number + 1}", verify(forged, key, algorithm=algorithm),
                      BAD)
    unknown = [{"kty": "AKP", "kid": str(number), "pub": "AA"} for number in range(200)]
    key = P256.public_jwk(kid="k")
    token = jws({"alg": "ES256", "kid": "k"})
    check = lambda *keys: verify(token, {"jwks": {"keys": list(keys)}}, algorithm="ES256")
    book.case("DOS-05", "63 unknown kinds of key and one known", check(*unknown[:63], key),
              good({"alg": "ES256", "kid": "k"}), "Unknown keys are passed over.")
    book.case("DOS-05", "64 unknown kinds of key and one known", check(*unknown[:64], key), KEY,
              "64 keys are the most.")
    book.case("DOS-05", "200 unknown kinds of key", check(*unknown), KEY)
    book.case("DOS-05", "64 unknown kinds of key and nothing else", check(*unknown[:64]), fail("KEY_UNSUPPORTED"))
    book.case("DOS-05", "P-521 beside a known one", check(P521.public_jwk(kid="other"), key),
              good({"alg": "ES256", "kid": "k"}))
    book.case("DOS-05", "2000 secrets", check(*({"kty": "oct"} for _ in range(2000))), KEY, IN_MEMORY)


def types(book):
    typed = lambda typ: {"alg": "HS256"} | ({} if typ is None else {"typ": typ})
    refused = fail("TYP", "typ")
    for wanted, given in (("at+jwt", "JWT"), ("logout+jwt", "at+jwt"), ("at+jwt", "logout+jwt"), ("JWT", "at+jwt"),
                          ("at+jwt", "at jwt"), ("at+jwt", ""), ("at+jwt", "at+jwt\0"), ("at+jwt", "text/at+jwt"),
                          ("at+jwt", "application/application/at+jwt"), ("at+jwt", "at+jwt; charset=utf-8"),
                          ("JWK", "JW\u212a"), ("dpop+jwt", "at+jwt")):
        book.case("TYP-01", f"{given!r} for {wanted}", verify(jws(typed(given)), rules=policy(typ=wanted)), refused)
    for wanted, given in (("at+jwt", "AT+JWT"), ("at+jwt", "application/at+jwt"), ("application/at+jwt", "at+jwt"),
                          ("at+jwt", "APPLICATION/At+Jwt"), ("JWT", "jwt"), ("Application/JWT", "jWt")):
        book.case("TYP-02", f"{given} for {wanted}", verify(jws(typed(given)), rules=policy(typ=wanted)),
                  good(typed(given)))
    for wanted in ("at+jwt", "JWT", "logout+jwt"):
        book.case("TYP-03", wanted, verify(jws(), rules=policy(typ=wanted)), refused)
        book.case("TYP-03", f"{wanted}, cty in its place",
                  verify(jws({"alg": "HS256", "cty": wanted}), rules=policy(typ=wanted)), refused)
        book.case("TYP-03", f"{wanted} as a claim",
                  verify(jws(payload='{"exp":1800000060,"typ":"%s"}' % wanted), rules=policy(typ=wanted)), refused)
    identity = '{"iss":"https://id.example","aud":"client-1","sub":"mia","nonce":"n-0S6","exp":1800000060}'
    rules = {"algorithms": ["HS256"], "issuer": "https://id.example", "audience": "https://api.example"}
    book.case("TYP-04", "a policy of an audience", verify(jws(typed("JWT"), identity), rules=rules),
              fail("AUDIENCE", "aud"))
    book.case("TYP-04", "a policy of an audience and a typ",
              verify(jws(typed("JWT"), identity), rules=rules | {"typ": "at+jwt"}), refused)
    book.case("TYP-04", "without typ", verify(jws(typed(None), identity), rules=rules | {"typ": "at+jwt"}), refused)
    for name, claims, changes, expect in (("aud", '{"exp":1800000060,"aud":"tenant-b"}',
                                           {"any_audience": None, "audience": "tenant-a"
                                            }, fail("AUDIENCE",
                                                    "aud")), ("iss", '{"exp":1800000060,"iss":"https://id.example/b"}',
                                                              {"any_issuer": None, "issuer":
                                                               "https://id.example/a"}, fail("ISSUER", "iss")),
                                          ("sub", '{"exp":1800000060,"sub":"tenant-b"}', {"subject": "tenant-a"},
                                           fail("SUBJECT", "sub")), ("a tenant that is missing", '{"exp":1800000060}',
                                                                     {"required":
                                                                      ["tenant"]}, fail("CLAIM_MISSING", "tenant")),
                                          ("a tenant that is null", '{"exp":1800000060,"tenant":null}',
                                           {"required": ["tenant"]}, fail("CLAIM_MISSING", "tenant"))):
        book.case("TYP-07", name, verify(jws(payload=claims), rules=policy(**changes)), expect)


def others(book):
    claims = b64u(b'{"exp":1800000060,"sub":"admin"}')
    for name, header in (("a direct key", '{"alg":"dir","enc":"A256GCM"}'), ("a wrapped key",
                                                                             '{"alg":"RSA-OAEP","enc":"A256GCM"}'),
                         ("no algorithm", '{"alg":"none","enc":"none"}'), ("a good alg",
                                                                           '{"alg":"HS256","enc":"A256GCM"}')):
        head = b64u(header.encode())
        for what, token in (("with a wrapped key", f"{head}.AAAA.AAAAAAAAAAAAAAAA.{claims}.AAAAAAAAAAAAAAAAAAAAAA"),
                            ("without one", f"{head}..AAAAAAAAAAAAAAAA.{claims}.AAAAAAAAAAAAAAAAAAAAAA")):
            book.case("TYP-05", f"{name}, {what}", verify(token), MALFORMED)
    book.case("TYP-05", "its header before a good MAC", verify(jws('{"alg":"dir","enc":"A256GCM"}')), fail("ALGORITHM"))
    inner = jws(payload='{"exp":1800000060,"sub":"admin"}')
    for cty in ("JWT", "jwt", None):
        book.case("TYP-06", f"cty {cty}", verify(jws({"alg": "HS256"} | ({} if cty is None else {"cty": cty}), inner)),
                  CLAIMS_MALFORMED)
    book.case("TYP-06", "an unsigned one inside",
              verify(jws({"alg": "HS256", "cty": "JWT"},
                         jws('{"alg":"none"}').rpartition(".")[0] + ".")), CLAIMS_MALFORMED)
    book.case("TYP-06", "as a JSON text", verify(jws({"alg": "HS256", "cty": "JWT"}, f'"{inner}"')), CLAIMS_MALFORMED)


def accepted(book):
    for algorithm in ALGORITHMS:
        book.case("OK-01", algorithm, verify(jws({"alg": algorithm}), public(algorithm), algorithm=algorithm),
                  good({"alg": algorithm}))
    for name, header, claims in (("spaces", '{ "alg" : "HS256" }', '{ "exp" : 1800000060 }'),
                                 ("tabs", '{\t"alg"\t:\t"HS256"\t}', '{\t"exp":\t1800000060\t}'),
                                 ("LF", '{\n"alg":\n"HS256"\n}', '{\n"exp":1800000060\n}'),
                                 ("CR and LF", '{\r\n"alg":"HS256"\r\n}', '{"exp"\r\n:1800000060}'),
                                 ("all around", ' \t\r\n{"alg":"HS256"}\n', '\n{"exp":1800000060} \t\r\n')):
        book.case("OK-02", name, verify(jws(header, claims)), ok(header={"alg": "HS256"}, claims=LATER))
    for algorithm in ("HS256", "RS256", "ES256", "EdDSA"):
        token = jws({"alg": algorithm}, b"")
        book.case("OK-03", f"{algorithm}, bytes", verify(token, public(algorithm), bytes_policy(algorithm)),
                  ok(header={"alg": algorithm}, payload_b64u=""))
        book.case("OK-03", f"{algorithm}, claims", verify(token, public(algorithm), algorithm=algorithm),
                  CLAIMS_MALFORMED)
    for algorithm in ("HS256", "HS384", "HS512"):
        for size in (64, 65, 128, 129, 200, 1000):
            secret = Secret("s" * size)
            book.case(
                "OK-04", f"{algorithm}, {size} bytes",
                verify(jws({"alg": algorithm}, key=secret), {"secret": secret.text, "algorithm": algorithm},
                       algorithm=algorithm), good({"alg": algorithm}))
    for members in ('"foo":{"bar":1}', '"foo":null', '"exp":1', '"none":"none"', '"kid":"k"', '"x5t":7', '"cty":"x"',
                    '"iss":["a"]', '"":0', '"url":"https://attacker.example"', '"crit ":["x"]', '"B64":false'):
        header = '{"alg":"HS256",%s}' % members
        book.case("OK-05", members, verify(jws(header)), ok(header=Raw(header), claims=LATER))


def limits(book):
    for greatest, rules in ((GREATEST, policy()), (256, policy(max_token_bytes=256)),
                            (1000, policy(max_token_bytes=1000)), (8192, policy(max_token_bytes=8192))):
        for length, expect in ((greatest, None), (greatest + 1, TOO_LARGE)):
            token, claims = sized(length)
            book.case("OK-06", f"{length} letters where {greatest} are the most", verify(token, rules=rules), expect
                      or good({"alg": "HS256"}, Raw(claims)))


def sized(length):
    """A good token of this length, and its claims; no payload is 1 mod 4 letters long."""
    header, mac = b64u(b'{"alg":"HS256"}'), 43
    letters = length - len(header) - mac - 2
    claims = '{"exp":1800000060,"p":""}'
    claims = claims.replace('""', '"%s"' % ("x" * (letters * 3 // 4 - len(claims))))
    token = jws(payload=claims)
    if len(token) != length:
        raise ValueError(f"no token of {length} letters")
    return token, claims
