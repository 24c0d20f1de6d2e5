# SPDX-License-Identifier: ISC
"""Fifty at once: of rotations one wins, and what was revoked stays so."""

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from made_keys import EXCHANGE, KINDS, PAIR, Holder, code
from people import Person, bearer
from site_under_test import Client

N = 50


@pytest.fixture(scope="module", name="holder")
def one_developer(site):
    return Holder(site)


@pytest.fixture(scope="module", name="tokens")
def sessions_of_several_owners(site):
    """Who locks nothing of his own that another waits for."""
    return [Person(site, "owner").session() for _ in range(5)]


class Patient(Client):
    """Comes again when it is told to: a hoster gives few connections, and a
    server with fifty programs to start may drop one before it is heard."""

    def request(self, method, url, **options):
        end = time.monotonic() + 60
        while True:
            try:
                answer = super().request(method, url, **options)
            except requests.ConnectionError:
                assert time.monotonic() < end
            else:
                if answer.status_code != 503 or time.monotonic() > end:
                    return answer
                assert "Retry-After" in answer.headers
            self.close()
            time.sleep(0.05)


def at_once(site, tokens, n, work):
    """What work(client, i) gives for each i; callers take turns."""
    ready = threading.Barrier(n)

    def run(i):
        client = Patient(site)
        client.headers.update(bearer(tokens[i % len(tokens)]))
        ready.wait(60)
        return work(client, i)

    try:
        with ThreadPoolExecutor(n) as pool:
            return list(pool.map(run, range(n)))
    finally:
        Client.crowd_at = time.monotonic()


def rotate(client, key, **options):
    return client.post(key.path + "/rotate", timeout=60, **options)


def statuses(answers):
    return sorted(answer.status_code for answer in answers)


def endings(site, key):
    """How often the trail says that it was revoked."""
    return int(site.sql("SELECT COUNT(*) FROM audit WHERE action ="
                        " 'key.revoke' AND object_id = UNHEX('%s')"
                        % key.id.replace("-", ""))[0][0])


@pytest.mark.parametrize("kind", KINDS)
def test_of_fifty_rotations_one_wins(site, holder, tokens, kind):
    old = holder.make(kind)
    answers = at_once(site, tokens, N, lambda client, i: rotate(client, old))
    assert statuses(answers) == [200] + [409] * (N - 1)
    won, = [answer for answer in answers if answer.status_code == 200]
    assert {code(answer) for answer in answers if answer is not won} == {
        "rotating"}
    assert old.works() and old.rotated(won).works()
    assert len(site.admin.get(old.path).json()["secrets"]) == 2


@pytest.mark.parametrize("kind", [PAIR, EXCHANGE])
def test_without_a_grace_one_secret_is_left(site, holder, tokens, kind):
    """Each may win in its turn; then the one before it has lost."""
    old = holder.make(kind)
    answers = at_once(site, tokens, N, lambda client, i: rotate(
        client, old, json={"grace": 0}))
    assert set(statuses(answers)) <= {200, 409} and 200 in statuses(answers)
    keys = [old] + [old.rotated(answer) for answer in answers
                    if answer.status_code == 200]
    assert sum(key.works() for key in keys) == 1
    assert len(site.admin.get(old.path).json()["secrets"]) == 1


# mod_fcgid keeps a second request waiting until the first is answered.
@pytest.mark.servers("lighttpd", "apache-cgi")
def test_one_idempotency_key_is_one_rotation(site, holder, tokens):
    for _ in range(5):
        key = holder.make()
        again = {"Idempotency-Key": str(uuid.uuid4())}
        answers = at_once(
            site, tokens[:1], 10, lambda client, i, key=key, again=again:
            rotate(client, key, headers=again))
        assert statuses(answers) == [200] * 10
        assert len({answer.text for answer in answers}) == 1


def test_of_fifty_revocations_one_is_recorded(site, holder, tokens):
    key = holder.make()
    answers = at_once(site, tokens, N, lambda client, i: client.delete(
        key.path, json={"reason": "number %d" % i}, timeout=60))
    assert statuses(answers) == [204] * N
    assert endings(site, key) == 1 and key.why() == "revoked"


def test_of_fifty_sweeps_each_ends_what_no_other_did(site, tokens):
    sweeper = Holder(site)
    keys = [sweeper.make() for _ in range(5)]
    answers = at_once(site, tokens, 20, lambda client, i: client.post(
        "/keys/revoke", json={"owner": sweeper.id}, timeout=60))
    assert statuses(answers) == [200] * 20
    ended = [id for answer in answers for id in answer.json()["ids"]]
    assert sorted(ended) == sorted(key.id for key in keys)
    assert sum(answer.json()["revoked"] for answer in answers) == len(keys)


@pytest.mark.parametrize("kind", [PAIR, EXCHANGE])
def test_after_a_revocation_no_secret_works(site, holder, tokens, kind):
    """Not the one before it, nor any that a rotation beside it gave."""
    old = holder.make(kind)

    def work(client, i):
        if i % 2:
            return rotate(client, old, json={"grace": 3600 if i % 4 else 0})
        answer = client.delete(old.path, timeout=60)
        assert answer.status_code == 204 and not old.works()
        return answer

    answers = at_once(site, tokens, N, work)
    assert set(statuses(answers)) <= {200, 204, 409}
    keys = [old] + [old.rotated(answer) for answer in answers
                    if answer.status_code == 200]
    assert not any(key.works() for key in keys)
    assert endings(site, old) == 1


def test_a_change_beside_a_revocation_revives_nothing(site, holder, tokens):
    key = holder.make()
    answers = at_once(site, tokens, 20, lambda client, i: client.patch(
        key.path, json={"disabled": i % 4 == 1}, timeout=60)
        if i % 2 else client.delete(key.path, timeout=60))
    assert set(statuses(answers)) <= {200, 204, 409}
    assert key.why() == "revoked"
    assert site.admin.get(key.path).json()["state"] == "revoked"


def test_changes_of_two_members_do_not_undo_each_other(site, holder, tokens):
    for _ in range(5):
        key = holder.make()
        answers = at_once(site, tokens, 20, lambda client, i, key=key:
                          client.patch(key.path, timeout=60, json={
                              "rules": ["GET /here"]} if i == 10 else {
                                  "label": "number %d" % i}))
        assert statuses(answers) == [200] * 20
        item = site.admin.get(key.path).json()
        assert item["rules"] == ["GET /here"] and item["label"] != "P"
