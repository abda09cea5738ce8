"""What only one daemon at a time may have: the data folder, and the port that it serves on."""

import contextlib
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from core.config import DataDir
from core.errors import InUseError, PolicywireError


@contextlib.contextmanager
def hold(data: DataDir) -> Iterator[None]:
    """Hold the data folder. Raises InUseError while another daemon does."""
    try:
        data.make()
        lock = os.open(data.lock, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        message = f"the data folder {data.path} cannot be written: {error.strerror}; name another with --data"
        raise PolicywireError(message) from error
    try:
        _take(data, lock)
        yield
    finally:
        os.close(lock)


@contextlib.contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Hold a file for the block, and say whether that went well: not while another process holds it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise PolicywireError(f"{path} cannot be written: {error.strerror}; make room there") from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(lock)


def is_held(data: DataDir) -> bool:
    """Say whether a daemon, or a verb that needs the data folder for itself, holds it."""
    try:
        lock = os.open(data.lock, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _try(lock: int) -> bool:
    """Take the lock; who only looks whether it is held (`is_held`) is gone in a moment."""
    for pause in (0.05, 0.1, 0.2, None):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if pause is not None:
                time.sleep(pause)
        else:
            return True
    return False


def _take(data: DataDir, lock: int) -> None:
    if not _try(lock):
        holder = os.read(lock, 20).decode("ascii", "replace").strip() or "unknown"
        message = (
            f"the data folder {data.path} is held by another policywire daemon (process {holder}); "
            "stop that one, or name another folder with --data"
        )
        raise InUseError(message)
    try:
        os.ftruncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
    except OSError as error:
        raise PolicywireError(f"{data.lock} cannot be written: {error.strerror}; make room there") from error


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises InUseError when the port is taken or the address is not ours."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"cannot serve on {host} port {port}: {reason}; choose another with --port or --host"
        raise InUseError(message) from error
    sock.listen(128)
    sock.setblocking(False)
    return sock
