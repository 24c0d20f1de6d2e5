# SPDX-License-Identifier: ISC
"""make install, and README.md's way from there to a site of one's own."""

import base64
import glob
import json
import os
import re
import shutil
import stat
import subprocess
import tempfile

import pytest

import readme

BUILD = os.environ.get("LATCHKEY_BUILD", "build")
SERVER = os.path.join(readme.TOP, "tests", "store", "server")
SECTION = "Your own site"
PASSWORD = "velvet orbit lantern quarry"
CREDENTIALS = {
    "none": {},
    # An unknown pair of the right shape: the database has to be asked.
    "unknown": {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(
        b"6f1c2d3e-4a5b-4c6d-8e7f-901a2b3c4d5e:" + b"A" * 43).decode()},
}


class Home:
    """The home of a site's user, with nothing in the environment to help."""

    def __init__(self, folder):
        self.folder = folder
        self.prefix = os.path.join(folder, "latchkey")
        self.environment = {"HOME": folder, "PATH": os.environ["PATH"],
                            "LANG": "C.UTF-8"}

    def shell(self, text, cwd, **more):
        done = subprocess.run(
            ["sh", "-euc", text], cwd=cwd, capture_output=True, text=True,
            timeout=300, check=False, **{"env": self.environment, **more})
        assert done.returncode == 0, text + "\n" + done.stdout + done.stderr
        return done.stdout

    def install(self):
        # make as it is, but from the build folder that is tested.
        self.shell(readme.block(SECTION, "make install"), readme.TOP, env={
            **self.environment, "MAKEFLAGS": " -- B=" + BUILD})

    def say_where_the_database_is(self, database):
        path = os.path.join(self.prefix, "etc", "my.cnf")
        said = {"host = .*": "socket = %s/s.sock" % database,
                "user = .*": "user = hosted",
                "password = .*": "password = hosted-1"}
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for pattern, line in said.items():
            text, n = re.subn("^%s$" % pattern, line, text, flags=re.M)
            assert n == 1, "my.cnf.example has no line " + pattern
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def make_accounts(self):
        for line in readme.commands(SECTION, "latchkey init"):
            if " user add " in line:    # README.md lets it ask
                line += " --password-fd 0"
            self.shell(line, self.prefix, input=PASSWORD + "\n")

    def host(self):
        os.mkdir(os.path.join(self.folder, "htdocs"))
        self.shell(readme.block(SECTION, "htdocs"), self.folder)

    def request(self, program, path, body=None, **more):
        """The status, when it is asked as a web server's CGI would ask."""
        environment = {
            **self.environment, "GATEWAY_INTERFACE": "CGI/1.1",
            "SERVER_PROTOCOL": "HTTP/1.1", "REQUEST_URI": path,
            "REQUEST_METHOD": "GET" if body is None else "POST",
            "SCRIPT_NAME": path, "QUERY_STRING": "",
            "REMOTE_ADDR": "192.0.2.7", "HTTPS": "on", **more}
        if body is not None:
            environment.update(CONTENT_LENGTH=str(len(body)),
                               CONTENT_TYPE="application/json")
        done = subprocess.run(
            [program], env=environment, cwd="/", input=body or "",
            capture_output=True, text=True, timeout=60, check=False)
        found = re.match(r"Status: (\d+)", done.stdout)
        assert found, done.stdout + done.stderr
        return int(found.group(1))

    def check(self, program, credential):
        return self.request(program, "/api/v1/check",
                            **CREDENTIALS[credential])


@pytest.fixture(scope="module", name="database")
def start_database():
    done = subprocess.run([SERVER, "start", str(os.getpid())],
                          stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode == 77:
        pytest.skip("there is no MariaDB")
    assert done.returncode == 0
    folder = done.stdout.strip()
    yield folder
    subprocess.run([SERVER, "stop", folder], check=True)


@pytest.fixture(scope="module", name="home")
def follow_readme(database):
    with tempfile.TemporaryDirectory(prefix="lk-") as folder:
        home = Home(folder)
        home.install()
        home.say_where_the_database_is(database)
        home.make_accounts()
        home.host()
        yield home


def installed(home):
    return os.path.join(home.prefix, "bin", "check.fcgi")


def linked(home):
    folder = tempfile.mkdtemp(dir=home.folder)
    os.symlink(installed(home), os.path.join(folder, "check.fcgi"))
    return os.path.join(folder, "check.fcgi")


def hosted(home):
    return os.path.join(home.folder, "htdocs", "cgi-bin", "check.fcgi")


def test_settings_and_secrets_are_their_owners_alone(home):
    modes = {os.path.basename(path): stat.S_IMODE(os.stat(path).st_mode)
             for path in glob.glob(home.prefix + "/etc/*")}
    assert {"latchkey.ini", "my.cnf", "keyring"} <= set(modes)
    assert [name for name, mode in modes.items() if mode & 0o077] == []


@pytest.mark.parametrize("password, status", [
    (PASSWORD, 201), (PASSWORD + "x", 403)])
def test_the_owner_can_log_in(home, password, status):
    program = os.path.join(home.prefix, "bin", "tokens.fcgi")
    assert home.request(program, "/api/v1/sessions/", json.dumps({
        "username": "you@example.com", "password": password})) == status


def test_the_permissions_are_there(home):
    said = home.shell("bin/latchkey permission list", home.prefix)
    assert "orders:read" in said and "pages:read" in said


@pytest.mark.parametrize("credential", CREDENTIALS)
@pytest.mark.parametrize("place", [installed, linked, hosted])
def test_the_programs_find_their_settings_from_where_they_are(
        home, place, credential):
    assert home.check(place(home), credential) == 401


def test_a_copy_without_settings_beside_it_serves_nobody(home):
    folder = tempfile.mkdtemp(dir=home.folder)
    copy = shutil.copy(installed(home), folder)
    assert home.check(copy, "unknown") == 503


def test_the_hosted_site_has_routes_errors_and_every_program(home):
    folder = os.path.join(home.folder, "htdocs")
    with open(os.path.join(folder, ".htaccess"), encoding="utf-8") as file:
        text = file.read()
    with open(os.path.join(readme.TOP, "deploy", "routes", "apache",
                           "base.conf"), encoding="utf-8") as file:
        assert file.read() in text
    programs = set(re.findall(r"cgi-bin/\w+\.fcgi", text))
    errors = set(re.findall(r"/(errors/problem\.\d+\.html)", text))
    assert programs and errors
    assert [name for name in programs | errors
            if not os.path.isfile(os.path.join(folder, name))] == []


def test_whoever_asks_the_tests_for_help_gets_no_packages():
    # with nothing to be found it could install none either
    done = subprocess.run(
        ["/bin/sh", os.path.join(readme.TOP, "tests", "run"), "--help"],
        cwd="/", env={"PATH": "/nowhere"}, capture_output=True, text=True,
        timeout=60, check=False)
    assert (done.returncode, done.stderr) == (2, "usage: tests/run\n")
