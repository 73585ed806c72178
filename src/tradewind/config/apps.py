"""The last app to be ready: wires the house together."""

from django.apps import AppConfig


class HouseConfig(AppConfig):
    name = "tradewind.config"
    label = "house"

    def ready(self) -> None:
        from tradewind.config.wiring import wire

        wire()
