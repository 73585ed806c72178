"""What a person says of a sales channel's file: beside the mapping, the other way to say how a file is to be read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Export:
    """A file as a sales channel hands it out; `source` is a key of marketplaces.recognising.REPORTS.

    The rest is for files that do not say it themselves: a time zone, a currency, an encoding; empty, the usual one.
    """

    source: str
    account: str
    zone: str = ""
    currency: str = ""
    encoding: str = ""
    language: str = "en"  # of newly registered buyers
