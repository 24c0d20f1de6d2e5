# SPDX-License-Identifier: ISC
"""What is taken away on one host is taken away on all, when it is answered."""

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import by_cgi
import faulty
import hosts
import made_keys
import takings
import track
from board import Board
from test_revocation import meanwhile, run


@pytest.fixture(scope="module")
def two(folder, mariadb, knobs):
    with hosts.serving(folder, [mariadb, mariadb], knobs.env) as made:
        yield made


@pytest.fixture(scope="module", params=["kept", "confirmed"])
def how(request):
    return request.param


@pytest.fixture
def board(folder, checker):
    with Board(folder, checker) as made:
        yield made


def watch(board, sites):
    """What comes back counts there by and by: that is not waited for."""
    for site in sites:
        for door in site.doors():
            board.add(door)


# Where a minute's wait would tell


def patient(site, milliseconds):
    return by_cgi.with_settings(site, hold_back=str(milliseconds),
                                connections="shared")


def ask(site, session, settings, method, path, body=None):
    return by_cgi.ask(site, "keys.fcgi", method, path, {
        "HTTP_AUTHORIZATION": session}, body, settings)


def test_no_host_accepts_what_was_taken_on_another(board, two, how, changes):
    """What the database confirms is given back at once, too."""
    with track.keeping(two, how):
        watch(board, two)
        run(board, takings.cast(two[0]), changes // 4)
        board.verify(live=how == "confirmed")


def test_what_is_read_slowly_counts_no_longer(board, two, knobs, changes):
    """The age of what is kept is that of its query, and where it ends by that
    alone many are about to read anew."""
    watch(board, two)
    things = takings.cast(two[0], [
        takings.Disabled, takings.Revoked, takings.RevokedApp])
    with knobs.turned(slow_fill=280000):
        run(board, things, changes // 3)
    board.verify(live=False)


GATE = {"LATCHKEY_METHOD": "GET", "LATCHKEY_TARGET": "/guarded/",
        "LATCHKEY_REQUIRE": "pages:read"}


@pytest.mark.parametrize("kind", takings.CHANGES + takings.OTHERS)
def test_whatever_is_taken_is_told_to_others(two, kind):
    """By the counters that another host asks for."""
    thing = kind(two[0], made_keys.Holder(two[0]))
    settings = by_cgi.with_settings(two[1], max_age="0")

    def status():
        return by_cgi.ask(two[1], "check.fcgi", "GET", "/check/gate",
                          {**GATE, "HTTP_AUTHORIZATION": thing.text},
                          settings=settings).status

    for _ in range(2):
        thing.give()
        assert [status() for _ in range(3)] == [204] * 3
        thing.take()
        assert status() in (401, 403)


class Unsettled(takings.Disabled):
    """Just when it goes everybody reads it anew."""

    def take(self):
        self.site.cli("flush")
        time.sleep(random.uniform(0, 0.1))
        super().take()


def test_what_was_read_before_the_change_is_not_confirmed(
        board, two, knobs, changes):
    """As on one host, but there is no file by which the other would know."""
    with track.keeping(two, "confirmed"), knobs.turned(slow_fill=50000):
        watch(board, two[1:])
        run(board, takings.cast(two[0], [Unsettled]), changes // 2)
        # before the programs start anew: somebody may be asking yet
        board.verify()


def test_what_takes_nothing_away_does_not_wait(two):
    site = two[0]
    key = made_keys.Holder(site).make(made_keys.PAIR)
    session = site.admin.headers["Authorization"]
    settings = patient(site, 60000)		# longer than by_cgi waits
    assert ask(site, session, settings, "PATCH", key.path,
               {"label": "New"}).status == 200
    assert ask(site, session, settings, "POST", "/api_tokens/",
               {"name": "New"}).status == 201


def test_who_waits_holds_nothing(two, mariadb):
    site = two[0]
    session = site.admin.headers["Authorization"]

    def held():
        """Connections, and transactions of anybody's."""
        return int(site.sql("SELECT COUNT(*) + (SELECT COUNT(*) FROM"
                            " information_schema.innodb_trx) FROM"
                            " information_schema.processlist"
                            " WHERE user = '%s'" % site.db)[0][0])

    def look(key, answer):
        """Is it done and nothing held, before it is answered?"""
        while not answer.done():
            if key_is_over(site, key) and held() == 0:
                return not answer.done()
            time.sleep(0.01)
        return False

    # programs that serve keep connections; those of this test do not
    site.stop()
    two[1].stop()
    try:
        for wait in (2000, 8000, 32000):
            key = make_by_cgi(site, session)
            with ThreadPoolExecutor(1) as pool:
                answer = pool.submit(ask, site, session, patient(site, wait),
                                     "DELETE", "/keys/" + key)
                seen = look(key, answer)
                assert answer.result().status == 204
            if seen:
                return
        pytest.fail("it did not wait, or it held something")
    finally:
        site.start()
        two[1].start()


def make_by_cgi(site, session):
    return ask(site, session, None, "POST", "/api_tokens/",
               {"name": "New"}).json()["uuid"]


def key_is_over(site, key):
    return site.sql("SELECT revoked_at IS NOT NULL FROM `keys` WHERE id ="
                    " UNHEX('%s')" % key.replace("-", "")) == [("1",)]


# A cluster


@pytest.fixture(scope="module")
def cluster(folder, knobs):
    """Three hosts, each on its own node."""
    if not os.path.exists(hosts.GALERA):
        pytest.skip("there is no galera-4")
    nodes = []
    for number in range(3):
        nodes.append(hosts.Node(folder, number, list(nodes)))
        if number == 0:
            nodes[0].prepare_seed()
        nodes[-1].start()
    at = os.path.join(folder, "cluster")
    os.makedirs(at)
    hosts.processes.give(at)
    with hosts.serving(at, nodes, knobs.env) as made:
        yield made
    for node in reversed(nodes):
        node.stop()


def stall(node):
    """For a moment it applies nothing, though it can be read."""
    rival = faulty.Rival(node)
    rival.ask("FLUSH TABLES WITH READ LOCK")
    time.sleep(0.5)
    rival.ask("UNLOCK TABLES")
    rival.close()


def test_no_node_accepts_what_was_taken_on_another(
        board, cluster, how, changes):
    with track.keeping(cluster, how):
        watch(board, cluster[1:])
        run(board, takings.cast(cluster[0]), changes // 4)
    board.verify(live=False)


def test_no_node_that_lags_accepts_it(board, cluster, how, changes):
    with track.keeping(cluster, how):
        watch(board, cluster[1:])
        things = takings.cast(cluster[0], [takings.Disabled, takings.Revoked])
        with meanwhile(lambda: stall(cluster[1].database), 0.5):
            run(board, things, changes // 8)
    board.verify(live=False)
