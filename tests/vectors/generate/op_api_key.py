"""api_key.generate and api_key.check."""

from zlib import crc32

from .cases import fail, ok, text

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
RANDOM = "0123456789abcdefghijABCDEFGHIJ"


def checksum(body):
    """CRC-32 in base 62, six digits."""
    rest, digits = crc32(body.encode()), ""
    for _ in range(6):
        rest, digit = divmod(rest, 62)
        digits = DIGITS[digit] + digits
    return digits


def key(prefix="jet", random=RANDOM):
    body = f"{prefix}_{random}"
    return body + checksum(body)


def add(file):
    generated(file)
    good(file)
    bad(file)


def generated(file):
    why = "A prefix is 2-16 of a-z 0-9, a letter first"
    for prefix in ("ab", "a0", "jeton", "abcdefghij123456"):
        file.add(f"a key with the prefix {prefix} is generated", "The form of a key; its digest is its SHA-256",
                 {"op": "api_key.generate", "prefix": prefix}, {"api_key": {"prefix": prefix}})
    for prefix in ("", "a", "0a", "Ab", "aB", "a_b", "a-b", "ab ", "abcdefghij1234567", "\u00e9a", "ab\0"):
        file.add(f"the prefix {text(prefix)} is none", why, {"op": "api_key.generate", "prefix": prefix},
                 fail("CONFIG"))


def check(api_key):
    return {"op": "api_key.check", "api_key": api_key}


def good(file):
    why = "Form and checksum are right"
    for prefix in ("ab", "jet", "a0", "abcdefghij123456"):
        file.add(f"a key with the prefix {prefix} is valid", why, check(key(prefix)), ok(valid=True, prefix=prefix))
    for name, random in (("zeros", "0" * 30), ("the last digit", "z" * 30)):
        file.add(f"a key of {name} is valid", why, check(key(random=random)), ok(valid=True, prefix="jet"))
    number = next(n for n in range(100000) if checksum(f"jet_{n:030}").startswith("0"))
    file.add("a checksum that begins with zero is padded", why, check(key(random=f"{number:030}")),
             ok(valid=True, prefix="jet"))


def bad(file):
    invalid, whole = ok(valid=False, prefix=None), key()
    for name, api_key in (("nothing", ""), ("white space", " "), ("a prefix", "jet_"), ("no prefix", whole[4:]),
                          ("an empty prefix", whole[3:]), ("one random character less", whole[:4] + whole[5:]),
                          ("one random character more", whole[:4] + "0" + whole[4:])):
        file.add(f"{name} is no key", "The form of a key", check(api_key), invalid)
    for length in range(1, len(whole)):
        file.add(f"a key cut to {length} characters is none", "OPQ-02", check(whole[:length]), invalid)
    for more in ("0", "\0", "\n", " ", "="):
        file.add(f"a key with {text(more)} behind it is none", "OPQ-03", check(whole + more), invalid)
    for name, api_key in (("in capitals", whole.upper()), ("percent-encoded", whole.replace("_", "%5F")),
                          ("padded", whole + "=="), ("with a hyphen", whole.replace("_", "-")),
                          ("with an accent", whole.replace("0", "\u00e9", 1))):
        file.add(f"a key {name} is none", "OPQ-04", check(api_key), invalid)
    for at in range(4, len(whole)):
        digit = DIGITS[(DIGITS.index(whole[at]) + 1) % 62]
        file.add(f"a key with another character {at} is none", "OPQ-05: the checksum is wrong",
                 check(whole[:at] + digit + whole[at + 1:]), invalid)
    body = "Jet_" + RANDOM
    for body in ("Jet_" + RANDOM, "j_" + RANDOM, "0jet_" + RANDOM, "jet_" + RANDOM[:-1] + "-", "jet__" + RANDOM,
                 "abcdefghij1234567_" + RANDOM):
        file.add(f"{body} with its checksum is no key", "The form of a key", check(body + checksum(body)), invalid)
