# SPDX-License-Identifier: ISC
"""Rotating keys: a new secret, and the old one for as long as its grace."""

import datetime
import time
import uuid

import pytest

from made_keys import (
    EXCHANGE, KINDS, OWN, PAIR, Holder, after, code, pointer, random_path)
from people import bearer

DAY = 86400


@pytest.fixture(scope="module", name="holder")
def one_developer(site):
    return Holder(site)


def rotate(client, key, headers=None, **body):
    """None of it said is no body at all."""
    return client.post(key.path + "/rotate", json=body or None,
                       headers=headers)


def seconds_to(text):
    when = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
    return when.timestamp() - time.time()


def changes(site, key):
    return int(site.sql("SELECT COUNT(*) FROM audit WHERE object_id ="
                        " UNHEX('%s')" % key.id.replace("-", ""))[0][0])


STAYS = ("id", "kind", "owner", "handle", "label", "state", "scopes",
         "workspaces", "rules", "addresses", "rates", "quotas", "starts_at",
         "expires_at",
         "created_at", "created_by")


@pytest.mark.statement("T-2")
@pytest.mark.parametrize("kind", KINDS)
def test_old_and_new_work_during_the_grace(site, holder, kind):
    old = holder.make(kind)
    before = site.admin.get(old.path).json()
    answer = rotate(site.admin, old)
    new = old.rotated(answer)
    assert new.secret != old.secret and old.works() and new.works()
    assert abs(seconds_to(answer.json()["old_ends_at"]) - DAY) < 60
    item = site.admin.get(old.path).json()
    assert {name: item[name] for name in STAYS} == {
        name: before[name] for name in STAYS}
    assert item["uses"] >= before["uses"]
    assert item["hint"] == new.secret[-4:]
    assert [(one["hint"], one["ends_at"]) for one in item["secrets"]] == [
        (new.secret[-4:], None),
        (old.secret[-4:], answer.json()["old_ends_at"])]


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_grace_the_old_one_ends_at_once(site, holder, kind):
    old = holder.make(kind)
    new = old.rotated(rotate(site.admin, old, grace=0))
    assert new.works() and not old.works()
    if kind != EXCHANGE:
        assert old.why() == "expired"
    item = site.admin.get(old.path).json()
    assert [one["hint"] for one in item["secrets"]] == [new.secret[-4:]]
    # and nothing is left that a second rotation would wait for
    assert rotate(site.admin, old, grace=0).status_code == 200


@pytest.mark.parametrize("kind", ["named", "personal"])
def test_what_can_be_read_again_is_the_new_one(holder, kind):
    old = holder.make(kind)
    new = old.rotated(rotate(holder.client, old))
    path = "/user/token" if kind == "personal" else \
        "/user/keys/" + holder.client.get(old.path).json()["handle"]
    assert holder.client.get(path).json()["token"] == new.secret


def test_the_old_one_ends_with_its_grace(holder):
    old = holder.make()
    new = old.rotated(rotate(holder.client, old, grace=1))
    assert old.works()
    time.sleep(1.2)
    assert new.works() and old.why() == "expired"


@pytest.mark.statement("T-2")
def test_the_old_one_does_not_outlive_the_key(holder):
    end = after(3600)
    key = holder.make(expires_at=end)
    answer = rotate(holder.client, key)
    assert answer.json()["old_ends_at"] == answer.json()["expires_at"] == end
    assert holder.client.get(key.path).json()["expires_at"] == end


@pytest.mark.parametrize("kind", [PAIR, EXCHANGE])
def test_deleting_ends_both(site, holder, kind):
    old = holder.make(kind)
    new = old.rotated(rotate(site.admin, old))
    assert site.admin.delete(old.path).status_code == 204
    assert not old.works() and not new.works()


def test_what_was_got_with_the_old_one_stops_with_it(site, holder):
    old = holder.make(EXCHANGE)
    token = old.exchange().json()["token"]
    client = site.client()
    new = old.rotated(rotate(site.admin, old, grace=1))
    later = new.exchange().json()["token"]
    assert client.get("/check", headers=bearer(token)).status_code == 200
    time.sleep(1.2)
    assert client.get("/check", headers=bearer(token)).status_code == 401
    assert client.get("/check", headers=bearer(later)).status_code == 200


# Again

@pytest.mark.statement("T-8")
def test_while_the_grace_lasts_there_is_no_third(site, holder):
    old = holder.make()
    new = old.rotated(rotate(holder.client, old))
    before = changes(site, old)
    for body in ({}, {"grace": 0}, {"grace": 60}):
        answer = rotate(holder.client, old, **body)
        assert answer.status_code == 409 and code(answer) == "rotating"
    assert old.works() and new.works() and changes(site, old) == before


@pytest.mark.statement("T-8")
def test_a_repeat_gets_the_first_answer(site, holder):
    old = holder.make()
    again = {"Idempotency-Key": str(uuid.uuid4())}
    first = rotate(holder.client, old, again, grace=60)
    before = changes(site, old)
    repeat = rotate(holder.client, old, again, grace=60)
    assert repeat.status_code == 200 and repeat.text == first.text
    assert repeat.headers["Idempotency-Replayed"] == "true"
    assert changes(site, old) == before and old.rotated(first).works()
    # another request under the same key, and the same one under another
    assert rotate(holder.client, old, again, grace=61).status_code == 422
    assert rotate(holder.client, old, {
        "Idempotency-Key": str(uuid.uuid4())}, grace=60).status_code == 409
    assert holder.client.delete(old.path).status_code == 204
    answer = rotate(holder.client, old, again, grace=60)
    assert answer.status_code == 409 and code(answer) == "revoked"


# Who may, and what may be asked

@pytest.mark.parametrize("grace", [-1, 30 * DAY + 1, 1.5, "60", None])
def test_a_grace_has_its_bounds(holder, grace):
    key = holder.make()
    answer = rotate(holder.client, key, grace=grace)
    assert answer.status_code == 422 and pointer(answer) == "#/grace"
    assert rotate(holder.client, key, grace=30 * DAY).status_code == 200


def test_another_s_key_is_not_found(site, holder):
    key = Holder(site).make()
    answer = rotate(holder.client, key)
    random = holder.client.post(random_path() + "/rotate")
    assert answer.status_code == random.status_code == 404
    assert key.works()


def test_what_has_ended_has_no_new_secret(site, holder):
    gone, over = holder.make(), holder.make(expires_at=after(60))
    holder.client.delete(gone.path)
    site.sql("UPDATE `keys` SET expires_at = 1 WHERE id = UNHEX('%s')"
             % over.id.replace("-", ""))
    for key in (gone, over):
        answer = rotate(holder.client, key)
        assert answer.status_code == 409 and code(answer) == "ended"


def test_a_key_of_one_who_is_shut_out_is_not_rotated(site):
    shut = Holder(site)
    key = shut.make()
    site.admin.patch("/users/" + shut.id, json={"blocked": True})
    answer = rotate(site.admin, key)
    assert answer.status_code == 409 and code(answer) == "owner"


def test_a_key_rotates_itself(holder):
    for kind in OWN:
        old = holder.make(kind, scopes=["latchkey:keys", "pages:read"])
        new = old.rotated(old.send("POST", old.path + "/rotate",
                                   json={"grace": 0}))
        assert new.works() and not old.works()


def test_its_owner_is_told(site, holder):
    key = holder.make()
    seen = len(site.mails())
    new = key.rotated(rotate(holder.client, key))
    end = time.monotonic() + 10
    while len(site.mails()) == seen and time.monotonic() < end:
        time.sleep(0.05)
    mail = site.mails()[-1]
    assert mail["To"] == holder.username
    text = mail.get_payload(decode=True).decode()
    assert key.id in text and new.secret not in text


def test_the_trail_says_so_without_the_secret(site, holder):
    key = holder.make()
    new = key.rotated(rotate(holder.client, key))
    detail = site.sql("SELECT detail FROM audit WHERE action = 'key.rotate'"
                      " AND object_id = UNHEX('%s')"
                      % key.id.replace("-", ""))[0][0]
    assert "old_ends_at" in detail
    assert new.secret not in detail and key.secret not in detail
