"""access.*: who Datasette and its plugin took a request for, the same where they are sound and better where they are not."""

import json
import re
import urllib.parse
from pathlib import Path

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
    file.add("a row that says nothing of an actor",
             "A query without a column actor_… gives an empty actor, which to Datasette is nobody",
             "same", [
                 opened({"query": {"sql": "select token_secret, 'x' as name from tokens", "database": "tokens"}},
                        databases=databases),
                 bearer("1-b", refused="UNKNOWN")
             ],
             files={"tokens.db": {"sqlite": TABLE + "insert into tokens values ('1', 'b', 7, 'x');"}})
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
    named = group["config"]["datasette-auth-tokens"]["query"]
    file.add("a query whose database is null",
             "To the plugin it is the first one",
             "same", [
                 opened({"query": named | {"database": None}}, databases=databases),
                 bearer("1-bd3c94f51fcd", actor={"id": 78, "name": "Cleopaws"}, scheme="query")
             ],
             files=files)
    file.add("a query with a misspelt member",
             "CONFIG with the place",
             "ours", [
                 opened({"query": named | {"databse": "tokens"}},
                        {"error": {"status": "CONFIG", "message": {"~contains": "query.databse"}}},
                        databases=databases)
             ],
             files=files)
    file.add("OPQ-06: the halves of two tokens that are looked up",
             "The id of one row and the secret of another are nobody's",
             "same", [
                 opened({"query": {"sql": "select * from tokens where token_id = :token_id", "database": "tokens"}},
                        databases=databases),
                 bearer("1-first", actor={"id": 1, "name": "One"}, scheme="query"),
                 bearer("2-second-half", actor={"id": 2, "name": "Two"}, scheme="query"),
                 bearer("1-second-half", refused="UNKNOWN"),
                 bearer("2-first", refused="UNKNOWN"),
                 bearer("2-second", refused="UNKNOWN"),
                 bearer("1-first-second-half", refused="UNKNOWN")
             ],
             files={
                 "tokens.db": {
                     "sqlite":
                     TABLE + "insert into tokens values ('1', 'first', 1, 'One'), ('2', 'second-half', 2, 'Two');"
                 }
             })
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
                       ("a lifetime of null", {"actor_id": "a", "ttl_s": None}),
                       ("restrictions of null", {"actor_id": "a", "restrictions": None}),
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
