"""Pictures and findings of pages of a running site: ``python tools/screenshots.py [--user NAME] [--base URL] PATH…``.

Saves to var/screens/ at 1440 and 390 pixels; prints what is wrong: errors, refused styles, sideways scrolling, labels.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.house.browser import WIDTHS, browser, look  # noqa: E402

PUBLIC = ["/", "/sign-in/", "/try/", "/verify/", "/law/", "/systems/", "/programmes/", "/api/", "/nowhere/"]


def main() -> int:
    """0 when nothing is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", default=PUBLIC)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--user", help="user name of a demo sign-in card")
    parser.add_argument("--password", help="of an account without a sign-in card")
    parser.add_argument("--to", type=Path, default=ROOT / "var" / "screens")
    options = parser.parse_args()
    wrong = 0
    with browser() as chromium:
        for width_name, width in WIDTHS.items():
            context = chromium.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
            if options.user:
                page = context.new_page()
                page.goto(options.base + "/sign-in/")
                if options.password:
                    page.fill("#f-username", options.user)
                    page.fill("#f-password", options.password)
                    page.press("#f-password", "Enter")
                else:
                    page.click(f'button[name=username][value="{options.user}"]')
                page.wait_for_load_state()
                page.close()
            for path in options.paths:
                name = (options.user or "visitor") + "_" + (path.strip("/").replace("/", "_") or "home")
                seen = look(context, options.base + path, options.to / f"{name}_{width_name}.png")
                wrong += len(seen.findings)
                print(f"{seen.status} {width_name:<6} {path} {'; '.join(seen.findings)}")
            context.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
