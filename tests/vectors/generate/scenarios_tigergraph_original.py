"""Clients of TigerGraph: what its own client does with servers that were not recorded, found by asking it."""

from .scenarios import step
from .scenarios_tigergraph import (BASIC, JSON, NEW_TOKEN, NOT_FOUND, PASSWORD, SECRET, TOKEN, TWO_PORTS, asked, error,
                                   granted, ok, op, opened, refused, statement, version)

CLIENT = opened(TWO_PORTS | {"username": "tigergraph", "graph": "g1"})
GOT = {"token": NEW_TOKEN, "expiration": None, "expires_at_s": None}


def add(file):
    add_sources(file)
    add_credentials(file)
    add_refreshed(file)
    add_shown(file)
    add_dropped(file)
    add_texts(file)
    add_versions(file)
    add_hosts(file)


def add_sources(file):
    source = step({
        "op": "source.open", "source": "s", "config": {"kind": "tigergraph", "retries": 0} | TWO_PORTS, "environment":
        {}, "secrets": {"secret": SECRET}
    })
    refresh = {"op": "source.refresh", "source": "s"}
    for code in ("GSQL-1", "REST-3300", "REST-10016", 7):
        file.add(f"a source asks again after the server's own code {code}",
                 "Failures: REFUSED with an OAuth code is final, any other failure is transient",
                 "ours", [
                     source,
                     step(refresh, error("REFUSED", 400, str(code))),
                     step(refresh, {"ok": {"token": NEW_TOKEN, "expires_at_s": {"~any": True}}})
                 ],
                 servers={"gsql": [refused(400, code=code), granted()], "restpp": []})


def add_credentials(file):
    for what, secrets, steps, header in (("of the user's own", {"api_token": TOKEN}, [], "Bearer " + TOKEN),
                                         ("that was made", {}, [op("get_token", {"secret": SECRET},
                                                                   ok(GOT))], "Bearer " + NEW_TOKEN)):
        file.add(f"a token is asked for with the token {what}",
                 "CONFORMANCE TigerGraph: Bearer with api_token or the token set, else Basic",
                 "same", [opened(TWO_PORTS | {"username": "tigergraph"}, PASSWORD | secrets)] + steps +
                 [op("get_token", {}, ok(GOT | {"token": "seconddummytoken"}))],
                 servers={"gsql": [granted()] * len(steps) + [granted("seconddummytoken")], "restpp": []},
                 requests=[asked("gsql", "POST", "/gsql/v1/tokens", content_type=JSON, json={"secret": SECRET})] *
                 len(steps) +
                 [asked("gsql", "POST", "/gsql/v1/tokens", authorization=header, content_type=JSON, json={})])
    rejected = {"status": 401, "json": {"error": True, "code": "REST-10016", "message": "Access Denied"}}
    file.add("a new token in place of a rejected one is asked for with the password",
             "CONFORMANCE TigerGraph: never with the rejected token",
             "better: the client sends the rejected token", [
                 opened(TWO_PORTS | {"username": "tigergraph"}),
                 op("get_token", {}, ok(GOT)),
                 op("get_version", {}, ok("4.1.3"))
             ],
             servers={"gsql": [granted(), granted("seconddummytoken")], "restpp": [rejected, version("4.1.3")]},
             requests=[
                 asked("gsql", "POST", "/gsql/v1/tokens", authorization=BASIC, content_type=JSON, json={}),
                 asked("restpp", "GET", "/version", authorization="Bearer " + NEW_TOKEN),
                 asked("gsql", "POST", "/gsql/v1/tokens", authorization=BASIC, content_type=JSON, json={}),
                 asked("restpp", "GET", "/version", authorization="Bearer seconddummytoken")
             ])


def add_refreshed(file):
    rejected = {"status": 401, "json": {"error": True, "code": "REST-10016", "message": "Access Denied"}}
    body = {"secret": SECRET, "lifetime": "77"}
    file.add("a token that was refreshed is made anew the way it was made at first",
             "CONFORMANCE TigerGraph: made the way the last one was (same secret and lifetime)",
             "better: the client forgets the secret", [
                 opened(TWO_PORTS | {"version": "3.9.3"}, {}),
                 op("get_token", {"secret": SECRET, "lifetime_s": 77}, ok(GOT)),
                 op("refresh_token", {}, ok(GOT)),
                 op("get_version", {}, ok("3.9.3"))
             ],
             servers={
                 "gsql": [NOT_FOUND, NOT_FOUND, NOT_FOUND], "restpp":
                 [granted(), granted(), rejected, granted("seconddummytoken"), version("3.9.3")]
             },
             requests=[
                 asked("gsql", "POST", "/gsql/v1/tokens", content_type=JSON, json=body),
                 asked("restpp", "POST", "/requesttoken", json=body),
                 asked("gsql",
                       "PUT",
                       "/gsql/v1/tokens",
                       authorization="Bearer " + NEW_TOKEN,
                       content_type=JSON,
                       json={"tokens": NEW_TOKEN}),
                 asked("restpp",
                       "PUT",
                       "/requesttoken",
                       authorization="Bearer " + NEW_TOKEN,
                       json={"token": NEW_TOKEN}),
                 asked("restpp", "GET", "/version", authorization="Bearer " + NEW_TOKEN),
                 asked("gsql", "POST", "/gsql/v1/tokens", content_type=JSON, json=body),
                 asked("restpp", "POST", "/requesttoken", json=body),
                 asked("restpp", "GET", "/version", authorization="Bearer seconddummytoken")
             ])


def add_shown(file):
    one = asked("gsql", "GET", "/gsql/v1/secrets/a1", None, BASIC, JSON)
    for what, answer in (("a refusal", refused()), ("a refusal in a success", refused(200)),
                         ("no results", {"status": 200, "json": {"error": False, "results": None}}),
                         ("empty results", {"status": 200, "json": {"error": False, "results": {}}})):
        file.add(f"a secret that is not there is none: {what}",
                 "get_secrets: object, alias to value",
                 "same", [CLIENT, op("get_secrets", {"alias": "a1"}, ok({}))],
                 servers={"gsql": [answer], "restpp": []},
                 requests=[one])
    file.add("a refusal of who asks is no missing secret",
             "Failures: REFUSED",
             "better: the client gives nothing", [CLIENT, op("get_secrets", {"alias": "a1"}, error("REFUSED", 403))],
             servers={"gsql": [refused(403)], "restpp": []},
             requests=[one])
    for what, results, secrets in (("null", None, {}), ("an item without a value", [{"alias": "a1"},
                                                                                    {"alias": "a2", "value": "v2"}],
                                                        {"a1": "", "a2": "v2"})):
        file.add(f"secrets may be incomplete: {what}",
                 "get_secrets: object, alias to value",
                 "same", [CLIENT, op("get_secrets", {}, ok(secrets))],
                 servers={"gsql": [{"status": 200, "json": {"error": False, "results": results}}], "restpp": []},
                 requests=[asked("gsql", "GET", "/gsql/v1/secrets", None, BASIC, JSON)])
    file.add("a secret of an alias is asked for without a user",
             "get_secrets: alias, user_name",
             "same", [CLIENT, op("get_secrets", {"alias": "a1", "user_name": "u1"}, ok({"a1": "v1"}))],
             servers={"gsql": [{"status": 200, "json": {"alias": "a1", "value": "v1"}}], "restpp": []},
             requests=[one])


def add_dropped(file):
    one = asked("gsql", "DELETE", "/gsql/v1/secrets/a1", authorization=BASIC)

    def many(*aliases, query=None):
        return asked("gsql", "DELETE", "/gsql/v1/secrets", query, BASIC, JSON, json={"secrets": list(aliases)})

    dropped = {"error": False, "message": "dropped"}
    file.add("a list of one secret is dropped like the one",
             "drop_secret: alias (text or list)",
             "same", [CLIENT, op("drop_secret", {"alias": ["a1"]}, ok(dropped))],
             servers={"gsql": [{"status": 200, "json": dropped}], "restpp": []},
             requests=[one])
    for what, args, request, told in (("one", {"alias": "a1"}, one, "[a1]"), ("a list of one", {"alias": ["a1"]}, one,
                                                                             "[a1]"),
                                      ("two", {"alias": ["a1", "a2"]}, many("a1", "a2"), "['a1', 'a2']"),
                                      ("one of a user", {"alias": "a1", "user_name": "u1"},
                                       many("a1", query="userName=u1"), "['a1']"),
                                      ("odd names", {"alias": ["it's", "\"it's\"\\\n"]}, many("it's", "\"it's\"\\\n"),
                                       "[\"it's\", '\"it\\'s\"\\\\\\n']")):
        file.add(f"an ignored failure is told in the client's words: {what}",
                 'drop_secret: {"error": false, "message": ...} for an ignored failure',
                 "same", [CLIENT, op("drop_secret", args, ok({
                     "error": False, "message": "Failed to drop secrets: " + told
                 }))],
                 servers={"gsql": [refused()], "restpp": []},
                 requests=[request])
    newer = opened(TWO_PORTS | {"username": "tigergraph", "graph": "g1", "version": "4.1.3"})
    ignored = {"error": False, "message": "Failed to drop secrets: [a1]"}
    file.add("from 4.0 on 404 says that there is no such secret",
             "drop_secret: an ignored failure",
             "same", [
                 newer,
                 op("drop_secret", {"alias": "a1"}, ok(ignored)),
                 op("drop_secret", {"alias": "a1", "ignore_errors": False}, error("REFUSED", 404))
             ],
             servers={"gsql": [refused(404)] * 2, "restpp": []},
             requests=[one, one])
    file.add("where no endpoint is there a failure to drop may be ignored",
             "drop_secret: an ignored failure",
             "better: the client asks for the version first", [
                 CLIENT,
                 op("drop_secret", {"alias": "a1"}, ok(ignored)),
                 op("drop_secret", {"alias": "a1", "ignore_errors": False}, error("REFUSED", 404))
             ],
             servers={"gsql": [NOT_FOUND] * 6, "restpp": []},
             requests=[
                 one,
                 statement("/gsql/v1/statements", "USE GRAPH g1\nDROP SECRET a1"),
                 statement("/gsqlserver/gsql/file", "USE GRAPH g1\nDROP SECRET a1")
             ] * 2)


def add_texts(file):

    def text(text):
        return [NOT_FOUND, {"status": 200, "text": text}]

    for what, start, end in (("escapes", "\u001b[1;32m", "\u001b[0m\u001bM"),
                             ("lines of its own", '__GSQL__COOKIES__,{"a":1}\n', "\n__GSQL__RETURN__CODE__,0\n")):
        file.add(f"what GSQL says to terminals is no part of its texts: {what}",
                 "CONFORMANCE TigerGraph: GSQL statements",
                 "same", [
                     CLIENT,
                     op("create_secret", {"alias": "a1"}, ok({"alias": "a1", "value": "abcdefghijkl"})),
                     op("get_secrets", {}, ok({"a1": "abc"})),
                     op("drop_secret", {"alias": "a1"},
                        ok({"error": False, "message": "Successfully dropped secrets: [a1]"}))
                 ],
                 servers={
                     "gsql":
                     text(f"{start}The secret: abcdefghijkl{end} has been created") +
                     text(f"{start}- Secret: abc{end}\n  - Alias: a1\n") +
                     text(f"{start}Successfully dropped secrets: [a1]{end}\n"), "restpp": []
                 })
    file.add("any text of GSQL may be the answer to a drop",
             'drop_secret: {"error": false, "message": ...} for an ignored failure or a GSQL answer',
             "same", [
                 CLIENT,
                 op("drop_secret", {"alias": "a1"}, ok({"error": False, "message": "something else"}))
             ],
             servers={"gsql": text("something else\n"), "restpp": []})
    file.add("a text that says of no secret that it was dropped is a failure that may count",
             "drop_secret: ignore_errors",
             "better: the client takes any other text for a success",
             [CLIENT, op("drop_secret", {"alias": "a1", "ignore_errors": False}, error("PROTOCOL", 200))],
             servers={"gsql": text("something else\n"), "restpp": []})


def add_versions(file):
    for text, status in (("3.9.3-1", "UNSUPPORTED"), ("4.1.3.1", None), ("4.1.0-beta", None)):
        checked = op("check_token", {"token": TOKEN}, error(status) if status else ok({"error": False}))
        file.add(f"a version may go on after its numbers: {text}",
                 "CONFORMANCE TigerGraph: versions compare as numbers",
                 "same", [opened(TWO_PORTS, {}), op("get_version", {}, ok(text)), checked],
                 servers={"gsql": [{"status": 200, "json": {"error": False}}], "restpp": [version(text)]})
        file.add(f"a configured version may go on after its numbers: {text}",
                 "CONFORMANCE TigerGraph: versions compare as numbers",
                 "same", [opened(TWO_PORTS | {"version": text}, {}), checked],
                 servers={"gsql": [{"status": 200, "json": {"error": False}}], "restpp": []})


def add_hosts(file):
    host = {"host": "http://127.0.0.1:{gsql:port}"}
    for what, more in (("no ports", {}), ("one", {"restpp_port": "{gsql:port}"}), ("the other", {"gs_port": "{gsql:port}"})):
        file.add(f"a host that names a port beside {what} is both servers",
                 "CONFORMANCE TigerGraph: equal ports",
                 "same", [opened(host | more, {}), op("get_version", {}, ok("4.1.3"))],
                 servers={"gsql": [version("4.1.3")]},
                 requests=[asked("gsql", "GET", "/restpp/version")])
    ports = {"restpp_port": "{restpp:port}", "gs_port": "{gsql:port}"}
    for name in ("restpp", "gsql"):
        file.add(f"a host may name the port of {name} once more",
                 "CONFORMANCE TigerGraph: host",
                 "same", [
                     opened(ports | {"host": f"http://127.0.0.1:{{{name}:port}}/"}, {}),
                     op("get_version", {}, ok("4.1.3"))
                 ],
                 servers={"gsql": [], "restpp": [version("4.1.3")]},
                 requests=[asked("restpp", "GET", "/version")])
    for what, config in (("neither", {"restpp_port": 2, "gs_port": 3}), ("not the one", {"restpp_port": 2}),
                         ("not the other", {"gs_port": "2"})):
        file.add(f"a host whose port is {what} is refused",
                 "Clients: CONFIG",
                 "same", [opened(config | {"host": "http://127.0.0.1:1"}, {}, error("CONFIG"))],
                 servers={"gsql": [], "restpp": []},
                 requests=[])
