"""Where settings come from, which wins, and what a stranger's file may not decide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auditor import layers
from auditor.errors import ConfigError
from tests.conftest import Run


def load(source: str | None = None, **options: Any) -> layers.Effective:
    return layers.load(source, **{"environ": {}, **options})


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with somebody's article; the working folder is another one."""
    desk = tmp_path / "desk"
    desk.mkdir()
    monkeypatch.chdir(desk)
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    (stranger / "story.html").write_text("<p>text</p>")
    return stranger


def test_each_layer_overrides_the_one_below_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_text("per-host = 2\nretries = 5\ntimeout = 3\nconcurrency = 9\n")
    user = tmp_path / "home" / "auditor"
    user.mkdir(parents=True)
    (user / "auditor.toml").write_text("max-bytes = 7\nconcurrency = 1\n")
    environ = {"AUDITOR_RETRIES": "4", "AUDITOR_TIMEOUT": "2.5", "XDG_CONFIG_HOME": str(user.parent)}
    effective = load(cwd=tmp_path, environ=environ, command_line={"timeout": 1})
    settings = effective.settings
    assert (settings.max_bytes, settings.concurrency, settings.per_host) == (7, 9, 2)
    assert (settings.retries, settings.timeout) == (4, 1)
    assert effective.origins["max-bytes"].startswith("user file")
    assert effective.origins["per-host"].startswith("project file")
    assert effective.origins["retries"] == "environment"
    assert effective.origins["timeout"] == "command line"
    assert effective.origins["max-pixels"] == "default"


def test_the_configuration_nearest_to_the_first_source_counts(elsewhere: Path) -> None:
    (elsewhere / "auditor.toml").write_text('[map]\n"s3://b" = "pictures"\n')
    deep = elsewhere / "a" / "b"
    deep.mkdir(parents=True)
    effective = load(str(deep / "story.txt"))
    assert effective.settings.map == {"s3://b": str(elsewhere / "pictures")}
    assert effective.folder == elsewhere


def test_a_table_in_pyproject_is_a_configuration_and_a_foreign_pyproject_is_not(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.auditor]\nretries = 7\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert load(cwd=inner).settings.retries == 7


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        ('allow-private = ["10.0.0.0/8"]', "allow-private"),
        ('ca-file = "ca.pem"', "ca-file"),
        ('s3-endpoint = "http://127.0.0.1:1"', "s3-endpoint"),
        ('output-file = ["json=/tmp/x"]', "output-file"),
        ('[map]\n"s3://b" = "../../etc"', "map.s3://b"),
        ('[map]\n"s3://b" = "/etc"', "map.s3://b"),
        ('[hosts."cdn.example"]\nheaders = { Authorization = "x" }', "hosts.cdn.example.headers"),
        ('[hosts."cdn.example"]\nauth = "me:secret"', "hosts.cdn.example.auth"),
        ('[s3."bucket"]\nendpoint = "http://127.0.0.1:1"', "s3.bucket.endpoint"),
        ('[s3."bucket"]\naccess-key = "a"', "s3.bucket.access-key"),
        ('[s3."bucket"]\nsecret-key = "b"', "s3.bucket.secret-key"),
        ('[s3."bucket"]\nsession-token = "c"', "s3.bucket.session-token"),
        ('[s3."bucket"]\nrequester-pays = true', "s3.bucket.requester-pays"),
    ],
)
def test_a_file_beside_a_strangers_article_cannot_widen_access(
    elsewhere: Path, text: str, dropped: str
) -> None:
    (elsewhere / "auditor.toml").write_text(text)
    effective = load(str(elsewhere / "story.html"))
    assert [notice.message.partition(" in ")[0] for notice in effective.notices] == [dropped]
    settings = effective.settings
    assert not settings.allow_private
    assert not settings.map
    assert settings.ca_file is settings.s3_endpoint is None
    assert all(not host.headers and not host.auth for host in settings.hosts.values())
    assert all(bucket.endpoint is None for bucket in settings.s3.values())


def test_secrets_are_in_force_and_never_shown(
    auditor: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "auditor.toml").write_text(
        '[map]\n"s3://a" = "https://me:hidden1@mirror.example/?token=hidden2"\n'
        '[hosts."cdn.example"]\nauth = "me:hidden3"\nper-host = 3\nheaders = { Authorization = "hidden4" }\n'
        '[s3."b"]\naccess-key = "hidden5"\nsecret-key = "hidden6"\nsession-token = "hidden7"\n'
        'region = "eu-west-3"\n'
    )
    assert load().settings.s3["b"].secret_key == "hidden6"
    for words in (["config", "show"], ["check", "--show-settings", "story.md"]):
        said = auditor(*words)
        assert said.code == 0
        assert all(name in said.out for name in ("cdn.example", "Authorization", "eu-west-3", "mirror"))
        assert "hidden" not in said.out + said.err


def test_a_link_that_leads_out_of_the_folder_widens_access_too(elsewhere: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (elsewhere / "pictures").symlink_to(tmp_path / "secret")
    (elsewhere / "auditor.toml").write_text('[map]\n"s3://b" = "pictures"\n')
    assert not load(str(elsewhere / "story.html")).settings.map


def test_the_working_folders_own_file_may_widen_access(tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_text('allow-private = ["127.0.0.1:80"]\n[map]\n"s3://b" = "/srv/b"\n')
    effective = load("story.html", cwd=tmp_path)
    assert effective.settings.allow_private == ["127.0.0.1:80"]
    assert effective.settings.map == {"s3://b": "/srv/b"}
    assert not effective.notices


def test_a_map_on_the_command_line_replaces_one_of_the_same_prefix(tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_text('[map]\n"s3://b/" = "here"\n"s3://c" = "there"\n')
    settings = load(cwd=tmp_path, command_line={"map": {"s3://b": "http://127.0.0.1:1"}}).settings
    assert settings.map == {"s3://b": "http://127.0.0.1:1", "s3://c": str(tmp_path / "there")}


def test_isolated_reads_no_file(tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_text("retries = 9\n")
    assert load(cwd=tmp_path, isolated=True).settings.retries == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("per-hots = 3", ["unknown key 'per-hots'", "did you mean 'per-host'"]),
        ("[duplicates]\nnear-bit = 3", ["duplicates.near-bit", "near-bits"]),
        ('dialect = "htm"', ["dialect", "placeholder, html, markdown"]),
        ("per-host = 0", ["per-host", ">= 1"]),
        ('timeout = "soon"', ["timeout"]),
        ("per-host =", ["not valid TOML"]),
    ],
)
def test_a_bad_configuration_is_told_with_its_place(tmp_path: Path, text: str, words: list[str]) -> None:
    (tmp_path / "auditor.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(cwd=tmp_path)
    message = str(caught.value)
    assert str(tmp_path / "auditor.toml") in message
    assert all(word in message for word in words), message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("word", "key", "value"),
    [
        ("retries=3", "retries", 3),
        ("profile=archive", "profile", "archive"),
        ('profile="archive"', "profile", "archive"),
        ('select=["MIS"]', "select", ["MIS"]),
        ("duplicates.near-bits=20", "duplicates", 20),
    ],
)
def test_single_settings_can_be_given_as_key_and_value(
    tmp_path: Path, word: str, key: str, value: Any
) -> None:
    settings = load(cwd=tmp_path, extra=[word]).settings
    found = getattr(settings, key)
    assert (found.near_bits if key == "duplicates" else found) == value


def test_a_named_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such configuration file"):
        load(cwd=tmp_path, extra=[str(tmp_path / "none.toml")])


def test_the_environment_gives_lists_and_tables(tmp_path: Path) -> None:
    environ = {"AUDITOR_SELECT": "MIS, CAP301", "AUDITOR_MAP": "s3://b=/srv", "AUDITOR_OFFLINE": "yes"}
    settings = load(cwd=tmp_path, environ=environ).settings
    assert (settings.select, settings.map, settings.offline) == (["MIS", "CAP301"], {"s3://b": "/srv"}, True)


@pytest.mark.parametrize(
    ("word", "time"),
    [
        ("2026-11-01", "2026-11-01T00:00:00+00:00"),
        ("2026-11-01T03:00:00", "2026-11-01T03:00:00+00:00"),
        ("2026-11-01T03:00:00Z", "2026-11-01T03:00:00+00:00"),
        ("2026-11-01T03:00:00+01:00", "2026-11-01T03:00:00+01:00"),
    ],
)
def test_a_day_is_a_time_too_and_without_a_zone_it_is_utc(tmp_path: Path, word: str, time: str) -> None:
    (tmp_path / "auditor.toml").write_text(f"since = {word}\n")
    settings = load(cwd=tmp_path, command_line={"now": word}).settings
    assert settings.now is not None
    assert settings.since is not None
    assert (settings.now.isoformat(), settings.since.isoformat()) == (time, time)
    assert load(command_line={"since": word}).settings.since == settings.now


def test_what_is_no_time_is_told_with_its_place() -> None:
    with pytest.raises(ConfigError, match="command line: since"):
        load(command_line={"since": "yesterday"})
