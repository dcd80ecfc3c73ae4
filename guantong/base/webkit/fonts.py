"""Fonts of pages and PDF documents: Noto Sans SC (SIL Open Font License), from the locked package ``zhplot``.

``python -m guantong.base.webkit.fonts`` cuts it into woff2 slices by character range under ``var/fonts`` with a sheet
that names fonts of the visitor's own machine first; a browser fetches only the slices a page needs. Doing it twice is
harmless and quick. Needs no Django settings.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

FAMILY = "Guantong Sans"
LOCAL_NAMES = ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "SimHei")
OFTEN = ("latin", "common-1", "common-2")
"""Slices nearly every page needs: packed as tightly as possible; the others quickly."""

EDITION = "1"
"""Raised when the slicing changes, so that old slices are made again."""


def font_path() -> Path:
    """The TrueType file for PDF documents; raises ``FileNotFoundError`` when the font package is not installed."""
    spec = find_spec("zhplot")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "fonts" / "NotoSansSC-Regular.ttf"
        if path.is_file():
            return path
    raise FileNotFoundError("NotoSansSC-Regular.ttf: run make setup")


def target_folder() -> Path:
    """Where the slices go: ``fonts`` under GUANTONG_VAR, or under ``var`` of the checkout."""
    var = os.environ.get("GUANTONG_VAR")
    return (Path(var) if var else Path(__file__).resolve().parents[3] / "var") / "fonts"


def _gb2312(first_row: int, last_row: int) -> set[int]:
    """Code points of rows of GB 2312; rows 16-55 are the common characters (level 1), 56-87 level 2."""
    found = set()
    for row in range(first_row, last_row + 1):
        for cell in range(1, 95):
            try:
                found.add(ord(bytes((0xA0 + row, 0xA0 + cell)).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return found


def slices(available: set[int]) -> dict[str, set[int]]:
    """Name of each slice and its code points; together exactly ``available``, none twice."""
    latin = {c for c in available if c < 0x2E80 or 0x3000 <= c < 0x3100 or 0xFE30 <= c < 0xFE50 or c >= 0xFF00}
    wanted = [
        ("latin", latin),
        ("common-1", _gb2312(16, 35)),
        ("common-2", _gb2312(36, 55)),
        ("second", _gb2312(56, 87)),
    ]
    parts: dict[str, set[int]] = {}
    left = set(available)
    for name, points in wanted:
        parts[name] = points & left
        left -= parts[name]
    rest = sorted(left)
    size = 4000
    for start in range(0, len(rest), size):
        parts[f"rest-{start // size + 1}"] = set(rest[start : start + size])
    return {name: points for name, points in parts.items() if points}


def unicode_range(points: set[int]) -> str:
    """The points as a CSS ``unicode-range`` value."""
    spans: list[list[int]] = []
    for point in sorted(points):
        if spans and point == spans[-1][1] + 1:
            spans[-1][1] = point
        else:
            spans.append([point, point])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in spans)


def _mark(source: Path) -> str:
    state = f"{EDITION} {source.stat().st_size}"
    return hashlib.sha256(state.encode()).hexdigest()[:16]


def is_current(folder: Path, source: Path) -> bool:
    """Whether the stylesheet and all slices it names are there and made from ``source``."""
    sheet = folder / "sans.css"
    if not sheet.is_file():
        return False
    text = sheet.read_text(encoding="utf-8")
    names = [part.split(")")[0] for part in text.split("url(")[1:]]
    return text.startswith(f"/* {_mark(source)} */") and bool(names) and all((folder / n).is_file() for n in names)


@contextmanager
def _quality(quality: int) -> Iterator[None]:
    """Within the block, woff2 files are packed with this Brotli quality (the library has no option for it)."""
    from fontTools.ttLib import woff2

    packer = woff2.brotli

    class Packer:
        MODE_FONT = packer.MODE_FONT

        @staticmethod
        def compress(data: bytes, mode: int) -> bytes:
            return bytes(packer.compress(data, mode=mode, quality=quality))

    woff2.brotli = Packer
    try:
        yield
    finally:
        woff2.brotli = packer


def build(folder: Path | None = None, say: bool = True) -> int:
    """Make the slices where they are missing; returns how many were written (0 when all is there)."""
    source = font_path()
    folder = folder or target_folder()
    if is_current(folder, source):
        return 0
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.woff2 import WOFF2FlavorData

    folder.mkdir(parents=True, exist_ok=True)
    with TTFont(source, lazy=True) as font:
        available = set(font.getBestCmap())
    parts = slices(available)
    local = ", ".join(f'local("{name}")' for name in LOCAL_NAMES)
    rules = [
        f"/* {_mark(source)} */",
        "/* Noto Sans SC, SIL Open Font License 1.1, cut into slices by character range. */",
    ]
    for number, (name, points) in enumerate(parts.items(), 1):
        options = Options()
        options.layout_features = ["kern", "locl", "ccmp"]
        options.hinting = False
        options.notdef_outline = True
        options.drop_tables += ["vhea", "vmtx", "VORG", "DSIG"]
        options.flavor = "woff2"
        font = TTFont(source, lazy=True)
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=points)
        subsetter.subset(font)
        font.flavor = "woff2"
        often = name in OFTEN
        font.flavorData = WOFF2FlavorData(transformedTables=["glyf", "loca"] if often else [])
        file_name = f"sans-{name}.woff2"
        with _quality(11 if often else 9):
            font.save(folder / file_name)
        font.close()
        rules.append(
            f'@font-face{{font-family:"{FAMILY}";font-style:normal;font-weight:400;font-display:swap;'
            f'src:{local},url({file_name}) format("woff2");unicode-range:{unicode_range(points)}}}'
        )
        if say:
            sys.stdout.write(f"\r  字体切片 {number}/{len(parts)}")
            sys.stdout.flush()
    if say:
        sys.stdout.write("\n")
    (folder / "sans.css").write_text("\n".join(rules) + "\n", encoding="utf-8")
    return len(parts)


if __name__ == "__main__":
    build()
