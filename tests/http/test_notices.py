# SPDX-License-Identifier: ISC
"""Mails about keys that others end, and about those that are nobody's."""

import time
import uuid

import pytest

import by_cgi
from made_keys import Holder, after
from people import Person, bearer
from site_under_test import ACCOUNT

MANY = 300


def poll(what, seconds=20):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "nothing came of it"
        time.sleep(0.1)


def told(site, person, event):
    """The texts of the mails that told somebody of it."""
    return [mail.get_payload(decode=True).decode() for mail in site.mails()
            if mail["To"] == person.username and
            mail["Subject"].startswith(("API key %s" % event,
                                        "API keys %s" % event))]


@pytest.mark.statement("A-16")
def test_whose_keys_end_together_is_told_once(site):
    several, one = Holder(site), Holder(site)
    keys = [several.make(expires_at=after(60)) for _ in range(3)]
    other = one.make(expires_at=after(60))
    body = {"kind": "pair", "state": "live", "expiring_before": after(90)}
    for dry_run in True, False:
        done = site.admin.post("/keys/revoke", json={
            **body, "dry_run": dry_run}).json()
        assert {key.id for key in [*keys, other]} <= set(done["ids"])
    poll(lambda: told(site, several, "ended") and told(site, one, "ended"))
    text, = told(site, several, "ended")
    assert all(key.id in text for key in keys) and other.id not in text
    assert not any(key.secret in text for key in keys)
    text, = told(site, one, "ended")
    assert other.id in text


def test_a_revocation_of_very_many_tells_all_of_them(site):
    word = "bulk" + uuid.uuid4().hex[:8]
    site.sql("INSERT INTO users (id, account_id, type, name, username, email,"
             " created_at, updated_at) SELECT UNHEX(MD5(CONCAT('{0}', seq))),"
             " id, 1, 'B', CONCAT('{0}', seq), CONCAT('{0}', seq, '@x.y'),"
             " 0, 0 FROM accounts, seq_1_to_{1} WHERE legacy_id = '{2}'"
             .format(word, MANY, ACCOUNT))
    site.sql("INSERT INTO `keys` (id, account_id, user_id, kind, handle,"
             " handle_key, label, made_by_user, created_at, updated_at)"
             " SELECT id, account_id, id, 2, '{0}', '{0}', 'B', id, 0, 0"
             " FROM users WHERE username LIKE '{0}%'".format(word))
    done = site.admin.post("/keys/revoke", json={"handle": word})
    assert done.json()["revoked"] == MANY
    poll(lambda: sum(mail["To"].startswith(word)
                     for mail in site.mails()) == MANY, 60)


# No server has a part in it: the test runs the program itself.
@pytest.mark.servers("lighttpd")
def test_mails_that_cannot_be_sent_do_not_keep_keys_alive(site):
    holder, admin = Holder(site), Person(site, "owner")
    key = holder.make()
    answer = by_cgi.ask(
        site, "keys.fcgi", "POST", "/keys/revoke",
        {"HTTP_AUTHORIZATION": bearer(admin.session())["Authorization"]},
        {"owner": holder.id},
        by_cgi.with_settings(site, sendmail="/bin/false"))
    assert answer.status == 200 and answer.json()["ids"] == [key.id]
    assert "a notice was not sent: /bin/false failed" in answer.log
    assert not key.works()


def end_by_cli(site, guid):
    site.cli("key", "revoke", "--account", ACCOUNT, guid)


ENDS = {
    "its own path": lambda site, guid: site.admin.delete(
        "/company/tokens/" + guid),
    "any kind's": lambda site, guid: site.admin.delete("/keys/" + guid),
    "the operator": end_by_cli,
}


@pytest.mark.parametrize("end", ENDS)
def test_of_a_company_token_its_maker_is_told(site, end):
    maker = Person(site, "vrm-admin")
    made = maker.login().post("/company/tokens", json={
        "description": "For the SIEM"}).json()
    rotated = site.admin.post("/keys/%s/rotate" % made["guid"], json={
        "grace": 0}).json()
    ENDS[end](site, made["guid"])
    for event in "made", "rotated", "ended":
        poll(lambda: told(site, maker, event))
        text, = told(site, maker, event)
        assert "A company token for which your user" in text
        assert made["guid"] in text
        assert made["token"] not in text and rotated["token"] not in text
