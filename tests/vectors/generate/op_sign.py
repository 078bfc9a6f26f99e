"""sign: keys, options, headers, claims and payloads. A token is expected by what it says and by the key that verifies it."""

from .cases import Raw, fail, ok
from .jws import NOW
from .keys import ALGORITHMS, ED, P256, P384, P521, RSA, SECRET, SECRET32, SECRET48, Pair, b64u, file as key_file, private, public

CONFIG, KEY = fail("CONFIG"), fail("KEY")
EXCLUSIVE = "sign: an option whose claim is already in claims, kid/typ both in header and options, an option about claims beside payload_b64u, and alg, crit, b64, zip in header are CONFIG"


def token(header, key, claims=None, payload=None, random_jti=False):
    """Expects a token of this header and content that verifies with this key."""
    content = {"claims": claims} if payload is None else {"payload_b64u": b64u(payload)}
    return {"token": {"header": header, **content, "key": key, **({"random_jti": True} if random_jti else {})}}


def request(key=None, **members):
    return {"op": "sign", "key": key or {"secret": SECRET.text}, "algorithm": "HS256", **members}


def add(file):

    def case(name, why, members, expect, key=None, drop=(), now=NOW):
        full = request(key, **members) | {"now_s": now}
        file.add(name, why, {name: value for name, value in full.items() if name not in drop}, expect)

    algorithms(case)
    keys(case)
    options(case)
    headers(case)
    contents(case)


def signed(claims=None, header=None, payload=None, **more):
    base = {"alg": "HS256"} | ({"typ": "JWT"} if payload is None else {})
    return token({**base, **(header or {})}, public("HS256"), claims, payload, **more)


def algorithms(case):
    claims = {"sub": "mia", "n": 9007199254740991}
    for algorithm in ALGORITHMS:
        case(f"{algorithm}: claims become a token", "sign: with no options the payload is claims and nothing else",
             {"algorithm": algorithm, "claims": claims},
             token({"alg": algorithm, "typ": "JWT"}, public(algorithm), claims), private(algorithm))
        case(f"{algorithm}: bytes become a token", "sign: payload_b64u",
             {"algorithm": algorithm, "payload_b64u": b64u(b"\0\xff bytes")},
             token({"alg": algorithm}, public(algorithm), payload=b"\0\xff bytes"), private(algorithm))
    for pair, algorithm in ((P256, "ES256"), (P384, "ES384"), (ED, "EdDSA")):
        case(f"{algorithm}: the key names the algorithm", "Keys: EC and Ed25519 keys need none", {"claims": claims},
             token({"alg": algorithm, "typ": "JWT"}, public(algorithm), claims), {"pem": pair.pem}, ("algorithm", ))
    why = "Keys: every form of a private key signs"
    for pair, algorithm in ((RSA, "RS256"), (P256, "ES256"), (P384, "ES384"), (ED, "EdDSA")):
        forms = {"a JWK": {"jwk": pair.jwk()}, "a PKCS#8 DER": {"der_b64u": b64u(pair.pkcs8)}}
        if pair is not ED:
            forms["a PKCS#1 or SEC 1 PEM"] = {"pem": pair.traditional()}
        for name, key in forms.items():
            case(f"{algorithm}: {name} signs", why, {"algorithm": algorithm, "claims": claims},
                 token({"alg": algorithm, "typ": "JWT"}, public(algorithm), claims), key)
    case("RS256: a JWK whose first prime is the smaller signs", why, {"algorithm": "RS256", "claims": claims},
         token({"alg": "RS256", "typ": "JWT"}, public("RS256"), claims), {"jwk": RSA.primes_swapped()})
    case("HS256: an oct JWK signs", why, {"claims": claims}, signed(claims), {"jwk": SECRET.jwk()})
    case("HS256: a secret in base64url signs", why, {"claims": claims}, signed(claims),
         {"secret_b64u": b64u(SECRET.bytes)})
    for bits in (3072, 4096):
        pair = Pair(f"rsa{bits}")
        for algorithm in ("RS256", "PS512"):
            case(f"{algorithm}: an RSA key of {bits} bits signs", "Row 1: up to 4096 bits to sign",
                 {"algorithm": algorithm, "claims": claims},
                 token({"alg": algorithm, "typ": "JWT"}, {"jwk": pair.public_jwk(alg=algorithm)},
                       claims), {"pem": pair.pem})
    pair = Pair("rsa2048_e33")
    case("RS256: an RSA key with exponent 2^33 - 1 signs", "Row 1: an exponent up to 2^33 - 1",
         {"algorithm": "RS256", "claims": claims},
         token({"alg": "RS256", "typ": "JWT"}, {"jwk": pair.public_jwk(alg="RS256")}, claims), {"pem": pair.pem})
    case("a JWK's alg serves without the operation's", "Keys: a JWK with alg needs none", {"claims": claims},
         token({"alg": "PS256", "typ": "JWT"}, public("PS256"), claims), {"jwk": RSA.jwk(alg="PS256")}, ("algorithm", ))
    case("the algorithm beside a secret serves without the operation's", "Keys: algorithm beside the key binds it",
         {"claims": claims}, signed(claims), {"secret": SECRET.text, "algorithm": "HS256"}, ("algorithm", ))


def keys(case):
    claims = {"claims": {}}
    for name, key, algorithm in (("an EC public PEM", {"pem": P256.spki()},
                                  "ES256"), ("an RSA public JWK", {"jwk": RSA.public_jwk()},
                                             "RS256"), ("an Ed25519 public JWK", {"jwk": ED.public_jwk()}, "EdDSA"),
                                 ("a certificate", {"pem": key_file("cert_p256")}, "ES256")):
        case(f"{name} does not sign", "Row 3: a public key given to sign", {"algorithm": algorithm, **claims}, KEY, key)
    case("a set does not sign", "Row 3: a key set given to sign", {"algorithm": "ES256", **claims}, KEY,
         {"jwks": {"keys": [P256.jwk()]}})
    for name, bits in (("rsa2056", "2056, not a multiple of 512,"), ("rsa4608", "4608"), ("rsa8192", "8192")):
        case(f"an RSA key of {bits} bits does not sign",
             "Row 1: RSA above 4096 bits, or not a multiple of 512, to sign", {"algorithm": "RS256", **claims},
             fail("KEY_UNSUPPORTED"), {"pem": Pair(name).pem})
    why = "Row 3: use/key_ops that forbid the operation"
    for ops in (["verify"], ["encrypt"], []):
        case(f"key_ops {ops} do not sign", why, {"algorithm": "ES256", **claims}, KEY, {"jwk": P256.jwk(key_ops=ops)})
    case("use enc does not sign", why, {"algorithm": "ES256", **claims}, KEY, {"jwk": P256.jwk(use="enc")})
    for ops in (["sign"], ["sign", "verify"]):
        case(f"key_ops {ops} sign", why, {"algorithm": "ES256", **claims},
             token({"alg": "ES256", "typ": "JWT"}, public("ES256"), {}), {"jwk": P256.jwk(key_ops=ops, use="sig")})
    for algorithm, secret in (("HS256", "x" * 31), ("HS384", SECRET32.text), ("HS512", SECRET48.text), ("HS256", "")):
        case(f"a secret of {len(secret)} bytes is weak for {algorithm}",
             "Row 2: an HMAC secret shorter than its hash; in sign the op's own algorithm serves",
             {"algorithm": algorithm, **claims}, fail("KEY_WEAK"), {"secret": secret})
    for name, key in (("an RSA key", {"pem":
                                      RSA.pem}), ("a secret", {"secret":
                                                               SECRET.text}), ("an oct JWK", {"jwk": SECRET.jwk()})):
        case(f"{name} without an algorithm does not sign", "Row 3: no algorithm known for it", claims, KEY, key,
             ("algorithm", ))
    why = "Row 3: two sources that disagree; an algorithm that does not fit"
    for name, key, algorithm in (("an RSA JWK of RS256 as PS256", {"jwk": RSA.jwk(alg="RS256")}, "PS256"),
                                 ("a secret bound to HS256 as HS512", {"secret": SECRET.text, "algorithm": "HS256"},
                                  "HS512"), ("a P-256 key as ES384", {"pem": P256.pem},
                                             "ES384"), ("an RSA key as HS256", {"pem": RSA.pem}, "HS256"),
                                 ("a secret as RS256", {"secret": SECRET.text},
                                  "RS256"), ("an Ed25519 key as ES256", {"pem": ED.pem},
                                             "ES256"), ("a P-256 key as EdDSA", {"pem": P256.pem}, "EdDSA"),
                                 ("an oct JWK of HS384 as HS256", {"jwk": SECRET.jwk(alg="HS384")}, "HS256")):
        case(f"{name} is refused", why, {"algorithm": algorithm, **claims}, KEY, key)
    for algorithm in ("none", "ES512", "hs256", "", "HS257", "RSA"):
        case(f"the algorithm {algorithm!r} is unknown", "Row 4: unknown algorithm name",
             {"algorithm": algorithm, **claims}, CONFIG)
    case("P-521 is unsupported before the options are read", "Status table: row 1 comes before row 4",
         {"algorithm": "ES256", **claims, "options": {"nope": 1}}, fail("KEY_UNSUPPORTED"), {"pem": P521.pem})
    for name in ("rsa2056", "rsa4608"):
        for fault, members, key, drop in (("the options are read", {"options": {"nope": 1}}, {"pem": Pair(name).pem},
                                           ()), ("an unknown algorithm", {"algorithm":
                                                                          "ES512"}, {"pem": Pair(name).pem}, ()),
                                          ("a missing algorithm", {}, {"pem": Pair(name).pem}, ("algorithm", )),
                                          ("an algorithm that does not fit", {"algorithm":
                                                                              "ES256"}, {"pem": Pair(name).pem},
                                           ()), ("key_ops", {}, {"jwk": Pair(name).jwk(key_ops=["verify"])}, ())):
            case(f"{name} cannot sign, and says so before {fault}", "Status table: row 1 comes before rows 3 and 4",
                 {"algorithm": "RS256", **claims, **members}, fail("KEY_UNSUPPORTED"), key, drop)
    case("a short secret that may not sign is weak first", "Status table: row 2 comes before row 3",
         {"algorithm": "HS512", **claims}, fail("KEY_WEAK"), {"jwk": SECRET32.jwk(key_ops=["verify"])})
    case("a public key is refused before an unknown algorithm", "Status table: row 3 comes before row 4",
         {"algorithm": "ES512", **claims}, KEY, {"pem": P256.spki()})
    case("a weak key is refused before the options are read", "Status table: row 2 comes before row 4",
         {**claims, "options": {"nope": 1}}, fail("KEY_WEAK"), {"secret": "short", "algorithm": "HS256"})
    case("a public key is refused before the options are read", "Status table: row 3 comes before row 4",
         {"algorithm": "ES256", **claims, "options": {"nope": 1}}, KEY, {"pem": P256.spki()})
    case("options are read before the claims", "Status table: row 4 comes before CLAIM_INVALID",
         {"claims": {"exp": "x"}, "options": {"nope": 1}}, CONFIG)


def options(case):
    why = "sign: the table of options"

    def good(name, options, claims, given=None, header=None, **more):
        case(name, why, {"claims": given or {}, "options": options}, signed(claims, header, **more))

    good("empty options change nothing", {}, {})
    good("issuer is iss", {"issuer": "https://id.example"}, {"iss": "https://id.example"})
    good("audience as a text is aud", {"audience": "api"}, {"aud": "api"})
    good("audience as a list is aud", {"audience": ["api", "web"]}, {"aud": ["api", "web"]})
    good("subject is sub", {"subject": "mia \u00e9 \0 \""}, {"sub": "mia \u00e9 \0 \""})
    for ttl in (1, 60, 315576000):
        good(f"ttl_s {ttl} is iat and exp", {"ttl_s": ttl}, {"iat": NOW, "exp": NOW + ttl})
    good("jti is random", {"jti": True}, {}, random_jti=True)
    good("all options together",
         {"issuer": "i", "audience": ["a"], "subject": "s", "ttl_s": 60, "jti": True, "kid": "k", "typ": "at+jwt"},
         {"iss": "i", "aud": ["a"], "sub": "s", "iat": NOW, "exp": NOW + 60, "scope": "x"}, {"scope": "x"},
         {"kid": "k", "typ": "at+jwt"},
         random_jti=True)
    good("options go behind the caller's claims", {"issuer": "i"}, {"iss": "i", "nested": {"iss": "not this"}},
         {"nested": {"iss": "not this"}})
    good("kid is the header's kid", {"kid": "k\u00e9y \0"}, {}, header={"kid": "k\u00e9y \0"})
    good("typ is the header's typ", {"typ": "at+jwt"}, {}, header={"typ": "at+jwt"})
    case("typ null is none", why, {"claims": {}, "options": {"typ": None}}, token({"alg": "HS256"}, public("HS256"),
                                                                                  {}))
    keyed = {"jwk": SECRET.jwk(kid="own")}
    case("a JWK's kid is the header's kid", why, {"claims": {}}, signed({}, {"kid": "own"}), keyed)
    case("a JWK's kid goes with bytes too", why, {"payload_b64u": ""}, signed(payload=b"", header={"kid": "own"}),
         keyed)
    case("kid takes the place of the JWK's own", why, {"claims": {}, "options": {"kid": "mine"}},
         signed({}, {"kid": "mine"}), keyed)
    case("kid null is none though the JWK has one", why, {"claims": {}, "options": {"kid": None}}, signed({}), keyed)
    case("kid null without a JWK's kid is none", why, {"claims": {}, "options": {"kid": None}}, signed({}))
    case("typ goes with bytes too", why, {"payload_b64u": b64u(b"x"), "options": {"typ": "text", "kid": "k"}},
         signed(payload=b"x", header={"typ": "text", "kid": "k"}))

    why = "Row 4: unknown member, wrong type, out of range"
    wrong = {
        "issuer": ["1", "null", "[]", '["i"]', "true"], "subject": ["1", "null", '["s"]', "{}"], "audience":
        ["1", "null", '["a",1]', "{}", "true", "[null]"], "kid": ["1", "true", "[]", "{}"], "typ":
        ["1", "true", "[]", "{}"], "jti": ['"x"', "1", "null", "[]"], "ttl_s": [
            "0", "-1", "315576001", "1.5", '"60"', "null", "true", "9223372036854775807", "9223372036854775808",
            "18446744073709551617", "1e400", "[60]"
        ]
    }
    for option, values in wrong.items():
        for value in values:
            case(f"the option {option} as {value} is refused", why,
                 {"claims": {}, "options": Raw('{"%s":%s}' % (option, value))}, CONFIG)
    for option in ("iss", "exp", "Issuer", "expires_in", "ttl", "nbf", "", "cty"):
        case(f"the unknown option {option!r} is refused", why, {"claims": {}, "options": {option: "x"}}, CONFIG)
    case("an option twice is refused", why, {"claims": {}, "options": Raw('{"kid":"a","kid":"a"}')}, CONFIG)
    case("an option twice, once escaped, is refused", why,
         {"claims": {}, "options": Raw('{"kid":"a","\\u006bid":"a"}')}, CONFIG)
    for value in ("[]", '"x"', "1", "true", "null"):
        case(f"options that are {value} are refused", why, {"claims": {}, "options": Raw(value)}, CONFIG)
    for member, value in (("algorithm", "HS256"), ("header", {})):
        case(f"{member} inside the options is refused", "The protocol: algorithm and header stand beside options",
             {"claims": {}, "options": {member: value}}, CONFIG)
    for option, claim, value in (("issuer", "iss", "i"), ("subject", "sub", "s"), ("audience", "aud", "a"),
                                 ("ttl_s", "iat", 1), ("ttl_s", "exp", 1), ("jti", "jti", "j")):
        given = 60 if option == "ttl_s" else True if option == "jti" else "x"
        case(f"the option {option} beside a claim {claim} is refused", EXCLUSIVE,
             {"claims": {claim: value}, "options": {option: given}}, CONFIG)
        if claim != "exp":
            case(f"the option {option} beside payload_b64u is refused", EXCLUSIVE,
                 {"payload_b64u": b64u(b"{}"), "options": {option: given}}, CONFIG)
    case("the option jti beside payload_b64u is refused though it is false", EXCLUSIVE,
         {"payload_b64u": b64u(b"{}"), "options": {"jti": False}}, CONFIG)
    case("the option issuer beside an escaped claim iss is refused", EXCLUSIVE,
         {"claims": Raw('{"\\u0069ss":"i"}'), "options": {"issuer": "x"}}, CONFIG)


def headers(case):
    why = "sign: header: extra members"
    extra = Raw('{"a":[1,{"b":null}],"jku":7,"n":1.50,"u":"\\u0000\\ud83d\\ude00","big":9007199254740991}')
    case("header members are in the header", why, {"claims": {}, "header": extra},
         token(Raw('{"alg":"HS256","typ":"JWT",' + extra[1:]), public("HS256"), {}))
    case("header members are in the header of bytes", why, {"payload_b64u": "", "header": {"a": 1}},
         token({"alg": "HS256", "a": 1}, public("HS256"), payload=b""))
    case("an empty header changes nothing", why, {"claims": {}, "header": {}}, signed({}))
    case("typ in the header takes the place of JWT", why, {"claims": {}, "header": {"typ": "at+jwt"}},
         signed({}, {"typ": "at+jwt"}))
    case("kid in the header is the kid", why, {"claims": {}, "header": {"kid": "h"}}, signed({}, {"kid": "h"}))
    case("cty in the header is a text", why, {"claims": {}, "header": {"cty": "x"}}, signed({}, {"cty": "x"}))
    for member, value in (("alg", "HS256"), ("alg", "none"), ("crit", []), ("crit", ["exp"]), ("b64", True),
                          ("b64", False), ("zip", "DEF"), ("zip", None)):
        case(f"{member} of {value!r} in the header is refused", EXCLUSIVE, {"claims": {}, "header": {member: value}},
             CONFIG)
    case("alg in an escaped spelling in the header is refused", EXCLUSIVE,
         {"claims": {}, "header": Raw('{"\\u0061lg":"HS256"}')}, CONFIG)
    for member in ("kid", "typ"):
        for value in ("x", None):
            case(f"{member} in the header and {value!r} in the options is refused", EXCLUSIVE,
                 {"claims": {}, "header": {member: "x"}, "options": {member: value}}, CONFIG)
        for value in ("1", "null", "[]", "true"):
            case(f"{member} in the header as {value} is refused", "Row 4: a header that no verifier would read",
                 {"claims": {}, "header": Raw('{"%s":%s}' % (member, value))}, CONFIG)
    for value in ("1", "null"):
        case(f"cty in the header as {value} is refused", "Row 4: a header that no verifier would read",
             {"claims": {}, "header": Raw('{"cty":%s}' % value)}, CONFIG)
    for value in ("[]", '"x"', "1", "true", "null"):
        case(f"a header that is {value} is refused", "Row 4: wrong type", {"claims": {}, "header": Raw(value)}, CONFIG)
    for name, text in (("a member twice", '{"a":1,"a":1}'), ("a member twice inside", '{"a":{"b":1,"b":1}}'),
                       ("1e400", '{"a":1e400}'), ("33 levels", '{"a":%s}' % ("[" * 32 + "]" * 32))):
        case(f"a header with {name} is refused", "Tokens: JSON (header and claims)",
             {"claims": {}, "header": Raw(text)}, CONFIG)
    case("a header of 32 levels is taken", "Tokens: JSON: no more than 32 levels",
         {"claims": {}, "header": Raw('{"a":%s}' % ("[" * 31 + "]" * 31))}, signed({}, {"a": Raw("[" * 31 + "]" * 31)}))


def contents(case):
    why = "sign: exactly one of claims (an object) and payload_b64u"
    case("claims and payload_b64u together are refused", why, {"claims": {}, "payload_b64u": ""}, CONFIG)
    case("neither claims nor payload_b64u is refused", why, {}, CONFIG)
    for value in ("[]", "null", '"x"', "1", "true"):
        case(f"claims that are {value} are refused", why, {"claims": Raw(value)}, CONFIG)
    why = "Tokens: JSON; claims that no verifier could read are CONFIG"
    for name, text in (("a member twice", '{"a":1,"a":1}'), ("a member twice, once escaped", '{"a":1,"\\u0061":1}'),
                       ("a member twice inside", '{"a":[{"b":1,"b":1}]}'), ("1e400", '{"a":1e400}'),
                       ("33 levels", '{"a":%s}' % ("[" * 32 + "]" * 32))):
        case(f"claims with {name} are refused", why, {"claims": Raw(text)}, CONFIG)
    why = "sign: the payload is claims"
    for name, text in (("32 levels",
                        '{"a":%s}' % ("[" * 31 + "]" * 31)), ("the greatest and least integers",
                                                              '{"a":9007199254740991,"b":-9007199254740991}'),
                       ("fractions and exponents", '{"a":0.1,"b":1.10,"c":1e2,"d":-2.5e-3,"e":5e-324,"f":5.0}'),
                       ("a NUL",
                        '{"a\\u0000":"\\u0000"}'), ("every escape",
                                                    '{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u001f\\u00e9\\ud83d\\ude00"}'),
                       ("raw characters of every length",
                        '{"a":"a\u00e9\u20ac\U0001F600"}'), ("line separators", '{"a":"\u2028\u2029\u0085"}'),
                       ("HTML", '{"a":"<script>&\'</script>"}'), ("white space", '{ "a" : [ 1 , 2 ] }'),
                       ("an empty name", '{"":{}}'), ("__proto__", '{"__proto__":{"a":1},"constructor":2}'),
                       ("names that look like numbers",
                        '{"2":"b","1":"a","10":"c"}'), ("true, false and null", '{"a":true,"b":false,"c":null}'),
                       ("a DEL", '{"a":"\x7f"}'), ("a noncharacter",
                                                   '{"a":"\ufffe\\uffff"}'), ("a text of ten thousand",
                                                                              '{"a":"%s"}' % ("x" * 10000))):
        case(f"claims with {name} survive", why, {"claims": Raw(text)}, signed(Raw(text)))
    for name, data in (("nothing", b""), ("any byte", bytes(range(256))),
                       ("JSON with 2^64 - 1", b'{"a":18446744073709551615,"b":9007199254740993}'), ("broken UTF-8",
                                                                                                    b"\xff\xfe"),
                       ("JSON with a member twice", b'{"a":1,"a":2}'), ("a claim of the wrong type", b'{"exp":"x"}')):
        case(f"a payload of {name} is signed as it is", "sign: payload_b64u", {"payload_b64u": b64u(data)},
             signed(payload=data))
    why = "Status table: sign answers, for a claim of a type that no verifier accepts, CLAIM_INVALID"
    wrong = {
        "exp": ['"1"', "null", "true", "[]", "-1", "253402300800", "253402300799.5", "1e300"], "nbf":
        ['"1"', "null", "-1", "1e12"], "iat": ['"1"', "null", "{}", "-0.5"], "iss": ["1", "null", '["i"]'], "sub":
        ["1", "null", "{}"], "aud": ["1", "null", '["a",1]', "{}", '[["a"]]'], "jti": ["1", "null", "true"]
    }
    for claim, values in wrong.items():
        for value in values:
            case(f"a claim {claim} of {value} is not signed", why, {"claims": Raw('{"%s":%s}' % (claim, value))},
                 fail("CLAIM_INVALID", claim))
    case("the first claim of the verifier's order is named", "Claims: in this order: exp, nbf, iat, iss, sub, aud, jti",
         {"claims": Raw('{"jti":1,"aud":1,"nbf":"x","iss":1}')}, fail("CLAIM_INVALID", "nbf"))
    case("an option that contradicts comes before a claim of the wrong type", "Status table: row 4 comes first",
         {"claims": Raw('{"iss":"i","exp":"x"}'), "options": {"issuer": "i"}}, CONFIG)
    for claim, now in (("iat", -1), ("exp", 253402300790)):
        case(f"ttl_s at {now} makes an {claim} that no verifier accepts",
             why, {"claims": {}, "options": {"ttl_s": 60}},
             fail("CLAIM_INVALID", claim),
             now=now)
    case("ttl_s may end with the year 9999",
         why, {"claims": {}, "options": {"ttl_s": 60}},
         signed({"iat": 253402300739, "exp": 253402300799}),
         now=253402300739)
    why = "sign: no claim of the caller's is judged but for its type"
    for text in ('{"exp":1}', '{"exp":0}', '{"nbf":253402300799}', '{"exp":1800000060.5,"iat":1.8e9}', '{"aud":[]}',
                 '{"aud":["a","b"]}', '{"iss":"","sub":"","jti":""}', '{"expires":5}'):
        case(f"the claims {text} are signed", why, {"claims": Raw(text)}, signed(Raw(text)))
