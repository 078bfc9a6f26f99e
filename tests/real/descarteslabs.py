"""The vendor's client and this library, one after the other on the same token files. Run by tests/real/descarteslabs, which says in which host."""

import base64
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CLIENT = """
import json, sys, types
from importlib.util import find_spec
from pathlib import Path
# The package without what its __init__ loads.
package = types.ModuleType("descarteslabs")
package.__path__ = [str(Path(path) / "descarteslabs") for path in sys.path if (Path(path) / "descarteslabs").is_dir()]
sys.modules["descarteslabs"] = package
from descarteslabs.auth.auth import Auth
auth = Auth(**json.loads(sys.argv[1]))
print(json.dumps({"token": auth.token, "identity": {"namespace": auth.namespace, "payload": auth.payload,
    "all_acl_subjects": auth.all_acl_subjects, "all_owner_acl_subjects": auth.all_owner_acl_subjects}}))
"""

CLAIMS = {
    "aud": "dummy-client-id",
    "sub": "some|user",
    "email": "Me@X.org",
    "org": "someorg",
    "earthdaily__dl__groups": ["public", "someorg:team", "other:team", "someorg:org-admin", "acc:resource-admin"],
}


def jwt(expires_in, **more):
    part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
    return ".".join([part({"alg": "none"}), part(CLAIMS | {"exp": int(time.time()) + expires_in} | more), "c2ln"])


class Server:
    """Gives a new token to whoever asks, and counts."""

    def __init__(self):
        self.count = 0
        server = self

        class Handler(BaseHTTPRequestHandler):

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                server.count += 1
                body = json.dumps({"access_token": jwt(3600, n=server.count)}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{listener.server_port}"


def theirs(home, server, args):
    """Token and identity as the vendor's client says, in a process of its own."""
    command = [sys.executable, "-c", CLIENT, json.dumps({"domain": server.url} | args)]
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    return json.loads(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout)


def ours(home, server, args):
    """The same from this library, through its driver."""
    args = dict(args)
    secrets = {name: args.pop(name) for name in ("client_secret", "refresh_token") if name in args}
    config = {"kind": "descarteslabs", "domain": server.url} | args
    steps = [{
        "op": "source.open", "source": "s", "config": config, "secrets": secrets, "environment": {"HOME": str(home)}
    }, {"op": "source.token", "source": "s"}, {"op": "source.identity", "source": "s"}]
    lines = "".join(json.dumps({"id": number} | step) + "\n" for number, step in enumerate(steps))
    done = subprocess.run(["tests/conformance/drive", sys.argv[1]],
                          input=lines.encode(),
                          check=True,
                          stdout=subprocess.PIPE)
    opened, token, identity = [json.loads(line)["ok"] for line in done.stdout.splitlines()]
    identity.pop("warnings", None)
    return {"token": token["token"], "identity": identity}


CREDENTIALS = {"client_id": "dummy-client-id", "client_secret": "dummy-refresh-token"}
WHOLE = CREDENTIALS | {"refresh_token": "dummy-refresh-token", "extra": {"kept": 1.50}}

# What is given, and the file before: of credentials alone, beside credentials, and instead of them.
CASES = [
    ("a cache of its own", CREDENTIALS, None),
    ("a path beside credentials", CREDENTIALS | {"token_info_path": "{HOME}/sub/info.json"}, None),
    ("a path whose token has ended", CREDENTIALS | {"token_info_path": "{HOME}/info.json"}, "info.json"),
    ("the default file", {}, ".descarteslabs/token_info.json"),
]


def main():
    for name, args, before in CASES:
        for first, second in ((theirs, ours), (ours, theirs)):
            server = Server()
            with tempfile.TemporaryDirectory() as home:
                given = {member: value.replace("{HOME}", home) for member, value in args.items()}
                if before:
                    path = Path(home) / before
                    path.parent.mkdir(exist_ok=True)
                    path.write_text(json.dumps(WHOLE | {"jwt_token": jwt(-5), "JWT_TOKEN": jwt(-9)}))
                fetched, found = first(home, server, given), second(home, server, given)
                what = f"{name}, {first.__name__} first"
                assert server.count == 1, f"{what}: {server.count} requests"
                assert fetched == found, f"{what}: {fetched} is not {found}"
                if before:
                    file = json.loads(path.read_text())
                    assert file == WHOLE | {"jwt_token": found["token"]}, f"{what}: {file}"
                # A third reader finds what both have left.
                assert first(home, server, given) == found and server.count == 1, what
    print(f"real/descarteslabs: {2 * len(CASES)} times one client found in its file what the other had fetched")


main()
