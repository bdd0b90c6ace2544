"""Every address of the hub."""

from __future__ import annotations

urlpatterns: list[object] = []
