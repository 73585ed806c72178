"""Loaded by pytest before the settings are: a data folder of the tests' own, gone when they end."""

import atexit
import gc
import os
import shutil
import tempfile

# Until everything is loaded (tests.conftest): what is imported stays, and looking through it took a sixth of the time.
gc.disable()

os.environ["TRADEWIND_KIND"] = "test"
if "TRADEWIND_DATA" not in os.environ:
    os.environ["TRADEWIND_DATA"] = tempfile.mkdtemp(prefix="tradewind-test-")
    atexit.register(shutil.rmtree, os.environ["TRADEWIND_DATA"], ignore_errors=True)
