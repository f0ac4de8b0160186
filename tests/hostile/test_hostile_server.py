"""Every behaviour of a hostile server has the outcome it must have, and nobody else is ever touched."""

from __future__ import annotations

import socket
import time
from typing import NamedTuple

import pytest

from auditor import loops, verifying
from auditor.config import Settings
from auditor.decoder import Decoder
from auditor.model import Outcome
from auditor.resolving import Crawl, Request

from .behaviours import LIMIT
from .server import Answer, Behaviour, Canaries, HostileServer
from .table import TABLE

ARTICLE = "https://news.example/2020/07/consulates.html"
OPEN = ("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4")
INSIDE = ("127.0.0.9", "127.0.0.1", *(("::1",) if socket.has_ipv6 else ()))
TIMEOUT = 10.0  # a loaded machine must not turn a slow answer into a wrong one


class Run(NamedTuple):
    outcomes: dict[str, Outcome]
    seconds: float
    touched: list[str]


async def _run() -> Run:
    canary = _free_port()
    answers: dict[str, Answer] = {}
    async with HostileServer(answers, OPEN) as server, Canaries(INSIDE, canary) as canaries:
        for behaviour in TABLE:
            answers[behaviour.path] = _with_ports(behaviour.answer, server.port, canary)
        settings = Settings(
            allow_private=[f"{host}:{server.port}" for host in OPEN],
            timeout=TIMEOUT,
            per_host=40,
            concurrency=40,
            max_bytes=LIMIT,
        )
        urls = {_url(server, behaviour): behaviour.path for behaviour in TABLE}
        outcomes: dict[str, Outcome] = {}
        began = time.monotonic()
        async with Decoder(settings) as decoder, Crawl(settings) as crawl:
            async for request, answer in crawl.run([Request(url, ARTICLE) for url in urls]):
                outcomes[urls[request.url]] = await verifying.outcome(answer, decoder, {})
        return Run(outcomes, time.monotonic() - began, canaries.touched)


def _with_ports(answer: Answer, port: int, canary: int) -> Answer:
    if isinstance(answer, bytes):
        return answer.replace(b"{port}", b"%d" % port).replace(b"{canary}", b"%d" % canary)
    return answer


def _url(server: HostileServer, behaviour: Behaviour) -> str:
    url = server.url(behaviour.path, behaviour.host)
    return f"{url}?{behaviour.query}" if behaviour.query else url


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def run() -> Run:
    return loops.run(_run())


@pytest.mark.parametrize("behaviour", TABLE, ids=lambda behaviour: behaviour.path)
def test_a_behaviour_has_the_outcome_it_must_have(run: Run, behaviour: Behaviour) -> None:
    outcome = run.outcomes[behaviour.path]
    state, _, reason = behaviour.expected.partition("/")
    assert (outcome.state, outcome.reason if reason else "") == (state, reason), outcome
    assert behaviour.also(outcome), outcome


def test_the_table_is_long_enough() -> None:
    assert len({behaviour.path for behaviour in TABLE}) == len(TABLE) >= 300


def test_no_image_outlives_its_deadline(run: Run) -> None:
    assert max(outcome.elapsed_s for outcome in run.outcomes.values()) < TIMEOUT + 1


def test_no_other_address_was_ever_touched(run: Run) -> None:
    assert run.touched == []


def test_what_is_shown_of_an_outcome_is_one_clean_line(run: Run) -> None:
    assert all(outcome.detail.isprintable() for outcome in run.outcomes.values())
