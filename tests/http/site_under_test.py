# SPDX-License-Identifier: ISC
"""One site: a server, its programs, a database, an account with an owner."""

import contextlib
import email
import glob
import json
import os
import re
import shutil
import time

import requests

import processes
import servers

ACCOUNT = "acme"
ADMIN = "admin@acme.example"
PASSWORD = "seven quiet herons wade"

INI = """[site]
base = /api/v1
https = {https}
trusted_proxies =
origins =
[database]
my_cnf = my.cnf
group = latchkey
connections = {connections}
[files]
keyring = keyring
state = ../var
schema = ../schema
hosts = 1
[cache]
max_age = 60
[mail]
sendmail = {home}/bin/sendmail
from = latchkey@acme.example
[limits]
password_min = 15
body_max = 65536
guesses = 1000000
"""

SENDMAIL = """#!/bin/sh
to="{home}/mail/$(date +%s%N).$$"
cat >"$to.new" && mv "$to.new" "$to.eml"
"""


class Client(requests.Session):
    """A session whose paths are below the base: client.get("/users/")."""

    crowd_at = -5	# when there was the last: a test says so

    def __init__(self, site):
        super().__init__()
        self.site = site
        self.trust_env = False
        self.verify = site.server.certificate()
        self.used = time.monotonic()

    def request(self, method, url, **options):
        # a server closes what is idle for 5 s, or while it serves a crowd or
        # ends the processes that did, perhaps just as it is used
        if (time.monotonic() - self.used > 2 or
                time.monotonic() - Client.crowd_at < 5):
            self.close()
        self.used = time.monotonic()
        if url.startswith("/"):
            url = self.site.url + url
        options.setdefault("timeout", 30)
        options.setdefault("allow_redirects", False)
        return super().request(method, url, **options)


class Site:
    """What the tests see; conftest.py makes one for each server."""

    def __init__(self, name, folder, database, app_port):
        self.name = name
        self.home = os.path.join(folder, name)
        self.db = name.replace("-", "_")
        self.database = database
        self.server = servers.SERVERS[name](self.home, app_port)
        self.disturbances = 0
        self.owner = None

    # Set-up

    def prepare(self):
        for part in ("bin", "etc", "var", "run", "mail"):
            os.makedirs(os.path.join(self.home, part), 0o700)
        programs = glob.glob(os.path.join(servers.BUILD, "*.*cgi"))
        for path in programs + [os.path.join(servers.BUILD, "latchkey")]:
            shutil.copy(path, os.path.join(self.home, "bin"))
        shutil.copytree(os.path.join(servers.TOP, "schema"),
                        os.path.join(self.home, "schema"))
        self.configure()
        servers.write(os.path.join(self.home, "bin", "sendmail"),
                      SENDMAIL.format(home=self.home), 0o755)
        self.server.prepare()
        processes.give(self.home)
        self.make_database()
        self.populate()

    def configure(self):
        etc = os.path.join(self.home, "etc")
        servers.write(os.path.join(etc, "latchkey.ini"), INI.format(
            home=self.home, https=self.server.https,
            connections=self.server.connections), 0o600)
        servers.write(os.path.join(etc, "my.cnf"),
                      self.database.my_cnf(self.db), 0o600)

    def make_database(self):
        self.database.make(self.db, self.server.hoster)

    def populate(self):
        self.cli("init")
        self.account_id = self.cli("account", "add", "--legacy-id", ACCOUNT,
                                   "Acme").stdout.split()[-1]
        self.cli("permission", "add", "pages:read", "--role", "developer")
        self.cli("permission", "add", "orders:read",
                 "--role", "workspace-manager")
        self.cli("user", "add", "--account", ACCOUNT, "--email", ADMIN,
                 "--name", "Admin", "--role", "owner", "--password-fd", "0",
                 text=PASSWORD + "\n")

    def start(self):
        self.server.start()

    def stop(self):
        self.server.stop()

    def restart(self):
        """Stop and start the web server, and with it the programs."""
        self.disturb()
        self.stop()
        self.start()

    def disturb(self):
        """Say that this test ends programs, or makes them end, on purpose."""
        self.disturbances += 1

    # Addresses

    @property
    def origin(self):
        return self.server.origin()

    @property
    def url(self):
        return self.origin + "/api/v1"

    @property
    def guard(self):
        """The gated folder, or None where the server has no gate."""
        return self.origin + "/guarded/" if self.server.guarded else None

    @property
    def plain(self):
        """The same site without TLS, on servers that end it themselves."""
        return "http://127.0.0.1:%d" % self.server.plain_port

    # Callers

    def client(self, username=None, password=PASSWORD, account=ACCOUNT):
        """A caller; logged in when a user name is given."""
        client = Client(self)
        if username is not None:
            answer = client.post("/sessions/", json={
                "username": username, "password": password,
                "account": account})
            assert answer.status_code == 201, answer.text
        return client

    @property
    def admin(self):
        """The owner, logged in."""
        if self.owner is None:
            self.owner = self.client(ADMIN)
        return self.owner

    # Behind the scenes

    def set_max_age(self, seconds):
        """For programs that start from now on."""
        path = os.path.join(self.home, "etc", "latchkey.ini")
        text = processes.contents(path)
        with open(path, "w") as file:
            file.write(re.sub("max_age = .*", "max_age = %d" % seconds, text))

    @contextlib.contextmanager
    def confirming(self):
        """Within, what is kept counts only if the database confirms it."""
        self.set_max_age(0)
        self.restart()
        try:
            yield
        finally:
            self.set_max_age(60)
            self.restart()

    def cli(self, *words, text=None, check=True):
        """Run latchkey; .stdout, .stderr and .returncode of the result."""
        return processes.call(
            [os.path.join(self.home, "bin", "latchkey"), "--config",
             os.path.join(self.home, "etc", "latchkey.ini"), *words],
            text=text, env=self.server.sanitizer(), check=check)

    def sanitizer_reports(self):
        """What the sanitizers of a SAN=1 build had to say."""
        return "".join(processes.contents(path) for path in
                       glob.glob(os.path.join(self.home, "run", "san.*")))

    def cli_json(self, *words, text=None):
        return json.loads(self.cli("--json", *words, text=text).stdout)

    def sql(self, query):
        """Rows as tuples of texts; what is changed so counts at once."""
        rows = self.database.query(self.db, query)
        if not query.startswith("SELECT"):
            self.cli("flush")
        return rows

    def mails(self):
        """The messages sent so far, oldest first."""
        found = []
        for path in sorted(glob.glob(os.path.join(self.home, "mail",
                                                  "*.eml"))):
            with open(path, "rb") as message:
                found.append(email.message_from_binary_file(message))
        return found

    def log(self):
        """All that the server and the programs have logged."""
        return self.server.log()

    def pids(self):
        """The running programs, as {pid: file name}."""
        below = processes.children(self.server.process.pid)
        programs = {pid: name for pid, name in below.items()
                    if name.endswith(".fcgi")}
        # The process that sends its notices has a program's name, too.
        parents = {pid: row[1] for pid, row in processes.table().items()}
        return {pid: name for pid, name in programs.items()
                if pid in parents and parents[pid] not in programs}


@contextlib.contextmanager
def serving(made, log=None):
    """A site that is prepared: started, and stopped; its log outlives it, for
    whoever looks into a failure."""
    made.start()
    try:
        yield made
    finally:
        made.stop()
        if log:
            servers.write(os.path.join(servers.BUILD, "%s-%s.log" % (
                log, made.name)), made.log())
    assert made.sanitizer_reports() == ""
