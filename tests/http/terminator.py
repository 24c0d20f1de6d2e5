# SPDX-License-Identifier: ISC
"""Ends TLS in front of a server and changes nothing, as some hosters do."""

import select
import socket
import socketserver
import ssl
import threading


class Connection(socketserver.BaseRequestHandler):
    """One connection: bytes go both ways until either side closes."""

    def handle(self):
        try:
            with self.server.tls.wrap_socket(
                    self.request, server_side=True) as client, \
                    socket.create_connection(self.server.behind) as server:
                for one in (client, server):
                    # a header and its body come in two pieces: no waiting
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while self.relay(client, server):
                    pass
        except OSError:
            pass

    def relay(self, client, server):
        ready = [client] if client.pending() else select.select(
            (client, server), (), (), 60)[0]
        for one in ready:
            data = one.recv(65536)
            if not data:
                return False
            (server if one is client else client).sendall(data)
        return bool(ready)


class Terminator(socketserver.ThreadingTCPServer):
    """Listens on port and hands on to behind_port."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, port, behind_port, certificate, key):
        super().__init__(("127.0.0.1", port), Connection)
        self.behind = ("127.0.0.1", behind_port)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate, key)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def end(self):
        self.shutdown()
        self.server_close()
