"""A TCP proxy on loopback that cuts connections on demand, at once or halfway through a message, or holds all back."""

import contextlib
import random
import selectors
import socket
import threading
import time
from typing import Self


class CuttingProxy:
    """Forwards to one port of this machine; `url` is where clients connect."""

    def __init__(self, port: int) -> None:
        self.target = ("127.0.0.1", port)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.pairs: dict[int, tuple[socket.socket, socket.socket]] = {}
        self.lock, self.cuts, self.closing = threading.Lock(), 0, False
        self.silent: set[int] = set()  # pairs that stay open and carry nothing, as a network does that swallows packets
        self.flowing = threading.Event()
        self.flowing.set()

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def _accept(self) -> None:
        number = 0
        while not self.closing:
            try:
                near, _ = self.listener.accept()
                self.flowing.wait()
                far = socket.create_connection(self.target, timeout=5)
            except OSError:
                if self.closing:
                    return
                continue
            far.settimeout(None)
            number += 1
            with self.lock:
                self.pairs[number] = (near, far)
            threading.Thread(target=self._pump, args=(number, near, far), daemon=True).start()

    def _pump(self, number: int, near: socket.socket, far: socket.socket) -> None:
        with selectors.DefaultSelector() as selector, contextlib.suppress(OSError, ValueError):
            selector.register(near, selectors.EVENT_READ, far)
            selector.register(far, selectors.EVENT_READ, near)
            while True:
                ready = selector.select()
                self.flowing.wait()
                for key, _ in ready:
                    data = key.fileobj.recv(65536)  # type: ignore[union-attr]  # both are sockets
                    if not data:
                        raise OSError
                    if number not in self.silent:
                        key.data.sendall(data)
        self._end(number)

    def _end(self, number: int) -> bool:
        with self.lock:
            pair = self.pairs.pop(number, None)
            self.silent.discard(number)
        for side in pair or ():
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
            side.close()
        return pair is not None

    def hold(self) -> None:
        """Swallow everything from now on, without a word to either side, as a laptop does that sleeps."""
        self.flowing.clear()

    def release(self) -> None:
        """Let everything through again, what was held back first."""
        self.flowing.set()

    def cut_one(self) -> None:
        """Cut one connection, chosen at random, when there is one."""
        with self.lock:
            open_ones = list(self.pairs)
        if open_ones and self._end(random.choice(open_ones)):
            self.cuts += 1

    def silence(self) -> None:
        """Let every connection of now carry nothing more; both ends still believe in it."""
        with self.lock:
            self.silent |= set(self.pairs)

    def end_all(self) -> None:
        """Cut every connection of now; new ones are welcome."""
        with self.lock:
            open_ones = list(self.pairs)
        for number in open_ones:
            self.cuts += self._end(number)

    def cut(self, seconds: float) -> None:
        """Cut everything and refuse everybody for some seconds."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with self.lock:
                open_ones = list(self.pairs)
            for number in open_ones:
                self.cuts += self._end(number)
            time.sleep(0.05)

    def __exit__(self, *_: object) -> None:
        self.closing = True
        self.release()
        self.listener.close()
        with self.lock:
            open_ones = list(self.pairs)
        for number in open_ones:
            self._end(number)
