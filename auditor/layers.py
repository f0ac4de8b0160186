"""Layers of settings to one `Settings`, and where each value came from.

Command line > environment > project file > user file > default. A project file that lies beside
somebody's article is not the operator's word: what widens access counts only from the working
folder's or the user's file, the environment or the command line (see `_without_widening`).
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from auditor.config import BucketSettings, DuplicateSettings, HostSettings, Settings, keys
from auditor.errors import ConfigError
from auditor.model import Notice, RuleOptions
from auditor.moments import moment

FILE_NAME = "auditor.toml"
_TIMES = ("now", "since")


class Layer(msgspec.Struct, frozen=True):
    """Settings from one place: `origin` names it for a person, keys are kebab-case."""

    origin: str
    values: dict[str, Any]


class Effective(msgspec.Struct, frozen=True):
    """Settings in force, with the origin of each key and the folder that article ids are relative to."""

    settings: Settings
    origins: dict[str, str]
    folder: Path
    file: Path | None = None
    notices: tuple[Notice, ...] = ()


def load(
    first_source: str | None = None,
    *,
    command_line: Mapping[str, Any] | None = None,
    extra: Iterable[str] = (),
    isolated: bool = False,
    environ: Mapping[str, str] = os.environ,
    cwd: Path | None = None,
) -> Effective:
    """The settings in force for a run whose first input is `first_source`.

    `extra` are the values of `--config`: files, or KEY=VALUE. `isolated` leaves files out. Raises
    `ConfigError` naming the place and the key.
    """
    cwd = (cwd or Path.cwd()).resolve()
    layers: list[Layer] = []
    notices: list[Notice] = []
    named = [Path(word) for word in extra if "=" not in word]
    file: Path | None = None
    if not isolated:
        user = _user_file(environ)
        if user is not None:
            layers.append(_file_layer(user, "user"))
        own = _nearest(cwd)
        file = named[0].resolve() if named else _nearest(_start_folder(first_source, cwd)) or own
        if file is not None:
            layer = _file_layer(file, "project")
            if not named and file != own:
                layer, dropped = _without_widening(layer, file.parent)
                notices += dropped
            layers.append(layer)
    layers += [_file_layer(path, "named") for path in (named if isolated else named[1:])]
    layers.append(_environment_layer(environ))
    layers += [_pair_layer(word) for word in extra if "=" in word]
    layers.append(Layer("command line", _absolute_paths(dict(command_line or {}), cwd)))
    settings, origins = _merge(layers)
    return Effective(settings, origins, file.parent if file else cwd, file, tuple(notices))


# --- finding and reading files ----------------------------------------------------------------


def _user_file(environ: Mapping[str, str]) -> Path | None:
    base = environ.get("XDG_CONFIG_HOME") or str(Path(environ.get("HOME", "/nonexistent")) / ".config")
    path = Path(base) / "auditor" / FILE_NAME
    return path if path.is_file() else None


def _start_folder(source: str | None, cwd: Path) -> Path:
    if source is None or source == "-" or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+://", source):
        return cwd
    path = cwd / source
    return (path if path.is_dir() else path.parent).resolve()


def _nearest(folder: Path) -> Path | None:
    """The closest `auditor.toml`, or `pyproject.toml` with a [tool.auditor] table, from `folder` upwards."""
    for place in (folder, *folder.parents):
        if (place / FILE_NAME).is_file():
            return place / FILE_NAME
        pyproject = place / "pyproject.toml"
        # read only where the words occur: other people's pyproject.toml may be anything
        if pyproject.is_file() and b"[tool.auditor" in pyproject.read_bytes():
            return pyproject
    return None


def _file_layer(path: Path, kind: str) -> Layer:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such configuration file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as a configuration: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    if path.name == "pyproject.toml":
        values = values.get("tool", {}).get("auditor", {})
    values = {key.replace("_", "-"): value for key, value in values.items()}
    return Layer(f"{kind} file {path}", _absolute_paths(values, path.parent))


def _absolute_paths(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Paths of a layer, made absolute from the folder that they were written in."""
    values = dict(values)
    for key in ("ca-file", "baseline"):
        if isinstance(values.get(key), str):
            values[key] = str(folder / values[key])
    targets = values.get("map")
    if isinstance(targets, dict):
        values["map"] = {
            prefix: target if not isinstance(target, str) or "://" in target else str(folder / target)
            for prefix, target in targets.items()
        }
    return values


_WIDENING = ("allow-private", "ca-file", "s3-endpoint", "output-file", "user-agent")
_WIDENING_HOST = ("headers", "auth")
_WIDENING_BUCKET = ("endpoint", "requester-pays", "anonymous", "access-key", "secret-key", "session-token")


def _without_widening(layer: Layer, folder: Path) -> tuple[Layer, list[Notice]]:
    """The layer without what a stranger's file may not decide, and a notice for each thing left out."""
    values = dict(layer.values)
    dropped = [key for key in _WIDENING if values.pop(key, None) is not None]
    for table, names in (("hosts", _WIDENING_HOST), ("s3", _WIDENING_BUCKET)):
        entries = values.get(table)
        if isinstance(entries, dict):
            for name, entry in entries.items():
                dropped += [
                    f"{table}.{name}.{key}" for key in names if isinstance(entry, dict) and key in entry
                ]
            values[table] = {
                name: {k: v for k, v in entry.items() if k not in names} if isinstance(entry, dict) else entry
                for name, entry in entries.items()
            }
    targets = values.get("map")
    if isinstance(targets, dict):
        inside = {p: t for p, t in targets.items() if not isinstance(t, str) or _stays_inside(t, folder)}
        dropped += [f"map.{prefix}" for prefix in targets if prefix not in inside]
        values["map"] = inside
    notices = [
        Notice(
            "config-untrusted",
            f"{key} in {layer.origin} was left out: it widens access, "
            "and only the working folder's or the user's own file may do that",
        )
        for key in dropped
    ]
    return Layer(layer.origin, values), notices


def _stays_inside(target: str, folder: Path) -> bool:
    return "://" in target or Path(target).resolve().is_relative_to(folder.resolve())


# --- words of the environment and the command line --------------------------------------------


def _environment_layer(environ: Mapping[str, str]) -> Layer:
    values: dict[str, Any] = {}
    for key, kind in keys().items():
        word = environ.get("AUDITOR_" + key.replace("-", "_").upper())
        if word is not None:
            values[key] = _from_word(word, kind)
    return Layer("environment", _absolute_paths(values, Path.cwd()))


def _from_word(word: str, kind: Any) -> Any:
    """A value from a string: lists are comma-separated, tables are KEY=VALUE,KEY=VALUE."""
    origin = typing.get_origin(kind)
    if origin is list:
        return [item.strip() for item in word.split(",") if item.strip()]
    if origin is dict:
        return dict(item.strip().split("=", 1) for item in word.split(",") if "=" in item)
    if word.lower() in ("true", "yes", "on", "false", "no", "off") and "bool" in str(kind):
        return word.lower() in ("true", "yes", "on")
    try:
        return msgspec.convert(word, kind, strict=False)
    except msgspec.ValidationError:
        return word  # refused with its place when the layer is checked


def _pair_layer(word: str) -> Layer:
    """`--config KEY=VALUE`: the value is TOML, or else a plain string."""
    key, value = word.split("=", 1)
    try:
        values = tomllib.loads(f"{key.strip()} = {value}")
    except tomllib.TOMLDecodeError:
        try:
            values = tomllib.loads(f"{key.strip()} = {msgspec.json.encode(value.strip()).decode()}")
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"--config {word}: expected FILE or KEY=VALUE ({error})") from None
    values = {name.replace("_", "-"): item for name, item in values.items()}
    return Layer(f"--config {key.strip()}", _absolute_paths(values, Path.cwd()))


# --- merging and checking ---------------------------------------------------------------------


def _merge(layers: list[Layer]) -> tuple[Settings, dict[str, str]]:
    merged: dict[str, Any] = {}
    origins = dict.fromkeys(keys(), "default")
    for layer in map(_timed, layers):
        _check(layer)
        for key, value in layer.values.items():
            merged[key] = _overlay(key, merged.get(key), value)
            origins[key] = layer.origin
    return msgspec.convert(merged, Settings, strict=False), origins


def _timed(layer: Layer) -> Layer:
    """The layer with its times read as people write them: a day is its first moment, no zone is UTC."""
    times = {key: moment(str(layer.values[key])) for key in _TIMES if layer.values.get(key) is not None}
    known = {key: time for key, time in times.items() if time is not None}
    return Layer(layer.origin, {**layer.values, **known})  # what is no time is refused with its place


def _overlay(key: str, below: Any, above: Any) -> Any:
    if not isinstance(above, dict) or not isinstance(below, dict):
        return above
    if key == "map":  # a trailing slash makes no other prefix
        names = {prefix.rstrip("/") for prefix in above}
        below = {prefix: target for prefix, target in below.items() if prefix.rstrip("/") not in names}
    return {
        **below,
        **{name: _overlay("", below.get(name), value) for name, value in above.items()},
    }


def _check(layer: Layer) -> None:
    try:
        msgspec.convert(layer.values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{layer.origin}: {_explained(str(error))}") from None


def _explained(message: str) -> str:
    """A msgspec message in the words of a configuration file, with a did-you-mean."""
    text, _, place = message.partition(" - at `$")
    place = re.sub(r"\[\.\.\.\]", "", place.rstrip("`").removeprefix("."))
    unknown = re.search(r"unknown field `(.*)`", text)
    if unknown:
        key = unknown.group(1)
        close = difflib.get_close_matches(key, _known_names(place), n=1)
        hint = f"; did you mean '{close[0]}'?" if close else "; `auditor config show` lists the keys"
        return f"unknown key '{f'{place}.{key}' if place else key}'{hint}"
    text = text.replace("`", "'").replace("Expected", "expected").replace("Invalid", "invalid")
    return f"{place or 'settings'}: {text}{_choices(place)}"


def _known_names(table: str) -> list[str]:
    tables: dict[str, Any] = {
        "duplicates": DuplicateSettings,
        "hosts": HostSettings,
        "s3": BucketSettings,
        "rules": RuleOptions,
    }
    struct = tables.get(table.partition(".")[0], Settings)
    return [field.encode_name for field in msgspec.structs.fields(struct)]


def _choices(key: str) -> str:
    kind = keys().get(key)
    if typing.get_origin(kind) is Literal:
        return f"; choose one of {', '.join(map(str, typing.get_args(kind)))}"
    return ""
