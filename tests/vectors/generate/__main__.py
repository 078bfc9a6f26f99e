"""`python -m generate` in tests/vectors writes every file anew; a second run changes nothing."""

from . import (attacks, key_faults, key_forms, key_numbers, op_allow, op_api_key, op_batch, op_driver, op_external,
               op_generate, op_inspect, op_sign, op_vizzly, scenarios_access, scenarios_access_keys, scenarios_actors,
               scenarios_descartes, scenarios_keysets, scenarios_managed, scenarios_sources, scenarios_dataiku,
               scenarios_dataiku_recorded, scenarios_tigergraph, scenarios_tigergraph_original, scenarios_tigergraph_recorded, verify_claims,
               verify_expires, verify_json, verify_policy, verify_rfc, verify_signatures, verify_status, verify_tokens,
               verify_which_key)
from .cases import File
from .scenarios import Scenarios

FILES = {
    "verify": ("verify: which token passes which policy", [
        verify_status, verify_signatures, verify_tokens, verify_json, verify_which_key, verify_policy, verify_claims,
        verify_expires, verify_rfc
    ]),
    "batch": ("verify_batch: many tokens in one call", [op_batch]),
    "key": ("key: what a key is, and which are refused", [key_forms, key_faults, key_numbers]),
    "sign": ("sign: tokens with a private key or a secret", [op_sign]),
    "external": ("sign_begin and sign_finish: tokens whose signature comes from elsewhere", [op_external]),
    "inspect": ("inspect: what a token says, unverified", [op_inspect]),
    "generate": ("generate: new keys", [op_generate]),
    "vizzly": ("vizzly, vizzly.identity, and verify of recorded Vizzly tokens", [op_vizzly]),
    "allow": ("allowed and allowed_action: what allow blocks and restrictions leave", [op_allow]),
    "api_key": ("api_key.generate and api_key.check", [op_api_key]),
    "driver": ("What is the driver's own: lines, ids, unknown operations, missing members, the clock", [op_driver]),
}

SCENARIOS = {
    "sources": ("source.* of the kinds oauth2, static and signed", [scenarios_sources]),
    "keysets": ("keyset.*: tokens of issuers whose keys are fetched", [scenarios_keysets]),
    "access": ("access.*: who is calling, and the tokens that are managed",
               [scenarios_access, scenarios_managed, scenarios_actors]),
    "access_keys": ("access.*: JWTs of issuers whose keys are fetched", [scenarios_access_keys]),
    "tigergraph": ("client.* and source.* of TigerGraph, beside what its own client was recorded to do",
                   [scenarios_tigergraph_recorded, scenarios_tigergraph, scenarios_tigergraph_original]),
    "dataiku": ("client.* of Dataiku, beside what its own client was recorded to do",
                [scenarios_dataiku_recorded, scenarios_dataiku]),
    "descarteslabs":
    ("source.* of Descartes Labs, beside what its own client was recorded to do", [scenarios_descartes]),
}

for name, (about, modules) in FILES.items():
    file = File(name, about)
    for module in modules:
        module.add(file)
    print(name, file.write())
print("attacks", attacks.write())
for name, (about, modules) in SCENARIOS.items():
    file = Scenarios(name, about)
    for module in modules:
        module.add(file)
    print("scenarios/" + name, file.write())
