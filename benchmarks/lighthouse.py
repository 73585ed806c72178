"""Lighthouse over the pages that a buyer meets, in its phone profile, with the goods of the demo. Prints JSON.

    PYTHONPATH=src .venv/bin/python -m benchmarks.lighthouse

Needs Node.js and Chromium; Lighthouse itself is fetched by npm into a folder outside the checkout. 12.8.2 is the newest
that runs on Node 20.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from benchmarks._machine import fresh_database
from benchmarks._serving import serving
from tools.provision import CHROMIUM

_VERSION: Final = "12.8.2"
_GROUPS: Final = ("performance", "accessibility", "best-practices", "seo")
_HERE: Final = "de/de/"
_PAGES: Final = {
    "home": "",
    "category": "c/table-and-kitchen/",
    "product": "product/mug/",
    "cart": "cart/",
    "checkout": "checkout/",
}
_CHROMIUM: Final = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
_AIM: Final = 95


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lighthouse", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="of each page; the medians are reported")
    parser.add_argument("--pages", nargs="*", choices=_PAGES, default=list(_PAGES))
    parser.add_argument("--tools", type=Path, default=Path(tempfile.gettempdir()) / f"lighthouse-{_VERSION}")
    parser.add_argument("--keep", type=Path, help="folder for Lighthouse's own reports")
    options = parser.parse_args(arguments)
    program = _fetch(options.tools)
    scores = {}
    with fresh_database("sqlite") as env:
        os.environ.update(env)
        _fill()
        with serving(env, settings="benchmarks.lighthouse_settings") as web:
            cookie = _cart(f"{web.url}/{_HERE}")
            for name in options.pages:
                address = f"{web.url}/{_HERE}{_PAGES[name]}"
                runs = [_look(program, address, cookie, options.keep) for _ in range(options.runs)]
                scores[name] = {group: statistics.median(run[group] for run in runs) for group in runs[0]}
    short = {
        f"{name}: {group}": score for name, groups in scores.items() for group, score in groups.items() if score < _AIM
    }
    print(json.dumps({"benchmark": "lighthouse", "version": _VERSION, "scores": scores, "below_aim": short}, indent=2))
    return 1 if short else 0


def _fill() -> None:
    """The demo's goods in a shop that is none: a demo turns search engines away."""
    import django

    django.setup()
    from django.db import connection, transaction

    from tradewind.demo.goods import load_goods
    from tradewind.demo.setting_up import set_up_shop
    from tradewind.lib.clock import utc_now

    with transaction.atomic():
        set_up_shop(at=utc_now())
        load_goods(at=utc_now())
    connection.close()


def _fetch(folder: Path) -> Path:
    program = folder / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        if shutil.which("npm") is None:
            sys.exit("npm is missing. On Debian and Ubuntu: sudo apt-get install npm")
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", f"lighthouse@{_VERSION}"]
        subprocess.run(command, cwd=folder, check=True)
    return program


def _cart(shop: str) -> str:
    """The cookies of a buyer who has put a mug into the cart."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = browser.open(f"{shop}product/mug/").read().decode()
    variant = re.search(r'name="variant" value="(\d+)"', page)
    assert variant is not None, "the product page has no form"
    form = urlencode({"variant": variant[1], "quantity": 1}).encode()
    browser.open(f"{shop}cart/lines/", form).read()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def _look(program: Path, url: str, cookie: str, keep: Path | None) -> dict[str, float]:
    env = {**os.environ, "CHROME_PATH": str(CHROMIUM.find_or_install())}
    headers = json.dumps({"Cookie": cookie})
    command = [
        str(program),
        url,
        "--quiet",
        "--output=json",
        f"--chrome-flags={_CHROMIUM}",
        f"--extra-headers={headers}",
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=env).stdout
    report: dict[str, Any] = json.loads(said)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{url.rstrip('/').rpartition('/')[2]}.json").write_text(said)
    return {group: round(100 * report["categories"][group]["score"]) for group in _GROUPS}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
