"""access.*: what is ours. JWTs, acting for others, and which configurations are refused."""

import json

from .jws import NOW, jws
from .keys import SECRET
from .scenarios import step
from .scenarios_access import SECRET_TEXT, authenticated, bearer, call, fails, opened
from .scenarios_managed import MANAGED, created, manager


def add(file):
    own(file)
    jwt(file)
    acting(file)
    places(file)
    opening(file)


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
                        ("a misspelt member", {"token": "a", "aktor": {"id": "x"}})):
        file.add(f"OPQ-08: configured with {name}", "CONFIG with the place", "ours", [
            opened({"tokens": [{"token": "b", "actor": {"id": "y"}}, entry]},
                   {"error": {"status": "CONFIG", "message": {"~contains": "tokens[1]"}}})
        ])
    for config in ({"tokens": []}, {"tokens": ""}, []):
        file.add(f"OPQ-08: configured with {json.dumps(config)}", "An empty list is a mistake", "ours",
                 [opened(config, fails("CONFIG"))])
    for config in ({"tokens": None},):
        file.add(f"OPQ-08: configured with {json.dumps(config)}", "Nobody is let in by tokens that are not there", "same", [
            opened(config, environment={}),
            authenticated(),
            bearer("", refused=None),
            bearer("null", refused="UNKNOWN"),
            bearer("[]", refused="UNKNOWN")
        ])
    file.add("what else stands beside a token is the host's", "The plugin reads token and actor", "same", [
        opened([{"token": "a-good-token", "actor": {"id": "x"}, "description": "of the night run", "n": {"m": 1}}]),
        bearer("a-good-token", actor={"id": "x"}, scheme="token")
    ])
    token = {"tokens": [{"token": "a-good-token", "actor": {"id": "x"}}]}
    for name in ("param", "query", "manage_tokens", "manage_tokens_database"):
        for nothing in (None, "", {}, 0, False):
            file.add(f"a configuration whose {name} is {json.dumps(nothing)}", "The plugin takes it for none", "same", [
                opened(token | {name: nothing}, environment={}),
                bearer("a-good-token", actor={"id": "x"}, scheme="token"),
                authenticated(query={"": "a-good-token"})
            ])
    file.add("a configured actor without members", "To Datasette an empty actor is nobody", "same", [
        opened({"tokens": [{"token": "a", "actor": {}}, {"token": "a", "actor": {"id": "x"}}]}),
        bearer("a", refused="UNKNOWN")
    ])
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
    file.add("jwt: restrictions of a token restrict its actor", "_r, whoever issued the token: it can only narrow", "ours", [
        one,
        bearer(token({"sub": "alice", "_r": {"a": ["vi"]}}),
               NOW,
               actor={"id": "alice", "_r": {"a": ["vi"]}},
               scheme="jwt")
    ])
    file.add("jwt: restrictions that are none", "A token whose restrictions cannot be read is no token", "ours", [
        one, *(bearer(token({"sub": "alice", "_r": odd}), NOW, refused="UNKNOWN")
               for odd in (None, {}, [], "vi", True, {"a": "vi"}, {"a": [1]}, {"x": []}, {"d": {"db": {}}}))
    ])
    file.add("jwt: claims that name nobody", "An actor without members is nobody, as in Datasette", "ours",
             [one, bearer(token({"groups": ["a"]}), NOW, refused="UNKNOWN")])
    mapped = lambda actor, expect=None: opened({"jwt": config["jwt"] | {"actor": {"id": "sub"} | actor}}, expect)
    file.add("jwt: restrictions are not mapped over", "CONFIG: they come from the claim _r, and from nothing else", "ours", [
        mapped({"_r": "scope"}, {"error": {"status": "CONFIG", "message": {"~contains": "jwt.actor"}}}),
        mapped({"scope": "_r"}, {"error": {"status": "CONFIG", "message": {"~contains": "jwt.actor"}}}),
        mapped({"_r": "_r"}),
        bearer(token({"sub": "alice", "_r": {"a": ["vi"]}}),
               NOW,
               actor={"id": "alice", "_r": {"a": ["vi"]}},
               scheme="jwt"),
        bearer(token({"sub": "alice", "_r": None}), NOW, refused="UNKNOWN"),
        bearer(token({"sub": "alice"}), NOW, actor={"id": "alice"}, scheme="jwt")
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
                     {"sub": "alice", "_r": {"a": ["vi"]}, "act": {"sub": "sue"}}
                 }
             })
    ])
    round_trip(file)
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
    odd = [{"act": act} for act in ({"x": 1}, {"sub": "a", "act": None}, {"sub": 5}, {"sub": "a", "act": {}}, "x", [], {}, None)]
    odd += [{"_r": restrictions} for restrictions in ({}, [], "vi", {"a": "vi"}, {"x": []}, {"d": {"db": {}}}, True, None)]
    file.add("act_as: restrictions or a chain that cannot be read", "DENIED: what was to narrow must not get lost", "ours",
             [one, *(call("act_as", by=sue | more, actor=alice, expect=fails("DENIED")) for more in odd)])
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


def round_trip(file):
    """What act_as says is signed, and read back by whoever the token reaches."""
    key = {"secret": SECRET.text, "algorithm": "HS256"}
    policy = {"algorithms": ["HS256"], "any_issuer": True, "any_audience": True}
    config = {
        "act_as": {"allow": {"id": ["sue", "alice"]}}, "jwt":
        {"key": key, "policy": policy, "actor": {"id": "sub", "roles": "groups"}}
    }
    restrictions = {"a": ["vi"], "d": {"db": ["vd"]}, "r": {"db": {"t": ["ir"]}}}
    sign = step(
        {
            "op": "sign", "key": key, "algorithm": "HS256", "claims": "{$claims}", "options": {"ttl_s": 60}, "now_s":
            NOW
        }, {"ok": {"token": {"~text": True}}},
        save={"token": "/token"})
    for name, by, act in (("restrictions", {"_r": restrictions}, {"sub": "sue"}),
                          ("restrictions and a chain", {"_r": restrictions, "act": {"sub": "ops"}},
                           {"sub": "sue", "act": {"sub": "ops"}}), ("a chain", {"act": {"sub": "ops"}},
                                                                    {"sub": "sue", "act": {"sub": "ops"}})):
        actor = {"id": "alice", "roles": ["a"], "act": act} | ({"_r": by["_r"]} if "_r" in by else {})
        may = lambda action, *resource: step(
            {"op": "allowed_action", "actor": "{$actor}", "action": action, "resource": list(resource)}, {
                "ok": {
                    "allowed":
                    "_r" not in by or (action, *resource) in
                    (("view-instance", ), ("view-database", "db"), ("insert-row", "db", "t"))
                }
            })
        asked = [
            may("view-instance"),
            may("view-database", "db"),
            may("view-database", "other"),
            may("insert-row", "db", "t"),
            may("drop-table", "db", "t")
        ]
        acts = call("act_as",
                    now=NOW,
                    by={"id": "sue"} | by,
                    actor={"id": "alice", "roles": ["a"]},
                    expect={"ok": {"actor": actor, "claims": {"~any": True}}},
                    save={"actor": "/actor", "claims": "/claims"})
        reads = bearer("{$token}", NOW, actor=actor, scheme="jwt")
        reads["save"] = {"actor": "/actor"}
        file.add(f"act_as: {name} come back from the token", "act_as, sign, authenticate: the same actor, who may do the same",
                 "ours", [opened(config), acts, *asked, sign, reads, *asked])
    numbers = config | {"act_as": {"allow": {"id": 7}}}
    numbered = lambda claims: call("act_as",
                                   now=NOW,
                                   by={"id": 7, "act": {"sub": "ops"}},
                                   actor={"id": 5},
                                   expect={"ok": {"actor": {"id": 5, "act": acts}, "claims": claims | {"act": acts}}},
                                   save={"claims": "/claims"})
    acts = {"sub": "7", "act": {"sub": "ops"}}
    file.add("act_as: ids that are numbers", "RFC 7519 section 4.1.2: sub is a text", "ours", [
        opened(numbers),
        numbered({"sub": "5"}), sign,
        bearer("{$token}", NOW, actor={"id": "5", "act": acts}, scheme="jwt")
    ])
    file.add("act_as: ids that are numbers, in a claim that may be one", "act_as, sign, authenticate: the same actor", "ours", [
        opened(numbers | {"jwt": config["jwt"] | {"actor": {"id": "uid"}}}),
        numbered({"uid": 5}), sign,
        bearer("{$token}", NOW, actor={"id": 5, "act": acts}, scheme="jwt")
    ])
    file.add(
        "act_as: an actor that was read back stays as restricted when it acts", "Nobody gets more than they came with",
        "ours", [
            opened(config),
            call("act_as",
                 now=NOW,
                 by={"id": "sue", "_r": restrictions},
                 actor={"id": "alice"},
                 expect={"ok": {"actor": {"~any": True}, "claims": {"~any": True}}},
                 save={"claims": "/claims"}), sign,
            dict(bearer("{$token}", NOW, actor={"~any": True}, scheme="jwt"), save={"actor": "/actor"}),
            call("act_as",
                 now=NOW,
                 by="{$actor}",
                 actor={"id": "bob"},
                 expect={
                     "ok": {
                         "actor": {"id": "bob", "_r": restrictions, "act": {"sub": "alice", "act": {"sub": "sue"}}},
                         "claims": {"sub": "bob", "_r": restrictions, "act": {"sub": "alice", "act": {"sub": "sue"}}}
                     }
                 })
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
                         ("a list of params", {"param": ["t"]}), ("a query of text", {"query": "select 1"})):
        file.add(f"a configuration of {name}", "CONFIG", "ours", [opened(config, fails("CONFIG"))])
    for name, settings in (("a misspelt setting", {"allow_tokens":
                                                   True}), ("a cap below zero", {"max_signed_tokens_ttl": -1}),
                           ("a switch of 5", {"allow_signed_tokens": 5}), ("a list of settings", [])):
        file.add(name, "CONFIG", "ours", [opened({}, fails("CONFIG"), settings=settings)])
    file.add("an authenticator without a configuration", "BAD_REQUEST for a line that lacks a member that its op needs",
             "ours", [step({"op": "access.open", "access": "a"}, fails("BAD_REQUEST"))])
    file.add("a table that cannot be there", "STORE", "ours",
             [opened(MANAGED, fails("STORE"), secret=SECRET_TEXT, databases={"tokens": "{HOME}/no/tokens.db"})])
    file.add("managed tokens in a database that nobody named", "CONFIG", "ours",
             [opened(MANAGED, fails("CONFIG"), secret=SECRET_TEXT, databases={"other": "{HOME}/o.db"})])
    query = {"query": {"sql": "select 1 as token_secret", "database": "tokens"}}
    for path in (":memory:", "file:{HOME}/tokens.db?mode=memory"):
        why = "CONFIG: of a database in memory each connection would have its own"
        named = {"databases": {"tokens": path}}
        file.add(f"managed tokens in {path.replace('{HOME}', '')}", why, "ours",
                 [opened(MANAGED, fails("CONFIG"), secret=SECRET_TEXT, **named)])
        file.add(f"a query of {path.replace('{HOME}', '')}", why, "ours", [opened(query, fails("CONFIG"), **named)])
