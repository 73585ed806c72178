"""A process that tells what a setting is, and tells again when it has become another.

python -m tests.core.processes.reading PANEL PART
"""

import sys
import time

from tests.core.processes.opening import open_house

if __name__ == "__main__":
    open_house()

from tradewind.core.panels import read


def tell_twice(panel: str, part: str) -> None:
    first = read(panel)[part]
    print(first, flush=True)  # noqa: T201  # for who started us
    until = time.monotonic() + 30
    while read(panel)[part] == first and time.monotonic() < until:
        time.sleep(0.05)
    print(read(panel)[part], flush=True)  # noqa: T201  # for who started us


if __name__ == "__main__":
    tell_twice(*sys.argv[1:])
