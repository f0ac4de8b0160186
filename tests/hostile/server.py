"""A server that misbehaves by table: raw bytes on a loopback socket, one function or byte string per path."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple

from auditor.model import Outcome


class Exchange:
    """One request as it came and the connection to answer on. `tries` counts requests for this path."""

    def __init__(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tries: int):
        line, *fields = head.decode("latin-1").split("\r\n")
        self.method, self.target, _ = line.split(" ")
        self.headers = {k.lower(): v.strip() for k, _, v in (f.partition(":") for f in fields if f)}
        self.reader, self.writer, self.tries = reader, writer, tries

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def drip(self, data: bytes, pause: float, size: int = 1) -> None:
        for start in range(0, len(data), size):
            await self.send(data[start : start + size])
            await asyncio.sleep(pause)

    async def hang(self) -> None:
        """Say nothing more until the other side leaves."""
        await self.reader.read(1)

    def reset(self) -> None:
        """Close with RST: no lingering, nothing flushed."""
        raw = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Answer = bytes | Callable[[Exchange], Awaitable[None]]


class Behaviour(NamedTuple):
    """`path` answers with `answer` and must end as `expected` ("state" or "state/reason")."""

    path: str
    answer: Answer
    expected: str
    also: Callable[[Outcome], bool] = lambda _: True
    host: str = "127.0.0.1"
    query: str = ""


class HostileServer:
    """Serves `answers` by path on every given loopback address, all on one port."""

    def __init__(self, answers: dict[str, Answer], addresses: Iterable[str]) -> None:
        self._answers = answers
        self._addresses = list(addresses)
        self._servers: list[asyncio.Server] = []
        self.port = 0
        self.asked: Counter[str] = Counter()
        self.log: list[Exchange] = []

    async def __aenter__(self) -> HostileServer:
        for address in self._addresses:
            server = await asyncio.start_server(self._serve, address, self.port, backlog=512)
            self.port = server.sockets[0].getsockname()[1]
            self._servers.append(server)
        return self

    async def __aexit__(self, *_: Any) -> None:
        for server in self._servers:
            server.close()
        await asyncio.sleep(0)

    def url(self, path: str, address: str | None = None) -> str:
        return f"http://{address or self._addresses[0]}:{self.port}{path}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n"))[:-4]
            path = head.split(b" ")[1].decode("latin-1").partition("?")[0]
            self.asked[path] += 1
            exchange = Exchange(head, reader, writer, self.asked[path])
            self.log.append(exchange)
            answer = self._answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            if isinstance(answer, bytes):
                await exchange.send(answer)
            else:
                await answer(exchange)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # they left: that is what we are here for
        finally:
            writer.close()


class Canaries:
    """Listeners that nobody may ever connect to. `touched` holds the addresses that were."""

    def __init__(self, addresses: Iterable[str], port: int) -> None:
        self._addresses, self._port = list(addresses), port
        self._servers: list[asyncio.Server] = []
        self.touched: list[str] = []

    async def __aenter__(self) -> Canaries:
        for address in self._addresses:

            async def touched(
                _: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str = address
            ) -> None:
                self.touched.append(name)
                writer.close()

            self._servers.append(await asyncio.start_server(touched, address, self._port))
        return self

    async def __aexit__(self, *_: Any) -> None:
        for server in self._servers:
            server.close()
