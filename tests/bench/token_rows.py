# SPDX-License-Identifier: ISC
"""Keys by the hundred thousand, written straight into the tables."""

import hmac
import os
import random
import subprocess
import uuid

import processes
import servers

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LENGTH = 48		# of an app token, which needs no more than Bearer
CHECKSUM = 6
HOLDER = "integration@acme.example"	# a developer: most holders are
APP = 6

WHOSE = """
SET SESSION unique_checks = 0, foreign_key_checks = 0;
SET @user = (SELECT id FROM users WHERE username = '{user}'),
    @account = (SELECT account_id FROM users WHERE username = '{user}');
"""

ID = "CONCAT(LPAD(HEX(seq), 12, '0'), '70008', SUBSTR(MD5(seq), 1, 15))"
COLUMNS = ("account_id = @account, user_id = @user, kind = {kind},"
           " label = 'bench', made_by_user = @user, created_at = 0,"
           " updated_at = 0")

# Rows that nobody looks up, in the order of both primary keys: a table of
# millions is filled in minutes, and empty tables are filled in bulk.
FILL = """
INSERT INTO `keys` (id, account_id, user_id, kind, label, made_by_user,
    created_at, updated_at)
    SELECT UNHEX({id}), @account, @user, {kind}, 'filler', @user, 0, 0
    FROM seq_1_to_{n};
INSERT INTO key_secrets (digest, key_id, version, hint, starts_at)
    SELECT UNHEX(CONCAT(LPAD(HEX(seq * {step}), 16, '0'),
    SUBSTR(SHA2(seq, 256), 1, 48))), UNHEX({id}), {version}, 'fill', 0
    FROM seq_1_to_{n};
"""

LOAD = """
LOAD DATA INFILE '{path}' INTO TABLE `keys` (@id, @digest, @ends, @rates)
    SET id = UNHEX(@id), expires_at = NULLIF(@ends, ''),
    rates = NULLIF(@rates, ''), {columns};
LOAD DATA INFILE '{path}' INTO TABLE key_secrets
    (@id, @digest, @ends, @rates)
    SET digest = UNHEX(@digest), key_id = UNHEX(@id), version = {version},
    hint = 'real', starts_at = 0;
ANALYZE TABLE `keys`, key_secrets;
"""


def parts(*texts):
    return b"".join(len(text).to_bytes(8, "big") + text for text in texts)


class Ring:
    """The keys that the newest version of a keyring's file derives."""

    def __init__(self, path):
        with open(path) as file:
            live = [line.split() for line in file if " live " in line]
        self.version = int(live[-1][0])
        master = bytes.fromhex(live[-1][2])
        self.token_key = self.derive(master, b"latchkey:token")
        self.checksum_key = self.derive(master, b"latchkey:checksum")

    @staticmethod
    def derive(master, word):
        return hmac.digest(master, parts(word), "sha256")

    def checksum(self, text):
        said = hmac.digest(self.checksum_key,
                           parts(bytes(16), text.encode()), "sha256")
        value = int.from_bytes(said[:8], "big")
        out = ""
        for _ in range(CHECKSUM):
            value, digit = divmod(value, 62)
            out += ALPHABET[digit]
        return out

    def token(self):
        text = "lka" + ALPHABET[self.version] + "".join(random.choices(
            ALPHABET, k=LENGTH - 4 - CHECKSUM))
        return text + self.checksum(text)

    def digest(self, text):
        return hmac.digest(self.token_key, parts(bytes(16), text.encode()),
                           "sha256")


def forged(ring):
    """A token with the checksum of another."""
    return ring.token()[:-CHECKSUM] + ring.token()[-CHECKSUM:]


def garbage():
    return "".join(random.choices(ALPHABET, k=LENGTH))


def write_lines(path, tokens):
    """For wrk, one value of Authorization a line."""
    servers.write(path, "".join("Bearer %s\n" % one for one in tokens), 0o600)


class Table:
    """The keys of one database, under one keyring."""

    def __init__(self, mariadb, name, ring):
        self.mariadb = mariadb
        self.name = name
        self.ring = ring

    def run(self, text):
        done = subprocess.run(
            processes.drop() + self.mariadb.client(self.name), input=
            WHOSE.format(user=HOLDER) + text, text=True,
            stdout=subprocess.DEVNULL, check=False, env=processes.CLEAN)
        if done.returncode != 0:
            raise SystemExit("bench: the table could not be filled")

    def fill(self, n):
        if n > 0:
            self.run(FILL.format(id=ID, n=n, step=(2 ** 64 - 1) // (n + 1),
                                 kind=APP, version=self.ring.version))

    def add(self, n, folder, ends="", rates=""):
        """n keys that are good until ends, and so often; their tokens."""
        path = os.path.join(folder, self.name + ".rows")
        tokens = [self.ring.token() for _ in range(n)]
        servers.write(path, "".join("%s\t%s\t%s\t%s\n" % (
            uuid.uuid4().hex, self.ring.digest(token).hex(), ends, rates)
            for token in tokens), 0o600)
        processes.give(folder)
        self.run(LOAD.format(path=path, version=self.ring.version,
                             columns=COLUMNS.format(kind=APP)))
        os.remove(path)
        return tokens
