"""Audit the images of articles: missing, broken, duplicate, each paired with its caption.

The public names are imported on first use, so that `import auditor` costs nothing:

    import asyncio
    from auditor import check

    report = asyncio.run(check(["article.txt"]))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auditor.config import Settings as Settings
    from auditor.model import Article as Article
    from auditor.pipeline import check as check
    from auditor.reported import Report as Report

__version__ = "0.1.0"

_PUBLIC = {
    "check": "auditor.pipeline",
    "Article": "auditor.model",
    "Report": "auditor.reported",
    "Settings": "auditor.config",
}
__all__ = ["Article", "Report", "Settings", "__version__", "check"]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'auditor' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_PUBLIC[name]), name)
