"""What is the driver's own: lines, ids, unknown operations, members that are missing, the clock."""

from .cases import Raw, fail, ok, text
from .jws import NOW, b64u, jws, policy, verify
from .keys import P256, SECRET, public

BAD = fail("BAD_REQUEST")
GOOD = ok(header={"alg": "HS256"}, claims=Raw('{"exp":1800000060}'))
LINE = verify(jws())


def without(request, *names):
    return {name: value for name, value in request.items() if name not in names}


def add(file):
    lines(file)
    operations(file)
    misplaced(file)
    missing(file)
    bytes_members(file)
    clock(file)


def answer(id, expect):
    return {"id": id, **expect}


def lines(file):
    why = "BAD_REQUEST for a line that is not a JSON object; id is null where none could be read"
    for line in ("not json", "[]", "null", '"x"', "7", "true", "{", '{"id":1', "{'id':1}", '{"id":1,}', '{"id":1}}',
                 "[{}]", "}", "nul", "\x01", '{"id":1 "op":"version"}', '[{"id":1,"op":"version"}]'):
        file.add_line(f"the line {line!r} is a bad request", why, line, answer(None, BAD))
    why = "An id is echoed as it came"
    for id in ("0", "-1", '"text"', '""', "null", "true", "false", "1.50", "1e3", "9007199254740993",
               "18446744073709551615", "[1,[2]]", '{"a":{"b":null}}', '"\\u0000 \\ud83d\\ude00 \u00e9 \\u2028"',
               '"\u2028"', '"\\"\\\\"'):
        file.add_line(f"the id {id} comes back", why, '{"id":%s,%s' % (id, text(LINE)[1:]), answer(Raw(id), GOOD))
        file.add_line(f"the id {id} comes back with a failure", why, '{"id":%s,"op":"no.such.op"}' % id,
                      answer(Raw(id), fail("UNSUPPORTED_OP")))
    file.add_line("a line without an id has null for one", "id is null where none could be read", text(LINE),
                  answer(None, GOOD))
    file.add_line(
        "members may come in any order", "A line is a JSON object",
        '{"now_s":%d,"token":"%s","policy":%s,"key":%s,"op":"verify","id":5}' %
        (NOW, jws(), text(policy()), text(public("HS256"))), answer(5, GOOD))
    file.add_line(
        "a line may have white space", "A line is a JSON object",
        ' { "id" : 5 , "op" : "verify" , "token" : "%s" , "policy" : %s , "key" : %s , "now_s" : %d } ' %
        (jws(), text(policy()), text(public("HS256")), NOW), answer(5, GOOD))
    file.add_line(
        "names of members may be escaped", "A line is a JSON object",
        '{"\\u0069d":5,"\\u006fp":"verify","t\\u006fken":"%s","policy":%s,"key":%s,"now_s":%d}' %
        (jws(), text(policy()), text(public("HS256")), NOW), answer(5, GOOD))
    file.add_line(
        "a token may be escaped", "A token in a request is any text",
        '{"id":5,"op":"verify","token":"%s","policy":%s,"key":%s,"now_s":%d}' %
        ("".join("\\u%04x" % ord(c) for c in jws()), text(policy()), text(public("HS256")), NOW), answer(5, GOOD))


def operations(file):
    file.add("version answers the version and the ABI", "Operations: version", {"op": "version"},
             {"version": {"abi": 1}})
    for op in ("no.such.op", "", "Verify", "VERIFY", "verify ", "signx", "vizzly.dashboard", "key.generate",
               "keyset.close", "__proto__", "constructor", "toString", "verify\0", "caf\u00e9"):
        file.add(f"the op {op!r} is unknown", "An unknown op answers status UNSUPPORTED_OP", {"op": op},
                 fail("UNSUPPORTED_OP"))
    file.add("an unknown op is so whatever its members", "An unknown op answers status UNSUPPORTED_OP",
             {"op": "no.such.op", "key": 7, "token": []}, fail("UNSUPPORTED_OP"))


def misplaced(file):
    why = "The key is built first; then options that hold algorithm or header themselves are CONFIG"
    bound = SECRET.jwk(alg="HS256")
    for op, member in ((op, member) for op in ("sign", "sign_begin") for member in ("algorithm", "header")):
        given = {"algorithm": "HS512", "header": {}}[member]
        file.add(f"{op}: the {member} does not stand in the options", why,
                 {"op": op, "key": {"jwk": bound}, "claims": {}, "options": {member: given}}, fail("CONFIG"))
    why = "An algorithm beside a key that is no text is CONFIG, after the key's own faults"
    for name, key, status in (("a weak secret", {"secret": "x"}, "KEY_WEAK"), ("no PEM", {"pem": "x"}, "KEY"),
                              ("a good secret", {"secret": SECRET.text}, "CONFIG")):
        for value in ("7", "null", "[]"):
            file.add(f"{name} beside an algorithm of {value}", why,
                     {"op": "key", "key": key | {"algorithm": Raw(value)}}, fail(status))


def missing(file):
    why = "BAD_REQUEST for a line that lacks a member that its op needs"
    hmac, claims = {"secret": SECRET.text}, {}
    whole = {
        "verify": LINE,
        "verify_batch": without(LINE, "token") | {"op": "verify_batch", "tokens": []},
        "inspect": {"op": "inspect", "token": jws()},
        "key": {"op": "key", "key": {"pem": P256.pem}},
        "generate": {"op": "generate", "algorithm": "ES256"},
        "sign": {"op": "sign", "key": hmac, "claims": claims},
        "sign_begin": {"op": "sign_begin", "key": {"pem": P256.spki()}, "claims": claims},
        "sign_finish": {"op": "sign_finish", "key": {"pem": P256.spki()}, "signing_input": "a.b", "signature_b64u": ""},
        "vizzly": {"op": "vizzly", "token": "query_engine", "key": {"pem": P256.pem}, "args": {}},
        "vizzly.identity": {"op": "vizzly.identity", "key": {"pem": P256.pem}, "dashboard": {}},
    }
    for op, request in whole.items():
        for name in without(request, "op", "now_s", "claims"):
            file.add(f"{op} without {name} is a bad request", why, without(request, name), BAD)
    file.add("a line without op is a bad request", why, {"key": hmac}, BAD)
    file.add("an empty object is a bad request", why, {}, BAD)
    why = "BAD_REQUEST for a member that is not what the protocol says"
    for value in ("7", "null", "[]", "{}", "true"):
        file.add(f"a token of {value} is a bad request", why, LINE | {"token": Raw(value)}, BAD)
        file.add(f"a key of {value} is a bad request", why, {"op": "key", "key": Raw(value)}, BAD)
        for form in ("pem", "secret", "secret_b64u", "der_b64u"):
            file.add(f"a {form} of {value} is a bad request", why, {"op": "key", "key": {form: Raw(value)}}, BAD)
    for value in ('"x"', "1.5", "null", "[]", "9223372036854775808"):
        file.add(f"now_s of {value} is a bad request", why, LINE | {"now_s": Raw(value)}, BAD)
    for value in ("{}", '"x"', "[1]", '["a",null]', "null"):
        file.add(f"tokens of {value} are a bad request", why,
                 without(LINE, "token") | {"op": "verify_batch", "tokens": Raw(value)}, BAD)
    why = "Values: key: exactly one of its forms"
    for name, key in (("no form", {}), ("only an algorithm", {"algorithm": "HS256"}),
                      ("two forms", {"secret": SECRET.text, "pem": P256.pem}),
                      ("two forms of one secret", {"secret": SECRET.text, "secret_b64u": b64u(SECRET.bytes)})):
        file.add(f"a key of {name} is a bad request", why, {"op": "key", "key": key}, BAD)
        file.add(f"a key of {name} is a bad request to verify", why, LINE | {"key": key}, BAD)


def bytes_members(file):
    why = "A member that ends in _b64u and is not base64url without padding is BAD_REQUEST"
    signing_input = jws({"alg": "ES256"}).rsplit(".", 1)[0]
    for name, value in (("=", "eHg="), ("a plus sign", "e+g4"), ("a slash", "e/g4"), ("a space", "eH g"),
                        ("a line feed", "eHg\n"), ("one character too many", "eHg4e"), ("unused bits", "eHh"),
                        ("a NUL", "eHg\0"), ("an accent", "eHg\u00e9")):
        file.add(f"payload_b64u with {name} is a bad request", why,
                 {"op": "sign", "key": {"secret": SECRET.text}, "algorithm": "HS256", "payload_b64u": value}, BAD)
        file.add(f"secret_b64u with {name} is a bad request", why, {"op": "key", "key": {"secret_b64u": value}}, BAD)
        file.add(f"der_b64u with {name} is a bad request", why, {"op": "key", "key": {"der_b64u": value}}, BAD)
        file.add(
            f"signature_b64u with {name} is a bad request", why, {
                "op": "sign_finish", "key": {"pem": P256.spki()}, "algorithm": "ES256", "signing_input": signing_input,
                "signature_b64u": value
            }, BAD)


def clock(file):
    why = "now_s: left out means the system clock"
    file.add("without now_s a token of the year 9999 is good", why,
             without(verify(jws(payload='{"exp":253402300799}')), "now_s"),
             ok(header={"alg": "HS256"}, claims={"exp": 253402300799}))
    file.add("without now_s a token of 1970 is over", why, without(verify(jws(payload='{"exp":1}')), "now_s"),
             fail("EXPIRED", "exp"))
    file.add("without now_s a token of the year 9999 is too early", why,
             without(verify(jws(payload='{"exp":253402300799,"nbf":253402300798}')), "now_s"),
             fail("NOT_YET_VALID", "nbf"))
    file.add("without now_s a batch is judged now", why,
             without(verify(""), "now_s", "token") | {"op": "verify_batch", "tokens": [jws(payload='{"exp":1}')]},
             ok(results=[fail("EXPIRED", "exp")]))
    file.add("now_s of zero is 1970", why, verify(jws(payload='{"exp":1}'), now=0),
             ok(header={"alg": "HS256"}, claims={"exp": 1}))
    file.add("now_s before 1970 counts", why, verify(jws(payload='{"exp":0}'), now=-5),
             ok(header={"alg": "HS256"}, claims={"exp": 0}))
