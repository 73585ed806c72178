"""The settings of an installation whose robots.txt lets search engines in, which a demo's does not."""

from tradewind.config.settings import *  # noqa: F403

IS_DEMO = False
