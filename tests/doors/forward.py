# SPDX-License-Identifier: ISC
"""A proxy that asks as Traefik does, by Traefik's own configuration.

Debian has no Traefik.  What this does was read in Traefik 2's source
(middlewares/auth/forward.go, middlewares/headers); rules are matched on the
path as it was written.
"""

import http.client
import http.server
import re
import ssl
import threading

import yaml

HOP = {"Connection", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding",
       "Upgrade", "Content-Length"}


def canonical(name):
    """A header's name as Go spells it."""
    return "-".join(part.capitalize() for part in name.split("-"))


class Handler(http.server.BaseHTTPRequestHandler):
    """One request: find its router, run the middlewares, ask the service."""

    def answer(self):
        length = int(self.headers.get("Content-Length", 0))
        self.body = self.rfile.read(length)
        self.fields = [(canonical(name), value) for name, value in
                       self.headers.items() if canonical(name) not in HOP]
        names = self.server.route(self.path)
        if names is None:
            self.reply(404, [], b"404 page not found\n")
            return
        for name in names:
            (kind, options), = self.server.middlewares[name].items()
            if not RUN[kind](self, options):
                return
        self.reply(*self.ask(self.server.app_port, self.command, self.path,
                             self.fields, self.body))

    def set_headers(self, options):
        for name, value in options["customRequestHeaders"].items():
            self.drop(name)
            if value:
                self.fields.append((canonical(name), value))
        return True

    def drop(self, name):
        self.fields = [one for one in self.fields
                       if one[0] != canonical(name)]

    def ask_gate(self, options):
        assert options["trustForwardHeader"] is False
        own = {"X-Forwarded-For": self.client_address[0],
               "X-Forwarded-Method": self.command,
               "X-Forwarded-Proto": "https",
               "X-Forwarded-Host": self.headers["Host"],
               "X-Forwarded-Uri": self.path}
        host, path = re.match("http://([^/]+)(/.*)",
                              options["address"]).groups()
        asked = [one for one in self.fields
                 if one[0] not in own and one[0] != "Host"]
        assert host == "127.0.0.1:9180"
        status, fields, body = self.ask(
            self.server.gate_port, "GET", path, asked + list(own.items()), b"")
        if not 200 <= status < 300:
            self.reply(status, fields, body)
            return False
        for name in options["authResponseHeaders"]:
            self.drop(name)
            self.fields += [one for one in fields if one[0] == name]
        return True

    def ask(self, port, method, path, fields, body):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        line._validate_path = lambda path: None
        line.putrequest(method, path, skip_accept_encoding=True,
                        skip_host=any(name == "Host" for name, _ in fields))
        for name, value in fields:
            line.putheader(name, value)
        if body:
            line.putheader("Content-Length", str(len(body)))
        line.endheaders(body or None)
        answer = line.getresponse()
        told = (answer.status,
                [(canonical(name), value) for name, value in
                 answer.getheaders() if canonical(name) not in HOP],
                answer.read())
        line.close()
        return told

    def reply(self, status, fields, body):
        self.send_response_only(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *words):
        pass

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)


RUN = {"headers": Handler.set_headers, "forwardAuth": Handler.ask_gate}


class Proxy(http.server.ThreadingHTTPServer):
    """Listens with TLS; a place of more asks at a path of its own name."""

    daemon_threads = True

    def __init__(self, port, certificate, key, file, gate_port, app_port,
                 more):
        with open(file) as text:
            conf = yaml.safe_load(text)["http"]
        self.middlewares = conf["middlewares"]
        self.gate_port, self.app_port = gate_port, app_port
        assert [one["url"] for one in conf["services"]["application"][
            "loadBalancer"]["servers"]] == ["http://127.0.0.1:8080"]
        self.routes = [
            (re.search("PathPrefix\\(`(.*)`\\)", one["rule"]).group(1),
             one["middlewares"]) for one in conf["routers"].values()]
        for name in more:
            self.add(name)
        super().__init__(("127.0.0.1", port), Handler)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
        self.tls = tls
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def get_request(self):
        line, address = super().get_request()
        # the handshake is for the request's own thread
        return self.tls.wrap_socket(line, server_side=True,
                                    do_handshake_on_connect=False), address

    def handle_error(self, request, client_address):
        pass

    def add(self, name):
        gate = self.middlewares["latchkey-pages"]["forwardAuth"]
        self.middlewares["latchkey-" + name] = {"forwardAuth": {
            **gate, "address": gate["address"].replace("/pages", "/" + name)}}
        self.routes.append(("/guarded/%s/" % name, [
            "latchkey-strip", "latchkey-" + name, "latchkey-hide"]))

    def route(self, path):
        """The middlewares of the longest rule that fits, or None."""
        fits = [(prefix, names) for prefix, names in self.routes
                if path.startswith(prefix)]
        return max(fits)[1] if fits else None

    def end(self):
        self.shutdown()
        self.server_close()
