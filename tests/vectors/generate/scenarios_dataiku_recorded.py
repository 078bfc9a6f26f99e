"""Clients of Dataiku: what its own client was seen to ask and to make of the answers, the same where that is sound."""

import ast
import json
from pathlib import Path

from .scenarios_dataiku import API, INFO, ME, acting, asked, basic, error, ok, op, opened

RECORDED = json.loads((Path(__file__).parent / "dataiku_recorded.json").read_text())["cases"]

BETTER = {
    "auth_info_with_secrets_string": "better: true is not a text",
    "browser_headers_ticket_missing_msg": "better: a failure of its own, not a KeyError",
    "api_key_with_colon_and_latin1": "better: a key goes out as UTF-8 (RFC 7617), whatever it holds",
    "api_key_non_latin1": "better: the client cannot send such a key",
    "client_as_crlf_login": "better: refused before anything is sent",
    "netrc_added_to_ticket": "better: no .netrc is read",
    "admin_user_login_not_escaped": "better: a login cannot leave its place in the path",
    "admin_user_save_204_empty": "better: an empty answer is a success",
    "error_json_list": "better: a failure of its own, not an AttributeError",
}
"""Where the answer or the requests are others, and why."""


def add(file):
    for case in RECORDED:
        add_recorded(file, case)


def add_recorded(file, case):
    name, setup = case["name"], dict(case["setup"]["DSSClient"])
    config = {member: setup[member] for member in ("extra_headers", ) if member in setup}
    secrets = {
        member: setup[member]
        for member in ("api_key", "internal_ticket", "jwt_bearer_token") if member in setup
    }
    requests = [expected_request(request) for request in case["requests"]]
    answers = [request["response"] for request in case["requests"]]
    steps = [opened(config, secrets)] + Translation(case).steps()
    more = {}
    if "netrc_file" in case["setup"]:
        more = {"fresh": True, "files": {".netrc": {"content": case["setup"]["netrc_file"]}}}
    if name == "api_key_non_latin1":
        requests, answers = [INFO | {"headers": INFO["headers"] | {"Authorization": basic(setup["api_key"])}}], [ME]
    if name == "api_key_with_colon_and_latin1":
        requests[0]["headers"]["Authorization"] = basic(setup["api_key"])
    if name == "auth_info_with_secrets_string":
        requests = []
    if name == "netrc_added_to_ticket":
        requests[0]["headers"]["Authorization"] = None
    if name == "admin_user_login_not_escaped":
        for request in requests:
            request |= {"path": API + "/admin/users/a%20b%2Fc%3Fd%23e%25", "query": None}
    file.add(name,
             "Dataiku's client 15.2",
             BETTER.get(name, "same"),
             steps,
             servers={"dss": answers},
             requests=requests,
             **more)


def expected_request(request):
    wanted = asked(request["method"], request["path"].removeprefix(API), request["query"])
    wanted["headers"] = {name: request["headers"].get(name) for name in wanted["headers"]}
    wanted["headers"] |= request["headers"]
    if request["body"] is not None:
        del wanted["body"]
        body = request["body"]
        wanted["json"] = body if isinstance(body, dict) else json.loads(body)
    return wanted


class Translation:
    """The calls of one case in our words."""

    def __init__(self, case):
        self.case = case
        self.users = {}
        """The names `u` and `u2`: which client asked for which user."""
        self.answers = [request["response"] for request in case["requests"]]
        self.bodies = [request["body"] for request in case["requests"]]

    def steps(self):
        return [found for recorded in self.case["steps"] for found in self.step(recorded)]

    def step(self, recorded):
        call = ast.parse(recorded["call"], mode="eval").body
        who, function = call.func.value.id, call.func.attr
        args = [ast.literal_eval(arg) for arg in call.args]
        named = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
        return getattr(self, function, self.edit)(who, recorded, args, named, function)

    def answer(self, recorded, result=None):
        """What the call gave: the server's answer, or our word for its failure."""
        name = self.case["name"]
        if name == "auth_info_with_secrets_string":
            return error("CONFIG")
        if name == "api_key_non_latin1":
            return ok(ME["json"])
        if name == "browser_headers_ticket_missing_msg":
            return error("PROTOCOL", 200)
        if "raised" not in recorded or name == "admin_user_save_204_empty":
            return ok(recorded["returned"] if result is None and "returned" in recorded else result)
        last = self.answers[-1]
        if last.get("drop"):
            return error("UNAVAILABLE")
        body = last.get("json")
        code = body.get("errorType") if isinstance(body, dict) else None
        return error("UNAVAILABLE" if last["status"] >= 500 else "REFUSED", last["status"], code)

    def get_auth_info(self, who, recorded, args, named, _):
        if self.case["name"] == "client_as_crlf_login":
            return []
        return [op("auth_info", named, self.answer(recorded), who)]

    def get_auth_info_from_browser_headers(self, who, recorded, args, named, _):
        return [op("auth_info_from_browser_headers", {"headers": args[0]} | named, self.answer(recorded), who)]

    def get_ticket_from_browser_headers(self, who, recorded, args, named, _):
        return [op("ticket_from_browser_headers", {"headers": args[0]}, self.answer(recorded), who)]

    def get_user(self, who, recorded, args, named, _):
        self.users["u" if who == "c" else "u2"] = (who, args[0])
        return []

    def get_own_user(self, who, recorded, args, named, _):
        self.users["o"] = (who, None)
        return []

    def get_client_as(self, who, recorded, args, named, _):
        client, login = self.users[who]
        expect = error("CONFIG") if "\n" in login else None
        return [acting(login, expect, client, who.replace("u", "p"))]

    def get_settings(self, who, recorded, args, named, _):
        self.client, self.login = self.users[who]
        operation = "own_settings" if self.login is None else "user_settings"
        return [op(operation, self.user(), ok(self.answers[0]["json"]), self.client, save={"S": "/result"})]

    def edit(self, who, recorded, args, named, function):
        names = {
            "add_secret": ["name", "value"],
            "remove_secret": ["name"],
            "set_basic_connection_credential": ["connection", "login", "password"],
            "remove_connection_credential": ["connection"],
            "set_basic_plugin_credential":
            ["plugin_id", "param_set_id", "preset_id", "param_name", "login", "password"],
            "remove_plugin_credential": ["plugin_id", "param_set_id", "preset_id", "param_name"],
        }[function]
        edited = self.bodies[-1] if isinstance(self.bodies[-1], dict) else json.loads(self.bodies[-1])
        return [
            op(function, {"settings": "{$S}"} | dict(zip(names, args)), ok(edited), self.client, save={"S": "/result"})
        ]

    def save(self, who, recorded, args, named, _):
        operation = "save_own_settings" if self.login is None else "save_user_settings"
        return [op(operation, self.user() | {"settings": "{$S}"}, self.answer(recorded), self.client)]

    def user(self):
        return {} if self.login is None else {"login": self.login}
