#!/usr/bin/env python3
"""Makes the seeds of the fuzz targets from tests/vectors: `fuzz/seeds.py` from anywhere. It adds files and removes none, so findings stay.

A seed is named after its contents. Cases of many kinds are taken, of each kind a few. The seeds of `abi` and `claims`, whose bytes are
choices, are from the fuzzer's own corpus.
"""

import base64
import hashlib
import itertools
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parent / "tests" / "vectors"

# As in src/key.rs.
ALGORITHMS = [None, "HS256", "HS512", "RS256", "PS512", "ES256", "ES384", "EdDSA", "es256"]

# As in src/config.rs.
KINDS = {"dashboard": b"\2", "data": b"\3", "query_engine": b"\4"}


def main():
    for target, most, seeds in [
        ("base64url", 30, of_segments()),
        ("compact", 40, of_tokens()),
        ("config", 30, of_policies()),
        ("config", 30, of_options()),
        ("config", 30, of_arguments()),
        ("der", 40, of_keys("der_b64u")),
        ("json", 60, of_payloads()),
        ("jwk", 50, of_keys("jwk", "jwks")),
        ("pem", 40, of_keys("pem")),
        ("verify", 60, of_verdicts()),
    ]:
        groups = {}
        for group, seed in seeds:
            if len(seed) < 4000:
                groups.setdefault(str(group), []).append(seed)
        folder = HERE / "seeds" / target
        folder.mkdir(parents=True, exist_ok=True)
        # One of each group, then a second one of each that has more, and so on.
        turns = itertools.chain.from_iterable(itertools.zip_longest(*groups.values()))
        for seed in itertools.islice(dict.fromkeys(filter(None, turns)), most):
            (folder / hashlib.sha256(seed).hexdigest()[:12]).write_bytes(seed)


def cases(*files):
    for file in files:
        for case in json.loads((VECTORS / f"{file}.json").read_text())["cases"]:
            if "request" in case:
                yield case["request"], case["expect"]


def decode(text):
    """What a segment says, or None."""
    try:
        return base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None


def verdict(expect):
    error = expect.get("error")
    return (error["status"], error.get("claim")) if error else "ok"


def of_tokens():
    for request, expect in cases("inspect", "verify"):
        if "token" in request:
            token = request["token"].encode(errors="surrogatepass")
            yield (verdict(expect), token.count(b".")), token


def of_segments():
    for segment in ["", "A", "AA", "AB", "AAA", "AAB", "AAAA", "AA==", "A+/A", "-_-_", "AA\n", "é", "AA.A", "_" * 400, "A" * 401]:
        yield segment, segment.encode()
    for request, _ in cases("inspect"):
        for segment in request["token"].split("."):
            seed = segment.encode(errors="surrogatepass")
            yield (len(seed).bit_length(), len(seed) % 4, decode(segment) is None), seed


def of_payloads():
    for request, expect in cases("inspect", "verify"):
        parts = [decode(segment) for segment in request.get("token", "").split(".")[:2]]
        for part in filter(None, parts):
            features = [mark in part for mark in (b"\\", b"E", b"e-", b"[[", b"}}", b"\n", b"\0", b"\xf0", b"-")]
            yield (verdict(expect), features), part


def of_verdicts():
    for request, expect in cases("verify", "vizzly"):
        parts = [decode(segment) for segment in request.get("token", "").split(".")]
        if len(parts) == 3 and all(parts) and "policy" in request:
            policy = json.dumps(request["policy"]).replace("ES256", "HS256")
            header = parts[0].replace(b'"ES256"', b'"HS256"')
            if b"HS256" in header and b"\xff" not in parts[1]:
                now = str(request.get("now_s", "")).encode()
                yield verdict(expect), b"\xff".join([bytes(5), policy.encode(), header, parts[1], now])


def of_keys(*forms):
    for request, expect in cases("key", "verify"):
        for form in forms:
            if form in request.get("key", {}):
                key = request["key"]
                algorithm = key.get("algorithm")
                choice = bytes([ALGORITHMS.index(algorithm) if algorithm in ALGORITHMS else 0])
                value = key[form]
                if form == "der_b64u":
                    value = decode(value)
                    if value is None:
                        continue
                elif form == "pem":
                    value = value.encode(errors="surrogatepass")
                else:
                    value = json.dumps(value).encode()
                of_ok = (expect.get("ok") or {}).get("kty")
                yield (form, verdict(expect), of_ok), choice + value


def of_policies():
    for request, expect in cases("verify"):
        if "policy" in request:
            # What decides in a policy is mostly its last member.
            policy = request["policy"]
            last = list(policy)[-1] if isinstance(policy, dict) and policy else None
            yield (verdict(expect)[0] == "CONFIG", last), b"\0" + json.dumps(policy).encode()


def of_options():
    for request, expect in cases("sign"):
        options = request.get("options", {})
        if isinstance(options, dict):
            options = {**options, "algorithm": request.get("algorithm"), "header": request.get("header", {})}
        yield (verdict(expect), str(options)[:12]), b"\1" + json.dumps(options).encode()


def of_arguments():
    for request, expect in cases("vizzly"):
        if request["op"] == "vizzly.identity":
            args = {name: request[name] for name in ("dashboard", "data", "query_engine") if name in request}
            yield ("identity", verdict(expect)), b"\5" + json.dumps(args).encode()
        elif request["op"] == "vizzly" and request.get("token") in KINDS:
            args = request.get("args")
            group = (request["token"], verdict(expect), list(args)[-1:] if isinstance(args, dict) else None)
            yield group, KINDS[request["token"]] + json.dumps(args).encode()


if __name__ == "__main__":
    main()
