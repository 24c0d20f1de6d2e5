# SPDX-License-Identifier: ISC
"""Child processes of the tests: started without root, ended by pid."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

UNPRIVILEGED = "www-data"
CLEAN = {
    "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
    "LANG": "C.UTF-8",
}


def drop():
    """Words in front of a command so that it does not run as root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid", UNPRIVILEGED, "--regid", UNPRIVILEGED,
            "--clear-groups", "--"]


def give(path):
    """Hand a folder and all in it to the unprivileged user."""
    if os.geteuid() != 0:
        return
    user = pwd.getpwnam(UNPRIVILEGED)
    os.chown(path, user.pw_uid, user.pw_gid)
    for folder, folders, files in os.walk(path):
        for name in folders + files:
            os.chown(os.path.join(folder, name), user.pw_uid, user.pw_gid,
                     follow_symlinks=False)


@contextlib.contextmanager
def folder():
    """A temporary folder of the unprivileged user; gone afterwards."""
    path = tempfile.mkdtemp(prefix="latchkey-")
    give(path)
    yield path
    shutil.rmtree(path)


def spawn(command, log, env=None):
    with open(log, "ab") as out:
        return subprocess.Popen(
            drop() + command, stdin=subprocess.DEVNULL, stdout=out,
            stderr=out, env={**CLEAN, **(env or {})}, start_new_session=True)


def call(command, text=None, env=None, check=True):
    done = subprocess.run(
        drop() + command, input=text, env={**CLEAN, **(env or {})},
        capture_output=True, text=True, timeout=60, check=False)
    if check and done.returncode != 0:
        raise AssertionError("%s: exit %d\n%s%s" % (
            " ".join(command), done.returncode, done.stdout, done.stderr))
    return done


def stop(process, number=signal.SIGTERM, seconds=10):
    """End a child that spawn() made and all that it started."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(number)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    end_group(process.pid)


def end_group(group, seconds=5):
    """Wait for a leader's processes; by force for those that do not end."""
    end = time.monotonic() + seconds
    while members(group):
        if time.monotonic() > end:
            os.killpg(group, signal.SIGKILL)
            return
        time.sleep(0.02)


def members(group):
    """The processes of a group that live: not those nobody has reaped."""
    return [pid for pid, (state, parent, its_group) in table().items()
            if its_group == group and state != "Z"]


def table():
    """All processes, as {pid: (state, parent, group)}."""
    found = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % entry) as stat:
                state, parent, group = stat.read().rpartition(
                    ")")[2].split()[:3]
            found[int(entry)] = state, int(parent), int(group)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until(holds, what, process, log, seconds=15):
    """Wait for holds(); fail with log() if the process dies first."""
    end = time.monotonic() + seconds
    while not holds():
        if process.poll() is not None or time.monotonic() > end:
            raise AssertionError("%s did not start\n%s" % (what, log()))
        time.sleep(0.05)


def contents(log):
    try:
        with open(log, errors="replace") as text:
            return text.read()
    except FileNotFoundError:
        return ""


def answers(port):
    """True when what listens there says anything at all, TLS or not."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as client:
            client.sendall(b"GET / HTTP/1.0\r\n\r\n")
            client.recv(1)
            return True
    except ConnectionResetError:
        return True
    except OSError:
        return False


def all_run(pid):
    """True when every child of a server has become the program it is for."""
    return name_of(pid) not in children(pid).values()


def name_of(pid):
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as line:
            first = line.read().split(b"\0")[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return os.path.basename(first.decode(errors="replace"))


def children(pid):
    """All processes below pid, as {pid: name of the program}; not those that
    a program makes of itself to send a notice."""
    parents = {child: parent for child, (_, parent, _) in table().items()}
    found = {pid}
    grown = True
    while grown:
        below = {child for child, parent in parents.items()
                 if parent in found and child not in found}
        found |= below
        grown = bool(below)
    names = {child: name_of(child) for child in found}
    return {child: names[child] for child in found - {pid}
            if names[child] != names.get(parents[child])
            or not names[child].endswith(".fcgi")}
