# SPDX-License-Identifier: ISC
"""The site that is measured: its settings, its tables, its keys."""

import base64
import os

import requests

import behind_lighttpd
import beside
import database
import processes
import scenarios
import servers
import site_under_test
import token_rows

# Settings beside the main ones: base path, database, keyring.
OTHERS = {
    "uncached": ("/uncached", "lighttpd", "keyring"),
    "cgi": ("/cgi", "lighttpd", "keyring"),
    "small": ("/small", "small", "keyring-small"),
}
JWT = "[jwt]\nlifetime = 86400\n"
ONCE = "day 1 86400"	# a rate: so many in so many seconds


class Database(database.Database):
    """One with room for the rows; its pages stay in memory."""

    redo_log = "1G"

    def __init__(self, folder, rows):
        super().__init__(folder)
        self.buffer_pool = "%dM" % max(64, rows // 1250)

    def selects(self):
        """How many SELECTs it has run so far."""
        return int(self.query(None, "SHOW GLOBAL STATUS LIKE 'Com_select'"
                              )[0][1])


class Site(site_under_test.Site):
    """The harness's, with a second table and settings without a cache."""

    def __init__(self, folder, mariadb, form):
        servers.SERVERS["lighttpd"] = behind_lighttpd.Lighttpd
        super().__init__("lighttpd", folder, mariadb, 1)
        self.form = form
        self.ports = {name: processes.free_port() for name in (
            scenarios.FCGID, scenarios.PROXIED, scenarios.CGI,
            scenarios.NGINX)}
        self.started = []

    # Set-up

    def etc(self, name):
        return os.path.join(self.home, "etc", name)

    def configure(self):
        super().configure()
        main = servers.read(self.etc("latchkey.ini")) + JWT
        servers.write(self.etc("latchkey.ini"), main, 0o600)
        for name, (base, db, keyring) in OTHERS.items():
            text = main.replace("/api/v1", base)
            text = text.replace("my.cnf", db + ".cnf")
            text = text.replace("= keyring", "= " + keyring)
            if name != "cgi":	# which asks as the main ones do
                text = text.replace("../var", "../var-" + name)
                text = text.replace("max_age = 60", "max_age = 0")
            servers.write(self.etc(name + ".ini"), text, 0o600)
            servers.write(self.etc(db + ".cnf"), self.database.my_cnf(db),
                          0o600)

    def populate(self):
        super().populate()
        self.database.make("small", False)
        self.cli_of("small", "init")
        self.cli_of("small", "account", "add", "--legacy-id",
                    site_under_test.ACCOUNT, "Acme")
        for name in ("latchkey", "small"):
            self.cli_of(name, "user", "add", "--account",
                        site_under_test.ACCOUNT, "--email",
                        token_rows.HOLDER, "--name", "Integration",
                        "--type", "service", "--no-password", "--role", "developer")
        self.cli_of("uncached", "init")

    def cli_of(self, name, *words, text=None):
        processes.call([os.path.join(self.home, "bin", "latchkey"),
                        "--config", self.etc(name + ".ini"), *words],
                       text=text, env=self.server.sanitizer())

    # Keys, a file for each way to choose among them

    def table(self, name, keyring):
        return token_rows.Table(self.database, name,
                                token_rows.Ring(self.etc(keyring)))

    def keys(self, name):
        return self.etc(name + ".keys")

    def make_keys(self):
        form = self.form
        large = self.table("lighttpd", "keyring")
        small = self.table("small", "keyring-small")
        large.fill(form.rows - form.keys)
        many = large.add(form.keys, self.etc(""))
        ring = large.ring
        bad = [token_rows.forged(ring) for _ in range(500)]
        bad += [token_rows.garbage() for _ in range(500)]
        for name, tokens in {
                "hot": many[:1], "many": many, "some": many[:form.small],
                "small": small.add(form.small, self.etc("")),
                "expired": large.add(1, self.etc(""), "1"),
                "limited": large.add(1, self.etc(""), rates=ONCE),
                "unknown": [ring.token() for _ in range(form.keys)],
                "flood": (ring.token() for _ in range(form.flood)),
                "bad": bad}.items():
            token_rows.write_lines(self.keys(name), tokens)
        self.pair = self.cli_json(
            "key", "add", "--account", site_under_test.ACCOUNT, "--user",
            token_rows.HOLDER, "--kind", "pair", "--label", "bench")
        text = "%(uuid)s:%(secret)s" % self.pair
        servers.write(self.keys("basic"), "Basic %s\n" % base64.b64encode(
            text.encode()).decode(), 0o600)
        return large

    def make_token(self):
        """Only a site that runs gives a JSON web token."""
        answer = requests.post(
            self.plain + "/api/v1/oauth/token", timeout=30,
            auth=(self.pair["uuid"], self.pair["secret"]),
            data={"grant_type": "client_credentials"})
        answer.raise_for_status()
        token_rows.write_lines(self.keys("jwt"),
                               [answer.json()["access_token"]])

    def use_up(self):
        """The rate of the key that has one."""
        with open(self.keys("limited")) as lines:
            answer = requests.get(
                self.plain + scenarios.CHECK, timeout=30,
                headers={"Authorization": lines.readline().strip()})
        answer.raise_for_status()

    # Running

    def start_all(self, table):
        """lighttpd and, in the long form, what is compared with it."""
        home = self.home
        others = []
        if not self.form.short:
            os.makedirs(home + "/run/fcgid", exist_ok=True)
            others = beside.pools(home)
            if beside.where("php-fpm"):
                others.append(beside.php(home, table))
            if beside.where("apache2"):
                others.append(beside.apache(home, self.ports))
            if beside.where("nginx"):
                others.append(beside.nginx(
                    home, self.ports[scenarios.NGINX]))
        processes.give(home)
        for one in [*others, self]:
            self.started.append(one)
            one.start()
        self.make_token()
        self.use_up()

    def stop_all(self):
        for one in reversed(self.started):
            one.stop()

    def roots(self):
        """The processes that began the others, the database's aside."""
        lists = [[self.server.process.pid] if one is self else one.pids()
                 for one in self.started]
        return [pid for pids in lists for pid in pids]

    def address(self, scenario):
        if scenario.door == scenarios.TLS:
            return self.origin + scenario.path
        if scenario.door == scenarios.LIGHTTPD:
            return self.plain + scenario.path
        return "http://127.0.0.1:%d%s" % (self.ports[scenario.door],
                                          scenario.path)
