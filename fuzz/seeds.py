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
TOKENS = {"dashboard": b"\2", "data": b"\3", "query_engine": b"\4"}


def main():
    for target, most, seeds in [
        ("base64url", 30, of_segments()),
        ("compact", 60, of_tokens()),
        ("config", 40, of_policies()),
        ("config", 30, of_options()),
        ("config", 30, of_arguments()),
        ("der", 40, of_keys("der_b64u")),
        ("json", 200, of_payloads()),
        ("jwk", 60, of_keys("jwk", "jwks")),
        ("pem", 60, of_keys("pem")),
        ("verify", 280, of_verdicts()),
    ]:
        kinds = {}
        for kind, seed in seeds:
            if len(seed) < 3000:
                kinds.setdefault(kind, []).append(seed)
        folder = HERE / "seeds" / target
        folder.mkdir(parents=True, exist_ok=True)
        # One of each kind, then a second one of each that has more, and so on.
        turns = itertools.chain.from_iterable(itertools.zip_longest(*kinds.values()))
        for seed in itertools.islice(dict.fromkeys(seed for seed in turns if seed is not None), most):
            (folder / hashlib.sha256(seed).hexdigest()[:12]).write_bytes(seed)


def cases(*files):
    """Each request and its kind: what is expected, and for the sake of which sentence."""
    for file in files:
        for case in json.loads((VECTORS / f"{file}.json").read_text())["cases"]:
            if "request" in case:
                error = case["expect"].get("error") or {}
                yield case["request"], (error.get("status"), error.get("claim"), case["why"])


def decode(text):
    """What a segment says, or nothing."""
    try:
        return base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""


def of_segments():
    odd = ["", "A", "AA", "AB", "AAA", "AAB", "AAAA", "AA==", "A+/A", "-_-_", "AA\n", "é", "AA.A", "_" * 400, "A" * 401]
    for segment in odd:
        yield segment, segment.encode()
    for request, kind in cases("inspect"):
        yield kind, request["token"].rpartition(".")[2].encode(errors="surrogatepass")


def of_tokens():
    for request, kind in cases("inspect", "verify"):
        if "token" in request:
            yield kind, request["token"].encode(errors="surrogatepass")


def of_payloads():
    for request, kind in cases("inspect", "verify"):
        for part, segment in enumerate(request.get("token", "").split(".")[:2]):
            yield (part, kind), decode(segment)


def of_verdicts():
    for request, kind in cases("verify", "vizzly"):
        parts = [decode(segment) for segment in request.get("token", "").split(".")]
        if len(parts) == 3 and all(parts) and "policy" in request:
            policy = json.dumps(request["policy"]).replace("ES256", "HS256").encode()
            header = parts[0].replace(b'"ES256"', b'"HS256"')
            if b"HS256" in header and b"\xff" not in parts[1]:
                now = str(request.get("now_s", "")).encode()
                yield kind, b"\xff".join([bytes(5), policy, header, parts[1], now])


def of_keys(*forms):
    for request, kind in cases("key", "verify"):
        key = request.get("key", {})
        for form in forms:
            value = key.get(form)
            if form in ("jwk", "jwks"):
                seed = json.dumps(value).encode()
            elif value is not None:
                seed = decode(value) if form == "der_b64u" else value.encode(errors="surrogatepass")
            if value is not None:
                algorithm = key.get("algorithm")
                choice = ALGORITHMS.index(algorithm) if algorithm in ALGORITHMS else 0
                yield (form, kind), bytes([choice]) + seed


def of_policies():
    for request, (status, _, why) in cases("verify"):
        if "policy" in request:
            yield (status == "CONFIG", why), b"\0" + json.dumps(request["policy"]).encode()


def of_options():
    for request, kind in cases("sign"):
        options = request.get("options", {})
        if isinstance(options, dict):
            options = {**options, "algorithm": request.get("algorithm"), "header": request.get("header", {})}
        yield kind, b"\1" + json.dumps(options).encode()


def of_arguments():
    for request, kind in cases("vizzly"):
        if request["op"] == "vizzly.identity":
            args = {name: request[name] for name in ("dashboard", "data", "query_engine") if name in request}
            yield ("identity", kind), b"\5" + json.dumps(args).encode()
        elif request["op"] == "vizzly" and request.get("token") in TOKENS:
            yield (request["token"], kind), TOKENS[request["token"]] + json.dumps(request.get("args")).encode()


if __name__ == "__main__":
    main()
