"""key: every form in which a key may come, and what it is."""

from cryptography.hazmat.primitives import serialization

from . import der
from .cases import Raw, fail, ok
from .keys import DER, ED, ED_OTHER, HMACS, P256, P256_OTHER, P384, RSA, RSAS, SECRET, SECRET32, SECRET48, SECRET64, Pair, b64u, file as key_file, number, thumbprint
from .verify_rfc import RFC

ALGORITHM = {"P-256": "ES256", "P-384": "ES384", "Ed25519": "EdDSA"}
LABELS = {
    "pkcs8": "PKCS#8", "traditional": "PKCS#1 or SEC 1", "spki": "SPKI", "pkcs1_public": "PKCS#1 public", "certificate":
    "certificate"
}


def described(jwk, private, algorithm=None, kid=None):
    return ok(kty=jwk["kty"],
              algorithm=algorithm or ALGORITHM.get(jwk.get("crv")),
              kid=kid,
              private=private,
              thumbprint=thumbprint(jwk))


def certificate(pair, encoding):
    from cryptography import x509

    text = key_file(f"cert_{pair.name}")
    return text if encoding is not DER else x509.load_pem_x509_certificate(text.encode()).public_bytes(DER)


def forms(pair, encoding):
    """Every structure that holds this key: name, document, whether it is private."""
    binary = encoding is DER
    yield "PKCS#8", pair.pkcs8 if binary else pair.pem, True
    if pair.name.startswith("rsa"):
        yield "PKCS#1", pair.traditional(encoding), True
        yield "PKCS#1 public", pair.pkcs1_public(encoding), False
    elif pair.name.startswith("p"):
        yield "SEC 1", pair.traditional(encoding), True
    yield "SPKI", pair.spki(encoding), False
    yield "certificate", certificate(pair, encoding), False


def add(file):

    def case(name, why, key, expect):
        file.add(name, why, {"op": "key", "key": key}, expect)

    why = "Keys: the six structures, as PEM and as DER"
    for pair, kind in ((RSA, "RSA"), (P256, "P-256"), (P384, "P-384"), (ED, "Ed25519")):
        bound = {"algorithm": "PS384"} if kind == "RSA" else {}
        algorithm = bound.get("algorithm")
        for encoding, form in ((serialization.Encoding.PEM, "PEM"), (DER, "DER")):
            for structure, document, private in forms(pair, encoding):
                key = {"pem": document} if form == "PEM" else {"der_b64u": b64u(document)}
                case(f"{kind}: a {structure} {form} is described", why, key | bound,
                     described(pair.public_jwk(), private, algorithm))
                if kind == "RSA":
                    case(f"{kind}: a {structure} {form} has no algorithm by itself",
                         "key: algorithm is null only where nothing binds an RSA key or secret", key,
                         described(pair.public_jwk(), private))
        case(f"{kind}: a private JWK is described", "Keys: jwk", {"jwk": pair.jwk()} | bound,
             described(pair.public_jwk(), True, algorithm))
        case(f"{kind}: a public JWK is described", "Keys: jwk", {"jwk": pair.public_jwk()} | bound,
             described(pair.public_jwk(), False, algorithm))
        case(f"{kind}: a JWK's kid is answered", "Keys: jwk", {"jwk": pair.public_jwk(kid="k\u00e9y \0 1")} | bound,
             described(pair.public_jwk(), False, algorithm, "k\u00e9y \0 1"))
        case(f"{kind}: a JWK's empty kid is a kid", "Keys: jwk: kid is a string",
             {"jwk": pair.public_jwk(kid="")} | bound, described(pair.public_jwk(), False, algorithm, ""))
        case(f"{kind}: unknown members of a JWK are ignored", "Keys: unknown members are ignored",
             {"jwk": pair.public_jwk(use="sig", x5t=7, ext=True, nested={"kty": []}, key_ops=["verify"])} | bound,
             described(pair.public_jwk(), False, algorithm))
        case(f"{kind}: a set is not one key", "Status table, row 3: a key set given to key",
             {"jwks": {"keys": [pair.public_jwk()]}} | bound, fail("KEY"))
    surroundings(case)
    secrets(case)
    versions(case)
    names(case)
    rfcs(case)


def surroundings(case):
    why = "Keys: LF or CRLF, text before and after the block and an EC PARAMETERS block are passed over"
    parameters = der.pem("EC PARAMETERS", der.P256)
    for name, pem in (("CRLF line ends", P256.pem.replace("\n", "\r\n")), ("white space around it",
                                                                           " \t\r\n\n" + P256.pem + "\n \t\n"),
                      ("spaces right before it", "   " + P256.pem), ("no last line break", P256.pem.strip()),
                      ("indented lines", P256.pem.replace("\n",
                                                          "\n    ").strip(" ")), ("spaces at the end of its lines",
                                                                                  P256.pem.replace("\n", " \n")),
                      ("text before it", "Bag Attributes\n    friendlyName: mia\n\n" + P256.pem),
                      ("text after it", P256.pem + "# the end\n"), ("text with dashes before it",
                                                                    "---- key ----\n" + P256.pem),
                      ("text with accents around it", "cl\u00e9 priv\u00e9e\n" + P256.pem + "\u00e9t\u00e9\n"),
                      ("EC PARAMETERS before it", parameters + P256.traditional()), ("EC PARAMETERS after it",
                                                                                     P256.traditional() + parameters),
                      ("EC PARAMETERS before it and CRLF", (parameters + P256.traditional()).replace("\n", "\r\n"))):
        case(f"a PEM with {name} is read", why, {"pem": pem}, described(P256.public_jwk(), True))
    case("a certificate with the text that openssl prints before it is read", why,
         {"pem": "Certificate:\n    Data:\n        Version: 3 (0x2)\n" + certificate(P256, None)},
         described(P256.public_jwk(), False))


def secrets(case):
    why = 'Keys: {"secret": "text"} is the UTF-8 bytes of the text, neither trimmed nor decoded'
    for algorithm, secret in zip(HMACS, (SECRET32, SECRET48, SECRET64)):
        jwk = secret.jwk()
        case(f"a secret of exactly {len(secret.bytes)} bytes serves {algorithm}", why,
             {"secret": secret.text, "algorithm": algorithm}, described(jwk, True, algorithm))
        case(f"a secret of exactly {len(secret.bytes)} bytes in base64url serves {algorithm}", why,
             {"secret_b64u": b64u(secret.bytes), "algorithm": algorithm}, described(jwk, True, algorithm))
        case(f"an oct JWK of exactly {len(secret.bytes)} bytes serves {algorithm}", why,
             {"jwk": secret.jwk(alg=algorithm, kid="s")}, described(jwk, True, algorithm, "s"))
    from .keys import Secret
    for name, text in (("white space around it", " " + "x" * 30 + "\n"), ("sixteen characters of two bytes",
                                                                          "\u00e9" * 16), ("NULs", "\0" * 32),
                       ("base64 text", "QUJD" * 8), ("hexadecimal text", "0x" + "ab" * 15),
                       ("a BOM", "\ufeff" + "x" * 29), ("an emoji", "\U0001F600" * 8),
                       ("braces that are no JSON", "{" * 32), ("JSON of an object without kty",
                                                               '{"secret":"0123456789abcdef0123"}'),
                       ("a word before base64 that is no key's type",
                        "passphrase AAAAB3NzaC1yc2EAAAADAQAB"), ("JSON of a list of texts",
                                                                 '["0123456789abcdef","0123456789"]'),
                       ("a word of PEM",
                        "-----begin private key----- lower case"), ("JSON of a text",
                                                                    '"0123456789abcdef0123456789abcdef"')):
        case(f"a secret of {name} is its bytes", why, {"secret": text, "algorithm": "HS256"},
             described(Secret(text).jwk(), True, "HS256"))
    data = bytes(range(0x80, 0xA0))
    case("a secret in base64url may be no text", 'Keys: {"secret_b64u": "..."} the bytes',
         {"secret_b64u": b64u(data), "algorithm": "HS256"}, described({"kty": "oct", "k": b64u(data)}, True, "HS256"))
    case("a secret without an algorithm has none",
         "key: algorithm is null only where nothing binds an RSA key or secret", {"secret": SECRET.text},
         described(SECRET.jwk(), True))
    case("an oct JWK without an algorithm has none",
         "key: algorithm is null only where nothing binds an RSA key or secret", {"jwk": SECRET.jwk()},
         described(SECRET.jwk(), True))


def versions(case):
    """PKCS#8 and SEC 1 as tools other than OpenSSL write them."""
    seed, point = ED.key.private_bytes_raw(), ED.raw_public
    ed = lambda version, *rest: der.sequence(der.integer(version), der.sequence(der.ED25519),
                                             der.octets(der.octets(seed)), *rest)
    public = der.tlv(0x81, b"\0" + point)
    attributes = der.context(0, der.sequence(der.oid("1.2.840.113549.1.9.9.20"), der.tlv(0x31, der.tlv(0x0C, b"mia"))))
    why = "Keys: PKCS#8, version 1 or 2"
    case("Ed25519: PKCS#8 version 2 with its public key is read", why, {"der_b64u": b64u(ed(1, public))},
         described(ED.public_jwk(), True))
    case("Ed25519: PKCS#8 version 2 with attributes is read", why, {"der_b64u": b64u(ed(1, attributes, public))},
         described(ED.public_jwk(), True))
    case("Ed25519: PKCS#8 version 1 with attributes is read", why, {"der_b64u": b64u(ed(0, attributes))},
         described(ED.public_jwk(), True))
    case("Ed25519: PKCS#8 version 2 as PEM is read", why, {"pem": der.pem("PRIVATE KEY", ed(1, public))},
         described(ED.public_jwk(), True))
    other = der.tlv(0x81, b"\0" + ED_OTHER.raw_public)
    case("Ed25519: PKCS#8 with the public key of another is refused",
         "Row 3: public half does not belong to the private half", {"der_b64u": b64u(ed(1, other))}, fail("KEY"))
    case("PKCS#8 of version 3 is refused", why, {"der_b64u": b64u(ed(2, public))}, fail("KEY"))
    scalar = P256.key.private_numbers().private_value.to_bytes(32, "big")
    half = lambda pair: der.context(1, der.bits(pair.raw_public))
    sec1 = lambda *rest, key=scalar: der.sequence(der.integer(1), der.octets(key), *rest)
    wrapped = lambda inner: der.sequence(der.integer(0), der.sequence(der.EC, der.P256), der.octets(inner))
    curve = der.context(0, der.P256)
    case("P-256: PKCS#8 with the curve inside too is read", why, {"der_b64u": b64u(wrapped(sec1(curve, half(P256))))},
         described(P256.public_jwk(), True))
    case("P-256: PKCS#8 without its public half is unsupported",
         "Row 1: an EC private key that comes without its public half", {"der_b64u": b64u(wrapped(sec1()))},
         fail("KEY_UNSUPPORTED"))
    case("P-256: PKCS#8 PEM without its public half is unsupported",
         "Row 1: an EC private key that comes without its public half",
         {"pem": der.pem("PRIVATE KEY", wrapped(sec1()))}, fail("KEY_UNSUPPORTED"))
    case("P-256: SEC 1 without its public half is unsupported",
         "Row 1: an EC private key that comes without its public half", {"der_b64u": b64u(sec1(curve))},
         fail("KEY_UNSUPPORTED"))
    case("P-256: SEC 1 with neither its curve nor its public half is unsupported",
         "Row 1: an EC private key that comes without its public half", {"der_b64u": b64u(sec1())},
         fail("KEY_UNSUPPORTED"))
    case("P-256: SEC 1 that names no curve is refused", "Row 3: unreadable", {"der_b64u": b64u(sec1(half(P256)))},
         fail("KEY"))
    case("P-256: SEC 1 with the public half of another is refused",
         "Row 3: public half does not belong to the private half", {"der_b64u": b64u(sec1(curve, half(P256_OTHER)))},
         fail("KEY"))
    case("P-256: PKCS#8 with the public half of another is refused",
         "Row 3: public half does not belong to the private half", {"der_b64u": b64u(wrapped(sec1(half(P256_OTHER))))},
         fail("KEY"))
    case("P-256: PKCS#8 with another curve inside is refused", "Row 3: inconsistent",
         {"der_b64u": b64u(wrapped(sec1(der.context(0, der.P384), half(P256))))}, fail("KEY"))
    case("P-256: SEC 1 with the wrong curve is refused", "Row 3: inconsistent",
         {"der_b64u": b64u(sec1(der.context(0, der.P384), half(P256)))}, fail("KEY"))
    for name, key in (("zero", bytes(32)),
                      ("the order", bytes.fromhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")),
                      ("all ones", b"\xff" * 32), ("31 bytes", scalar[1:]), ("33 bytes", b"\0" + scalar)):
        case(f"P-256: a private scalar of {name} is refused", "Row 3: every other fault of a key",
             {"der_b64u": b64u(sec1(curve, half(P256), key=key))}, fail("KEY"))
    case("SEC 1 of version 2 is refused", "Row 3: not the named form",
         {"der_b64u": b64u(der.sequence(der.integer(2), der.octets(scalar), curve, half(P256)))}, fail("KEY"))


def names(case):
    why = "Keys: algorithm beside the key binds it; two sources that disagree are KEY"
    for algorithm in RSAS:
        case(f"an RSA key beside {algorithm} is of {algorithm}", why, {"jwk": RSA.public_jwk(), "algorithm": algorithm},
             described(RSA.public_jwk(), False, algorithm))
        case(f"an RSA JWK of alg {algorithm} is of {algorithm}", why, {"jwk": RSA.public_jwk(alg=algorithm)},
             described(RSA.public_jwk(), False, algorithm))
        case(f"an RSA JWK of alg {algorithm} beside {algorithm} is of {algorithm}", why,
             {"jwk": RSA.public_jwk(alg=algorithm), "algorithm": algorithm},
             described(RSA.public_jwk(), False, algorithm))
    for pair, algorithm in ((P256, "ES256"), (P384, "ES384"), (ED, "EdDSA"), (ED, "Ed25519")):
        kind = pair.public_jwk()["crv"]
        answer = described(pair.public_jwk(), False)
        case(f"a {kind} key beside {algorithm} is what it is", why, {"jwk": pair.public_jwk(), "algorithm": algorithm},
             answer)
        case(f"a {kind} JWK of alg {algorithm} is what it is", why, {"jwk": pair.public_jwk(alg=algorithm)}, answer)
        case(f"a {kind} PEM beside {algorithm} is what it is", why, {"pem": pair.spki(), "algorithm": algorithm},
             answer)
    for first, second in (("EdDSA", "Ed25519"), ("Ed25519", "EdDSA")):
        case(f"a JWK of alg {first} beside {second} is of one algorithm",
             "EdDSA and Ed25519 are two names of one algorithm", {"jwk": ED.public_jwk(alg=first), "algorithm": second},
             described(ED.public_jwk(), False))


def rfcs(case):
    example = RFC["rfc7638"]
    case(
        "RFC 7638 3.1: the thumbprint of the example is as printed", "RFC 7638 section 3.1", {"jwk": example["key"]},
        ok(kty="RSA",
           algorithm="RS256",
           kid="2011-04-29",
           private=False,
           thumbprint="NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"))
    example = RFC["rfc8037"]
    for form, private in (("public", False), ("private", True)):
        case(
            f"RFC 8037 A.3: the thumbprint of the {form} example is as printed", "RFC 8037 appendix A.1 to A.3",
            {"jwk": example[form]},
            ok(kty="OKP",
               algorithm="EdDSA",
               kid=None,
               private=private,
               thumbprint="kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"))
    for name, key, algorithm in (("RFC 7515 A.1", RFC["rfc7515_a1"]["key"],
                                  "HS256"), ("RFC 7515 A.2", RFC["rfc7515_a2"]["key"],
                                             "RS256"), ("RFC 7515 A.3", RFC["rfc7515_a3"]["key"],
                                                        "ES256"), ("RFC 7520 3.3", RFC["rfc7520_3_3"], "RS256"),
                                 ("RFC 7520 3.4", RFC["rfc7520_3_4"], "PS384"), ("RFC 7520 3.5", RFC["rfc7520_3_5"],
                                                                                 "HS256")):
        private = "d" in key or "k" in key
        case(f"{name}: the key is described", name, {"jwk": key, "algorithm": algorithm},
             described(key, private, algorithm, key.get("kid")))
    for name in ("rfc7520_3_1", "rfc7520_3_2"):
        case(
            f"{name.upper().replace('_', ' ', 1).replace('RFC', 'RFC ').replace('_', '.')}: the P-521 key is unsupported",
            "RFC 7520 section 3", {"jwk": RFC[name]}, fail("KEY_UNSUPPORTED"))
