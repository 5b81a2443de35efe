"""What happens where a tool is missing: tests are skipped, but fail where tools are required."""

import pytest

from tests.rtl.icarus import missing
from tests.tools import require


def test_without_icarus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert missing() == "Icarus Verilog is not installed (Debian: apt-get install iverilog)"


def test_nothing_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLPSIM_REQUIRE_TOOLS", "1")
    require(None)


def test_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DLPSIM_REQUIRE_TOOLS", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"^no tool$"):
        require("no tool")


def test_fails_where_tools_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLPSIM_REQUIRE_TOOLS", "1")
    with pytest.raises(pytest.fail.Exception, match=r"^no tool$"):
        require("no tool")
