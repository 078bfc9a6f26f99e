"""Clients of TigerGraph: what its own client was seen to ask and to make of the answers, the same where that is sound."""

import json
from pathlib import Path
from urllib.parse import quote_plus, unquote_plus

from .scenarios_tigergraph import BASIC, JSON, NOT_FOUND, SECRET, TOKEN, asked, error, ok, op, opened

RECORDED = json.loads((Path(__file__).parent / "tigergraph_recorded.json").read_text())["cases"]

CRASHES = "better: the newer client crashes below 3.5"
NEEDS_NONE = "better: a request that carries a secret needs no password, and shows none"
NOT_TWICE = "better: an operation on tokens is never repeated"
NO_QUESTION = "better: the version is only asked for where it decides"

BETTER = {
    "34_getToken_secret": CRASHES,
    "34_getToken_setToken_false": CRASHES,
    "34_refreshToken": "better: below 3.5 there is no PUT",
    "34_deleteToken_skipNA": "better: the second request has no chance where the first was understood",
    "34_deleteToken_NA_without_skip": "better: the second request has no chance where the first was understood",
    "35_getToken_error_string_false": 'better: "false" is no error',
    "35_refreshToken": "better: a configured version is believed, and a refreshed token lives from now on",
    "35_checkJwtToken_unsupported": "better: a configured version is believed",
    "35_getToken_setToken_false_then_use": "better: a token that is not to be set is not used",
    "35_getToken_password_with_netrc": "better: no .netrc is read",
    "35_dropSecret": NO_QUESTION,
    "35_dropSecret_list_failed_ignore": NO_QUESTION,
    "35_dropSecret_failed_raise": NO_QUESTION,
    "4x_getToken_401_auth_failed": NOT_TWICE,
    "4x_getToken_200_auth_failed": NOT_TWICE,
    "4x_deleteToken_NA_skip_true": "better: what is not there may be skipped",
    "4x_jwtToken_constructor": "better: opening a client sends nothing",
    "4x_jwtToken_constructor_bad": "better: opening a client sends nothing",
    "4x_getSecrets_alias_bare_object": "better: a bare object is understood",
    "4x_createSecret_error_falls_back": "better: a refusal is an answer, and nothing is created twice",
    "4x_dropSecret_single": NO_QUESTION,
    "4x_dropSecret_single_missing_ignored": NO_QUESTION,
    "4x_dropSecret_single_missing_raise": NO_QUESTION,
    "4x_dropSecret_list": NO_QUESTION,
    "4x_dropSecret_user": NO_QUESTION,
}
"""Where the answer or the requests are others, and why."""

OPERATIONS = {
    "getToken": ("get_token", ["secret", "set_token", "lifetime_s"]),
    "refreshToken": ("refresh_token", ["secret", "set_token", "lifetime_s"]),
    "deleteToken": ("delete_token", ["secret", "token", "skip_na"]),
    "checkJwtToken": ("check_token", ["token"]),
    "getVer": ("get_version", []),
    "getSecrets": ("get_secrets", ["user_name", "alias", "create_new"]),
    "createSecret": ("create_secret", ["alias"]),
    "dropSecret": ("drop_secret", ["alias", "ignore_errors"]),
}
"""The client's functions, and the names of its positional arguments here."""

NAMES = {
    "setToken": "set_token",
    "lifetime": "lifetime_s",
    "skipNA": "skip_na",
    "userName": "user_name",
    "createNew": "create_new",
    "ignoreErrors": "ignore_errors",
}


def add(file):
    for case in RECORDED:
        add_recorded(file, case)


def add_recorded(file, case):
    name, setup = case["name"], case["setup"]
    config = {"username": setup["username"], "graph": setup["graphname"]}
    if case["one_port"]:
        config |= {"restpp_port": "{gsql:port}", "gs_port": "{gsql:port}"}
    else:
        config |= {"restpp_port": "{restpp:port}", "gs_port": "{gsql:port}"}
    if "gsqlVersion" in setup:
        config["version"] = setup["gsqlVersion"]
    secrets = {"password": setup["password"]}
    own = setup.get("apiToken") or setup.get("jwtToken")
    if own:
        secrets["api_token"] = own
    requests = [expected_request(case, request) for request in case["requests"]]
    scripts = [(request["server"], request["response"]) for request in case["requests"]]
    requests, scripts = changed(case, requests, scripts)
    servers = {"gsql": []} if case["one_port"] else {"gsql": [], "restpp": []}
    for server, response in scripts:
        servers[server].append(response)

    original = BETTER.get(name)
    if not original and any(carries_secret(request) for request in requests):
        original = NEEDS_NONE
    more = {"fresh": True, "files": {".netrc": {"content": setup["_netrc"]}}} if "_netrc" in setup else {}
    answers = [response for _, response in scripts]
    steps = [opened(config, secrets)]
    steps += [
        op(*call, expected_answer(case, index, call, answers))
        for index, call in enumerate(map(translated, case["calls"]))
    ]
    file.add(name,
             "pyTigerGraph " + case["client"],
             original or "same",
             steps,
             servers=servers,
             requests=requests,
             **more)


def translated(call):
    """A call of the client in our words."""
    operation, positional = OPERATIONS[call["function"]]
    args = dict(zip(positional,
                    call["args"])) | {NAMES.get(name, name): value
                                      for name, value in call["kwargs"].items()}
    args.pop("withAlias", None)
    if operation == "delete_token":
        args.setdefault("skip_na", True)
    return operation, {name: value for name, value in args.items() if value is not None}


def carries_secret(request):
    return "secret" in (request.get("json") or {}) or (request["query"] or "").startswith("secret=")


def expected_request(case, request):
    """What we ask in place of what the client asked."""
    body = request["body"]
    wanted = asked(request["server"], request["method"], request["path"], request["query"])
    wanted["headers"]["Authorization"] = request["headers"].get("Authorization")
    wanted["headers"]["Content-Type"] = request["headers"].get("Content-Type")
    if body is not None:
        del wanted["body"]
        if request["path"] == "/gsqlserver/gsql/file":
            wanted["body"] = quote_plus(plain(unquote_plus(body)))
        elif request["path"] == "/gsql/v1/statements":
            wanted["body"] = plain(body)
        else:
            wanted["json"] = body if isinstance(body, dict) else json.loads(body)
    if carries_secret(wanted):
        wanted["headers"]["Authorization"] = None
    return wanted


def plain(statements):
    """Statements without the client's indentation, which says nothing."""
    return "\n".join(line.strip() for line in statements.strip().splitlines())


def changed(case, requests, scripts):
    """Requests and answers where ours are others."""
    name = case["name"]
    if name == "34_refreshToken":
        requests[0] |= {"method": "GET", "query": f"secret={SECRET}&lifetime=60&token={TOKEN}"}
    if name in ("34_deleteToken_skipNA", "34_deleteToken_NA_without_skip", "4x_getToken_401_auth_failed",
                "4x_getToken_200_auth_failed", "4x_getSecrets_alias_bare_object", "4x_createSecret_error_falls_back",
                "4x_jwtToken_constructor"):
        return requests[:1], scripts[:1]
    if name in ("35_refreshToken", "35_checkJwtToken_unsupported") or name.startswith("4x_dropSecret"):
        return requests[1:], scripts[1:]
    if name.startswith("35_dropSecret"):
        aliases = requests[1]["body"].split("DROP SECRET ")[1:]
        aliases = [alias.strip() for alias in aliases]
        one = asked("gsql", "DELETE", "/gsql/v1/secrets/" + aliases[0], authorization=BASIC)
        many = asked("gsql",
                     "DELETE",
                     "/gsql/v1/secrets",
                     authorization=BASIC,
                     content_type=JSON,
                     json={"secrets": aliases})
        return [one if len(aliases) == 1 else many] + requests[1:], [("gsql", NOT_FOUND)] + scripts[1:]
    if name == "35_getToken_setToken_false_then_use":
        requests[-1]["headers"]["Authorization"] = BASIC
    if name == "35_getToken_password_with_netrc":
        for request in requests:
            request["headers"]["Authorization"] = BASIC
    return requests, scripts


def expected_answer(case, index, call, answers):
    """What we make of the answers. The last one belongs to the last call, and those of a call before are its own."""
    operation, args = call
    name = case["name"]
    if name in ("35_checkJwtToken_unsupported", "4x_refreshToken_unsupported"):
        return error("UNSUPPORTED")
    last = answers[-1]
    if index < len(case["calls"]) - 1:
        last = next((answer for answer in answers if "token" in answer.get("json", {})), last)
    body, status = last.get("json"), last["status"]
    if status in (401, 404, 400):
        if operation == "drop_secret" and args.get("ignore_errors", True):
            return ok({"error": False, "message": f"Failed to drop secrets: [{args['alias']}]"})
        return error("REFUSED", status, (body or {}).get("code"))
    if status == 500:
        return error("UNAVAILABLE", 500)
    if body is not None and body.get("error") is True and not args.get("skip_na"):
        return error("REFUSED", 200, body.get("code"))
    if operation in ("get_token", "refresh_token"):
        if body is None:
            return error("PROTOCOL", 200)
        expiration = body.get("expiration")
        ends = expiration if isinstance(expiration, int) else None
        if operation == "refresh_token":
            ends = {"~near": "{now+60}"}
        token = body.get("results", body)["token"]
        return ok({"token": token, "expiration": expiration, "expires_at_s": ends})
    if operation == "delete_token":
        return ok(True) if not body.get("error") or body.get("code") == "REST-3300" else error("REFUSED", 200)
    returned = case["results"][-1].get("returned")
    if operation == "get_secrets":
        return ok({"a1": "v1"} if name == "4x_getSecrets_alias_bare_object" else returned)
    if operation == "create_secret":
        if "already exists" in last.get("text", ""):
            return error("REFUSED", 200)
        if "something else" in last.get("text", ""):
            return error("PROTOCOL", 200)
        return ok({"alias": args["alias"], "value": SECRET if body is None else body["results"]["value"]})
    if operation == "drop_secret" and body is None:
        text = last["text"].strip()
        return error("REFUSED", 200) if args.get("ignore_errors") is False else ok({"error": False, "message": text})
    return ok(returned)
