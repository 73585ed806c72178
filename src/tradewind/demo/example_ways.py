"""What stands in the demo's parcels: who bought what, how long ago it left, and what carriers have said since."""

from dataclasses import dataclass
from typing import Final

from tradewind.checkout.details import BuyerDetails

# Hours ago, our status with its reason after a colon (shipping.event_files), the place.
Scan = tuple[float, str, str]
_D: Final = 24.0
OTHER_CARRIER: Final = "Yanwen"
OTHER_NUMBER: Final = "YW2611280024"


@dataclass(frozen=True, slots=True)
class Way:
    """An order of the past and its parcel. `left` is in hours ago; None: it is still here. `part`: this many of its first line left in a
    parcel of their own, whose scans are `part_scans`; `rest_stays`: nothing else has left. `called_off`: what was said of its first
    number, before another carrier took it.
    """

    key: str
    buyer: BuyerDetails
    language: str
    goods: tuple[tuple[str, int], ...]
    option: str
    placed: float
    left: float | None = None
    carrier: str = "YunExpress"
    number: str = ""
    scans: tuple[Scan, ...] = ()
    is_waiting: bool = False
    part: int = 0
    part_scans: tuple[Scan, ...] = ()
    rest_stays: bool = False
    called_off: tuple[Scan, ...] = ()
    is_photographed: bool = False


def _buyer(name: str, line1: str, postcode: str, city: str, country: str, region: str = "") -> BuyerDetails:
    email = f"{postcode.lower().replace(' ', '').replace('-', '')}.{country.lower()}@example.com"
    return BuyerDetails(
        email=email, name=name, line1=line1, postcode=postcode, city=city, country=country, region=region
    )


def _germany(name: str, street: str, postcode: str, city: str) -> BuyerDetails:
    return _buyer(name, street, postcode, city, "DE")


def _scans(left: float, *, there: str, more: tuple[Scan, ...] = ()) -> tuple[Scan, ...]:
    """Collected and on its way as far as that has happened, and then what is said of it alone."""
    way = (
        (left - 4, "label_created", "Shenzhen"),
        (left - 14, "picked_up", "Shenzhen"),
        (left - 40, "in_transit", "Guangzhou"),
        (left - 4 * _D, "in_transit", there),
    )
    return (*(scan for scan in way if scan[0] > 0), *more)


WAYS: Final = (
    Way("way-not-found", _germany("Ulrike Sommer", "Marktstraße 4", "50667", "Köln"), "de", (("TW-TOT-NAT", 1),),
        "de-air-local", 2 * _D, 20, number="YT2611280001"),
    Way("way-unscanned", _germany("Paul Reiter", "Rosenweg 9", "80331", "München"), "de", (("TW-BSK-NAT", 1),),
        "de-air-local", 9 * _D, 7 * _D, number="YT2611280002",
        scans=((7 * _D - 3, "label_created", "Shenzhen"),)),
    Way("way-label", _buyer("佐藤 美咲", "神宮前1-2-3", "150-0001", "東京", "JP", "東京都"), "ja", (("TW-TEE-OAT-M", 1),),
        "jp-air-local", 3 * _D, 26, "Yanwen", "YW2611280003", ((22, "label_created", "Shenzhen"),)),
    Way("way-waiting", _buyer("Léa Fournier", "8 rue Mercière", "69002", "Lyon", "FR"), "fr", (("TW-CST-WAL", 1),),
        "fr-air-local", 25, 5, number="YT2611280004", is_waiting=True),
    Way("way-picked-up", _germany("Erik Brandt", "Am Hafen 2", "18055", "Rostock"), "de", (("TW-HKR-OAK", 1),),
        "de-air-local", 4 * _D, 30, number="YT2611280005", scans=_scans(30, there="Leipzig")),
    Way("way-in-transit", _buyer("Ruby Walker", "21 Bondi Road", "2026", "Sydney", "AU", "NSW"), "en",
        (("TW-BKE-OAK", 1),), "au-air-local", 7 * _D, 5 * _D, "4PX", "4P2611280006", _scans(5 * _D, there="Sydney")),
    Way("way-silent", _germany("Nora Keller", "Kirchgasse 11", "01067", "Dresden"), "de", (("TW-BOT-FOR-38", 1),),
        "de-air-local", 27 * _D, 25 * _D, number="YT2611280007", scans=_scans(25 * _D, there="Leipzig")),
    Way("way-customs", _buyer("鈴木 健太", "梅田2-4-9", "530-0001", "大阪", "JP", "大阪府"), "ja", (("TW-CST-WAL", 2),),
        "jp-air-local", 7 * _D, 6 * _D, "Yanwen", "YW2611280008",
        _scans(6 * _D, there="大阪", more=((20, "customs:processing", "大阪"),))),
    Way("way-customs-asks", _germany("Tobias Lang", "Schlossallee 3", "70173", "Stuttgart"), "de",
        (("TW-DSK-OAK", 1),), "de-air-local", 14 * _D, 12 * _D, number="YT2611280009",
        scans=_scans(12 * _D, there="Leipzig", more=((40, "customs:info_required", "Leipzig"),))),
    Way("way-delayed", _buyer("Hugo Lambert", "3 place Bellecour", "75004", "Paris", "FR"), "fr",
        (("TW-BSK-NAT", 1),), "fr-air-local", 12 * _D, 10 * _D, number="YT2611280010",
        scans=_scans(10 * _D, there="Paris", more=((30, "exception:delayed", "Paris"),))),
    Way("way-damaged", _germany("Clara Vogel", "Lindenstraße 17", "20099", "Hamburg"), "de", (("TW-POT-TER", 1),),
        "de-air-local", 13 * _D, 11 * _D, number="YT2611280011", is_photographed=True,
        scans=_scans(11 * _D, there="Hamburg", more=((28, "exception:damaged", "Hamburg"),))),
    Way("way-lost", _buyer("Chloe Martin", "5 Pitt Street", "2000", "Sydney", "AU", "NSW"), "en", (("TW-VAS-SND", 1),),
        "au-air-local", 24 * _D, 22 * _D, "4PX", "4P2611280012",
        _scans(22 * _D, there="Sydney", more=((50, "exception:lost", "Sydney"),))),
    Way("way-attempt", _germany("Jan Hoffmann", "Bergstraße 6", "69115", "Heidelberg"), "de", (("TW-CDL-BRA", 1),),
        "de-air-local", 13 * _D, 12 * _D, number="YT2611280013",
        scans=_scans(12 * _D, there="Mannheim", more=((18, "attempt_failed:nobody_home", "Heidelberg"),))),
    Way("way-out", _germany("Mia Schulz", "Gartenweg 5", "28195", "Bremen"), "de", (("TW-THR-CRR", 1),),
        "de-air-local", 12 * _D, 11 * _D, number="YT2611280014",
        scans=_scans(11 * _D, there="Bremen", more=((3, "out_for_delivery", "Bremen"),))),
    Way("way-pickup", _buyer("高橋 葵", "栄3-5-1", "460-0008", "名古屋", "JP", "愛知県"), "ja", (("TW-TEE-INK-M", 1),),
        "jp-air-local", 13 * _D, 12 * _D, "Yanwen", "YW2611280015",
        _scans(12 * _D, there="名古屋", more=((5.5 * _D, "ready_for_pickup", "名古屋"),))),
    Way("way-delivered", _germany("Lena Krüger", "Hauptstraße 30", "10827", "Berlin"), "de", (("TW-MUG-CEL", 1),),
        "de-air-local", 14 * _D, 12 * _D, number="YT2611280016",
        scans=_scans(12 * _D, there="Berlin", more=((32, "out_for_delivery", "Berlin"), (26, "delivered", "Berlin")))),
    Way("way-delivered-late", _buyer("Manon Petit", "2 quai de Saône", "69001", "Lyon", "FR"), "fr",
        (("TW-PLT-CRM", 2),), "fr-air-local", 30 * _D, 28 * _D, number="YT2611280017",
        scans=_scans(28 * _D, there="Lyon", more=((2 * _D, "delivered", "Lyon"),))),
    Way("way-returning", _germany("Felix Baum", "Ringstraße 8", "90402", "Nürnberg"), "de", (("TW-TEE-OAT-M", 1),),
        "de-air-local", 20 * _D, 18 * _D, number="YT2611280018",
        scans=_scans(18 * _D, there="Nürnberg", more=((4 * _D, "attempt_failed:bad_address", "Nürnberg"),
                                                      (2 * _D, "returning:bad_address", "Nürnberg")))),
    Way("way-returned", _germany("Sven Albrecht", "Mühlenweg 12", "04109", "Leipzig"), "de", (("TW-BOT-FOR-39", 1),),
        "de-air-local", 34 * _D, 32 * _D, number="YT2611280019",
        scans=_scans(32 * _D, there="Leipzig", more=((18 * _D, "returning:not_collected", "Leipzig"),
                                                     (2 * _D, "returned:not_collected", "Shenzhen")))),
    Way("way-two", _germany("Ines Wolf", "Uferstraße 1", "24103", "Kiel"), "de", (("TW-TEE-INK-M", 2), ("TW-TOT-NAT", 1)),
        "de-air-local", 17 * _D, 15 * _D, number="YT2611280020", part=1,
        part_scans=_scans(15 * _D, there="Kiel", more=((3 * _D, "delivered", "Kiel"),)),
        scans=_scans(15 * _D, there="Kiel", more=((30, "exception:lost", "Leipzig"),))),
    Way("way-part", _germany("Moritz Engel", "Seestraße 44", "78462", "Konstanz"), "de", (("TW-CST-WAL", 2),),
        "de-air-local", 29, 22, part=1, part_scans=_scans(22, there="Konstanz"), rest_stays=True),
    Way("way-called-off", _germany("Greta Hahn", "Bachstraße 21", "53115", "Bonn"), "de", (("TW-TOT-NAT", 2),),
        "de-air-local", 6 * _D, 5 * _D, number="YT2611280023", scans=_scans(3 * _D, there="Bonn"),
        called_off=((5 * _D - 3, "label_created", "Shenzhen"), (4 * _D, "cancelled", "Shenzhen"))),
    Way("way-oil", _germany("Hanna Busch", "Tannenweg 3", "65183", "Wiesbaden"), "de", (("TW-OIL-LIN", 1),),
        "de-local-parcel", 21),
    Way("way-fragile", _germany("Anna Neumann", "Parkallee 7", "40212", "Düsseldorf"), "de", (("TW-MUG-CRM", 4),),
        "de-air-local", 26),
    Way("way-failed", _germany("Oskar Winter", "Domplatz 2", "48143", "Münster"), "de", (("TW-JAR-SET3", 1),),
        "de-air-local", 30),
    Way("way-held", _germany("Pia Sturm", "Ostwall 19", "44135", "Dortmund"), "de", (("TW-CLK-OAK", 1),),
        "de-air-local", 28),
    Way("way-no-cpf", _buyer("Beatriz Souza", "Rua Augusta 900", "01304-001", "São Paulo", "BR", "SP"), "pt",
        (("TW-TOT-NAT", 1),), "br-air-local", 20),
)  # fmt: skip
