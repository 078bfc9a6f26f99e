"""vizzly and vizzly.identity, beside what the vendor's client was recorded to do; and verify of the recorded tokens."""

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from .cases import Raw, fail, ok
from .jws import NOW
from .keys import ED, P256, P384, P521, RSA, SECRET, Pair, b64u

RECORDED = json.loads((Path(__file__).parent / "vizzly_recorded.json").read_text())
KEY = {"pem": P256.pem}
PUBLIC = {"jwk": P256.public_jwk()}
HEADER = {"alg": "ES256", "typ": "JWT"}
CONFIG = fail("CONFIG")
MINUTES = "Better than the original, which counts minutes as days"
FROZEN = 1893553445
"""2030-01-02T03:04:05Z, the clock of the recording without its fraction."""

DASHBOARD = {"expiry_ttl_in_minutes": 20, "project_id": "prj_123", "user_reference": "usr-123"}
DATA = {"expiry_ttl_in_minutes": 20, "data_set_ids": "*", "secure_filters": {}}
QUERY = {"expiry_ttl_in_minutes": 60, "allow_data_preview_access": True, "allow_database_schema_access": False}
ARGS = {"dashboard": DASHBOARD, "data": DATA, "query_engine": QUERY}


def expires(minutes=20, now=NOW, offset=0):
    """ISO 8601 with an offset, without a fraction."""
    end = now + int(Decimal(str(minutes)) * 60)
    return (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=end)).astimezone(
        timezone(timedelta(minutes=offset))).isoformat()


def expected(members, key=PUBLIC):
    """A token whose payload has these members in this order."""
    return {
        "token": {
            "header": HEADER, "claims": members, "member_order": list(members), "header_order": ["alg", "typ"], "key":
            key
        }
    }


def dashboard(end=None, **changes):
    members = {"accessType": "standard", "projectId": "prj_123", "userReference": "usr-123", "scope": "read_write"
               } | changes
    return members | {"expires": end or expires()}


def data(end=None, **changes):
    return {"dataSetIds": "*", "secureFilters": {}, "parameters": {}} | changes | {"expires": end or expires()}


def query(end=None, **changes):
    return {"allowDataPreviewAccess": True, "allowDatabaseSchemaAccess": False
            } | changes | {"expires": end or expires(60)}


def add(file):

    def case(name, why, kind, args, expect, key=KEY, now=NOW):
        file.add(name, why, {"op": "vizzly", "token": kind, "args": args, "key": key, "now_s": now}, expect)

    recorded(file, case)
    arguments(case)
    times(case)
    keys(case)
    identity(file)


def recorded(file, case):
    """Every recorded case, by its name."""
    public = {"pem": RECORDED["public_key_pem"]}
    rules = {"algorithms": ["ES256"], "any_issuer": True, "any_audience": True, "expiry_claim": "expires"}
    for entry in RECORDED["cases"]:
        if "token" not in entry:
            continue
        text = json.loads(entry["payload_raw"])["expires"]
        request = {"op": "verify", "key": public, "policy": rules, "token": entry["token"]}
        if entry["name"] == "sign_generic_timezone_none":
            file.add(f"recorded {entry['name']}: a time without an offset is not read",
                     "Better: a time without an offset names no moment", request | {"now_s": 0},
                     fail("CLAIM_INVALID", "expires"))
            continue
        end = int(datetime.fromisoformat(text).timestamp())
        for now, expect in ((end - 1, ok(header=HEADER,
                                         claims=Raw(entry["payload_raw"]))), (end, fail("EXPIRED", "expires"))):
            file.add(
                f"recorded {entry['name']}: the token is {'good a second before' if now < end else 'over at'} its expires",
                "Verifying honours expires; the fraction is rounded down", request | {"now_s": now}, expect)
    for name, kind, changes, members in (("dashboard_defaults", "dashboard", {},
                                          dashboard), ("dashboard_all_options", "dashboard", {
                                              "scope": "read", "access_type": "admin", "parent_dashboard_ids":
                                              ["dsh_1", "dsh_2"]
                                          }, dashboard), ("dashboard_unvalidated_scope", "dashboard",
                                                          {"scope": "nonsense", "access_type": "nonsense"}, dashboard),
                                         ("data_defaults", "data", {}, data), ("data_all_options", "data", {
                                             "data_set_ids": ["das_1"], "secure_filters":
                                             {"das_1": [{"field": "fie_1", "op": "=", "value":
                                                         "usr_12345"}]}, "parameters": {"something": "secret"}
                                         }, data), ("query_engine", "query_engine", {}, query)):
        entry = next(entry for entry in RECORDED["cases"] if entry["name"] == name)
        minutes = entry["args"]["expiry_ttl_in_minutes"]
        payload = json.loads(entry["payload_raw"]) | {"expires": expires(minutes, FROZEN)}
        case(f"recorded {name}: the same header and payload, but for the end",
             f"Identical in header, members and their order. {MINUTES}; whole seconds, no fraction",
             kind,
             ARGS[kind] | changes | {"timezone": "UTC"},
             expected(payload),
             now=FROZEN)
    case("recorded sign_generic_negative_offset: the end is written with the offset",
         f"Identical form. {MINUTES}",
         "query_engine",
         QUERY | {"timezone": "-03:00"},
         expected(query("2030-01-02T01:04:05-03:00")),
         now=FROZEN)
    case(
        "recorded sign_generic_timezone_none: no offset is refused",
        "Better: the original writes a time that names no moment", "query_engine",
        Raw('{"expiry_ttl_in_minutes":1,"timezone":null,"allow_data_preview_access":true,"allow_database_schema_access":false}'
            ), CONFIG)
    case("recorded sign_zero_ttl: no minutes are refused", "Better: the original makes a token that is over at birth",
         "dashboard", DASHBOARD | {"expiry_ttl_in_minutes": 0}, CONFIG)
    case("recorded sign_wrong_curve_p384: the key is refused", "Identical: InvalidKeyError", "dashboard", DASHBOARD,
         fail("KEY"), {"pem": P384.pem})
    case("recorded sign_garbage_key: the key is refused", "Identical: ValueError", "dashboard", DASHBOARD, fail("KEY"),
         {"pem": "not a key"})
    case("recorded sign_pkcs8_key: PKCS#8 signs", "Identical", "dashboard", DASHBOARD, expected(dashboard()),
         {"pem": P256.pem})
    case("recorded sign_key_as_bytes: SEC 1 signs", "Identical", "dashboard", DASHBOARD, expected(dashboard()),
         {"pem": P256.traditional()})
    case("recorded sign_unicode_payload: any character survives", "Identical in value", "dashboard",
         DASHBOARD | {"user_reference": "caf\u00e9 \u65e5\u672c /<>&\" \0"},
         expected(dashboard(userReference="caf\u00e9 \u65e5\u672c /<>&\" \0")))
    case("recorded sign_overwrites_caller_expires: the caller cannot name expires",
         "Better: an unknown argument is refused", "dashboard", DASHBOARD | {"expires": "mine"}, CONFIG)


def arguments(case):
    why = "Vizzly: the arguments of each function, with their defaults"
    case("dashboard: the defaults", why, "dashboard", DASHBOARD, expected(dashboard()))
    case(
        "dashboard: every argument", why, "dashboard", DASHBOARD | {
            "scope": "read", "access_type": "admin", "parent_dashboard_ids": ["a", "b"], "timezone": "UTC",
            "registered_claims": False
        },
        expected({
            "accessType": "admin", "projectId": "prj_123", "userReference": "usr-123", "scope": "read",
            "parentDashboardIds": ["a", "b"], "expires": expires()
        }))
    case("data: the defaults", why, "data", DATA, expected(data()))
    case("data: ids as a list", why, "data", DATA | {"data_set_ids": ["a", "b"]}, expected(data(dataSetIds=["a", "b"])))
    filters = Raw('{"z":[{"field":"f","op":"=","value":9007199254740993}],"a":[{"value":1.50,"n":null}]}')
    case("data: filters and parameters go in as they are", "Numbers survive", "data",
         DATA | {"secure_filters": filters, "parameters": {"b": [1, None, True], "a": "\0"}},
         expected(data(secureFilters=filters, parameters={"b": [1, None, True], "a": "\0"})))
    for first in (True, False):
        for second in (True, False):
            case(f"query engine: preview {first}, schema {second}", why, "query_engine",
                 QUERY | {"allow_data_preview_access": first, "allow_database_schema_access": second},
                 expected(query(allowDataPreviewAccess=first, allowDatabaseSchemaAccess=second)))
    why = "Vizzly: registered_claims true adds iat and exp; expires stays last"
    end = NOW + 1200
    for kind, members in (("dashboard", dashboard()), ("data", data()), ("query_engine", query(expires()))):
        both = {name: value
                for name, value in members.items()
                if name != "expires"} | {"iat": NOW, "exp": end, "expires": expires()}
        expect = expected(both)
        expect["token"]["member_order"] = [name for name in both if name not in ("iat", "exp")]
        case(f"{kind}: registered claims", why, kind,
             ARGS[kind] | {"expiry_ttl_in_minutes": 20, "registered_claims": True}, expect)
    why = "Vizzly: a missing or unknown argument is CONFIG"
    for kind, args in ARGS.items():
        for missing in args:
            case(f"{kind}: without {missing}", why, kind,
                 {name: value
                  for name, value in args.items() if name != missing}, CONFIG)
        for unknown in ("ttl", "projectId", "Scope", "", "private_key", "expires", "expiry_ttl_in_seconds"):
            case(f"{kind}: the unknown argument {unknown!r}", why, kind, args | {unknown: "x"}, CONFIG)
        for value in ("[]", "null", '"x"', "1", "{}"):
            case(f"{kind}: arguments that are {value}", why, kind, Raw(value), CONFIG)
        case(f"{kind}: an argument twice", why, kind, Raw(json.dumps(args)[:-1] + ',"expiry_ttl_in_minutes":20}'),
             CONFIG)
    why = "Vizzly: an argument of another function is unknown"
    for kind, member, value in (("dashboard", "data_set_ids", "*"), ("data", "project_id", "p"), ("query_engine",
                                                                                                  "scope", "read"),
                                ("data", "scope", "read"), ("dashboard", "allow_data_preview_access", True)):
        case(f"{kind}: {member} is not its argument", why, kind, ARGS[kind] | {member: value}, CONFIG)
    why = "Row 4: wrong type"
    wrong = {
        "dashboard": {
            "project_id": ["1", "null", "[]", "true"], "user_reference": ["1", "null",
                                                                          "{}"], "scope": ["1", "null", '["read"]'],
            "access_type": ["1", "null"], "parent_dashboard_ids": ['"a"', "null", "[1]", '["a",null]',
                                                                   "{}"], "registered_claims": ['"true"', "1", "null"],
            "timezone": ["1", "null", "[]"], "expiry_ttl_in_minutes": ['"20"', "null", "true", "[20]", "{}"]
        }, "data": {
            "data_set_ids": ["1", "null", "{}", "[1]", '["a",null]', '"das_1"'], "secure_filters":
            ["[]", "null", '"x"', "1"], "parameters": ["[]", "null", '"x"', "1"]
        }, "query_engine": {
            "allow_data_preview_access": ['"true"', "1", "null"], "allow_database_schema_access":
            ['"false"', "0", "null"]
        }
    }
    for kind, members in wrong.items():
        for member, values in members.items():
            for value in values:
                case(f"{kind}: {member} as {value}", why, kind, ARGS[kind] | {member: Raw(value)}, CONFIG)


def times(case):
    why = "Vizzly: minutes, > 0, may be a fraction of one, whole seconds count"
    for minutes in ("1", "0.5", "1.5", "20.0", "2e1", "0.1", "0.35", "1.99", "1440", "525600", "0.05", "20.01", "2.05",
                    "4.1", "8.45", "16.9"):
        case(f"{minutes} minutes", why, "dashboard", DASHBOARD | {"expiry_ttl_in_minutes": Raw(minutes)},
             expected(dashboard(expires(minutes))))
    for minutes, seconds in (("0.3333333333333333", 20), ("0.016666666666666666", 1), ("0.01", 0), ("1e-300", 0)):
        case(f"{minutes} minutes are {seconds} seconds",
             "Better: a part of a minute as a double writes it is what it stands for", "dashboard",
             DASHBOARD | {"expiry_ttl_in_minutes": Raw(minutes)}, expected(dashboard(expires(0, NOW + seconds))))
    for minutes in ("0", "-1", "-0.5", "0.0", "-0", "1e300", "-1e300", "1e400", "5e9"):
        case(f"{minutes} minutes are refused", why, "dashboard", DASHBOARD | {"expiry_ttl_in_minutes": Raw(minutes)},
             CONFIG)
    why = 'Vizzly: timezone: "UTC", the default, or "+HH:MM" / "-HH:MM"'
    for zone, offset in (("UTC", 0), ("+00:00", 0), ("+01:00", 60), ("-03:00", -180), ("+05:30", 330), ("-03:30", -210),
                         ("+14:00", 840), ("-12:00", -720), ("+12:45", 765), ("-00:30", -30), ("+23:59", 1439),
                         ("-23:59", -1439)):
        case(f"timezone {zone}", why, "dashboard", DASHBOARD | {"timezone": zone},
             expected(dashboard(expires(offset=offset))))
    for zone in ("", "utc", "Utc", "Z", "GMT", "UTC+1", "Europe/Berlin", "+1:00", "+0100", "+01", "01:00", "+01:00 ",
                 " +01:00", "+24:00", "+99:00", "+01:60", "+01:0a", "\u221201:00", "+01:00:00", "+\u0660\u0661:00",
                 "local", "UTC\0"):
        case(f"timezone {zone!r} is refused", why, "dashboard", DASHBOARD | {"timezone": zone}, CONFIG)
    why = "Vizzly: expires for now_s + minutes * 60"
    for now in (0, 951782399, 951782400, 1709164800, 4102444799, 1893553445, 68169599):
        case(f"now_s {now}", why, "query_engine", QUERY, expected(query(expires(60, now))), now=now)
    case("the documented example",
         "Vizzly: 2030-01-02T03:24:05+00:00",
         "dashboard",
         DASHBOARD,
         expected(dashboard("2030-01-02T03:24:05+00:00")),
         now=FROZEN)
    case("a timezone that turns the year",
         why,
         "dashboard",
         DASHBOARD | {"timezone": "+14:00"},
         expected(dashboard("2030-01-01T13:59:59+14:00")),
         now=1893455999 - 1200)


def keys(case):
    why = "Vizzly: a private P-256 key; white space around a PEM is ignored"
    for name, key in (("white space around its PEM", {"pem": "\n \t" + P256.pem + " \n\n"}),
                      ("a PEM with CRLF", {"pem": P256.pem.replace("\n", "\r\n")}), ("a JWK", {"jwk": P256.jwk()}),
                      ("a JWK with kid and alg, which stay out of the header", {"jwk": P256.jwk(kid="k", alg="ES256")}),
                      ("a DER", {"der_b64u":
                                 b64u(P256.pkcs8)}), ("a PEM beside ES256", {"pem": P256.pem, "algorithm": "ES256"})):
        case(f"a key as {name}", why, "dashboard", DASHBOARD, expected(dashboard()), key)
    for name, key, status in (("a public PEM", {"pem": P256.spki()},
                               "KEY"), ("a P-384 key", {"jwk": P384.jwk()}, "KEY"), ("an Ed25519 key", {"pem":
                                                                                                        ED.pem}, "KEY"),
                              ("an RSA key", {"pem": RSA.pem, "algorithm":
                                              "RS256"}, "KEY"), ("an RSA key without an algorithm", {"pem":
                                                                                                     RSA.pem}, "KEY"),
                              ("a secret", {"secret": SECRET.text, "algorithm":
                                            "HS256"}, "KEY"), ("a set", {"jwks": {"keys": [P256.jwk()]}},
                                                               "KEY"), ("a P-521 key", {"pem":
                                                                                        P521.pem}, "KEY_UNSUPPORTED"),
                              ("a weak RSA key", {"pem": Pair("rsa1024").pem},
                               "KEY_WEAK"), ("a key for verifying only", {"jwk": P256.jwk(key_ops=["verify"])}, "KEY")):
        case(f"{name} does not sign", "Rows 1 to 3", "dashboard", DASHBOARD, fail(status), key)
    case("a key that does not fit comes before the arguments", "Status table: rows 1-3 before row 4", "dashboard", {},
         fail("KEY"), {"pem": P384.pem})


def identity(file):

    def case(name, why, args, expect, key=KEY, now=NOW):
        file.add(name, why, {"op": "vizzly.identity", **args, "key": key, "now_s": now}, expect)

    why = "vizzly.identity: the three tokens in the documented JSON structure, the last two optional"
    tokens = {
        "dashboardAccessToken": ("dashboard", dashboard()), "dataAccessToken": ("data", data()),
        "queryEngineAccessToken": ("query_engine", query())
    }
    for kinds in (("dashboard", ), ("dashboard", "data"), ("dashboard", "query_engine"),
                  ("dashboard", "data", "query_engine"), ("query_engine", "data", "dashboard")):
        answer = {name: expected(members)["token"] for name, (kind, members) in tokens.items() if kind in kinds}
        case(f"identity of {', '.join(kinds)}", why, {kind: ARGS[kind] for kind in kinds}, {"identity": answer})
    case("identity with an argument that is wrong in its last token", "Row 4",
         {"dashboard": DASHBOARD, "data": DATA, "query_engine": QUERY | {"nope": 1}}, CONFIG)
    case("identity with a missing argument in its data token", "Row 4", {"dashboard": DASHBOARD, "data": {}}, CONFIG)
    for value in ("[]", '"x"', "1"):
        case(f"identity with data of {value}", "Row 4: wrong type", {"dashboard": DASHBOARD, "data": Raw(value)},
             CONFIG)
        case(f"identity with a dashboard of {value}", "Row 4: wrong type", {"dashboard": Raw(value)}, CONFIG)
    case("identity with a public key", "Row 3", {"dashboard": DASHBOARD}, fail("KEY"), {"pem": P256.spki()})
    case("identity with a key of another curve", "Row 3", {"dashboard": DASHBOARD}, fail("KEY"), {"pem": P384.pem})
    case("identity with different ends", why,
         {"dashboard": DASHBOARD, "data": DATA | {"expiry_ttl_in_minutes": 1, "timezone": "+01:00"}}, {
             "identity": {
                 "dashboardAccessToken": expected(dashboard())["token"], "dataAccessToken": expected(
                     data(expires(1, offset=60)))["token"]
             }
         })
