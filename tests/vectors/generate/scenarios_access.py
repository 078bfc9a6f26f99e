"""access.*: who Datasette and its plugin took a request for, the same where they are sound and better where they are not; and what is ours."""

import json
import re
import urllib.parse
from pathlib import Path

from .jws import NOW, jws
from .keys import SECRET
from .scenarios import step

RECORDED = json.loads((Path(__file__).parent / "datasette_recorded.json").read_text())
GROUPS = RECORDED["groups"]
SECRET_TEXT = RECORDED["secret"]
AT = 1900000000
"""The clock of the recorded tokens."""

CRASH = "better: the original crashes"
BETTER = {
    "file_with_trailing_newline": "better: the line break at the end of a file is not part of the token",
    "file_with_trailing_newline_via_param": "better: the line break at the end of a file is not part of the token",
    "empty_secret_matches_empty_in_db": "better: an empty secret keeps nothing",
    "padding_in_signature": "better: a signature has one spelling",
    "non_ascii_token": CRASH,
    "param_non_ascii": CRASH,
    "secret_with_one_hyphen": CRASH,
    "integer_secret_in_db": CRASH,
    "non_ascii_secret_header": CRASH,
    "signed_list": CRASH,
    "signed_object": CRASH,
}
ACTORS = {
    "file_with_trailing_newline": {"id": "file-bot-newline"},
    "secret_with_one_hyphen": {"id": 32, "name": "Pancakes"},
    "non_ascii_secret_header": {"id": 8, "name": "NonAscii"},
}
"""What the better answers are, where they are actors."""

TABLE = """create table tokens (token_id text, token_secret, actor_id integer, actor_name text);"""


def add(file):
    configured(file)
    queried(file)
    signed(file)
    managed(file)
    own(file)
    jwt(file)
    acting(file)
    places(file)
    opening(file)


# --- the steps ---------------------------------------------------------------------------------------------------------------


def opened(config, expect=None, **more):
    return step({"op": "access.open", "access": "a", "config": config, **more}, expect)


def fails(status):
    return {"error": {"status": status}}


def authenticated(headers=None, query=None, now=AT, **found):
    request = {"op": "access.authenticate", "access": "a", "headers": headers or {}, "query": query or {}, "now_s": now}
    return step(request, {"ok": {"actor": None, "scheme": None, "refused": None} | found})


def bearer(token, now=AT, **found):
    return authenticated({"Authorization": f"Bearer {token}"}, now=now, **found)


def call(op, now=AT, expect=None, save=None, **args):
    more = {"save": save} if save else {}
    return step({"op": f"access.{op}", "access": "a", "args": args, "now_s": now}, expect, **more)


# --- what was recorded -------------------------------------------------------------------------------------------------------


def request_of(case):
    headers = {}
    for line in case["headers"]:
        name, value = line.split(":", 1)
        headers.setdefault(name.strip(), []).append(value.removeprefix(" "))
    headers = {name: lines if len(lines) > 1 else lines[0] for name, lines in headers.items()}
    query = {name: values[0] for name, values in urllib.parse.parse_qs(case["query"] or "", True).items()}
    return headers, query


def filled(value):
    """`{now+60}` of the recording, by the clock of its tokens."""
    if isinstance(value, dict):
        return {name: filled(member) for name, member in value.items()}
    if isinstance(value, str) and (found := re.fullmatch(r"\{now\+(\d+)\}", value)):
        return {"~near": AT + int(found[1])}
    return value


def presented(case):
    """Whether the request presents a bearer token, or a parameter where there is no header."""
    headers, query = request_of(case)
    lines = [lines for name, lines in headers.items() if name.lower() == "authorization"]
    line = lines[-1] if lines else ""
    line = (line[-1] if isinstance(line, list) else line).strip()
    return line.startswith("Bearer ") if line else any(query.values())


def recorded_step(case, scheme, refused, now=AT):
    headers, query = request_of(case)
    sound = case["name"] not in BETTER
    actor = filled(case["actor"]) if sound else ACTORS.get(case["name"])
    found = {"actor": actor, "scheme": scheme} if actor else {"refused": refused} if presented(case) else {}
    return authenticated(headers, query, now, **found)


def each(file, group, scheme, open_step, refused, **more):
    for case in GROUPS[group]["cases"]:
        if any(line.startswith("Cookie") for line in case["headers"]):
            continue
        original = BETTER.get(case["name"], "same")
        file.add(f"{group}: {case['name']}", "Who calls, as Datasette says", original,
                 [open_step, recorded_step(case, scheme, refused(case))], **more)


def configured(file):
    group = GROUPS["hard_coded_with_param"]
    config = json.loads(json.dumps(group["config"]["datasette-auth-tokens"]).replace("{DIR}", "{HOME}"))
    files = {name: {"content": content} for name, content in group["files"].items()}
    each(file,
         "hard_coded_with_param",
         "token",
         opened(config, environment=group["environment"]),
         lambda _: "UNKNOWN",
         files=files)
    config = GROUPS["hard_coded_without_param"]["config"]["datasette-auth-tokens"]
    each(file, "hard_coded_without_param", "token", opened(config), lambda _: "UNKNOWN")
    file.add("the older shape of the configuration: all tokens, a list", "Both shapes of the plugin's configuration",
             "same", [opened(config["tokens"]),
                      bearer("literal-bot-token", actor={"id": "x"}, scheme="token")])
    config = GROUPS["env_variable_missing"]["config"]["datasette-auth-tokens"]
    file.add("a variable that is not set", "CONFIG with the place", "better: the original crashes at the first request",
             [
                 opened(config, {"error": {"status": "CONFIG", "message": {"~contains": "tokens[0].token.$env"}}},
                        environment={})
             ])


def queried(file):
    group = GROUPS["custom_sql_query"]
    rows = "".join(f"insert into tokens values ({', '.join(map(sql, row))});" for row in group["table"]["rows"])
    files = {"tokens.db": {"sqlite": TABLE + rows}}
    databases = {"tokens": "{HOME}/tokens.db"}
    config = group["config"]["datasette-auth-tokens"]
    each(file, "custom_sql_query", "query", opened(config, databases=databases), lambda _: "UNKNOWN", files=files)
    file.add("a configured token is found before the query is asked",
             "tokens, then query",
             "same", [opened(config, databases=databases),
                      bearer("9-hard", actor={"id": "hard"}, scheme="token")],
             files=files)
    config = GROUPS["query_column_renaming"]["config"]["datasette-auth-tokens"]
    each(file, "query_column_renaming", "query", opened(config, databases=databases), lambda _: "UNKNOWN", files=files)
    config = GROUPS["query_missing_token_secret"]["config"]["datasette-auth-tokens"]
    file.add("a query without token_secret",
             "CONFIG at open",
             "better: the original crashes at the first request",
             [opened(config, fails("CONFIG"), databases=databases)],
             files=files)
    for name, query in (("that writes", "update tokens set actor_id = 1 returning token_secret"),
                        ("of another parameter", "select token_secret from tokens where token_id = :id"),
                        ("that is no SQL", "selekt token_secret"), ("of nothing", "")):
        file.add(f"a query {name}",
                 "CONFIG at open",
                 "ours",
                 [opened({"query": {"sql": query, "database": "tokens"}}, fails("CONFIG"), databases=databases)],
                 files=files)
    file.add(
        "a query in a database that nobody named",
        "CONFIG at open",
        "ours",
        [opened({"query": {"sql": "select 1 as token_secret", "database": "x"}}, fails("CONFIG"), databases=databases)],
        files=files)
    file.add("a query in a file that is not there",
             "STORE: it is read, never made",
             "ours", [
                 opened({"query": {"sql": "select 1 as token_secret", "database": "x"}},
                        fails("STORE"),
                        databases={"x": "{HOME}/no.db"})
             ],
             files_after={})


def sql(value):
    return "null" if value is None else str(value) if isinstance(value, int) else f"'{value}'"


REFUSALS = {
    "Token has expired": "EXPIRED",
    "Invalid token signature": "SIGNATURE",
    "Signed tokens are not enabled for this Datasette instance": "DISABLED",
}


def refusal(case):
    # By the form of a payload, a duration is above 0.
    return "MALFORMED" if case["name"] == "negative_duration" else REFUSALS.get(case.get("error"), "MALFORMED")


def signed(file):
    for group in ("dstok_default_settings", "dstok_max_ttl_60", "dstok_disabled"):
        settings = GROUPS[group]["config"]["settings"]
        given = {
            "allow_signed_tokens": settings.get("allow_signed_tokens") != "off", "max_signed_tokens_ttl":
            int(settings.get("max_signed_tokens_ttl", 0))
        }
        each(file, group, "dstok", opened({}, secret=SECRET_TEXT, settings=given), refusal)
    why = "dstok_ byte for byte"
    for vector in RECORDED["signed"]:
        value = vector["value"]
        if vector["namespace"] != "token":
            continue
        args = {"actor_id": value["a"]}
        args |= {"ttl_s": value["d"]} if "d" in value else {}
        args |= {"restrictions": value["_r"]} if "_r" in value else {}
        file.add(f"signed: {json.dumps(value)[:60]}", why, "same", [
            opened({}, secret=SECRET_TEXT),
            step({"op": "access.sign_token", "access": "a", **args, "now_s": value["t"]},
                 {"ok": {"token": "dstok_" + vector["signed"]}})
        ])
    sign = lambda expect, **args: step({"op": "access.sign_token", "access": "a", "now_s": AT, **args}, expect)
    file.add("a signed token says whose it is", "sign_token, then authenticate", "same", [
        opened({}, secret=SECRET_TEXT),
        step(
            {
                "op": "access.sign_token", "access": "a", "actor_id": "alice", "ttl_s": 60, "restrictions":
                {"a": ["vi"]}, "now_s": AT
            }, {"ok": {"token": {"~text": True}}},
            save={"T": "/token"}),
        bearer("{$T}",
               actor={"id": "alice", "token": "dstok", "_r": {"a": ["vi"]}, "token_expires": AT + 60},
               scheme="dstok"),
        bearer("{$T}",
               now=AT + 60,
               actor={"id": "alice", "token": "dstok", "_r": {"a": ["vi"]}, "token_expires": AT + 60},
               scheme="dstok"),
        bearer("{$T}", now=AT + 61, refused="EXPIRED"),
        bearer("{$T}", now=-9000000000000000, actor={"~any": True}, scheme="dstok")
    ])
    for name, args in (("no actor", {}), ("an empty actor", {"actor_id":
                                                             ""}), ("no lifetime", {"actor_id": "a", "ttl_s": 0}),
                       ("a negative lifetime", {"actor_id": "a", "ttl_s": -1}),
                       ("restrictions of another form", {"actor_id": "a", "restrictions":
                                                         {"x": []}}), ("empty restrictions",
                                                                       {"actor_id": "a", "restrictions": {}})):
        file.add(f"signed for {name}", "CONFIG: a mistake is never an eternal token", "ours",
                 [opened({}, secret=SECRET_TEXT), sign(fails("CONFIG"), **args)])
    file.add("signed without a secret", "CONFIG", "ours",
             [opened({}, environment={}), sign(fails("CONFIG"), actor_id="a")])
    file.add(
        "signed tokens are switched off", "CONFIG", "same",
        [opened({}, secret=SECRET_TEXT, settings={"allow_signed_tokens": False}),
         sign(fails("CONFIG"), actor_id="a")])
    file.add("the secret of the environment", "DATASETTE_SECRET, as Datasette reads it", "same", [
        opened({}, environment={"DATASETTE_SECRET": SECRET_TEXT}),
        bearer("dstok_" + RECORDED["signed"][2]["signed"], actor={"id": "alice", "token": "dstok"}, scheme="dstok")
    ])
    file.add("an empty secret", "CONFIG", "ours", [opened({}, fails("CONFIG"), secret="")])


# --- managed tokens ----------------------------------------------------------------------------------------------------------

MANAGED = {
    "manage_tokens": True, "manage_tokens_database": "tokens", "param": "_auth_token", "tokens":
    [{"token": "literal-bot-token", "actor": {"id": "hard"}}]
}


def manager(**more):
    return opened(MANAGED, secret=SECRET_TEXT, databases={"tokens": "{HOME}/tokens.db"}, **more)


def created(number, **args):
    token = GROUPS["managed_tokens"]["created"]
    expected = {row["row"]["id"]: row["token"] for row in token}.get(number, {"~text": True})
    return call("create_token", expect={"ok": {"token": expected, "id": number}}, **({"actor_id": "alice"} | args))


def row(number, **changes):
    return {
        "id": number, "token_status": "A", "description": None, "actor_id": "alice", "permissions": "null",
        "created_timestamp": AT, "last_used_timestamp": None, "expires_after_seconds": None, "ended_timestamp": None,
        "secret_version": 0
    } | changes


def managed(file):
    rows = [
        created(1, description="first"),
        created(2, expires_after_s=300),
        created(3, expires_after_s=7200),
        created(4, expires_after_s=259200),
        created(5,
                restrictions={
                    "a": ["vi", "dm", "pd"], "d": {"tokens": ["vd"]}, "r":
                    {"tokens": {"_datasette_auth_tokens": ["vt"]}}
                }),
        created(6),
        created(7),
        created(8, actor_id="bob")
    ]
    refused = {
        "bad_signature": "SIGNATURE", "bad_signature_via_param": "SIGNATURE", "no_dot": "MALFORMED", "empty_body":
        "MALFORMED", "signed_null": "MALFORMED", "signed_list": "MALFORMED", "signed_object": "MALFORMED",
        "signed_with_wrong_namespace": "SIGNATURE", "padding_in_signature": "SIGNATURE", "dstok_prefix_same_body":
        "SIGNATURE"
    }
    late = {"expired": "EXPIRED", "revoked": "REVOKED", "revoked_via_param": "REVOKED"}
    for case in GROUPS["managed_tokens"]["cases"]:
        name = case["name"]
        if any(line.startswith("Cookie") for line in case["headers"]) or name == "row_deleted":
            continue
        steps = [manager(), *rows]
        if name in late:
            steps.append(call("revoke_token", id=1, by={"id": "alice"}, expect={"ok": {"revoked": True}}))
        steps.append(
            recorded_step(case, "dsatok",
                          refused.get(name) or late.get(name, "UNKNOWN"), AT + 301 if name == "expired" else AT))
        file.add(f"managed_tokens: {name}", "Who calls, as Datasette says", BETTER.get(name, "same"), steps)
    recorded = {c["row"]["id"]: c["row"]["permissions"] for c in GROUPS["managed_tokens"]["created"]}
    details = lambda number, now=AT, **found: call(
        "token_details", now=now, id=number, by={"id": "alice"}, expect={"ok": row(number, **found)})
    token = {c["row"]["id"]: c["token"] for c in GROUPS["managed_tokens"]["created"]}
    alice = lambda number: {"actor": {"id": "alice", "token": "dsatok", "token_id": number}, "scheme": "dsatok"}
    file.add("rows are the plugin's", "The very table, the very rows", "same", [
        manager(), *rows,
        details(1, description="first"),
        details(2, expires_after_seconds=300),
        details(5, permissions=recorded[5])
    ])
    file.add("the last use is noted once a minute", "last_used_timestamp", "same", [
        manager(), *rows,
        bearer(token[1], now=AT + 5, **alice(1)),
        details(1, AT + 6, description="first", last_used_timestamp=AT + 5),
        bearer(token[1], now=AT + 65, **alice(1)),
        details(1, AT + 66, description="first", last_used_timestamp=AT + 5),
        bearer(token[1], now=AT + 66, **alice(1)),
        details(1, AT + 67, description="first", last_used_timestamp=AT + 66)
    ])
    file.add("a token expires, and its row says so", "token_status E", "same", [
        manager(), *rows,
        bearer(token[2], now=AT + 300, **alice(2)),
        bearer(token[2], now=AT + 301, refused="EXPIRED"),
        details(2,
                AT + 400,
                token_status="E",
                expires_after_seconds=300,
                last_used_timestamp=AT + 300,
                ended_timestamp=AT + 301),
        bearer(token[2], now=AT, refused="EXPIRED")
    ])
    file.add("a token is revoked by its owner", "revoke_token", "same", [
        manager(), *rows,
        call("revoke_token", id=1, by={"id": "bob"}, expect=fails("DENIED")),
        call("revoke_token", id=1, by={"id": "alice"}, expect={"ok": {"revoked": True}}),
        call("revoke_token", now=AT + 9, id=1, by={"id": "alice"}, expect={"ok": {"revoked": False}}),
        details(1, description="first", token_status="R", ended_timestamp=AT),
        bearer(token[1], refused="REVOKED"),
        bearer(token[3], **alice(3))
    ])
    file.add("a token is revoked by an administrator", "by_admin", "same", [
        manager(), *rows,
        call("revoke_token", id=1, by={"id": "root"}, by_admin=True, expect={"ok": {"revoked": True}}),
        bearer(token[1], refused="REVOKED")
    ])
    file.add("another's token is nobody's business", "DENIED", "same", [
        manager(), *rows,
        call("token_details", id=8, by={"id": "alice"}, expect=fails("DENIED")),
        call("token_details", id=99, by={"id": "alice"}, expect=fails("UNKNOWN")),
        call("revoke_token", id=99, by={"id": "alice"}, expect=fails("UNKNOWN")),
        call("token_details", id=1, expect=fails("CONFIG")),
        call("token_details", id=1, by={}, expect=fails("DENIED")),
        call("token_details", id=1, by=None, expect=fails("DENIED"))
    ])
    file.add("a restricted token restricts its actor", "_r", "same", [
        manager(), *rows,
        bearer(token[5],
               actor={"id": "alice", "token": "dsatok", "token_id": 5, "_r": json.loads(recorded[5])},
               scheme="dsatok")
    ])
    for name, args in (("of the wrong type", {"expires_after_s": "5"}), ("of zero", {"expires_after_s": 0}),
                       ("before it began", {"expires_after_s": -1}), ("of a half", {"expires_after_s": 0.5})):
        file.add(
            f"an expiry {name}", "CONFIG", "better: the original makes an eternal token of it",
            [manager(), call("create_token", actor_id="alice", expect=fails("CONFIG"), **args),
             created(1)])
    for name, args in (("without an actor", {}), ("of an empty actor", {"actor_id":
                                                                        ""}), ("of a number", {"actor_id": 5}),
                       ("with empty restrictions", {"actor_id": "a", "restrictions": {}}),
                       ("with a misspelt argument", {"actor_id": "a", "expires_after": 5})):
        file.add(f"a token {name}", "CONFIG", "ours", [manager(), call("create_token", expect=fails("CONFIG"), **args)])
    file.add("a token makes no tokens", "DENIED", "better: the original lets a token make more of them", [
        manager(),
        created(1),
        call("create_token",
             actor_id="alice",
             by={"id": "alice", "token": "dsatok", "token_id": 1},
             expect=fails("DENIED")),
        call("create_token", actor_id="alice", by={"id": "alice", "token": "dstok"}, expect=fails("DENIED")),
        call("create_token", actor_id="alice", by={}, expect=fails("DENIED")),
        call("create_token", actor_id="alice", by=None, expect=fails("DENIED")),
        created(2, by={"id": "alice"})
    ])
    listed = lambda ids, then, **args: call(
        "list_tokens", expect={"ok": {"tokens": [{"~has": {"id": id}} for id in ids], "next": then}}, **args)
    file.add("tokens are listed, the newest first, in pages", "list_tokens", "same", [
        manager(), *rows,
        listed(range(8, 0, -1), None),
        listed([8, 7, 6], 5, limit=3),
        listed([5, 4, 3], 2, limit=3, next=5),
        listed([2, 1], None, limit=3, next=2),
        listed([8], None, actor_id="bob"),
        listed([7, 6], 5, actor_id="alice", limit=2),
        listed([], None, actor_id="nobody"),
        call("list_tokens", limit=0, expect=fails("CONFIG"))
    ])
    file.add("tokens are listed thirty to a page", "limit: 30", "same", [
        manager(), *(created(number) if number > 7 else call(
            "create_token", actor_id="alice", expect={"ok": {"token": {"~text": True}, "id": number}})
                     for number in range(1, 32)),
        listed(range(31, 1, -1), 1),
        listed([1], None, next=1)
    ])
    file.add("a listed token that is over is shown as such", "list_tokens", "same", [
        manager(),
        created(1, expires_after_s=5),
        call("list_tokens",
             now=AT + 6,
             expect={
                 "ok":
                 {"tokens": [row(1, token_status="E", expires_after_seconds=5, ended_timestamp=AT + 6)], "next": None}
             })
    ])
    file.add("a file of managed tokens is its owner's alone",
             "0600",
             "ours", [manager(), created(1)],
             files_after={"tokens.db": {"mode": "0600"}})
    file.add("managed tokens need a secret", "CONFIG", "ours",
             [opened(MANAGED, fails("CONFIG"), databases={"tokens": "{HOME}/tokens.db"}, environment={})])
    file.add("tokens are not managed", "CONFIG", "ours", [opened({}), call("list_tokens", expect=fails("CONFIG"))])
    file.add("a database that is none",
             "STORE",
             "ours", [opened(MANAGED, fails("STORE"), secret=SECRET_TEXT, databases={"tokens": "{HOME}/tokens.db"})],
             files={"tokens.db": {"content": "not a database, but as long as the head of one would be, or so" * 20}})
    closed = step({"op": "access.close", "access": "a"})
    file.add("another opening finds the same tokens", "The file is the store", "ours",
             [manager(), created(1), closed,
              manager(), bearer(token[1], **alice(1)),
              created(2)])


# --- what is ours ------------------------------------------------------------------------------------------------------------


def own(file):
    one = opened({"tokens": [{"token": "a-good-token", "actor": {"id": "x", "n": 5.0}}], "param": "t"})
    file.add(
        "names of headers in any case", "headers: names in any case", "same",
        [one, authenticated({"AUTHORIZATION": "Bearer a-good-token"}, actor={"id": "x", "n": 5.0}, scheme="token")])
    file.add("of several parameters the first counts", "query: a value may be a list", "same", [
        one,
        authenticated(query={"t": ["a-good-token", "b"]}, actor={"id": "x", "n": 5.0}, scheme="token"),
        authenticated(query={"t": ["b", "a-good-token"]}, refused="UNKNOWN")
    ])
    file.add("OPQ-01: no token at all", "An empty opaque token, or white space", "same", [
        one,
        authenticated({"Authorization": ""}),
        authenticated({"Authorization": " "}),
        authenticated({"Authorization": "Bearer"}),
        authenticated({"Authorization": "Bearer "}),
        authenticated({"Authorization": "Bearer  "}),
        authenticated(query={"t": ""}),
        authenticated(query={"t": " "}, refused="UNKNOWN")
    ])
    file.add("OPQ-02: a token that is cut", "An opaque token that is cut", "same", [
        one, *(bearer("a-good-token"[:length], refused="UNKNOWN") for length in range(1, 12) if length not in (1, )),
        bearer("a", refused="UNKNOWN")
    ])
    file.add("OPQ-03: a token with something after it", "An opaque token with something after it", "same", [
        one, *(authenticated(query={"t": "a-good-token" + more}, refused="UNKNOWN")
               for more in ("x", "\0", "\n", " ", "="))
    ])
    file.add(
        "OPQ-04: a token in another spelling", "An opaque token in another spelling", "same",
        [one, *(bearer(token, refused="UNKNOWN") for token in ("A-GOOD-TOKEN", "a%2Dgood%2Dtoken", "a-good-token="))])
    file.add("OPQ-06: the halves of two managed tokens", "The halves of two opaque tokens", "same", [
        manager(),
        created(1),
        created(2),
        bearer("dsatok_MQ.beme3YVv5SQbCeDPURLVF8Qom6w", refused="SIGNATURE"),
        bearer("dsatok_Mg.3cMGDRUrWmGeStiYYv2K8itKSG8", refused="SIGNATURE")
    ])
    for name, entry in (("an empty token", {"token": "", "actor": {"id": "x"}}), ("no token", {"actor": {"id": "x"}}),
                        ("a token of null", {"token": None, "actor":
                                             {"id": "x"}}), ("a token of 5", {"token": 5, "actor": {"id": "x"}}),
                        ("no actor", {"token": "a"}), ("an actor of text", {"token": "a", "actor": "x"}),
                        ("a misspelt member", {"token": "a", "actor": {"id": "x"}, "aktor": 1})):
        file.add(f"OPQ-08: configured with {name}", "CONFIG with the place", "ours", [
            opened({"tokens": [{"token": "b", "actor": {"id": "y"}}, entry]},
                   {"error": {"status": "CONFIG", "message": {"~contains": "tokens[1]"}}})
        ])
    file.add("OPQ-08: configured with no tokens", "An empty list is a mistake", "ours",
             [opened({"tokens": []}, fails("CONFIG"))])
    for name, environment, files in (("variable", {"T": ""}, {}), ("file", {}, {"t": {"content": "\n"}})):
        token = {"$env": "T"} if name == "variable" else {"$file": "{HOME}/t"}
        file.add(f"OPQ-08: configured with an empty {name}",
                 "CONFIG with the place",
                 "ours", [
                     opened({"tokens": [{"token": token, "actor": {"id": "x"}}]},
                            {"error": {"status": "CONFIG", "message": {"~contains": "tokens[0].token"}}},
                            environment=environment)
                 ],
                 files=files)
    file.add("OPQ-09: a token in the query of an address", "Only a parameter that the configuration names", "same", [
        opened({"tokens": [{"token": "a-good-token", "actor": {"id": "x"}}]}),
        authenticated(query={"t": "a-good-token", "access_token": "a-good-token"})
    ])
    file.add("an actor of large numbers", "An actor is JSON text that goes through as it stands", "same", [
        opened({"tokens": [{"token": "t", "actor": {"id": 9007199254740991, "x": [None, True, {"y": "\u00e9"}]}}]}),
        bearer("t", actor={"id": 9007199254740991, "x": [None, True, {"y": "\u00e9"}]}, scheme="token")
    ])


def jwt(file):
    config = {
        "jwt": {
            "key": {"secret": SECRET.text, "algorithm":
                    "HS256"}, "policy": {"algorithms": ["HS256"], "any_issuer": True, "any_audience": True}, "actor":
            {"id": "sub", "groups": "groups"}
        }
    }
    token = lambda claims: jws(payload=json.dumps({"exp": NOW + 60} | claims))
    alice = {"id": "alice", "groups": ["a"]}
    one = opened(config)
    file.add("jwt: claims become members of the actor", "actor: member to claim", "ours", [
        one,
        bearer(token({"sub": "alice", "groups": ["a"], "admin": True}), NOW, actor=alice, scheme="jwt"),
        bearer(token({"sub": "alice", "groups": None}), NOW, actor={"id": "alice"}, scheme="jwt")
    ])
    file.add("jwt: what does not verify is nobody", "refused", "ours", [
        one,
        bearer(token({"sub": "alice"}), NOW + 60, refused="EXPIRED"),
        bearer(token({"sub": "alice"})[:-2] + "AA", NOW, refused="SIGNATURE"),
        bearer(token({}), NOW, refused="UNKNOWN"),
        bearer(token({"sub": None}), NOW, refused={"~text": True}),
        bearer("a.b", NOW, refused="UNKNOWN"),
        bearer(token({"sub": "alice"}) + ".x", NOW, refused="UNKNOWN")
    ])
    file.add("jwt: who acts for whom is read back", "RFC 8693 section 4.1", "ours", [
        one,
        bearer(token({"sub": "alice", "act": {"sub": "root", "act": {"sub": "ops"}}}),
               NOW,
               actor={"id": "alice", "act": {"sub": "root", "act": {"sub": "ops"}}},
               scheme="jwt"),
        bearer(token({"sub": "alice", "act": "root"}), NOW, refused="UNKNOWN")
    ])
    for name, change in (("no key", {"key": None}), ("no policy", {"policy": None}),
                         ("a policy that says too little", {"policy": {"algorithms": ["HS256"]}
                                                            }), ("an actor without an id", {"actor": {"name": "sub"}})):
        given = {name: member for name, member in (config["jwt"] | change).items() if member is not None}
        file.add(f"jwt: {name}", "CONFIG", "ours", [opened({"jwt": given}, fails("CONFIG"))])


def acting(file):
    config = {
        "act_as": {"allow": {"roles": ["support"]}, "as": {"kind": "customer"}}, "auth_info":
        {"groups": "roles", "secrets": {"alice": {"db": {"$env": "DB"}}}}
    }
    one = opened(config, environment={"DB": "the-secret-of-the-database"})
    sue, alice = {"id": "sue", "roles": ["support"]}, {"id": "alice", "kind": "customer"}
    as_alice = alice | {"act": {"sub": "sue"}}
    file.add("act_as: who may acts as another", "RFC 8693 section 4.1: act names who acts", "ours", [
        one,
        call("act_as",
             by=sue,
             actor=alice,
             expect={"ok": {"actor": as_alice, "claims": {"sub": "alice", "act": {"sub": "sue"}}}})
    ])
    file.add("act_as: restrictions stay with who acts", "Nobody gets more than they came with", "ours", [
        one,
        call("act_as",
             by=sue | {"_r": {"a": ["vi"]}},
             actor=alice,
             expect={
                 "ok": {
                     "actor": alice | {"_r": {"a": ["vi"]}, "act": {"sub": "sue"}}, "claims":
                     {"sub": "alice", "act": {"sub": "sue"}}
                 }
             })
    ])
    file.add("act_as: who acted before stays in the chain", "RFC 8693 section 4.1: act within act", "ours", [
        one,
        call("act_as",
             by=sue | {"act": {"sub": "ops"}},
             actor=alice,
             expect={
                 "ok": {
                     "actor": alice | {"act": {"sub": "sue", "act": {"sub": "ops"}}}, "claims":
                     {"sub": "alice", "act": {"sub": "sue", "act": {"sub": "ops"}}}
                 }
             })
    ])
    for name, by, actor, status in (("who may not", {"id": "eve", "roles":
                                                     []}, alice, "DENIED"), ("nobody", {}, alice, "DENIED"),
                                    ("an actor without an id", {"roles": ["support"]}, alice,
                                     "DENIED"), ("as a colleague", sue, {"id": "joe"}, "DENIED"),
                                    ("as one without an id", sue, {"kind": "customer"},
                                     "DENIED"), ("with an act of its own", sue, as_alice, "CONFIG")):
        file.add(f"act_as: {name}", "Allow blocks say who may act, and as whom", "ours",
                 [one, call("act_as", by=by, actor=actor, expect=fails(status))])
    file.add("act_as: nobody may where the configuration does not say who", "DENIED", "ours",
             [opened({}), call("act_as", by=sue, actor=alice, expect=fails("DENIED"))])
    info = lambda expect, actor, **args: call("auth_info", actor=actor, expect=expect, **args)
    file.add("auth_info: identifier and groups, secrets when they are asked for", "auth_info", "ours", [
        one,
        info({"ok": {"identifier": "alice", "groups": []}}, alice),
        info({"ok": {"identifier": "sue", "groups": ["support"]}}, sue),
        info({"ok": {"identifier": "alice", "groups": [], "secrets": {"db": "the-secret-of-the-database"}}},
             alice,
             with_secrets=True),
        info({"ok": {"identifier": "sue", "groups": ["support"], "secrets": {}}}, sue, with_secrets=True),
        info({"ok": {"identifier": "alice", "groups": [], "act": {"sub": "sue"}}}, as_alice),
        info(fails("DENIED"), as_alice, with_secrets=True),
        info(fails("DENIED"), alice | {"_r": {"a": ["vi"]}}, with_secrets=True),
        info(fails("DENIED"), {})
    ])


def places(file):
    """`$env` and `$file` anywhere, as the original resolves them."""
    file.add("secrets that are elsewhere, anywhere in the configuration",
             "$env and $file",
             "same", [
                 opened(
                     {
                         "tokens": [{"token": {"$file": "{HOME}/t"}, "actor": {"id": {"$env": "WHO"}}}], "param":
                         {"$env": "PARAM"}
                     },
                     environment={"WHO": "x", "PARAM": "p"}),
                 authenticated(query={"p": "secret\n"}, actor={"id": "x"}, scheme="token")
             ],
             files={"t": {"content": "secret\n\n"}})
    for name, token, place in (("a file that is not there", {"$file": "{HOME}/no"}, "tokens[0].token.$file"),
                               ("a variable without a name", {"$env": 5}, "tokens[0].token.$env"),
                               ("a file without a name", {"$file": None}, "tokens[0].token.$file")):
        file.add(f"configured with {name}", "CONFIG with the place",
                 "better: the original crashes at the first request", [
                     opened({"tokens": [{"token": token, "actor": {"id": "x"}}]},
                            {"error": {"status": "CONFIG", "message": {"~contains": place}}})
                 ])


def opening(file):
    for name, config in (("a misspelt member", {"token": []}), ("a text", "x"), ("manage_tokens of text",
                                                                                 {"manage_tokens": "yes"}),
                         ("an empty param", {"param": ""}), ("a query of text", {"query": "select 1"})):
        file.add(f"a configuration of {name}", "CONFIG", "ours", [opened(config, fails("CONFIG"))])
    for name, settings in (("a misspelt setting", {"allow_tokens":
                                                   True}), ("a cap below zero", {"max_signed_tokens_ttl": -1}),
                           ("a switch of 5", {"allow_signed_tokens": 5})):
        file.add(name, "CONFIG", "ours", [opened({}, fails("CONFIG"), settings=settings)])
    file.add("a table that cannot be there", "STORE", "ours",
             [opened(MANAGED, fails("STORE"), secret=SECRET_TEXT, databases={"tokens": "{HOME}/no/tokens.db"})])
    file.add("managed tokens in a database that nobody named", "CONFIG", "ours",
             [opened(MANAGED, fails("CONFIG"), secret=SECRET_TEXT, databases={"other": "{HOME}/o.db"})])
