from django.apps import AppConfig
from django.core.signals import request_started

from concord.store import lost


class StoreConfig(AppConfig):
    name = "concord.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        request_started.connect(lost.look, dispatch_uid="lost")
