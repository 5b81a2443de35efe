import pytest

from tests.tools import browser_path, no_browser


def test_without_chromium(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert browser_path() == ""
    assert no_browser() == "Chromium is not installed (Debian: apt-get install chromium)"
