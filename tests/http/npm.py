# SPDX-License-Identifier: ISC
"""Programs in tests/npm, with the packages that its lock file names."""

import fcntl
import json
import os
import shutil
import subprocess

import pytest

import servers

SOURCE = os.path.join(servers.TOP, "tests", "npm")
FOLDER = os.path.join(servers.BUILD, "npm")
LOCK = "package-lock.json"


def is_installed():
    """Are the packages of this very lock file there?"""
    try:
        with open(os.path.join(FOLDER, "installed")) as done:
            return done.read() == servers.read("tests", "npm", LOCK)
    except FileNotFoundError:
        return False


def install():
    """Once for all servers; the packages stay below build/."""
    os.makedirs(FOLDER, exist_ok=True)
    with open(os.path.join(FOLDER, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)	# servers are tested side by side
        if not is_installed():
            install_packages()


def install_packages():
    for name in ("package.json", LOCK):
        shutil.copy(os.path.join(SOURCE, name), FOLDER)
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=FOLDER, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        pytest.skip("npm cannot install: " + done.stderr[-300:])
    shutil.copy(os.path.join(FOLDER, LOCK),
                os.path.join(FOLDER, "installed"))


def run(site, script, **told):
    """Run a script against a site; what it prints, read as JSON."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip("there is no %s: Debian's nodejs and npm" % program)
    install()
    shutil.copy(os.path.join(SOURCE, script), FOLDER)
    path = os.path.join(site.home, "run", script + ".json")
    # the secrets go by a file: others can read arguments
    servers.write(path, json.dumps(told), 0o600)
    done = subprocess.run(
        ["node", script, path], cwd=FOLDER, capture_output=True, text=True,
        timeout=60, env={"PATH": os.environ["PATH"],
                         "NODE_EXTRA_CA_CERTS": site.server.certificate()})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
