"""Sources of kind descarteslabs: what the vendor's own client was seen to do, the same where it is sound and better where it is not."""

import json
from pathlib import Path

from .scenarios import after, step

RECORDED = json.loads((Path(__file__).parent / "descarteslabs_recorded.json").read_text())["cases"]

WARNINGS = {
    "Unable to read token_info": "TOKEN_FILE_UNREADABLE",
    "No valid authentication info found": "NO_CREDENTIALS",
    "Authentication token mismatch": "SECRET_MISMATCH",
}
"""The client's warnings and ours."""

NEW = '{JWT {"aud": "dummy-client-id", "exp": "now+3600", "sub": "u|1", "n": "new"}}'
NEAR = '{JWT {"aud": "dummy-client-id", "exp": "now+100", "sub": "u|1", "n": "near"}}'
CACHE = ".descarteslabs/jwt_token_9e9e1b55193c6687415377093000a0602326abc6.json"
CREDENTIALS = {"client_id": "dummy-client-id", "client_secret": "dummy-refresh-token"}

SERVES_OLD = "better: a renewal that fails inside the leeway costs nobody a token that is still valid"
NO_TOKEN = "better: what came is judged, and is no token"
FOLDERS = "better: all folders that are made are their owner's alone"

BETTER = {
    "fetched_token_already_expired": NO_TOKEN,
    "408_not_retried": "better: the client fails with an AttributeError",
    "retries_as_int_3_on_503": "better: a number means so many retries of what is always retried",
    "retry_after_huge_429": "better: the wait is cut to what the config allows, not to six hours",
    "inside_leeway_refresh_400": SERVES_OLD,
    "inside_leeway_refresh_401": SERVES_OLD,
    "inside_leeway_refresh_403": SERVES_OLD,
    "inside_leeway_refresh_404": SERVES_OLD,
    "inside_leeway_connection_refused": SERVES_OLD,
    "inside_leeway_refresh_not_json": SERVES_OLD,
    "aud_list_containing_client_id":
    "better: a list of audiences that holds the client id is for it (RFC 7519 section 4.1.3)",
    "two_part_jwt_accepted": "better: a token has three parts",
    "no_jwt_cache_env_with_creds_still_writes": "better: no JWT is written to a file either",
    "jwt_arg_expired_token_written_to_cache_anyway": "better: an expired token does not take the place of another",
    "arg_path_plus_creds_file_missing": FOLDERS,
    "nested_dirs_created": FOLDERS,
    "no_sub_no_userid": "better: a failure of its own, not a KeyError",
    "org_admin": "better: an administrator of another organisation is no owner",
    "access_id_group": "better: what was bought is no group of another organisation",
    "groups_null": "better: an odd claim counts as absent",
}
"""Where the answer is another, and why."""

LEFT_OUT = {
    # A path without a folder is below the working directory, which is the checkout; the file mechanics have a test of their own.
    "relative_path_without_dir",
}


def claims(jwt):
    return json.loads(jwt.removeprefix("{JWT ").removesuffix("}"))


def served(jwt):
    """The answer of `source.token`."""
    exp = claims(jwt)["exp"]
    return {"token": jwt, "expires_at_s": "{" + exp + "}" if isinstance(exp, str) else int(exp)}


def error(status, http_status=None):
    wanted = {"status": status}
    return {"error": wanted | {"http_status": http_status} if http_status else wanted}


def failure(case, exception):
    """Our failure for one of the client's."""
    answers = case["server_responses"]
    last = answers[-1]["status"] if isinstance(answers, list) and answers else None
    match exception:
        case "AuthError":
            return error("NO_CREDENTIALS")
        case "ConnectionError":
            return error("UNAVAILABLE")
        case "RetryError" | "ServerError":
            return error("UNAVAILABLE", last)
        case "AttributeError":
            return error("TIMEOUT", last)
        case "OauthError" | "JSONDecodeError":
            return error("PROTOCOL", last)
        case "KeyError":
            return error("PROTOCOL")
        case _:
            return error("REFUSED", answers[0]["status"])


def opening(case):
    """The step `source.open`."""
    args = dict(case["args"])
    secrets = {name: args.pop(name) for name in ("client_secret", "refresh_token", "jwt_token") if name in args}
    if "_suppress_warning" in args:
        args["suppress_warning"] = args.pop("_suppress_warning")
    if isinstance(args.get("retries"), dict):
        args["retries"] = {"total": args["retries"]["total"], "backoff_factor_s": args["retries"]["backoff_factor"]}
    if case["name"] == "retry_after_huge_429":
        args["retries"]["retry_after_max_s"] = 1
    if case["name"].startswith("inside_leeway"):
        # One renewal and no other while the scenario lasts.
        args.pop("retries", None)
    config = {"kind": "descarteslabs", "domain": "{iam}/"} | args
    environment = {"HOME": "{HOME}"} | case.get("env", {})
    codes = [WARNINGS[text] for text in case["warnings"]]
    if case["name"] == "two_part_jwt_accepted":
        codes = ["NO_CREDENTIALS"]
    if case["name"] == "aud_list_containing_client_id":
        codes = []
    return step(
        {
            "op": "source.open", "source": "s", "config": config,
            **({"secrets": secrets} if secrets else {}), "environment": environment
        }, {"ok": {"warnings": codes} if codes else {}})


def description(case):
    """The step `source.describe`."""
    seen = case["after_constructor"]
    wanted = {
        "kind": "descarteslabs", "token_url": "{iam}/token", "client_id": seen["client_id"], "scope": seen["scope"],
        "leeway_s": seen["leeway"], "token_path": seen["token_info_path"]
    }
    if case["name"] == "default_policy_sleeps":
        wanted["retries"] = {
            "total": 5, "backoff_factor_s": {"~any": True}, "backoff_max_s": 120, "retry_after_max_s": 120, "statuses":
            [429, 500, 502, 503, 504]
        }
    return step({"op": "source.describe", "source": "s"}, {"ok": {"~has": wanted}})


def token(expect, **more):
    return step({"op": "source.token", "source": "s"}, expect, **more)


def identity(seen):
    """The step `source.identity` for what several properties of the client said."""
    if any("exception" in op for op in seen.values()):
        return step({"op": "source.identity", "source": "s"}, error("PROTOCOL"))
    wanted = {name: op["value"] for name, op in seen.items() if not name.endswith("_as_set")}
    for name, value in wanted.items():
        if name == "payload":
            wanted[name] = {claim: "{" + text + "}" if claim == "exp" else text for claim, text in value.items()}
    return step({"op": "source.identity", "source": "s"}, {"ok": {"~has": wanted}})


def operations(case):
    """The steps after opening."""
    name, seen = case["name"], case["ops"]
    inside = name.startswith("inside_leeway") and "no_secret" not in name
    if name == "default_policy_sleeps":
        return []
    if name == "retries_as_int_3_on_503":
        return [token({"ok": served(NEW)})]
    if name == "fetched_token_already_expired":
        return [token(error("PROTOCOL", 200)), token(error("PROTOCOL", 200))]
    if name == "two_part_jwt_accepted":
        return [token(error("NO_CREDENTIALS"))]
    if name == "aud_list_containing_client_id":
        return [token({"ok": served(case["args"]["jwt_token"])})]
    if name == "payload_refreshes_when_near_expiry":
        return [
            step({"op": "source.identity", "source": "s"}, {"ok": {"~has": {"payload": {"~any": True}}}}),
            token({"ok": served(NEW)}, within_ms=3000),
            identity({"payload": seen[0]})
        ]
    if inside:
        waits = [after(1)] if case["server_responses"] != "connection refused" else []
        return [token({"ok": served(NEAR)}), *waits, token({"ok": served(NEAR)})]
    if seen and seen[0]["op"] in ("namespace", "payload"):
        return [identity(ACL.get(name) or {op["op"]: op for op in seen})]
    steps = []
    for op in seen:
        values = op["value"] if op["op"] == "token_twice" else [op.get("value")]
        for value in values:
            expect = failure(case, op["exception"]) if "exception" in op else {"ok": served(value)}
            steps.append(token(expect, **({"within_ms": 4000} if "later" in op["op"] else {})))
    return steps


def subjects(everyone, owners, user="uid1"):
    lists = {"all_acl_subjects": everyone, "all_owner_acl_subjects": owners}
    return {name: {"op": name, "value": [f"user:{user}", *subjects]} for name, subjects in lists.items()}


ACL = {
    "org_admin": subjects(["org:someorg", "group:someorg:org-admin"], ["org:someorg"]),
    "access_id_group": subjects(["org:someorg", "group:access-id:abc", "group:someorg:access-id:abc"], []),
    "groups_null": subjects([], [], "20c90de9751087eb65e1c28674271ee417a7db03"),
}
"""The subjects where ours are others."""


def files(recorded):
    """Files as scenarios name them."""

    def file(entry):
        entry = {"mode": entry["mode"].replace("0o", "0")
                 } | ({"content": entry["content"]} if "content" in entry else {})
        if "content" in entry:
            try:
                entry["json"] = json.loads(entry["content"])
                del entry["content"]
            except ValueError:
                pass
        return entry

    return {name: file(entry) for name, entry in recorded.items()}


def files_after(case):
    name, before = case["name"], files(case.get("files_before", {}))
    if name in ("no_jwt_cache_env_with_creds_still_writes", "retries_as_int_3_on_503"):
        cache = {CACHE: {"mode": "0600", "json": {"jwt_token": NEW}}}
        return before if name.startswith("no_jwt") else cache
    if name in ("fetched_token_already_expired", "jwt_arg_expired_token_written_to_cache_anyway"):
        return {CACHE: None}
    found = files(case["files_after"]) if "files_after" in case else before
    if case["name"] in BETTER and BETTER[name] == FOLDERS:
        found = {path: entry | ({"mode": "0700"} if path.endswith("/") else {}) for path, entry in found.items()}
    return found


def answers(case):
    recorded = case["server_responses"]
    if recorded == "connection refused":
        return "closed"
    if case["name"] == "retries_as_int_3_on_503":
        return [recorded[0], {"status": 200, "json": {"access_token": NEW}}]
    # One second shows as well as seven that the server's wish counts.
    return json.loads(json.dumps(recorded).replace('"Retry-After": "7"', '"Retry-After": "1"'))


def requests(case):
    bodies = {
        "retries_as_int_3_on_503": case["requests"] * 2, "fetched_token_already_expired": case["requests"][:1],
        "default_policy_sleeps": []
    }.get(case["name"], case["requests"])
    return [{
        "server": "iam", "method": "POST", "path": "/token", "query": None, "headers":
        {"Content-Type": "application/json", "Authorization": None, "Cookie": None}, "json": body
    } for body in bodies]


def source(config=(), secrets=(), expect=None, home="{HOME}", **environment):
    """`source.open` of a case that nobody recorded; with a home folder, unless it is None."""
    environment = ({"HOME": home} if home else {}) | environment
    config = {"kind": "descarteslabs", "domain": "{iam}"} | dict(config)
    request = {"op": "source.open", "source": "s", "config": config, "environment": environment}
    return step(request | ({"secrets": dict(secrets)} if secrets else {}), expect)


ID, SECRET = {"client_id": "dummy-client-id"}, {"client_secret": "dummy-refresh-token"}
GRANTED = {"status": 200, "json": {"access_token": NEW}}
OTHERS = '{JWT {"aud": "other-client-id", "exp": "now+3600"}}'
ASKED = {"server": "iam", "method": "POST", "path": "/token"}
WHOLE = CREDENTIALS | {"refresh_token": "dummy-refresh-token", "jwt_token": NEW}


def warned(*codes):
    return {"ok": {"warnings": list(codes)}}


def add_ours(file):

    def add(name, why, steps, answers=(), original="ours", **more):
        file.add(name, why, original, steps, servers={"iam": list(answers)}, **more)

    add("a path in the environment is as good as one in the config",
        "DESCARTESLABS_TOKEN_INFO_PATH is the default of token_info_path in every respect",
        [source(ID, SECRET, DESCARTESLABS_TOKEN_INFO_PATH="{HOME}/info.json"),
         token({"ok": served(NEW)})], [GRANTED],
        "better: the client forgets the variable once credentials are given",
        requests=[ASKED],
        files_after={"info.json": {"mode": "0600", "json": WHOLE}})
    add("by default a fetch is six tries",
        "what `default policy sleeps` asks for, without the sleeps", [
            source(ID | {"retries": {"backoff_factor_s": 0}}, SECRET),
            token({"error": {"status": "UNAVAILABLE", "http_status": 503}}),
        ],
        8 * [{"status": 503, "text": "busy"}],
        "same",
        requests=6 * [ASKED])
    add("a damaged file is set aside when a token is saved in its place",
        "one that cannot be read stays as it is until a new token is saved", [
            source(ID | {"token_info_path": "{HOME}/info.json"}, SECRET, warned("TOKEN_FILE_UNREADABLE")),
            token({"ok": served(NEW)})
        ], [GRANTED],
        "better: the client keeps nothing of it",
        files={"info.json": {"content": "{not json"}},
        requests=[ASKED],
        files_after={
            "info.json": {"mode": "0600", "json": WHOLE}, "info.json.corrupt": {"mode": "0600", "content": "{not json"}
        })
    add("a file that holds a list gives nothing",
        "it is no JSON object",
        [source((), (), warned("TOKEN_FILE_UNREADABLE", "NO_CREDENTIALS")),
         token(error("NO_CREDENTIALS"))],
        original="better: the client crashes",
        files={".descarteslabs/token_info.json": {"json": ["x"]}},
        requests=[],
        files_after={".descarteslabs/token_info.json": {"json": ["x"]}})
    add("what is left of a saver that was killed is in nobody's way",
        "a file is replaced whole", [source(ID, SECRET), token({"ok": served(NEW)})], [GRANTED],
        files={CACHE + ".new": {"content": '{"jwt_tok'}},
        requests=[ASKED],
        files_after={CACHE: {"mode": "0600", "json": {"jwt_token": NEW}}})
    add("a token for another client is not taken",
        "a fetched one must pass the test of all others",
        [source(ID, SECRET), token(error("PROTOCOL", 200))], [{"status": 200, "json": {"access_token": OTHERS}}],
        NO_TOKEN,
        requests=[ASKED],
        files_after={CACHE: None})
    refused = {"status": 400, "json": {"error": "invalid_grant", "error_description": "dummy-refresh-token has ended"}}
    final = error("REFUSED", 400)
    final["error"]["code"] = "invalid_grant"
    add("an OAuth error is final",
        "no request until new credentials come; the message does not repeat the secret",
        [source(ID | {"token_info_path": None}, SECRET),
         token(final), token(final)], [refused],
        "better: the client asks again and again",
        requests=[ASKED])
    add("a flag is no error code",
        "200 whose body says that it is an error", [
            source(ID | {"token_info_path": None}, SECRET),
            token({"error": {"status": "REFUSED", "http_status": 200, "code": None, "message": "no"}})
        ], [{"status": 200, "json": {"error": "true", "message": "no", "access_token": NEW}}],
        requests=[ASKED])
    odd = 'r"t/é x'
    hidden = '{"as_json": "[hidden]", "in_ascii": "[hidden]", "as_form": "[hidden]"}'
    echo = '{"as_json": "r\\"t/é x", "in_ascii": "r\\"t/\\u00e9 x", "as_form": "r%22t%2F%C3%A9+x"}'
    add("a secret is hidden however the server writes it",
        "message holds the server's text with every secret removed", [
            source(ID | {"token_info_path": None}, {"refresh_token": odd}),
            token({"error": {"status": "REFUSED", "http_status": 400, "code": None, "message": hidden}})
        ], [{"status": 400, "text": echo}],
        requests=[ASKED])
    add("a file that is named beside credentials still says the scope",
        "and nothing else of it counts, if it is of other credentials", [
            source(ID | {"token_info_path": "{HOME}/info.json"}, SECRET),
            step({"op": "source.describe", "source": "s"}, {"ok": {"~has": {"scope": ["openid"]}}}),
            token({"ok": served(NEW)})
        ], [GRANTED],
        "same",
        files={
            "info.json": {
                "mode": "0600", "json":
                {"client_id": "other", "client_secret": "x", "scope": ["openid"], "jwt_token": NEAR}
            }
        },
        requests=[
            ASKED | {
                "json": {
                    "client_id": "dummy-client-id", "grant_type": "refresh_token", "refresh_token":
                    "dummy-refresh-token", "scope": "openid"
                }
            }
        ],
        files_after={"info.json": {"mode": "0600", "json": WHOLE}})
    add("beside credentials only the one JWT of a file counts",
        "its jwt_token is used", [
            source(ID | {"token_info_path": "{HOME}/info.json"}, SECRET),
            token({"ok": served(NEW)}),
        ], [],
        "same",
        files={"info.json": {"mode": "0600", "json": WHOLE | {"JWT_TOKEN": OTHERS}}},
        requests=[],
        files_after={"info.json": {"mode": "0600", "json": WHOLE | {"JWT_TOKEN": OTHERS}}})
    newer = NEW.replace('"new"', '"newer"')
    add("a token that a server refused is fetched anew",
        "once for each distinct token", [
            source(ID, SECRET),
            token({"ok": served(NEW)}),
            step({"op": "source.invalidate", "source": "s", "token": NEW}, {"ok": {"invalidated": True}}),
            step({"op": "source.invalidate", "source": "s", "token": NEW}, {"ok": {"invalidated": False}}),
            token({"ok": served(newer)}),
            step({"op": "source.invalidate", "source": "s", "token": NEW}, {"ok": {"invalidated": False}}),
            token({"ok": served(newer)})
        ], [GRANTED, {"status": 200, "json": {"access_token": newer}}],
        requests=[ASKED, ASKED],
        files_after={CACHE: {"mode": "0600", "json": {"jwt_token": newer}}})
    add("a token is refreshed when somebody wants it",
        "although it is far from its end", [
            source(ID, SECRET | {"jwt_token": NEW}),
            step({"op": "source.refresh", "source": "s"}, {"ok": served(newer)}),
            token({"ok": served(newer)})
        ], [{"status": 200, "json": {"access_token": newer}}],
        requests=[ASKED],
        files_after={CACHE: {"mode": "0600", "json": {"jwt_token": newer}}})
    add("there is no way to revoke",
        "the vendor offers none",
        [source(ID, SECRET | {"jwt_token": NEW}),
         step({"op": "source.revoke", "source": "s"}, error("UNSUPPORTED"))],
        requests=[])
    add("without a home folder there is no file",
        "environment replaces that of the process, HOME included", [
            source(ID, SECRET, home=None),
            step({"op": "source.describe", "source": "s"}, {"ok": {"~has": {"token_path": None}}}),
            token({"ok": served(NEW)})
        ], [GRANTED],
        requests=[ASKED],
        files_after={})
    add("a file of mode 0644 is read, and written back as the owner's alone",
        "FILE_MODE", [
            source(),
            token({"ok": served(NEW)}),
        ], [GRANTED],
        requests=[ASKED],
        files={".descarteslabs/token_info.json": {"mode": "0644", "json": CREDENTIALS | {"extra": [1.50, None]}}},
        files_after={
            ".descarteslabs/token_info.json":
            {"mode": "0600", "json": CREDENTIALS | {"extra": [1.50, None], "jwt_token": NEW}}
        })
    other, in_memory = {"status": 200, "json": {"access_token": NEAR}}, ID | {"token_info_path": None}
    add("a fetched token that is inside the leeway already is renewed soon",
        "inside the leeway the old token or the new one, within 3 s the new one",
        [source(in_memory, SECRET),
         token({"ok": served(NEAR)}),
         token({"ok": served(NEW)}, within_ms=3000)], [other, GRANTED],
        requests=[ASKED, ASKED])
    add("a server whose tokens are always short is not asked without end",
        "the second one that is too short is kept for half its life", [
            source(in_memory, SECRET),
            token({"ok": served(NEAR)}),
            after(2),
            step({
                "op": "source.open", "source": "clock", "config": {"kind": "static", "expires_at_s": "{now+3}"},
                "secrets": {"token": "until-then"}, "environment": {}
            }),
            step({"op": "source.token", "source": "clock"}, error("NO_CREDENTIALS"), within_ms=4000),
            token({"ok": served(NEAR)})
        ], [other, other, GRANTED],
        requests=[ASKED, ASKED])
    for name, config, secrets in [
        ("a leeway below zero", {"leeway": -1}, {}),
        ("a scope that is a text", {"scope": "openid"}, {}),
        ("a client id that is null", {"client_id": None}, {}),
        ("a secret in the config", {"client_secret": "dummy-refresh-token"}, {}),
        ("an unknown secret", {}, {"password": "dummy-refresh-token"}),
        ("plain http to another machine", {"domain": "http://iam.example"}, {}),
        ("a domain that is no URL", {"domain": "iam.example"}, {}),
        ("a path that is a number", {"token_info_path": 7}, {}),
        ("retries that are a text", {"retries": "3"}, {}),
    ]:
        add(f"{name} is refused", "a setting that cannot be", [source(config, secrets, error("CONFIG"))], requests=[])


def add(file):
    for case in RECORDED:
        if case["name"] in LEFT_OUT:
            continue
        more = {"servers": {"iam": answers(case)}, "files": files(case.get("files_before", {}))}
        if "umask" in case:
            more["umask"] = case["umask"].replace("0o", "0")
        file.add(case["name"].replace("_", " "),
                 case.get("note", "recorded from the vendor's client"),
                 BETTER.get(case["name"], "same"), [opening(case), description(case), *operations(case)],
                 **more,
                 requests=requests(case),
                 files_after=files_after(case))
    add_ours(file)
