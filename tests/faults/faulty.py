# SPDX-License-Identifier: ISC
"""A database that goes away, hangs and refuses."""

import os
import signal
import socket
import subprocess

import database
import processes


class Database(database.Database):
    """The harness's, reached by the programs through a door of our own."""

    def __init__(self, folder):
        super().__init__(folder)
        self.door = os.path.join(folder, "door.sock")

    def start(self):
        super().start()
        # what was committed must survive kill -9
        self.query(None, "SET GLOBAL innodb_flush_log_at_trx_commit = 2")

    def my_cnf(self, name):
        return super().my_cnf(name).replace(self.socket, self.door)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process = None

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)

    def stop(self):
        self.thaw()
        super().stop()

    def set(self, name, value):
        self.query(None, "SET GLOBAL %s = %s" % (name, value))

    def occupy(self):
        """Take all connections that remain, without logging in."""
        taken = []
        while True:
            one = socket.socket(socket.AF_UNIX)
            one.settimeout(2)
            one.connect(self.socket)
            taken.append(one)
            if b"Too many connections" in one.recv(4096):
                return taken

    def waits(self):
        """How many wait for a lock of another's.  The tables of locks are
        no help: they stand still while they are read often."""
        return int(self.query(None, "SHOW GLOBAL STATUS LIKE"
                                    " 'Innodb_row_lock_current_waits'"
                              )[0][1])

    def disconnect(self, user):
        """End the connections of one of its users."""
        rival = Rival(self)
        rival.disconnect(user)
        rival.close()


class Rival:
    """Somebody else's transaction, statement by statement."""

    def __init__(self, db, name="mysql", user="root"):
        password = "" if user == "root" else user
        self.process = subprocess.Popen(
            processes.drop() + db.client(
                "--user=" + user, "--password=" + password, "--unbuffered",
                "--force", name),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
            env=processes.CLEAN)

    def send(self, text):
        self.process.stdin.write(text + ";\n")
        self.process.stdin.flush()

    def ask(self, text):
        """Run it and wait until it is done; what it printed."""
        self.send(text)
        self.send("SELECT '--done--'")
        return self.wait()

    def wait(self):
        lines = []
        for line in self.process.stdout:
            if line.strip() == "--done--":
                break
            lines.append(line.strip())
        return lines

    def disconnect(self, user):
        """End the connections of one of its users; were there any?"""
        numbers = self.ask("SELECT id FROM information_schema.processlist"
                           " WHERE user = '%s'" % user)
        for number in numbers:
            self.ask("KILL %s" % number)
        return numbers != []

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(10)
