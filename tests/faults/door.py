# SPDX-License-Identifier: ISC
"""A Unix socket in front of the database that counts, cuts and kills."""

import contextlib
import os
import signal
import socket
import struct
import threading

COM_QUIT = 1
COM_QUERY = 3
COM_STMT_PREPARE = 22
COM_STMT_EXECUTE = 23


class Cut(Exception):
    """Raised by a watcher: end this connection here."""


class Packet:
    """One command of a program's to the database."""

    def __init__(self, pid, data):
        self.pid = pid
        self.command = data[4] if len(data) > 4 else 0
        self.data = data

    def is_commit(self):
        return self.command == COM_QUERY and self.data[5:11] == b"COMMIT"


class Watcher:
    """Sees each command before the database and each answer before the
    program; raises Cut to end the connection there."""

    def command(self, packet):
        pass

    def answer(self, packet):
        pass


class Door:
    """The path by which programs reach the database: mostly a symbolic link
    to its socket, and while there is a watcher, one to a socket of ours."""

    def __init__(self, db):
        self.db = db
        self.socket = db.door + ".watched"
        self.watcher = None
        self.lock = threading.Lock()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.socket)
        os.chmod(self.socket, 0o777)
        self.listener.listen(64)
        self.lead_to(db.socket)
        threading.Thread(target=self.accept, daemon=True).start()

    def lead_to(self, target):
        os.symlink(target, self.db.door + ".new")
        os.rename(self.db.door + ".new", self.db.door)

    @contextlib.contextmanager
    def watched(self, site, watcher):
        """Within, what the site's programs ask is shown to the watcher."""
        self.watcher = watcher
        self.lead_to(self.socket)
        self.db.disconnect(site.db)
        try:
            yield watcher
        finally:
            self.watcher = None
            self.lead_to(self.db.socket)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        while True:
            try:
                near = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(near,),
                             daemon=True).start()

    def serve(self, near):
        """One connection, until either side ends it."""
        pid = struct.unpack("3i", near.getsockopt(
            socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
        far = socket.socket(socket.AF_UNIX)
        last = [None]
        try:
            far.connect(self.db.socket)
        except OSError:
            near.close()
            return
        threading.Thread(target=self.pass_answers, args=(far, near, last),
                         daemon=True).start()
        self.pass_commands(near, far, pid, last)

    def pass_commands(self, near, far, pid, last):
        pending = b""
        try:
            while True:
                data = near.recv(65536)
                if not data:
                    break
                pending += data
                while len(pending) >= 4:
                    n = 4 + int.from_bytes(pending[:3], "little")
                    if len(pending) < n:
                        break
                    last[0] = Packet(pid, pending[:n])
                    pending = pending[n:]
                    if last[0].data[3] == 0 and self.watcher is not None:
                        with self.lock:
                            self.watcher.command(last[0])
                    far.sendall(last[0].data)
        except (OSError, Cut):
            pass
        end(near, far)

    def pass_answers(self, far, near, last):
        try:
            while True:
                data = far.recv(65536)
                if not data:
                    break
                if last[0] is not None and self.watcher is not None:
                    with self.lock:
                        self.watcher.answer(last[0])
                near.sendall(data)
        except (OSError, Cut):
            pass
        end(near, far)


def end(*sockets):
    for one in sockets:
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        one.close()


class At(Watcher):
    """Does something once: at the nth command after the start."""

    def __init__(self, n, act):
        self.n = n
        self.act = act
        self.seen = 0

    def command(self, packet):
        self.seen += 1
        if self.seen == self.n:
            self.act(packet)


class AtCommit(Watcher):
    """Cuts the first COMMIT, before the database sees it or after."""

    def __init__(self, after):
        self.after = after
        self.done = False

    def command(self, packet):
        if packet.is_commit() and not self.done and not self.after:
            self.done = True
            raise Cut

    def answer(self, packet):
        if packet.is_commit() and not self.done and self.after:
            self.done = True
            raise Cut


def cut(packet):
    raise Cut


def kill(packet):
    os.kill(packet.pid, signal.SIGKILL)
    raise Cut
