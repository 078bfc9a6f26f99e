"""access.*: the tokens that are managed, in the table of Datasette's plugin."""

import json

from .scenarios_access import (AT, BETTER, GROUPS, SECRET_TEXT, bearer, call, fails, opened, recorded_step)
from .scenarios import step

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


def add(file):
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
        call("create_token", actor_id="alice", by={"id": "alice", "_r": {"a": ["vi"]}}, expect=fails("DENIED")),
        call("create_token", actor_id="alice", by={"id": "alice", "act": {"sub": "root"}}, expect=fails("DENIED")),
        call("create_token", actor_id="alice", by={}, expect=fails("DENIED")),
        call("create_token", actor_id="alice", by=None, expect=fails("DENIED")),
        created(2, by={"id": "alice"}),
        created(3, by={"id": "alice", "token": None, "_r": None, "act": None})
    ])
    named = lambda place: {"error": {"status": "CONFIG", "message": {"~contains": place}}}
    file.add("null is no expiry, no restrictions and nobody's name", "CONFIG: only what is absent means the default",
             "ours", [
                 manager(),
                 call("create_token", actor_id="alice", expires_after_s=None, expect=named("args.expires_after_s")),
                 call("create_token", actor_id="alice", restrictions=None, expect=named("args.restrictions")),
                 call("list_tokens", actor_id=None, expect=named("args.actor_id")),
                 call("list_tokens", limit=None, expect=named("args.limit")),
                 created(1, description=None),
                 call("list_tokens", next=None, expect={"ok": {"tokens": [{"~has": {"id": 1}}], "next": None}})
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
    file.add("CVE-2026-48790: a file of managed tokens is its owner's alone",
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
