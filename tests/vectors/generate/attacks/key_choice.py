"""EMB and KID: tokens that bring their key, or choose it."""

import base64
import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from ..cases import Raw, fail
from ..jws import jws, policy, verify
from ..keys import DER, ED, ED_OTHER, OTHER_SECRET, P256, P256_OTHER, P384, RSA, RSA_OTHER, SECRET, Secret, b64u, public, signer
from .book import BAD, good

NOT_FOUND, MALFORMED, KEY = fail("KEY_NOT_FOUND"), fail("MALFORMED"), fail("KEY")
KINDS = ("RS256", "PS256", "ES256", "ES384", "EdDSA")
THIRD = Secret("only for tests: a third secret, long enough for HS256, HS384 and HS512, which is enough")


def add(book):
    embedded(book)
    addresses(book)
    bystanders(book)
    choices(book)
    lookalikes(book)
    hostile_names(book)


def trusted(algorithm, **members):
    return {"jwk": signer(algorithm).public_jwk(alg=algorithm, **members)}


def attacker_certificate(pair):
    """Self-signed; RSA with PKCS#1 and Ed25519 give the same bytes each time."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "attacker.example")])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    builder = x509.CertificateBuilder(name, name, pair.key.public_key(), 1, start,
                                      start + datetime.timedelta(days=36500))
    made = builder.sign(pair.key, hashes.SHA256() if pair is RSA_OTHER else None)
    return base64.b64encode(made.public_bytes(DER)).decode()


def embedded(book):
    for algorithm in KINDS:
        attacker = signer(algorithm, other=True)
        book.case(
            "EMB-01", algorithm,
            verify(jws({"alg": algorithm, "jwk": attacker.public_jwk()}, key=attacker),
                   trusted(algorithm),
                   algorithm=algorithm), BAD)
        header = {"alg": algorithm, "kid": "k", "jwk": attacker.public_jwk(kid="k", alg=algorithm, use="sig")}
        book.case("EMB-03", algorithm,
                  verify(jws(header, key=attacker), trusted(algorithm, kid="k"), algorithm=algorithm), BAD)
    book.case("EMB-01", "the attacker's private key too",
              verify(jws({"alg": "EdDSA", "jwk": ED_OTHER.jwk()}, key=ED_OTHER), trusted("EdDSA"), algorithm="EdDSA"),
              BAD)
    book.case(
        "EMB-01", "no key answers to its kid",
        verify(jws({"alg": "EdDSA", "kid": "mine", "jwk": ED_OTHER.public_jwk(kid="mine")}, key=ED_OTHER),
               trusted("EdDSA", kid="k"),
               algorithm="EdDSA"), NOT_FOUND)
    for algorithm in ("HS256", "HS384", "HS512"):
        header = {"alg": algorithm, "jwk": OTHER_SECRET.jwk()}
        book.case("EMB-02", algorithm, verify(jws(header, key=OTHER_SECRET), public(algorithm), algorithm=algorithm),
                  BAD)
        book.case("EMB-02", f"{algorithm} before a public key",
                  verify(jws(header, key=OTHER_SECRET), trusted("ES256"), policy(algorithms=["ES256", algorithm])),
                  fail("ALGORITHM"))
    for attacker, algorithm in ((RSA_OTHER, "RS256"), (ED_OTHER, "EdDSA")):
        chain = [attacker_certificate(attacker)]
        for name, value in (("a list", chain), ("a text", chain[0])):
            book.case(
                "EMB-06", f"{algorithm}, {name}",
                verify(jws({"alg": algorithm, "x5c": value}, key=attacker), trusted(algorithm), algorithm=algorithm),
                BAD)


def addresses(book):
    jwks = '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"%s"}]}' % ED_OTHER.public_jwk()["x"]
    local = "http://127.0.0.1:9/keys.json"
    others = {
        "file": "file:///etc/passwd", "file, relative": "file:keys.json", "file of a host":
        "file://localhost/etc/passwd", "a bare path": "/etc/passwd", "ftp": "ftp://127.0.0.1:9/keys.json", "data":
        "data:application/json;base64," + base64.b64encode(jwks.encode()).decode(), "gopher": "gopher://127.0.0.1:9/_",
        "ldap": "ldap://127.0.0.1:9/", "the metadata service": "http://169.254.169.254/latest/meta-data/", "javascript":
        "javascript:1"
    }

    def case(attack, name, members):
        book.case(attack, name,
                  verify(jws({"alg": "EdDSA", **members}, key=ED_OTHER), trusted("EdDSA"), algorithm="EdDSA"), BAD)

    for attack, member in (("EMB-04", "jku"), ("EMB-05", "x5u")):
        case(attack, "of this machine", {member: local})
        case(attack, "over https", {member: "https://attacker.example/keys.json"})
        case(attack, "with a thumbprint", {member: local, "x5t": "AAAA", "x5t#S256": "AAAA"})
    for name, address in others.items():
        case("EMB-07", f"jku, {name}", {"jku": address})
        case("EMB-07", f"x5u, {name}", {"x5u": address})


def bystanders(book):
    for algorithm in KINDS:
        attacker = signer(algorithm, other=True)
        for name, value in (("jwk", attacker.public_jwk()), ("jku", "https://attacker.example/keys.json"),
                            ("x5u", "https://attacker.example/chain.pem"), ("x5c", ["AAAA"])):
            header = {"alg": algorithm, name: value}
            book.case("EMB-08", f"{algorithm} with {name}", verify(jws(header), trusted(algorithm),
                                                                   algorithm=algorithm), good(header))


def choices(book):
    pairs = {"a": P256, "b": P256_OTHER}
    three = {"jwks": {"keys": [P256.public_jwk(kid="a"), P256_OTHER.public_jwk(kid="b"), P384.public_jwk(kid="c")]}}
    secrets = {
        "jwks": {
            "keys":
            [SECRET.jwk(kid="a", alg="HS256"),
             OTHER_SECRET.jwk(kid="b", alg="HS256"),
             THIRD.jwk(kid="c", alg="HS256")]
        }
    }
    curves = policy(algorithms=["ES256", "ES384"])
    token = lambda kid, key=P256, algorithm="ES256": jws({"alg": algorithm} | ({} if kid is None else {"kid": kid}),
                                                         key=key)

    for kid in ("nope", "", "A", "a ", " a", "a\n", "aa", "0", "1", "null", "*", "..", "a\0"):
        book.case("KID-01", f"kid {kid!r} in a set", verify(token(kid), three, curves), NOT_FOUND)
    book.case("KID-01", "kid 'nope' and one key with a kid",
              verify(token("nope"), {"jwk": P256.public_jwk(kid="a")}, curves), NOT_FOUND)
    book.case("KID-01", "kid 'nope' and secrets", verify(jws({"alg": "HS256", "kid": "nope"}), secrets), NOT_FOUND)
    book.case("KID-01", "kid 'nope' and try_keys",
              verify(jws({"alg": "HS256", "kid": "nope"}), secrets, policy(try_keys=8)), NOT_FOUND)
    for number, key in enumerate((SECRET, OTHER_SECRET, THIRD), 1):
        unnamed = jws({"alg": "HS256"}, key=key)
        book.case("KID-02", f"good under key {number} of three", verify(unnamed, secrets), NOT_FOUND,
                  "More than one key fits, and none is guessed.")
        for tries in (1, 2):
            book.case("KID-02", f"good under key {number} of three, try_keys {tries}",
                      verify(unnamed, secrets, policy(try_keys=tries)), NOT_FOUND)
        book.case("KID-02", f"good under key {number} of three, try_keys 3", verify(unnamed, secrets,
                                                                                    policy(try_keys=3)),
                  good({"alg": "HS256"}), "The policy says so in so many words.")
    book.case("KID-02", "the only key of its algorithm", verify(token(None, P384, "ES384"), three, curves),
              good({"alg": "ES384"}), "The algorithm leaves one.")
    stranger = Secret("only for tests: a secret that no verifier has, long enough for each of the algorithms")
    book.case("KID-02", "good under no key, try_keys 3",
              verify(jws({"alg": "HS256"}, key=stranger), secrets, policy(try_keys=3)), BAD)
    for kid, other in (("a", "b"), ("b", "a")):
        book.case("KID-03", f"kid {kid}, signed by {other}", verify(token(kid, pairs[other]), three, curves), BAD)
        book.case("KID-03", f"kid {kid}, signed by {other}, with try_keys",
                  verify(token(kid, pairs[other]), three, policy(algorithms=["ES256", "ES384"], try_keys=8)), BAD)
        key = {"a": SECRET, "b": OTHER_SECRET}[other]
        book.case("KID-03", f"kid {kid}, a MAC by {other}", verify(jws({"alg": "HS256", "kid": kid}, key=key), secrets),
                  BAD)
    book.case("KID-03", "kid c, signed by a", verify(token("c"), three, curves), fail("ALGORITHM"),
              "The key of that kid is of another algorithm.")

    claims = Raw('{"iss":"https://a.example","exp":1800000060}')
    for name, key, issuer, expect in (("before the verifier of A", P256, "https://a.example",
                                       BAD), ("before the verifier of B", P256_OTHER, "https://b.example",
                                              fail("ISSUER", "iss"))):
        rules = policy("ES256", any_issuer=None, issuer=issuer)
        book.case(
            "KID-09", f"iss A, signed by B, {name}",
            verify(jws({"alg": "ES256", "kid": "1"}, claims, P256_OTHER), {"jwk": key.public_jwk(kid="1")}, rules),
            expect)
    twins = {
        "oct": [SECRET.jwk(kid="k", alg="HS256"),
                OTHER_SECRET.jwk(kid="k",
                                 alg="HS256")], "EC": [P256.public_jwk(kid="k"),
                                                       P256_OTHER.public_jwk(kid="k")], "RSA":
        [RSA.public_jwk(kid="k", alg="RS256"),
         RSA_OTHER.public_jwk(kid="k", alg="RS256")], "one key twice": [ED.public_jwk(kid="k"),
                                                                        ED.public_jwk(kid="k")]
    }
    for name, keys in twins.items():
        second = {
            "oct": jws({"alg": "HS256", "kid": "k"}, key=OTHER_SECRET), "EC": token("k", P256_OTHER), "RSA":
            token("k", RSA_OTHER, "RS256"), "one key twice": token("k", ED, "EdDSA")
        }[name]
        book.case("KID-10", f"{name}, good under the second",
                  verify(second, {"jwks": {"keys": keys}}, policy(algorithms=["HS256", "ES256", "RS256", "EdDSA"])),
                  KEY)
    for number in range(8):
        kid = b64u(bytes([number * 31 + 7] * 12))
        book.case("KID-12", f"kid {number + 1}", verify(token(kid), three, curves), NOT_FOUND)


def lookalikes(book):
    pair = {"jwks": {"keys": [SECRET.jwk(kid="a", alg="HS256"), OTHER_SECRET.jwk(kid="a\0b", alg="HS256")]}}
    for name, kid, key, expect in (("'a', its own key", "a", SECRET,
                                    None), ("'a NUL b', its own key", "a\0b", OTHER_SECRET,
                                            None), ("'a', the other key", "a", OTHER_SECRET,
                                                    BAD), ("'a NUL b', the other key", "a\0b", SECRET,
                                                           BAD), ("'a NUL'", "a\0", SECRET, NOT_FOUND),
                                   ("'a NUL c'", "a\0c", OTHER_SECRET,
                                    NOT_FOUND), ("'NUL a'", "\0a", SECRET, NOT_FOUND), ("'a NUL b NUL'", "a\0b\0",
                                                                                        OTHER_SECRET, NOT_FOUND)):
        header = {"alg": "HS256", "kid": kid}
        book.case("KID-08", name, verify(jws(header, key=key), pair), expect or good(header))
    spellings = {
        "e with an acute": ("caf\u00e9", "cafe\u0301"), "an angstrom": ("\u212b", "\u00c5"), "a Hangul syllable":
        ("\uac00", "\u1100\u1161"), "a ligature": ("\ufb01", "fi"), "a wide letter": ("\uff41", "a"), "a capital":
        ("K", "\u212a"), "a sharp s": ("\u00df", "ss"), "a soft hyphen": ("key", "ke\u00ady")
    }
    for name, (one, other) in spellings.items():
        for mine, given, way in ((one, other, "one way"), (other, one, "the other way")):
            book.case("KID-11", f"{name}, {way}",
                      verify(jws({"alg": "HS256", "kid": given}), {"jwk": SECRET.jwk(kid=mine, alg="HS256")}),
                      NOT_FOUND, "kid is compared byte for byte.")


def hostile_names(book):
    key = {"jwk": SECRET.jwk(kid="k", alg="HS256")}
    paths = [
        "../../../../dev/null", "/dev/null", "file:///dev/null", "..\\..\\NUL", "C:\\Windows\\win.ini",
        "/proc/self/environ", "%2e%2e%2fdev%2fnull"
    ]
    commands = [
        "x' UNION SELECT 'k", "' OR '1'='1", "| id", "`id`", "$(id)", "; rm -rf /", "x\nINFO accepted", "%s%n%x",
        "${jndi:ldap://127.0.0.1:9/a}", "<script>alert(1)</script>", "\x1b[2J", "{{7*7}}"
    ]
    for attack, kids in (("KID-04", paths), ("KID-05", commands)):
        for kid in kids:
            book.case(attack, repr(kid), verify(jws({"alg": "HS256", "kid": kid}, key=Secret("")), key), NOT_FOUND)
    book.case("KID-04", "a MAC by the trusted key", verify(jws({"alg": "HS256", "kid": paths[0]}), key), NOT_FOUND)
    book.case("KID-06", "65536 letters", verify(jws({"alg": "HS256", "kid": "k" * 65536}), key), fail("TOO_LARGE"),
              "The token is longer than max_token_bytes.")
    book.case("KID-06", "as many as a token holds", verify(jws({"alg": "HS256", "kid": "k" * 49000}), key), NOT_FOUND)
    for value in ("0", "true", "null", "[]", "{}", '["k"]', "1.5", "false"):
        book.case("KID-07", value, verify(jws('{"alg":"HS256","kid":%s}' % value), key), MALFORMED)
    book.case("KID-07", "0, and the attacker's MAC", verify(jws('{"alg":"HS256","kid":0}', key=Secret("")), key),
              MALFORMED)
