"""The catalog: one owner, named errors, nothing lost; SQLite, and a real PostgreSQL where there is one."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from auditor import (
    catalog_articles,
    catalog_assets,
    catalog_findings,
    catalog_schema,
    fingerprint,
    lifecycle,
    surveying,
)
from auditor.catalog import Catalog
from auditor.catalog_rows import Read, Ref, Told, Unread, pack, unpack
from auditor.catalog_schema import findings
from auditor.errors import CatalogError
from auditor.lifecycle import Known
from auditor.model import Candidate, Member, Outcome, Shard, State
from auditor.resolving import Request
from tests.bench.archive import Archive, serving
from tests.conftest import ROOT, Run

SAMPLES = ROOT / "samples"
NOW = ("--now", "2026-11-01T03:00:00Z")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An empty catalog."""
    with Catalog(str(tmp_path / "x.db"), create=True):
        return tmp_path / "x.db"


class TestTheOwner:
    def test_is_named_to_a_second_scan(self, file: Path) -> None:
        sleeper = subprocess.Popen([sys.executable, "-c", OWN, str(file)], stdout=subprocess.PIPE, cwd=ROOT)
        assert sleeper.stdout is not None
        with sleeper, contextlib.closing(Catalog(str(file))) as catalog:
            sleeper.stdout.readline()
            with pytest.raises(
                CatalogError, match=rf"process {sleeper.pid} on {socket.gethostname()}"
            ) as told:
                catalog.acquire()
            sleeper.kill()
            sleeper.wait()
            catalog.acquire()  # a dead owner's is taken over
        assert told.value.code == "locked"

    def test_on_another_machine_is_dead_after_ten_silent_minutes(self, file: Path) -> None:
        with Catalog(str(file)) as catalog:
            for silent_s, code in ((60, "locked"), (1200, None)):
                then = int(time.time()) - silent_s
                with catalog.write() as connection:
                    connection.execute(catalog_schema.lock.delete())
                    row = {"id": 1, "pid": 1, "host": "elsewhere", "born": "", "started_at": then}
                    connection.execute(catalog_schema.lock.insert().values(heartbeat_at=then, **row))
                assert _code_of(catalog.acquire) == code

    def test_may_read_while_it_writes(self, file: Path) -> None:
        with Catalog(str(file)) as writer, Catalog(str(file)) as reader, writer.write() as connection:
            connection.execute(catalog_schema.meta.insert().values(key="k", value="v"))
            with reader.read() as view:
                assert view.execute(sa.select(sa.func.count()).select_from(catalog_schema.meta)).scalar() == 1


OWN = """
import sys, time
from auditor.catalog import Catalog
Catalog(sys.argv[1]).acquire()
print("mine", flush=True)
time.sleep(60)
"""


def _code_of(action: Any) -> str | None:
    try:
        action()
    except CatalogError as error:
        return error.code
    return None


class TestErrors:
    def test_a_newer_catalog_is_left_alone(self, file: Path) -> None:
        with Catalog(str(file)) as catalog, catalog.write() as connection:
            connection.execute(catalog_schema.meta.update().values(value="999"))

        with pytest.raises(CatalogError, match="newer auditor") as told:
            Catalog(str(file), create=True)
        assert told.value.code == "newer-schema"

    def test_what_is_no_catalog_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "x.db").write_bytes(b"not a database at all, but long enough to be told apart" * 20)

        assert _code_of(lambda: Catalog(str(tmp_path / "x.db"), create=True)) == "not-a-catalog"

    def test_a_missing_catalog_is_not_made_by_readers(self, tmp_path: Path) -> None:
        assert _code_of(lambda: Catalog(str(tmp_path / "x.db"))) == "no-catalog"
        assert not (tmp_path / "x.db").exists()

    def test_a_password_is_not_told(self) -> None:
        with pytest.raises(CatalogError) as told:
            Catalog("postgresql+psycopg://me:secret@127.0.0.1:1/none", create=True)
        assert "secret" not in str(told.value)

    def test_a_read_only_catalog_is_named(self, file: Path) -> None:
        with Catalog(f"sqlite:///file:{file}?mode=ro&uri=true", create=True) as catalog:
            assert _code_of(catalog.acquire) == "read-only"

    @pytest.mark.slow
    def test_a_full_disk_loses_nothing_that_was_committed(self, auditor: Run, tmp_path: Path) -> None:
        """The limit on the size of a file stands for the disk: SQLite reports both alike."""
        catalog = tmp_path / "x.db"
        words = [
            sys.executable,
            "-c",
            SMALL_DISK,
            "scan",
            SAMPLES,
            "--catalog",
            catalog,
            "-q",
            "--offline",
            *NOW,
        ]
        full = subprocess.run(list(map(str, words)), cwd=ROOT, capture_output=True, text=True, check=False)
        assert full.returncode == 2
        assert "to go on when there is room" in full.stderr
        with contextlib.closing(sqlite3.connect(catalog)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        resumed, undisturbed = (
            auditor("scan", SAMPLES, "--catalog", name, "-q", "--offline", *NOW, "--output-format", "json")
            for name in (catalog, tmp_path / "y.db")
        )
        assert resumed.code == undisturbed.code
        assert json.loads(resumed.out)["findings"] == json.loads(undisturbed.out)["findings"]


SMALL_DISK = """
import sqlite3, sys
from sqlalchemy import event
from auditor import catalog
prepare = catalog._prepare
def small(connection, record):
    prepare(connection, record)
    connection.execute("PRAGMA max_page_count = 60")
catalog._prepare = small
from auditor.cli import main
main()
"""


class TestMigrations:
    def test_steps_lead_from_every_older_version_to_this_one(self, file: Path) -> None:
        taken: list[int] = []
        steps = tuple(lambda _, n=n: taken.append(n) for n in (1, 2, 3))
        with Catalog(str(file)) as catalog, catalog.write() as connection:
            for found in (1, 2, 3):
                taken.clear()
                connection.execute(catalog_schema.meta.update().values(value=str(found)))
                catalog_schema.migrate(connection, found, steps)
                assert taken == list(range(found, 4))
                assert catalog_schema.version(connection) == 4

    def test_there_is_a_step_for_every_version(self) -> None:
        assert len(catalog_schema.STEPS) == catalog_schema.VERSION - 1
        assert len(list(CATALOGS.glob("version-*.sql"))) == catalog_schema.VERSION - 1

    @pytest.mark.parametrize("version", range(1, catalog_schema.VERSION))
    def test_a_catalog_of_every_older_version_is_as_a_new_one(
        self, auditor: Run, tmp_path: Path, file: Path, version: int
    ) -> None:
        """The dumps were made by the auditor of that version: two pages, one with a part of a picture."""
        old = older(tmp_path / "old.db", version)
        assert _code_of(lambda: Catalog(str(old))) == "older-schema"  # a reader changes nothing

        with Catalog(str(old), create=True) as catalog, Catalog(str(file)) as new:
            assert _layout(catalog) == _layout(new)
            with catalog.read() as connection:
                sums = connection.execute(sa.select(catalog_schema.findings.c.checksum)).scalars().all()
                assert None not in sums
        story = '<p>Words.</p><img src="https://n.example/new.jpg" alt="a">'
        (tmp_path / "story.html").write_text(story)
        words = ("--catalog", old, "--offline", "-q", "--now", "2026-11-02T03:00:00Z")
        assert auditor("scan", tmp_path / "story.html", *words).code == 3
        with contextlib.closing(sqlite3.connect(old)) as connection:
            assert connection.execute("SELECT kind FROM pairs").fetchall() == [("cropped",)]
        told = auditor("report", 1, "--catalog", old, "--output-format", "json")
        assert "MIS211" in {f["code"] for f in json.loads(told.out)["findings"]}


class TestAShard:
    @pytest.mark.parametrize(
        ("codes", "again", "mended"),
        [
            ([], False, False),
            (["damaged", "truncated", "too-big", "empty"], False, True),
            (["damaged", "unreadable"], True, True),  # the disk, a permission
            (["timeout"], True, True),  # a host
            (["revisit-unresolved"], True, True),  # what another archive may hold
            (["extra"], True, True),  # what may be installed
        ],
    )
    def test_is_read_again_unless_only_its_bytes_are_at_fault(
        self, file: Path, codes: list[str], again: bool, mended: bool
    ) -> None:
        shard = Shard("a.warc.gz", "a.warc.gz", "warc", "a.warc.gz", 1000, 1, None)
        losses = [Unread("a.warc.gz", code, f"{code}: fetch it again") for code in codes]
        with Catalog(str(file)) as catalog, catalog.write() as connection:
            catalog_articles.finish_shard(connection, shard, losses, 1)
            assert (catalog_articles.unread_part(connection, shard) is not None) is again
            assert (catalog_articles.unread_part(connection, shard, mend=True) is not None) is mended
            assert catalog_articles.losses(connection, shard) == losses
            longer = msgspec.structs.replace(shard, size_bytes=1001)
            assert catalog_articles.unread_part(connection, longer) == longer

    def test_of_files_is_read_again_file_by_file(self, file: Path) -> None:
        members = (Member("a.html", "1"), Member("b.html", "1"))
        shard = Shard("s/a.html", "s", "files", "s", members=members)
        with Catalog(str(file)) as catalog, catalog.write() as connection:
            catalog_articles.finish_shard(connection, shard, [Unread("s", "empty", "b.html: empty")], 1)
            assert catalog_articles.unread_part(connection, shard) == shard


CATALOGS = Path(__file__).parent / "catalogs"


def older(path: Path, version: int) -> Path:
    """A catalog as an older auditor has left it."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript((CATALOGS / f"version-{version}.sql").read_text())
        with connection:  # pictures of another fingerprint wait until they are asked for again
            connection.execute("UPDATE blobs SET fingerprint_version = ?", (fingerprint.VERSION,))
    return path


def _layout(catalog: Catalog) -> dict[str, dict[str, str]]:
    """The names and types of the columns of every table."""
    with catalog.read() as connection:
        seen = sa.inspect(connection)
        return {
            table: {column["name"]: str(column["type"]) for column in seen.get_columns(table)}
            for table in seen.get_table_names()
        }


class TestFailuresTogether:
    def test_are_told_by_host_and_by_the_folder_that_holds_them(self, file: Path) -> None:
        lost = [f"https://a.example/2019/up/{n}.jpg" for n in range(8)]
        with Catalog(str(file)) as catalog, catalog.write() as connection:
            show(connection, {**dict.fromkeys(lost, "missing"), "https://a.example/x.jpg": "ok"})
            host, folder = surveying.failures(connection)

        assert (host.kind, host.name, host.failed, host.total) == ("host", "a.example", 8, 9)
        assert (folder.kind, folder.name) == ("prefix", "https://a.example/2019/up/")
        assert (folder.failed, folder.total, folder.articles) == (8, 8, 1)
        assert folder.states == {"missing/http-404": 8}
        assert folder.samples == ("story.html",)

    def test_are_not_told_where_they_are_few(self, file: Path) -> None:
        with Catalog(str(file)) as catalog, catalog.write() as connection:
            show(connection, {"https://a.example/1.jpg": "missing", "https://a.example/2.jpg": "ok"})
            assert surveying.failures(connection) == ()


def show(connection: sa.Connection, addresses: dict[str, str]) -> None:
    """One article that shows these addresses, in these states."""
    requests = [Request(address) for address in addresses]
    refs = tuple(Ref(n, 0, request, "body", None, None) for n, request in enumerate(requests))
    read = Read("story.html", None, "s", None, "s", None, None, None, "d", b"", refs)
    catalog_articles.write(connection, [read], 1)
    answers = [
        Told(number, Outcome(State(state), None if state == "ok" else "http-404"))
        for number, state in enumerate(addresses.values(), 1)
    ]
    catalog_assets.write(connection, answers, 1, 1_700_000_000)


class TestTheEndOfARun:
    def test_leaves_standing_what_was_not_looked_at_again(
        self, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(catalog_findings, "_AT_ONCE", 4)
        monkeypatch.setattr(catalog_findings, "_ARTICLES_AT_ONCE", 1)
        words = ("new", "persisting", "reopened", "unverified", "fixed")
        with Catalog(str(file)) as catalog, catalog.write() as connection:
            show(connection, {"https://a.example/1.jpg": "missing"})
            row = {"code": "MIS201", "level": "error", "addresses": "[]", "body": b"", "first_run": 1}
            for number in range(50):
                article = 2 if number % 7 == 6 else 1  # 2: of a source that was not scanned
                word = {"lifecycle": words[number % 5], "last_run": 1, "event_run": 1, "article": article}
                connection.execute(findings.insert().values(key=f"{number:02}", **row, **word))
            run = catalog_findings.Run(2, "second", 0)
            catalog_findings.finish(connection, run, ["s"], [], catalog_findings.Summary(), now=0)
            for found in connection.execute(sa.select(findings)):
                word = words[int(found.key) % 5]
                stands = word in catalog_findings.STANDING and int(found.key) % 7 != 6
                assert found.last_run == (2 if stands else 1), found.key
                assert found.lifecycle == ("persisting" if word in ("new", "reopened") else word)


class TestTheNextCheck:
    def test_comes_later_while_nothing_changes_and_the_next_night_after_a_failure(self, file: Path) -> None:
        day = 24 * 3600
        good, bad = Outcome(State.OK, sha256="a" * 64), Outcome(State.UNREACHABLE, "dns")
        waits = []
        with Catalog(str(file)) as catalog, catalog.write() as connection:
            show(connection, {"https://a.example/1.jpg": "ok"})
            for run, outcome in enumerate([good, good, good, None, bad, good], 2):
                catalog_assets.write(connection, [Told(1, outcome)], run, 0)
                row = connection.execute(sa.select(catalog_schema.assets)).one()
                waits.append(row.interval_s / day)
        assert waits == [1, 2, 4, 8, 1, 1]
        assert row.failing_runs == 0


class TestPayloads:
    def test_come_back_as_they_were(self) -> None:
        payload, checksum = pack(Candidate("https://a.example/b.jpg", 640))

        assert unpack(payload, checksum, Candidate) == Candidate("https://a.example/b.jpg", 640)

    def test_with_any_bit_flipped_are_told_apart(self) -> None:
        payload, checksum = pack(Candidate("https://a.example/b.jpg", 640))

        for bit in range(8 * len(payload)):
            rotten = bytearray(payload)
            rotten[bit // 8] ^= 1 << bit % 8
            assert unpack(bytes(rotten), checksum, Candidate) is None


class TestRowsThatRotted:
    """One flipped bit in a row is told, costs what stood in the row, and is mended the next night."""

    @pytest.fixture
    def scanned(self, auditor: Run, tmp_path: Path) -> Path:
        shutil.copytree(SAMPLES / "pictures", tmp_path / "pictures")
        (tmp_path / "story.html").write_text(
            "<p>Words.</p>" + "".join(f'<img src="pictures/{n}.jpg" alt="a">' for n in ("lens", "none"))
        )
        assert self.scan(auditor, tmp_path, 1)["by_code"]["MIS201"] == 1
        return tmp_path

    @staticmethod
    def scan(auditor: Run, folder: Path, day: int) -> dict[str, Any]:
        words = ("--select", "MIS", "-q", "--output-format", "json", "--recheck", "all")
        now = f"2026-11-0{day}T03:00:00Z"
        said = auditor("scan", folder / "story.html", "--catalog", folder / "x.db", "--now", now, *words)
        told = json.loads(said.out)
        return {**told["summary"], "warnings": [w["code"] for w in told["run"]["warnings"]]}

    @pytest.mark.parametrize(
        ("table", "column"), [("articles", "payload"), ("assets", "outcome"), ("blobs", "payload")]
    )
    def test_of_what_a_finding_rests_on(self, auditor: Run, scanned: Path, table: str, column: str) -> None:
        rot(scanned / "x.db", table, column)
        with contextlib.closing(sqlite3.connect(scanned / "x.db")) as connection, connection:
            connection.execute("UPDATE articles SET dirty = 1")
            connection.execute("UPDATE assets SET next_check_at = 99999999999")
        words = ("--select", "MIS", "-q", "--now", "2026-11-01T12:00:00Z")
        said = auditor("scan", scanned / "story.html", "--catalog", scanned / "x.db", *words)
        assert "Traceback" not in said.err
        mended = self.scan(auditor, scanned, 2)
        assert (mended["by_code"], mended["by_state"]["ok"]) == ({"MIS201": 1}, 1)

    def test_of_a_finding_is_left_out_of_what_is_told(self, auditor: Run, scanned: Path) -> None:
        rot(scanned / "x.db", "findings", "body")
        said = auditor("report", "--catalog", scanned / "x.db", "--output-format", "json")
        assert json.loads(said.out)["findings"] == []
        export = scanned / "tables"
        export.mkdir()
        words = ("--catalog", scanned / "x.db", "--offline", "-q", "-o", f"jsonl={export}/")
        assert "Traceback" not in auditor("scan", scanned / "story.html", *words).err


def rot(catalog: Path, table: str, column: str) -> None:
    """Flips a bit in the middle of a column of every row."""
    with contextlib.closing(sqlite3.connect(catalog)) as connection, connection:
        for identity, value in connection.execute(f"SELECT rowid, {column} FROM {table}").fetchall():
            rotten = bytearray(value)
            rotten[len(rotten) // 2] ^= 16
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (bytes(rotten), identity))


class TestLifecycle:
    @pytest.mark.parametrize(
        ("before", "is_found", "unverified", "codes", "now"),
        [
            (None, True, (), ("MIS201",), "new"),
            ("new", True, (), ("MIS201",), "persisting"),
            ("fixed", True, (), ("MIS201",), "reopened"),
            ("unverified", True, (), ("MIS201",), "persisting"),
            ("persisting", False, (), ("MIS201",), "fixed"),
            ("persisting", False, ("b",), ("MIS201",), "fixed"),
            ("persisting", False, ("a",), ("MIS201",), "unverified"),
            ("persisting", False, (), ("CAP301",), "unverified"),
            ("unverified", False, (), ("MIS201",), "fixed"),
            ("fixed", False, ("a",), ("MIS201",), "fixed"),
        ],
    )
    def test_of_a_finding_on_one_image(
        self, before: Any, is_found: bool, unverified: Any, codes: Any, now: str
    ) -> None:
        known = {"k": Known("k", "MIS201", before, ("a",))} if before else {}

        assert lifecycle.changes(known, ["k"] if is_found else [], unverified, codes) == {"k": now}


# --- PostgreSQL -------------------------------------------------------------------------------


@pytest.fixture
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL of our own, from the Debian package."""
    pytest.importorskip("psycopg", reason="needs the extra auditor[postgresql]")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("needs Debian's package postgresql")
    account = "postgres" if os.geteuid() == 0 else None
    folder = Path("/tmp") / f"auditor-pg-{os.getpid()}"  # a socket's path must be short
    folder.mkdir()
    if account:
        owner = pwd.getpwnam(account)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    run = {"user": account, "cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    initdb = [found[-1], "-D", folder / "data", "-U", "auditor", "-A", "trust", "--no-sync"]
    subprocess.run(initdb, check=True, **run)
    server = subprocess.Popen(
        [found[-1].with_name("postgres"), "-D", folder / "data", "-p", str(port), "-k", folder,
         "-c", "listen_addresses=127.0.0.1"],
        **run,
    )  # fmt: skip
    try:
        address = f"postgresql+psycopg://auditor@127.0.0.1:{port}/postgres"
        engine = sa.create_engine(address)
        for _ in range(100):
            with contextlib.suppress(sa.exc.OperationalError), engine.connect():
                break
            time.sleep(0.2)
        engine.dispose()
        yield address
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)


@pytest.mark.slow
def test_a_scan_into_postgresql_tells_what_one_into_sqlite_tells(
    auditor: Run, tmp_path: Path, postgresql: str
) -> None:
    archive = Archive(tmp_path / "archive", articles=10, images=20, hosts=2, port=0, side_px=96)
    told: dict[str, list[Any]] = {}
    with serving(archive):
        archive.write()
        for catalog in (str(tmp_path / "x.db"), postgresql):
            archive.write_picture(2)
            nights = []
            for day in (1, 2):
                said = auditor(
                    "scan", archive.sources, SAMPLES, "--catalog", catalog, "--recheck", "all",
                    "--allow-private", "127.0.0.0/8", "--now", f"2026-11-0{day}T03:00:00Z", "--processes", 2,
                    "--output-format", "json", "-q",
                )  # fmt: skip
                report = json.loads(said.out)
                nights.append([(f["key"], f["lifecycle"], f["level"]) for f in report["findings"]])
                nights.append(report["summary"])
                archive.file(2).unlink(missing_ok=True)
            told[catalog] = nights
    assert told[postgresql] == told[str(tmp_path / "x.db")]
    assert any(word == "new" for _, word, _ in told[postgresql][2])
