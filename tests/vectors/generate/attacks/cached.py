"""CACHE: tokens that come again to a verifier that remembers the signatures it found good. A batch has one verifier; its answer is ok,
and holds the verdicts. What needs time or another verifier stands in Rust tests."""

from ..cases import Raw, fail, ok
from ..jws import NOW, b64u, jws, policy
from ..keys import ALGORITHMS, public
from ..verify_signatures import ORDERS
from .book import BAD, good, split

SIZES = (0, 1024, 67108864)
MALFORMED = fail("MALFORMED")


def add(book):
    look_alikes(book)
    spellings(book)


def case(book, attack, name, algorithm, tokens, note=""):
    """A batch of pairs of token and verdict, as it stands and with all of it a second time."""
    pairs = list(tokens)
    for size in SIZES:
        again = pairs if size == 0 else pairs + pairs[::-1]
        request = {
            "op": "verify_batch", "key": public(algorithm), "policy": policy(algorithm, verified_cache_bytes=size),
            "tokens": [token for token, _ in again], "now_s": NOW
        }
        book.case(attack, f"{algorithm}, {name}, {size} bytes", request, ok(results=[verdict for _, verdict in again]),
                  note)


def look_alikes(book):
    for algorithm in ALGORITHMS:
        header = {"alg": algorithm}
        texts = [Raw('{"sub":"%s","exp":1800000060,"n":%d}' % ("a" * 100, number)) for number in (1, 2)]
        one, two = (jws(header, text) for text in texts)
        (input_one, mac_one), (input_two, mac_two) = (token.rsplit(".", 1) for token in (one, two))
        changed = ("A" if mac_one[0] != "A" else "B") + mac_one[1:]
        case(
            book, "CACHE-05", "tokens that are alike", algorithm,
            ((one, good(header, texts[0])), (f"{input_one}.{changed}", BAD), (f"{input_two}.{mac_one}", BAD),
             (f"{input_one}.{mac_two}", BAD), (two, good(header, texts[1])), (f"{input_one}.", BAD)),
            "They differ in the payload alone, in the signature alone, or in both, and are of one length.")
    case(
        book, "CACHE-05", "tokens that are one another's ends", "HS256",
        ((jws(), good({"alg": "HS256"})), (jws()[1:], MALFORMED), (jws()[:-1], MALFORMED), ("A" + jws(), MALFORMED),
         (jws() + "A", BAD), (jws() + "\0", MALFORMED), ("", MALFORMED)))


def spellings(book):
    for algorithm in ("ES256", "ES384"):
        token, verdict = jws({"alg": algorithm}), good({"alg": algorithm})
        signing_input, signature = split(token)
        half = len(signature) // 2
        twin = signature[:half] + (ORDERS[algorithm] - int.from_bytes(signature[half:], "big")).to_bytes(half, "big")
        forged = signature[:half] + twin[half:-1] + bytes([twin[-1] ^ 1])
        case(
            book, "CACHE-08", "the twin and other spellings", algorithm,
            ((token, verdict), (f"{signing_input}.{b64u(twin)}", verdict), (f"{signing_input}.{b64u(forged)}", BAD),
             (token + "=", MALFORMED), (token + "==", MALFORMED), (token.replace(".", ".\n", 1), MALFORMED),
             (f" {token}", MALFORMED)),
            "The twin verifies by itself, so a revocation goes by issuer and jti and not by the token's text.")
