"""mass-failure: many images are lost to one cause, a host or a folder of it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Example, Failures, Hit, Rule, Survey
from auditor.rules._history import day


def check(survey: Survey) -> Iterator[Hit]:
    """One hit for each host that fails as a whole, else for each folder of it that does."""
    told: list[str] = []
    for failures in sorted(survey.failures, key=lambda each: (len(each.name), each.name)):
        if _is_mass(failures, survey) and not any(_is_below(failures, name) for name in told):
            told.append(failures.name)
            yield _hit(failures)


def _is_mass(failures: Failures, survey: Survey) -> bool:
    share = failures.failed / max(1, failures.total)
    return failures.failed >= survey.options.mass_failure and share >= survey.options.mass_failure_share


def _is_below(failures: Failures, name: str) -> bool:
    """Whether these failures are part of others: a folder of a host, a folder of a folder."""
    if "://" in name:
        return failures.name.startswith(name)
    return failures.name.partition("://")[2].startswith(f"{name}/")


def _hit(failures: Failures) -> Hit:
    what = "the host" if failures.kind == "host" else "everything below"
    since = f" since {day(failures.first_failed_at)}" if failures.first_failed_at else ""
    causes = ", ".join(f"{count:,} {state}" for state, count in _most(failures))
    return Hit(
        message=f"{failures.failed:,} of {failures.total:,} images fail together{since} ({causes}), in "
        f"{failures.articles:,} articles: {what} {failures.name}",
        key=f"{failures.kind} {failures.name}",
        arguments={
            "kind": failures.kind,
            "name": failures.name,
            "failed": failures.failed,
            "total": failures.total,
            "articles": failures.articles,
        },
        evidence={
            "states": dict(_most(failures)),
            "articles": list(failures.samples),
            "first-failed": day(failures.first_failed_at),
        },
    )


def _most(failures: Failures) -> list[tuple[str, int]]:
    return sorted(failures.states.items(), key=lambda item: (-item[1], item[0]))


_GONE = {"missing/http-404": 180}

RULE = Rule(
    code="MIS213",
    name="mass-failure",
    level="error",
    summary="Most images of one host, or of one folder on it, fail at once.",
    why=(
        "A thousand findings with one cause are one fault, and looking at each of them hides it: a host that "
        "was switched off, a bucket that was renamed, a folder that a migration forgot. Told once for the "
        "shortest beginning of the addresses that has nearly all of them (`mass-failure`, "
        "`mass-failure-share` in the settings)."
    ),
    fix="Repair the host, the path or a redirect for all of them; then scan again with --recheck all.",
    check=check,
    scope="run",
    passes=(
        Example(
            "A run in which 12 of 5,000 images of one host are gone.",
            survey=Survey((Failures("host", "cdn.example", 12, 5000, 12, states={"missing/http-404": 12}),)),
        ),
        Example(
            "A run in which all of a blog's 3 images are gone.",
            survey=Survey((Failures("host", "blog.example", 3, 3, 1, states={"missing/http-404": 3}),)),
            note="too few to speak of a mass",
        ),
    ),
    catches=(
        Example(
            "A run in which 180 of the 190 images below one folder are gone.",
            survey=Survey(
                (
                    Failures("host", "cdn.example", 180, 5000, 90, states=_GONE),
                    Failures("prefix", "https://cdn.example/2019/", 180, 190, 90, states=_GONE),
                )
            ),
        ),
        Example(
            "A run in which a whole host does not answer.",
            survey=Survey(
                (
                    Failures("host", "old.example", 400, 400, 250, states={"unreachable/dns": 400}),
                    Failures(
                        "prefix", "https://old.example/img/", 380, 380, 240, states={"unreachable/dns": 380}
                    ),
                )
            ),
            note="one finding: its folders are not told again",
        ),
    ),
)
