# SPDX-License-Identifier: ISC
"""Several hosts on one machine: sites with state folders of their own on one
database, or each on its own node of a cluster."""

import contextlib
import os
import shutil

import database
import processes
import servers
import track

HERE = os.path.dirname(os.path.abspath(__file__))
GALERA = "/usr/lib/galera/libgalera_smm.so"


class Host(track.Track):
    """lighttpd alone; the first one makes the database."""

    hosts = 2

    def __init__(self, folder, database, name, first=None):
        super().__init__(folder, database, name)
        self.first = first
        if first is not None:
            self.db = first.db

    def add_others(self):
        pass

    def configure(self):
        super().configure()
        path = os.path.join(self.home, "etc", "latchkey.ini")
        servers.write(path, processes.contents(path) +
                      "[cache]\nhold_back = 300\n", 0o600)
        if self.first is not None:
            shutil.copy(os.path.join(self.first.home, "etc", "keyring"),
                        os.path.join(self.home, "etc", "keyring"))

    def make_database(self):
        if self.first is None:
            super().make_database()

    def populate(self):
        if self.first is None:
            super().populate()

    def doors(self):
        for door in super().doors():
            door.name = "%s: %s" % (os.path.basename(os.path.dirname(
                self.home)), door.name)
            yield door


@contextlib.contextmanager
def serving(folder, databases, env, name="host"):
    """One on each, the first of which is where changes are made."""
    made = []
    for number, one in enumerate(databases):
        site = Host(folder, one, "%s%d" % (name, number), *made[:1])
        site.env = env
        site.prepare()
        site.start()
        made.append(site)
    yield made
    for site in made:
        site.stop()


class Node(database.Database):
    """One of a Galera cluster.  The others begin with a copy of the first
    one's data, so that nothing has to be sent to them."""

    def __init__(self, top, number, nodes):
        folder = os.path.join(top, "node%d" % number)
        os.makedirs(folder)
        processes.give(folder)
        super().__init__(folder)
        self.first = nodes[0] if nodes else None
        self.port = processes.free_port()
        # as the server starts it: by its name alone
        script = shutil.copy(os.path.join(HERE, "wsrep_sst_copied"), folder)
        processes.give(script)
        self.env = {"LATCHKEY_NODES": top,
                    "PATH": folder + ":" + processes.CLEAN["PATH"]}
        self.extra = [
            "--binlog-format=ROW", "--innodb-autoinc-lock-mode=2",
            "--wsrep-on=ON", "--wsrep-provider=" + GALERA,
            "--wsrep-cluster-name=races", "--wsrep-sst-method=copied",
            "--wsrep-node-address=127.0.0.1:%d" % self.port,
            "--wsrep-node-name=node%d" % number,
            "--wsrep-cluster-address=gcomm://" + ",".join(
                "127.0.0.1:%d" % node.port for node in nodes),
            "--wsrep-provider-options=base_port=%d;gcache.size=16M;"
            "gmcast.listen_addr=tcp://127.0.0.1:%d;"
            "ist.recv_addr=127.0.0.1:%d" % (
                self.port, self.port, processes.free_port())]

    def start(self):
        if self.first is not None:
            processes.call(["cp", "-a", self.first.seed, self.data])
        super().start()
        processes.wait_until(self.synced, "a node", self.process,
                             lambda: processes.contents(self.log), 60)

    def synced(self):
        return self.ready() and self.query(
            None, "SHOW STATUS LIKE 'wsrep_ready'") == [("wsrep_ready", "ON")]

    def prepare_seed(self):
        """What the others begin with: the cluster before anybody wrote."""
        self.start()
        self.stop()
        self.seed = self.data + ".seed"
        processes.call(["cp", "-a", self.data, self.seed])
        for name in ("galera.cache", "gvwstate.dat"):
            processes.call(["rm", "-f", os.path.join(self.seed, name)])
