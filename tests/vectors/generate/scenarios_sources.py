"""source.* of the kinds that belong to no vendor: oauth2, static and signed."""

from urllib.parse import urlencode

from .keys import P256
from .scenarios import after, step

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SECRET = {"client_secret": "a secret of the client"}
BASIC = "Basic YXBwOmErc2VjcmV0K29mK3RoZStjbGllbnQ="
FORM = "application/x-www-form-urlencoded"
AT_ONCE = {"total": 2, "backoff_factor_s": 0}


def op(name, expect=None, source="s", **members):
    within = {"within_ms": members.pop("within_ms")} if "within_ms" in members else {}
    return step({"op": "source." + name, "source": source} | members, expect, **within)


def opened(config, secrets=None, expect=None, source="s", **members):
    members |= {"config": config, "environment": {}}
    return op("open", expect, source, **members, **({} if secrets is None else {"secrets": secrets}))


def oauth2(grant="client_credentials", **config):
    base = {"kind": "oauth2", "grant": grant, "token_url": "{id}/token", "client_id": "app"}
    return {name: value for name, value in (base | config).items() if value is not None}


def token(text, expires_in=3600, **members):
    expires_at_s = None if expires_in is None else {"~near": "{now+%d}" % expires_in}
    return {"ok": {"token": text, "expires_at_s": expires_at_s}}


def granted(text="token-1", status=200, headers=None, **members):
    body = {"access_token": text, "token_type": "Bearer", "expires_in": 3600} | members
    answer = {"status": status, "json": {name: value for name, value in body.items() if value is not None}}
    return answer | ({"headers": headers} if headers else {})


def refused(code=None, status=400, **more):
    return {"status": status, "json": {"error": code} if code else {"message": "no"}} | more


def asked(path="/token", authorization=None, **form):
    """A form as the token endpoint got it."""
    headers = {"Authorization": authorization, "Content-Type": FORM, "Accept": "application/json", "Cookie": None}
    return {"server": "id", "method": "POST", "path": path, "query": None, "headers": headers, "body": urlencode(form)}


def fails(status, http_status=None, code=None):
    return {"error": {"status": status, "http_status": http_status, "code": code}}


def add(file):
    requests(file)
    answers(file)
    failures(file)
    retries(file)
    refresh_tokens(file)
    token_files(file)
    lifetimes(file)
    settings(file)
    others(file)


def requests(file):
    """What is sent for each grant and each way to authenticate."""
    credentials = {"grant_type": "client_credentials"}
    for name, config, secrets, request in (
        ("the secret goes in the header, form-encoded first", oauth2(), SECRET, asked(authorization=BASIC,
                                                                                      **credentials)),
        ("basic may be named", oauth2(client_auth="basic"), SECRET, asked(authorization=BASIC, **credentials)),
        ("the secret goes in the form", oauth2(client_auth="post"), SECRET,
         asked(**credentials, client_id="app", client_secret="a secret of the client")),
        ("a public client says its name", oauth2("refresh_token", client_auth="none"), {"refresh_token": "r+1"},
         asked(grant_type="refresh_token", refresh_token="r+1", client_id="app")),
        ("a refresh token beside a secret", oauth2("refresh_token"), SECRET | {"refresh_token": "r"},
         asked(authorization=BASIC, grant_type="refresh_token", refresh_token="r")),
        ("an assertion of somebody else", oauth2("jwt_bearer", client_id=None), {"assertion": "a.b.c"},
         asked(grant_type=JWT_BEARER, assertion="a.b.c")),
        ("scope, audience and more", oauth2(scope=["read", "write all"], audience="api", extra={"resource":
                                                                                                "urn:a&b"}), SECRET,
         asked(authorization=BASIC, **credentials, scope="read write all", audience="api", resource="urn:a&b")),
        ("no scope is none", oauth2(scope=[]), SECRET, asked(authorization=BASIC, **credentials)),
    ):
        file.add(name,
                 "RFC 6749 sections 2.3, 4.4 and 6, RFC 7523 section 2.1",
                 "ours", [opened(config, secrets), op("token", token("token-1"))],
                 servers={"id": [granted()]},
                 requests=[request])
    file.add("a signed assertion and a signed name",
             "RFC 7523 sections 2.1 and 2.2",
             "ours", [
                 opened(
                     oauth2("jwt_bearer",
                            client_auth="private_key_jwt",
                            private_key_id="k",
                            assertion_claims={"iss": "app", "sub": "alice"}), {"private_key": P256.pem}),
                 op("token", token("token-1"))
             ],
             servers={"id": [granted()]},
             requests=[{
                 "server": "id", "method": "POST", "path": "/token", "query": None, "headers": {"Authorization": None},
                 "body": {"~contains": "&client_assertion="}
             }])


def answers(file):
    """What an answer has to be, and what it may be."""
    for name, answer, expect in (
        ("the name of the type in any case", granted(token_type="bearer"), token("token-1")),
        ("no type", granted(token_type=None), token("token-1")),
        ("another type", granted(token_type="mac"), fails("PROTOCOL", 200)),
        ("no token", granted(None), fails("PROTOCOL", 200)),
        ("an empty token", granted(""), fails("PROTOCOL", 200)),
        ("a token that is a number", granted(5), fails("PROTOCOL", 200)),
        ("a token that would end the header", granted("a\r\nX: y"), fails("PROTOCOL", 200)),
        ("no JSON", {"status": 200, "text": "token-1"}, fails("PROTOCOL", 200)),
        ("a list", {"status": 200, "json": ["token-1"]}, fails("PROTOCOL", 200)),
        ("nothing", {"status": 204}, fails("PROTOCOL", 204)),
        ("created", granted(status=201), fails("PROTOCOL", 201)),
        ("a redirect", {"status": 302, "headers": {"Location": "{id}/elsewhere"}}, fails("PROTOCOL", 302)),
        ("error: false is a success", granted(error=False), token("token-1")),
        ("error: \"false\" is a success", granted(error="false"), token("token-1")),
        ("error: true is a refusal", granted(error=True), fails("REFUSED", 200)),
        ("no HTTP", {"raw": "this is no HTTP\r\n\r\n"}, {"error": {"status": {"~one_of": ["PROTOCOL",
                                                                                          "UNAVAILABLE"]}}}),
    ):
        file.add("an answer: " + name,
                 "PROTOCOL, REFUSED and what is a success",
                 "ours", [opened(oauth2(retries=0), SECRET), op("token", expect)],
                 servers={"id": [answer]})


def failures(file):
    file.add("a message repeats no secret, however it was sent",
             "message holds the server's text with every secret removed",
             "ours", [
                 opened(oauth2(retries=0), SECRET),
                 op("token",
                    {"error": {"status": "REFUSED", "http_status": 400, "message": "Basic [hidden] [hidden] [hidden]"}})
             ],
             servers={"id": [{"status": 400, "text": f"{BASIC} a+secret+of+the+client a secret of the client"}]})
    for code in ("invalid_grant", "invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"):
        file.add(f"{code} is final",
                 "REFUSED with an OAuth code: no request until new credentials come (S12)",
                 "ours", [opened(oauth2(), SECRET)] + 3 * [op("token", fails("REFUSED", 400, code))],
                 servers={"id": [refused(code), granted()]},
                 requests=[asked(authorization=BASIC, grant_type="client_credentials")])
    file.add(
        "a refusal repeats no secret",
        "message holds the server's text with every secret removed",
        "ours", [
            opened(oauth2(), SECRET),
            op("token", {
                "error":
                {"status": "REFUSED", "http_status": 401, "code": "invalid_client", "message": "bad [hidden]!"}
            })
        ],
        servers={
            "id":
            [{"status": 401, "json": {"error": "invalid_client", "error_description": "bad a secret of the client!"}}]
        })
    file.add("new credentials come with a new source",
             "a final refusal belongs to its credentials",
             "ours", [
                 opened(oauth2(), SECRET),
                 op("token", fails("REFUSED", 401, "invalid_client")),
                 opened(oauth2(), {"client_secret": "another"}, source="t"),
                 op("token", token("token-1"), source="t")
             ],
             servers={"id": [refused("invalid_client", 401), granted()]})
    for name, answer, expect in (
        ("408", {"status": 408, "text": ""}, fails("TIMEOUT", 408)),
        ("429", {"status": 429, "text": ""}, fails("UNAVAILABLE", 429)),
        ("500", {"status": 500, "text": ""}, fails("UNAVAILABLE", 500)),
        ("404 without a code", {"status": 404, "text": ""}, fails("REFUSED", 404)),
        ("a dropped connection", {"drop": True}, fails("UNAVAILABLE")),
    ):
        file.add(f"without retries {name} is the answer, at once and again",
                 "between fetches a caller gets the last failure at once",
                 "ours",
                 [opened(oauth2(retries={"total": 0, "backoff_factor_s": 100}), SECRET)] + 2 * [op("token", expect)],
                 servers={"id": [answer, granted()]},
                 requests=[asked(authorization=BASIC, grant_type="client_credentials")])
    file.add("nobody listens",
             "UNAVAILABLE",
             "ours",
             [opened(oauth2(retries=0), SECRET), op("token", fails("UNAVAILABLE"))],
             servers={"id": "closed"})
    file.add("a caller's time passes, and the fetch goes on",
             "TIMEOUT is that caller's alone (S2)",
             "ours", [
                 opened(oauth2(), SECRET),
                 op("token", fails("TIMEOUT"), timeout_ms=50),
                 op("token", token("token-1"), timeout_ms=5000)
             ],
             servers={"id": [granted() | {"delay_ms": 400}]},
             requests=[asked(authorization=BASIC, grant_type="client_credentials")])
    file.add("a server takes too long",
             "TIMEOUT where a network timeout passes",
             "ours", [opened(oauth2(retries=0, request_timeout_ms=100), SECRET),
                      op("token", fails("TIMEOUT"))],
             servers={"id": [granted() | {"delay_ms": 1000}]})


def retries(file):
    request = asked(authorization=BASIC, grant_type="client_credentials")
    for name, answers, count in (
        ("a status that is retried", [{"status": 503, "text": ""}, granted()], 2),
        ("a dropped connection", [{"drop": True}, granted()], 2),
        ("two failures", [{"status": 500, "text": ""}, {"status": 429, "text": ""},
                          granted()], 3),
        ("403 that says when", [refused("x", 403, headers={"Retry-After": "0"}),
                                granted()], 2),
    ):
        file.add("a retry helps: " + name,
                 "retries",
                 "ours", [opened(oauth2(retries=AT_ONCE), SECRET),
                          op("token", token("token-1"))],
                 servers={"id": answers},
                 requests=count * [request])
    file.add("retries are used up",
             "UNAVAILABLE: retries used up",
             "ours", [opened(oauth2(retries=AT_ONCE), SECRET),
                      op("token", fails("UNAVAILABLE", 503))],
             servers={"id": 3 * [{"status": 503, "text": ""}] + [granted()]},
             requests=3 * [request])
    file.add("403 that says nothing is not retried",
             "403 and 413 when they carry Retry-After",
             "ours", [opened(oauth2(retries=AT_ONCE), SECRET),
                      op("token", fails("REFUSED", 403, "x"))],
             servers={"id": [refused("x", 403), granted()]},
             requests=[request])


def refresh_tokens(file):
    first, second = {"grant_type": "refresh_token"}, {"client_id": "app"}
    rotating = oauth2("refresh_token", client_auth="none")
    file.add("a rotated refresh token takes the place of the old one",
             "refresh_token with rotation",
             "ours", [
                 opened(rotating, {"refresh_token": "r1"}),
                 op("token", token("token-1")),
                 op("refresh", token("token-2")),
                 op("refresh", token("token-3"))
             ],
             servers={"id": [granted(refresh_token="r2"),
                             granted("token-2"),
                             granted("token-3", refresh_token="r3")]},
             requests=[asked(**first, refresh_token=text, **second) for text in ("r1", "r2", "r2")])
    file.add("a refused renewal costs nobody a token that is good",
             "a caller never sees an error while the source holds a valid token (S4)",
             "ours", [
                 opened(oauth2(retries=0), SECRET),
                 op("token", token("token-1")),
                 op("refresh", token("token-1")),
                 op("token", token("token-1"))
             ],
             servers={"id": [granted(), refused("invalid_grant")]})
    file.add("a token that a server refused is replaced, once",
             "invalidated is true once for each distinct token (S29)",
             "ours", [
                 opened(oauth2(), SECRET),
                 op("token", token("token-1")),
                 op("invalidate", {"ok": {"invalidated": True}}, token="token-1"),
                 op("invalidate", {"ok": {"invalidated": False}}, token="token-1"),
                 op("token", token("token-2")),
                 op("invalidate", {"ok": {"invalidated": False}}, token="token-1"),
                 op("invalidate", {"ok": {"invalidated": False}}, token="never seen"),
                 op("token", token("token-2")),
                 op("invalidate", {"ok": {"invalidated": True}}),
                 op("token", token("token-3"))
             ],
             servers={"id": [granted(f"token-{n}") for n in (1, 2, 3)]})
    file.add("a token is revoked at its server",
             "RFC 7009 section 2.1",
             "ours", [
                 opened(oauth2(revocation_url="{id}/revoke"), SECRET),
                 op("token", token("token-1")),
                 op("revoke", {"ok": {"revoked": True}}),
                 op("token", token("token-2"))
             ],
             servers={"id": [granted(), {"status": 200, "text": ""},
                             granted("token-2")]},
             requests=[
                 asked(authorization=BASIC, grant_type="client_credentials"),
                 asked("/revoke", BASIC, token="token-1", token_type_hint="access_token"),
                 asked(authorization=BASIC, grant_type="client_credentials")
             ])
    file.add("an empty token to revoke is the current one",
             "RFC 7009 section 2.1",
             "ours", [
                 opened(oauth2(revocation_url="{id}/revoke"), SECRET),
                 op("token", token("token-1")),
                 op("revoke", {"ok": {"revoked": True}}, token=""),
             ],
             servers={"id": [granted(), {"status": 200, "text": ""}]},
             requests=[
                 asked(authorization=BASIC, grant_type="client_credentials"),
                 asked("/revoke", BASIC, token="token-1", token_type_hint="access_token"),
             ])
    file.add("without a revocation_url nothing is revoked",
             "UNSUPPORTED",
             "ours", [opened(oauth2(), SECRET),
                      op("token", token("token-1")),
                      op("revoke", fails("UNSUPPORTED"))],
             servers={"id": [granted()]})


def token_files(file):
    config = oauth2("refresh_token", client_auth="none", token_file="{HOME}/tokens/app.json")
    request = lambda text: asked(grant_type="refresh_token", refresh_token=text, client_id="app")
    written = {
        "version": 1, "source": {"~text": True}, "access_token": "token-1", "expires_at": {"~near": "{now+3600}"},
        "refresh_token": "r2", "checksum": {"~text": True}
    }
    file.add("a token file keeps the newest pair for the next process",
             "token files: written, synced and renamed before the token is handed out (S13)",
             "ours", [
                 opened(config, {"refresh_token": "r1"}),
                 op("token", token("token-1")),
                 op("close"),
                 opened(config, {"refresh_token": "r1"}),
                 op("token", token("token-1")),
                 op("refresh", token("token-2"))
             ],
             servers={"id": [granted(refresh_token="r2"),
                             granted("token-2", refresh_token="r3")]},
             requests=[request("r1"), request("r2")],
             files_after={
                 "tokens/": {"mode": "0700"}, "tokens/app.json":
                 {"mode": "0600", "json": written | {"access_token": "token-2", "refresh_token": "r3"}}
             })
    file.add("a refresh token that the server leaves as it is stays in the file",
             "token files",
             "ours",
             [opened(config, {"refresh_token": "r1"}),
              op("token", token("token-1")),
              op("refresh", token("token-2"))],
             servers={"id": [granted(refresh_token="r2"), granted("token-2")]},
             files_after={"tokens/app.json": {"mode": "0600", "json": written | {"access_token": "token-2"}}})
    file.add("new credentials do not go on with old tokens",
             "token files",
             "ours", [
                 opened(config, {"refresh_token": "r1"}),
                 op("token", token("token-1")),
                 op("close"),
                 opened(config, {"refresh_token": "another login"}),
                 op("token", token("token-2"))
             ],
             servers={"id": [granted(refresh_token="r2"),
                             granted("token-2", refresh_token="r4")]},
             requests=[request("r1"), request("another login")])
    file.add("a file that cannot be read is set aside",
             "a corrupt file is set aside and not fatal (S15)",
             "ours", [opened(config, {"refresh_token": "r1"}),
                      op("token", token("token-1"))],
             servers={"id": [granted(refresh_token="r2")]},
             files={"tokens/app.json": {"content": "{\"version\":1,"}},
             files_after={
                 "tokens/app.json": {"mode": "0600", "json": written}, "tokens/app.json.corrupt":
                 {"mode": "0600", "content": "{\"version\":1,"}
             })
    file.add("nobody else may read what is written, whatever the umask",
             "0600 in a 0700 folder (S17)",
             "ours", [opened(config, {"refresh_token": "r1"}),
                      op("token", token("token-1"))],
             umask="000",
             servers={"id": [granted(refresh_token="r2")]},
             files_after={"tokens/": {"mode": "0700"}, "tokens/app.json": {"mode": "0600", "json": written}})


def lifetimes(file):
    for name, expires_in, expect in (("a text", "3600", 3600), ("a fraction", 3599.9, 3599),
                                     ("0 says nothing", 0, None), ("nothing", None, None),
                                     ("no number says nothing", "soon", None), ("too large", 1e300, {"~any": True})):
        expected = token("token-1", expect) if not isinstance(expect, dict) else {
            "ok": {"token": "token-1", "expires_at_s": expect}
        }
        file.add("expires_in: " + name,
                 "missing, zero, huge and odd lifetimes (S20)",
                 "ours", [opened(oauth2(), SECRET), op("token", expected)],
                 servers={"id": [granted(expires_in=expires_in)]})
    file.add("expires_in: below 0",
             "a negative lifetime is refused (S20)",
             "ours",
             [opened(oauth2(retries=0), SECRET), op("token", fails("PROTOCOL", 200))],
             servers={"id": [granted(expires_in=-1)]})
    file.add("a token that is about to end is renewed while it is served",
             "the advisory window: inside the leeway the old token or the new one",
             "ours", [
                 opened(oauth2(leeway_s=5), SECRET),
                 op("token", token("token-1", 6)),
                 op("token", token("token-2"), within_ms=6000),
                 after(2)
             ],
             servers={"id": [granted(expires_in=6), granted("token-2")]})


def settings(file):
    for name, config, secrets in (
        ("no kind", {}, None),
        ("an unknown kind", {"kind": "saml"}, None),
        ("no grant", oauth2(grant=None), SECRET),
        ("an unknown grant", oauth2("password"), SECRET),
        ("no token_url", oauth2(token_url=None), SECRET),
        ("plain http elsewhere", oauth2(token_url="http://id.example/token"), SECRET),
        ("credentials in the URL", oauth2(token_url="https://a:b@id.example/token"), SECRET),
        ("an unknown client_auth", oauth2(client_auth="tls"), SECRET),
        ("no client_id", oauth2(client_id=None), SECRET),
        ("an unknown member", oauth2(surprise=1), SECRET),
        ("null", oauth2() | {"scope": None}, SECRET),
        ("a wrong type", oauth2(scope="read"), SECRET),
        ("a leeway below 0", oauth2(leeway_s=-1), SECRET),
        ("an unknown secret", oauth2(), SECRET | {"surprise": "x"}),
        ("a secret that is none", oauth2(), {"client_secret": 5}),
        ("extra that is sent anyway", oauth2(extra={"grant_type": "x"}), SECRET),
        ("retries below 0", oauth2(retries=-1), SECRET),
        ("retries of an unknown member", oauth2(retries={"x": 1}), SECRET),
        ("claims beside an assertion", oauth2("jwt_bearer", assertion_claims={}), {"assertion": "a.b.c"}),
    ):
        file.add("settings: " + name,
                 "CONFIG, and nothing is sent",
                 "ours", [opened(config, secrets, {"error": {"status": "CONFIG"}})],
                 servers={"id": []},
                 requests=[])
    for name, config, secrets in (("no refresh token", oauth2("refresh_token"),
                                   {}), ("an empty refresh token", oauth2("refresh_token"),
                                         {"refresh_token": ""}), ("no client secret", oauth2(client_auth="basic"), {}),
                                  ("no private key", oauth2(client_auth="private_key_jwt"),
                                   {}), ("no assertion", oauth2("jwt_bearer"), {})):
        file.add(
            "credentials: " + name,
            "missing credentials are a warning at open and a failure of the first fetch",
            "ours",
            [opened(config, secrets, {"ok": {"warnings": ["NO_CREDENTIALS"]}}),
             op("token", fails("NO_CREDENTIALS"))],
            servers={"id": []},
            requests=[])
    file.add("what a source is",
             "describe: never a secret",
             "ours", [
                 opened(oauth2(scope=["read"], leeway_s=60, retries={"backoff_factor_s": 2}), SECRET),
                 op(
                     "describe", {
                         "ok": {
                             "kind": "oauth2", "token_url": "{id}/token", "client_id": "app", "scope": ["read"],
                             "leeway_s": 60, "token_path": None, "retries": {
                                 "total": 5, "backoff_factor_s": 2, "backoff_max_s": 120, "retry_after_max_s": 120,
                                 "statuses": [429, 500, 502, 503, 504]
                             }
                         }
                     })
             ],
             servers={"id": []})
    file.add("what happened to a source",
             "stats: hits, misses, waits, refreshes and failures by kind",
             "ours", [
                 opened(oauth2(), SECRET),
                 op("token", token("token-1")),
                 op("token", token("token-1")),
                 op("stats", {"ok": {"~has": {"hits": 1, "refreshes": 1, "failures": {}}}})
             ],
             # Whoever looks first and then waits would find an answer that is there by then.
             servers={"id": [granted() | {"delay_ms": 500}]})


def others(file):
    static = {"kind": "static"}
    file.add("a static token is served as it is", "static", "ours", [
        opened(static, {"token": "a-token"}),
        op("token", token("a-token", None)),
        op("refresh", token("a-token", None)),
        op("refresh", token("a-token", None))
    ])
    file.add("a static token ends", "static: expires_at_s", "ours", [
        opened(static | {"expires_at_s": "{now-1}"}, {"token": "a-token"}, {"ok": {"warnings": ["NO_CREDENTIALS"]}}),
        op("token", fails("NO_CREDENTIALS")),
        opened(static | {"expires_at_s": "{now+60}"}, {"token": "a-token"}, source="t"),
        op("token", token("a-token", 60), source="t")
    ])
    file.add("a static token that was refused is not served again", "invalidate", "ours", [
        opened(static, {"token": "a-token"}),
        op("invalidate", {"ok": {"invalidated": True}}),
        op("token", fails("NO_CREDENTIALS")),
        op("identity", {"error": {"status": {"~one_of": ["NO_CREDENTIALS", "UNSUPPORTED"]}}})
    ])
    file.add("no static token", "static", "ours",
             [opened(static, {}, {"ok": {"warnings": ["NO_CREDENTIALS"]}}),
              op("token", fails("NO_CREDENTIALS"))])
    signed = {"kind": "signed", "claims": {"sub": "alice"}, "options": {"ttl_s": 60, "issuer": "me", "audience": "api"}}
    key = {"jwk": P256.jwk(kid="k")}
    file.add("a signed token is made here, and verifies", "signed", "ours", [
        opened(signed, None, key=key),
        op("token", {"ok": {"token": {"~text": True}, "expires_at_s": {"~near": "{now+60}"}}})
        | {"save": {"T": "/token"}},
        step(
            {
                "op": "verify", "key": {"jwk": P256.public_jwk(kid="k")}, "policy":
                {"algorithms": ["ES256"], "issuer": "me", "audience": "api", "subject": "alice"}, "token": "{$T}"
            }, {"ok": {"header": {"~any": True}, "claims": {"~has": {"sub": "alice"}}}})
    ])
    file.add("a signed source needs a key that can sign", "signed", "ours", [
        opened(signed, None, {"error": {"status": "KEY"}}),
        opened(signed, None, {"error": {"status": "KEY"}}, key={"jwk": P256.public_jwk()}),
        opened(signed | {"options": {"surprise": 1}}, None, {"error": {"status": "CONFIG"}}, key=key)
    ])
    file.add("a name that is given anew is that of the newer source", "source.open: a name", "ours", [
        opened(static, {"token": "older"}),
        opened(static, {"token": "newer"}),
        op("token", token("newer", None)),
        opened(static, {}, {"ok": {"warnings": ["NO_CREDENTIALS"]}}),
        op("token", fails("NO_CREDENTIALS"))
    ])
    file.add("a closed source is closed", "close", "ours",
             [opened(static, {"token": "a-token"}),
              op("close"),
              op("token", {"error": {"status": {"~text": True}}})])
    tigergraph = {"config": {"kind": "tigergraph"}, "environment": {}}
    for name, value in (("a number", 5), ("null", None), ("a list", ["x"]), ("true", True)):
        file.add(f"a secret that is {name} is none", "a secret is a text: CONFIG, in secret as in secrets", "ours", [
            op("open", fails("CONFIG"), **tigergraph, secret=value),
            op("open", fails("CONFIG"), **tigergraph, secrets={"secret": value}),
            op("open", fails("CONFIG"), **tigergraph, secrets=value)
        ])
    file.add("a secret may stand alone", "source.open: secret or secrets", "ours", [
        op("open", **tigergraph, secret="a secret"),
        op("open", {"ok": {"warnings": ["NO_CREDENTIALS"]}}, **tigergraph)
    ])
    file.add("any time to wait is one", "timeout_ms: an integer from 0, within ±(2^53 - 1)", "ours", [
        opened(static, {"token": "a-token"}), *(op("token", token("a-token", None), timeout_ms=ms)
                                                for ms in (0, 1, 10**9 - 1, 10**9, 2**53 - 1)),
        op("refresh", token("a-token", None), timeout_ms=2**53 - 1)
    ])
    file.add("a time to wait that is no integer is a bad request",
             "BAD_REQUEST for a member that is not what it has to be", "ours", [
                 opened(static, {"token": "a-token"}), *(op("token", fails("BAD_REQUEST"), timeout_ms=ms)
                                                         for ms in (1000.0, 0.5, -1, 1e9, "1000", None, [], True))
             ])
