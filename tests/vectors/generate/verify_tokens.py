"""verify: segments and base64url."""

from .cases import Raw, fail, ok
from .jws import NOW, b64u, bytes_policy, jws, policy, sign, verify
from .keys import SECRET

HEADER, CLAIMS = b'{"alg":"HS256"}', b'{"exp":1800000060}'
MALFORMED = fail("MALFORMED")
GOOD = jws()
SEGMENTS = "Status table, row 6: exactly three segments of strict base64url"
STRICT = "Tokens: base64url: no =, no white space, no length of 1 mod 4, unused bits zero; in all three segments"


def add(file):
    counts(file)
    segments(file)
    edges(file)


def counts(file):
    head, body, mac = GOOD.split(".")
    for name, token in (("nothing", ""), ("one dot", "."), ("two dots", ".."), ("three dots", "..."),
                        ("one letter", "a"), ("one segment", head), ("two segments", f"{head}.{body}"),
                        ("two segments the last two", f"{body}.{mac}"), ("a dot after the token", GOOD + "."),
                        ("a dot before the token", "." + GOOD), ("four segments",
                                                                 GOOD + ".e30"), ("five segments, as a JWE has",
                                                                                  f"{head}.{body}.{mac}.{body}.{mac}"),
                        ("an empty header segment", f".{body}.{mac}"), ("a double dot", GOOD.replace(".", "..", 1)),
                        ("Bearer before it", "Bearer " + GOOD), ("quotes around it", f'"{GOOD}"'),
                        ("a space before it", " " + GOOD), ("a space after it", GOOD + " "), ("a line break after it",
                                                                                              GOOD + "\n"),
                        ("a carriage return and a line break after it",
                         GOOD + "\r\n"), ("a tab before it", "\t" + GOOD), ("a NUL after it", GOOD + "\0"),
                        ("a NUL and more after it",
                         GOOD + "\0.x.y"), ("a NUL before it", "\0" + GOOD), ("a BOM before it", "\ufeff" + GOOD),
                        ("two tokens", GOOD + "," + GOOD), ("a comma after it",
                                                            GOOD + ","), ("a percent-encoded dot",
                                                                          GOOD.replace(".", "%2E", 1)),
                        ("a wide dot", GOOD.replace(".", "\uff0e", 1)), ("letters in wide form", "\uff45" + GOOD[1:]),
                        ("a flattened JWS", '{"payload":"%s","protected":"%s","signature":"%s"}' % (body, head, mac)),
                        ("a general JWS", '{"payload":"%s","signatures":[{"protected":"%s","signature":"%s"}]}' %
                         (body, head, mac)), ("a general JWS without signatures", '{"payload":"%s","signatures":[]}' %
                                              body), ("a colon for a dot",
                                                      GOOD.replace(".", ":")), ("a tilde at the end, as SD-JWT has",
                                                                                GOOD + "~")):
        file.add(f"a token that is or has {name} is malformed", SEGMENTS, verify(token), MALFORMED)
    file.add("a detached payload is no claims", "Tokens: an empty payload segment is well formed",
             verify(sign(b64u(HEADER) + ".", SECRET, "HS256")), fail("CLAIMS_MALFORMED"))
    file.add("a payload that is taken out after signing is a bad signature",
             "Tokens: an empty payload segment is well formed", verify(f"{head}..{mac}"), fail("SIGNATURE"))


def faults(segment):
    """Spellings of a segment that a lax decoder reads all the same."""
    return {
        "= after it": segment + "=",
        "== after it": segment + "==",
        "=== after it": segment + "===",
        "a space in it": segment[:4] + " " + segment[4:],
        "a space after it": segment + " ",
        "a space before it": " " + segment,
        "a tab in it": segment[:4] + "\t" + segment[4:],
        "a line feed in it": segment[:4] + "\n" + segment[4:],
        "a line feed after it": segment + "\n",
        "a carriage return in it": segment[:4] + "\r" + segment[4:],
        "a NUL in it": segment[:4] + "\0" + segment[4:],
        "a NUL after it": segment + "\0",
        "a plus sign": segment[:4] + "+" + segment[5:],
        "a slash": segment[:4] + "/" + segment[5:],
        "a question mark in it": segment[:4] + "?" + segment[4:],
        "a percent sign in it": segment[:4] + "%" + segment[4:],
        "an accent": segment[:4] + "\u00e9" + segment[4:],
        "a wide letter": segment[:4] + "\uff21" + segment[4:],
        "a backslash": segment[:4] + "\\" + segment[4:],
        "an exclamation mark after it": segment + "!",
        "a DEL": segment[:4] + "\x7f" + segment[4:],
    }


def segments(file):
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    payloads = {
        "header": (b'{"alg":"HS256" }', b'{"alg":"HS256"  }'), "payload":
        (b'{"exp":1800000060 }', b'{"exp":1800000060  }')
    }

    def token(place, segment):
        if place == "header":
            return sign(segment + "." + b64u(CLAIMS), SECRET, "HS256")
        if place == "payload":
            return sign(b64u(HEADER) + "." + segment, SECRET, "HS256")
        return GOOD.rsplit(".", 1)[0] + "." + segment

    for place in ("header", "payload", "signature"):
        plain = {"header": b64u(HEADER), "payload": b64u(CLAIMS), "signature": GOOD.rsplit(".", 1)[1]}[place]
        for name, segment in faults(plain).items():
            file.add(f"a {place} segment with {name} is malformed", STRICT, verify(token(place, segment)), MALFORMED)
        for length in (1, 5):
            file.add(f"a {place} segment of {length} characters, 1 mod 4, is malformed", STRICT,
                     verify(token(place, "AAAAA"[:length])), MALFORMED)
        file.add(f"a {place} segment with one character too many is malformed", STRICT,
                 verify(token(place, plain + "A" * ((1 - len(plain)) % 4 or 4))), MALFORMED)
        # Two characters carry 8 of 12 bits, three carry 16 of 18: the rest must be zero.
        for data in payloads.get(place, ()) or (b"x", b"xy"):
            segment = b64u(data)
            if len(segment) % 4 == 0:
                continue
            for extra in (1, 2) if len(segment) % 4 == 3 else (1, 8, 15):
                last = alphabet[alphabet.index(segment[-1]) + extra]
                name = f"a {place} segment of {len(segment) % 4} mod 4 characters with unused bits of {extra} is malformed"
                file.add(name, STRICT, verify(token(place, segment[:-1] + last)), MALFORMED)
    mac = GOOD.rsplit(".", 1)[1]
    last = alphabet[alphabet.index(mac[-1]) + 1]
    file.add("the good MAC with a spare bit set is malformed", STRICT, verify(token("signature", mac[:-1] + last)),
             MALFORMED)
    file.add("a broken signature segment is malformed beside payload bytes too", STRICT,
             verify(token("signature", mac + "="), rules=bytes_policy()), MALFORMED)


def edges(file):
    why = "Tokens: an empty payload or signature segment is well formed; an empty header is not JSON"
    file.add("an empty payload segment is no claims", why, verify(jws(payload=b"")), fail("CLAIMS_MALFORMED"))
    file.add("an empty payload segment is no bytes", why, verify(jws(payload=b""), rules=bytes_policy()),
             ok(header={"alg": "HS256"}, payload_b64u=""))
    file.add("an empty signature segment is a bad signature", why, verify(GOOD.rsplit(".", 1)[0] + "."),
             fail("SIGNATURE"))
    file.add("an empty header segment is malformed", why, verify(sign("." + b64u(CLAIMS), SECRET, "HS256")), MALFORMED)
    file.add("only dots and a signature are malformed", why, verify(sign(".", SECRET, "HS256")), MALFORMED)
    data = bytes([0xFB, 0xEF, 0xBE, 0xFF, 0xFF, 0xFF])
    file.add("- and _ are of the alphabet", why, verify(jws(payload=data), rules=bytes_policy()),
             ok(header={"alg": "HS256"}, payload_b64u="----____"))
