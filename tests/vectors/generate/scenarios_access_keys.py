"""access.*: JWTs of issuers whose keys are fetched. For hosts only, since the core alone fetches nothing."""

import json

from .jws import NOW, jws
from .keys import P256
from .scenarios import step
from .scenarios_access import bearer, fails, opened


def add(file):
    own = {"keys": [P256.public_jwk(kid="one", alg="ES256")]}
    config = {
        "jwt": {
            "issuers":
            [{"issuer": "https://id.example", "jwks_url": "{keys}/jwks", "algorithms": ["ES256"], "any_audience":
              True}], "actor": {"id": "sub"}
        }
    }
    token = lambda claims, **more: jws({"alg": "ES256", "kid": "one"},
                                       json.dumps({"iss": "https://id.example", "exp": NOW + 60} | claims), P256, **more
                                       )
    server = {"keys": [{"status": 200, "json": own}]}
    alice = {"actor": {"id": "alice"}, "scheme": "jwt"}
    file.add("the keys of an issuer are fetched once",
             "jwt: issuers",
             "ours", [
                 opened(config),
                 bearer(token({"sub": "alice"}), NOW, **alice),
                 bearer(token({"sub": "alice"}), NOW, **alice),
                 bearer(token({"sub": "alice"}), NOW + 60, refused="EXPIRED"),
                 bearer(token({"sub": "alice"})[:-4] + "AAAA", NOW, refused="SIGNATURE"),
                 bearer(token({"sub": "alice", "iss": "https://other.example"}), NOW, refused="UNKNOWN")
             ],
             servers=server,
             requests=[{"server": "keys", "method": "GET", "path": "/jwks", "query": None}])
    file.add("a token that no key could save is judged without any",
             "jwt: issuers",
             "ours",
             [opened(config),
              bearer(token({"sub": "alice"}), NOW + 60, refused={"~one_of": ["EXPIRED", "SIGNATURE"]})],
             servers=server)
    file.add("without keys there is no verdict",
             "KEYS_UNAVAILABLE, never SIGNATURE",
             "ours", [
                 opened(config),
                 step(
                     {
                         "op": "access.authenticate", "access": "a", "headers":
                         {"Authorization": "Bearer " + token({"sub": "alice"})}, "query": {}, "now_s": NOW
                     }, fails("KEYS_UNAVAILABLE"))
             ],
             servers={"keys": "closed"})
    for name, issuers in (("no issuers", []), ("a key beside them", None)):
        given = {"issuers": issuers} if issuers is not None else {"issuers": config["jwt"]["issuers"], "key": {}}
        file.add(f"jwt: issuers: {name}", "CONFIG", "ours", [opened({"jwt": given}, fails("CONFIG"))], servers=server)
