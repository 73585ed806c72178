"""The port of robots, over all that fill it: what arrives is what their contracts allow, and every answer is understood."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.console.making import make_staff
from tests.contracts.robot_servers import KEY, SECRET, TOKEN, Desk, dingtalk, feishu, serving, wecom
from tests.proxy_server import proxy_server
from tradewind.alerting import robots
from tradewind.alerting.ports import Card, Link, Robot, WrongRobot
from tradewind.alerting.receiving import Place, Rules, add
from tradewind.connectors.dingtalk import mapping as dingtalk_mapping
from tradewind.connectors.dingtalk.adapter import DingTalkRobot
from tradewind.connectors.feishu import mapping as feishu_mapping
from tradewind.connectors.feishu.adapter import FeishuRobot
from tradewind.connectors.feishu.connection import CONNECTION
from tradewind.connectors.wecom.adapter import WeComRobot
from tradewind.core import panels
from tradewind.core.deliveries import OutcomeUnknown
from tradewind.core.proxies import OWN
from tradewind.core.work import NeedsAttention, Refused, TryAgain

NOW = datetime(2026, 11, 28, 1, 30, tzinfo=UTC)
ADDRESSES = {
    "wecom": f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
    "dingtalk": f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}",
    "feishu": f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}",
}
CARD = Card(
    title="Tradewind：2 件事需要处理",
    lines=(
        Link("延误：TW-1 · 周二前发出", "https://shop.example/console/orders/1#dispatch"),
        Link("售罄：[SKU](https://evil.example) <@all> *x* `y`\n# z", "https://shop.example/console/products/2"),
    ),
    more="另有 3 项。",
    open=Link("全部查看", "https://shop.example/console/alerts/notes/7"),
)


@dataclass(frozen=True)
class Case:
    robot: Robot
    desk: Desk
    field: str

    def post(self, card: Card = CARD, *, address: str = "", at: datetime = NOW) -> str:
        code = self.robot.code
        secret = "" if code == "wecom" else SECRET
        return self.robot.post(card, address=address or ADDRESSES[code], secret=secret, at=at)


@pytest.fixture(params=["wecom", "dingtalk", "feishu"])
def case(request: pytest.FixtureRequest, db: None) -> Iterator[Case]:
    judge = {"wecom": wecom, "dingtalk": dingtalk, "feishu": feishu}[request.param]
    with serving(judge, now=NOW.timestamp()) as desk:
        robots: dict[str, Robot] = {
            "wecom": WeComRobot(base=desk.base),
            "dingtalk": DingTalkRobot(base=desk.base),
            "feishu": FeishuRobot(base=desk.base),
        }
        yield Case(robots[request.param], desk, "code" if request.param == "feishu" else "errcode")


def test_what_is_posted_arrives_with_every_link_and_no_other(case: Case) -> None:
    assert case.post().startswith("0 ")
    ((title, links),) = case.desk.posted
    assert title == CARD.title
    # Whatever stands in the name of goods leads nowhere and calls nobody.
    assert [address for _, address in links] == [*(line.address for line in CARD.lines), CARD.open.address]
    assert links[0][0] == CARD.lines[0].words


def test_what_fits_is_taken_and_what_is_refused_for_its_length_does_not_fit(case: Case) -> None:
    line = Link("延" * 120, "https://shop.example/console/orders/1")
    most = max(number for number in range(1, 60) if case.robot.fits(replace(CARD, lines=(line,) * number)))
    case.post(replace(CARD, lines=(line,) * most))
    assert len(case.desk.posted) == 1
    if most < 59 and case.robot.code == "wecom":
        with pytest.raises(Refused, match="40058"):
            case.post(replace(CARD, lines=(line,) * (most + 2)))


def test_an_answer_that_says_no_with_status_200_is_a_no(case: Case) -> None:
    case.desk.answer = f'{{"{case.field}": 40035, "errmsg": "no", "msg": "no"}}'.encode()
    with pytest.raises(Refused, match="40035: no"):
        case.post()


def test_a_robot_that_is_gone_needs_a_person_who_does_not_read_its_key(case: Case) -> None:
    code = {"wecom": 93000, "dingtalk": 300001, "feishu": 19001}[case.robot.code]
    key = TOKEN if case.robot.code == "dingtalk" else KEY
    case.desk.answer = f'{{"{case.field}": {code}, "errmsg": "gone {key}", "msg": "gone {key}"}}'.encode()
    with pytest.raises(NeedsAttention, match="not there any more") as caught:
        case.post()
    assert key not in str(caught.value)


def test_a_limit_is_waited_for_as_long_as_the_company_wants(case: Case) -> None:
    code = {"wecom": 45009, "dingtalk": 130101, "feishu": 11232}[case.robot.code]
    pause = timedelta(minutes=10) if case.robot.code == "dingtalk" else timedelta(minutes=1)
    case.desk.answer = f'{{"{case.field}": {code}, "errmsg": "too fast", "msg": "too fast"}}'.encode()
    with pytest.raises(TryAgain, match=str(code)) as caught:
        case.post()
    assert (caught.value.after, isinstance(caught.value, OutcomeUnknown)) == (pause, False)


def test_a_limit_that_comes_as_a_status_is_waited_for_as_well(case: Case) -> None:
    case.desk.status, case.desk.headers = 429, {"Retry-After": "52"}
    with pytest.raises(TryAgain) as caught:
        case.post()
    assert caught.value.after == timedelta(seconds=52)


@pytest.mark.parametrize("fault", ["cut", "slow", "broken", "no envelope"])
def test_where_the_answer_is_lost_nobody_knows_and_no_key_is_told(
    case: Case, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.desk.is_cut = fault == "cut"
    case.desk.status = 502 if fault == "broken" else 200
    case.desk.answer = b"<html>" if fault == "no envelope" else None
    if fault == "slow":
        case.desk.pause = 0.6
        monkeypatch.setattr(robots, "PATIENCE", 0.2)
    with pytest.raises(OutcomeUnknown) as caught:
        case.post()
    assert KEY not in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_nobody_there_is_no_doubt(case: Case) -> None:
    robot = replace(case.robot, base="http://127.0.0.1:9")  # type: ignore[type-var]  # each is a dataclass
    with pytest.raises(TryAgain) as caught:
        replace(case, robot=robot).post()
    assert not isinstance(caught.value, OutcomeUnknown)
    assert KEY not in str(caught.value)


def test_a_signature_of_another_hour_is_refused(case: Case) -> None:
    if case.robot.code == "wecom":  # signs nothing
        case.post(at=NOW - timedelta(hours=2))
        return
    with pytest.raises(NeedsAttention, match="secret anew"):
        case.post(at=NOW - timedelta(hours=2))


@pytest.mark.parametrize(
    "address",
    ["", "https://evil.example/x", "{}&x=1", "http{}", "{}/../..", " {}\n{}", "{}#a", "https://a@{}"],
)
def test_only_the_company_itself_is_called(case: Case, address: str) -> None:
    right = ADDRESSES[case.robot.code]
    typed = address.replace("http{}", right.replace("https", "http")).replace(
        "https://a@{}", right.replace("//", "//a@")
    )
    with pytest.raises(WrongRobot) as caught:
        case.robot.read(typed.replace("{}", right), "")
    assert caught.value.part == "address"
    assert case.robot.read(f" {right} ", "") == right


def test_secrets_are_looked_at(case: Case) -> None:
    with pytest.raises(WrongRobot) as caught:
        case.robot.read(ADDRESSES[case.robot.code], "not a secret")
    assert caught.value.part == "secret"


LARK = ADDRESSES["feishu"].replace("feishu.cn", "larksuite.com")


@pytest.mark.django_db
def test_the_way_is_tried_to_the_host_that_the_robots_address_names(now: datetime) -> None:
    """Lark's robots are Feishu's elsewhere: the way to one says nothing of the way to the other."""
    robot = FeishuRobot()
    with proxy_server() as proxy:
        through_it = {"proxy_way": OWN, "proxy": proxy.line("http")}
        panels.change(CONNECTION, through_it, seen=panels.stored(CONNECTION).digest, by="test", at=now)
        proxy.refuses |= {"open.feishu.cn", "open.larksuite.com"}
        robot.reach(LARK)
        robot.reach(ADDRESSES["feishu"])
        assert CONNECTION.probe is not None
        CONNECTION.probe(through_it)
        rules = Rules("Lark", "en", "Asia/Shanghai", ["late"])
        add(rules=rules, place=Place("feishu", LARK), answers=make_staff(), by="test", at=now)
        CONNECTION.probe(through_it)
        asked = [host for host, _ in proxy.asked]
    assert asked == ["open.larksuite.com", "open.feishu.cn", "open.feishu.cn", "open.larksuite.com"]


def test_signatures_are_those_of_another_program() -> None:
    """Worked out with openssl dgst -sha256 -hmac."""
    assert dingtalk_mapping.sign(SECRET, 1_609_459_200_000) == "KDlNmZ5b4swDlZ4dt7394EyY4Y6RctX8gEdO831ljuk%3D"
    assert feishu_mapping.sign("feishuSecret01", 1_599_360_473) == "RRddWkGnz/sbQ2GVzATv/jJoLfCwjSGx+7dVU3qPWtE="
