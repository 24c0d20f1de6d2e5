# SPDX-License-Identifier: ISC
"""An application that servers proxy to."""

import contextlib
import http.server
import json
import threading


class Application(http.server.BaseHTTPRequestHandler):
    """A proxied application: shows method, path and headers as JSON."""

    def answer(self):
        length = int(self.headers.get("Content-Length", 0))
        body = json.dumps({
            "method": self.command, "path": self.path,
            "headers": dict(self.headers.items()),
            "body": self.rfile.read(length).decode()}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *words):
        pass


@contextlib.contextmanager
def serving():
    """One that answers; its port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Application)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
