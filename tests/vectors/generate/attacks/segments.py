"""B64U: spellings of a token that a lax decoder reads all the same. MACs are made over the text as it stands, so that only strictness refuses."""

from ..cases import fail
from ..jws import b64u, jws, sign, verify
from ..keys import SECRET
from .book import BAD

MALFORMED = fail("MALFORMED")
HEADER, CLAIMS = b'{"alg":"HS256"}', b'{"exp":1800000060}'
GOOD = jws()
PLACES = ("header", "payload", "signature")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
WHITE = {"a space": " ", "a tab": "\t", "CR": "\r", "LF": "\n"}


def add(book):
    paddings(book)
    inserted(book)
    escapes(book)
    counts(book)
    around(book)


def token(place, segment):
    """A token with this text as one of its segments."""
    if place == "header":
        return sign(segment + "." + b64u(CLAIMS), SECRET, "HS256")
    if place == "payload":
        return sign(b64u(HEADER) + "." + segment, SECRET, "HS256")
    return GOOD.rpartition(".")[0] + "." + segment


def plain(place):
    return {"header": b64u(HEADER), "payload": b64u(CLAIMS), "signature": GOOD.rpartition(".")[2]}[place]


def refused(book, attack, name, text):
    book.case(attack, name, verify(text), MALFORMED)


def paddings(book):
    # One, two and no bytes over: an = too many, and the right number of them.
    contents = {
        "header": (b'{"alg":"HS256"}', b'{"alg":"HS256" }', b'{"alg":"HS256"  }'), "payload":
        (CLAIMS, CLAIMS[:-1] + b" }", CLAIMS[:-1] + b"  }")
    }
    for place in PLACES:
        segments = [b64u(content) for content in contents.get(place, ())] or [plain(place)]
        for segment in segments:
            for padding in ("=", "==", "===", "===="):
                refused(book, "B64U-01", f"{padding} after a {place} of {len(segment)} letters",
                        token(place, segment + padding))
        refused(book, "B64U-01", f"= before a {place}", token(place, "=" + plain(place)))
        refused(book, "B64U-01", f"%3D after a {place}", token(place, plain(place) + "%3D"))
    # The letters - and _ come from bits of ones; the same text with + and / is the same bytes in the standard alphabet.
    both = {
        "header": b64u(b'{"alg":"HS256","x":"\xc3\xbf\xc3\xbe??>"}'), "payload":
        b64u(b'{"exp":1800000060,"x":"\xc3\xbf\xc3\xbe??>~"}')
    }
    jti = next(jti for jti in range(1000)
               if {"-", "_"} <= set(jws(payload='{"exp":1800000060,"jti":"%d"}' % jti).rpartition(".")[2]))
    letters = jws(payload='{"exp":1800000060,"jti":"%d"}' % jti)
    for place in PLACES:
        segment = both.get(place) or letters.rpartition(".")[2]
        for name, wrong in (("+", segment.replace("-", "+")), ("/", segment.replace("_", "/")),
                            ("+ and /", segment.replace("-", "+").replace("_", "/"))):
            if wrong != segment:
                text = token(place, wrong) if place != "signature" else letters.rpartition(".")[0] + "." + wrong
                refused(book, "B64U-02", f"{name} in the {place}", text)
    for place in PLACES:
        # Of 2 mod 4 letters the last has four unused bits, of 3 mod 4 it has two.
        for content in contents.get(place, ())[:3] or (b"x", b"xy"):
            segment = b64u(content)
            unused = {2: 4, 3: 2, 0: 0}[len(segment) % 4]
            for extra in {1, 2, 2**unused - 1} if unused else ():
                last = ALPHABET[ALPHABET.index(segment[-1]) + extra]
                refused(book, "B64U-03", f"{extra} in the {unused} bits of a {place} of {len(segment)} letters",
                        token(place, segment[:-1] + last))
        for length in (1, 5, 4 * (len(plain(place)) // 4) + 1):
            refused(book, "B64U-04", f"a {place} of {length} letters", token(place, (plain(place) + "AAAA")[:length]))
    mac = plain("signature")
    for extra in (1, 2, 3):
        refused(book, "B64U-03", f"{extra} in the 2 bits of the good MAC",
                token("signature", mac[:-1] + ALPHABET[ALPHABET.index(mac[-1]) + extra]))
    refused(book, "B64U-04", "two letters after the good MAC", token("signature", mac + "AA"))


def inserted(book):
    for place in PLACES:
        segment = plain(place)
        for name, at in (("at the beginning", 0), ("in the middle", len(segment) // 2), ("at the end", len(segment))):
            for what, white in WHITE.items():
                refused(book, "B64U-05", f"{what} {name} of the {place}",
                        token(place, segment[:at] + white + segment[at:]))
        for name, at in (("in the middle", len(segment) // 2), ("at the end", len(segment))):
            for what, sign_ in (("?", "?"), ("#", "#"), ("%", "%"), ("NUL", "\0"), ("U+0080", "\x80"),
                                ("a byte order mark", "\ufeff"), ("a zero-width space", "\u200b"), ("a soft hyphen",
                                                                                                    "\u00ad")):
                refused(book, "B64U-06", f"{what} {name} of the {place}",
                        token(place, segment[:at] + sign_ + segment[at:]))
        for what, letter in (("a wide letter", chr(ord(segment[2]) + 0xFEE0)), ("a Cyrillic letter", "\u0430"),
                             ("a letter with an accent", "\u00e9"), ("a mathematical letter", "\U0001d400")):
            refused(book, "B64U-08", f"{what} in the {place}", token(place, segment[:2] + letter + segment[3:]))
        refused(book, "B64U-08", f"a letter of the {place} percent-encoded",
                token(place, segment[:2] + "%%%02X" % ord(segment[2]) + segment[3:]))


def escapes(book):
    mac = plain("signature")
    for text in ("\\11", "\\\\11", "!@$%", "\\u0041", "&amp;", "\\n", "\\0", ";", ":", ",", "(", "~", "'", "*"):
        refused(book, "B64U-07", f"{text} in the middle", token("signature", mac[:20] + text + mac[20:]))
        refused(book, "B64U-07", f"{text} after it", token("signature", mac + text))
    for what, dot in (("%2E", "%2E"), ("%2e", "%2e"), ("a wide dot", "\uff0e"), ("a dot leader", "\u2024"),
                      ("a middle dot", "\u00b7"), ("an ideographic stop",
                                                   "\u3002"), ("&#46;", "&#46;"), ("two dots as one letter", "\u2025")):
        refused(book, "B64U-08", f"{what} for the dots", GOOD.replace(".", dot))
        refused(book, "B64U-08", f"{what} for the last dot", dot.join(GOOD.rsplit(".", 1)))


def counts(book):
    head, body, mac = GOOD.split(".")
    for name, text in {
            "a dot after it": GOOD + ".", "two dots after it": GOOD + "..", "a segment after it": GOOD + ".x",
            "an object after it": GOOD + ".e30", "five segments": f"{head}.{body}.{mac}.AAAA.AAAA", "itself after it":
            GOOD + "." + GOOD, "a dot before it": "." + GOOD, "a double dot": GOOD.replace(".", "..", 1),
            "two segments": f"{head}.{body}", "the header alone": head, "the header and a dot": head + ".",
            "a disclosure after it, as SD-JWT has": GOOD + "~WyJhIl0~"
    }.items():
        refused(book, "B64U-09", name, text)
    for text in (".", "..", "...", "....", "", "a", "a.", ".a", "a.b", "a.b.c", "e30.e30.", ".e30.", "..e30", "null",
                 "{}", "undefined", "0"):
        refused(book, "B64U-10", repr(text), text)
    book.case("B64U-10", "the first bytes of a good token", verify(GOOD[:10]), MALFORMED)
    book.case("B64U-10", "a good header and nothing else", verify(head + ".."), BAD,
              "Its segments are well formed, two of them empty.")


def around(book):
    for before in ("Bearer ", "bearer ", "Bearer", "JWT ", "Authorization: Bearer ", "token="):
        refused(book, "B64U-11", f"{before!r} before it", before + GOOD)
    for before, after in ('""', "''", "<>", "[]", ("b'", "'"), ("\u201c", "\u201d"), ('["', '"]')):
        refused(book, "B64U-11", f"{before}…{after}", before + GOOD + after)
    for name, text in {
            "alone": GOOD + "\0", "and letters": GOOD + "\0AAAA", "and another token": GOOD + "\0" + GOOD,
            "and a segment": GOOD + "\0.x", "before it": "\0" + GOOD, "in the place of the MAC":
            GOOD.rpartition(".")[0] + ".\0", "after a cut MAC": GOOD[:-4] + "\0" + GOOD[-4:]
    }.items():
        refused(book, "B64U-12", f"a NUL {name}", text)
