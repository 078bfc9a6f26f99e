"""verify: which key answers to a token, and which key sets can be built."""

from .cases import Raw, fail, ok
from .jws import NOW, jws, policy, verify
from .keys import ED, ED_OTHER, OTHER_SECRET, P256, P256_OTHER, P384, P521, RSA, RSA_OTHER, SECRET, Pair, Secret

LATER = Raw('{"exp":1800000060}')
NOT_FOUND = fail("KEY_NOT_FOUND")
THIRD = Secret("only for tests: a third secret that is long enough for every one of HS256, HS384, HS512")


def token(kid=None, key=P256, algorithm="ES256"):
    return jws({"alg": algorithm} | ({} if kid is None else {"kid": kid}), key=key)


def good(kid=None, algorithm="ES256"):
    return ok(header={"alg": algorithm} | ({} if kid is None else {"kid": kid}), claims=LATER)


def keyset(*keys):
    return {"jwks": {"keys": list(keys)}}


def add(file):
    selection(file)
    tries(file)
    building(file)
    strangers(file)


def selection(file):
    why = "Which key: a key answers when both carry the same kid, or when one of the two carries none"

    def case(name, key, text, expect, why=why, algorithms=("ES256", "ES384", "EdDSA", "RS256", "PS256")):
        file.add(name, why, verify(text, key, policy(algorithms=list(algorithms))), expect)

    one, other, plain = P256.public_jwk(kid="1"), P256_OTHER.public_jwk(kid="2"), P256.public_jwk()
    case("a key without kid answers to a token without kid", {"jwk": plain}, token(), good())
    case("a key without kid answers to a token with any kid", {"jwk": plain}, token("x"), good("x"))
    case("a key with kid answers to a token without kid", {"jwk": one}, token(), good())
    case("a key with kid answers to a token with the same", {"jwk": one}, token("1"), good("1"))
    case("a key with kid does not answer to a token with another", {"jwk": one}, token("2"), NOT_FOUND)
    case("a PEM carries no kid and answers to any", {"pem": P256.spki()}, token("x"), good("x"))
    case("the first of two keys is selected by its kid", keyset(one, other), token("1"), good("1"))
    case("the second of two keys is selected by its kid", keyset(one, other), token("2", P256_OTHER), good("2"))
    case("a kid that no key has finds none", keyset(one, other), token("3"), NOT_FOUND)
    case("a kid that selects another key than signed is a bad signature", keyset(one, other), token("2"),
         fail("SIGNATURE"))
    why = "Which key: if any key carries exactly the token's kid, only that one answers"
    mixed = keyset(P256_OTHER.public_jwk(), one)
    case("the key with the token's kid answers beside one without", mixed, token("1"), good("1"), why)
    case("the key without kid is not tried where another carries it", mixed, token("1", P256_OTHER), fail("SIGNATURE"),
         why)
    case("the key without kid answers to a kid that no other carries", mixed, token("9", P256_OTHER), good("9"), why)
    case("two keys of one algorithm answer to a token without kid", mixed, token(), NOT_FOUND, why)
    case("the key with the token's kid decides though its algorithm is another",
         keyset(P256.public_jwk(), P384.public_jwk(kid="1")), token("1"), fail("ALGORITHM"), why)
    why = "Which key: of those that answer, the ones whose algorithm is the header's alg are kept: none is ALGORITHM, one is the key"
    zoo = keyset(P384.public_jwk(), ED.public_jwk(), P256.public_jwk(), RSA.public_jwk(alg="RS256"))
    for algorithm, key in (("ES256", P256), ("ES384", P384), ("EdDSA", ED), ("RS256", RSA)):
        case(f"the algorithm selects {algorithm} from four keys without kid", zoo, token(None, key, algorithm),
             good(None, algorithm), why)
        case(f"the algorithm selects {algorithm} for a token with a kid that no key has", zoo,
             token("x", key, algorithm), good("x", algorithm), why)
    case("an algorithm that no key has is not the key's", zoo, token(None, RSA, "PS256"), fail("ALGORITHM"), why)
    case("two keys of different algorithms may share a kid",
         keyset(RSA.public_jwk(kid="r", alg="RS256"), RSA.public_jwk(kid="r", alg="PS256")), token("r", RSA, "PS256"),
         good("r", "PS256"), "Status table, row 3: two usable keys of different algorithms may share one")
    case("two kinds of key may share a kid", keyset(P256.public_jwk(kid="k"), ED.public_jwk(kid="k")),
         token("k", ED, "EdDSA"), good("k", "EdDSA"),
         "Status table, row 3: two usable keys of different algorithms may share one")
    case("Ed25519 in the header selects the key of EdDSA", zoo, token(None, ED, "Ed25519"), good(None, "Ed25519"), why,
         ("EdDSA", "ES256"))
    why = "Which key: byte for byte, no Unicode folding"
    for ours, theirs in (("caf\u00e9", "cafe\u0301"), ("k", "K"), ("k", "\u212a"), ("a", "a\0b"), ("a\0b", "a"),
                         ("a", "a "), ("a", ""), ("", "a"), ("1", "01"), ("ss", "\u00df")):
        case(f"the kid {theirs!r} is not {ours!r}", {"jwk": P256.public_jwk(kid=ours)}, token(theirs), NOT_FOUND, why)
    for kid in ("caf\u00e9", "\U0001F600", "a\0b", "", "../../etc/passwd", "x' OR '1'='1", "k" * 1000):
        case(f"the kid {kid if len(kid) < 99 else 'of a thousand characters'!r} is itself",
             keyset(P256.public_jwk(kid=kid), other), token(kid), good(kid), why)
    case("a kid in another spelling of JSON is the same text", {"jwk": P256.public_jwk(kid="a/b")},
         jws('{"alg":"ES256","kid":"\\u0061\\/b"}', key=P256, algorithm="ES256"), good("a/b"), why)


def tries(file):
    why = "Policy: try_keys: how many keys of the right algorithm a token without a kid may be tried against"
    keys = [SECRET.jwk(alg="HS256", kid="1"), OTHER_SECRET.jwk(alg="HS256", kid="2"), THIRD.jwk(alg="HS256", kid="3")]

    def case(name, key, kid, signed_by, limit, expect):
        rules = policy("HS256") | ({} if limit is None else {"try_keys": limit})
        file.add(name, why, verify(token(kid, signed_by, "HS256"), key, rules), expect)

    case("two keys answer and none is tried by default", keyset(*keys[:2]), None, SECRET, None, NOT_FOUND)
    case("two keys answer and try_keys 1 tries none", keyset(*keys[:2]), None, SECRET, 1, NOT_FOUND)
    case("try_keys 2 finds the first of two", keyset(*keys[:2]), None, SECRET, 2, good(None, "HS256"))
    case("try_keys 2 finds the second of two", keyset(*keys[:2]), None, OTHER_SECRET, 2, good(None, "HS256"))
    case("try_keys 2 with neither is a bad signature", keyset(*keys[:2]), None, THIRD, 2, fail("SIGNATURE"))
    case("try_keys 2 tries none of three", keyset(*keys), None, SECRET, 2, NOT_FOUND)
    case("try_keys 3 finds the third of three", keyset(*keys), None, THIRD, 3, good(None, "HS256"))
    case("try_keys 8 is a limit, not a number that is needed", keyset(*keys), None, OTHER_SECRET, 8,
         good(None, "HS256"))
    plain = [SECRET.jwk(alg="HS256"), OTHER_SECRET.jwk(alg="HS256")]
    case("try_keys is not for a token with a kid", keyset(*plain), "x", SECRET, 8, NOT_FOUND)
    case("try_keys never tries past the key that kid selects", keyset(*keys), "1", OTHER_SECRET, 8, fail("SIGNATURE"))
    many = [
        Secret(f"only for tests: secret number {n:02} of nine secrets").jwk(alg="HS256", kid=str(n)) for n in range(9)
    ]
    last = Secret("only for tests: secret number 07 of nine secrets")
    case("try_keys 8 finds the eighth of eight", keyset(*many[:8]), None, last, 8, good(None, "HS256"))
    case("try_keys 8 tries none of nine", keyset(*many), None, last, 8, NOT_FOUND)
    case("try_keys counts only keys of the right algorithm",
         keyset(SECRET.jwk(alg="HS256"), OTHER_SECRET.jwk(alg="HS256"), THIRD.jwk(alg="HS384")), None, OTHER_SECRET, 2,
         good(None, "HS256"))


def building(file):

    def case(name, jwks, expect, text=None, why="Keys: jwks", **members):
        file.add(
            name, why,
            verify(text or token(), {"jwks": jwks, **members}, policy(algorithms=["ES256", "RS256", "PS256", "HS256"])),
            expect)

    key, weak = P256.public_jwk(), Pair("rsa1024").public_jwk(alg="RS256")
    why = "Keys: members of a set that are unusable here are passed over"
    for name, member in (("a key for encryption", P256_OTHER.public_jwk(use="enc")),
                         ("another kty", {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"}), ("P-521", P521.public_jwk()),
                         ("X25519", {"kty": "OKP", "crv": "X25519", "x": key["x"]
                                     }), ("a weak RSA key", weak), ("a short secret", Secret("short").jwk(alg="HS256")),
                         ("a point off the curve", key | {"x": key["y"]}), ("key_ops for encryption",
                                                                            P256_OTHER.public_jwk(key_ops=["encrypt"])),
                         ("an RSA key without an algorithm", RSA.public_jwk()), ("a JWE algorithm",
                                                                                 RSA.public_jwk(alg="RSA-OAEP")),
                         ("no kty", {"crv": "P-256"}), ("an empty object", {}), ("a kid that is no text",
                                                                                 P256_OTHER.public_jwk(kid=7))):
        case(f"a set passes over {name}", {"keys": [member, key]}, good(), why=why)
    why = "Keys: if nothing remains, the status is that of the first member (KEY for an empty list)"
    case("an empty set is no key", {"keys": []}, fail("KEY"), why=why)
    case("a set of P-521 alone is unsupported", {"keys": [P521.public_jwk()]}, fail("KEY_UNSUPPORTED"), why=why)
    case("a set of a weak key alone is weak", {"keys": [weak]}, fail("KEY_WEAK"), why=why)
    case("a set of a weak key and P-521 is weak, as its first", {"keys": [weak, P521.public_jwk()]},
         fail("KEY_WEAK"),
         why=why)
    case("a set of P-521 and a weak key is unsupported, as its first", {"keys": [P521.public_jwk(), weak]},
         fail("KEY_UNSUPPORTED"),
         why=why)
    case("a set of a key for encryption alone is no key", {"keys": [P256.public_jwk(use="enc")]}, fail("KEY"), why=why)
    why = "Keys: 64 keys at most"
    filler = [{"kty": "AKP", "kid": str(n)} for n in range(63)]
    case("a set of 64 is taken", {"keys": [*filler, key]}, good(), why=why)
    case("a set of 65 is refused", {"keys": [*filler, {"kty": "AKP"}, key]}, fail("KEY"), why=why)
    why = "Status table, row 3: a key set with two equal kid (usable or not)"
    case("two usable keys of one kid and algorithm are refused",
         {"keys": [P256.public_jwk(kid="k"), P256_OTHER.public_jwk(kid="k")]},
         fail("KEY"),
         why=why)
    case("the same key twice with one kid is refused",
         {"keys": [P256.public_jwk(kid="k"), P256.public_jwk(kid="k")]},
         fail("KEY"),
         why=why)
    case("a usable and an unusable key of one kid are refused",
         {"keys": [P256.public_jwk(kid="k"), P521.public_jwk(kid="k")]},
         fail("KEY"),
         why=why)
    case("two unusable keys of one kid are refused beside a good one",
         {"keys": [P521.public_jwk(kid="k"), weak | {"kid": "k"}, key]},
         fail("KEY"),
         why=why)
    case("two equal kid are refused before an unknown algorithm",
         {"keys": [P256.public_jwk(kid="k"), P256_OTHER.public_jwk(kid="k")]},
         fail("KEY"),
         why="Status table: row 3 comes before row 4",
         algorithm="ES512")
    case("a secret beside a public key is refused before an unknown algorithm",
         {"keys": [key, SECRET.jwk(alg="HS256")]},
         fail("KEY"),
         why="Status table: row 3 comes before row 4",
         algorithm="ES512")
    case("a good set beside an unknown algorithm is refused", {"keys": [key, RSA.public_jwk()]},
         fail("CONFIG"),
         why="Row 4: unknown algorithm name",
         algorithm="ES512")
    case("a key that waits for an unknown algorithm is a good one before it", {"keys": [RSA.public_jwk()]},
         fail("CONFIG"),
         why="Row 4: unknown algorithm name",
         algorithm="ES512")
    case("two keys without kid are no fault", {"keys": [P256.public_jwk(), P384.public_jwk()]}, good(), why=why)
    why = "Status table, row 3: usable symmetric beside usable asymmetric keys"
    case("a secret beside a public key is refused", {"keys": [key, SECRET.jwk(alg="HS256")]}, fail("KEY"), why=why)
    case("an unusable secret beside a public key is passed over", {"keys": [key, Secret("short").jwk(alg="HS256")]},
         good(),
         why=why)
    case("an unusable public key beside a secret is passed over",
         {"keys": [P521.public_jwk(), SECRET.jwk(alg="HS256")]},
         good(None, "HS256"),
         token(None, SECRET, "HS256"),
         why=why)
    why = "Keys: beside a jwks algorithm binds those members that name none"
    case("algorithm binds the RSA member that names none",
         {"keys": [RSA.public_jwk(kid="a"), RSA_OTHER.public_jwk(kid="b", alg="PS256")]},
         good("a", "RS256"),
         token("a", RSA, "RS256"),
         why,
         algorithm="RS256")
    case("algorithm leaves the member that names its own",
         {"keys": [RSA.public_jwk(kid="a"), RSA_OTHER.public_jwk(kid="b", alg="PS256")]},
         good("b", "PS256"),
         token("b", RSA_OTHER, "PS256"),
         why,
         algorithm="RS256")
    why = "RFC 7517 section 5"
    case("a set may have further members", {"keys": [key], "issuer": "x", "next": None}, good(), why=why)
    for name, jwks in (("no keys", "{}"), ("keys that are no list", '{"keys":{}}'), ("keys of null", '{"keys":null}'),
                       ("a list", "[]"), ("null", "null"), ("a text", '"x"')):
        case(f"a set with {name} is refused" if "keys" in name else f"a set that is {name} is refused",
             Raw(jwks),
             fail("KEY"),
             why=why)
    why = "Status table, row 3: no algorithm known for it; use/key_ops that forbid the operation"
    for name, form in (("an RSA key without an algorithm", {"pem": RSA.spki()}), ("a secret without an algorithm",
                                                                                  {"secret": SECRET.text}),
                       ("an oct JWK without an algorithm",
                        {"jwk": SECRET.jwk()}), ("a key for encryption", {"jwk": P256.public_jwk(use="enc")}),
                       ("a public key with key_ops sign", {"jwk": P256.public_jwk(key_ops=["sign"])}),
                       ("a private key with key_ops sign", {"jwk": P256.jwk(key_ops=["sign"])}),
                       ("a secret with key_ops sign", {"jwk": SECRET.jwk(alg="HS256", key_ops=["sign"])})):
        file.add(f"{name} does not verify", why, verify(token(), form, policy(algorithms=["ES256", "RS256", "HS256"])),
                 fail("KEY"))
    case("a private key in a set verifies", {"keys": [P256.jwk()]}, good(), why="Keys: a private key may verify")
    case("a set of one key is a set", {"keys": [key]}, good(), why=why)


def strangers(file):
    why = "Which key: jwk, jku, x5u, x5c, x5t in a header are ignored, of whatever type"
    for member in ("jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256"):
        for value in (1, None, "x", [], {}):
            header = {"alg": "ES256", member: value}
            file.add(f"{member} of {value!r} in a header is ignored", why,
                     verify(jws(header), {"jwk": P256.public_jwk()}, policy("ES256")), ok(header=header, claims=LATER))
    for name, pair, algorithm in (("an EC", P256_OTHER, "ES256"), ("an Ed25519", ED_OTHER, "EdDSA"),
                                  ("an RSA", RSA_OTHER, "RS256")):
        header = {"alg": algorithm, "jwk": pair.public_jwk()}
        trusted = {"ES256": P256, "EdDSA": ED, "RS256": RSA}[algorithm].public_jwk(alg=algorithm)
        file.add(f"{name} key that the token brings is not used", why,
                 verify(jws(header, key=pair), {"jwk": trusted}, policy(algorithm)), fail("SIGNATURE"))
    header = {"alg": "HS256", "jwk": OTHER_SECRET.jwk()}
    file.add("a secret that the token brings is not used", why, verify(jws(header, key=OTHER_SECRET)),
             fail("SIGNATURE"))
    header = {"alg": "ES256", "jwk": P256_OTHER.public_jwk()}
    file.add("a good token that brings another key is accepted", why,
             verify(jws(header), {"jwk": P256.public_jwk()}, policy("ES256")), ok(header=header, claims=LATER))
