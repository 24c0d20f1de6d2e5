# SPDX-License-Identifier: ISC
"""The latchkey command, from outside, with a MariaDB of its own."""

import base64
import json
import os
import pty
import shutil
import subprocess
import tempfile
import time

import pytest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
PROGRAM = os.path.join(TOP, os.environ.get("LATCHKEY_BUILD", "build"),
                       "latchkey")
SERVER = os.path.join(TOP, "tests", "store", "server")
PASSWORD = "velvet orbit lantern quarry"
NO, USAGE, FAULT = 1, 2, 3


class Host:
    """A database and a folder of settings, and the command run on them."""

    def __init__(self, folder, database):
        self.folder = folder
        self.socket = os.path.join(database, "s.sock")
        self.my_cnf = os.path.join(database, "my.cnf")
        self.mail = os.path.join(folder, "mail")
        self.config = self.write("etc/latchkey.ini", self.settings())
        self.keyring = os.path.join(folder, "etc", "keyring")

    def settings(self):
        sendmail = self.write("sendmail", "#!/bin/sh\ncat >>%s\n" % self.mail)
        os.chmod(sendmail, 0o755)
        return ("[database]\nmy_cnf = %s\n[files]\nschema = %s/schema\n"
                "hosts = 1\n[mail]\nsendmail = %s\n" % (
                    self.my_cnf, TOP, sendmail))

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def run(self, *words, text="", config=None):
        return subprocess.run(
            [PROGRAM, "--config", config or self.config, *words], input=text,
            capture_output=True, text=True, timeout=60, check=False)

    def ok(self, *words, text=""):
        done = self.run(*words, text=text)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def json(self, *words, text=""):
        return json.loads(self.ok("--json", *words, text=text))

    def fails(self, code, *words, text=""):
        """It ends so, prints nothing on standard output, and says why."""
        done = self.run(*words, text=text)
        assert done.returncode == code, done.stdout + done.stderr
        assert done.stderr.startswith("latchkey: ")
        if code == USAGE:
            assert done.stdout == ""
        return done.stderr

    def query(self, text):
        done = subprocess.run(
            ["mariadb", "--no-defaults", "--socket=" + self.socket,
             "--user=root", "--batch", "--skip-column-names", "latchkey"],
            input=text, capture_output=True, text=True, check=True)
        return done.stdout.split()

    def user(self, email, *more):
        return self.json("user", "add", "--account", "acme", "--email", email,
                         "--name", "A User", "--type", "service",
                         "--no-password", *more)["username"]

    def key(self, user, *more, kind="pair"):
        return self.json("key", "add", "--account", "acme", "--user", user,
                         "--label", "a key", "--kind", kind, *more)

    def check(self, credential, *more, code=0):
        done = self.run("--json", "check", *more, text=credential + "\n")
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module", name="database")
def private_database():
    done = subprocess.run(["sh", SERVER, "start"], capture_output=True,
                          text=True, check=False)
    if done.returncode == 77:
        pytest.skip("no MariaDB here")
    assert done.returncode == 0, done.stderr
    yield done.stdout.strip()
    subprocess.run(["sh", SERVER, "stop", done.stdout.strip()], check=True)


@pytest.fixture(name="bare")
def bare_host(database):
    folder = tempfile.mkdtemp(prefix="latchkey-cli.")
    host = Host(folder, database)
    subprocess.run(
        ["mariadb", "--no-defaults", "--socket=" + host.socket,
         "--user=root", "-e", "DROP DATABASE latchkey;"
         " CREATE DATABASE latchkey CHARACTER SET utf8mb4"], check=True)
    yield host
    shutil.rmtree(folder)


@pytest.fixture(name="host")
def host_with_account(bare):
    bare.ok("init")
    bare.ok("account", "add", "Acme", "--legacy-id", "acme")
    return bare


def basic(pair):
    both = "%s:%s" % (pair["uuid"], pair["secret"])
    return "Basic " + base64.b64encode(both.encode()).decode()


# -- finding one's way -------------------------------------------------------


def test_help_names_every_command_and_its_options(bare):
    text = bare.ok("help")
    for words in ("init", "account add", "user add", "permission add",
                  "permission list", "key add", "key list", "key revoke",
                  "keyring add", "keyring activate", "keyring remove",
                  "keyring list", "check", "audit verify", "audit export",
                  "account lifetime", "role list"):
        assert "\n  %s " % words in text
        assert words in bare.ok("help", *words.split())
        assert bare.ok(*words.split(), "--help") == \
            bare.ok("help", *words.split())
    assert "--account" in bare.ok("help", "key", "add")


@pytest.mark.parametrize("typed, meant", [
    ("key ad", "did you mean key add?"),
    ("keys add", "did you mean key add?"),
    ("chek", "did you mean check?"),
    ("keyring activte", "did you mean keyring activate?"),
    ("key", "key revoke"),
    ("account list", "account add"),
    ("frobnicate", "latchkey help"),
])
def test_a_slip_of_typing_is_answered_with_what_was_meant(bare, typed, meant):
    assert meant in bare.fails(USAGE, *typed.split())


@pytest.mark.parametrize("words, told", [
    (["account", "add"], "needs NAME"),
    (["account", "add", "a", "b"], "one NAME only"),
    (["account", "add", "--nmae", "x", "y"], "no option --nmae"),
    (["key", "list", "--acount", "x"], "did you mean --account?"),
    (["key", "list"], "needs --account"),
    (["key", "list", "--account"], "needs a value"),
    (["key", "list", "--account", "a", "--account", "b"], "too often"),
    (["key", "list", "-x"], "no option -x"),
    (["key", "list", "--account", "a", "secret"], "options only"),
    (["check", "--json=1"], "takes no value"),
    ([], "which command?"),
])
def test_usage_is_told_without_repeating_values(bare, words, told):
    message = bare.fails(USAGE, *words)
    assert told in message
    assert "secret" not in message


def test_arguments_must_be_utf_8(bare):
    done = subprocess.run([PROGRAM, "account", "add", b"\xff"],
                          capture_output=True, check=False)
    assert done.returncode == USAGE
    assert b"UTF-8" in done.stderr


# -- init --------------------------------------------------------------------


def test_init_makes_what_is_missing_and_may_be_repeated(bare):
    first = bare.json("init")
    assert first["keyring_made"] and first["state_made"]
    assert first["version_activated"] and first["version"] == 1
    assert os.stat(bare.keyring).st_mode & 0o777 == 0o600
    assert os.stat(os.path.join(bare.folder, "var")).st_mode & 0o777 == 0o700
    kept = open(bare.keyring, "rb").read()
    again = bare.json("init")
    assert not (again["keyring_made"] or again["state_made"]
                or again["version_activated"])
    assert again["schema_from"] == again["schema_to"] == first["schema_to"]
    assert open(bare.keyring, "rb").read() == kept


def test_before_init_other_commands_say_so(bare):
    assert "latchkey init" in bare.fails(FAULT, "account", "add", "Acme")


def test_a_database_that_is_away_is_a_fault(host):
    cnf = host.write("away.cnf", "[latchkey]\nsocket=/nowhere\nuser=x\n")
    text = open(host.config, encoding="utf-8").read()
    away = host.write("etc/away.ini", text.replace(host.my_cnf, cnf))
    done = host.run("key", "list", "--account", "acme", config=away)
    assert done.returncode == FAULT
    assert "nothing was changed" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to change owners")
def test_only_the_owner_of_the_keyring_is_served(host):
    os.chown(host.keyring, 33, 33)
    message = host.fails(NO, "key", "list", "--account", "it's acme")
    assert "sudo -u www-data latchkey --config %s key list " \
        "--account 'it'\\''s acme'" % host.config in message


def test_a_full_disk_below_standard_output_is_a_fault(host):
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [PROGRAM, "--config", host.config, "permission", "list"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == FAULT
    assert "could not be written" in done.stderr


# -- accounts and users ------------------------------------------------------


def test_the_second_account_closes_gates_and_only_it_says_so(bare):
    bare.ok("init")
    for name, told in (("One", False), ("Two", True), ("Three", False)):
        done = bare.run("account", "add", name)
        assert done.returncode == 0
        assert done.stdout.startswith("account ")
        assert ("account=" in done.stderr) == told


def test_accounts_are_checked_before_they_are_made(host):
    host.fails(NO, "account", "add", "Other", "--legacy-id", "acme")
    host.fails(USAGE, "account", "add", "Other", "--legacy-id", "a b")
    host.fails(USAGE, "account", "add", "Other", "--app-lifetime", "0")
    host.fails(USAGE, "account", "add", "a\tb")
    host.fails(USAGE, "account", "add", "")
    host.fails(USAGE, "account", "add", "a" * 201)
    assert host.query("SELECT COUNT(*) FROM accounts") == ["1"]


def test_a_password_comes_from_a_descriptor_and_is_judged(host):
    words = ["user", "add", "--account", "acme", "--email", "ann@example.org",
             "--name", "Ann", "--role", "owner", "--password-fd", "0"]
    assert "too short" in host.fails(NO, *words, text="short\n")
    host.fails(NO, *words, text="")
    host.fails(NO, *words, text="x" * 300 + "\n")
    assert host.ok(*words, text=PASSWORD + "\n").startswith("user ")
    assert "taken" in host.fails(NO, *words, text=PASSWORD + "\n")
    stored = host.query("SELECT password FROM users")
    assert stored[0].startswith("$argon2id$")


def test_a_user_is_given_a_handle(host):
    words = ["user", "add", "--account", "acme", "--type", "service",
             "--name", "Ann", "--no-password", "--email"]
    for handle in ("Ann", "a--b", "", "01234567-89ab-cdef-0123-456789abcdef"):
        assert "--handle must" in host.fails(
            USAGE, *words, "ann@example.org", "--handle", handle)
    host.ok(*words, "ann@example.org", "--handle", "ann")
    assert host.query("SELECT handle FROM users WHERE email ="
                      " 'ann@example.org'") == ["ann"]
    assert "handle is taken" in host.fails(
        NO, *words, "bob@example.org", "--handle", "ann")


def ask_at_terminal(host, answers, *words):
    """Run on a terminal, answer each prompt; what it showed and its status."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(PROGRAM, [PROGRAM, "--config", host.config, *words])
    seen = b""
    for prompt, answer in answers:
        while prompt not in seen:
            seen += os.read(terminal, 1000)
        time.sleep(0.1)
        os.write(terminal, answer)
    try:
        while True:
            data = os.read(terminal, 1000)
            if not data:
                break
            seen += data
    except OSError:
        pass
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return seen.decode(), os.waitstatus_to_exitcode(status)


def test_a_password_is_asked_for_twice_and_never_shown(host):
    words = ["user", "add", "--account", "acme", "--email", "ann@example.org",
             "--name", "Ann"]
    typed = PASSWORD.encode() + b"\n"
    seen, code = ask_at_terminal(
        host, [(b"Password: ", typed), (b"again: ", b"other\n")], *words)
    assert code == NO and "not the same" in seen
    seen, code = ask_at_terminal(host, [(b"Password: ", b"vel\003")], *words)
    assert code == USAGE
    seen, code = ask_at_terminal(
        host, [(b"Password: ", typed), (b"again: ", typed)], *words)
    assert code == 0
    assert "velvet" not in seen and "user " in seen


def test_types_differ_in_whether_they_have_a_password(host):
    words = ["user", "add", "--account", "acme", "--name", "X", "--email"]
    host.fails(USAGE, *words, "a@example.org", "--no-password")
    host.fails(USAGE, *words, "a@example.org", "--type", "company")
    host.fails(USAGE, *words, "a@example.org", "--type", "non_interactive",
               "--password-fd", "0")
    host.ok(*words, "a@example.org", "--type", "non_interactive")
    host.ok(*words, "b@example.org", "--type", "service", "--no-password")
    assert host.query("SELECT COUNT(*) FROM users WHERE password IS NULL "
                      "AND verified = 1") == ["2"]


def test_roles_are_looked_up_and_need_their_workspace(host):
    words = ["user", "add", "--account", "acme", "--name", "X", "--type",
             "non_interactive", "--email", "x@example.org", "--role"]
    assert "no such role" in host.fails(NO, *words, "boss")
    assert "ROLE@HANDLE" in host.fails(NO, *words, "workspace-manager")
    assert "no such workspace" in \
        host.fails(NO, *words, "workspace-manager@emea")
    assert "takes no workspace" in host.fails(NO, *words, "owner@emea")
    assert host.query("SELECT COUNT(*) FROM users") == ["0"]
    host.query("INSERT INTO workspaces SELECT UNHEX(REPEAT('11', 16)), id, "
               "'emea', 'EMEA', 1, 1 FROM accounts")
    host.ok(*words, "workspace-manager@emea", "--role", "developer")
    assert host.query("SELECT COUNT(*) FROM user_roles") == ["2"]


# -- permissions -------------------------------------------------------------


def test_permissions_are_added_and_given_to_roles(host):
    host.ok("permission", "add", "orders:read", "--description", "see orders")
    host.fails(NO, "permission", "add", "orders:read")
    again = host.json("permission", "add", "orders:read", "--role",
                      "developer")
    assert again == {"name": "orders:read", "created": False}
    host.fails(NO, "permission", "add", "orders:write", "--role", "boss")
    for name in ("latchkey:x", "Orders", "a b", "a:", "x" * 101):
        host.fails(USAGE, "permission", "add", name)
    items = host.json("permission", "list")["items"]
    assert {"name": "orders:read", "description": "see orders"} in items
    assert "orders:write" not in [item["name"] for item in items]
    owner = host.user("o@example.org", "--role", "owner")
    host.check(basic(host.key(owner)), "--require", "orders:read")
    developer = host.user("d@example.org", "--role", "developer")
    host.check(basic(host.key(developer)), "--require", "orders:read")
    nobody = host.user("n@example.org")
    refused = host.check(basic(host.key(nobody)), "--require", "orders:read",
                         code=NO)
    assert refused["reason"] == "scope" and refused["status"] == 403


# -- keys and the check ------------------------------------------------------


def test_a_key_is_shown_once_works_and_ends_with_its_revocation(host):
    user = host.user("svc@example.org", "--role", "developer")
    text = host.ok("key", "add", "--account", "acme", "--user", user,
                   "--kind", "pair", "--label", "nightly", "--expires", "90d")
    lines = dict(line.split(": ") for line in text.splitlines())
    pair = {"uuid": lines["uuid"], "secret": lines["secret"]}
    app = host.key(user, kind="app")
    assert len(app["token"]) == 48 and app["token"].startswith("lka")
    assert host.check(basic(pair))["credential"]["kind"] == "pair"
    assert host.check(app["token"])["allowed"]
    assert host.check("Bearer " + app["token"])["user"]["username"] == user
    listed = host.ok("key", "list", "--account", "acme")
    assert pair["secret"] not in listed and app["token"] not in listed
    revoke = ["key", "revoke", "--account", "acme", pair["uuid"]]
    host.ok(*revoke, "--reason", "he left")
    assert host.check(basic(pair), code=NO)["reason"] == "revoked"
    assert "already" in host.ok(*revoke)
    items = host.json("key", "list", "--account", "acme", "--user", user)
    states = {item["uuid"]: item["state"] for item in items["items"]}
    assert states == {pair["uuid"]: "revoked", app["uuid"]: "live"}
    mails = open(host.mail, encoding="utf-8").read()
    assert "API key made: nightly" in mails
    assert "API key ended: nightly" in mails
    assert "the operator" in mails
    assert pair["secret"] not in mails and app["token"] not in mails


def test_keys_are_refused_where_they_cannot_be(host):
    user = host.user("svc@example.org")
    words = ["key", "add", "--account", "acme", "--label", "x", "--user"]
    host.fails(NO, *words, "nobody", "--kind", "pair")
    assert "latchkey:develop" in host.fails(NO, *words, user, "--kind", "app")
    host.fails(USAGE, *words, user, "--kind", "named")
    host.fails(USAGE, *words, user, "--kind", "pair", "--expires", "soon")
    host.fails(USAGE, *words, user, "--kind", "pair", "--expires", "0d")
    host.fails(NO, *words, user, "--kind", "pair", "--expires",
               "2020-01-01T00:00:00Z")
    host.fails(NO, *words, user, "--kind", "pair", "--scope", "no:such")
    host.fails(NO, *words, user, "--kind", "pair", "--workspace", "nowhere")
    host.fails(NO, "key", "revoke", "--account", "acme",
               "01890000-0000-7000-8000-000000000000")
    host.fails(USAGE, "key", "revoke", "--account", "acme", "x")
    assert host.query("SELECT COUNT(*) FROM `keys`") == ["0"]


def test_another_account_can_neither_see_nor_revoke_a_key(host):
    pair = host.key(host.user("svc@example.org"))
    host.ok("account", "add", "Other", "--legacy-id", "other")
    host.fails(NO, "key", "revoke", "--account", "other", pair["uuid"])
    assert host.json("key", "list", "--account", "other")["items"] == []
    assert host.check(basic(pair), "--require", "any account=acme")["allowed"]
    place = host.check(basic(pair), "--require", "any account=other", code=NO)
    assert place["reason"] == "place"
    assert "account=" in host.fails(USAGE, "check", "--require", "any",
                                    text=basic(pair) + "\n")


def test_the_check_names_the_condition_that_decides(host):
    pair = host.key(host.user("svc@example.org"))
    wrong = dict(pair, secret="lkp1" + "A" * 40)
    for credential, reason, steps in (
            ("garbage", "malformed", 1), ("", "malformed", 1),
            (basic(wrong), "malformed", 1)):
        refused = host.check(credential or " ", code=NO)
        assert (refused["reason"], refused["status"]) == (reason, 401)
        assert [step["holds"] for step in refused["conditions"]] == \
            [True] * (steps - 1) + [False]
    text = host.ok("check", text=basic(pair) + "\n")
    assert text.count("yes  ") == 18 and text.endswith("allowed: 200\n")
    host.query("UPDATE users SET blocked = 1")
    done = host.run("check", text=basic(pair) + "\n")
    assert "no   owner active\nrefused: owner, 401\n" in done.stdout


def test_a_demand_that_cannot_be_read_is_usage(host):
    pair = host.key(host.user("svc@example.org"))
    for words in ("", "any any", "no:such", "any latchkey:audit"):
        message = host.fails(USAGE, "check", "--require", words,
                             text=basic(pair) + "\n")
        assert "the demand could not be read: LATCHKEY_REQUIRE " in message
    host.fails(USAGE, "check", text="")


def test_the_check_writes_nothing(host):
    pair = host.key(host.user("svc@example.org"))
    before = host.query("SELECT COUNT(*), (SELECT MAX(last_used_at) FROM "
                        "`keys`) FROM audit")
    host.check(basic(pair))
    host.check("garbage", code=NO)
    assert host.query("SELECT COUNT(*), (SELECT MAX(last_used_at) FROM "
                      "`keys`) FROM audit") == before


def test_texts_of_others_cannot_move_the_terminal(host):
    host.key(host.user("svc@example.org"))
    host.query("UPDATE `keys` SET label = 'a\\n\x1b[2J\u009b\u202eb'")
    text = host.ok("key", "list", "--account", "acme")
    assert "a\\x0a\\x1b[2J\\xc2\\x9b\\xe2\\x80\\xaeb" in text
    assert text.count("\n") == 1
    raw = host.ok("--json", "key", "list", "--account", "acme")
    assert not set(raw) & set("\x1b\u009b\u202e")
    assert json.loads(raw)["items"][0]["label"] == "a\n\x1b[2J\u009b\u202eb"


# -- the keyring -------------------------------------------------------------


@pytest.mark.statement("T-18")
def test_a_version_is_added_activated_and_removed(host):
    user = host.user("svc@example.org", "--role", "developer")
    old = host.key(user)
    assert host.json("keyring", "add")["version"] == 2
    host.fails(NO, "keyring", "activate", "3")
    host.ok("keyring", "activate", "2")
    host.fails(NO, "keyring", "activate", "2")
    pair = host.key(user)
    new = "Bearer " + host.key(user, kind="app")["token"]
    assert host.check(basic(old))["allowed"] and \
        host.check(new)["allowed"]
    assert "active one" in host.fails(NO, "keyring", "remove", "2")
    assert "1 keys" in host.fails(NO, "keyring", "remove", "1")
    host.ok("key", "revoke", "--account", "acme", old["uuid"])
    assert "tokens of 1 keys" in host.fails(NO, "keyring", "remove", "1")
    host.ok("key", "revoke", "--account", "acme", pair["uuid"])
    host.ok("keyring", "remove", "1")
    host.fails(NO, "keyring", "remove", "1")
    assert host.json("keyring", "list")["items"] == [
        {"version": 1, "file": "retired", "database": "retired"},
        {"version": 2, "file": "live", "database": "active"}]
    assert host.check(new)["allowed"]
    assert host.json("audit", "verify")["ok"]


def test_a_host_without_an_activated_version_cannot_answer(host):
    pair = host.key(host.user("svc@example.org"))
    before = open(host.keyring, encoding="utf-8").read()
    host.ok("keyring", "add")
    host.ok("keyring", "activate", "2")
    host.write("etc/keyring", before)
    os.chmod(host.keyring, 0o600)
    done = host.run("key", "add", "--account", "acme", "--user",
                    "svc@example.org", "--kind", "pair", "--label", "x")
    assert done.returncode == FAULT and "version 2" in done.stderr
    assert host.check(basic(pair))["allowed"]
    assert host.json("keyring", "list")["items"][1] == \
        {"version": 2, "file": "missing", "database": "active"}


# -- what an earlier release has left ----------------------------------------

KEPT_RING = ("1 live ac4cfb441cd74f2534e120f283f0d3abd6dc8ca026608b367bacce0b"
             "2e63b227\n")
KEPT_PAIR = {"uuid": "01a2032c-1488-7000-ab88-7f1ffe7eadfa",
             "secret": "lkp11S2A2dK2Wqbi7DNLcuLrdDoQoreorlbKCPnuwmzU"}
KEPT_APP = "Bearer lka1Kk4uKOy4qL2S2QfL2spAHEqkAXneBHsCQmOXOWxgpoHV"
KEPT_ROWS = """
CREATE TABLE schema_steps (step INT NOT NULL PRIMARY KEY,
	applied_at BIGINT NOT NULL) ENGINE=InnoDB;
INSERT INTO schema_steps VALUES (1, 1700000000000);
INSERT INTO accounts (id, legacy_id, name, created_at) VALUES
	(X'01A2032C14677001A55C34CA8612BFAE', 'acme', 'Acme', 1700000000000);
INSERT INTO users (id, account_id, type, name, username, username_key,
	created_at, updated_at) VALUES (X'01A2032C147B70018163A0E98C55E57A',
	X'01A2032C14677001A55C34CA8612BFAE', 2, 'A User', 'svc@example.org',
	'svc@example.org', 1700000000000, 1700000000000);
INSERT INTO user_roles VALUES (X'01A2032C147B70018163A0E98C55E57A',
	X'00000000000070008000000000000004', X'00000000000000000000000000000000');
INSERT INTO `keys` (id, account_id, user_id, kind, label, made_by_user,
	created_at, updated_at) VALUES
	(X'01A2032C14887000AB887F1FFE7EADFA',
	X'01A2032C14677001A55C34CA8612BFAE',
	X'01A2032C147B70018163A0E98C55E57A', 1, 'a pair', '', 1700000000000,
	1700000000000),
	(X'01A2032C14967000874F811465DD5E25',
	X'01A2032C14677001A55C34CA8612BFAE',
	X'01A2032C147B70018163A0E98C55E57A', 6, 'an app', '', 1700000000000,
	1700000000000);
INSERT INTO key_secrets (digest, key_id, version, hint, starts_at) VALUES
	(X'4FE08A813A98CB069B456A0D567D635DF166560CBA37C607F18085DA43B5A59F',
	X'01A2032C14887000AB887F1FFE7EADFA', 1, 'wmzU', 1700000000000),
	(X'F283B4FF80D6876843F42483CE4820165796B39152412348A4D2116CF6D2A4DA',
	X'01A2032C14967000874F811465DD5E25', 1, 'poHV', 1700000000000);
INSERT INTO keyring_versions VALUES (1, X'651EDAF6F3DF9119', 1700000000000,
	NULL);
"""


@pytest.mark.statement("T-18")
def test_tokens_outlive_every_upgrade(bare):
    """Of the first release the texts and the rows, as it wrote them."""
    with open(os.path.join(TOP, "schema", "001-initial.sql"),
              encoding="utf-8") as first:
        bare.query(first.read() + KEPT_ROWS)
    bare.write("etc/keyring", KEPT_RING)
    os.chmod(bare.keyring, 0o600)
    bare.ok("init")
    for credential in (basic(KEPT_PAIR), KEPT_APP):
        assert bare.check(credential)["user"]["username"] == "svc@example.org"


# -- roles and lifetimes -------------------------------------------------------


def test_roles_are_listed_with_what_they_permit(host):
    items = {item["slug"]: item for item in
             host.json("role", "list", "--account", "acme")["items"]}
    assert items["auditor"]["built_in"]
    assert "latchkey:audit" in items["auditor"]["permissions"].split()
    assert items["workspace-manager"]["in_workspaces"]
    assert "auditor " in host.ok("role", "list")


@pytest.mark.statement("E-32", "E-33", "T-20")
def test_lifetimes_are_the_operator_s_to_set(host):
    user = host.user("svc@example.org", "--role", "developer")
    words = "account", "lifetime", "app", "--account", "acme"

    def days():
        host.key(user, kind="app")
        return int(host.query(
            "SELECT ROUND(COALESCE(expires_at - created_at, 0) / 86400000)"
            " FROM `keys` ORDER BY id DESC LIMIT 1")[0])

    assert days() == 0
    for said, expected in ((("--most", "30"), 30), (("--default", "7"), 7),
                           (("--default", "none"), 30),
                           (("--most", "none"), 0)):
        host.ok(*words, *said)
        assert days() == expected
    host.ok(*words, "--default", "7", "--most", "30")
    host.fails(NO, *words, "--default", "31")
    for wrong in ((), ("--most", "0"), ("--most", "x"), ("--most", "-1")):
        host.fails(USAGE, *words, *wrong)
    host.fails(USAGE, "account", "lifetime", "none", "--account", "acme",
               "--most", "1")


# -- the audit trail ---------------------------------------------------------


def report(host, account, *more, code=0):
    done = host.run("--json", "audit", "verify", "--account", account, *more)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)["items"][0]


def export(host, *words):
    lines = host.ok("audit", "export", "--account", *words).splitlines()
    *rows, head = map(json.loads, lines)
    return rows, head


def test_the_trail_is_exported_with_a_head_that_verifies(host):
    host.user("svc@example.org")
    host.ok("account", "lifetime", "pair", "--account", "acme",
            "--most", "90")
    rows, head = export(host, "acme")
    assert [row["seq"] for row in rows] == [1, 2, 3]
    assert [row["action"] for row in rows] == [
        "account.create", "user.create", "account.lifetime"]
    assert {row["account"] for row in rows} == {head["account"]}
    assert rows[2]["detail"] == {
        "kind": "pair", "default_days": None, "most_days": 90}
    assert report(host, "acme", "--head", head["head"])["changed"] == 0
    forged = head["head"][:-1] + ("0" if head["head"][-1] != "0" else "1")
    report(host, "acme", "--head", forged, code=NO)
    middle = rows[1]["at"]
    assert [row["seq"] for row in export(
        host, "acme", "--from", middle, "--to", rows[2]["at"])[0]] == [2]
    assert export(host, "acme", "--to", middle)[1] == head
    operator, _ = export(host, "00000000-0000-0000-0000-000000000000")
    assert operator[0]["action"] == "keyring.activate"
    host.fails(USAGE, "audit", "export", "--account", "acme", "--from", "x")
    host.fails(USAGE, "audit", "export")


def test_every_change_is_one_row_and_the_trail_verifies(host):
    pair = host.key(host.user("svc@example.org"))
    host.ok("key", "revoke", "--account", "acme", pair["uuid"])
    host.ok("key", "revoke", "--account", "acme", pair["uuid"])
    host.ok("permission", "add", "orders:read")
    assert host.query("SELECT action FROM audit ORDER BY id") == [
        "keyring.activate", "account.create", "user.create", "key.create",
        "key.revoke", "permission.create"]
    assert host.query("SELECT DISTINCT door FROM audit") == ["cli"]
    assert pair["secret"] not in "".join(
        host.query("SELECT detail FROM audit"))
    found = host.json("audit", "verify")
    assert found["ok"]
    assert [item["rows"] for item in found["items"]] == [2, 4]
    assert all(item["unsealed"] == 0 for item in found["items"])


def test_a_changed_or_missing_row_shows(host):
    pair = host.key(host.user("svc@example.org"))
    head = report(host, "acme")["head"]
    assert report(host, "acme", "--head", head)["changed"] == 0
    host.ok("key", "revoke", "--account", "acme", pair["uuid"])
    assert report(host, "acme", "--head", head)["changed"] == 0
    host.query("UPDATE audit SET door = 'http' WHERE action = 'key.revoke'")
    assert report(host, "acme", code=NO)["changed"] == 1
    host.query("DELETE FROM audit WHERE action = 'key.revoke'")
    assert report(host, "acme", code=NO)["missing"] == 1
    zero = "00000000-0000-0000-0000-000000000000"
    assert report(host, zero)["rows"] == 1
    host.fails(USAGE, "audit", "verify", "--head", head)
    host.fails(USAGE, "audit", "verify", "--account", "acme", "--head", "x")


def test_a_row_that_nobody_can_seal_stops_no_verifying(host):
    pair = host.key(host.user("svc@example.org"))
    assert report(host, "acme")["changed"] == 0
    host.ok("key", "revoke", "--account", "acme", pair["uuid"])
    host.query("UPDATE audit SET version = 50 WHERE seq IS NULL")
    assert report(host, "acme", code=NO)["changed"] == 1
    assert report(host, "00000000-0000-0000-0000-000000000000",
                  code=FAULT)["changed"] == 0


# -- secrets -----------------------------------------------------------------


def test_no_command_takes_a_secret_as_an_argument(bare):
    for words in bare.ok("help").splitlines():
        for option in ("--password ", "--secret", "--token"):
            assert option not in words
    for option in ("password", "secret", "token"):
        for command in ("user add", "key add", "check"):
            message = bare.fails(USAGE, *command.split(),
                                 "--%s=hush" % option)
            assert "hush" not in message
