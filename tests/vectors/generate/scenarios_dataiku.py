"""Clients of Dataiku: what the documents say, and where that is better than the original."""

import base64
import json

from .scenarios import step

API = "/dip/publicapi"
KEY = {"api_key": "dummy-api-key-0123"}
BASIC = "Basic ZHVtbXktYXBpLWtleS0wMTIzOg=="
ME = {"status": 200, "json": {"authIdentifier": "me", "groups": ["g"]}}
DONE = {"status": 200, "json": {}}


def basic(key):
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


def opened(config=None, secrets=None, expect=None, client="c"):
    config = {"host": "{dss}"} | (config or {})
    request = {"op": "client.open", "client": client, "vendor": "dataiku", "config": config, "environment": {}}
    return step(request | {"secrets": KEY if secrets is None else secrets}, expect)


def acting(login, expect=None, client="c", name="p"):
    return step({"op": "client.as_user", "client": client, "as": name, "login": login}, expect)


def op(name, args=None, expect=None, client="c", **more):
    return step({"op": "client.call", "client": client, "operation": name, "args": args or {}}, expect, **more)


def ok(result):
    return {"ok": {"result": result}}


def error(status, http_status=None, code=None):
    return {"error": {"status": status, "http_status": http_status, "code": code}}


def asked(method, path, query=None, headers=None, **body):
    """A request as the server got it. Without `json` or `body` it had none."""
    headers = {"Authorization": BASIC, "X-DKU-APITicket": None, "X-DKU-ProxyUser": None, "Content-Type": None
               } | (headers or {})
    return {"server": "dss", "method": method, "path": API + path, "query": query, "headers": headers
            } | (body or {"body": None})


INFO = asked("GET", "/auth/info", "withSecrets=False")


def add(file):
    add_credentials(file)
    add_acting(file)
    add_settings(file)
    add_edits(file)
    add_failures(file)
    add_arguments(file)


def add_credentials(file):
    for what, secrets, headers in (
        ("a key", KEY, {}),
        ("a ticket", {"internal_ticket": "t1"}, {"Authorization": None, "X-DKU-APITicket": "t1"}),
        ("a bearer token", {"jwt_bearer_token": "j1"}, {"Authorization": "Bearer j1"}),
        ("a key before a ticket and a token", KEY | {"internal_ticket": "t1", "jwt_bearer_token": "j1"}, {}),
        ("a ticket before a token", {"internal_ticket": "t1", "jwt_bearer_token":
                                     "j1"}, {"Authorization": None, "X-DKU-APITicket": "t1"}),
        ("a ticket in Latin-1", {"internal_ticket": "t\u00e9"}, {"Authorization": None, "X-DKU-APITicket": "t\u00e9"}),
    ):
        file.add(f"who calls: {what}",
                 "CONFORMANCE Dataiku: api_key before internal_ticket before jwt_bearer_token",
                 "same", [opened({}, secrets), op("auth_info", {}, ok(ME["json"]))],
                 servers={"dss": [ME]},
                 requests=[asked("GET", "/auth/info", "withSecrets=False", headers)])
    for what, secrets in (("no credentials", {}), ("an empty key", {"api_key": ""}), ("an empty ticket beside a key",
                                                                                      KEY | {"internal_ticket": ""}),
                          ("a ticket beyond Latin-1", {"internal_ticket": "\u65e5"}), ("a token with a line break",
                                                                                       {"jwt_bearer_token": "a\r\nb"}),
                          ("a token beyond ASCII", {"jwt_bearer_token": "j\u00e9"}),
                          ("a key that is a number", {"api_key": 1}), ("an unknown secret", KEY | {"ticket": "t"})):
        file.add(f"{what} is refused",
                 "CONFORMANCE Dataiku: CONFIG at open",
                 "ours", [opened({}, secrets, error("CONFIG"))],
                 servers={"dss": []},
                 requests=[])
    extra = {"X-Foo": "caf\u00e9", "authorization": "Basic other", "x-dku-apiticket": "other"}
    file.add(
        "the credential's header wins over an extra one, in any case",
        "CONFORMANCE Dataiku: extra_headers",
        "same",
        [opened({"extra_headers": extra}), op("auth_info", {}, ok(ME["json"]))],
        servers={"dss": [ME]},
        requests=[asked("GET", "/auth/info", "withSecrets=False", {"X-Foo": "caf\u00e9", "X-DKU-APITicket": "other"})])
    for what, headers in (("beyond Latin-1", {"X-Foo": "\u65e5"}), ("with a line break", {"X-Foo": "a\r\nX-Evil: 1"}),
                          ("of credentials beyond ASCII", {"authorization":
                                                           "Basic \u00e9"}), ("with an odd name", {"X Foo": "1"}),
                          ("without a name", {"": "1"}), ("of HTTP itself", {"Transfer-Encoding": "chunked"}),
                          ("that is no text", {"X-Foo": 1}), ("that is null", {"X-Foo": None})):
        file.add(f"an extra header {what} is refused",
                 "CONFORMANCE Dataiku: what does not fit is CONFIG",
                 "ours", [opened({"extra_headers": headers}, KEY, error("CONFIG"))],
                 servers={"dss": []},
                 requests=[])
    for host in ("{dss}/base/path/", "{dss}/base/path"):
        file.add(
            f"a host may have a base path: {host}",
            "CONFORMANCE Dataiku: host",
            "same", [opened({"host": host}), op("auth_info", {}, ok(ME["json"]))],
            servers={"dss": [ME]},
            requests=[asked("GET", "/auth/info", "withSecrets=False") | {"path": "/base/path" + API + "/auth/info"}])
    for what, config in (("no scheme", {"host":
                                        "dss.example"}), ("plain http elsewhere", {"host": "http://dss.example"}),
                         ("a query", {"host":
                                      "https://dss.example?x"}), ("credentials", {"host": "https://u:p@dss.example"}),
                         ("a number", {"host": 1}), ("an unknown member", {"hostname":
                                                                           "h"}), ("a key without a certificate",
                                                                                   {"client_key": "k.pem"})):
        file.add(f"a config with {what} is refused",
                 "Clients: CONFIG",
                 "ours", [opened(config, KEY, error("CONFIG"))],
                 servers={"dss": []},
                 requests=[])


def add_acting(file):
    config = {"extra_headers": {"X-Foo": "1", "x-dku-proxyuser": "alice"}}
    file.add(
        "acting as a user keeps all else, and leaves the parent as it is",
        "CONFORMANCE Dataiku: client.as_user",
        "better: the client loses extra headers",
        [opened(config),
         acting("bob"),
         op("auth_info", {}, ok(ME["json"]), "p"),
         op("auth_info", {}, ok(ME["json"]))],
        servers={"dss": [ME, ME]},
        requests=[
            asked("GET", "/auth/info", "withSecrets=False", {"X-DKU-ProxyUser": "bob", "X-Foo": "1"}),
            asked("GET", "/auth/info", "withSecrets=False", {"X-DKU-ProxyUser": "alice", "X-Foo": "1"})
        ])
    close = step({"op": "client.close", "client": "c"})
    file.add("a client that acts outlives its parent",
             "CONFORMANCE Dataiku: client.as_user",
             "same",
             [opened(), acting("bob"), close, op("auth_info", {}, ok(ME["json"]), "p")],
             servers={"dss": [ME]},
             requests=[asked("GET", "/auth/info", "withSecrets=False", {"X-DKU-ProxyUser": "bob"})])
    for what, login in (("empty", ""), ("with a line break", "a\r\nX-Evil: 1"), ("with a NUL", "a\0"),
                        ("with a C1 character", "a\u0085"), ("beyond Latin-1",
                                                             "\u65e5"), ("with white space at its end", "bob ")):
        file.add(f"a login {what} is refused",
                 "CONFORMANCE Dataiku: client.as_user",
                 "ours", [opened(), acting(login, error("CONFIG"))],
                 servers={"dss": []},
                 requests=[])


def add_settings(file):
    document = {
        "login": "me", "big": 12345678901234567890, "point": 5.0, "text": "caf\u00e9 \U0001f600", "list":
        [1, {"a": None}]
    }
    ascii_text = '{"text":"caf\\u00e9 \\ud83d\\ude00 \\" \\\\"}'
    file.add(
        "settings come and go as they are",
        "CONFORMANCE Dataiku: number text and member order",
        "same",
        [opened(),
         op("own_settings", {}, ok(document)),
         op("save_own_settings", {"settings": document}, ok(None))],
        servers={"dss": [{"status": 200, "json": document}, DONE]},
        requests=[asked("GET", "/current-user"),
                  asked("PUT", "/current-user", json=document)])
    file.add(
        "what is sent is ASCII",
        "wire: bodies are ASCII JSON",
        "same",
        [opened(), op("save_own_settings", {"settings": {"text": "caf\u00e9 \U0001f600 \" \\"}}, ok(None))],
        servers={"dss": [DONE]},
        requests=[asked("PUT", "/current-user", body=ascii_text)])
    for login, path in (("b\u00f6b", "b%C3%B6b"), ("a/../b", "a%2F..%2Fb"), ("a+b@c~d", "a%2Bb%40c~d"), ("...", "...")):
        file.add(f"a login in a path is encoded: {login}",
                 "CONFORMANCE Dataiku: percent-encoded in paths",
                 "better: the client pastes it in", [
                     opened(),
                     op("user_settings", {"login": login}, ok({})),
                     op("save_user_settings", {"login": login, "settings": {}}, ok(None))
                 ],
                 servers={"dss": [DONE, DONE]},
                 requests=[asked("GET", "/admin/users/" + path),
                           asked("PUT", "/admin/users/" + path, json={})])
    for login in ("", ".", ".."):
        file.add(f"a login that is a step in the path is refused: {login!r}",
                 "CONFORMANCE Dataiku: percent-encoded in paths",
                 "ours", [opened(), op("user_settings", {"login": login}, error("CONFIG"))],
                 servers={"dss": []},
                 requests=[])
    for what, answer in (("204", {"status": 204}), ("an empty 200", {"status": 200, "text":
                                                                     ""}), ("201", {"status": 201, "text": "ok"})):
        file.add(f"a save is answered by {what}",
                 "CONFORMANCE Dataiku: an empty success answer is fine",
                 "same", [opened(), op("save_own_settings", {"settings": {}}, ok(None))],
                 servers={"dss": [answer]})


def add_edits(file):

    def edit(name, why, operation, args, expect, original="same"):
        file.add(name, why, original, [opened(), op(operation, args, expect)], servers={"dss": []}, requests=[])

    pure = "CONFORMANCE Dataiku: edits are pure"
    odd = {"z": 1.50, "big": 12345678901234567890, "a": {"y": None}}
    secret = {"name": "n", "value": "v", "secret": True}
    missing = "better: the client fails with a KeyError"
    edit("a missing list of secrets is created", pure, "add_secret", {"settings": odd, "name": "n", "value": "v"},
         ok(odd | {"secrets": [secret]}), missing)
    edit("secrets that are null are none", pure, "add_secret",
         {"settings": {"secrets": None, "x": 1}, "name": "n", "value": "v"}, ok({"secrets": [secret], "x": 1}), missing)
    edit("an odd secret stays as it is", pure, "add_secret",
         {"settings": {"secrets": [1, "n", {"name": 1}, {"name": "n", "k": 2}]}, "name": "n", "value": "v"},
         ok({"secrets": [1, "n", {"name": 1}, secret]}), "better: the client fails with a TypeError")
    for operation, args in (("remove_secret", {"name": "n"}), ("remove_connection_credential", {"connection": "n"}),
                            ("remove_plugin_credential",
                             {"plugin_id": "a", "param_set_id": "b", "preset_id": "c", "param_name": "d"})):
        edit(f"{operation} of what is not there changes nothing", pure, operation, {"settings": odd} | args, ok(odd),
             missing)
    edit("a property is set", pure, "set_user_property",
         {"settings": odd | {"userProperties": {"b": 1, "a": 2}}, "name": "b", "value": "x"},
         ok(odd | {"userProperties": {"b": "x", "a": 2}}))
    edit("a property may be any JSON", pure, "set_user_property", {"settings": {}, "name": "p", "value": {"n": 1.50}},
         ok({"userProperties": {"p": {"n": 1.50}}}), missing)
    basic_credential = {"type": "BASIC", "user": "l", "password": "p\u00e9"}
    edit("a connection's credential is created with its place", pure, "set_basic_connection_credential",
         {"settings": {}, "connection": "c", "login": "l", "password": "p\u00e9"},
         ok({"credentials": {"c": basic_credential}}), missing)
    edit("a connection's credential is removed", pure, "remove_connection_credential",
         {"settings": {"credentials": {"a": 1, "c": 2, "b": 3}}, "connection": "c"},
         ok({"credentials": {"a": 1, "b": 3}}))
    plugin = {
        "plugin_id": "pl\"ug", "param_set_id": "s\\", "preset_id": "caf\u00e9\U0001f600", "param_name": "\u007f\n\t\b"
    }
    key = json.dumps(["PLUGIN", *plugin.values()])[1:-1]
    edit("a plugin's credential has the name that Python writes", pure, "set_oauth2_plugin_credential",
         {"settings": {"credentials": {"x": 1}}, "refresh_token": "r"} | plugin,
         ok({"credentials": {"x": 1, key: {"type": "OAUTH_REFRESH_TOKEN", "refreshToken": "r"}}}))
    edit("a plugin's password is set", pure,
         "set_basic_plugin_credential", {"settings": {}, "login": "l", "password": "p\u00e9"} | plugin,
         ok({"credentials": {key: basic_credential}}), missing)
    edit("a plugin's credential is removed", pure, "remove_plugin_credential",
         {"settings": {"credentials": {key: 1, "x": 2}}} | plugin, ok({"credentials": {"x": 2}}))
    for what, operation, args in (("settings that are a list", "add_secret",
                                   {"settings": [], "name": "n", "value":
                                    "v"}), ("no settings", "add_secret", {"name": "n", "value": "v"}),
                                  ("no name", "remove_secret",
                                   {"settings": {}}), ("secrets that are an object", "add_secret",
                                                       {"settings": {"secrets": {}}, "name": "n", "value": "v"}),
                                  ("credentials that are a list", "remove_connection_credential",
                                   {"settings": {"credentials": []}, "connection":
                                    "c"}), ("an unknown argument", "remove_secret",
                                            {"settings": {}, "name": "n", "x":
                                             1}), ("a password that is null", "set_basic_connection_credential",
                                                   {"settings": {}, "connection": "c", "login": "l", "password":
                                                    None})):
        edit(f"an edit with {what} is refused", "Clients: CONFIG", operation, args, error("CONFIG"), "ours")


def add_failures(file):
    for what, answer, failure in (("a type and two messages",
                                   {"status": 404, "json": {"errorType": "T", "message": "m", "detailedMessage": "d"}},
                                   error("REFUSED", 404, "T")), ("a text", {"status": 400, "json": "no"},
                                                                 error("REFUSED",
                                                                       400)), ("no body", {"status": 403, "text":
                                                                                           ""}, error("REFUSED", 403)),
                                  ("408", {"status": 408, "text":
                                           ""}, error("TIMEOUT",
                                                      408)), ("429", {"status": 429, "json": {"errorType": "T"}},
                                                              error("UNAVAILABLE", 429,
                                                                    "T")), ("503", {"status": 503, "text":
                                                                                    "busy"}, error("UNAVAILABLE", 503)),
                                  ("a redirect", {"status": 301, "headers": {"Location": "{dss}/"}, "text":
                                                  ""}, error("PROTOCOL", 301)), ("204", {"status":
                                                                                         204}, error("PROTOCOL", 204)),
                                  ("201", {"status": 201, "json":
                                           {}}, error("PROTOCOL",
                                                      201)), ("no JSON", {"status": 200, "text": "<html>"},
                                                              error("PROTOCOL",
                                                                    200)), ("a list", {"status": 200, "json":
                                                                                       []}, error("PROTOCOL", 200)),
                                  ("error: true", {"status": 200, "json": {"error": True}},
                                   error("REFUSED", 200)), ("no HTTP", {"raw": "hello\r\n\r\n"}, error("PROTOCOL"))):
        file.add(f"an answer that is no success: {what}",
                 "Failures of a fetch",
                 "ours", [opened(), op("auth_info", {}, failure)],
                 servers={"dss": [answer]},
                 requests=[INFO])
    file.add("nobody listens",
             "Failures: UNAVAILABLE",
             "ours", [opened(), op("auth_info", {}, error("UNAVAILABLE"))],
             servers={"dss": "closed"})
    slow = step({"op": "client.call", "client": "c", "operation": "auth_info", "args": {}, "timeout_ms": 200},
                error("TIMEOUT"))
    file.add("a caller waits no longer than it says",
             "Failures: TIMEOUT",
             "ours", [opened(), slow],
             servers={"dss": [ME | {"delay_ms": 1500}]})
    told = {"errorType": "T", "message": "bad key dummy-api-key-0123 or " + basic("dummy-api-key-0123")}
    file.add("a message of the server loses every secret",
             "Failures: with every secret and token removed",
             "ours", [opened(), op("auth_info", {}, error("REFUSED", 401, "T"))],
             servers={"dss": [{"status": 401, "json": told}]})
    for what, body in (("null", {"msg": None}), ("a number", {"msg": 1})):
        file.add(f"a ticket that is {what} is none",
                 "CONFORMANCE Dataiku: an answer without msg is PROTOCOL",
                 "ours",
                 [opened(), op("ticket_from_browser_headers", {"headers": {}}, error("PROTOCOL", 200))],
                 servers={"dss": [{"status": 200, "json": body}]})


def add_arguments(file):
    file.add("a client without a configuration",
             "BAD_REQUEST for a line that lacks a member that its op needs",
             "ours",
             [step({"op": "client.open", "client": "c", "vendor": "dataiku", "secrets": KEY}, error("BAD_REQUEST"))],
             servers={"dss": []},
             requests=[])
    for what, operation, args in (("no truth", "auth_info", {"with_secrets":
                                                             1}), ("an unknown one", "auth_info", {"secrets": True}),
                                  ("no headers", "ticket_from_browser_headers",
                                   {}), ("headers that are a list", "auth_info_from_browser_headers", {"headers": []}),
                                  ("no login", "user_settings", {}), ("no settings", "save_own_settings", {}),
                                  ("settings that are null", "save_own_settings",
                                   {"settings": None}), ("any", "own_settings", {"login": "bob"})):
        file.add(f"an argument that cannot be: {what}, {operation}",
                 "Clients: CONFIG",
                 "ours", [opened(), op(operation, args, error("CONFIG"))],
                 servers={"dss": []},
                 requests=[])
    file.add("an operation that is not there",
             "Clients: UNSUPPORTED_OP",
             "ours", [opened(), op("get_auth_info", {}, error("UNSUPPORTED_OP"))],
             servers={"dss": []},
             requests=[])
    file.add("an operation that another vendor has",
             "Clients: UNSUPPORTED_OP, whatever the arguments; of a client that acts as another user, too",
             "ours", [
                 opened(),
                 acting("bob"), *(op(name, args, error("UNSUPPORTED_OP"), client) for client in ("c", "p")
                                  for name in ("get_token", "get_version", "create_secret", "drop_secret")
                                  for args in ({}, {"x": 1}))
             ],
             servers={"dss": []},
             requests=[])
