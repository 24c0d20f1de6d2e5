# SPDX-License-Identifier: ISC
"""Several hosts count uses of the same keys, and write them down at once."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import by_cgi
import processes
from faulty import Rival
from people import Person
from waiting import eventually

HOSTS = 4
KEYS = 9
USES = 2	# of each key on each host
DUE = 11	# seconds from one writing to the next


@pytest.fixture(name="hosts")
def hosts_that_share_the_database(site):
    def settings(n):
        path = os.path.join(site.home, "host%d" % n)
        os.mkdir(path, 0o700)
        processes.give(path)
        return by_cgi.with_settings(site, state=path)
    return [settings(n) for n in range(HOSTS)]


def check(site, settings, token=None):
    return by_cgi.ask(
        site, "check.fcgi", "GET", "/check",
        {"HTTP_AUTHORIZATION": token and "Bearer " + token},
        settings=settings).status


def deadlocks(mariadb):
    return mariadb.query(None, "SELECT variable_value FROM information_schema"
                         ".global_status WHERE variable_name ="
                         " 'Innodb_deadlocks'")


@pytest.mark.statement("T-14")
def test_what_hosts_count_adds_up_and_nobody_is_deadlocked(
        site, mariadb, hosts):
    person = Person(site, "developer")
    tokens = [person.app() for _ in range(KEYS)]
    mine = "FROM `keys` WHERE user_id = UNHEX('%s')" % \
        person.id.replace("-", "")

    def use_all(n):
        turned = tokens[::-1] if n % 2 else tokens
        return {check(site, hosts[n], token) for token in turned * USES}

    before = deadlocks(mariadb)
    with ThreadPoolExecutor(HOSTS) as pool:
        assert list(pool.map(use_all, range(HOSTS))) == [{200}] * HOSTS
        time.sleep(DUE)
        # whoever has come so far waits for this one in the middle
        middle, = site.sql("SELECT HEX(id) %s ORDER BY id LIMIT %d, 1" % (
            mine, KEYS // 2))
        rival = Rival(mariadb, site.db)
        rival.ask("BEGIN")
        rival.ask("SELECT 1 FROM `keys` WHERE id = UNHEX('%s') FOR UPDATE" %
                  middle)
        writing = [pool.submit(check, site, host) for host in hosts]
        eventually(lambda: mariadb.waits() == HOSTS)
        rival.ask("ROLLBACK")
        rival.close()
        assert [one.result() for one in writing] == [401] * HOSTS
    assert site.sql("SELECT uses " + mine) == [(str(HOSTS * USES),)] * KEYS
    assert deadlocks(mariadb) == before and len(before) == 1
