# SPDX-License-Identifier: ISC
"""The knobs of faults.c."""

import contextlib
import os
import struct

import processes

KNOBS = ("slow_fill", "slow_telling", "deaths", "leap", "name", "database",
         "memory", "lasting")


class Knobs:
    """All of them are 0 until a test turns them."""

    def __init__(self, folder, library, name="knobs"):
        self.path = os.path.join(folder, name)
        self.env = {"LD_PRELOAD": library, "FAULTS": self.path}
        with open(self.path, "wb") as file:
            file.write(bytes(8 * len(KNOBS)))
        processes.give(self.path)

    def set(self, name, value):
        with open(self.path, "r+b", buffering=0) as file:
            file.seek(8 * KNOBS.index(name))
            file.write(struct.pack("=q", value))

    def get(self, name):
        with open(self.path, "rb") as file:
            return struct.unpack_from("=q", file.read(),
                                      8 * KNOBS.index(name))[0]

    @contextlib.contextmanager
    def turned(self, **values):
        """Within, they stand so."""
        for name, value in values.items():
            self.set(name, value)
        try:
            yield
        finally:
            for name in values:
                self.set(name, 0)
