"""The stages of a scan as an engine would run them: picklable, lists in, lists out."""

from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path

import pytest

from auditor import catalog_rows as rows
from auditor import stages
from auditor.catalog import Catalog
from auditor.config import Settings
from auditor.model import Member, Shard, State
from auditor.resolving import Request
from tests.clouds import photo, save

NOW = dt.datetime(2026, 11, 1, 3, tzinfo=dt.UTC)


@pytest.fixture
def catalog(tmp_path: Path) -> str:
    """An empty catalog beside an article with its picture."""
    save(photo(1), tmp_path / "a.jpg")
    (tmp_path / "story.html").write_text('<p>Words.</p><img src="a.jpg" alt="a">')
    with Catalog(str(tmp_path / "x.db"), create=True) as made:
        return made.address


def test_a_stage_and_all_that_goes_in_and_out_can_be_sent_to_another_machine(
    tmp_path: Path, catalog: str
) -> None:
    story = tmp_path / "story.html"
    shard = Shard("s", str(story), "files", str(story), members=(Member(str(story), "1"),))
    parse = pickle.loads(pickle.dumps(stages.Parse(catalog, Settings(), tmp_path)))
    resolve = pickle.loads(pickle.dumps(stages.Resolve(catalog, Settings(), 10)))
    judge = pickle.loads(pickle.dumps(stages.Judge(catalog, Settings(), NOW)))

    [[read, done]] = pickle.loads(pickle.dumps(list(parse(iter([[shard]])))))
    assert (Path(read.name).name, done.losses) == ("story.html", ())
    [ref] = read.refs
    assert ref.request is not None
    [[told], [hosts]] = pickle.loads(pickle.dumps(list(resolve(iter([[rows.Ask(7, ref.request)]])))))
    assert (told.asset, told.outcome.state, told.outcome.picture.width_px) == (7, State.OK, 480)
    assert hosts.statistics == []  # no host was asked
    assert list(judge(iter([[99]]))) == [[rows.Rotten(99)]]  # there is no such article


def test_an_address_that_fails_is_a_result_like_any_other(catalog: str) -> None:
    asks = [rows.Ask(1, Request("https://n.example/a.jpg")), rows.Ask(2, Request("data:image/png,x"))]
    resolve = stages.Resolve(catalog, Settings(offline=True), 10)

    told = [item for results in resolve(iter([asks])) for item in results if isinstance(item, rows.Told)]

    states = {item.asset: item.outcome.state for item in told if item.outcome}
    assert states == {1: State.UNCHECKED, 2: State.NOT_IMAGE}
