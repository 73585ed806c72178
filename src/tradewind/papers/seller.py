"""Who sells, as a paper names them, from the shop's profile at this moment."""

from tradewind.core.models import ShopAccount
from tradewind.core.words import pick, say
from tradewind.markets.bank_accounts import told
from tradewind.markets.registers import is_public, register_words
from tradewind.markets.shop import ShopProfile
from tradewind.orders.models import Order
from tradewind.papers.paper import Account, Fact, Party


def is_known(shop: ShopProfile) -> bool:
    """Name and address of the company: without them a paper is no invoice anywhere."""
    company = shop.manufacturer
    return all(any(texts.values()) for texts in (company.name, company.address))


def seller_of(order: Order, shop: ShopProfile, language: str) -> Party:
    """The company, with its tax numbers that concern this buyer. What belongs to the own shop, its name and its
    mailbox, stands on papers of the own shop only: no sales channel's buyer learns of it.
    """
    company = shop.manufacturer
    name = pick(company.name, language)
    lines = (name, *(line.strip() for line in pick(company.address, language).splitlines() if line.strip()))
    facts = [
        Fact(register_words(key, language), number)
        for key, number in shop.registrations.items()
        if key.startswith("vat") and is_public(key, (order.country,))
    ]
    if order.account.channel != ShopAccount.Channel.OWN:
        return Party(name, lines, tuple(facts))
    if shop.email:
        facts.append(Fact(say(language, "E-mail"), shop.email))
    return Party(pick(shop.name, language), lines, tuple(facts))


def account_of(order: Order, shop: ShopProfile, language: str) -> tuple[Account, ...]:
    """Where a buyer of the own shop transfers to; none for a sales channel, which takes the money itself."""
    account = shop.account_for(order.currency)
    if account is None or order.account.channel != ShopAccount.Channel.OWN:
        return ()
    facts = [
        Fact(say(language, "Account holder"), account.holder),
        *(Fact(name, number) for name, number in told(account, language)),
        Fact(say(language, "Bank"), account.bank),
        Fact(say(language, "Reference"), order.ref),
    ]
    return (Account(tuple(fact for fact in facts if fact.value)),)
