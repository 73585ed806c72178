"""Whatever stands in an address, the answer is orders or words, never a failure."""

from urllib.parse import quote

from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradewind.api.asking import OrderQuery

NAMES = st.sampled_from([*OrderQuery.model_fields, "ref", ""]) | st.text(max_size=5)
BYTES = st.binary(max_size=20).map(lambda raw: "".join(f"%{byte:02x}" for byte in raw))
TEXTS = st.text(max_size=40).map(lambda text: quote(text, errors="replace"))
MOMENTS = ["2026-11-20T03:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2026-W47-5T00Z"]
FOR_DATABASES = ["'", '"', "*", "(", "%", "AND", "NEAR(a b)", "a*", "-", "\\", "' | '", ":*", "&", "!a", "<->", "$1"]
LETTERS = ["\ufeff", "\u202e", "٣", "İ", "ß", "北京", "MUG-S"]
NEARLY_RIGHT = st.sampled_from(
    ["paid", "DE", "own shop", "1", "200", "MjAyNi0xMS0yM1QwNjozMDowMFp-MTA0MjA3", *MOMENTS, *FOR_DATABASES, *LETTERS]
).map(quote)
VALUES = NEARLY_RIGHT | TEXTS | BYTES | st.integers().map(str) | st.datetimes().map(lambda at: f"{at.isoformat()}Z")
QUERIES = st.lists(st.tuples(NAMES.map(lambda name: quote(name, errors="replace")), VALUES), max_size=5).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
)


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(query=QUERIES, raw=st.none() | st.text(alphabet="&=%+;?#[]{}\\'\"abc012 ", max_size=30))
def test_any_query_is_answered_with_orders_or_words(query: str, raw: str | None, secret: str) -> None:
    client = Client(headers={"Authorization": f"Bearer {secret}"})

    response = client.generic("GET", "/api/v1/orders", QUERY_STRING=query if raw is None else raw)

    assert (response.status_code, response["Content-Type"]) in {
        (200, "application/json; charset=utf-8"),
        (422, "application/problem+json"),
    }
    if response.status_code == 422:
        assert [error for error in response.json()["errors"] if not error["detail"]] == []


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(value=VALUES)
def test_any_word_is_searched_for_or_refused(value: str, secret: str) -> None:
    client = Client(headers={"Authorization": f"Bearer {secret}"})

    response = client.generic("GET", "/api/v1/orders", QUERY_STRING=f"q={value}")

    assert response.status_code in {200, 422}


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(ref=TEXTS | BYTES)
def test_any_reference_is_answered(ref: str, secret: str) -> None:
    client = Client(headers={"Authorization": f"Bearer {secret}"})

    response = client.get(f"/api/v1/orders/{ref}")

    assert response.status_code in {200, 404, 422}
    assert response["Content-Type"] in {"application/json; charset=utf-8", "application/problem+json"}
