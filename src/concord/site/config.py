"""Every setting of the hub: its name, its default and its meaning. `docs/settings.md` is made from this file.

A setting is read from the environment (`CONCORD_PORT`), else from `settings.env` in the home folder, else it is its
default.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from concord.core.shelf import shelf
from concord.core.trouble import Trouble

PREFIX = "CONCORD_"
_CHECKOUT = Path(__file__).resolve().parents[3]
_OTHERS = {"APP_DSN", "LEDGER_DSN", "OWNER_DSN", "ONLY", "PYTHON", "VENV"}  # read before, or made after, the settings
_NAME = re.compile(r"(?m)^\s*(?:export\s+)?(\w+)\s*=")
Source = Literal["default", "environment", "file"]


def _home() -> Path:
    given = os.environ.get("CONCORD_HOME")
    return Path(given).expanduser().resolve() if given else _CHECKOUT / ".concord"


class Config(BaseSettings):
    """The settings as read. `secret_key` and `home` are always there: they are made on first use."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)
    # Django's settings look for this on every value they give out, which takes a model long to say that it has not.
    _mask_wrapped: ClassVar[bool] = True

    agreement: Path = Field(
        default_factory=lambda: shelf("agreements") / "kent-2022",
        description="Folder of the agreement the hub runs on; the LA's name, number and colours are in it.",
    )
    home: Path = Field(
        default_factory=_home,
        description="Folder of what the hub keeps: its keys, the embedded database, settings.env.",
    )
    database_url: SecretStr | None = Field(
        None,
        description="PostgreSQL 15 or newer that runs elsewhere, as its owner: postgresql://owner:password@host/name. "
        "Empty: the embedded database in the home folder.",
    )
    database_app_url: SecretStr | None = Field(
        None,
        description="The same server as the pages' role, which owns no table. Empty: the role is made by the owner.",
    )
    database_ledger_url: SecretStr | None = Field(
        None, description="The same server as the ledger's role, which may only append. Empty: made by the owner."
    )
    postgres: Path | None = Field(
        None,
        description="Folder of PostgreSQL's programs for the embedded database. Empty: those installed with the hub.",
    )
    bind: str = Field(
        "127.0.0.1", description="Address the pages are served on. Anything but loopback needs HTTPS in front."
    )
    port: int = Field(8760, ge=1, le=65535, description="Port the pages are served on.")
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        ("127.0.0.1", "localhost", "[::1]"), description="Host names the hub answers to, with commas between them."
    )
    https: bool = Field(
        False, description="True where a proxy serves the hub over HTTPS: cookies become Secure, HSTS is sent."
    )
    secret_key: str = Field(
        "", repr=False, description="Signs sessions and forms. Empty: made at first use, kept in the home folder."
    )
    keys: Path | None = Field(
        None, description="Folder of the hub's own keys (opening, signing). Empty: `keys` in the home folder."
    )
    demo: bool = Field(
        False, description="True shows the demonstration sign-ins and marks every page as a demonstration."
    )
    session_idle_minutes: int = Field(
        15, ge=1, le=30, description="Minutes without a click after which a user signs in again."
    )
    session_hours: int = Field(
        8, ge=1, le=24, description="Hours after which a user signs in again, whatever they did."
    )
    forwarded_for: int = Field(
        0,
        ge=0,
        le=5,
        description="Proxies in front that each add whom they serve to X-Forwarded-For. 0: none is trusted.",
    )
    oidc: Path | None = Field(
        None, description="TOML file of the identity providers people may sign in with (OpenID Connect). Empty: none."
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="Server that takes messages: smtp://host:587 or smtps://user:password@host:465. "
        "Empty: messages are kept as files in the folder `mail` of the home folder, and none is sent.",
    )
    mail_from: str = Field("concord@localhost", description="Address that messages come from.")
    rules: Path | None = Field(
        None,
        description="Folder of what was accepted of DfE's spreadsheets of rules (`concord rules --accept`), laid over "
        "the rule book. `check` and the courier, which read no settings file, take it from the environment.",
    )
    processes: int = Field(2, ge=1, le=64, description="Processes that serve pages.")
    threads: int = Field(4, ge=1, le=64, description="Requests that one process works on at a time.")

    @field_validator("hosts", mode="before")
    @classmethod
    def _split(cls, given: Any) -> Any:
        return tuple(part.strip() for part in given.split(",") if part.strip()) if isinstance(given, str) else given

    @property
    def keys_folder(self) -> Path:
        return self.keys or self.home / "keys"


SECRETS = frozenset({"database_url", "database_app_url", "database_ledger_url", "secret_key", "smtp_url"})


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of `concord settings`. A secret's value is never shown, only whether there is one."""

    name: str
    value: str
    source: Source
    default: str
    meaning: str


def settings_file() -> Path:
    return _home() / "settings.env"


def _in_file() -> set[str]:
    path = settings_file()
    return {name.upper() for name in _NAME.findall(path.read_text())} if path.is_file() else set()


@cache
def config() -> Config:
    """The settings of this process, read once. Raises Trouble naming each setting that cannot be what it is set to."""
    made = _read()
    if made.rules:
        os.environ.setdefault(f"{PREFIX}RULES", str(made.rules))  # the rule book is core's, which reads no settings
    return made if made.secret_key else made.model_copy(update={"secret_key": _kept_secret(made.home)})


def _read() -> Config:
    try:
        return Config(_env_file=settings_file())  # type: ignore[call-arg]
    except ValidationError as fault:
        wrong = [
            f"{PREFIX}{str(one['loc'][0]).upper()}: {one['msg'].lower()}" for one in fault.errors(include_input=False)
        ]
        raise Trouble(
            "A setting cannot be what it is set to.",
            why="; ".join(wrong),
            todo="`concord settings --help`; docs/settings.md.",
        ) from None


def _kept_secret(home: Path) -> str:
    """The secret kept in `home/secret-key`, made there (readable by its owner alone) if this is the first time."""
    make_private(home)
    path = home / "secret-key"
    if not path.exists():
        new = home / f"secret-key.{os.getpid()}"
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(new, path)  # never overwrites: whoever came first made the one that holds
        except FileExistsError:
            pass
        finally:
            new.unlink()
    return path.read_text().strip()


def make_private(folder: Path) -> Path:
    """Make a folder others cannot list. Root leaves the way through open, for the account of the embedded database."""
    try:
        folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise Trouble(
            f"The folder {folder} cannot be made.",
            why=fault.strerror or "",
            todo="Set CONCORD_HOME to a folder of your own.",
        ) from None
    return folder


def listing() -> list[Setting]:
    """Every setting with its value as text (secrets masked), where it comes from, its default and its meaning."""
    values, written = _read(), _in_file()
    return [
        Setting(
            name=PREFIX + name.upper(),
            value=_shown(name, getattr(values, name)),
            source=_source(PREFIX + name.upper(), written),
            default=default_shown(name),
            meaning=field.description or "",
        )
        for name, field in Config.model_fields.items()
    ]


def unknown() -> list[str]:
    """Names that look like settings, in the environment or the file, that the hub does not know: most often a slip."""
    known = {PREFIX + name.upper() for name in Config.model_fields} | {PREFIX + name for name in _OTHERS}
    given = {name.upper() for name in (*os.environ, *_in_file())}
    return sorted(name for name in given if name.startswith(PREFIX) and name not in known)


def _source(name: str, written: set[str]) -> Source:
    if name in {key.upper() for key in os.environ}:
        return "environment"
    return "file" if name in written else "default"


def _shown(name: str, value: Any) -> str:
    if name in SECRETS:
        return "set" if value else ""
    if isinstance(value, tuple):
        return ", ".join(value)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def default_shown(name: str) -> str:
    """The default as documentation gives it: the same on every machine."""
    told = {"agreement": "agreements/kent-2022", "home": ".concord"}
    return told.get(name) or _shown(name, Config.model_fields[name].default)
