"""Messages that no server takes: kept as files in a folder that only the hub's own account can open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends.filebased import EmailBackend


class KeptMail(EmailBackend):
    """A message can hold a link that opens an account, so its folder is made shut before Django looks for it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["file_path"] = Path(kwargs.get("file_path") or settings.EMAIL_FILE_PATH)
        kwargs["file_path"].mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(**kwargs)
