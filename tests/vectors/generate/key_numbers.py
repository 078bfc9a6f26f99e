"""key: the numbers inside a key: moduli, exponents, points, scalars."""

from . import der
from .key_faults import KEY, UNSUPPORTED, WEAK, cases_of
from .key_forms import described
from .keys import DER, ED, ED_OTHER, P256, P256_OTHER, P384, RSA, RSA_OTHER, Pair, b64u, file as key_file, number, unb64u


def add(file):
    case = cases_of(file)
    rsa(case)
    curves(case)
    edwards(case)


def rsa(case):
    public = RSA.key.public_key().public_numbers()
    fake = lambda bits: (1 << (bits - 1)) | 0x1234567 | 1
    jwk = lambda n=public.n, e=public.e, **members: {
        "kty": "RSA", "alg": "RS256", "n": number(n), "e": number(e), **members
    }
    for bits in (512, 1024, 2040, 2041, 2046, 2047):
        case(f"an RSA modulus of {bits} bits is weak",
             WEAK,
             "Row 2: counted exactly: 2047 is weak",
             jwk=jwk(fake(bits)))
    for name in ("rsa1024", "rsa2047"):
        for form, document in (("PKCS#8", Pair(name).pem), ("SPKI", Pair(name).spki()),
                               ("PKCS#1", Pair(name).traditional()), ("PKCS#1 public", Pair(name).pkcs1_public())):
            case(f"a {form} PEM of {name} is weak", WEAK, pem=document)
        case(f"a private JWK of {name} is weak", WEAK, jwk=Pair(name).jwk())
    case("a certificate of rsa1024 is weak", WEAK, pem=key_file("cert_rsa1024"))
    for bits in (2048, 2049, 3000, 4097, 8192):
        key = jwk(fake(bits))
        case(f"a public RSA modulus of {bits} bits is taken",
             described(key, False, "RS256"),
             "Rows 1 and 2: 2048 to 8192 bits",
             jwk=key)
    for bits in (8193, 8200, 16384):
        case(f"an RSA modulus of {bits} bits is unsupported", UNSUPPORTED, jwk=jwk(fake(bits)))
    for name in ("rsa2056", "rsa4608", "rsa8192"):
        pair = Pair(name)
        case(f"the private key {name} is described though it cannot sign",
             described(pair.public_jwk(), True, "RS256"),
             "Row 1: above 4096, or not a multiple of 512 bits, only to sign",
             pem=pair.pem,
             algorithm="RS256")
    for exponent in (1, 2, 3, 17, 65535, 65536):
        case(f"an RSA exponent of {exponent} is weak", WEAK, "Row 2: an RSA exponent below 65537", jwk=jwk(e=exponent))
    case("a PEM with exponent 3 is weak", WEAK, pem=Pair("rsa2048_e3").pem)
    case("a public PEM with exponent 3 is weak", WEAK, pem=Pair("rsa2048_e3").spki())
    for exponent in (65537, 65539, 2**32 + 1, 2**33 - 1):
        key = jwk(e=exponent)
        case(f"an RSA exponent of {exponent} is taken",
             described(key, False, "RS256"),
             "Rows 1 and 2: from 65537 to 2^33 - 1",
             jwk=key)
    for exponent in (2**33 + 1, 2**64 + 1, 2**2000 + 1):
        case(f"an RSA exponent of {exponent if exponent < 2**70 else '2^2000 + 1'} is unsupported",
             UNSUPPORTED,
             "Row 1: an exponent above 2^33 - 1",
             jwk=jwk(e=exponent))
    case("a PEM with an exponent of 2^33 + 1 is unsupported", UNSUPPORTED, pem=Pair("rsa2048_e34").pem)
    case("an even RSA exponent is no key", KEY, jwk=jwk(e=65538))
    case("an even RSA modulus is no key", KEY, jwk=jwk(n=public.n - 1))
    why = "Keys: n and e without leading zero bytes"
    case("an RSA modulus with a leading zero byte is no key",
         KEY,
         why,
         jwk=jwk(n=0) | {"n": b64u(b"\0" + unb64u(number(public.n)))})
    case("an RSA exponent with a leading zero byte is no key", KEY, why, jwk=jwk() | {"e": "AAEAAQ"})
    case("a negative modulus in DER is no key",
         KEY,
         der_b64u=b64u(der.sequence(der.tlv(2, unb64u(number(public.n))), der.integer(65537))))
    case("a modulus with two leading zero bytes in DER is no key",
         KEY,
         der_b64u=b64u(der.sequence(der.tlv(2, b"\0\0" + unb64u(number(public.n))), der.integer(65537))))
    private, other = RSA.jwk(alg="RS256"), RSA_OTHER.jwk()
    for member in ("n", "d", "p", "q", "dp", "dq", "qi"):
        case(f"an RSA private JWK with another key's {member} is inconsistent",
             KEY,
             "Row 3: inconsistent",
             jwk=private | {member: other[member]})
    case("an RSA private JWK whose first prime is the smaller is read",
         described(RSA.public_jwk(), True, "RS256"),
         "RFC 7518 section 6.3.2: p and q have no order",
         jwk=RSA.primes_swapped(alg="RS256"))
    case("an RSA private JWK with another exponent is inconsistent",
         KEY,
         "Row 3: inconsistent",
         jwk=private | {"e": number(65539)})
    for member in ("n", "e"):
        case(f"an RSA JWK without {member} is no key",
             KEY,
             jwk={name: value
                  for name, value in jwk().items() if name != member})


def curves(case):
    for pair, size in ((P256, 32), (P384, 48)):
        jwk, kind = pair.public_jwk(), pair.public_jwk()["crv"]
        x, y = unb64u(jwk["x"]), unb64u(jwk["y"])
        for name, change in (("another y", {"y": b64u(bytes([*y[:-1], y[-1] ^ 1]))}),
                             ("x and y of zero", {"x": b64u(bytes(size)), "y":
                                                  b64u(bytes(size))}), ("x in the place of y", {"y": jwk["x"]}),
                             ("coordinates of all ones", {"x": b64u(b"\xff" * size), "y": b64u(b"\xff" * size)
                                                          }), ("y of all ones", {"y": b64u(b"\xff" * size)})):
            case(f"{kind}: a point with {name} is off the curve", KEY, "Row 3: point off the curve", jwk=jwk | change)
        for member, value in (("x", x), ("y", y)):
            case(f"{kind}: {member} with a zero byte before it is too long",
                 KEY,
                 "Keys: EC coordinates of full length",
                 jwk=jwk | {member: b64u(b"\0" + value)})
            case(f"{kind}: {member} without its first byte is too short",
                 KEY,
                 "Keys: EC coordinates of full length",
                 jwk=jwk | {member: b64u(value[1:])})
            case(f"{kind}: {member} that is empty is no coordinate",
                 KEY,
                 "Keys: EC coordinates of full length",
                 jwk=jwk | {member: ""})
            case(f"{kind}: {member} that is absent is no key",
                 KEY,
                 jwk={name: other
                      for name, other in jwk.items() if name != member})
        private = pair.jwk()
        d = unb64u(private["d"])
        other = (P256_OTHER if pair is P256 else Pair("p384_other")).jwk()
        for name, value in (("of another key", other["d"]), ("of zero", b64u(bytes(size))),
                            ("of all ones", b64u(b"\xff" * size)), ("without its first byte", b64u(d[1:])),
                            ("with a zero byte before it", b64u(b"\0" + d)), ("that is empty", "")):
            case(f"{kind}: a private JWK with a d {name} is no key", KEY, jwk=private | {"d": value})
        spki = lambda point: der.sequence(der.sequence(der.EC, der.P256 if pair is P256 else der.P384), der.bits(point))
        case(f"{kind}: an SPKI of a point off the curve is no key",
             KEY,
             "Row 3: point off the curve",
             der_b64u=b64u(spki(b"\4" + x + bytes([*y[:-1], y[-1] ^ 1]))))
        case(f"{kind}: an SPKI of the point at infinity is no key", KEY, der_b64u=b64u(spki(b"\0")))
        case(f"{kind}: an SPKI of a short point is no key", KEY, der_b64u=b64u(spki(b"\4" + x + y[1:])))
        case(f"{kind}: an SPKI without a point is no key", KEY, der_b64u=b64u(spki(b"")))
    case("a P-256 point under the name P-384 is no key", KEY, jwk=P256.public_jwk() | {"crv": "P-384"})
    case("a P-384 point under the name P-256 is no key", KEY, jwk=P384.public_jwk() | {"crv": "P-256"})
    case("an EC JWK without crv is no key",
         KEY,
         jwk={name: value
              for name, value in P256.public_jwk().items() if name != "crv"})


def edwards(case):
    p = 2**255 - 19
    encode = lambda y, sign=0: b64u((y | sign << 255).to_bytes(32, "little"))
    order8 = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
    small = {
        "0": encode(0), "0 with the sign": encode(0, 1), "1": encode(1), "-1": encode(p - 1), "of order 8":
        encode(order8), "of order 8 with the sign": encode(order8, 1), "of order 8, negative": encode(p - order8),
        "of order 8, negative, with the sign": encode(p - order8, 1)
    }
    spki = lambda point: b64u(der.sequence(der.sequence(der.ED25519), der.bits(unb64u(point))))
    for name, point in small.items():
        case(f"Ed25519: a JWK of the small-order point y = {name} is no key",
             KEY,
             "Row 3: small-order Ed25519 key",
             jwk={"kty": "OKP", "crv": "Ed25519", "x": point})
        case(f"Ed25519: an SPKI of the small-order point y = {name} is no key",
             KEY,
             "Row 3: small-order Ed25519 key",
             der_b64u=spki(point))
    for extra in range(19):
        for sign in (0, 1):
            case(f"Ed25519: the non-canonical y = p + {extra}{' with the sign' if sign else ''} is no key",
                 KEY,
                 "Row 3: non-canonical Ed25519 key",
                 jwk={"kty": "OKP", "crv": "Ed25519", "x": encode(p + extra, sign)})
    for name, y in (("1 with the sign", 1), ("-1 with the sign", p - 1)):
        case(f"Ed25519: y = {name}, which has no negative x, is no key",
             KEY,
             "Row 3: non-canonical Ed25519 key",
             jwk={"kty": "OKP", "crv": "Ed25519", "x": encode(y, 1)})
    d = -121665 * pow(121666, -1, p) % p
    off = next(y for y in range(2, 100) if pow((y * y - 1) * pow(d * y * y + 1, -1, p) % p, (p - 1) // 2, p) == p - 1)
    case("Ed25519: a y that no point has is no key",
         KEY,
         "Row 3: point off the curve",
         jwk={"kty": "OKP", "crv": "Ed25519", "x": encode(off)})
    jwk = ED.jwk()
    for name, change in (("an x of another key", {"x": ED_OTHER.jwk()["x"]}), ("a d of another key", {
            "d": ED_OTHER.jwk()["d"]
    }), ("a short d", {"d": b64u(unb64u(jwk["d"])[1:])}), ("a long d", {"d": b64u(unb64u(jwk["d"]) + b"\0")}),
                         ("a d that is empty", {"d": ""}), ("a short x", {"x": b64u(unb64u(jwk["x"])[1:])}),
                         ("a long x", {"x": b64u(unb64u(jwk["x"]) + b"\0")})):
        case(f"Ed25519: a private JWK with {name} is no key", KEY, jwk=jwk | change)
    case("Ed25519: a private JWK without x is no key",
         KEY,
         "RFC 8037 section 2: x must be present",
         jwk={"kty": "OKP", "crv": "Ed25519", "d": jwk["d"]})
    for size in (0, 31, 33, 57):
        case(f"Ed25519: a public JWK of {size} bytes is no key",
             KEY,
             jwk={"kty": "OKP", "crv": "Ed25519", "x": b64u(b"\x05" * size)})
