"""A DER writer for keys that no tool would write."""


def tlv(tag, *contents):
    body = b"".join(contents)
    length = len(body)
    if length < 128:
        return bytes([tag, length]) + body
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + body


def sequence(*contents):
    return tlv(0x30, *contents)


def integer(value):
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def octets(content):
    return tlv(0x04, content)


def bits(content):
    return tlv(0x03, b"\0" + content)


def context(number, *contents):
    return tlv(0xA0 + number, *contents)


def oid(dotted):
    first, second, *rest = map(int, dotted.split("."))
    body = bytes([first * 40 + second])
    for arc in rest:
        groups = [arc & 127]
        while arc := arc >> 7:
            groups.append(arc & 127 | 128)
        body += bytes(reversed(groups))
    return tlv(0x06, body)


NULL = b"\x05\0"
EC = oid("1.2.840.10045.2.1")
P256 = oid("1.2.840.10045.3.1.7")
P384 = oid("1.3.132.0.34")
ED25519 = oid("1.3.101.112")
RSA = oid("1.2.840.113549.1.1.1")


def pem(label, der):
    import base64

    lines = base64.b64encode(der).decode()
    body = "".join(lines[start:start + 64] + "\n" for start in range(0, len(lines), 64))
    return f"-----BEGIN {label}-----\n{body}-----END {label}-----\n"
