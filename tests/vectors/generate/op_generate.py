"""generate: new keys. They are random, so a case expects what they must be."""

from .cases import fail


def add(file):
    for algorithm, kty, crv in (("ES256", "EC", "P-256"), ("ES384", "EC", "P-384"), ("EdDSA", "OKP", "Ed25519"),
                                ("Ed25519", "OKP", "Ed25519")):
        file.add(f"{algorithm}: a key pair is generated",
                 "Keys: generate answers JWKs with alg and kid (the thumbprint), PKCS#8 and SPKI PEM",
                 {"op": "generate", "algorithm": algorithm},
                 {"generated": {"kty": kty, "crv": crv, "algorithm": "EdDSA" if crv == "Ed25519" else algorithm}})
    for algorithm, size in (("HS256", 32), ("HS384", 48), ("HS512", 64)):
        file.add(f"{algorithm}: a secret is generated",
                 "Keys: generate: for HS* a secret of the hash's length in private_jwk; the other three are null",
                 {"op": "generate", "algorithm": algorithm},
                 {"generated": {"kty": "oct", "secret_bytes": size, "algorithm": algorithm}})
    for algorithm in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"):
        file.add(f"{algorithm}: no RSA key is generated", "Row 1: generate for RS*/PS*",
                 {"op": "generate", "algorithm": algorithm}, fail("KEY_UNSUPPORTED"))
    for algorithm in ("none", "ES512", "ES256K", "Ed448", "X25519", "hs256", "", "RSA", "HS256 ", "P-256", "oct",
                      "HS256\0"):
        file.add(f"the algorithm {algorithm!r} is unknown", "Row 4: unknown algorithm name",
                 {"op": "generate", "algorithm": algorithm}, fail("CONFIG"))
