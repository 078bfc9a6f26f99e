"""`python -m generate` in tests/vectors writes every file anew; a second run changes nothing."""

from . import verify_claims, verify_expires, verify_json, verify_policy, verify_rfc, verify_signatures, verify_status, verify_tokens, verify_which_key
from .cases import File

FILES = {
    "verify": ("verify: which token passes which policy", [verify_status, verify_signatures, verify_tokens, verify_json, verify_which_key, verify_policy, verify_claims,
                                                           verify_expires, verify_rfc]),
}

for name, (about, modules) in FILES.items():
    file = File(name, about)
    for module in modules:
        module.add(file)
    print(name, file.write())
