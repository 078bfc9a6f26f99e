"""verify: tokens as the RFCs print them, and fourteen tokens on which five popular libraries disagree."""

import json
from pathlib import Path

from .cases import Raw, fail, ok
from .jws import NOW, b64u, bytes_policy, jws, policy, sign, verify
from .keys import SECRET, unb64u

RFC = json.loads((Path(__file__).parent / "rfc.json").read_text())
JOE = Raw('{"iss":"joe","exp":1300819380,"http://example.com/is_root":true}')
RFC8037 = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
RFC7797 = "eyJhbGciOiJIUzI1NiJ9.JC4wMg.5mvfOroL-g7HyqJoozehmsaqmvTYGEq5jTI1gVvoEoQ"


def add(file):
    rfc7515(file)
    rfc7520(file)
    later(file)
    disagreements(file)


def rfc7515(file):
    for name, algorithm in (("a1", "HS256"), ("a2", "RS256"), ("a3", "ES256")):
        example = RFC[f"rfc7515_{name}"]
        key = {"jwk": example["key"], "algorithm": algorithm}
        header = {"typ": "JWT", "alg": "HS256"} if name == "a1" else {"alg": algorithm}
        title = f"RFC 7515 {name.upper().replace('A', 'A.')}"
        joe = policy(algorithm, any_issuer=None, issuer="joe")
        file.add(f"{title}: the {algorithm} example is accepted while it lasts", "RFC 7515 appendix A",
                 verify(example["token"], key, joe, 1300819379), ok(header=header, claims=JOE))
        file.add(f"{title}: the {algorithm} example is over at its exp", "RFC 7515 appendix A",
                 verify(example["token"], key, joe, 1300819380), fail("EXPIRED", "exp"))
        head, body, signature = example["token"].split(".")
        file.add(f"{title}: another signature is refused", "RFC 7515 appendix A",
                 verify(f"{head}.{body}.{('A' if signature[0] != 'A' else 'B') + signature[1:]}", key, joe, 1300819379),
                 fail("SIGNATURE"))
    example = RFC["rfc7515_a4"]
    file.add("RFC 7515 A.4: the ES512 key is unsupported", "RFC 7515 appendix A.4; P-521 is outside the library",
             verify(example["token"], {"jwk": example["key"]}, bytes_policy("ES256")), fail("KEY_UNSUPPORTED"))
    file.add("RFC 7515 A.4: the ES512 example is of no algorithm here", "RFC 7515 appendix A.4",
             verify(example["token"], rules=bytes_policy()), fail("ALGORITHM"))
    file.add("RFC 7515 A.5: the unsecured example is refused", "RFC 7515 appendix A.5",
             verify(RFC["rfc7515_a5"]["token"], now=1300819379), fail("ALGORITHM"))
    file.add("RFC 7515 A.6: the general JSON form is malformed", "SECURITY: compact only",
             verify(json.dumps(RFC["rfc7515_a6"])), fail("MALFORMED"))
    file.add("RFC 7515 A.7: the flattened JSON form is malformed", "SECURITY: compact only",
             verify(json.dumps(RFC["rfc7515_a7"])), fail("MALFORMED"))
    file.add("RFC 7515 E: the negative example is refused for its crit", "RFC 7515 appendix E",
             verify(RFC["rfc7515_e"]["token"]), fail("HEADER_UNSUPPORTED"))


def rfc7520(file):
    payload = RFC["rfc7520_payload_b64u"]
    kid, mac_kid = "bilbo.baggins@hobbiton.example", "018c0ae5-4d9b-471b-bfd6-eef314bc7037"
    for section, algorithm, key, name in (("4.1", "RS256", "rfc7520_3_3", kid), ("4.2", "PS384", "rfc7520_3_3", kid),
                                          ("4.4", "HS256", "rfc7520_3_5", mac_kid)):
        token = RFC[f"rfc7520_{section.replace('.', '_')}_3"]
        keys = {"jwk": RFC[key], "algorithm": algorithm}
        file.add(f"RFC 7520 {section}: the {algorithm} example is accepted", f"RFC 7520 section {section}",
                 verify(token, keys, bytes_policy(algorithm)),
                 ok(header={"alg": algorithm, "kid": name}, payload_b64u=payload))
        file.add(f"RFC 7520 {section}: its payload is no claims", "Row 12", verify(token, keys, policy(algorithm)),
                 fail("CLAIMS_MALFORMED"))
    file.add("RFC 7520 4.1: an RSA key without an algorithm is no key", "Keys: RSA and secrets need an algorithm",
             verify(RFC["rfc7520_4_1_3"], {"jwk": RFC["rfc7520_3_3"]}, bytes_policy("RS256")), fail("KEY"))
    file.add(
        "RFC 7520 4.2: a key of PS256 is not one of PS384", "Row 8",
        verify(RFC["rfc7520_4_2_3"], {"jwk": RFC["rfc7520_3_3"], "algorithm": "PS256"},
               bytes_policy(algorithms=["PS256", "PS384"])), fail("ALGORITHM"))
    file.add("RFC 7520 4.3: the ES512 key is unsupported", "RFC 7520 section 4.3",
             verify(RFC["rfc7520_4_3_3"], {"jwk": RFC["rfc7520_3_1"]}, bytes_policy("ES256")), fail("KEY_UNSUPPORTED"))
    mac = {"jwk": RFC["rfc7520_3_5"]}
    head, _, signature = RFC["rfc7520_4_4_3"].split(".")
    file.add("RFC 7520 4.5: the detached example is a bad signature",
             "RFC 7520 section 4.5: detached content is not supported",
             verify(f"{head}..{signature}", mac, bytes_policy()), fail("SIGNATURE"))
    file.add("RFC 7520 4.4: the flattened JSON form is malformed", "RFC 7520 section 4.4",
             verify(json.dumps(RFC["rfc7520_4_4_3_flattened"]), mac, bytes_policy()), fail("MALFORMED"))
    file.add("RFC 7520 4.6: the general JSON form is malformed", "RFC 7520 section 4.6",
             verify(json.dumps(RFC["rfc7520_4_6_3_general"]), mac, bytes_policy()), fail("MALFORMED"))
    part = RFC["rfc7520_4_6_2"]
    file.add("RFC 7520 4.6: its protected parts make a compact token",
             "RFC 7520 section 4.6, without the unprotected header",
             verify(f"{part['protected']}.{payload}.{part['signature']}", mac, bytes_policy()),
             ok(header={"alg": "HS256"}, payload_b64u=payload))


def later(file):
    key = RFC["rfc8037"]
    expect = ok(header={"alg": "EdDSA"}, payload_b64u=b64u(b"Example of Ed25519 signing"))
    for name, form in (("public", key["public"]), ("private", key["private"])):
        file.add(f"RFC 8037 A.4: the Ed25519 example is accepted with the {name} key", "RFC 8037 appendix A.4",
                 verify(RFC8037, {"jwk": form}, bytes_policy("EdDSA")), expect)
    file.add("RFC 8037 A.4: another payload is refused", "RFC 8037 appendix A.4",
             verify(RFC8037.replace("RXhh", "RXhi"), {"jwk": key["public"]}, bytes_policy("EdDSA")), fail("SIGNATURE"))
    a1 = {"jwk": RFC["rfc7515_a1"]["key"], "algorithm": "HS256"}
    file.add("RFC 7797 4.1: the control example is accepted", "RFC 7797 section 4.1",
             verify(RFC7797, a1, bytes_policy()), ok(header={"alg": "HS256"}, payload_b64u=b64u(b"$.02")))
    head, mac = "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19", "A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY"
    file.add("RFC 7797 4.2: the unencoded example is refused, detached", "RFC 7797 section 4.2",
             verify(f"{head}..{mac}", a1, bytes_policy()), fail("HEADER_UNSUPPORTED"))
    file.add("RFC 7797 4.2: the unencoded example is refused, with its payload", "RFC 7797 section 4.2",
             verify(f"{head}.$.02.{mac}", a1, bytes_policy()), fail("MALFORMED"))
    file.add("RFC 7797: an unencoded payload without dots is malformed", "RFC 7797",
             verify(f"{head}.$02.{mac}", a1, bytes_policy()), fail("MALFORMED"))


def disagreements(file):
    why = "Five popular libraries give different verdicts on this token; here it has one"
    claims = Raw('{"sub":"mia","exp":1800000060}')
    token = jws(payload=claims)
    head, mac = token.rsplit(".", 1)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    # A payload whose MAC has both - and _, so that the other alphabet is another text.
    other = next(found for found in (jws(payload='{"sub":"%d","exp":1800000060}' % n) for n in range(10000))
                 if set("-_") <= set(found.rsplit(".", 1)[1]))

    def case(name, token, expect):
        file.add(f"disagreement: {name}", why, verify(token), expect)

    case("a plain token is accepted", token, ok(header={"alg": "HS256"}, claims=claims))
    case("spare bits in the last character of the signature are refused",
         f"{head}.{mac[:-1]}{alphabet[alphabet.index(mac[-1]) + 1]}", fail("MALFORMED"))
    case("a signature padded with = is refused", token + "=", fail("MALFORMED"))
    case("a signature in the +/ alphabet is refused",
         other.rsplit(".", 1)[0] + "." + other.rsplit(".", 1)[1].replace("-", "+").replace("_", "/"), fail("MALFORMED"))
    case("a newline inside the signature is refused", f"{head}.{mac[:20]}\n{mac[20:]}", fail("MALFORMED"))
    case("an unknown crit is refused", jws({"alg": "HS256", "crit": ["x-unknown"], "x-unknown": 1}, claims),
         fail("HEADER_UNSUPPORTED"))
    case("crit b64 with an encoded payload is refused", jws({"alg": "HS256", "crit": ["b64"], "b64": False}, claims),
         fail("HEADER_UNSUPPORTED"))
    case("an empty crit is refused", jws({"alg": "HS256", "crit": []}, claims), fail("HEADER_UNSUPPORTED"))
    case("alg twice, none then HS256, is refused", jws('{"alg":"none","alg":"HS256"}', claims), fail("MALFORMED"))
    case("a claim twice is refused", jws(payload='{"sub":"a","sub":"b","exp":1800000060}'), fail("CLAIMS_MALFORMED"))
    case("exp as a string is refused", jws(payload='{"sub":"mia","exp":"1800000060"}'), fail("CLAIM_INVALID", "exp"))
    case("exp with a fraction is accepted", jws(payload='{"sub":"mia","exp":1800000060.5}'),
         ok(header={"alg": "HS256"}, claims=Raw('{"sub":"mia","exp":1800000060.5}')))
    case("exp of 1e400 is refused", jws(payload='{"sub":"mia","exp":1e400}'), fail("CLAIMS_MALFORMED"))
    case("no exp is refused unless allowed", jws(payload='{"sub":"mia"}'), fail("CLAIM_MISSING", "exp"))
    file.add("disagreement: no exp is accepted where the policy allows it", why,
             verify(jws(payload='{"sub":"mia"}'), rules=policy(allow_missing_exp=True)),
             ok(header={"alg": "HS256"}, claims={"sub": "mia"}))
