"""The shop's own settings with one more address: the floor, an empty view behind the same middleware."""

from tradewind.config.settings import *  # noqa: F403  # all of them, that is the point

ROOT_URLCONF = "benchmarks.floor_urls"
