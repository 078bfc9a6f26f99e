"""inspect: what a token says, unverified."""

from .cases import Raw, fail, ok
from .jws import b64u, jws
from .verify_json import ACCEPTED, BYTES, REFUSED
from .verify_rfc import RFC, RFC7797, RFC8037
from .verify_tokens import faults

MALFORMED = fail("MALFORMED")


def add(file):

    def case(name, why, token, expect):
        file.add(name, why, {"op": "inspect", "token": token}, expect)

    why = "inspect: none, crit and unknown algorithms are shown, not judged"
    for header in ('{"alg":"none"}', '{"alg":"HS256","crit":["exp"],"exp":1}', '{"alg":"XX256"}', '{"alg":""}',
                   '{"alg":"HS256","b64":false}', '{"alg":"HS256","zip":"DEF"}',
                   '{"alg":"ES512","kid":"k","typ":"at+jwt","cty":"x"}', '{"alg":"RS256","jwk":{"kty":"RSA"},"x5c":7}'):
        case(f"the header {header} is shown", why, jws(header, '{"sub":"mia"}', algorithm="HS256"),
             ok(header=Raw(header), claims={"sub": "mia"}))
    why = "inspect: the signature segment must be base64url and is otherwise not looked at"
    head, body, mac = jws(payload='{"sub":"mia"}').split(".")
    for name, signature in (("no", ""), ("a wrong", b64u(b"wrong")), ("a very long", b64u(b"x" * 3000)), ("a good",
                                                                                                          mac)):
        case(f"a token with {name} signature is shown", why, f"{head}.{body}.{signature}",
             ok(header={"alg": "HS256"}, claims={"sub": "mia"}))
    for place, segment in (("header", head), ("payload", body), ("signature", mac)):
        for name, broken in faults(segment).items():
            parts = {"header": head, "payload": body, "signature": mac, place: broken}
            case(f"a {place} segment with {name} is malformed", "Row 6: strict base64url, in all three segments",
                 f"{parts['header']}.{parts['payload']}.{parts['signature']}", MALFORMED)
    for name, token in (("nothing", ""), ("one segment", head), ("two segments", f"{head}.{body}"),
                        ("four segments", f"{head}.{body}.{mac}.{mac}"),
                        ("five segments", f"{head}.{body}.{mac}.{mac}.{mac}"), ("two dots", ".."),
                        ("Bearer before it", f"Bearer {head}.{body}.{mac}"), ("a NUL after it",
                                                                              f"{head}.{body}.{mac}\0"),
                        ("a line break after it", f"{head}.{body}.{mac}\n"), ("an empty header", f".{body}.{mac}"),
                        ("a flattened JWS", '{"payload":"%s","protected":"%s","signature":"%s"}' % (body, head, mac))):
        case(f"a token that is or has {name} is malformed", "Row 6: exactly three segments", token, MALFORMED)
    why = "Row 6: alg is missing, or one of alg, kid, typ, cty is not a string"
    for header in ("{}", '{"typ":"JWT"}', '{"alg":null}', '{"alg":1}', '{"alg":["none"]}', '{"alg":"none","kid":1}',
                   '{"alg":"none","typ":null}', '{"alg":"none","cty":{}}', '{"alg":"none","alg":"none"}',
                   '{"alg":"none","\\u0061lg":"none"}'):
        case(f"the header {header} is malformed", why, jws(header, "{}", algorithm="HS256"), MALFORMED)
    for name, text in REFUSED.items():
        case(f"a header with, or that is, {name} is malformed", "Tokens: JSON",
             jws(text.replace("M", '"alg":"HS256"'), "{}"), MALFORMED)
        case(f"a payload with, or that is, {name} is shown as bytes",
             "inspect: claims where the payload is a JSON object by the rules, else payload_b64u",
             jws(payload=text.replace("M", '"exp":1')),
             ok(header={"alg": "HS256"}, payload_b64u=b64u(text.replace("M", '"exp":1').encode())))
    for name, data in BYTES.items():
        case(f"a payload with {name} is shown as bytes", "inspect: else payload_b64u",
             jws(payload=data.replace(b"M", b'"exp":1')),
             ok(header={"alg": "HS256"}, payload_b64u=b64u(data.replace(b"M", b'"exp":1'))))
    for name, text in ACCEPTED.items():
        text = text.replace("M", '"exp":1', 1)
        case(f"a payload with {name} is shown as it stands", "inspect: claims", jws(payload=text),
             ok(header={"alg": "HS256"}, claims=Raw(text.strip())))
    case("an empty payload is shown as bytes", "inspect: else payload_b64u", jws(payload=b""),
         ok(header={"alg": "HS256"}, payload_b64u=""))
    case("claims of the wrong type are shown", "inspect answers rows 5 and 6 only", jws(payload='{"exp":"x","iss":1}'),
         ok(header={"alg": "HS256"}, claims={"exp": "x", "iss": 1}))
    why = "Row 5: the default of max_token_bytes, 65536"
    room = 65536 - len(jws(payload='{"p":""}'))
    for size, fill in ((65536, room * 3 // 4), (None, room * 3 // 4 + 8)):
        text = '{"p":"%s"}' % ("x" * fill)
        token = jws(payload=text)
        if size is None:
            case("a token above the limit is too large", why, token, fail("TOO_LARGE"))
        else:
            assert 65530 < len(token) <= 65536, len(token)
            case("a token within the limit is shown", why, token, ok(header={"alg": "HS256"}, claims=Raw(text)))
    case("65537 dots are too large", why, "." * 65537, fail("TOO_LARGE"))
    case("65536 dots are malformed", why, "." * 65536, MALFORMED)
    for name, token, expect in (("RFC 7515 A.1", RFC["rfc7515_a1"]["token"],
                                 ok(header={"typ": "JWT", "alg": "HS256"},
                                    claims=Raw('{"iss":"joe","exp":1300819380,"http://example.com/is_root":true}'))),
                                ("RFC 7515 A.4", RFC["rfc7515_a4"]["token"],
                                 ok(header={"alg": "ES512"}, payload_b64u=b64u(b"Payload"))),
                                ("RFC 7515 A.5", RFC["rfc7515_a5"]["token"],
                                 ok(header={"alg": "none"},
                                    claims=Raw('{"iss":"joe","exp":1300819380,"http://example.com/is_root":true}'))),
                                ("RFC 7515 E", RFC["rfc7515_e"]["token"],
                                 ok(header={
                                     "alg": "none", "crit": ["http://example.com/UNDEFINED"],
                                     "http://example.com/UNDEFINED": True
                                 },
                                    payload_b64u=b64u(b"FAIL"))),
                                ("RFC 7520 4.3", RFC["rfc7520_4_3_3"],
                                 ok(header={"alg": "ES512", "kid": "bilbo.baggins@hobbiton.example"},
                                    payload_b64u=RFC["rfc7520_payload_b64u"])),
                                ("RFC 8037 A.4", RFC8037,
                                 ok(header={"alg": "EdDSA"}, payload_b64u=b64u(b"Example of Ed25519 signing"))),
                                ("RFC 7797 4.1", RFC7797, ok(header={"alg": "HS256"}, payload_b64u=b64u(b"$.02")))):
        case(f"{name}: the example is shown", name, token, expect)
