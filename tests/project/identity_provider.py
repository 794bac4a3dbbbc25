"""A small OpenID Connect provider on the loopback: it confirms whoever it was told to confirm."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt


class Provider(ThreadingHTTPServer):
    """`claims` is what it says about whoever comes; `client` and `secret` are what it expects of the site."""

    daemon_threads = True
    client, secret = "evidenca", "a-secret-between-the-two-of-them-only"

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.claims, self.challenges = {}, []


class Answers(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        address = urlsplit(self.path)
        asked = {key: values[0] for key, values in parse_qs(address.query).items()}
        if address.path == "/.well-known/openid-configuration":
            at = self.server.address
            self._say(
                {
                    "issuer": at,
                    "authorization_endpoint": f"{at}/authorize",
                    "token_endpoint": f"{at}/token",
                    "userinfo_endpoint": f"{at}/userinfo",
                    "jwks_uri": f"{at}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        elif address.path == "/authorize" and asked["client_id"] == self.server.client:
            self.server.challenges.append(asked["code_challenge"])
            self.send_response(302)
            self.send_header(
                "Location", f"{asked['redirect_uri']}?{urlencode({'code': 'once', 'state': asked['state']})}"
            )
            self.end_headers()
        elif address.path == "/userinfo" and self.headers["Authorization"] == "Bearer opaque":
            self._say(self.server.claims)
        else:
            self.send_error(400)

    def do_POST(self):
        posted = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if (
            posted["client_secret"] != [self.server.secret]
            or posted["code"] != ["once"]
            or "code_verifier" not in posted
        ):
            self.send_error(401)
            return
        now = int(time.time())
        about = {"iss": self.server.address, "aud": self.server.client, "iat": now, "exp": now + 60}
        token = jwt.encode({**about, **self.server.claims}, self.server.secret, algorithm="HS256")
        self._say({"access_token": "opaque", "token_type": "Bearer", "id_token": token})

    def _say(self, answer):
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def running():
    provider = Provider()
    thread = threading.Thread(target=provider.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        provider.shutdown()
        thread.join()
        provider.server_close()
