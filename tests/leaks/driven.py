# SPDX-License-Identifier: ISC
"""One program, asked by tests/bench/drive.c as a web server would."""

import base64
import os
import subprocess

import processes
import servers

DRIVE = os.path.join(servers.TOP, "tests", "bench", "drive.c")


def build(folder, source, *words):
    """The path of what the compiler makes of a file."""
    path = os.path.join(folder, os.path.basename(source)[:-2])
    subprocess.run(["cc", "-std=c11", "-D_GNU_SOURCE", "-O2", "-o", path,
                    source, *words], check=True)
    return path


def basic(uuid, secret):
    pair = base64.b64encode(("%s:%s" % (uuid, secret)).encode())
    return "Basic " + pair.decode()


class Drive:
    """Requests by lines, taken in turn: as drive.c has them."""

    def __init__(self, site, folder):
        self.site = site
        self.path = build(folder, DRIVE)

    def start(self, requests, lines, program=None, name="drive"):
        home = self.site.home
        child = subprocess.Popen(
            processes.drop() + [
                self.path, program or os.path.join(home, "bin", "check.fcgi"),
                os.path.join(home, "run", name + ".sock"), str(requests)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
            env={"LATCHKEY_CONFIG": os.path.join(
                home, "etc", "latchkey.ini"), "PATH": os.defpath})
        child.stdin.write("\n".join(lines) + "\n")
        child.stdin.close()
        child.stdin = None
        return child

    def ask(self, requests, lines, program=None):
        """Its numbers, and what the program and it said."""
        out, err = self.start(requests, lines, program).communicate()
        assert out, err
        return list(map(int, out.split())), err

    def wrap(self, name, *words):
        """A program that starts check.fcgi by a command."""
        path = os.path.join(self.site.home, "run", name)
        servers.write(path, "#!/bin/sh\nexec %s %s/bin/check.fcgi\n" % (
            " ".join(words), self.site.home), 0o755)
        return path
