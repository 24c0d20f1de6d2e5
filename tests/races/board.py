# SPDX-License-Identifier: ISC
"""What is so by now, for checkers that never pause; see checker.c."""

import itertools
import mmap
import os
import struct
import subprocess
import time

import processes

TARGETS, CHECKERS, REQUEST = 16, 16, 2040
EITHER, LIVE, TAKEN = range(3)
CHECKER = struct.Struct("=3Q3QQ%dQ" % TARGETS)
SLOT = 8 + REQUEST
TARGET = 8 + CHECKERS * SLOT
FIRST_TARGET = 8 + CHECKERS * CHECKER.size
PATIENCE = 60	# seconds for every door to have answered once more

NUMBERS = itertools.count(1)


class Board:
    """The shared file, and the processes that look at it."""

    def __init__(self, folder, program):
        self.path = os.path.join(folder, "board")
        self.program = program
        self.doors = []
        self.running = []
        size = FIRST_TARGET + TARGETS * TARGET
        with open(self.path, "wb") as file:
            file.truncate(size)
        with open(self.path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), size)
        processes.give(self.path)

    # Checkers

    def add(self, door):
        """One more process at that door."""
        number = len(self.doors)
        self.doors.append(door)
        self.running.append(subprocess.Popen(processes.drop() + [
            self.program, self.path, str(number), str(door.port),
            door.needle]))

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.put(0, 1)
        for one in self.running:
            one.wait(PATIENCE)

    def counts(self):
        """For each door: right and wrong answers by what was so, and lost."""
        found = {}
        for number, door in enumerate(self.doors):
            one = CHECKER.unpack_from(self.map, 8 + number * CHECKER.size)
            found.setdefault(door.name, []).append(
                {"right": one[:3], "wrong": one[3:6], "lost": one[6]})
        return found

    def verify(self, live=True, all=True):
        """Nothing that was taken was accepted.  With all: and at each door
        something was asked.  With live: and what was there was accepted."""
        for name, checkers in self.counts().items():
            for one in checkers:
                assert one["wrong"][TAKEN] == 0, (name, one)
                if all:
                    assert one["right"][LIVE], (name, one)
                    assert one["right"][TAKEN], (name, one)
                if live:
                    assert one["wrong"][LIVE] == one["lost"] == 0, (name, one)

    # Targets

    def put(self, at, number):
        self.map[at:at + 8] = struct.pack("=Q", number)

    def get(self, at):
        return struct.unpack_from("=Q", self.map, at)[0]

    def say(self, target, so):
        """From now on that is so; its word."""
        word = next(NUMBERS) * 4 + so
        self.put(FIRST_TARGET + target * TARGET, word)
        return word

    def offer(self, target, key):
        """From now on this is what is asked; say() comes before and after."""
        for number, door in enumerate(self.doors):
            text = door.request(key) or b""
            assert len(text) <= REQUEST
            at = FIRST_TARGET + target * TARGET + 8 + number * SLOT
            self.map[at + 8:at + 8 + len(text)] = text
            self.put(at, len(text))

    def forget(self, target):
        self.put(FIRST_TARGET + target * TARGET, 0)

    def await_all(self, target, word):
        """Wait until each checker that asks about it has answered so."""
        end = time.monotonic() + PATIENCE
        for number, door in enumerate(self.doors):
            at = FIRST_TARGET + target * TARGET + 8 + number * SLOT
            seen = 8 + number * CHECKER.size + 56 + target * 8
            while self.get(at) and self.get(seen) != word:
                assert time.monotonic() < end, (
                    "%s: no answer" % door.name, target, word % 4,
                    self.counts())
                time.sleep(0.0005)
