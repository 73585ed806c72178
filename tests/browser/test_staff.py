"""From an invitation to a log-in with a second factor, in a browser as it comes."""

from collections.abc import Callable

import pyotp
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_console import assert_fits, log_in
from tests.console.making import PASSWORD, make_staff
from tradewind.core.models import SecondFactor, Staff
from tradewind.core.sealing import unseal
from tradewind.lib.clock import utc_now

NEW_PASSWORD = "nine slow barges"


def test_somebody_is_invited_comes_in_and_sets_up_a_second_factor(
    new_page: NewPage, assert_accessible: Callable[[Page], None]
) -> None:
    owners = new_page(viewport={"width": 1280, "height": 900})
    log_in(owners, make_staff(password=PASSWORD))
    owners.goto("/console/staff")
    owners.locator("summary", has_text="Invite a colleague").click()
    owners.locator("[name=email]").fill("mei@shop.example")
    owners.locator("select[name=language]").select_option("en")
    owners.locator("form .acts button.primary").click()
    link = owners.locator("input[readonly]").input_value()

    phone = new_page(viewport={"width": 360, "height": 780})
    phone.goto("/console/" + link.partition("/console/")[2])
    assert_accessible(phone)
    assert_fits(phone)
    for name, value in (("name", "Mei"), ("password", NEW_PASSWORD), ("again", NEW_PASSWORD)):
        phone.locator(f"[name={name}]").fill(value)
    phone.locator("button.primary").click()
    phone.wait_for_url("**/console/")

    phone.goto("/console/profile")
    phone.get_by_role("button", name="Set it up").click()
    phone.locator(".qr-frame svg").wait_for()
    assert_accessible(phone)
    assert_fits(phone)
    app = pyotp.TOTP(unseal(SecondFactor.objects.get().sealed))
    phone.locator("[name=code]").fill(app.at(utc_now()))
    phone.get_by_role("button", name="Turn it on").click()
    expect(phone.locator(".paper-codes li")).to_have_count(10)
    codes = phone.locator(".paper-codes li").all_inner_texts()
    assert_fits(phone)

    desk = new_page(viewport={"width": 1280, "height": 900})
    desk.goto("/console/login?language=en")
    desk.locator("[name=email]").fill("mei@shop.example")
    desk.locator("[name=password]").fill(NEW_PASSWORD)
    desk.locator("main button").click()
    desk.locator("[name=code]").wait_for()
    assert_accessible(desk)
    desk.locator("[name=code]").fill(codes[0])
    desk.locator("main button").click()
    desk.wait_for_url("**/console/")

    assert Staff.objects.get(email="mei@shop.example").second_factor.confirmed_at is not None
