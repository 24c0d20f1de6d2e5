# SPDX-License-Identifier: ISC
"""A program alone, asked by FastCGI as a web server would."""

import os
import socket
import struct
import subprocess
import time

import processes

BEGIN, END, PARAMS, STDIN, STDOUT = 1, 3, 4, 5, 6
PAUSE = 1	# s; a program waits for half of one at a time
ROLES = {"RESPONDER": 1, "AUTHORIZER": 2}


def record(type, data=b""):
    return struct.pack(">BBHHBx", 1, type, 1, len(data), 0) + data


def pair(name, value):
    name, value = name.encode(), value.encode()
    return struct.pack(">BI", len(name), len(value) | 1 << 31) + name + value


def request(role, params, body=b"", keeps=0):
    said = b"".join(pair(*one) for one in {"FCGI_ROLE": role,
                                            **params}.items())
    written = record(BEGIN, struct.pack(">HB5x", ROLES[role], keeps)) + \
        record(PARAMS, said) + record(PARAMS)
    if role == "RESPONDER":
        written += (record(STDIN, body) if body else b"") + record(STDIN)
    return written


def answer_of(data):
    """Head and body; empty when it was not ended."""
    said, ended = b"", False
    while len(data) >= 8:
        _, type, _, length, padding = struct.unpack_from(">BBHHB", data)
        if type == STDOUT:
            said += data[8:8 + length]
        ended = ended or type == END
        data = data[8 + length + padding:]
    return said.decode(errors="replace") if ended else ""


class Program:
    """Started with a listening socket, as by a web server; it may die."""

    family = socket.AF_UNIX

    def __init__(self, path, place, env):
        self.where = os.path.join(place, "alone.sock")
        if os.path.exists(self.where):
            os.unlink(self.where)
        with socket.socket(self.family) as listener:
            self.bind(listener)
            listener.listen(8)
            self.process = subprocess.Popen(
                processes.drop() + ["env"] + [
                    "%s=%s" % one for one in env.items()] + [path],
                stdin=listener, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, env=processes.CLEAN)

    def bind(self, listener):
        listener.bind(self.where)
        os.chmod(self.where, 0o777)

    def ask(self, *parts):
        """What it says to what is written with pauses; nothing when it died."""
        said = b""
        with socket.socket(self.family) as line:
            line.settimeout(30)
            try:
                line.connect(self.where)
                line.sendall(parts[0])
                for part in parts[1:]:
                    time.sleep(PAUSE)
                    line.sendall(part)
                for part in iter(lambda: line.recv(65536), b""):
                    said += part
            except ConnectionError:
                pass
        return answer_of(said)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.kill()
        self.process.wait()


class Distant(Program):
    """One that listens at a port."""

    family = socket.AF_INET

    def bind(self, listener):
        listener.bind(("127.0.0.1", 0))
        self.where = listener.getsockname()
