"""Settings: where a value comes from, what is never shown, and what is said about a slip."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.core.trouble import Trouble
from concord.site import config as hub
from concord.site.command import main


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "home"))
    hub.config.cache_clear()
    yield
    hub.config.cache_clear()


def _written(words: str) -> None:
    hub.make_private(hub.settings_file().parent)
    hub.settings_file().write_text(words)


def _line(name: str) -> hub.Setting:
    return next(one for one in hub.listing() if one.name == name)


def test_the_environment_comes_before_the_file_and_the_file_before_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (_line("CONCORD_PORT").value, _line("CONCORD_PORT").source) == ("8760", "default")
    _written("CONCORD_PORT=9001\n")
    assert (_line("CONCORD_PORT").value, _line("CONCORD_PORT").source) == ("9001", "file")
    monkeypatch.setenv("CONCORD_PORT", "9002")
    assert (_line("CONCORD_PORT").value, _line("CONCORD_PORT").source) == ("9002", "environment")


def test_the_secret_key_is_made_once_and_readable_by_its_owner_alone() -> None:
    first = hub.config().secret_key
    hub.config.cache_clear()
    kept = hub.config().home / "secret-key"
    assert hub.config().secret_key == first == kept.read_text().strip()
    assert len(first) >= 64
    assert kept.stat().st_mode & 0o777 == 0o600


def test_no_secret_is_ever_listed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in hub.SECRETS:
        monkeypatch.setenv(f"CONCORD_{name.upper()}", "postgresql://owner:canary@host/name")
    assert main(["settings", "--json"]) == 0
    assert main(["settings"]) == 0
    shown = capsys.readouterr()
    assert "canary" not in shown.out + shown.err
    assert "canary" not in repr(hub.config())


def test_every_setting_named_like_a_secret_is_one() -> None:
    named = {name for name in hub.Config.model_fields if name.endswith(("_key", "_url", "password", "token"))}
    assert named == hub.SECRETS


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "eighty"), ("PORT", "70000"), ("SESSION_HOURS", "0"), ("HTTPS", "maybe")]
)
def test_a_value_that_cannot_be_is_named_with_its_setting(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"CONCORD_{name}", value)
    with pytest.raises(Trouble, match=f"CONCORD_{name}: "):
        hub.config()


def test_a_slip_of_the_pen_is_told_and_is_exit_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONCORD_PROT", "8800")
    assert main(["settings", "--json"]) == 1
    shown = capsys.readouterr()
    assert json.loads(shown.out)["unknown"] == ["CONCORD_PROT"]
    assert "CONCORD_PROT is not a setting" in shown.err


@given(st.lists(st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8}){0,2}", fullmatch=True), min_size=1, max_size=5))
def test_host_names_are_written_with_commas(names: list[str]) -> None:
    assert hub.Config(hosts=", ".join(names)).hosts == tuple(names)


def test_a_home_that_cannot_be_made_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(Trouble, match="CONCORD_HOME"):
        hub.config()
