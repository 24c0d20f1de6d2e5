# SPDX-License-Identifier: ISC
"""The same while the shared files are damaged, programs are killed and the
clock leaps: what was taken stays taken, what is there is mostly found."""

import contextlib
import glob
import os
import random
import signal

import pytest

import processes
import takings
from test_revocation import meanwhile, run

KINDS = (takings.Disabled, takings.Revoked, takings.RevokedByCommand,
         takings.Replaced, takings.KeyOfJwt)


class State:
    """The folder of the shared files."""

    def __init__(self, site, knobs):
        self.site, self.knobs = site, knobs
        self.path = os.path.join(site.home, "var")

    def files(self):
        return glob.glob(os.path.join(self.path, "generations-*")) + \
            glob.glob(os.path.join(self.path, "cache-*"))

    def one(self):
        return random.choice(self.files() or [self.path + "/none"])

    @contextlib.contextmanager
    def opened(self, path):
        """In place; perhaps it has just gone."""
        with contextlib.suppress(FileNotFoundError):
            with open(path, "r+b", buffering=0) as file:
                yield file, os.fstat(file.fileno()).st_size
                return
        yield None, 0

    # What is done to it

    def remove(self):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.one())

    def remove_generations(self):
        for path in self.files():
            if "generations" in path:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)

    def replace(self):
        """By garbage of the right size, and by a folder's worth of nothing."""
        path = self.one()
        with contextlib.suppress(FileNotFoundError):
            size = os.stat(path).st_size
            with open(path + ".garbage", "wb") as file:
                file.write(os.urandom(1 << 16))
                file.truncate(size)
            os.chmod(path + ".garbage", 0o600)
            processes.give(path + ".garbage")
            os.rename(path + ".garbage", path)

    def overwrite(self):
        with self.opened(self.one()) as (file, size):
            if file:
                file.seek(random.randrange(0, size or 1, 8))
                file.write(os.urandom(4096)[:max(0, size - file.tell())])

    def cut(self):
        with self.opened(self.one()) as (file, size):
            if file:
                file.truncate(random.choice([0, 4096, size // 2 & ~7]))

    def cut_and_grow(self):
        """What was in it is zeros; its size and its head are what they were."""
        with self.opened(self.one()) as (file, size):
            if file:
                file.truncate(random.choice([0, 64, 4096, size // 2 & ~7]))
                file.truncate(size)

    def forbid(self):
        os.chmod(self.path, random.choice([0, 0o500, 0o700, 0o700]))

    def disown(self):
        if os.geteuid() == 0:
            os.chown(self.path, random.choice([0, 33]), -1)

    # And to the rest

    def kill(self):
        below = [pid for root in self.site.roots() for pid, name in
                 processes.children(root).items() if name.endswith(".fcgi")]
        if below:
            with contextlib.suppress(ProcessLookupError):
                os.kill(random.choice(below), signal.SIGKILL)

    def kill_after_commit(self):
        self.knobs.set("deaths", 1)

    def leap(self):
        """A minute here or there: sessions and tokens are still alive."""
        self.knobs.set("leap", random.randint(-60000, 60000))

    def rename(self):
        """Who is started from now on finds another name of the host."""
        self.knobs.set("name", random.randint(1, 1000))

    def mend(self):
        for name in ("deaths", "leap", "name"):
            self.knobs.set(name, 0)
        os.chmod(self.path, 0o700)
        processes.give(self.path)


@pytest.fixture
def state(site, knobs):
    made = State(site, knobs)
    site.disturb()
    yield made
    made.mend()


@pytest.mark.parametrize("damage", [
    State.remove_generations, State.remove, State.replace, State.overwrite,
    State.cut, State.cut_and_grow, State.forbid, State.disown],
    ids=lambda damage: damage.__name__)
def test_whatever_becomes_of_the_files(board, site, state, changes, damage):
    things = takings.cast(site, KINDS)
    with meanwhile(lambda: damage(state), 0.02):
        run(board, things, changes // 4)
        state.mend()
    board.verify()


@pytest.mark.parametrize("damage, pause", [
    (State.kill, 0.1), (State.kill_after_commit, 0.3), (State.leap, 0.05),
    (State.rename, 0.05)], ids=["kill", "kill_after_commit", "leap", "rename"])
def test_whatever_becomes_of_the_programs(
        board, site, state, changes, damage, pause):
    things = takings.cast(site, KINDS)
    with meanwhile(lambda: damage(state), pause):
        run(board, things, changes // 4)
        state.mend()
    board.verify(live=False)


@pytest.mark.parametrize("kind", takings.CHANGES + takings.OTHERS,
                         ids=lambda kind: kind.__name__)
def test_a_repeat_tells_what_a_killed_program_did_not(
        board, site, knobs, kind):
    """It dies between the commit and the telling; the repeat finds it done."""
    site.disturb()
    thing, = takings.cast(site, [kind])
    take = thing.take

    def take_and_die():
        with knobs.turned(deaths=1):
            take()
            assert knobs.get("deaths") <= 0

    thing.take = take_and_die
    run(board, [thing], 1)
    board.verify(live=False, all=False)
