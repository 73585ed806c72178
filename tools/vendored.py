"""Foreign scripts and styles that we ship, held against the list that says where they are from and what they must be.

The list has a line per file: name version licence sha256 path (relative to the list's folder); # begins a comment.
"""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "src/tradewind/ui/static/vendor"
LIST = "VENDORED.txt"
COLUMNS = 5


def complaints(folder: Path) -> Iterator[str]:
    if not folder.exists():
        return
    listed = set()
    for number, line in enumerate(
        (folder / LIST).read_text().splitlines() if (folder / LIST).exists() else [], start=1
    ):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) != COLUMNS:
            yield f"{LIST}:{number}: expected “name version licence sha256 path”"
            continue
        name, version, _licence, digest, path = words
        listed.add(path)
        if not (folder / path).is_file():
            yield f"{LIST}:{number}: {path} is missing"
        elif hashlib.sha256((folder / path).read_bytes()).hexdigest() != digest:
            yield f"{LIST}:{number}: {path} is not {name} {version} as it was vendored"
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    yield from (f"{path} is not in {LIST}" for path in sorted(there - listed - {LIST}))


def main() -> int:
    found = list(complaints(FOLDER))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
