"""Addresses as their countries write them."""

import pytest

from tradewind.core.addresses import address_lines


@pytest.mark.parametrize(
    ("ship_to", "language", "lines"),
    [
        (
            {
                "name": "Greta Öztürk",
                "line1": "Große Elbstraße 5",
                "postcode": "22767",
                "city": "Hamburg",
                "country": "DE",
            },
            "de",
            ("Greta Öztürk", "Große Elbstraße 5", "22767 Hamburg", "Deutschland"),
        ),
        (
            {
                "name": "Ann Lee",
                "company": "Lee & Co",
                "line1": "1 Main St",
                "line2": "Apt 4",
                "city": "Austin",
                "region": "TX",
                "postcode": "78701",
                "country": "US",
            },
            "en",
            ("Ann Lee", "Lee & Co", "1 Main St", "Apt 4", "Austin, TX 78701", "United States"),
        ),
        (
            {
                "name": "Ann Lee",
                "line1": "1 Main St",
                "city": "Austin",
                "region": "",
                "postcode": "78701",
                "country": "US",
            },
            "en",
            ("Ann Lee", "1 Main St", "Austin, 78701", "United States"),
        ),
        (
            {"name": "Tom Hill", "line1": "9 High St", "city": "Leeds", "postcode": "LS1 4AP", "country": "GB"},
            "zh",
            ("Tom Hill", "9 High St", "Leeds", "LS1 4AP", "英国"),
        ),
        (
            {
                "name": "山田 花子",
                "line1": "大手前1-1",
                "line2": "101号室",
                "city": "大阪市中央区",
                "region": "大阪府",
                "postcode": "540-0008",
                "country": "JP",
            },
            "ja",
            ("日本", "〒540-0008", "大阪府大阪市中央区大手前1-1", "101号室", "山田 花子"),
        ),
        (
            {
                "name": "Hanako Yamada",
                "line1": "1-1 Otemae",
                "city": "Chuo-ku, Osaka",
                "region": "Osaka",
                "postcode": "540-0008",
                "country": "JP",
            },
            "en",
            ("Hanako Yamada", "1-1 Otemae", "Chuo-ku, Osaka, Osaka", "540-0008", "Japan"),
        ),
        (
            {
                "name": "林听屿",
                "line1": "建国路1号",
                "city": "北京市",
                "region": "北京市",
                "postcode": "100022",
                "country": "CN",
            },
            "zh",
            ("中国", "100022", "北京市建国路1号", "林听屿"),
        ),
        (
            {
                "name": "Ana Souza",
                "line1": "Avenida Paulista 1578",
                "line2": "apto 12",
                "district": "Bela Vista",
                "city": "São Paulo",
                "region": "SP",
                "postcode": "01310-200",
                "country": "BR",
            },
            "pt",
            ("Ana Souza", "Avenida Paulista 1578", "apto 12", "Bela Vista", "São Paulo - SP", "01310-200", "Brasil"),
        ),
        (
            {
                "name": "林听屿",
                "line1": "科技路1号",
                "district": "南山区",
                "city": "深圳市",
                "region": "广东省",
                "postcode": "518057",
                "country": "CN",
            },
            "zh",
            ("中国", "518057", "广东省深圳市南山区科技路1号", "林听屿"),
        ),
        ({"name": " Ann \n Lee ", "line1": None, "country": ""}, "en", ("Ann Lee",)),
        ({}, "en", ()),
    ],
)
def test_an_address_is_written_as_in_its_country(
    ship_to: dict[str, object], language: str, lines: tuple[str, ...]
) -> None:
    assert address_lines(ship_to, language) == lines
