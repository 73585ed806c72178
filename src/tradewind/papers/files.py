"""The files of papers. Set when somebody first asks for one, and kept from then on: what was handed out stays that file."""

from datetime import datetime
from typing import Final

from tradewind.core.files import keep_private, private_path
from tradewind.papers.keeping import read_paper
from tradewind.papers.models import IssuedPaper
from tradewind.papers.rendering import render

PDF: Final = "application/pdf"


class Forgotten(Exception):
    """The years for which the law keeps it are over: its number is left, and nothing of what it said."""


def file_of(paper: IssuedPaper, *, at: datetime) -> bytes:
    """The PDF of a paper, always the same one. Not to be called in a transaction: setting takes its time. Raises Forgotten."""
    if paper.forgotten_at is not None:
        raise Forgotten(paper.number)
    if paper.file is None:
        content = render(read_paper(paper.content))
        file = keep_private(name_of(paper), content, content_type=PDF, at=at)
        IssuedPaper.objects.filter(pk=paper.pk, file=None).update(file=file)
        # Somebody else may have been faster, by another release.
        paper.refresh_from_db(fields=["file"])
    if paper.file is None:
        raise LookupError(paper.pk)
    return private_path(paper.file.digest).read_bytes()


def name_of(paper: IssuedPaper) -> str:
    return f"{paper.number}.pdf"
