"""Markets that were opened before have no rule of unit prices; the law of the European Union and of the United Kingdom wants one."""

from datetime import date
from typing import Any

from django.db import migrations

_EUROPE = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)
_PER = ["1 kg", "1 l", "1 m", "1 m2"]


def begin(apps: Any, _editor: Any) -> None:
    Market = apps.get_model("markets", "Market")
    Rule = apps.get_model("markets", "MarketRule")
    for market in Market.objects.prefetch_related("countries").order_by("pk"):
        countries = {row.country for row in market.countries.all()}
        is_european, is_british = bool(countries) and countries <= _EUROPE, countries == {"GB"}
        if not (is_european or is_british) or Rule.objects.filter(market=market, key="unit_price").exists():
            continue
        Rule.objects.create(
            market=market,
            key="unit_price",
            value={"per": _PER, "least": "5" if is_british else "10" if countries == {"DE"} else "0"},
            valid_from=date(2022, 5, 28) if countries == {"DE"} else date(2004, 7, 22),
            source="Price Marking Order 2004" if is_british else "Directive 98/6/EC; in Germany PAngV 2022 §§ 4 and 5",
            checked_on=date(2026, 11, 28),
            confidence="R",
        )
        market.version += 1
        market.save(update_fields=["version"])


class Migration(migrations.Migration):
    dependencies = [("markets", "0011_notices_of_several_markets")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop, elidable=True)]
