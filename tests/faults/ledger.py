# SPDX-License-Identifier: ISC
"""What was asked and what was answered, held against what is there."""

import threading
import time
import uuid

import requests

LOST = 0	# no answer, or one by the web server in the program's stead


class Entry:
    """One key: the intent to make it, and perhaps to end it."""

    def __init__(self):
        self.name = "ledger " + uuid.uuid4().hex
        self.made = None	# statuses, LOST or codes of problems
        self.ended = None
        self.uuid = None
        self.secret = None


def outcome(send):
    """Status and body; a problem that Latchkey wrote has a code."""
    try:
        answer = send()
    except requests.RequestException:
        return LOST, {}
    if answer.status_code >= 500 and "X-Request-Id" not in answer.headers:
        return LOST, {}
    body = answer.json() if answer.content else {}
    return answer.status_code, body


def code(body):
    return body["errors"][0].get("code")


class Ledger:
    """Makes and ends keys, and audits the database against its memory."""

    intended = set()	# names, of all ledgers

    def __init__(self, site):
        self.site = site
        self.entries = []
        self.lock = threading.Lock()
        self.session = site.admin.cookies["session"]
        self.stopping = threading.Event()
        self.threads = []

    def caller(self):
        client = self.site.client()
        client.headers["Authorization"] = "Bearer " + self.session
        return client

    def make(self, client, **headers):
        entry = Entry()
        with self.lock:
            self.entries.append(entry)
            self.intended.add(entry.name)
        entry.made, body = outcome(lambda: client.post(
            "/api_tokens/", json={"name": entry.name}, headers=headers))
        if entry.made == 201:
            entry.uuid, entry.secret = body["uuid"], body["secret"]
        elif entry.made != LOST:
            entry.made = code(body)
        return entry

    def end(self, client, entry):
        entry.ended = LOST
        entry.ended, body = outcome(lambda: client.delete(
            "/api_tokens/%s/" % entry.uuid))
        if entry.ended not in (LOST, 204):
            entry.ended = code(body)

    # Load

    def work(self):
        client = self.caller()
        while not self.stopping.is_set():
            entry = self.make(client)
            if entry.made == 201 and int(entry.uuid[-1], 16) % 2:
                self.end(client, entry)
            elif entry.made != 201:
                time.sleep(0.05)

    def __enter__(self):
        self.threads = [threading.Thread(target=self.work) for _ in range(4)]
        for one in self.threads:
            one.start()
        return self

    def __exit__(self, *error):
        self.stopping.set()
        for one in self.threads:
            one.join()

    def count(self):
        """Keys made so far."""
        return sum(entry.made == 201 for entry in list(self.entries))

    def await_more(self, n, seconds=20):
        """Wait until n keys more have been made: the site works (again)."""
        wanted, end = self.count() + n, time.monotonic() + seconds
        while self.count() < wanted:
            assert time.monotonic() < end, "no keys are made any more"
            time.sleep(0.02)

    # The sweep

    def verify(self):
        """Nothing answered is lost, nothing is there by half or twice."""
        rows = {row[0]: row[1:] for row in self.site.sql(
            "SELECT k.label, LOWER(HEX(k.id)), k.revoked_at IS NOT NULL,"
            " COALESCE(s.n, 0), COALESCE(a.made, 0), COALESCE(a.ended, 0),"
            " l.n FROM `keys` k LEFT JOIN (SELECT key_id, COUNT(*) AS n"
            "  FROM key_secrets GROUP BY key_id) s ON s.key_id = k.id"
            " LEFT JOIN (SELECT object_id, SUM(action = 'key.create') AS made,"
            "  SUM(action = 'key.revoke') AS ended FROM audit"
            "  GROUP BY object_id) a ON a.object_id = k.id"
            " JOIN (SELECT label, COUNT(*) AS n FROM `keys` GROUP BY label) l"
            "  ON l.label = k.label WHERE k.label LIKE 'ledger %'")}
        self.verify_rows(rows)
        self.verify_audit()
        self.verify_checks(rows)

    def verify_rows(self, rows):
        assert set(rows) <= self.intended, "a key that nobody asked for"
        for entry in self.entries:
            row = rows.get(entry.name)
            if entry.made == 201:
                assert row is not None, "an answered key is gone"
                assert row[0] == entry.uuid.replace("-", "")
            elif entry.made not in (LOST, "unknown-outcome"):
                assert row is None, "%s, but it was made" % entry.made
            if row is None:
                continue
            revoked = row[1]
            assert row[2:] == ("1", "1", revoked, "1"), row
            if entry.ended == 204:
                assert revoked == "1", "an answered revocation is gone"
            elif entry.ended not in (LOST, "unknown-outcome"):
                assert revoked == "0", "%s, but it ended" % entry.ended

    def verify_audit(self):
        """Each row whole, and none without its object."""
        assert self.site.cli("audit", "verify", check=False).returncode == 0
        assert self.site.sql(
            "SELECT COUNT(*) FROM audit a LEFT JOIN `keys` k"
            " ON k.id = a.object_id WHERE a.object_type = 'key'"
            " AND k.id IS NULL") == [("0",)]
        assert self.site.sql(
            "SELECT COUNT(*) FROM key_secrets s LEFT JOIN `keys` k"
            " ON k.id = s.key_id WHERE k.id IS NULL") == [("0",)]

    def verify_checks(self, rows, most=60):
        """The newest, as callers see them."""
        client = self.site.client()
        known = [entry for entry in self.entries if entry.secret]
        for entry in known[-most:]:
            answer = client.get("/check", auth=(entry.uuid, entry.secret))
            alive = rows[entry.name][1] == "0"
            assert answer.status_code == (200 if alive else 401)
