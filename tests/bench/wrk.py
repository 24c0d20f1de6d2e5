# SPDX-License-Identifier: ISC
"""Load, by wrk."""

import os
import re
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CONNECTIONS = 16
UNIT = {"us": 0.001, "ms": 1, "s": 1000}


class Load:
    """What wrk says of one run."""

    def __init__(self, text):
        self.text = text
        self.requests = int(self.number(r"(\d+) requests in"))
        self.per_second = float(self.number(r"Requests/sec:\s+([\d.]+)"))
        self.refused = int(self.number(r"Non-2xx or 3xx responses: (\d+)"))
        late = re.search(r"99%\s+([\d.]+)(us|ms|s)", text)
        self.p99_ms = float(late.group(1)) * UNIT[late.group(2)]
        said = re.search(r"Socket errors: (.*)", text)
        self.broken = sum(map(int, re.findall(r"\d+", said.group(1)))) \
            if said else 0

    def number(self, pattern):
        found = re.search(pattern, self.text)
        return found.group(1) if found else "0"

    def is_as(self, status):
        """Were the answers of the kind that the status is of?  mod_fcgid
        loses a few connections when it starts processes."""
        return self.broken * 100 <= self.requests and \
            self.requests > 0 and \
            self.refused == (0 if status < 400 else self.requests)


def run(url, seconds, keys, how, start=0):
    """wrk counts whole seconds only: it is interrupted when time is up."""
    process = subprocess.Popen(
        ["wrk", "-t1", "-c%d" % CONNECTIONS, "-d3600s", "--latency",
         "-s", os.path.join(HERE, "keys.lua"), url, "--", keys, how,
         str(start)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        said = process.stderr.readline()
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        out, more = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    if process.returncode != 0:
        sys.exit("bench: wrk failed\n" + out + said + more)
    return Load(out)


def walk(url, keys, n):
    """Ask with every line of the file, n of them, at least once."""
    done = 0
    while done < n:
        got = run(url, max(1, n / 20000), keys, "walk", done).requests
        if got == 0:
            sys.exit("bench: %s does not answer" % url)
        done += got
