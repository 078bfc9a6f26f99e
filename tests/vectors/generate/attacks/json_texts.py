"""JSON: headers and payloads that two readers would read differently. Every MAC is good."""

import json

from ..cases import Raw, fail, ok
from ..jws import LATER, b64u, jws, policy, verify
from ..keys import signer
from ..verify_json import nested

MALFORMED, CLAIMS_MALFORMED = fail("MALFORMED"), fail("CLAIMS_MALFORMED")
PLACES = {"header": ('"alg":"HS256"', MALFORMED), "payload": ('"exp":1800000060', CLAIMS_MALFORMED)}


def add(book):
    twice(book)
    shapes(book)
    texts(book)
    dialects(book)
    sizes(book)
    serialisations(book)


def token(place, text):
    """A token whose header or payload is this text, or these bytes."""
    return jws(text) if place == "header" else jws(payload=text)


def each(book, attack, name, build):
    """A case for the header and one for the payload; `build` makes the text from a good first member."""
    for place, (member, expect) in PLACES.items():
        book.case(attack, f"{place}, {name}", verify(token(place, build(member))), expect)


def claimed(text):
    return ok(header={"alg": "HS256"}, claims=Raw(text))


def twice(book):
    for one, other in (("none", "HS256"), ("HS256", "none"), ("HS256", "HS256"), ("RS256", "HS256")):
        book.case("JSON-01", f"{one} and {other}", verify(jws('{"alg":"%s","alg":"%s"}' % (one, other))), MALFORMED)
        for name in ("\\u0061lg", "al\\u0067", "\\u0061\\u006c\\u0067", "\\u0061\\u006C\\u0067"):
            book.case("JSON-02", f"{one} and {other} as {name}",
                      verify(jws('{"alg":"%s","%s":"%s"}' % (one, name, other))), MALFORMED)
            book.case("JSON-02", f"{one} as {name} and {other}",
                      verify(jws('{"%s":"%s","alg":"%s"}' % (name, one, other))), MALFORMED)
    for member in ("kid", "typ", "x"):
        book.case("JSON-01", f"{member} twice beside one alg",
                  verify(jws('{"alg":"HS256","%s":"a","%s":"b"}' % (member, member))), MALFORMED)
    for text in ('{"exp":1800000060,"sub":"a","sub":"b"}', '{"exp":1,"exp":1800000060}', '{"exp":1800000060,"exp":1}',
                 '{"exp":1800000060,"exp":1800000060}', '{"exp":1800000060,"iss":"a","is\\u0073":"b"}',
                 '{"exp":1800000060,"aud":"a","aud":["b"]}', '{"exp":1800000060,"admin":false,"admin":true}',
                 '{"exp":1800000060,"":1,"":2}'):
        book.case("JSON-03", text, verify(jws(payload=text)), CLAIMS_MALFORMED)
    for text in ('"act":{"sub":"a","sub":"b"}', '"a":[{"b":1,"b":1}]', '"a":{"b":{"c":{"d":1,"d":2}}}',
                 '"act":{"sub":"a","s\\u0075b":"b"}'):
        each(book, "JSON-04", text, lambda member: "{%s,%s}" % (member, text))


def shapes(book):
    me = policy(any_audience=None, audience="me")
    missing = lambda claim: fail("CLAIM_MISSING", claim)
    for text, rules, expect in (('{"Aud":"me","AUD":"me","EXP":1800000060}', me,
                                 missing("exp")), ('{"exp":1800000060,"Aud":"me","AUD":"me"}', me,
                                                   missing("aud")), ('{"EXP":1800000060}', policy(), missing("exp")),
                                ('{"Exp":1800000060,"eXp":1800000060}', policy(),
                                 missing("exp")), ('{"exp ":1800000060}', policy(), missing("exp")),
                                ('{"e\u0445p":1800000060}', policy(), missing("exp")), ('{"exp\\u0000":1800000060}',
                                                                                        policy(), missing("exp")),
                                ('{"exp":1,"EXP":1800000060}', policy(),
                                 fail("EXPIRED",
                                      "exp")), ('{"exp":1800000060,"ISS":"x"}', policy(any_issuer=None, issuer="x"),
                                                missing("iss")), ('{"exp":1800000060,"Sub":"x"}', policy(subject="x"),
                                                                  missing("sub"))):
        book.case("JSON-05", text, verify(jws(payload=text), rules=rules), expect)
    for text in ('[{"sub":"x"}]', '[{"exp":1800000060}]', '"x"', "1", "null", "true", "[]", '["exp",1800000060]',
                 '"{}"', "-0", "", " "):
        book.case("JSON-06", repr(text), verify(jws(payload=text)), CLAIMS_MALFORMED)
    for text in ('[{"alg":"HS256"}]', '"HS256"', "1", "null", "true", "[]", '["alg","HS256"]',
                 '"{\\"alg\\":\\"HS256\\"}"', " "):
        book.case("JSON-07", repr(text), verify(jws(text)), MALFORMED)
    book.case("JSON-08", "header", verify(jws("{}")), MALFORMED)
    book.case("JSON-08", "header and payload", verify(jws("{}", "{}")), MALFORMED)
    book.case("JSON-08", "payload", verify(jws(payload="{}")), fail("CLAIM_MISSING", "exp"))
    for name, rest in (("x", "x"), ("an object", '{"alg":"none"}'), ("an empty object", "{}"), ("a NUL", "\0"),
                       ("a NUL and more", '\0,"alg":"none"}'), ("a comma", ","), ("a brace", "}"),
                       ("a comment", " // x"), ("a number", " 1")):
        each(book, "JSON-09", f"{name} after it", lambda member: "{%s}%s" % (member, rest))
        if rest not in (",", "}"):
            book.case("JSON-09", f"{name} before it", verify(jws(rest + '{"alg":"HS256"}')), MALFORMED)


def texts(book):
    encodings = {
        "UTF-8 with a mark": "utf-8-sig", "UTF-16 with a mark": "utf-16", "UTF-16LE": "utf-16-le", "UTF-16BE":
        "utf-16-be", "UTF-32LE": "utf-32-le", "EBCDIC": "cp500"
    }
    for name, encoding in encodings.items():
        each(book, "JSON-10", name, lambda member: ("{%s}" % member).encode(encoding))
    each(book, "JSON-10", "UTF-7", lambda member: b"+AHs-%s+AH0-" % member.encode())
    each(book, "JSON-10", "a mark after it", lambda member: "{%s}\ufeff" % member)
    for name, data in {
            "0xff": b"\xff", "0xfe": b"\xfe", "a cut sequence": b"\xc3", "a lone continuation": b"\x80", "Latin-1":
            b"caf\xe9", "a surrogate": b"\xed\xa0\x80", "beyond the last": b"\xf4\x90\x80\x80"
    }.items():
        each(book, "JSON-11", f"{name} in a text", lambda member: b'{%s,"a":"%s"}' % (member.encode(), data))
        each(book, "JSON-11", f"{name} in a name", lambda member: b'{%s,"%s":1}' % (member.encode(), data))
    for escape in ("\\ud800", "\\udc00", "\\ud800x", "\\udc00\\ud800", "\\uD800\\u0041"):
        each(book, "JSON-11", f"{escape} in a text", lambda member: '{%s,"a":"%s"}' % (member, escape))
        each(book, "JSON-11", f"{escape} in a name", lambda member: '{%s,"%s":1}' % (member, escape))
    for name, data in {
            "a slash": b"\xc0\xaf", "a slash in three bytes": b"\xe0\x80\xaf", "a slash in four bytes":
            b"\xf0\x80\x80\xaf", "a NUL": b"\xc0\x80", "a quote": b"\xc0\xa2"
    }.items():
        each(book, "JSON-12", name, lambda member: b'{%s,"sub":"a%sb"}' % (member.encode(), data))
    for code in (0x00, 0x01, 0x08, 0x09, 0x0A, 0x0D, 0x1B, 0x1F):
        each(book, "JSON-17", f"U+{code:04X} in a text", lambda member: '{%s,"a":"x%sy"}' % (member, chr(code)))
        each(book, "JSON-17", f"U+{code:04X} in a name", lambda member: '{%s,"x%sy":1}' % (member, chr(code)))
    text = '{"exp":1800000060,"sub":"admin\\u0000x"}'
    book.case("JSON-18", "it is answered whole", verify(jws(payload=text)), claimed(text))
    book.case("JSON-18", "it is the whole text to a policy", verify(jws(payload=text),
                                                                    rules=policy(subject="admin\0x")), claimed(text))
    for subject in ("admin", "admin\0", "admin\0y", "x"):
        book.case("JSON-18", f"it is not {subject!r}", verify(jws(payload=text), rules=policy(subject=subject)),
                  fail("SUBJECT", "sub"))
    for claim, member, status in (("iss", "issuer", "ISSUER"), ("aud", "audience", "AUDIENCE")):
        rules = policy(**{f"any_{member}": None, member: "good"})
        book.case("JSON-18", f"nor is such an {claim} cut",
                  verify(jws(payload='{"exp":1800000060,"%s":"good\\u0000x"}' % claim), rules=rules),
                  fail(status, claim))


def dialects(book):
    kinds = {
        "a comment": "{%s/* */}", "a line comment": "{%s//\n}", "a hash comment": "{%s#\n}", "single quotes":
        "{%s,'a':1}", "a trailing comma": "{%s,}", "a leading comma": "{,%s}", "NaN": '{%s,"a":NaN}', "Infinity":
        '{%s,"a":Infinity}', "-Infinity": '{%s,"a":-Infinity}', "a hexadecimal number": '{%s,"a":0x1F}',
        "a leading zero": '{%s,"a":01}', "an octal number": '{%s,"a":0o17}', "a plus sign": '{%s,"a":+1}',
        "a bare point": '{%s,"a":.5}', "a point at the end": '{%s,"a":1.}', "an underscore": '{%s,"a":1_000}',
        "a name without quotes": "{%s,a:1}", "an assignment": '{%s,"a"=1}', "a semicolon": '{%s;"a":1}', "undefined":
        '{%s,"a":undefined}', "True": '{%s,"a":True}', "nil": '{%s,"a":nil}', "a back-tick": "{%s,`a`:1}",
        "\\x escapes": '{%s,"a":"\\x41"}', "an escaped quote of the other kind": '{%s,"a":"\\\'"}', "a line continued":
        '{%s,"a":"x\\\ny"}', "a prefix against JSON hijacking": ")]}'\n{%s}", "a no-break space": "{%s,\u00a0\"a\":1}",
        "a literal of three quotes": '{%s,"a":"""x"""}', "a big integer's n": '{%s,"a":1n}', "two values":
        '{%s,"a":1 2}', "a missing value": '{%s,"a":}'
    }
    for name, form in kinds.items():
        each(book, "JSON-13", name, lambda member: form.replace("%s", member))


def sizes(book):
    for depth in (17, 32):
        for place, (member, _) in PLACES.items():
            text = '{%s,"a":%s}' % (member, nested(depth - 1))
            request = verify(token(place, text))
            book.case("JSON-14", f"{place} of {depth} levels", request,
                      claimed(text) if place == "payload" else ok(header=Raw(text), claims=LATER),
                      "CONFORMANCE.md takes up to 32 levels.")
    for depth in (33, 64, 128, 129, 1000, 20000):
        each(book, "JSON-14", f"{depth} levels of lists", lambda member: '{%s,"a":%s}' % (member, nested(depth - 1)))
        if depth < 20000:
            each(book, "JSON-14", f"{depth} levels of objects", lambda member: '{%s,"a":%s}' %
                 (member, nested(depth - 1, '{"a":', "}")))
        book.case("JSON-14", f"a payload of {depth} lists", verify(jws(payload=nested(depth))), CLAIMS_MALFORMED)
        book.case("JSON-14", f"a payload of {depth} lists without end", verify(jws(payload="[" * depth)),
                  CLAIMS_MALFORMED)
    many = "{%s}" % ",".join(['"exp":1800000060', *(f'"m{number}":{number % 10}' for number in range(4400))])
    book.case("JSON-15", "4401 different ones", verify(jws(payload=many)), claimed(many),
              "There is no limit but the token's length.")
    book.case("JSON-15", "4401 and the first once more", verify(jws(payload=many[:-1] + ',"exp":1}')), CLAIMS_MALFORMED)
    book.case("JSON-15", "more than a token may be long",
              verify(jws(payload="{%s}" % ",".join(f'"m{number}":{number % 10}' for number in range(5200)))),
              fail("TOO_LARGE"), "A million of them are made in memory by tests/attacks.rs.")
    # Aa and BB have one hash in Java's, and strings made of them have one too; DJB2 knows such pairs as well.
    for name, pair in (("times 31", ("Aa", "BB")), ("times 33", ("Ez", "FY"))):
        names = ["".join(pair[number >> bit & 1] for bit in range(9)) for number in range(512)]
        text = "{%s}" % ",".join(['"exp":1800000060', *(f'"{one}":0' for one in names)])
        book.case("JSON-16", f"512 names, {name}", verify(jws(payload=text)), claimed(text))


def serialisations(book):
    head, body, mac = jws().split(".")
    other = jws(key=signer("ES256"), algorithm="ES256").split(".")
    valid, invalid = {"protected": head, "signature": mac}, {"protected": head, "signature": "AAAA"}
    for name, document in {
            "flattened": {"payload": body, "protected": head, "signature": mac}, "flattened with an unprotected header":
        {"payload": body, "header": {"alg": "HS256"}, "signature":
         mac}, "general": {"payload": body, "signatures":
                           [valid]}, "no signatures": {"payload": body, "signatures": []}, "a valid and an invalid one":
        {"payload": body, "signatures":
         [valid, invalid]}, "an invalid and a valid one": {"payload": body, "signatures": [invalid, valid]}, "two keys":
        {"payload": body, "signatures": [valid, {"protected": other[0], "signature": other[2]}]},
            "flattened and general": {"payload": body, "protected": head, "signature": mac, "signatures":
                                      [valid]}, "no signature": {"payload": body, "protected":
                                                                 head}, "a list of it": [jws()], "a text of it": jws()
    }.items():
        text = json.dumps(document, separators=(",", ":"))
        book.case("JSON-19", name, verify(text), MALFORMED)
        book.case("JSON-19", f"{name}, in base64url", verify(b64u(text.encode())), MALFORMED)
    forged = b64u(b'{"exp":9999999999,"sub":"admin"}')
    for name, text in {
            "the token as a member's name":
            '{"%s.%s.%s":1,"protected":"%s","payload":"%s","signature":"%s"}' % (head, body, mac, head, forged, mac),
            "a header in the name":
            '{"%s.%s.":"","protected":"%s", "payload":"%s","signature":"%s"}' % (head, forged, head, body, mac),
            "a header after white space":
            '{" %s.%s.":"","protected":"%s","payload":"%s","signature":"%s"}' % (head, forged, head, body, mac),
            "a compact token that is JSON up to its first dot":
            '{"alg":"HS256"}.%s.%s' % (body, mac), "a token behind a document":
            '{"payload":"%s"}%s.%s.%s' % (forged, head, body, mac)
    }.items():
        book.case("JSON-20", name, verify(text), MALFORMED)
