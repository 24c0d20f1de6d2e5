# SPDX-License-Identifier: ISC
"""A gate that cannot know, or was not told, opens to nobody.

These tests have a site of their own, which they may maltreat.  Behind Apache
each refusal arrives as 401.
"""

import collections
import json
import os
import signal
import threading
import time

import pytest

import by_cgi
import conftest
import gates
import people
import processes
import servers
import site_under_test
import wire
from gates import basic, refusal

pytestmark = pytest.mark.guarded

CANARY = "a canary sings here"

# What a place requires, and what is wrong with it.
WRONG = {
    "missing": None,
    "empty": "",
    "blank": "   ",
    "twice-any": "any any",
    "twice-permission": "pages:read pages:read",
    "twice-account": "account=acme account=acme pages:read",
    "twice-workspace": "workspace=emea workspace=emea orders:read",
    "any-and-permission": "any pages:read",
    "any-and-workspace": "any workspace=emea",
    "unknown-permission": "pages:write",
    "unknown-beside-good": "pages:read pages:write",
    "no-word": "Pages:Read",
    "comma": "pages:read,orders:read",
    "comma-blank": "pages:read, orders:read",
    "tab": "pages:read\torders:read",
    "quoted": "'pages:read'",
    "star": "*",
    "empty-account": "account= pages:read",
    "empty-workspace": "workspace= orders:read",
    "only-account": "account=acme",
    "only-workspace": "workspace=emea",
    "unknown-name": "role=owner",
    "upper-any": "ANY",
}
RIGHT = {
    "any": "any",
    "pages": "pages:read",
    "both": "pages:read  orders:read ",
    "here": "account=acme pages:read",
    "here-any": "account=acme any",
    "everywhere": "account=* pages:read",
    "elsewhere": "account=nobody pages:read",
    "emea": "workspace=emea orders:read",
    "apac": "workspace=apac orders:read",
    "own": "latchkey:users:read",
}


def pytest_generate_tests(metafunc):
    if "lone" in metafunc.fixturenames:
        metafunc.parametrize("lone", conftest.names_for(metafunc),
                             indirect=True, scope="module")


@pytest.fixture(scope="module")
def lone(request, folder, mariadb, application):
    """A site of this module's own, with a place for each requirement."""
    parent = os.path.join(folder, "closed")
    os.makedirs(parent, exist_ok=True)
    made = site_under_test.Site(request.param, parent, mariadb, application)
    made.db += "_closed"
    made.prepare()
    for name, words in {**WRONG, **RIGHT}.items():
        set_place(made, "place-" + name, words)
    hurry(made)
    processes.give(made.home)
    made.start()
    yield made
    made.stop()


def set_place(lone, name, words):
    """A folder with a page, and what the server says it requires."""
    page = os.path.join(gates.place(lone, name), "page.txt")
    servers.write(page, CANARY)
    if lone.name == "lighttpd":
        text = '$HTTP["url"] =~ "^/guarded/%s/" {\n' % name
        text += '\tsetenv.set-environment = ( %s )\n}\n' % (
            "" if words is None else '"LATCHKEY_REQUIRE" => "%s"' % words)
        path = lone.server.path("etc", "apps-zz-places.conf")
    else:
        said = ("!LATCHKEY_REQUIRE" if words is None else
                '"LATCHKEY_REQUIRE=%s"' % words)
        text = "SetEnvIf Request_URI . %s\n" % said
        path = os.path.join(os.path.dirname(page), ".htaccess")
    with open(path, "a") as out:
        out.write(text)


def hurry(lone):
    """Shorter deadlines than a server in earnest has."""
    if lone.name == "lighttpd":
        path, old, new = "lighttpd.conf", '=> 20', '=> 2'
    else:
        path, old, new = "httpd.conf", "IOTimeout 20", "IOTimeout 2"
    path = lone.server.path("etc", path)
    with open(path) as text:
        conf = text.read()
    assert conf.count(old) == 1
    servers.write(path, conf.replace(old, new))


@pytest.fixture(scope="module")
def owner(lone):
    return gates.owner_pair(lone)


def ask(lone, name, auth=None, query=""):
    page = "place-%s/page.txt" % name + query
    return lone.client().get(lone.guard + page, auth=auth)


def is_open(lone, name, auth):
    answer = ask(lone, name, auth)
    assert (answer.status_code == 200) == (CANARY in answer.text)
    return answer.status_code == 200


def gate_pids(lone):
    """All processes of check.fcgi; the gate's are among them."""
    found = []
    for pid, name in processes.children(lone.server.process.pid).items():
        if name == "check.fcgi":
            found.append(pid)
    return found


# What a place requires

@pytest.mark.parametrize("name", WRONG)
def test_a_place_whose_requirement_cannot_be_read_opens_to_nobody(
        lone, owner, name):
    for auth in (owner, None):
        answer = ask(lone, name, auth)
        assert answer.status_code == refusal(lone, 500)
        assert CANARY not in answer.text
        assert answer.headers["Content-Type"] == "application/problem+json"


def logged_by(lone, action):
    """The lines that were not there before."""
    before = collections.Counter(lone.log().splitlines())
    action()
    return "\n".join(collections.Counter(lone.log().splitlines()) - before)


def test_the_log_names_the_line_to_add(lone, owner):
    lone.restart()
    log = logged_by(lone, lambda: ask(lone, "missing", owner,
                                      "?token=in-the-query"))
    assert "LATCHKEY_REQUIRE is missing" in log
    assert "in-the-query" not in log
    assert "/guarded/place-missing/page.txt" in log
    assert 'LATCHKEY_REQUIRE="any"' in log


def test_a_place_that_says_it_in_another_way_is_closed(lone, owner):
    """Apache's SetEnv comes too late; a header is no variable."""
    folder = gates.place(lone, "place-other-way")
    servers.write(os.path.join(folder, "page.txt"), CANARY)
    if lone.name == "lighttpd":
        with open(lone.server.path("etc", "apps-zz-places.conf"), "a") as out:
            out.write("""
$HTTP["url"] =~ "^/guarded/place-other-way/" {
	setenv.set-environment = ()
	setenv.set-request-header = ( "LATCHKEY_REQUIRE" => "any" )
}
""")
        lone.restart()
    else:
        servers.write(os.path.join(folder, ".htaccess"),
                      "SetEnvIf Request_URI . !LATCHKEY_REQUIRE\n"
                      "SetEnv LATCHKEY_REQUIRE any\n")
    assert ask(lone, "other-way", owner).status_code == refusal(lone, 500)


@pytest.mark.servers("lighttpd")
def test_a_prefix_without_a_slash_catches_more_and_that_is_closed(lone, owner):
    """"/wide" is a gate before /widex too: nothing says what that requires."""
    path = lone.server.path("etc", "apps-zz-wide.conf")
    for name in ("wide", "widex", "guardedx"):
        servers.write(os.path.join(gates.documents(lone), name, "page.txt"),
                      CANARY)
    servers.write(path, """
fastcgi.server += ( "/wide" => ( var.backend + ( "mode" => "authorizer",
	"socket" => env.LATCHKEY_RUN + "/wide.sock",
	"bin-path" => env.LATCHKEY_BIN + "/check.fcgi" ) ) )
$HTTP["url"] =~ "^/wide/" {
	setenv.set-environment = ( "LATCHKEY_REQUIRE" => "any" )
}
""")
    lone.restart()
    client = lone.client()
    for target, auth, status in (
            ("/wide/page.txt", owner, 200), ("/wide/page.txt", None, 401),
            ("/widex/page.txt", owner, 500), ("/widex/page.txt", None, 500),
            # The example's prefix ends in a slash and catches no more.
            ("/guardedx/page.txt", None, 200)):
        answer = client.get(lone.origin + target, auth=auth)
        assert answer.status_code == status, target
    os.remove(path)
    lone.restart()


@pytest.mark.parametrize("name,opens", [
    ("any", True), ("pages", True), ("both", True), ("here", True),
    ("here-any", True), ("everywhere", True), ("elsewhere", False),
    # A pair carries permissions of Latchkey's own only when made with them.
    ("own", False)])
def test_a_requirement_that_can_be_read_is_applied(lone, owner, name, opens):
    assert is_open(lone, name, owner) == opens
    assert not is_open(lone, name, None)


@pytest.mark.statement("E-20", "E-44")
def test_a_workspace_is_open_to_those_who_hold_the_permission_there(
        lone, owner):
    for handle in ("emea", "apac"):
        people.workspace(lone, handle)
    manager = people.Person(lone, "workspace-manager@emea", "developer")
    assert is_open(lone, "emea", manager.pair())
    assert not is_open(lone, "apac", manager.pair())
    assert not is_open(lone, "both", manager.pair())
    assert not is_open(lone, "apac", manager.pair("--workspace", "emea"))
    assert not is_open(lone, "pages", manager.pair("--workspace", "emea"))
    assert is_open(lone, "emea", owner) and is_open(lone, "apac", owner)
    assert not is_open(lone, "emea", None)


# What goes wrong

def test_a_gate_that_loses_its_database_opens_to_nobody(lone, owner):
    assert is_open(lone, "pages", owner)
    user = lone.db + "@localhost"
    lone.cli("flush")
    lone.database.query(None, "ALTER USER %s ACCOUNT LOCK; KILL USER %s" %
                        (user, user))
    try:
        for _ in range(3):
            assert_closed(lone, owner, 503)
    finally:
        lone.database.query(None, "ALTER USER %s ACCOUNT UNLOCK" % user)
    assert eventually(lambda: is_open(lone, "pages", owner))
    assert not is_open(lone, "pages", None)


def test_a_gate_that_never_had_a_database_opens_to_nobody(lone, owner):
    path = lone.server.path("etc", "my.cnf")
    with broken(lone, path, "[latchkey]\nsocket=/nowhere/db.sock\n"):
        assert_closed(lone, owner, 503)


@pytest.mark.parametrize("name,text", [
    ("latchkey.ini", "nonsense\n"), ("latchkey.ini", "[site]\nhttp = yes\n"),
    ("keyring", ""), ("keyring", "nonsense\n"), ("my.cnf", "")])
def test_a_gate_that_is_not_set_up_opens_to_nobody(lone, owner, name, text):
    with broken(lone, lone.server.path("etc", name), text):
        assert_closed(lone, owner, 503)


def test_a_gate_with_the_keyring_of_another_site_opens_to_nobody(lone, owner):
    """What was kept by those who had the right one is not for it."""
    assert is_open(lone, "pages", owner)
    with broken(lone, lone.server.path("etc", "keyring"),
                "1 live %s\n" % ("5a" * 32), forgets=False):
        assert_closed(lone, owner, 503)


class broken:
    """Another content for a file, and a restart before and after."""

    def __init__(self, lone, path, text, forgets=True):
        self.lone, self.path, self.text = lone, path, text
        self.forgets = forgets

    def __enter__(self):
        with open(self.path, "rb") as old:
            self.old = old.read()
        if self.forgets:
            self.lone.cli("flush")
        self.write(self.text.encode())

    def write(self, content):
        with open(self.path, "wb") as out:
            out.write(content)
        self.lone.restart()

    def __exit__(self, *_):
        self.write(self.old)


def assert_closed(lone, owner, status):
    for auth in (owner, None, ("x", "y")):
        answer = ask(lone, "pages", auth)
        assert answer.status_code == refusal(lone, status)
        assert CANARY not in answer.text


def test_a_gate_that_is_silent_opens_to_nobody(lone, owner):
    assert is_open(lone, "pages", owner)
    pids = gate_pids(lone)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        answer = ask(lone, "pages", owner)
        assert answer.status_code >= 400 and CANARY not in answer.text
        assert time.monotonic() - started < 15
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    assert eventually(lambda: is_open(lone, "pages", owner))
    assert not is_open(lone, "pages", None)


def eventually(holds, seconds=10):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def test_a_killed_gate_opens_to_nobody_and_comes_back(lone, owner):
    for _ in range(3):
        for pid in gate_pids(lone):
            os.kill(pid, signal.SIGKILL)
        assert not is_open(lone, "pages", None)
        assert eventually(lambda: is_open(lone, "pages", owner))


def test_a_gate_killed_in_the_middle_of_a_request_opens_to_nobody(
        lone, owner):
    assert is_open(lone, "pages", owner)
    wrong = (owner[0], owner[1][:-1] + "!")
    for auth in (wrong, owner):
        pids = gate_pids(lone)
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        answers = []
        asking = threading.Thread(target=lambda: answers.append(wire.send(
            lone, "GET", "/guarded/place-pages/page.txt", [basic(auth)])))
        asking.start()
        time.sleep(0.3)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        asking.join(20)
        assert len(answers) == 1
        # A server may ask again; then the answer is the new process's.
        shown = CANARY.encode() in answers[0].body
        assert shown == (answers[0].status == 200)
        assert not (shown and auth is wrong)
    assert eventually(lambda: is_open(lone, "pages", owner))


def test_a_gate_that_cannot_start_opens_to_nobody(lone, owner):
    program = lone.server.path("bin", "check.fcgi")
    os.rename(program, program + ".away")
    try:
        servers.write(program, "#!/bin/sh\nexit 0\n", 0o755)
        for pid in gate_pids(lone):
            os.kill(pid, signal.SIGKILL)
        answer = ask(lone, "pages", owner)
        assert answer.status_code >= 400 and CANARY not in answer.text
    finally:
        os.rename(program + ".away", program)
    assert eventually(lambda: is_open(lone, "pages", owner), 30)


# Several accounts: these come last, for the second one stays.

def test_that_there_are_several_is_heard_of_from_another_host(lone, owner):
    """One with a state folder of its own: only the database knows of both."""
    state = lone.server.path("state-elsewhere")
    os.makedirs(state, 0o700)
    processes.give(state)
    settings = by_cgi.with_settings(lone, state=state)
    with lone.confirming():
        for _ in range(6):	# each process knows of one by then
            assert is_open(lone, "any", owner)
        processes.call([os.path.join(lone.home, "bin", "latchkey"),
                        "--config", settings, "account", "add", "Third"])
        for _ in range(6):
            assert not is_open(lone, "any", owner)
    lone.sql("DELETE FROM accounts WHERE name = 'Third'")


@pytest.fixture(scope="module", name="beside")
def another_installation(lone):
    """Settings: a keyring and a database of its own, with several accounts,
    but the state folder of this one; and a pair of one of its owners."""
    name = lone.db + "_beside"
    lone.database.make(name, lone.server.hoster)
    cnf = lone.server.path("etc", "beside.cnf")
    servers.write(cnf, lone.database.my_cnf(name), 0o600)
    processes.give(cnf)
    settings = by_cgi.with_settings(
        lone, my_cnf=cnf, keyring=lone.server.path("etc", "beside.keyring"))

    def cli(*words, text=None):
        return processes.call([os.path.join(lone.home, "bin", "latchkey"),
                               "--config", settings, *words], text).stdout

    cli("init")
    for account in ("one", "two"):
        cli("account", "add", "--legacy-id", account, account)
    cli("user", "add", "--account", "one", "--email", "o@example.com",
        "--name", "O", "--role", "owner", "--password-fd", "0",
        text=site_under_test.PASSWORD + "\n")
    made = json.loads(cli(
        "--json", "key", "add", "--account", "one", "--user", "o@example.com",
        "--kind", "pair", "--label", "beside"))
    return settings, (made["uuid"], made["secret"])


def test_what_another_installation_kept_says_nothing_of_this_one(
        lone, owner, beside):
    settings, pair = beside
    assert is_open(lone, "any", owner)
    answer = by_cgi.ask(lone, "check.fcgi", "GET", "", {
        "FCGI_ROLE": "AUTHORIZER", "REQUEST_URI": "/guarded/",
        "LATCHKEY_REQUIRE": "any", "HTTP_AUTHORIZATION": basic(pair)[1]},
        settings=settings)
    assert answer.status == 500
    assert "names no account=, and there are several" in answer.log


@pytest.fixture(scope="module")
def other(lone):
    """An owner of a second account, and a pair of his."""
    told = lone.cli("account", "add", "--legacy-id", "other", "Other")
    assert "account=" in told.stdout + told.stderr
    return people.Person(lone, "owner", account="other").pair()


def test_with_several_accounts_a_place_must_say_which(lone, owner, other):
    for name in ("any", "pages", "both", "emea"):
        for auth in (owner, other, None):
            assert ask(lone, name, auth).status_code == refusal(lone, 500) \
                or auth is None
            assert not is_open(lone, name, auth)
    for name in ("here", "here-any"):
        assert is_open(lone, name, owner)
        assert ask(lone, name, other).status_code == 401
    assert is_open(lone, "everywhere", owner)
    assert is_open(lone, "everywhere", other)
    assert not is_open(lone, "everywhere", None)


def test_the_log_says_that_an_account_must_be_named(lone, owner, other):
    lone.restart()
    assert "names no account=, and there are several" in logged_by(
        lone, lambda: ask(lone, "pages", owner))
