"""Where style, scripts and pictures are served: under one mark of all, so that a browser may keep them for good.

A script names the others it needs by their place beside it (`import … from "./paper.js"`). Were the mark in the query,
as `paper.js?v=…`, the scripts would have to know it; in the path, the browser carries it along.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path


@lru_cache
def url_path(folder: Path) -> str:
    """Return the path under which the files of *folder* are served. It changes when any of them does."""
    mark = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        mark.update(path.relative_to(folder).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return f"/static/{mark.hexdigest()[:12]}"
