# SPDX-License-Identifier: ISC
"""A MariaDB of the tests' own: a Unix socket in a temporary folder."""

import contextlib
import os

import processes

HOSTER = ("SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, INDEX, ALTER,"
          " REFERENCES, CREATE TEMPORARY TABLES, LOCK TABLES")


class Database:
    """start() it, make() a database for each site, stop() it."""

    buffer_pool = "32M"
    redo_log = "8M"

    def __init__(self, folder):
        self.data = os.path.join(folder, "db")
        self.scratch = os.path.join(folder, "db.tmp")
        self.socket = os.path.join(folder, "db.sock")
        self.log = os.path.join(folder, "db.log")
        self.process = None
        self.extra, self.env = [], {}

    def install(self):
        # In a shared /tmp one server deletes the others' temporary tables.
        os.makedirs(self.scratch, exist_ok=True)
        processes.give(self.scratch)
        if not os.path.isdir(self.data):
            processes.call([
                "mariadb-install-db", "--no-defaults",
                "--datadir=" + self.data, "--tmpdir=" + self.scratch,
                "--skip-test-db",
                "--auth-root-authentication-method=normal",
                "--skip-name-resolve"])

    def start(self):
        self.install()
        self.process = processes.spawn([
            "/usr/sbin/mariadbd", "--no-defaults", "--datadir=" + self.data,
            "--tmpdir=" + self.scratch,
            "--socket=" + self.socket, "--skip-networking",
            "--pid-file=" + self.socket + ".pid",
            "--log-error=" + self.log, "--skip-name-resolve",
            "--skip-log-bin", "--performance-schema=OFF",
            "--character-set-server=utf8mb4",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-flush-method=nosync",
            "--innodb-log-file-size=" + self.redo_log,
            "--innodb-buffer-pool-size=" + self.buffer_pool,
            "--aria-pagecache-buffer-size=8M", "--key-buffer-size=1M",
            *self.extra], self.log, self.env)
        processes.wait_until(self.ready, "mariadbd", self.process,
                             lambda: processes.contents(self.log))

    def ready(self):
        return processes.call(self.client("-e", "SELECT 1"),
                              check=False).returncode == 0

    def client(self, *words):
        return ["mariadb", "--no-defaults", "--socket=" + self.socket,
                "--user=root", "--batch", "--skip-column-names",
                *words]

    def make(self, name, hoster):
        """A database and its user, with a hoster's rights or with all."""
        rights = HOSTER if hoster else "ALL PRIVILEGES"
        limit = " WITH MAX_USER_CONNECTIONS 6" if hoster else ""
        self.query(None, (
            "CREATE DATABASE {0} CHARACTER SET utf8mb4;"
            "CREATE USER {0}@localhost IDENTIFIED BY '{0}'{1};"
            "GRANT {2} ON {0}.* TO {0}@localhost"
        ).format(name, limit, rights))

    def my_cnf(self, name):
        return ("[latchkey]\nsocket={1}\nuser={0}\npassword={0}\n"
                "database={0}\n").format(name, self.socket)

    def query(self, name, text):
        """Rows as tuples of texts, asked as the database's administrator."""
        words = [name] if name else []
        done = processes.call(self.client(*words), text=text)
        return [tuple(line.split("\t")) for line in done.stdout.splitlines()]

    def stop(self):
        processes.stop(self.process)
        self.process = None


@contextlib.contextmanager
def running(server):
    server.start()
    yield server
    server.stop()
