"""verify: the JSON of headers and claims."""

from .cases import Raw, fail, ok
from .jws import NOW, jws, policy, verify
from .keys import SECRET

RULES = "Tokens: JSON: RFC 8259 in UTF-8, one object, white space around it allowed"
HEADER = {"alg": "HS256"}


def nested(levels, opening="[", closing="]", inside="1"):
    """A value of this many levels."""
    return opening * levels + inside + closing * levels


# Each is the text of an object, with M standing for a good first member.
REFUSED = {
    "a list": "[{M}]",
    "a text": '"{M}"',
    "a number": "7",
    "null": "null",
    "true": "true",
    "nothing but white space": "  ",
    "two objects": "{M}{M}",
    "two objects and a comma": "{M},{M}",
    "text after it": "{M}x",
    "a NUL after it": "{M}\0",
    "a brace too many": "{M}}",
    "a brace too few": "{M",
    "a BOM before it": "\ufeff{M}",
    "a BOM after it": "{M}\ufeff",
    "a comma at the end": "{M,}",
    "a comma at the beginning": "{,M}",
    "a missing comma": '{M "a":1}',
    "a missing colon": '{M,"a" 1}',
    "a missing value": '{M,"a":}',
    "a missing name": "{M,:1}",
    "a comment": "{M/* */}",
    "a line comment": "{M}// x",
    "single quotes": "{M,'a':1}",
    "a name without quotes": "{M,a:1}",
    "a number as a name": "{M,1:1}",
    "NaN": '{M,"a":NaN}',
    "Infinity": '{M,"a":Infinity}',
    "-Infinity": '{M,"a":-Infinity}',
    "a hexadecimal number": '{M,"a":0x10}',
    "a leading zero": '{M,"a":01}',
    "a negative leading zero": '{M,"a":-01}',
    "a plus sign": '{M,"a":+1}',
    "a bare minus": '{M,"a":-}',
    "a bare point": '{M,"a":.5}',
    "a point at the end": '{M,"a":1.}',
    "an exponent without digits": '{M,"a":1e}',
    "an exponent of a sign": '{M,"a":1e+}',
    "a point before the exponent": '{M,"a":1.e1}',
    "an underscore in a number": '{M,"a":1_0}',
    "True": '{M,"a":True}',
    "nul": '{M,"a":nul}',
    "undefined": '{M,"a":undefined}',
    "TRUE": '{M,"a":TRUE}',
    "1e400": '{M,"a":1e400}',
    "-1e400": '{M,"a":-1e400}',
    "1e309 inside a list": '{M,"a":[1e309]}',
    "a number of four hundred digits": '{M,"a":1%s}' % ("0" * 400),
    "an exponent beyond reason": '{M,"a":1e99999999999999999999}',
    "a control character in a text": '{M,"a":"\x01"}',
    "a line feed in a text": '{M,"a":"\n"}',
    "a tab in a text": '{M,"a":"\t"}',
    "a NUL in a text": '{M,"a":"\0"}',
    "a control character in a name": '{M,"\x1f":1}',
    "an unknown escape": '{M,"a":"\\x41"}',
    "an escaped apostrophe": '{M,"a":"\\\'"}',
    "a short escape": '{M,"a":"\\u12"}',
    "an escape that is not hexadecimal": '{M,"a":"\\u12g4"}',
    "an escaped line feed": '{M,"a":"\\\n"}',
    "a text without end": '{M,"a":"',
    "a backslash at the end": '{M,"a":"\\',
    "a lone high surrogate": '{M,"a":"\\ud800"}',
    "a lone low surrogate": '{M,"a":"\\udc00"}',
    "surrogates in the wrong order": '{M,"a":"\\ude00\\ud83d"}',
    "a high surrogate before a letter": '{M,"a":"\\ud83dx"}',
    "two high surrogates": '{M,"a":"\\ud83d\\ud83d\\ude00"}',
    "a lone surrogate in a name": '{M,"\\ud800":1}',
    "a high surrogate before another escape": '{M,"a":"\\ud83d\\u0041"}',
    "a form feed as white space": "{M,\f\"a\":1}",
    "a no-break space as white space": "{M,\u00a0\"a\":1}",
    "a vertical tab as white space": "{M}\v",
    "a member twice": '{M,"a":1,"a":1}',
    "a member twice with two values": '{M,"a":1,"b":2,"a":"x"}',
    "a member twice, once escaped": '{M,"a":1,"\\u0061":1}',
    "a member twice, both escaped": '{M,"\\u0061":1,"\\u0061":1}',
    "a member twice inside another": '{M,"o":{"a":1,"a":1}}',
    "a member twice inside a list": '{M,"l":[{"a":1,"a":1}]}',
    "a member twice, escaped, inside another": '{M,"o":{"a/b":1,"a\\/b":1}}',
    "an empty name twice": '{M,"":1,"":1}',
    "a member twice, as a pair and escaped": '{M,"\U0001F600":1,"\\ud83d\\ude00":1}',
    "a member twice, with NUL in its name": '{M,"a\\u0000":1,"a\\u0000":2}',
    "a member twice, escaped in upper and lower case": '{M,"\\u00e9":1,"\\u00E9":2}',
    "a member twice, far apart": '{M,"a":1,%s,"a":1}' % ",".join(f'"m{n}":{n}' for n in range(100)),
    "33 levels of lists": '{M,"a":%s}' % nested(32),
    "33 levels of objects": '{M,"a":%s}' % nested(32, '{"a":', "}"),
    "a thousand levels": '{M,"a":%s}' % nested(1000),
    "a thousand levels without end": '{M,"a":' + "[" * 1000,
}
BYTES = {
    "a byte that is not UTF-8": b'{M,"a":"\xff"}',
    "an overlong slash": b'{M,"a":"\xc0\xaf"}',
    "an overlong NUL": b'{M,"a":"\xc0\x80"}',
    "a surrogate in UTF-8": b'{M,"a":"\xed\xa0\x80"}',
    "a pair in CESU-8": b'{M,"a":"\xed\xa0\xbd\xed\xb8\x80"}',
    "a code point beyond the last": b'{M,"a":"\xf4\x90\x80\x80"}',
    "a cut sequence": b'{M,"a":"\xc3"}',
    "a lone continuation": b'{M,"a":"\x80"}',
    "Latin-1": b'{M,"a":"caf\xe9"}',
    "a byte that is not UTF-8 after it": b"{M}\xff",
}
ACCEPTED = {
    "white space around it": " \t\r\n{M}\n\r\t ",
    "white space inside": '{ M ,\r\n\t"a" : [ 1 , 2 ] , "b" : { } }',
    "an empty name": '{M,"":1}',
    "a NUL in a text": '{M,"a":"x\\u0000y"}',
    "a NUL in a name": '{M,"\\u0000":1}',
    "every short escape": '{M,"a":"\\"\\\\\\/\\b\\f\\n\\r\\t"}',
    "a pair of surrogates": '{M,"a":"\\ud83d\\ude00"}',
    "a pair in capitals": '{M,"a":"\\uD83D\\uDE00"}',
    "characters of every length": '{M,"a":"a\u00e9\u20ac\U0001F600"}',
    "a noncharacter": '{M,"a":"\\uffff\ufffe"}',
    "a BOM inside a text": '{M,"a":"\ufeff"}',
    "a line separator in a text": '{M,"a":"\u2028\u2029"}',
    "a DEL in a text": '{M,"a":"\x7f"}',
    "names that differ by letter case": '{M,"a":1,"A":2}',
    "names that differ by normal form": '{M,"\u00e9":1,"e\u0301":2}',
    "names that differ by NUL": '{M,"a":1,"a\\u0000":2}',
    "one name in two objects": '{M,"a":{"b":1},"c":{"b":1},"b":1}',
    "32 levels of lists": '{M,"a":%s}' % nested(31),
    "32 levels of objects": '{M,"a":%s}' % nested(31, '{"a":', "}"),
    "many lists side by side": '{M,"a":[%s]}' % ",".join(["[[1]]"] * 50),
    "2^53 + 1": '{M,"a":9007199254740993}',
    "2^64 - 1": '{M,"a":18446744073709551615}',
    "2^64": '{M,"a":18446744073709551616}',
    "-2^63": '{M,"a":-9223372036854775808}',
    "a number of thirty digits": '{M,"a":123456789012345678901234567890}',
    "a long fraction": '{M,"a":0.1000000000000000055511151231257827021181583404541015625}',
    "the greatest double": '{M,"a":1.7976931348623157e308}',
    "the least double": '{M,"a":5e-324}',
    "a fraction that ends in zero": '{M,"a":1.10}',
    "an integer with a fraction": '{M,"a":5.0}',
    "an exponent": '{M,"a":1E2,"b":1e+2,"c":1e-2}',
    "a negative zero": '{M,"a":-0,"b":-0.0}',
    "true, false and null": '{M,"a":[true,false,null]}',
    "empty values": '{M,"a":{},"b":[],"c":""}',
    "a hundred members": "{M,%s}" % ",".join(f'"m{n}":{n}' for n in range(100)),
    "a long name": '{M,"%s":1}' % ("x" * 5000),
    "a long text": '{M,"a":"%s"}' % ("x" * 5000),
    "HTML in a text": '{M,"a":"<script>&\'</script>"}',
    "__proto__": '{M,"__proto__":{"admin":true},"constructor":1}',
}


def add(file):
    faults(file)
    header_members(file)
    payloads(file)


def faults(file):
    for place, member, status in (("header", '"alg":"HS256"', "MALFORMED"), ("payload", '"exp":1800000060',
                                                                             "CLAIMS_MALFORMED")):

        def token(text):
            return jws(text) if place == "header" else jws(HEADER, text)

        for name, text in REFUSED.items():
            if place == "header" and name in ("a number", "null", "true", "nothing but white space"):
                file.add(f"a header that is {name} is refused", RULES, verify(jws(text)), fail(status))
                continue
            file.add(f"a {place} with, or that is, {name} is refused", RULES,
                     verify(token(text.replace("M", member, text.count("M")))), fail(status))
        for name, data in BYTES.items():
            file.add(f"a {place} with {name} is refused", RULES, verify(token(data.replace(b"M", member.encode()))),
                     fail(status))
        for name, encoding in (("UTF-16 with a BOM", "utf-16"), ("UTF-16", "utf-16-le"), ("UTF-32", "utf-32-be"),
                               ("UTF-8 with a BOM", "utf-8-sig")):
            file.add(f"a {place} in {name} is refused", RULES, verify(token(("{%s}" % member).encode(encoding))),
                     fail(status))
        for name, text in ACCEPTED.items():
            text = text.replace("M", member, 1)
            header, claims = (text, '{"exp":1800000060}') if place == "header" else ('{"alg":"HS256"}', text)
            file.add(f"a {place} with {name} is accepted as it stands", RULES, verify(jws(header, claims)),
                     ok(header=Raw(header.strip()), claims=Raw(claims.strip())))


def header_members(file):
    why = "Status table, row 6: alg is missing, or one of alg, kid, typ, cty is not a string"
    for header in ("{}", '{"typ":"JWT"}', '{"ALG":"HS256"}', '{"Alg":"HS256"}', '{"alg ":"HS256"}'):
        file.add(f"the header {header} lacks alg", why, verify(jws(header)), fail("MALFORMED"))
    for value in ("null", "1", "true", "[]", "{}", '["HS256"]', '{"alg":"HS256"}'):
        file.add(f"alg as {value} is malformed", why, verify(jws('{"alg":%s}' % value)), fail("MALFORMED"))
    for member in ("kid", "typ", "cty"):
        for value in ("null", "1", "true", "[]", "{}", '["x"]'):
            file.add(f"{member} as {value} is malformed", why, verify(jws('{"alg":"HS256","%s":%s}' % (member, value))),
                     fail("MALFORMED"))
        file.add(f"{member} as an empty text is a text", why, verify(jws({"alg": "HS256", member: ""})),
                 ok(header={"alg": "HS256", member: ""}, claims=Raw('{"exp":1800000060}')))
    file.add("kid as a number is malformed though no key has one", why, verify(jws('{"alg":"none","kid":1}')),
             fail("MALFORMED"))
    for value in ("JWT", "text/plain"):
        file.add(f"cty of {value} is shown and not followed", why, verify(jws({"alg": "HS256", "cty": value})),
                 ok(header={"alg": "HS256", "cty": value}, claims=Raw('{"exp":1800000060}')))
    header = '{"a":[1,{"b":null}],"alg":"HS256","big":18446744073709551615,"kid":"k","nested":{"alg":"none","crit":[1]},"typ":"JWT","z":1.50}'
    file.add("the whole header is answered, every member as it stood", "Tokens: header is the whole decoded header",
             verify(jws(header)), ok(header=Raw(header), claims=Raw('{"exp":1800000060}')))
    file.add("a nested token is no claims", "Row 12", verify(jws({"alg": "HS256", "cty": "JWT"}, jws())),
             fail("CLAIMS_MALFORMED"))


def payloads(file):
    escapes = (r'"\"\\\/\b\f\n\r\t\u0041\ud83d\ude00"', r'"\u0022\u005c/\u0008\u000C\u000a\u000D\u0009A\uD83D\uDE00"')
    for name, (given, wanted) in (("short", escapes), ("long", reversed(escapes))):
        claims = Raw('{"exp":1800000060,"iss":%s}' % given)
        file.add(f"an iss in {name} escapes is the text that they stand for",
                 "RFC 8259 section 7: what an escape stands for",
                 verify(jws(HEADER, claims), rules=policy(any_issuer=None, issuer=Raw(wanted))),
                 ok(header=HEADER, claims=claims))
    claims = '{"exp":1800000060,"a":9007199254740993,"b":18446744073709551615,"c":[{"d":-9223372036854775808}],"e":1.000000000000000000001,"f":1e2,"u":"\\u0000 \\ud83d\\ude00 \u00e9"}'
    file.add("numbers and texts of claims survive",
             "Tokens: 9007199254740993 and 18446744073709551615 must survive in all five", verify(jws(HEADER, claims)),
             ok(header=HEADER, claims=Raw(claims)))
    spread = '{\r\n "exp" : 1800000060 ,\r\n "a" : [ 1 ,\n 2 ]\r}'
    file.add("claims over several lines are one line of answer", "Tokens: CR and LF in it replaced by spaces",
             verify(jws(HEADER, spread)), ok(header=HEADER, claims=Raw('{"exp":1800000060,"a":[1,2]}')))
    header = '{\n "alg" : "HS256",\r\n "x" : [\n]}'
    file.add("a header over several lines is one line of answer", "Tokens: CR and LF in it replaced by spaces",
             verify(jws(header)), ok(header={"alg": "HS256", "x": []}, claims=Raw('{"exp":1800000060}')))
