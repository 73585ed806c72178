"""The answer of GET /quotes as the document shows it, from the small shop of the guide."""

from typing import Any, Final

QUOTES: Final[dict[str, Any]] = {
    "asked_at": "2026-11-23T06:30:00Z",
    "market": "de",
    "country": "DE",
    "lines": [{"sku": "MUG-S", "quantity": 2}, {"sku": "MUG-L", "quantity": 1}],
    "quotes": [
        {
            "option": "de-air",
            "name": "de-air",
            "cost": {"minor": 690, "currency": "EUR", "decimal": "6.90"},
            "is_tracked": True,
            "is_duty_paid": False,
            "warehouse": "shenzhen",
            "holds_until": "2026-11-23T08:00:00Z",
            "leaves_on": "2026-11-24",
            "leaves_zone": "Asia/Shanghai",
            "arrives_first": "2026-12-02",
            "arrives_last": "2026-12-10",
            "arrives_zone": "Europe/Berlin",
            "share": None,
            "digest": "2bc24d89da1260a9cff476f56016ede25eb59177783a98b6b58282e798afd70d",
            "why": [
                "What is ordered before 16:00 (Shenzhen time) counts from Mon 23 Nov.",
                "Getting it ready takes one working day there.",
                "On its way for 6 to 12 working days of Germany after it has left.",
                "Too few parcels have gone this way yet: this is the range that we state.",
                "Not counted: Sat 28 Nov (weekend), Sun 29 Nov (weekend), Sat 5 Dec (weekend), Sun 6 Dec (weekend)",
            ],
            "inputs": {
                "asked_at": "2026-11-23T06:30:00+00:00",
                "option": "de-air",
                "country": "DE",
                "warehouse": "shenzhen",
                "warehouse_city": {"en": "Shenzhen", "zh": "深圳"},
                "warehouse_place": ["CN", "", "Asia/Shanghai"],
                "cutoff": "16:00",
                "handling_days": 1,
                "transit_days": [6, 12],
                "source": "",
                "lane": ["de", "DE", "de-air"],
                "learnt": None,
                "skipped": {
                    "dispatch": [],
                    "transit": [
                        ["2026-11-28", "weekend"],
                        ["2026-11-29", "weekend"],
                        ["2026-12-05", "weekend"],
                        ["2026-12-06", "weekend"],
                    ],
                },
            },
        }
    ],
}
