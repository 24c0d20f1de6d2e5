# SPDX-License-Identifier: ISC
"""Processes that a web server does not start itself, and what all of them
cost in time and memory."""

import os
import socket
import subprocess

import processes

TICK = 1000000 / os.sysconf("SC_CLK_TCK")	# us
WEB = ("lighttpd", "apache2", "nginx")


class Pool:
    """FastCGI programs on one socket of their own."""

    def __init__(self, path, program, n, environment):
        self.path, self.program, self.n = path, program, n
        self.environment = environment
        self.processes = []

    def start(self):
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.path)
            os.chmod(self.path, 0o600)
            processes.give(self.path)
            listener.listen(1024)
            for _ in range(self.n):
                self.processes.append(subprocess.Popen(
                    processes.drop() + [self.program], stdin=listener,
                    stdout=subprocess.DEVNULL, start_new_session=True,
                    env={**processes.CLEAN, **self.environment}))

    def pids(self):
        return [process.pid for process in self.processes]

    def stop(self):
        for process in self.processes:
            processes.stop(process)


def named(roots):
    """These processes and all below them, as {pid: name}."""
    found = {}
    for root in roots:
        found[root] = processes.name_of(root)
        found.update(processes.children(root))
    return found


def spent(pid, with_ended):
    """Microseconds of CPU; with those of its ended children, as of CGI."""
    try:
        with open("/proc/%d/stat" % pid) as stat:
            fields = stat.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return TICK * sum(map(int, fields[11:15 if with_ended else 13]))


class Costs:
    """What web servers, programs and the database have used so far."""

    def __init__(self, roots, database):
        self.web, self.app = {}, {}
        self.db = spent(database, False)
        for pid, name in named(roots).items():
            if name.startswith(WEB):
                self.web[pid] = spent(pid, True)
            else:
                self.app[pid] = spent(pid, False)

    def since(self, before):
        """(web, app, database) in microseconds; processes may be new."""
        return (grown(before.web, self.web), grown(before.app, self.app),
                self.db - before.db)


def grown(before, after):
    return sum(used - before.get(pid, 0) for pid, used in after.items())


def private_kb(pid):
    """What it has for itself alone; None where that may not be seen.  Pages
    of a shared file are not its own, even if it alone has touched them."""
    total, shared = 0, False
    try:
        with open("/proc/%d/smaps" % pid) as file:
            for line in file:
                words = line.split()
                if not words[0].endswith(":"):
                    shared = words[1].endswith("s")
                elif words[0].startswith("Private_") and not shared:
                    total += int(words[1])
    except OSError:
        return None
    return total or None


def private_mb(roots, program):
    """Of the largest of the processes of that name, or None."""
    sizes = [private_kb(pid) for pid, name in named(roots).items()
             if name == program]
    known = [size for size in sizes if size is not None]
    return max(known) / 1024 if known else None
