# SPDX-License-Identifier: ISC
"""A list of database hosts, not all of which are of use."""

import contextlib
import socket
import threading

import pytest

import by_cgi
import processes
from site_under_test import ADMIN, PASSWORD
from waiting import within

NO_QUORUM = b"\xff\x17\x04#08S01WSREP has not yet prepared node"


# What becomes of a command: what the database gets, what the program gets.

def pass_on(data):
    return data, b""


def make_lax(data):
    """As a proxy that settles such things by itself."""
    return data.replace(b"STRICT_TRANS_TABLES", b"HIGH_NOT_PRECEDENCE"), b""


def lose_quorum(data):
    """Statements are not prepared; connections are made."""
    if data[3:5] != b"\0\x16":
        return data, b""
    return b"", len(NO_QUORUM).to_bytes(3, "little") + b"\1" + NO_QUORUM


def pump(source, target, alter=pass_on):
    with contextlib.suppress(OSError):
        for data in iter(lambda: source.recv(65536), b""):
            there, back = alter(data)
            target.sendall(there)
            source.sendall(back)
    for one in (source, target):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


def serve(listener, mariadb, alter):
    while True:
        try:
            near = listener.accept()[0]
        except OSError:
            return
        far = socket.socket(socket.AF_UNIX)
        far.connect(mariadb.socket)
        for way in ((near, far, alter), (far, near)):
            threading.Thread(target=pump, args=way, daemon=True).start()


# Hosts

@contextlib.contextmanager
def listening(backlog=8):
    with socket.create_server(("127.0.0.1", 0), backlog=backlog) as listener:
        yield listener


@contextlib.contextmanager
def alive(mariadb, alter=pass_on):
    with listening() as listener:
        threading.Thread(target=serve, args=(listener, mariadb, alter),
                         daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)


def lax(mariadb):
    return alive(mariadb, make_lax)


def minority(mariadb):
    return alive(mariadb, lose_quorum)


@contextlib.contextmanager
def closed(_):
    """Connections are refused."""
    yield processes.free_port()


@contextlib.contextmanager
def silent(_):
    """Connections are made, and then nothing is said."""
    with listening() as listener:
        yield listener.getsockname()[1]


@contextlib.contextmanager
def gone(_):
    """Nothing comes back at all: the queue of connections is full."""
    with listening(0) as listener, contextlib.ExitStack() as stack:
        for _ in range(4):
            one = stack.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


HOSTS = {host.__name__: host
         for host in (alive, lax, minority, closed, silent, gone)}


@contextlib.contextmanager
def settings(site, mariadb, hosts):
    """Those of a site whose database is named by these hosts."""
    with contextlib.ExitStack() as stack:
        named = ",".join(
            "127.0.0.1:%d" % stack.enter_context(HOSTS[host](mariadb))
            for host in hosts.split())
        yield by_cgi.with_settings(
            site, group="latchkey\nhosts = " + named, max_age="0")


def check(site, path):
    return by_cgi.ask(site, "check.fcgi", "GET", "/check", settings=path)


@pytest.mark.parametrize("hosts, seconds", [
    ("alive", 1), ("alive closed", 1), ("closed alive", 1),
    ("closed closed alive", 1), ("gone alive", 3), ("silent alive", 3),
    ("silent gone alive", 6), ("lax alive", 1), ("minority alive", 1)])
def test_the_first_host_that_is_of_use_is_used(
        site, mariadb, hosts, seconds):
    with settings(site, mariadb, hosts) as path:
        with within(seconds):
            assert check(site, path).status == 401
        if "gone" in hosts or "silent" in hosts:
            return
        assert by_cgi.login(site, ADMIN, PASSWORD, settings=path).status == 201


@pytest.mark.parametrize("hosts, seconds, why", [
    ("closed", 1, "Can't connect"), ("closed closed", 1, "Can't connect"),
    ("silent closed", 4, "Can't connect"), ("gone gone", 5, "connect"),
    ("silent silent", 5, "Lost connection"),
    ("silent silent silent silent silent", 8, "Lost connection"),
    ("minority minority", 2, "not yet prepared"),
    ("lax lax", 1, "keeps no strict mode")])
def test_when_none_is_of_use_that_is_said_in_time(
        site, mariadb, hosts, seconds, why):
    with settings(site, mariadb, hosts) as path:
        with within(seconds):
            answer = check(site, path)
    assert answer.status == 503
    assert answer.json()["errors"][0]["code"] == "database"
    assert int(answer.header("Retry-After")) >= 1
    assert why in answer.log
