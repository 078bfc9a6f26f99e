"""CRIT and B64: header members that ask for more than this library does."""

import zlib

from ..cases import Raw, fail
from ..jws import b64u, jws, sign, verify
from ..keys import ALGORITHMS, SECRET, public
from ..verify_rfc import RFC

REFUSED, MALFORMED, TOO_LARGE = fail("HEADER_UNSUPPORTED"), fail("MALFORMED"), fail("TOO_LARGE")

# A deflate stream of a million zero bytes: the first block's code tables, then a bit or two for each 258 of them.
BOMB = bytes.fromhex("edc101010000008220ffaf6e484001") + bytes(968) + bytes.fromhex("af06")


def header(members):
    return '{"alg":"HS256",%s}' % members


def add(book):
    critical(book)
    unencoded(book)
    compressed(book)


def critical(book):
    for name in ("exp-policy", "http://example.com/x", "crit", "", "\\u0061"):
        book.case("CRIT-01", f'"{name}"',
                  verify(jws(header('"crit":["%s"],"%s":1' % (name, name) if name != "crit" else '"crit":["crit"]'))),
                  REFUSED)
    for algorithm in ALGORITHMS:
        book.case("CRIT-01", algorithm,
                  verify(jws({"alg": algorithm, "crit": ["x"], "x": 1}), public(algorithm), algorithm=algorithm),
                  REFUSED)
    book.case("CRIT-01", "one that is known elsewhere", verify(jws(header('"crit":["exp"],"exp":1800000060'))), REFUSED,
              "The list of supported extensions is empty.")
    book.case("CRIT-01", "crit itself spelled with an escape", verify(jws(header('"\\u0063rit":["x"],"x":1'))), REFUSED)
    book.case("CRIT-01", "before payload bytes",
              verify(jws(header('"crit":["x"],"x":1')), rules={"algorithms": ["HS256"], "payload": "bytes"}), REFUSED)
    book.case("CRIT-02", '"x"', verify(jws(header('"crit":["x"]'))), REFUSED)
    book.case("CRIT-02", "a member of another letter case", verify(jws(header('"crit":["x"],"X":1'))), REFUSED)
    book.case("CRIT-03", "a good MAC", verify(jws(header('"crit":[]'))), REFUSED)
    for value in ('"exp"', "{}", "[1]", "null", "true", "0", '[["x"]]', "[null]", '{"0":"x","length":1}', '""'):
        book.case("CRIT-04", value, verify(jws(header('"crit":%s' % value))), REFUSED)
    for name in ("alg", "typ", "kid", "jwk"):
        book.case("CRIT-05", name, verify(jws(header('"crit":["%s"]' % name))), REFUSED)
    for name in ("b64", "x", "alg"):
        book.case("CRIT-06", name, verify(jws(header('"crit":["%s","%s"]' % (name, name)))), REFUSED)
    book.case("CRIT-06", "and has b64", verify(jws(header('"b64":true,"crit":["b64","b64"]'))), REFUSED)
    book.case("CRIT-07", "as printed", verify(RFC["rfc7515_e"]["token"]), REFUSED)
    negative = Raw(
        '{"alg":"HS256",\r\n "crit":["http://example.com/UNDEFINED"],\r\n "http://example.com/UNDEFINED":true\r\n}')
    book.case("CRIT-07", "with a good MAC in the place of none", verify(jws(str(negative), "FAIL")), REFUSED)


def unencoded(book):
    claims = '{"exp":1800000060}'
    raw = lambda members, payload: b64u(header(members).encode()) + "." + payload
    both = '"b64":false,"crit":["b64"]'
    book.case("B64-01", "the payload of RFC 7797, which has a dot in it",
              verify(sign(raw(both, "$.02"), SECRET, "HS256")), MALFORMED, "That makes four segments.")
    book.case("B64-01", "claims", verify(sign(raw(both, claims), SECRET, "HS256")), MALFORMED,
              "The payload is not base64url, which is looked at first.")
    book.case("B64-01", "a payload in letters of base64url", verify(sign(raw(both, "payload_"), SECRET, "HS256")),
              REFUSED)
    book.case("B64-01", "an encoded payload", verify(jws(header(both))), REFUSED)
    book.case("B64-01", "no payload", verify(sign(raw(both, ""), SECRET, "HS256")), REFUSED)
    alone = '"b64":false'
    for name, payload, signed in (("encoded, MAC over the encoded one", b64u(claims.encode()),
                                   None), ("encoded, MAC over the decoded one", b64u(claims.encode()), claims),
                                  ("in letters of base64url, MAC over it", "payload_", None)):
        mac = SECRET.sign("HS256", raw(alone, signed or payload).encode())
        book.case("B64-02", f"a payload {name}", verify(raw(alone, payload) + "." + b64u(mac)), REFUSED)
    book.case("B64-02", "claims that are not encoded", verify(sign(raw(alone, claims), SECRET, "HS256")), MALFORMED)
    for members in ('"b64":true', '"b64":true,"crit":["b64"]', '"b64":null', '"b64":"false"', '"b64":0'):
        book.case("B64-03", members, verify(jws(header(members))), REFUSED,
                  "CONFORMANCE.md refuses b64 whatever its value.")
    for members in (alone, both):
        book.case("B64-04", f"66000 letters, {members}", verify(raw(members, "A" * 66000) + ".AAAA"), TOO_LARGE,
                  "Its length is looked at first; larger ones are made in memory by tests/attacks.rs.")
    book.case("B64-04", "as large as a token may be", verify(raw(both, "A" * 64000) + ".AAAA"), REFUSED,
              "Before anything is decoded for keeps.")


def compressed(book):
    inflater = zlib.decompressobj(-15)
    assert inflater.decompress(BOMB) == bytes(1000000), "the bomb is a deflate stream"
    for name, payload in (("a bomb", BOMB), ("plain claims", '{"exp":1800000060}')):
        for value in ("DEF", "def", ""):
            book.case("B64-05", f'{name}, zip "{value}"', verify(jws(header('"zip":"%s"' % value), payload)), REFUSED,
                      "Nothing is inflated.")
    book.case("B64-05", "a bomb, zip null", verify(jws(header('"zip":null'), BOMB)), REFUSED)
    book.case("B64-05", "a bomb without zip", verify(jws({"alg": "HS256"}, BOMB)), fail("CLAIMS_MALFORMED"),
              "It is a payload that is no JSON.")
