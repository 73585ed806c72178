"""A key made after the password was asked again; then a passkey, by the browser's own virtual one, from its making to a log-in."""

from collections.abc import Callable

from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.browser.conftest import NewPage
from tests.browser.test_console import assert_fits, log_in
from tests.console.making import PASSWORD, make_staff
from tradewind.core.models import ApiToken, Passkey

PHONE = {"width": 360, "height": 780}
DESK = {"width": 1280, "height": 900}


def give_passkeys(page: Page) -> None:
    """As if this machine had a reader of fingers, and the right one on it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_made_opens_the_door_and_answers_when_the_password_is_asked_again(
    new_page: NewPage, live_site: str, settings: Settings, assert_accessible: Callable[[Page], None]
) -> None:
    # Passkeys belong to names, and this machine's own is the only one that browsers trust without a certificate.
    settings.BASE_URL = live_site.replace("127.0.0.1", "localhost")
    page = new_page(viewport=DESK, base_url=settings.BASE_URL)
    give_passkeys(page)
    log_in(page, make_staff(password=PASSWORD))

    page.goto("/console/profile")
    page.get_by_label("Name: where it is, such as “phone”").fill("this machine")
    page.get_by_role("button", name="Add a passkey").click()
    page.locator(".paper-codes").wait_for()
    page.goto("/console/profile")
    expect(page.get_by_text("this machine").first).to_be_visible()
    assert_accessible(page)
    page.set_viewport_size(PHONE)
    assert_fits(page)

    page.goto("/console/keys")
    page.locator("summary", has_text="Make a key").click()
    page.get_by_label("Name: which program, on which machine").fill("stock program")
    page.get_by_label("Read stock").check()
    page.context.clear_cookies(name="tw_again")
    page.get_by_role("button", name="Make the key").click()
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("[data-copied]")).to_contain_text("tw_")
    assert_accessible(page)
    assert_fits(page)

    page.context.clear_cookies()
    page.goto("/console/login?language=en")
    assert_accessible(page)
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url("**/console/")

    assert (ApiToken.objects.get().name, ApiToken.objects.get().scopes) == ("stock program", ["stock:read"])
    assert Passkey.objects.get().sign_count > 0


def test_without_scripts_the_way_over_the_password_stays_and_nothing_dead_is_shown(
    new_page: NewPage, live_site: str, settings: Settings
) -> None:
    settings.BASE_URL = live_site.replace("127.0.0.1", "localhost")
    page = new_page(viewport=DESK, base_url=settings.BASE_URL, java_script_enabled=False)
    log_in(page, make_staff(password=PASSWORD))

    page.context.clear_cookies(name="tw_again")
    page.goto("/console/profile")
    expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()
    page.get_by_role("button", name="Set it up").click()
    page.locator("[name=again-password]").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()

    expect(page.locator(".qr-frame")).to_be_visible()
