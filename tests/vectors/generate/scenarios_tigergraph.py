"""Clients and sources of TigerGraph: what the documents say, and where that is better than the original."""

import json
from urllib.parse import quote_plus

from .scenarios import step

SECRET = "dummysecret0123456789abcdefghijk"
TOKEN = "dummytoken0123456789abcdefghijkl"
NEW_TOKEN = "newdummytoken0123456789abcdefghi"
BASIC = "Basic dGlnZXJncmFwaDpkdW1teXB3"
NOT_FOUND = {"status": 404, "text": "404 page not found"}
TWO_PORTS = {"restpp_url": "{restpp}", "gs_url": "{gsql}"}
JSON = "application/json"
PASSWORD = {"password": "dummypw"}
OF_DATAIKU = ("auth_info", "own_settings", "add_secret", "remove_plugin_credential")
VERSION = {
    "status": 200, "json": {
        "error":
        False, "message":
        "TigerGraph RESTPP: \n --- Version --- \n\nproduct   release_VERSION_01-01-2030  aaaaaaaa  2030-01-01 UTC\n"
    }
}


def version(text):
    """The answer of a server of this version."""
    return json.loads(json.dumps(VERSION).replace("VERSION_", text + "_"))


def granted(token=NEW_TOKEN, **members):
    return {
        "status": 200, "json": {"error": False, "message": "Generate new token successfully.", "token": token} | members
    }


def refused(status=400, **members):
    return {"status": status, "json": {"error": True, "message": "no"} | members}


def op(name, args=None, expect=None, client="c", **more):
    request = {"op": "client.call", "client": client, "operation": name, "args": args or {}}
    return step(request, expect, **more)


def ok(result):
    return {"ok": {"result": result}}


def error(status, http_status=None, code=None):
    return {"error": {"status": status, "http_status": http_status, "code": code}}


def opened(config=None, secrets=None, expect=None, client="c"):
    request = {"op": "client.open", "client": client, "vendor": "tigergraph", "config": config or {}, "environment": {}}
    return step(request | {"secrets": PASSWORD if secrets is None else secrets}, expect)


def asked(server, method, path, query=None, authorization=None, content_type=None, **body):
    """A request as a server got it. Without `json` or `body` it had none."""
    headers = {"Authorization": authorization, "Content-Type": content_type, "Cookie": None}
    body = body or {"body": None}
    return {"server": server, "method": method, "path": path, "query": query, "headers": headers, **body}


def statement(server_path, text):
    """A GSQL statement as it is sent to one of the two endpoints."""
    if server_path == "/gsql/v1/statements":
        return asked("gsql", "POST", server_path, authorization=BASIC, content_type="text/plain", body=text)
    return asked("gsql", "POST", server_path, authorization=BASIC, body=quote_plus(text))


def add(file):
    add_versions(file)
    add_places(file)
    add_credentials(file)
    add_repeats(file)
    add_failures(file)
    add_secrets(file)
    add_arguments(file)
    add_sources(file)


def add_versions(file):
    body = {"secret": SECRET}
    file.add("versions compare as numbers: 10.1 checks tokens",
             "CONFORMANCE TigerGraph: versions compare as numbers",
             "better: the client compares texts, and takes 10.1 for older than 4", [
                 opened(TWO_PORTS | {"version": "10.1"}, {}),
                 op("check_token", {"token": TOKEN}, ok({"error": False})),
                 op("refresh_token", {"token": TOKEN}, error("UNSUPPORTED"))
             ],
             servers={"gsql": [{"status": 200, "json": {"error": False}}], "restpp": []},
             requests=[asked("gsql", "POST", "/gsql/v1/tokens/check", content_type=JSON, json={"token": TOKEN})])
    for text, status in (("4.0", "UNSUPPORTED"), ("4.0.0", "UNSUPPORTED"), ("4", "UNSUPPORTED")):
        file.add(f"version {text} refreshes no tokens",
                 "CONFORMANCE TigerGraph: UNSUPPORTED on 4.0 and up",
                 "better: the client takes 4.0 for a 3.x", [
                     opened(TWO_PORTS | {"version": text}, {}),
                     op("refresh_token", {"token": TOKEN, "secret": SECRET}, error(status))
                 ],
                 servers={"gsql": [], "restpp": []},
                 requests=[])
    file.add("the version is asked for once",
             "CONFORMANCE TigerGraph: GET {restpp}/version once",
             "same", [
                 opened(TWO_PORTS, {}),
                 op("check_token", {"token": TOKEN}, error("UNSUPPORTED")),
                 op("check_token", {"token": TOKEN}, error("UNSUPPORTED"))
             ],
             servers={"gsql": [], "restpp": [version("3.10.1")]},
             requests=[asked("restpp", "GET", "/version")])
    file.add(
        "a version that was found out decides how tokens are asked for",
        "CONFORMANCE TigerGraph: below 3.5 GET /requesttoken",
        "better: the client crashes", [
            opened(TWO_PORTS, {}),
            op("check_token", {"token": TOKEN}, error("UNSUPPORTED")),
            op("get_token", {"secret": "a+b c"}, ok({"token": NEW_TOKEN, "expiration": None, "expires_at_s": None}))
        ],
        servers={"gsql": [], "restpp": [version("3.4.0"), granted()]},
        requests=[asked("restpp", "GET", "/version"),
                  asked("restpp", "GET", "/requesttoken", "secret=a%2Bb%20c")])
    file.add("below 3.5 a secret is required",
             "CONFORMANCE TigerGraph: secret required",
             "same", [opened(TWO_PORTS | {"version": "3.4", "username": "u"}),
                      op("get_token", {}, error("CONFIG"))],
             servers={"gsql": [], "restpp": []},
             requests=[])
    file.add("a version that nobody can read out of the answer is no answer",
             "Failures: PROTOCOL",
             "ours", [opened(TWO_PORTS, {}), op("get_version", {}, error("PROTOCOL", 200))],
             servers={"gsql": [], "restpp": [{"status": 200, "json": {"error": False, "message": "hello"}}]})
    file.add("an expiration whose zone is named is a moment",
             "CONFORMANCE TigerGraph: null where the server's text names no zone",
             "ours", [opened(TWO_PORTS, {})] + [
                 op("get_token", body, ok({"token": NEW_TOKEN, "expiration": text, "expires_at_s": ends}))
                 for text, ends in (("2030-01-02T03:04:05Z", 1893553445), ("2030-01-02 03:04:05+00:00", 1893553445),
                                    ("2030-01-02 03:04:05 UTC", 1893553445), ("2030-01-02 03:04:05", None),
                                    ("soon", None))
             ],
             servers={
                 "gsql": [
                     granted(expiration=text) for text in ("2030-01-02T03:04:05Z", "2030-01-02 03:04:05+00:00",
                                                           "2030-01-02 03:04:05 UTC", "2030-01-02 03:04:05", "soon")
                 ], "restpp": []
             })


def add_places(file):
    body = {"secret": SECRET}
    got = ok({"token": NEW_TOKEN, "expiration": None, "expires_at_s": None})
    for what, config in (("numbers", {"restpp_port": "{gsql:port}", "gs_port": "{gsql:port}"}),
                         ("slashes", {"restpp_url": "{gsql}/restpp/", "gs_url": "{gsql}/"})):
        file.add(f"REST++ is below GSQL where both have one port: {what}",
                 "CONFORMANCE TigerGraph: equal ports",
                 "same", [opened(config, {}), op("get_token", body, got)],
                 servers={"gsql": [NOT_FOUND, granted()]},
                 requests=[
                     asked("gsql", "POST", "/gsql/v1/tokens", content_type=JSON, json=body),
                     asked("gsql", "POST", "/restpp/requesttoken", json=body)
                 ])
    file.add("ports may be texts",
             "CONFORMANCE TigerGraph: as integer or text",
             "same", [
                 opened({"host": "http://127.0.0.1/", "gs_port": "0{gsql:port}", "restpp_port": "1"}, {}),
                 op("get_token", body, got)
             ],
             servers={"gsql": [granted()]},
             requests=[asked("gsql", "POST", "/gsql/v1/tokens", content_type=JSON, json=body)])
    file.add("a REST++ port that refuses is replaced by the one of GSQL, once for all",
             "CONFORMANCE TigerGraph: a REST++ port that refuses",
             "same", [
                 opened({"restpp_port": "{restpp:port}", "gs_port": "{gsql:port}"}, {}),
                 op("get_version", {}, ok("4.1.3")),
                 op("get_version", {}, ok("4.1.4"))
             ],
             servers={"gsql": [version("4.1.3"), version("4.1.4")], "restpp": "closed"},
             requests=[asked("gsql", "GET", "/restpp/version"),
                       asked("gsql", "GET", "/restpp/version")])
    file.add("with both ports closed there is no server",
             "Failures: UNAVAILABLE",
             "ours", [
                 opened({"restpp_port": "{restpp:port}", "gs_port": "{gsql:port}"}, {}),
                 op("get_version", {}, error("UNAVAILABLE")),
                 op("get_token", body, error("UNAVAILABLE"))
             ],
             servers={"gsql": "closed", "restpp": "closed"})
    for what, config in (("a host without a scheme", {"host": "h"}),
                         ("a host with a path", {"host":
                                                 "https://h/p"}), ("plain http elsewhere", {"host":
                                                                                            "http://h.example"}),
                         ("one URL of two", {"gs_url": "https://h"}), ("a URL and a port", TWO_PORTS | {"gs_port": 1}),
                         ("a port of 0", {"gs_port": 0}), ("a port that is none", {"gs_port": "1x"}),
                         ("a version that is none", {"version": "four"}), ("an unknown member", {"gsPort": 1})):
        file.add(f"{what} is refused",
                 "Clients: CONFIG",
                 "ours", [opened(config, {}, error("CONFIG"))],
                 servers={"gsql": [], "restpp": []},
                 requests=[])


def add_credentials(file):
    body = {"secret": SECRET}
    got = ok({"token": NEW_TOKEN, "expiration": None, "expires_at_s": None})
    for what, secrets, config, header in (("none", {}, {}, None), ("a user name and a password", PASSWORD,
                                                                   {"username": "tigergraph"}, BASIC),
                                          ("a user name without a password", {}, {"username": "tigergraph"},
                                           None), ("a secret of GSQL", {"gsql_secret":
                                                                        "s1"}, {"username":
                                                                                "u"}, "Basic X19HU1FMX19zZWNyZXQ6czE="),
                                          ("a password beyond ASCII", {"password":
                                                                       "p\u00e9\u65e5"}, {"username":
                                                                                          "u"}, "Basic dTpww6nml6U="),
                                          ("a token before a password", PASSWORD | {"api_token": TOKEN},
                                           {"username": "u"}, "Bearer " + TOKEN)):
        file.add(f"who calls: {what}",
                 "CONFORMANCE TigerGraph: Authorization",
                 "ours" if header is None else "same",
                 [opened(TWO_PORTS | config, secrets),
                  op("get_version", {}, ok("4.1.3"))],
                 servers={"gsql": [], "restpp": [version("4.1.3")]},
                 requests=[asked("restpp", "GET", "/version", authorization=header)])
    for what, secrets, config in (("a password without a user name", PASSWORD,
                                   {}), ("an empty password", {"password":
                                                               ""}, {"username":
                                                                     "u"}), ("an empty token", {"api_token": ""}, {}),
                                  ("a token with a line break", {"api_token": "a\nb"},
                                   {}), ("a colon in the user name", PASSWORD,
                                         {"username": "a:b"}), ("an unknown secret", {"secret": "s"}, {})):
        file.add(f"{what} is refused",
                 "Clients: CONFIG",
                 "ours", [opened(TWO_PORTS | config, secrets, error("CONFIG"))],
                 servers={"gsql": [], "restpp": []},
                 requests=[])
    file.add("a token that was deleted is not used any more",
             "a deleted token is of no use",
             "better: the client goes on sending it", [
                 opened(TWO_PORTS, {}),
                 op("get_token", body, got),
                 op("delete_token", {"secret": SECRET}, ok(True)),
                 op("get_version", {}, ok("4.1.3")),
                 op("delete_token", {}, error("CONFIG"))
             ],
             servers={"gsql": [granted(), {"status": 200, "json": {"error": False}}], "restpp": [version("4.1.3")]},
             requests=[
                 asked("gsql", "POST", "/gsql/v1/tokens", content_type=JSON, json=body),
                 asked("gsql", "DELETE", "/gsql/v1/tokens", content_type=JSON, json={"tokens": NEW_TOKEN} | body),
                 asked("restpp", "GET", "/version")
             ])
    file.add("a message of the server loses every secret",
             "Failures: with every secret and token removed",
             "ours", [
                 opened(TWO_PORTS | {"username": "u"}, {"password": "hunter2-hunter2"}),
                 op("get_token", {"secret": "s3cr3t+secret"}, error("REFUSED", 400, "REST-1"))
             ],
             servers={
                 "gsql": [{
                     "status": 400, "json": {
                         "error": True, "code": "REST-1", "message":
                         "s3cr3t+secret s3cr3t%2Bsecret hunter2-hunter2 dTpodW50ZXIyLWh1bnRlcjI="
                     }
                 }], "restpp": []
             })


def add_repeats(file):
    rejected = {"status": 401, "json": {"error": True, "code": "REST-10016", "message": "Access Denied"}}
    body = {"secret": SECRET, "lifetime": "77"}
    first, second = granted("firstdummytoken"), granted("seconddummytoken")
    got = {"token": "firstdummytoken", "expiration": None, "expires_at_s": None}
    file.add("a new token is made the way the last one was, without the rejected one",
             "CONFORMANCE TigerGraph: same secret and lifetime",
             "better: the client forgets the secret and sends the rejected token", [
                 opened(TWO_PORTS | {"username": "tigergraph"}),
                 op("get_token", {"secret": SECRET, "lifetime_s": 77}, ok(got)),
                 op("get_version", {}, ok("4.1.3"))
             ],
             servers={"gsql": [first, second], "restpp": [rejected, version("4.1.3")]},
             requests=[
                 asked("gsql", "POST", "/gsql/v1/tokens", content_type=JSON, json=body),
                 asked("restpp", "GET", "/version", authorization="Bearer firstdummytoken"),
                 asked("gsql", "POST", "/gsql/v1/tokens", content_type=JSON, json=body),
                 asked("restpp", "GET", "/version", authorization="Bearer seconddummytoken")
             ])
    file.add(
        "an operation is repeated once and not more",
        "CONFORMANCE TigerGraph: repeated once",
        "same",
        [opened(TWO_PORTS | {"username": "tigergraph"}),
         op("get_version", {}, error("REFUSED", 401, "REST-10016"))],
        servers={"gsql": [first], "restpp": [rejected, rejected]},
        requests=[
            asked("restpp", "GET", "/version", authorization=BASIC),
            asked("gsql", "POST", "/gsql/v1/tokens", authorization=BASIC, content_type=JSON, json={}),
            asked("restpp", "GET", "/version", authorization="Bearer firstdummytoken")
        ])
    file.add("without anything to make a token with nothing is repeated",
             "CONFORMANCE TigerGraph: made the way the last one was",
             "ours",
             [opened(TWO_PORTS, {}), op("get_version", {}, error("REFUSED", 401, "REST-10016"))],
             servers={"gsql": [], "restpp": [rejected]},
             requests=[asked("restpp", "GET", "/version")])
    file.add("a request for secrets is repeated, too",
             "CONFORMANCE TigerGraph: other than those on tokens",
             "same", [opened(TWO_PORTS | {"username": "tigergraph"}),
                      op("get_secrets", {}, ok({}))],
             servers={
                 "gsql": [{"status": 200, "json": {"error": True, "message": "Authentication failed."}}, first,
                          {"status": 200, "json": {"error": False, "results": []}}], "restpp": []
             },
             requests=[
                 asked("gsql", "GET", "/gsql/v1/secrets", authorization=BASIC, content_type=JSON),
                 asked("gsql", "POST", "/gsql/v1/tokens", authorization=BASIC, content_type=JSON, json={}),
                 asked("gsql", "GET", "/gsql/v1/secrets", authorization="Bearer firstdummytoken", content_type=JSON)
             ])
    for operation, args in (("check_token", {"token": TOKEN}), ("delete_token", {"token": TOKEN})):
        file.add(f"{operation} is not repeated",
                 "CONFORMANCE TigerGraph: token operations are never repeated",
                 "same", [
                     opened(TWO_PORTS | {"username": "tigergraph", "version": "4.1.3"}),
                     op(operation, args, error("REFUSED", 401, "REST-10016"))
                 ],
                 servers={"gsql": [rejected], "restpp": []})


def add_failures(file):
    for what, answer, failure in (("400", refused(400), error("REFUSED", 400)), ("403", refused(403, code="X"),
                                                                                 error("REFUSED", 403, "X")),
                                  ("a code that is a number", refused(400, code=7),
                                   error("REFUSED", 400, "7")), ("408", refused(408), error("TIMEOUT", 408)),
                                  ("429", refused(429), error("UNAVAILABLE",
                                                              429)), ("502", {"status": 502, "text":
                                                                              "<html>"}, error("UNAVAILABLE", 502)),
                                  ("a redirect", {"status": 302, "headers": {"Location": "{restpp}/"}, "text":
                                                  ""}, error("PROTOCOL",
                                                             302)), ("201", {"status": 201, "json": {"token": TOKEN}},
                                                                     error("PROTOCOL", 201)), ("204", {"status": 204},
                                                                                               error("PROTOCOL", 204)),
                                  ("error as a text", refused(200, error="true"),
                                   error("REFUSED", 200)), ("no JSON", {"status": 200, "text": "<html>"},
                                                            error("PROTOCOL",
                                                                  200)), ("a list", {"status": 200, "json":
                                                                                     []}, error("PROTOCOL", 200)),
                                  ("no token", {"status": 200, "json": {"error": False}},
                                   error("PROTOCOL",
                                         200)), ("an empty token", granted(""),
                                                 error("PROTOCOL",
                                                       200)), ("a token with a line break", granted("a\nb"),
                                                               error("PROTOCOL",
                                                                     200)), ("a token that is a number", granted(7),
                                                                             error("PROTOCOL", 200)),
                                  ("no HTTP", {"raw": "hello\r\n\r\n"},
                                   error("PROTOCOL")), ("a dropped connection", {"drop": True}, error("UNAVAILABLE"))):
        file.add(f"an answer that is no success: {what}",
                 "Failures of a fetch",
                 "ours", [opened(TWO_PORTS, {}), op("get_token", {"secret": SECRET}, failure)],
                 servers={"gsql": [answer], "restpp": []},
                 requests=[asked("gsql", "POST", "/gsql/v1/tokens", content_type=JSON, json={"secret": SECRET})])
    slow = step(
        {"op": "client.call", "client": "c", "operation": "get_token", "args": {"secret": SECRET}, "timeout_ms": 200},
        error("TIMEOUT"))
    file.add("a caller waits no longer than it says",
             "Failures: TIMEOUT",
             "ours", [opened(TWO_PORTS, {}), slow],
             servers={"gsql": [granted() | {"delay_ms": 1500}], "restpp": []})
    file.add(
        "a server may take as long as the config says",
        "Failures: TIMEOUT",
        "ours",
        [opened(TWO_PORTS | {"request_timeout_ms": 200}, {}),
         op("get_token", {"secret": SECRET}, error("TIMEOUT"))],
        servers={"gsql": [granted() | {"delay_ms": 1500}], "restpp": []})


def add_secrets(file):
    client = opened(TWO_PORTS | {"username": "tigergraph", "graph": "g1"})
    made = {"alias": "a1", "value": "v1"}
    for what, body in (("bare", made), ("wrapped", {"error": False, "results": made})):
        file.add(f"a secret that is told {what} is understood",
                 "CONFORMANCE TigerGraph: results may be wrapped or bare",
                 "better: the client creates it a second time" if what == "bare" else "same",
                 [client, op("create_secret", {"alias": "a1"}, ok(made))],
                 servers={"gsql": [{"status": 200, "json": body}], "restpp": []},
                 requests=[asked("gsql", "POST", "/gsql/v1/secrets", "alias=a1", BASIC, JSON)])
    file.add("a bare list of secrets is understood",
             "CONFORMANCE TigerGraph: results may be wrapped or bare",
             "better: the client asks GSQL as well",
             [client, op("get_secrets", {}, ok({"a1": "v1", "a2": "v2"}))],
             servers={"gsql": [{"status": 200, "json": [made, {"alias": "a2", "value": "v2"}]}], "restpp": []},
             requests=[asked("gsql", "GET", "/gsql/v1/secrets", None, BASIC, JSON)])
    file.add("names are encoded in paths and queries",
             "CONFORMANCE TigerGraph: percent-encoded in paths",
             "better: the client pastes them in", [
                 client,
                 op("get_secrets", {"alias": "a/b ?c"}, ok({"a/b ?c": "v"})),
                 op("drop_secret", {"alias": "a/b ?c"}, ok({"error": False})),
                 op("create_secret", {"alias": "a&b", "value": "x=y +"}, ok({"alias": "a&b", "value": "x=y +"}))
             ],
             servers={
                 "gsql": [{"status": 200, "json": {"alias": "a/b ?c", "value":
                                                   "v"}}, {"status": 200, "json": {"error": False}},
                          {"status": 200, "json": {"alias": "a&b", "value": "x=y +"}}], "restpp": []
             },
             requests=[
                 asked("gsql", "GET", "/gsql/v1/secrets/a%2Fb%20%3Fc", None, BASIC, JSON),
                 asked("gsql", "DELETE", "/gsql/v1/secrets/a%2Fb%20%3Fc", None, BASIC),
                 asked("gsql", "POST", "/gsql/v1/secrets", "alias=a%26b&value=x%3Dy+%2B", BASIC, JSON)
             ])
    created = {"status": 200, "text": 'The secret: abcdefghijkl has been created for user "tigergraph".\n'}
    shown = {"status": 200, "text": "- Secret: abc****jkl\n  - Alias: AUTO_GENERATED_ALIAS_x\n  - GraphName: g1\n"}
    nothing = {"status": 200, "text": "\n"}
    file.add("a secret without an alias that GSQL made is found by its ends",
             "get_secrets: object, alias to value",
             "same", [
                 client,
                 op("get_secrets", {"create_new": True}, ok({"AUTO_GENERATED_ALIAS_x": "abcdefghijkl"})),
                 op("create_secret", {}, ok({"alias": None, "value": "abcdefghijkl"}))
             ],
             servers={"gsql": [NOT_FOUND, nothing, NOT_FOUND, created, shown, NOT_FOUND, created], "restpp": []})
    file.add("of the secrets that GSQL shows the one of the alias counts",
             "get_secrets: alias",
             "better: the client gives all of them",
             [client, op("get_secrets", {"alias": "alias1"}, ok({"alias1": "abc"}))],
             servers={
                 "gsql": [
                     NOT_FOUND,
                     {"status": 200, "text": "- Secret: abc\n  - Alias: alias1\n- Secret: d\n  - Alias: alias2\n"}
                 ], "restpp": []
             },
             requests=[
                 asked("gsql", "GET", "/gsql/v1/secrets/alias1", None, BASIC, JSON),
                 statement("/gsql/v1/statements", "USE GRAPH g1\nSHOW SECRET")
             ])
    file.add("a name that is no identifier never becomes a statement",
             "CONFORMANCE TigerGraph: must be plain identifiers in GSQL",
             "better: the client pastes it in",
             [client, op("create_secret", {"alias": "a\nDROP SECRET b"}, error("CONFIG"))],
             servers={"gsql": [NOT_FOUND], "restpp": []},
             requests=[asked("gsql", "POST", "/gsql/v1/secrets", "alias=a%0ADROP+SECRET+b", BASIC, JSON)])
    for what, operation, args in (("another user's", "get_secrets",
                                   {"user_name": "u1"}), ("a value of one's own", "create_secret", {"value": "v1"}),
                                  ("another user's, to drop", "drop_secret",
                                   {"alias": "a", "user_name": "u1", "ignore_errors": False})):
        file.add(f"what no statement can say is refused: {what}",
                 "Where neither endpoint is there the failure is REFUSED",
                 "better: the client asks for something else",
                 [client, op(operation, args, error("REFUSED", 404))],
                 servers={"gsql": [NOT_FOUND], "restpp": []})
    file.add("where no endpoint is there the failure is a refusal",
             "CONFORMANCE TigerGraph: REFUSED",
             "same", [client, op("get_secrets", {}, error("REFUSED", 404))],
             servers={"gsql": [NOT_FOUND, NOT_FOUND, NOT_FOUND], "restpp": []},
             requests=[
                 asked("gsql", "GET", "/gsql/v1/secrets", None, BASIC, JSON),
                 statement("/gsql/v1/statements", "USE GRAPH g1\nSHOW SECRET"),
                 statement("/gsqlserver/gsql/file", "USE GRAPH g1\nSHOW SECRET")
             ])
    file.add("a server that cannot answer is no missing secret",
             "Failures: UNAVAILABLE",
             "ours", [
                 client,
                 op("drop_secret", {"alias": "a1"}, error("UNAVAILABLE", 503)),
                 op("get_secrets", {"alias": "a1", "create_new": True}, error("UNAVAILABLE", 503))
             ],
             servers={"gsql": [{"status": 503, "text": "busy"}] * 2, "restpp": []})


def add_arguments(file):
    client = opened(TWO_PORTS, {})
    for what, operation, args in (("an unknown one", "get_token", {"lifetime": 1}), ("one of the wrong type",
                                                                                     "get_token", {"lifetime_s": "60"}),
                                  ("a negative lifetime", "get_token", {"lifetime_s":
                                                                        -1}), ("null", "get_token", {"secret": None}),
                                  ("an empty secret", "get_token", {"secret": ""}), ("no token", "delete_token",
                                                                                     {"secret": SECRET}),
                                  ("an empty token", "check_token",
                                   {"token": ""}), ("no graph", "get_token", {"is_global":
                                                                              False}), ("no alias", "drop_secret", {}),
                                  ("no aliases", "drop_secret", {"alias":
                                                                 []}), ("a step in the path", "drop_secret",
                                                                        {"alias":
                                                                         ".."}), ("any", "get_version", {"x": 1})):
        file.add(f"an argument that cannot be: {what}, {operation}",
                 "Clients: CONFIG",
                 "ours", [client, op(operation, args, error("CONFIG"))],
                 servers={"gsql": [], "restpp": []},
                 requests=[])
    file.add("an operation that is not there",
             "Clients: UNSUPPORTED_OP",
             "ours", [client, op("getToken", {}, error("UNSUPPORTED_OP"))],
             servers={"gsql": [], "restpp": []},
             requests=[])
    file.add("an operation that another vendor has",
             "Clients: UNSUPPORTED_OP, whatever the arguments",
             "ours",
             [client, *(op(name, args, error("UNSUPPORTED_OP")) for name in OF_DATAIKU for args in ({}, {"x": 1}))],
             servers={"gsql": [], "restpp": []},
             requests=[])
    file.add(
        "nobody acts as another user",
        "client.as_user is of Dataiku: UNSUPPORTED, whoever is named",
        "ours", [
            client, *(step({"op": "client.as_user", "client": "c", "as": "p", "login": login}, error("UNSUPPORTED"))
                      for login in ("bob", ""))
        ],
        servers={"gsql": [], "restpp": []},
        requests=[])


def add_sources(file):

    def source(config=None, secrets=None, expect=None):
        config = {"kind": "tigergraph", "retries": 0} | TWO_PORTS | (config or {})
        request = {"op": "source.open", "source": "s", "config": config, "environment": {}}
        return step(request | {"secrets": {"secret": SECRET} if secrets is None else secrets}, expect)

    def token(text, ends, **more):
        return step({"op": "source.token", "source": "s"}, {"ok": {"token": text, "expires_at_s": ends}}, **more)

    body = {"lifetime": "600", "secret": SECRET}
    file.add("a source asks once and lives from now on",
             "Sources: tigergraph",
             "ours", [
                 source({"lifetime_s": 600}),
                 token(NEW_TOKEN, {"~near": "{now+600}"}),
                 token(NEW_TOKEN, {"~near": "{now+600}"})
             ],
             servers={"gsql": [granted(expiration="2030-01-02 03:04:05")], "restpp": []},
             requests=[asked("gsql", "POST", "/gsql/v1/tokens", content_type=JSON, json=body)])
    file.add("what the server says of the end counts where it is sooner",
             "Sources: tigergraph",
             "ours", [source({"lifetime_s": 600}), token(NEW_TOKEN, "{now+300}")],
             servers={"gsql": [NOT_FOUND], "restpp": [granted(expiration="{now+300}")]})
    file.add("a clock that is behind ends no token",
             "Sources: tigergraph",
             "ours",
             [source({"lifetime_s": 600}), token(NEW_TOKEN, {"~near": "{now+600}"})],
             servers={"gsql": [NOT_FOUND], "restpp": [granted(expiration=1580254963)]})
    jwt = '{JWT {"exp": "now+900"}}'
    file.add("a JWT says itself when it ends",
             "Sources: tigergraph",
             "ours", [source(), token({"~text": True}, "{now+900}")],
             servers={"gsql": [granted(jwt, expiration="2030-01-02 03:04:05")], "restpp": []})
    file.add("a source with a password",
             "Sources: tigergraph",
             "ours", [source({"username": "tigergraph", "version": "3.9.3"}, PASSWORD),
                      token(NEW_TOKEN, "{now+300}")],
             servers={"gsql": [NOT_FOUND], "restpp": [granted(expiration="{now+300}")]},
             requests=[
                 asked("gsql", "POST", "/gsql/v1/tokens", authorization=BASIC, content_type=JSON, json={}),
                 asked("restpp", "POST", "/requesttoken", authorization=BASIC, json={})
             ])
    close = step({"op": "source.close", "source": "s"})
    file.add("the last token is deleted on close, if asked",
             "Sources: delete_on_close",
             "ours", [
                 source({"lifetime_s": 600, "delete_on_close": True}),
                 token(NEW_TOKEN, {"~near": "{now+600}"}), close, {"requests": 2}
             ],
             servers={"gsql": [granted(), {"status": 200, "json": {"error": False}}], "restpp": []},
             requests=[
                 asked("gsql", "POST", "/gsql/v1/tokens", content_type=JSON, json=body),
                 asked("gsql",
                       "DELETE",
                       "/gsql/v1/tokens",
                       content_type=JSON,
                       json={"tokens": NEW_TOKEN, "secret": SECRET})
             ])
    file.add("without being asked nothing is deleted",
             "Sources: delete_on_close",
             "ours",
             [source({"lifetime_s": 600}), token(NEW_TOKEN, {"~near": "{now+600}"}), close],
             servers={"gsql": [granted()], "restpp": []},
             requests=[asked("gsql", "POST", "/gsql/v1/tokens", content_type=JSON, json=body)])
    revoke = step({"op": "source.revoke", "source": "s"}, {"ok": {"revoked": True}})
    file.add(
        "a token can be revoked",
        "source.revoke",
        "ours",
        [source({"lifetime_s": 600}), token(NEW_TOKEN, {"~near": "{now+600}"}), revoke],
        servers={"gsql": [granted(), {"status": 200, "json": {"error": False}}], "restpp": []})
    nothing = step({"op": "source.token", "source": "s"}, error("NO_CREDENTIALS"))
    file.add("a source without credentials opens with a warning",
             "Sources: NO_CREDENTIALS",
             "ours", [source({}, {}, {"ok": {"warnings": ["NO_CREDENTIALS"]}}), nothing],
             servers={"gsql": [], "restpp": []},
             requests=[])
    for what, config, secrets in (("two credentials", {"username": "u"}, {"secret": SECRET} | PASSWORD),
                                  ("an API token", {}, {"api_token": TOKEN}), ("an unknown member", {"set_token":
                                                                                                     True}, None)):
        file.add(f"a source refuses {what}",
                 "Sources: CONFIG",
                 "ours", [source(config, secrets, error("CONFIG"))],
                 servers={"gsql": [], "restpp": []},
                 requests=[])
