"""key: every fault of a key, and which of the first three rows of the status table it is."""

import base64

from . import der
from .cases import Raw, fail, ok
from .key_forms import certificate, described
from .keys import BRAINPOOL, DER, ED, ED448, ED_OTHER, P256, P256_OTHER, P384, P521, RSA, RSA_OTHER, SECP256K1, SECRET, X448, X25519, Pair, Secret, b64u, file as key_file, number, unb64u

KEY, WEAK, UNSUPPORTED = fail("KEY"), fail("KEY_WEAK"), fail("KEY_UNSUPPORTED")
ROW = {
    "KEY_UNSUPPORTED": "Row 1: a key that is well formed but outside the library", "KEY_WEAK": "Row 2", "KEY":
    "Row 3: every other fault of a key"
}


class RsaPss(Pair):
    """`cryptography` writes such a key as a plain RSA key, so its documents are made here."""

    @property
    def pkcs8(self):
        return base64.b64decode("".join(self.pem.split("\n")[1:-2]))

    def spki(self, encoding=None):
        document = der.sequence(der.sequence(der.oid("1.2.840.113549.1.1.10")), der.bits(self.pkcs1_public(DER)))
        return document if encoding is DER else der.pem("PUBLIC KEY", document)


def cases_of(file):
    """Adds a case of the key operation; a failure without a reason has that of its row."""

    def case(name, expect, why=None, **key):
        file.add(name, why or ROW[expect["error"]["status"]], {"op": "key", "key": key}, expect)

    return case


def add(file):
    case = cases_of(file)
    strangers(case)
    texts(case)
    documents(case)
    members(case)
    secrets(case)
    disagreements(case)


def strangers(case):
    for pair, name in ((P521, "P-521"), (SECP256K1, "secp256k1"), (BRAINPOOL, "brainpoolP256r1"), (ED448, "Ed448"),
                       (X25519, "X25519"), (X448, "X448"), (Pair("dsa"), "DSA"), (RsaPss("rsa_pss"), "id-RSASSA-PSS")):
        case(f"a PKCS#8 PEM of {name} is unsupported", UNSUPPORTED, pem=pair.pem)
        case(f"an SPKI PEM of {name} is unsupported", UNSUPPORTED, pem=pair.spki())
        case(f"a PKCS#8 DER of {name} is unsupported", UNSUPPORTED, der_b64u=b64u(pair.pkcs8))
        case(f"an SPKI DER of {name} is unsupported", UNSUPPORTED, der_b64u=b64u(pair.spki(DER)))
    for pair, name in ((P521, "P-521"), (SECP256K1, "secp256k1"), (ED448, "Ed448"), (X25519, "X25519"), (X448, "X448")):
        case(f"a public JWK of {name} is unsupported", UNSUPPORTED, jwk=pair.public_jwk())
        case(f"a private JWK of {name} is unsupported", UNSUPPORTED, jwk=pair.jwk())
    for pair, name in ((P521, "P-521"), (SECP256K1, "secp256k1")):
        case(f"a SEC 1 PEM of {name} is unsupported", UNSUPPORTED, pem=pair.traditional())
    case("a certificate of P-521 is unsupported", UNSUPPORTED, pem=key_file("cert_p521"))
    for name in ("p256_encrypted", "p256_encrypted_sec1", "rsa2048_encrypted_pkcs1"):
        case(f"the encrypted PEM {name} is unsupported", UNSUPPORTED, pem=key_file(name))
    for kty in ("AKP", "ec", "rsa", "OCT", "", "EC "):
        case(f"a JWK of kty {kty!r} is unsupported", UNSUPPORTED, jwk=P256.public_jwk() | {"kty": kty})
    for crv in ("P-224", "p-256", "ed25519", "P-256K", ""):
        case(f"a JWK of crv {crv!r} is unsupported", UNSUPPORTED, jwk=P256.public_jwk() | {"crv": crv})
    for alg in ("none", "ES512", "ES521", "ES256K", "RSA-OAEP", "A256GCM", "hs256", "", "ECDH-ES"):
        for name, jwk in (("an EC", P256.public_jwk()), ("an RSA", RSA.public_jwk()), ("an oct", SECRET.jwk())):
            case(f"{name} JWK of alg {alg!r} is unsupported", UNSUPPORTED, jwk=jwk | {"alg": alg})
    case("an RSA private JWK without its primes is unsupported",
         UNSUPPORTED,
         jwk={name: value
              for name, value in RSA.jwk(alg="RS256").items() if name not in ("p", "q", "dp", "dq", "qi")})
    for name in ("p", "q", "dp", "dq", "qi"):
        case(f"an RSA private JWK without {name} is unsupported",
             UNSUPPORTED,
             jwk={member: value
                  for member, value in RSA.jwk(alg="RS256").items() if member != name})
    case("an RSA private JWK with oth is unsupported",
         UNSUPPORTED,
         jwk=RSA.jwk(alg="RS256", oth=[{"r": "Aw", "d": "Aw", "t": "Aw"}]))


def texts(case):
    for name, pem in (("no text", ""), ("no PEM", "hello"), ("a JWK", "{}"), ("a BEGIN line alone",
                                                                              "-----BEGIN PRIVATE KEY-----\n"),
                      ("no END line", P256.pem.split("-----END")[0]), ("no BEGIN line", P256.pem.split("\n", 1)[1]),
                      ("an END line of another label", P256.pem.replace("END PRIVATE",
                                                                        "END PUBLIC")), ("broken base64",
                                                                                         P256.pem.replace("M", "!", 1)),
                      ("an empty block", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"),
                      ("a label in lower case", P256.pem.replace("PRIVATE KEY",
                                                                 "private key")), ("EC PARAMETERS alone",
                                                                                   der.pem("EC PARAMETERS", der.P256)),
                      ("a cut block", P256.pem.replace(P256.pem.split("\n")[1] + "\n",
                                                       "")), ("an unknown label",
                                                              P256.pem.replace("PRIVATE KEY", "SECRET THING")),
                      ("base64 with a = inside",
                       P256.pem.replace(P256.pem.split("\n")[1][:8],
                                        P256.pem.split("\n")[1][:7] + "=", 1))):
        case(f"a PEM that is or has {name} is no key", KEY, pem=pem)
    why = "Keys: a second key block is KEY"
    for name, pem in (("two private keys", P256.pem + P256_OTHER.pem), ("one private key twice", P256.pem + P256.pem),
                      ("a private and its public key", P256.pem + P256.spki()), ("a certificate and its private key",
                                                                                 certificate(P256, None) + P256.pem),
                      ("two certificates, as a chain", certificate(P256, None) + certificate(RSA, None)),
                      ("a good and a broken key", P256.pem + P256.pem.replace("M", "N"))):
        case(f"a PEM of {name} is no key", KEY, why, pem=pem)
    why = "Row 3: not the named form"
    for label, name, document in (("PRIVATE KEY", "an SPKI", P256.spki(DER)), ("PRIVATE KEY", "a SEC 1",
                                                                               P256.traditional(DER)),
                                  ("PRIVATE KEY", "a PKCS#1", RSA.traditional(DER)), ("PUBLIC KEY", "a PKCS#8",
                                                                                      P256.pkcs8),
                                  ("PUBLIC KEY", "a PKCS#1 public",
                                   RSA.pkcs1_public(DER)), ("EC PRIVATE KEY", "a PKCS#8",
                                                            P256.pkcs8), ("RSA PRIVATE KEY", "a PKCS#8", RSA.pkcs8),
                                  ("RSA PRIVATE KEY", "a PKCS#1 public",
                                   RSA.pkcs1_public(DER)), ("RSA PUBLIC KEY", "an SPKI", RSA.spki(DER)),
                                  ("RSA PUBLIC KEY", "a PKCS#1", RSA.traditional(DER)), ("CERTIFICATE", "an SPKI",
                                                                                         P256.spki(DER)),
                                  ("PUBLIC KEY", "a certificate", certificate(P256,
                                                                              DER)), ("RSA PRIVATE KEY", "a SEC 1",
                                                                                      P256.traditional(DER))):
        case(f"a {label} block with {name} document is no key",
             KEY,
             why,
             pem=der.pem(label, document),
             algorithm="RS256" if "RSA" in label else "ES256")
    for label, document in (("PRIVATE KEY", P256.pkcs8), ("PUBLIC KEY", P256.spki(DER)),
                            ("EC PRIVATE KEY", P256.traditional(DER)), ("RSA PUBLIC KEY", RSA.pkcs1_public(DER)),
                            ("RSA PRIVATE KEY", RSA.traditional(DER)), ("CERTIFICATE", certificate(P256, DER))):
        case(f"a {label} block with a byte after its document is no key",
             KEY,
             "Keys: trailing bytes are KEY",
             pem=der.pem(label, document + b"\0"))


def documents(case):
    structures = {
        "PKCS#8": P256.pkcs8, "SPKI": P256.spki(DER), "SEC 1": P256.traditional(DER), "PKCS#1": RSA.traditional(DER),
        "PKCS#1 public": RSA.pkcs1_public(DER), "certificate": certificate(P256, DER)
    }
    for name, document in structures.items():
        case(f"a {name} DER with a byte after it is no key",
             KEY,
             "Keys: trailing bytes are KEY",
             der_b64u=b64u(document + b"\0"))
        case(f"a {name} DER without its last byte is no key", KEY, der_b64u=b64u(document[:-1]))
        case(f"a {name} DER of indefinite length is no key",
             KEY,
             "Keys: DER, not BER",
             der_b64u=b64u(b"\x30\x80" + (
                 document[4:] if document[1] == 0x82 else document[3:] if document[1] == 0x81 else document[2:]) +
                           b"\0\0"))
    for name, document in (("nothing", b""), ("a NUL", b"\0"), ("an empty sequence", der.sequence()),
                           ("an integer", der.integer(1)), ("a text", b"hello"),
                           ("a length beyond the end", b"\x30\x84\xff\xff\xff\xff"), ("PEM", P256.pem.encode()),
                           ("a length in more bytes than needed", b"\x30\x82\x00" + P256.spki(DER)[1:])):
        case(f"a DER of {name} is no key", KEY, der_b64u=b64u(document))
    encrypted = base64.b64decode("".join(key_file("p256_encrypted").split("\n")[1:-2]))
    case("an encrypted PKCS#8 DER is unsupported", UNSUPPORTED, der_b64u=b64u(encrypted))
    case("a DSA DER of old is unsupported", UNSUPPORTED, der_b64u=b64u(Pair("dsa").traditional(DER)))
    # RSAPrivateKey begins with its version, which is 1 where there are more than two primes (RFC 8017 appendix A.1.2).
    for version, expect in ((1, UNSUPPORTED), (2, KEY)):
        document = der.sequence(der.integer(version), *[der.integer(number) for number in range(3, 11)])
        case(f"a PKCS#1 DER of version {version} is no key of two primes", expect, der_b64u=b64u(document))


def members(case):
    for name, jwk in (("a list", "[]"), ("null", "null"), ("a text", '"x"'), ("a number", "1"),
                      ("an empty object", "{}"), ("a key set", '{"keys":[]}')):
        case(f"a JWK that is {name} is no key", KEY, jwk=Raw(jwk))
    good = P256.public_jwk()
    for member in ("kty", "crv", "x", "y"):
        for value in (None, 1, True, [], {}, [good[member]]):
            case(f"a JWK with {member} as {value!r} is no key", KEY, "Row 3: unreadable", jwk=good | {member: value})
    for member in ("kid", "use", "alg"):
        for value in (None, 1, True, ["sig"], {}):
            case(f"a JWK with {member} as {value!r} is no key", KEY, "Keys: members strict", jwk=good | {member: value})
    for value in ("enc", "", "SIG", "sig ", "verify"):
        case(f"a JWK with use {value!r} is no key",
             KEY,
             "Keys: use must be sig where present",
             jwk=good | {"use": value})
    for value in (["encrypt"], ["wrapKey", "deriveKey"], [], "verify", None, {"verify": True}, 1):
        case(f"a JWK with key_ops {value!r} is no key",
             KEY,
             "Keys: key_ops must hold verify (or sign, to sign)",
             jwk=good | {"key_ops": value})
    for value in (["verify"], ["sign", "verify"], ["verify", "x-unknown"]):
        case(f"a JWK with key_ops {value!r} is taken",
             described(P256.public_jwk(), False),
             "Keys: key_ops must hold verify (or sign, to sign)",
             jwk=good | {"key_ops": value})
    for name, value in (("= after it", good["x"] + "="), ("a space in it", good["x"][:5] + " " + good["x"][5:]),
                        ("a line feed after it", good["x"] + "\n"), ("a plus sign", "+" + good["x"][1:]),
                        ("a slash", "/" + good["x"][1:]), ("hexadecimal", unb64u(good["x"]).hex()), ("unused bits",
                                                                                                     spare(good["x"]))):
        case(f"a JWK with x that is or has {name} is no key",
             KEY,
             "Keys: base64url without padding",
             jwk=good | {"x": value})
    case("an OKP JWK without crv is no key", KEY, jwk={"kty": "OKP", "x": ED.public_jwk()["x"]})
    case("an RSA JWK with a prime and without d is no key", KEY, jwk=RSA.public_jwk() | {"p": RSA.jwk()["p"]})
    twice = '{"kty":"EC","crv":"P-256","x":"%s","y":"%s","kty":"EC"}' % (good["x"], good["y"])
    case("a JWK with a member twice is no key", KEY, "RFC 7517 section 4: member names are unique", jwk=Raw(twice))


def spare(text):
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + alphabet[alphabet.index(text[-1]) + 1]


def secrets(case):
    for algorithm, size in (("HS256", 32), ("HS384", 48), ("HS512", 64)):
        why = f"Row 2: an HMAC secret shorter than its hash ({size} bytes; empty included)"
        for length in (0, 1, size - 1):
            case(f"a secret of {length} bytes is weak for {algorithm}",
                 WEAK,
                 why,
                 secret="x" * length,
                 algorithm=algorithm)
            case(f"a secret in base64url of {length} bytes is weak for {algorithm}",
                 WEAK,
                 why,
                 secret_b64u=b64u(b"x" * length),
                 algorithm=algorithm)
            case(f"an oct JWK of {length} bytes is weak for {algorithm}",
                 WEAK,
                 why,
                 jwk=Secret("x" * length).jwk(alg=algorithm))
    case("a secret of 32 bytes is weak for HS512", WEAK, secret="x" * 32, algorithm="HS512")
    case("a JWK that repeats a member is no secret, though kty is escaped",
         KEY,
         "Keys: refused as KEY: JSON text of an object with kty",
         secret='{"\\u006bty":"oct","k":"' + "f" * 43 + '","k":"x"}',
         algorithm="HS256")
    case("an empty secret is weak without an algorithm too", WEAK, "Row 2: empty included", secret="")
    case("fifteen characters of two bytes are weak for HS256",
         WEAK,
         "Keys: the UTF-8 bytes of the text",
         secret="\u00e9" * 15,
         algorithm="HS256")
    for name, k in (("= after it", "A" * 43 + "="), ("a plus sign", "+" * 43), ("a space", "A" * 20 + " " + "A" * 23),
                    ("unused bits", "A" * 42 + "B")):
        case(f"an oct JWK with k that has {name} is no key",
             KEY,
             "Keys: base64url without padding",
             jwk={"kty": "oct", "alg": "HS256", "k": k})
    for name, jwk in (("no k", {"kty": "oct", "alg":
                                "HS256"}), ("k as a number", {"kty": "oct", "alg": "HS256", "k": 7}),
                      ("k as null", {"kty": "oct", "alg": "HS256", "k": None})):
        case(f"an oct JWK with {name} is no key", KEY, jwk=jwk)
    why = "Keys: refused as KEY whatever the algorithm: PEM, DER, JWK, JWKS and OpenSSH texts given as a secret"
    public = Raw('{"kty":"EC","crv":"P-256","x":"%s","y":"%s"}' % (P256.public_jwk()["x"], P256.public_jwk()["y"]))
    texts = {
        "a public PEM": P256.spki(), "a private PEM": P256.pem, "a certificate": certificate(P256, None),
        "a PKCS#1 public PEM": RSA.pkcs1_public(), "a PEM after white space": " \r\n\t" + P256.spki(),
        "a PEM after a NUL": "\0" + P256.spki(), "a PEM after a BOM": "\ufeff" + P256.spki(), "a PEM after a comment":
        "# my key\n" + P256.spki(), "a PEM with carriage returns": P256.spki().replace("\n", "\r"), "a PEM in one line":
        P256.spki().replace("\n", " "), "a BEGIN line in the middle": "x" * 40 + "-----BEGIN " + "x" * 40, "a JWK":
        public, "a JWK in white space": " \n\t" + public + "\n", "a JWK after a BOM": "\ufeff" + public,
        "a JWK after a BOM and white space": "\ufeff \n" + public, "a JWKS": '{"keys":[%s]}' % public, "a list of JWKs":
        "[%s]" % public, "an empty JWKS of some length": '{"keys":[],"comment":"long enough to be a secret"}',
        "a JWK that is only a kty": '{"kty":"oct","comment":"long enough to be a secret"}',
        "a JWK with another member first": '{"comment":"long enough to be a secret","kty":"RSA"}', "an ssh-rsa line":
        RSA.openssh, "an ssh-ed25519 line": ED.openssh + " mia@host", "an ecdsa-sha2 line": P256.openssh
    }
    for name, text in texts.items():
        for algorithm in ("HS256", None):
            beside = {"algorithm": algorithm} if algorithm else {}
            case(f"{name} given as a secret is refused{'' if algorithm else ', without an algorithm too'}",
                 KEY,
                 why,
                 secret=str(text),
                 **beside)
        case(f"{name} given as the bytes of a secret is refused",
             KEY,
             why,
             secret_b64u=b64u(text.encode()),
             algorithm="HS256")
    for name, document in (("SPKI", P256.spki(DER)), ("RSA SPKI", RSA.spki(DER)), ("Ed25519 SPKI", ED.spki(DER)),
                           ("PKCS#8", P256.pkcs8), ("Ed25519 PKCS#8", ED.pkcs8), ("SEC 1", P256.traditional(DER)),
                           ("PKCS#1", RSA.traditional(DER)), ("PKCS#1 public", RSA.pkcs1_public(DER)),
                           ("certificate", certificate(P256, DER))):
        case(f"the DER of a {name} given as a secret is refused",
             KEY,
             why,
             secret_b64u=b64u(document),
             algorithm="HS256")
        case(f"the DER of a {name} given as an oct JWK is refused",
             KEY,
             why,
             jwk={"kty": "oct", "alg": "HS256", "k": b64u(document)})
    case("a BEGIN line that is too short for its hash is weak first",
         WEAK,
         "Status table: row 2 comes before row 3",
         secret="-----BEGIN x-----",
         algorithm="HS256")


def disagreements(case):
    why = "Row 3: an algorithm that does not fit the key"
    for name, key in (("an RSA PEM", {"pem": RSA.spki()}), ("a P-256 PEM", {"pem": P256.spki()}),
                      ("a P-384 PEM", {"pem": P384.spki()}), ("an Ed25519 PEM", {"pem": ED.spki()}),
                      ("a secret", {"secret": SECRET.text}), ("an oct JWK", {"jwk": SECRET.jwk()}),
                      ("an EC JWK", {"jwk": P256.public_jwk()}), ("an RSA DER", {"der_b64u": b64u(RSA.spki(DER))})):
        fits = {
            "RSA": ("RS256", "PS512"), "P-2": ("ES256", ), "EC ": ("ES256", ), "P-3": ("ES384", ), "Ed2": ("EdDSA", ),
            "sec": ("HS256", ), "oct": ("HS256", )
        }
        own = next(value for start, value in fits.items() if start in name)
        for algorithm in ("HS256", "RS256", "PS512", "ES256", "ES384", "EdDSA"):
            if algorithm not in own:
                case(f"{name} beside {algorithm} is refused", KEY, why, **key, algorithm=algorithm)
        case(f"{name} beside an unknown algorithm is refused",
             fail("CONFIG"),
             "Row 4: unknown algorithm name",
             **key,
             algorithm="ES512")
    for name, jwk, wrong in (("an RSA", RSA.public_jwk(), ("ES256", "HS256", "EdDSA")),
                             ("a P-256", P256.public_jwk(), ("ES384", "RS256", "HS256", "EdDSA")),
                             ("an Ed25519", ED.public_jwk(), ("ES256", "HS256")), ("an oct", SECRET.jwk(),
                                                                                   ("RS256", "ES256", "EdDSA"))):
        for alg in wrong:
            case(f"{name} JWK of alg {alg} is refused", KEY, why, jwk=jwk | {"alg": alg})
    why = "Keys: two sources that disagree are KEY"
    for jwk, algorithm in ((RSA.public_jwk(alg="RS256"), "PS256"), (RSA.public_jwk(alg="RS256"), "RS512"),
                           (SECRET.jwk(alg="HS256"), "HS512"), (P256.public_jwk(alg="ES256"), "ES384")):
        case(f"a JWK of alg {jwk['alg']} beside {algorithm} is refused", KEY, why, jwk=jwk, algorithm=algorithm)
    case("a broken key beside an unknown algorithm is broken first",
         KEY,
         "Status table: row 3 comes before row 4",
         pem="no key",
         algorithm="ES512")
    case("a weak key beside an unknown algorithm is weak first",
         WEAK,
         "Status table: row 2 comes before row 4",
         pem=Pair("rsa1024").pem,
         algorithm="ES512")
