"""Many hosts on loopback that answer after a delay, or refuse beyond a rate; a process of its own.

    with LocalHosts(hosts=20, delay_s=0.1) as hosts: hosts.urls(8000)

Used by latency.py, rate_limited.py and hundred_thousand.py. Run as a script it is the server itself.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import subprocess
import sys
from typing import Any

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: %d\r\n\r\n" % len(PIXEL) + PIXEL
REFUSED = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"


class LocalHosts:
    """The server as a context; `counts()` gives requests and refusals once it has ended."""

    def __init__(self, hosts: int, delay_s: float = 0.0, rate: float = 0.0) -> None:
        self.addresses = [f"127.0.0.{number}" for number in range(1, hosts + 1)]
        self._command = [sys.executable, __file__, str(hosts), str(delay_s), str(rate)]
        self.port = 0
        self.requests = self.refusals = 0

    def __enter__(self) -> LocalHosts:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(self, *_: object) -> None:
        said, _ = self._process.communicate()
        self.requests, self.refusals = map(int, said.split())

    def urls(self, number: int, *, skewed: bool = False) -> list[str]:
        """Addresses spread over the hosts; skewed: half of them on the first host."""
        count = len(self.addresses)
        return [
            f"http://{self.addresses[0 if skewed and n % 2 else n % count]}:{self.port}/{n}.png"
            for n in range(number)
        ]


class _Host(asyncio.Protocol):
    def __init__(self, delay_s: float, limit: _Bucket | None, counts: list[int]) -> None:
        self._delay_s, self._limit, self._counts = delay_s, limit, counts

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        for _ in range(data.count(b"\r\n\r\n")):
            self._counts[0] += 1
            refused = self._limit is not None and not self._limit.take()
            self._counts[1] += refused
            answer = REFUSED if refused else OK
            if self._delay_s:
                asyncio.get_running_loop().call_later(self._delay_s, self._transport.write, answer)
            else:
                self._transport.write(answer)


class _Bucket:
    """`rate` requests per second, as many at once."""

    def __init__(self, rate: float) -> None:
        self._rate = self._tokens = rate
        self._then = asyncio.get_running_loop().time()

    def take(self) -> bool:
        now = asyncio.get_running_loop().time()
        self._tokens = min(self._rate, self._tokens + (now - self._then) * self._rate)
        self._then = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


async def serve(hosts: int, delay_s: float, rate: float) -> None:
    loop = asyncio.get_running_loop()
    counts = [0, 0]
    port = 0
    for number in range(1, hosts + 1):
        limit = _Bucket(rate) if rate else None
        server = await loop.create_server(
            lambda limit=limit: _Host(delay_s, limit, counts), f"127.0.0.{number}", port, backlog=1024
        )
        port = server.sockets[0].getsockname()[1]
    print(port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    print(*counts, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("hosts", type=int)
    parser.add_argument("delay", type=float)
    parser.add_argument("rate", type=float)
    given = parser.parse_args()
    asyncio.run(serve(given.hosts, given.delay, given.rate))
