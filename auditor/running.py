"""Effective settings to an exit code: runs the pipeline, shows progress, writes what was asked for.

The only module that starts an event loop and listens to signals.
"""

from __future__ import annotations

import asyncio
import importlib
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from auditor import exporting, loops, memory, reported, tables, writing
from auditor.config import Settings, keys
from auditor.decoder import Decoder
from auditor.errors import ConfigError, SourceError
from auditor.hosts import HostStatistics
from auditor.layers import Effective
from auditor.markup.addresses import redact
from auditor.options import option_helps
from auditor.progress import Progress
from auditor.reported import Report
from auditor.terminal import clean

_HEADER = "a header"
_SECRETS = frozenset(("auth", "access-key", "secret-key", "session-token", _HEADER))

UNREADABLE = "auditor {command} reads a JSON report, as written by -o json=FILE"


class Manner(msgspec.Struct, frozen=True):
    """How the command talks: what goes to the terminal beside the result."""

    color: str = "auto"
    quiet: bool = False
    verbose: int = 0
    progress: bool = True
    write_baseline: str | None = None

    @classmethod
    def typed(cls, given: Mapping[str, Any]) -> Manner:
        """The manner that the options ask for."""
        return cls(
            given.get("color", "auto"),
            given.get("quiet", False),
            given.get("verbose", 0),
            not given.get("no_progress", False) and not given.get("quiet", False),
            given.get("write_baseline"),
        )


# --- checking ---------------------------------------------------------------------------------


def check(sources: Sequence[str], effective: Effective, manner: Manner) -> int:
    """Checks the sources, writes every output, and returns the exit code."""
    from auditor.plan import Plan

    settings = effective.settings
    outputs = exporting.outputs(settings.output_file)
    progress = Progress(shown=manner.progress)
    plan = Plan(tuple(sources), settings, effective.folder, notices=effective.notices, watch=progress.update)
    try:
        finished, interrupted = loops.run(_run(plan))
    finally:
        progress.close()
    for name, path in outputs:
        write(name, path, finished.report, manner, settings)
    if manner.write_baseline:
        from auditor import baseline

        baseline.write(finished.findings, Path(manner.write_baseline))
    writing.show(render(settings.output_format, finished.report, manner, settings, to_terminal=True))
    _tell(finished, manner, twice=settings.output_format == "text" and sys.stdout.isatty())
    return reported.exit_code(finished.report, exit_zero=settings.exit_zero, interrupted=interrupted)


async def _run(plan: Any) -> tuple[Any, bool]:
    """The finished run, and whether a signal ended it early; a second signal ends the process."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask_to_stop() -> None:
        stop.set()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(name)

    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ask_to_stop)
    async with Decoder(plan.settings) as decoder:
        decoder.warm()
        with memory.importing():
            from auditor import pipeline  # half a second, while the decoder's processes start

        return await pipeline.run(msgspec.structs.replace(plan, stop=stop), decoder), stop.is_set()


def _tell(finished: Any, manner: Manner, *, twice: bool) -> None:
    """What a person should know beside the result: inputs that could not be read, hosts with -v.

    `twice`: the same terminal has just shown the errors as part of the text report.
    """
    for source in finished.report.inputs:
        if source.error and not twice:
            print(f"error: {clean(source.error.message)}", file=sys.stderr)
    if not manner.quiet:
        for warning in finished.report.run.warnings:
            times = f" ({warning.count} times)" if warning.count > 1 else ""
            print(f"warning: {clean(warning.message)}{times}", file=sys.stderr)
    if manner.verbose:
        for host in finished.hosts:
            print(host_line(host), file=sys.stderr)


def host_line(host: HostStatistics) -> str:
    """How one host was asked, on one line."""
    pace = f", pace {host.pace:.1f}/s" if host.pace is not None else ""
    return (
        f"host {clean(host.host)}: {host.requests} requests, {host.answered} came, {host.failed} did not, "
        f"{host.retries} asked again, {host.refusals} told to wait, waited {host.waited_s:.1f} s{pace}, "
        f"{host.bytes / 1e6:.1f} MB"
    )


# --- rendering --------------------------------------------------------------------------------


def rerender(path: Path, manner: Manner, given: Mapping[str, Any]) -> int:
    """Renders a stored report; the exit code is that of its verdict."""
    return show(_stored(path, "report"), manner, given)


def diff(before: Path, after: Path, manner: Manner, given: Mapping[str, Any]) -> int:
    """Renders what changed between two stored reports; 1 where something new is bad enough."""
    return show(
        reported.compare(_stored(before, "diff"), _stored(after, "diff"), fail_on=given["fail_on"]),
        manner,
        given,
    )


def show(report: Report, manner: Manner, given: Mapping[str, Any]) -> int:
    settings = Settings(
        output_format=given.get("output_format") or "text",
        output_file=list(given.get("output_file") or ()),
        statistics=bool(given.get("statistics")),
        exit_zero=bool(given.get("exit_zero")),
    )
    for name, path in exporting.outputs(settings.output_file):
        write(name, path, report, manner, settings)
    writing.show(render(settings.output_format, report, manner, settings, to_terminal=True))
    return reported.exit_code(report, exit_zero=settings.exit_zero)


def _stored(path: Path, command: str) -> Report:
    try:
        return reported.read(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; {UNREADABLE.format(command=command)}") from None
    except ValueError as error:
        raise ConfigError(f"{path}: {error}; {UNREADABLE.format(command=command)}") from None


def write(name: str, path: Path, report: Report, manner: Manner, settings: Settings) -> None:
    """Writes one output: a file, or the tables of a folder."""
    if path.is_dir():
        exporting.export(name, path, tables.of_report(report))
    else:
        writing.write(path, render(name, report, manner, settings, to_terminal=False))


def render(
    name: str, report: Report, manner: Manner, settings: Settings, *, to_terminal: bool
) -> Iterator[str]:
    look = writing.look(
        manner.color,
        quiet=manner.quiet,
        verbose=bool(manner.verbose),
        statistics=settings.statistics,
        to_terminal=to_terminal,
    )
    look = msgspec.structs.replace(look, exit_zero=settings.exit_zero)
    rendered: Iterator[str] = importlib.import_module(f"auditor.report.{name}").render(report, look)
    return rendered


# --- settings and samples ---------------------------------------------------------------------


def show_settings(effective: Effective) -> None:
    """Prints every setting as TOML, with the place that it came from; secrets are masked."""
    for notice in effective.notices:
        print(f"warning: {notice.message}", file=sys.stderr)
    writing.show(iter([f"# article ids are relative to {effective.folder}\n"]))
    values = msgspec.to_builtins(effective.settings)
    for key, origin in effective.origins.items():
        writing.show(iter([f"{key} = {_toml(_masked(key, values[key]))}  # {origin}\n"]))


def _masked(key: str, value: Any) -> Any:
    """A setting as it may be shown: of credentials and headers the names alone."""
    if isinstance(value, dict):
        return {name: _masked(_HEADER if key == "headers" else name, item) for name, item in value.items()}
    if value is not None and key in _SECRETS:
        return "…"
    return redact(value) if isinstance(value, str) and "://" in value else value


def show_files(sources: Sequence[str], effective: Effective) -> None:
    """Prints the ids of the articles that a check would read."""
    from auditor import stories
    from auditor.plan import Plan

    plan = Plan(tuple(sources), effective.settings, effective.folder)

    async def listed() -> list[str]:
        return [
            f"# {item}" if isinstance(item, SourceError) else item.id
            for source in sources
            async for item in stories.documents(plan, source, None)
        ]

    writing.show(line + "\n" for line in loops.run(listed()))


def settings_template() -> str:
    """A configuration file with every setting commented out at its default."""
    helps = option_helps()
    defaults = msgspec.to_builtins(Settings())
    lines = ["# Settings of the auditor; `auditor config show` prints those in force.", ""]
    for key in keys():
        lines.append(f"# {helps.get(key.replace('-', '_')) or 'See the README.'}")
        lines += [f"# {key} = {_toml(defaults[key])}", ""]
    return "\n".join(lines)


def _toml(value: Any) -> str:
    if value is None:
        return '""'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(k)} = {_toml(v)}" for k, v in value.items() if v is not None) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return msgspec.json.encode(value).decode()


def sample(name: str) -> Path:
    """A file of the samples: in the installed package, or in the checkout beside it."""
    package = Path(__file__).parent
    for folder in (package / "_samples", package.parent / "samples"):
        if (folder / name).is_file():
            return folder / name
    raise ConfigError(f"the bundled sample {name} is not there: install the package again")
