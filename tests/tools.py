"""Tools that some tests need beside Python: what is done where they are missing."""

import os
import shutil

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def require(reason: str | None) -> None:
    """Skip the test for `reason`, if there is one; fail where tools are required, as they are in `.ci/run`."""
    if reason and os.environ.get("DLPSIM_REQUIRE_TOOLS"):
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


def browser_path() -> str:
    """Return the path of a Chromium; none where there is none."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), "")


def no_browser() -> str | None:
    """Say what is missing to look at pages as a reader does; None if nothing is."""
    if not browser_path():
        return "Chromium is not installed (Debian: apt-get install chromium)"
    try:
        import playwright.sync_api  # noqa: F401, PLC0415 - the tests shall load without it
    except ImportError:
        return "playwright is not installed (pip install playwright)"
    return None
