# SPDX-License-Identifier: ISC
"""deploy/demo, and the first key that README.md makes with it."""

import glob
import os
import re
import shutil
import socket
import stat
import subprocess
import tempfile
import uuid

import pytest
import requests

import guides
import readme

NAMES = ["LATCHKEY_URL", "LATCHKEY_SITE", "LATCHKEY_CA", "LATCHKEY_ACCOUNT",
         "LATCHKEY_ADMIN_EMAIL", "LATCHKEY_ADMIN_PASSWORD", "LATCHKEY_CONFIG"]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def read_bytes(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:     # ended meanwhile, or somebody else's
        return b""


class Demo:
    """A demo with a folder and a port of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.env_file = os.path.join(folder, "demo.env")
        # The demo builds as it does for a reader, not as the make around us.
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("MAKE", "MFLAGS",
                                                    "LATCHKEY_"))}

    def run(self, *words):
        return subprocess.run(
            [os.path.join(readme.TOP, "deploy", "demo"), "--dir", self.folder,
             *words], stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=300, check=False, env=self.environment)

    def start(self):
        return self.run("--port", str(self.port), "--background")

    def stop(self):
        return self.run("--stop")

    def processes(self):
        """Those that have this folder's data or this site's sockets."""
        marks = {b"--datadir=%s/db" % self.folder.encode(),
                 b"LATCHKEY_RUN=%s/run" % self.folder.encode()}
        return [folder for folder in glob.glob("/proc/[0-9]*")
                if marks & set((read_bytes(folder + "/cmdline") +
                                read_bytes(folder + "/environ")).split(b"\0"))]

    def shell(self, text):
        return subprocess.run(
            ["sh", "-euc", text], cwd=readme.TOP, capture_output=True,
            text=True, timeout=60, check=True, env=self.environment).stdout

    def settings(self):
        text = self.shell(". '%s'; printf '%%s\\n' %s" % (
            self.env_file, " ".join('"$%s"' % name for name in NAMES)))
        return dict(zip(NAMES, text.splitlines()))

    def follow(self, command):
        """A line of README.md; the status that its request had, if any."""
        output = self.shell(
            "curl() { command curl --noproxy '*' -w '\\n%%{http_code}' \"$@\";"
            " }\n. '%s'\n%s" % (self.env_file, re.sub(
                r"\bvar/", lambda _: self.folder + "/", command)))
        return output.rpartition("\n")[2]


@pytest.fixture(scope="module", name="made")
def make_demo():
    folder = tempfile.mkdtemp(prefix="lk-", dir="/tmp")
    one = Demo(folder)
    yield one
    one.stop()
    shutil.rmtree(folder)


@pytest.fixture(name="demo")
def start_demo(made):
    if not made.processes():
        done = made.start()
        assert done.returncode == 0, done.stdout + done.stderr
    return made


def test_the_settings_are_its_owners_alone_and_a_shell_can_read_them(demo):
    for path in demo.env_file, os.path.join(demo.folder, "guides.env"):
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    settings = demo.settings()
    assert [name for name in NAMES if not settings.get(name)] == []
    assert settings["LATCHKEY_SITE"].startswith(
        "https://127.0.0.1:%d/" % demo.port)


def test_the_guarded_site_is_closed_without_a_key(demo):
    settings = demo.settings()
    with requests.Session() as client:
        client.trust_env = False
        answer = client.get(settings["LATCHKEY_SITE"],
                            verify=settings["LATCHKEY_CA"], timeout=30)
    assert answer.status_code == 401


def test_the_first_key_outlives_a_restart_but_not_its_revocation(demo):
    commands = readme.commands("A first key", "/sessions/")
    revoke = next(n for n, line in enumerate(commands) if "DELETE" in line)
    use = commands[revoke + 1]
    assert commands[revoke - 1] == use
    assert [demo.follow(line) for line in commands[:revoke]] == [
        "", "201", "201", "200"]
    assert demo.stop().returncode == 0
    assert demo.start().returncode == 0
    assert demo.follow(use) == "200"
    assert demo.follow(commands[revoke]) == "204"
    assert demo.follow(use) == "401"


def test_an_integration_of_its_own_reads_and_writes(demo):
    login = readme.commands("A first key", "/sessions/")[:2]
    user, = readme.commands("A first key", "/users/")
    assert [demo.follow(line) for line in (*login, user)] == ["", "201", "201"]
    # a reader's machine may trust certificates of its own
    told = demo.shell("export REQUESTS_CA_BUNDLE=/etc/ssl/certs/none.crt\n"
                      "export NO_PROXY='*'; set -a; . '%s'\n"
                      "/usr/bin/python3 - <<'END'\n%s\n%s\nEND\n" % (
                          demo.env_file,
                          readme.block("A first key", "import", "python"),
                          "print(read.status_code, write.status_code)\n"
                          "print(write.text)"))
    assert told.startswith("200 200\n")
    assert "REMOTE_USER=erp" in told


@pytest.mark.parametrize("path, status", [
    ("/api_tokens/", 401), ("/sessions/", 401), ("/api/v0/me", 401),
    ("/ratings/v1/customers/current/api-tokens", 401),
    ("/core/users/%s/user_app_tokens" % uuid.uuid4(), 401),
    ("/.well-known/oauth-authorization-server", 200)])
def test_products_find_their_paths_at_the_root(demo, path, status):
    settings = demo.settings()
    with requests.Session() as client:
        client.trust_env = False
        answer = client.get("https://127.0.0.1:%d%s" % (demo.port, path),
                            verify=settings["LATCHKEY_CA"], timeout=30)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("guide", guides.GUIDES, ids=str)
def test_the_guides_work_as_they_are_pasted(demo, tmp_path, guide):
    told = demo.shell("env -i PATH=\"$PATH\" NO_PROXY='*' sh -c"
                      " '. \"$0\"; env' '%s/guides.env'" % demo.folder)
    calls = guides.run("sh", guide.blocks("sh"), tmp_path, dict(
        line.split("=", 1) for line in told.splitlines()))
    statuses = [call["status"] for call in calls]
    shown = [answer.status for _, answer in guide.exchanges()]
    assert statuses == (shown or statuses) and statuses[0] in (200, 201)


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "theirs").write_text("kept")
    tmp_path.chmod(0o755)
    for word in "--background", "--stop":
        done = Demo(str(tmp_path)).run(word)
        assert done.returncode == 1
        assert "holds something else" in done.stderr
    assert (tmp_path / "db" / "theirs").read_text() == "kept"
    assert os.listdir(tmp_path) == ["db"]
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_what_was_never_started_is_not_made_to_be_stopped(tmp_path):
    done = Demo(str(tmp_path / "never")).stop()
    assert "not running in " in done.stderr
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("words", [
    ["--port"], ["--dir"], ["--prot", "1"], ["--port", "--stop"]])
def test_words_that_say_nothing_are_answered_by_how_it_is_called(words):
    done = subprocess.run(
        [os.path.join(readme.TOP, "deploy", "demo"), *words],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        check=False)
    assert done.returncode == 2
    assert "deploy/demo [--port N]" in done.stderr
    assert "parameter" not in done.stderr


def test_a_second_start_says_where_the_first_one_runs(demo):
    before = set(demo.processes())
    done = demo.start()
    assert done.returncode != 0
    assert "running already: " + demo.settings()["LATCHKEY_SITE"] in \
        done.stderr
    assert before and before <= set(demo.processes())


def test_a_stopped_demo_leaves_nothing_running_and_is_stopped_once(demo):
    assert len(demo.processes()) > 2
    done = demo.stop()
    assert (done.returncode, done.stderr) == (0, "")
    assert demo.processes() == []
    again = demo.stop()
    assert again.returncode != 0
    assert "not running in " + demo.folder in again.stderr
