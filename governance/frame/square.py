"""Squares to scan (QR codes), drawn on a page by one path."""

from __future__ import annotations

import segno


def square(text: str) -> dict[str, object]:
    """Return the QR code of *text* as its width in modules and the path that draws the dark ones."""
    rows = [list(row) for row in segno.make_qr(text, error="m").matrix_iter(border=4)]
    dark = [(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module]
    return {"width": len(rows), "path": "".join(f"M{x} {y}h1v1h-1z" for x, y in dark)}
