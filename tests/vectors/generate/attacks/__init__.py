"""The attacks of attack-ids.txt as cases: a file for each class of them. What cannot be tried yet says why it waits."""

from . import bits, claims, confusion, controls, extensions, json_texts, key_choice, segments, signatures, unsigned, weak_keys
from .book import Book

CACHE = "It is about a cache of verified tokens, and there is none: each call verifies the whole token anew."
REMOTE = "It is about what is fetched for a remote key set, and this library opens no connection."
OPAQUE = "An opaque token is judged by an authenticator that was opened before: its cases are several steps long and stand in scenarios/access.json."

WAITS = {
    "KID-12":
    "Its tokens are refused in the cases here; how often keys are fetched for them can be counted where a remote key set fetches. "
    + REMOTE,
    **{
        f"EMB-0{number}":
        "Its tokens are refused in the cases here; that no address is asked can be observed where a remote key set fetches. " + REMOTE
        for number in (4, 5, 7)
    },
    **{f"DOS-0{number}": REMOTE
       for number in (6, 7, 8)},
    "DOS-09":
    "It is about the answer of a token endpoint, and this library asks none.",
    **{f"CACHE-{number:02}": CACHE
       for number in range(1, 8)},
    "CACHE-08":
    CACHE +
    " By CONFORMANCE.md the ECDSA twin verifies, so a revocation goes by issuer and jti and not by the token's text.",
    "CACHE-09":
    CACHE,
    "CACHE-10":
    "It is about a cache of fetched tokens, and this library fetches none.",
    **{f"OPQ-0{number}": OPAQUE
       for number in (1, 2, 3, 4, 6, 7, 8, 9)},
    "OPQ-05":
    "It is about the checksum of an API key; its cases stand in api_key.json.",
}


def write():
    """Writes tests/vectors/attacks.json; returns its number of cases."""
    book = Book(WAITS)
    for module in (unsigned, confusion, key_choice, extensions, signatures, bits, segments, json_texts, claims,
                   weak_keys, controls):
        module.add(book)
    return book.write()
