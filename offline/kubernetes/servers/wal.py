"""Giving back what etcd reserves: each write-ahead log takes 64 MB ahead, and the next one as much.

A log is a row of frames: eight bytes with the length of a record (the lower 56 bits) and of its padding (three bits of
the highest byte), then both; a length of zero ends it, as its end does (etcd: server/storage/wal/decoder.go, v3.6.5).
"""

from __future__ import annotations

import struct
from pathlib import Path

_LENGTH = struct.Struct("<q")
_RECORD_BITS = (1 << 56) - 1
_PADDING_BITS = 0x7


def shrink(data: Path) -> None:
    """Cut the logs below ``data`` where their records end. The server must not run."""
    folder = data / "member" / "wal"
    for reserved in folder.glob("*.tmp"):
        reserved.unlink()
    for log in folder.glob("*.wal"):
        end = end_of(log)
        if end < log.stat().st_size:
            with log.open("r+b") as file:
                file.truncate(end)


def end_of(log: Path) -> int:
    """Where the records of a log end, in bytes. An incomplete last record stays: the server repairs it."""
    size, offset = log.stat().st_size, 0
    with log.open("rb") as file:
        while offset + _LENGTH.size <= size:
            file.seek(offset)
            (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
            if length == 0:
                return offset
            unsigned = length & 0xFFFF_FFFF_FFFF_FFFF
            padding = (unsigned >> 56) & _PADDING_BITS if length < 0 else 0
            offset += _LENGTH.size + (unsigned & _RECORD_BITS) + padding
    return size
