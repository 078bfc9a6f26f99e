"""KEY: keys that are too weak, unsound or not of this library."""

from math import gcd

from .. import der
from ..cases import Raw, fail
from ..jws import b64u, jws, verify
from ..key_forms import described
from ..keys import BRAINPOOL, ED, ED448, HMACS, P256, P384, P521, RSA, SECP256K1, SECRET, X448, X25519, Pair, Secret, number, unb64u

KEY, WEAK, UNSUPPORTED = fail("KEY"), fail("KEY_WEAK"), fail("KEY_UNSUPPORTED")
PUBLIC = RSA.key.public_key().public_numbers()


def key(**form):
    return {"op": "key", "key": form}


def add(book):
    secrets(book)
    rsa(book)
    points(book)
    strangers(book)
    members(book)


def secrets(book):
    for algorithm, size in zip(HMACS, (32, 48, 64)):
        for length in (0, 1, 16, size - 1):
            secret = Secret("s" * length)
            for form, value in (("a text", {"secret": secret.text}), ("bytes", {"secret_b64u": b64u(secret.bytes)}),
                                ("an oct JWK", {"jwk": secret.jwk()})):
                book.case("KEY-01", f"{algorithm}, {length} bytes as {form}", key(**value, algorithm=algorithm), WEAK)
            book.case(
                "KEY-01", f"{algorithm}, {length} bytes, and a good token",
                verify(jws({"alg": algorithm}, key=secret), {"secret": secret.text, "algorithm": algorithm},
                       algorithm=algorithm), WEAK)
        request = {"op": "sign", "key": {"secret": "s" * (size - 1)}, "algorithm": algorithm, "claims": {}}
        book.case("KEY-01", f"{algorithm}, {size - 1} bytes do not sign", request, WEAK)


def modulus(bits):
    """An odd number of exactly so many bits."""
    return 1 << (bits - 1) | 0x10001


def rsa(book):
    jwk = lambda n=PUBLIC.n, e=PUBLIC.e, **members: {
        "kty": "RSA", "alg": "RS256", "n": number(n), "e": number(e), **members
    }
    for bits in (512, 1024, 2040, 2041, 2046, 2047):
        book.case("KEY-02", f"{bits} bits as a JWK", key(jwk=jwk(modulus(bits))), WEAK)
        spki = der.sequence(der.sequence(der.RSA, der.NULL),
                            der.bits(der.sequence(der.integer(modulus(bits)), der.integer(65537))))
        book.case("KEY-02", f"{bits} bits as DER", key(der_b64u=b64u(spki), algorithm="RS256"), WEAK)
    for name in ("rsa1024", "rsa2047"):
        pair = Pair(name)
        book.case("KEY-02", f"the pair {name} as PEM", key(pem=pair.pem, algorithm="RS256"), WEAK)
        book.case("KEY-02", f"the pair {name} and a good token",
                  verify(jws({"alg": "RS256"}, key=pair), {"jwk": pair.public_jwk(alg="RS256")}, algorithm="RS256"),
                  WEAK)
    for exponent, expect in ((1, WEAK), (2, WEAK), (3, WEAK), (5, WEAK), (17, WEAK), (257, WEAK), (65535, WEAK),
                             (65536, WEAK), (65538, KEY), (2**32, KEY), (2**33 + 1, UNSUPPORTED), (2**64 + 1,
                                                                                                   UNSUPPORTED)):
        book.case("KEY-03", f"e = {exponent}", key(jwk=jwk(e=exponent)), expect)
    book.case("KEY-03", "e = 1, for which each padding is its own signature",
              verify(jws({"alg": "RS256"}), {"jwk": jwk(e=1)}, algorithm="RS256"), WEAK)
    book.case("KEY-03", "e as long as n", key(jwk=jwk(e=PUBLIC.n - 2)), UNSUPPORTED)
    big = unb64u(number(PUBLIC.n))
    document = lambda *numbers: b64u(der.sequence(*numbers))
    book.case("KEY-04", "even", key(jwk=jwk(PUBLIC.n - 1)), KEY)
    book.case("KEY-04", "even as DER",
              key(der_b64u=document(der.integer(PUBLIC.n - 1), der.integer(65537)), algorithm="RS256"), KEY)
    book.case("KEY-04", "zero as DER", key(der_b64u=document(der.integer(0), der.integer(65537)), algorithm="RS256"),
              WEAK, "It is a modulus of no bits, which comes before its other faults.")
    book.case("KEY-04", "a zero byte before it", key(jwk=jwk() | {"n": b64u(b"\0" + big)}), KEY)
    book.case("KEY-04", "two zero bytes before it as DER",
              key(der_b64u=document(der.tlv(2, b"\0\0" + big), der.integer(65537)), algorithm="RS256"), KEY)
    book.case("KEY-04", "negative as DER", key(der_b64u=document(der.tlv(2, big), der.integer(65537)),
                                               algorithm="RS256"), KEY)
    book.case("KEY-04", "no bytes", key(jwk=jwk() | {"n": ""}), KEY)
    book.case("KEY-04", "no bytes as DER", key(der_b64u=document(der.tlv(2), der.integer(65537)), algorithm="RS256"),
              KEY)
    for bits in (8193, 8200, 16384):
        book.case("KEY-05", f"{bits} bits", key(jwk=jwk(modulus(bits))), UNSUPPORTED, "8192 bits are the most.")
    largest = Pair("rsa8192")
    book.case("KEY-05", "8192 bits", key(jwk=largest.public_jwk(alg="RS512")),
              described(largest.public_jwk(), False, "RS512"), "They are taken to verify.")
    request = {"op": "sign", "key": {"pem": largest.pem}, "algorithm": "RS512", "claims": {}}
    book.case("KEY-05", "8192 bits do not sign", request, UNSUPPORTED, "4096 bits are the most to sign.")
    roca = {"kty": "RSA", "n": number(infineon()), "e": "AQAB"}
    book.case("KEY-07", "as a JWK", key(jwk=roca, algorithm="RS256"), described(roca, False, "RS256"),
              "It is a documented exception that fingerprints of this weakness are not looked for.")


def infineon():
    """A modulus whose primes are k M + (65537^a mod M), M the product of the first primes (CVE-2017-15361)."""
    primes = [candidate for candidate in range(2, 702)
              if all(candidate % divisor for divisor in range(2, candidate))][:126]
    product = 1
    for prime in primes:
        product *= prime

    def prime_from(power):
        k = (3 << 1022) // product + 1
        while True:
            candidate = k * product + pow(65537, power, product)
            if pow(2, candidate - 1, candidate) == 1 and gcd(candidate - 1, 65537) == 1:
                return candidate
            k += 1

    n = prime_from(123457) * prime_from(765432)
    assert n.bit_length() == 2048 and all(n % prime in {pow(65537, power, prime)
                                                        for power in range(prime)} for prime in primes)
    return n


CURVES = {
    "P-256":
    (2**256 - 2**224 + 2**192 + 2**96 - 1, 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B, 32),
    "P-384": (2**384 - 2**128 - 2**96 + 2**32 - 1,
              0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF, 48)
}


def points(book):
    for curve, (p, b, size) in CURVES.items():
        root = lambda value: pow(value, (p + 1) // 4, p)
        x = next(x for x in range(1, 100) if root(x**3 - 3 * x + b)**2 % p == (x**3 - 3 * x + b) % p)
        y = root(x**3 - 3 * x + b)
        off = next(x for x in range(1, 100) if root(x**3 - 3 * x + b)**2 % p != (x**3 - 3 * x + b) % p)
        coordinate = lambda value, length=size: b64u(value.to_bytes(length, "big"))
        jwk = lambda x_text, y_text: {"jwk": {"kty": "EC", "crv": curve, "x": x_text, "y": y_text}}
        oid = der.P256 if curve == "P-256" else der.P384
        spki = lambda point: {"der_b64u": b64u(der.sequence(der.sequence(der.EC, oid), der.bits(point)))}
        good = (b"\4" + x.to_bytes(size, "big") + y.to_bytes(size, "big"))
        for name, form in {
                "an x that no point has": jwk(coordinate(off),
                                              coordinate(y)), "another y": jwk(coordinate(x), coordinate(y ^ 1)),
                "zeros": jwk(coordinate(0), coordinate(0)), "x = p + x": jwk(coordinate(x + p), coordinate(y)), "x = p":
                jwk(coordinate(p), coordinate(root(b))), "all ones": jwk(b64u(b"\xff" * size), b64u(b"\xff" * size)),
                "x without its zero byte": jwk(coordinate(x, size - 1), coordinate(y)), "x without all its zero bytes":
                jwk(number(x), coordinate(y)), "x with a zero byte more": jwk(coordinate(x, size + 1), coordinate(y)),
                "y with a zero byte more": jwk(coordinate(x), coordinate(y, size + 1)), "x and y in each other's place":
                jwk(coordinate(y), coordinate(x)), "x in hexadecimal": jwk(b64u(coordinate(x).encode()),
                                                                           coordinate(y)), "infinity as SPKI":
                spki(b"\0"), "a point cut short as SPKI": spki(good[:-1]), "a point and a byte as SPKI":
                spki(good + b"\0"), "off the curve as SPKI": spki(good[:-1] + bytes([good[-1] ^ 1])), "zeros as SPKI":
                spki(b"\4" + bytes(2 * size)), "an unknown first byte as SPKI": spki(b"\5" + good[1:])
        }.items():
            book.case("KEY-06", f"{curve}, {name}", key(**form), KEY)
    forged = jws({"alg": "ES256"}).rpartition(".")[0] + "." + b64u(bytes(64))
    book.case(
        "KEY-06", "P-256, zeros, and a signature of zeros",
        verify(forged, {"jwk": {"kty": "EC", "crv": "P-256", "x": b64u(bytes(32)), "y": b64u(bytes(32))}},
               algorithm="ES256"), KEY)


def strangers(book):
    for name, pair in (("P-521", P521), ("secp256k1", SECP256K1), ("Ed448", ED448), ("X25519", X25519), ("X448", X448),
                       ("brainpoolP256r1", BRAINPOOL), ("DSA", Pair("dsa"))):
        book.case("KEY-08", f"{name} as a private PEM", key(pem=pair.pem), UNSUPPORTED)
        book.case("KEY-08", f"{name} as a public PEM", key(pem=pair.spki()), UNSUPPORTED)
        if name not in ("brainpoolP256r1", "DSA"):
            book.case("KEY-08", f"{name} as a JWK", key(jwk=pair.public_jwk()), UNSUPPORTED)
    for alg, pair in (("ES512", P521), ("ES256K", SECP256K1), ("Ed448", ED448)):
        book.case("KEY-08", f"a JWK of alg {alg}", key(jwk=pair.public_jwk(alg=alg)), UNSUPPORTED)
        book.case(
            "KEY-08", f"a set of one JWK of alg {alg}",
            verify(jws({"alg": alg}, key=SECRET, algorithm="HS256"), {"jwks": {"keys": [pair.public_jwk(alg=alg)]}}),
            UNSUPPORTED)


def members(book):
    templates = {
        "RSA": RSA.public_jwk(alg="RS256"), "EC": P256.public_jwk(), "P-384": P384.public_jwk(), "OKP": ED.public_jwk(),
        "oct": SECRET.jwk(alg="HS256")
    }
    for name, template in templates.items():
        for member in template:
            if member in ("alg", "crv"):
                continue
            for value in (7, Raw("null"), True, [template[member]], {}):
                book.case(
                    "KEY-09",
                    f"{name} with {member} as {'null' if value == 'null' else value if isinstance(value, (int, dict)) else 'a list'}",
                    key(jwk=template | {member: value}), KEY)
            book.case("KEY-09", f"{name} without {member}",
                      key(jwk={other: value
                               for other, value in template.items() if other != member}), KEY)
            if member != "kty":
                for what, text in (("a = after it", template[member] + "="),
                                   ("a letter of no alphabet", "*" + template[member][1:]), ("a space",
                                                                                             " " + template[member]),
                                   ("a letter over", template[member][:4 * (len(template[member]) // 4)] + "A")):
                    book.case("KEY-09", f"{name} with {member} with {what}", key(jwk=template | {member: text}), KEY)
    book.case("KEY-09", "n as a number of its digits",
              key(jwk=Raw('{"kty":"RSA","alg":"RS256","n":%d,"e":65537}' % 2**200)), KEY)
    for name, text in (("a list", "[]"), ("null", "null"), ("a text", '"{}"'), ("a number", "0"), ("nothing", "{}")):
        book.case("KEY-09", f"a JWK that is {name}", key(jwk=Raw(text)), KEY)
        book.case("KEY-09", f"a set whose only key is {name}",
                  verify(jws(), {"jwks": Raw('{"keys":[%s]}' % text), "algorithm": "HS256"}), KEY)
