"""What the answers look like. Amounts are minor units and decimal strings, moments are UTC, days are days."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Self

from django.db.models import TextChoices
from pydantic import BaseModel, Field, PlainSerializer, WithJsonSchema

from tradewind.core.models import ShopAccount
from tradewind.lib.clock import format_moment
from tradewind.lib.money import Money
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.states import OrderState
from tradewind.payments.models import PaymentIntent, Refund
from tradewind.promises.models import Promise
from tradewind.shipping.tracking_states import Status

# To the microsecond: a program that asks for what came after the last order must not get that one again.
Moment = Annotated[datetime, PlainSerializer(format_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[date, PlainSerializer(date.isoformat), WithJsonSchema({"type": "string", "format": "date"})]
Number = Annotated[Decimal, PlainSerializer("{:f}".format), WithJsonSchema({"type": "string", "format": "decimal"})]

_REF: Final = "The reference that buyers and staff know the order by."


def one_of(choices: type[TextChoices], words: str) -> Any:
    return Field(description=words, json_schema_extra={"enum": list(choices.values)})


class Amount(BaseModel):
    """An amount of money, said twice: count with minor, show decimal."""

    minor: int = Field(description="Minor units: cents, yen, fils. Whole, below zero for what was given back.")
    currency: str = Field(description="ISO 4217.")
    decimal: str = Field(description="Major units with all digits of the currency: 26.90 EUR, 2690 JPY, 2.690 JOD.")

    @classmethod
    def of(cls, money: Money) -> Self:
        return cls(minor=money.amount, currency=money.currency, decimal=f"{money.decimal:f}")


class OrderInList(BaseModel):
    """An order as lists show it."""

    ref: str = Field(description=_REF)
    external_id: str | None = Field(description="Its number on the channel it came from; null for the own shop.")
    kind: str = one_of(Order.Kind, "A sale, or a credit note of an imported history, whose total is below zero.")
    state: str = one_of(OrderState, "How far it is.")
    placed_at: Moment
    account: str = Field(description="The shop account it was placed at.")
    channel: str = one_of(ShopAccount.Channel, "The kind of that account.")
    country: str | None = Field(description="Where it goes, ISO 3166-1; null where the source did not say.")
    buyer_name: str = Field(description="Personal data. The name of the delivery address, or the e-mail address.")
    items: int = Field(description="Pieces of goods.")
    total: Amount
    is_priced: bool = Field(
        description="False where its sales channel has not said what was paid: amounts are then unknown."
    )


class OrderList(BaseModel):
    """One page of orders, newest first."""

    orders: list[OrderInList]
    next: str | None = Field(description="Send it as after to get the next page; null on the last one.")


class Buyer(BaseModel):
    """Personal data: whom the order is for."""

    ref: str | None = Field(description="The same for all orders of this buyer; null for a buyer we do not know.")
    name: str
    email: str | None
    language: str | None = Field(description="In which they are written to.")


class Address(BaseModel):
    """Personal data: where it goes, as the buyer wrote it. Parts that were not given are empty."""

    name: str
    company: str
    line1: str
    line2: str
    district: str
    postcode: str
    city: str
    region: str
    country: str
    phone: str
    tax_id: str = Field(
        description="The recipient's tax number, where customs ask for it (Brazil: CPF or CNPJ, Korea: PCCC, Chile: RUT …)."
    )


class Line(BaseModel):
    """One line as it was sold."""

    kind: str = one_of(OrderLine.Kind, "What the line is for.")
    sku: str | None
    title: str
    options: str = Field(description="The variant in words, in the buyer's language; empty where there is only one.")
    quantity: int
    unit: Number = Field(description="The price of one in major units. Four digits: some sources price below a cent.")
    total: Amount
    tax_rate: Number = Field(description="Percent.")
    tax: Amount
    dispatched: int = Field(description="How many of them have left.")


class DueAtDoor(BaseModel):
    """A tax or duty that the carrier collects: what the buyer was told to expect before ordering."""

    key: str
    name: str
    estimate: Amount


class PromiseMade(BaseModel):
    """A date that the buyer was given, and what became of it."""

    kind: str = one_of(Promise.Kind, "Leaving the warehouse, or arriving.")
    state: str = one_of(Promise.State, "Made: it is open. Renewed: a later promise took its place.")
    first_day: Day = Field(description="The first day as the buyer was told it.")
    last_day: Day = Field(description="The last day as the buyer was told it.")
    zone: str = Field(description="The time zone in which these days are meant.")
    due_at: Moment = Field(description="The first moment at which it is broken.")


class Payment(BaseModel):
    """One attempt to pay."""

    ref: str
    method: str
    provider: str
    provider_ref: str | None = Field(description="The provider's own reference.")
    state: str = one_of(PaymentIntent.State, "How far it is.")
    due: Amount
    received: Amount = Field(description="What arrived, less what was given back.")
    created_at: Moment
    settled_at: Moment | None


class RefundTold(BaseModel):
    """Money that goes back, on the way on which it came."""

    ref: str
    payment: str = Field(description="The ref of the payment that it goes back on.")
    amount: Amount
    state: str = one_of(
        Refund.State,
        "Planned: a worker makes it, or a person sends the transfer. Confirmed: it has gone. Failed: staff were told.",
    )
    reason: str = Field(description="Why, as a code: by_program is a program's decision.")
    created_at: Moment
    confirmed_at: Moment | None


class RefundList(BaseModel):
    """The refunds that were decided."""

    refunds: list[RefundTold]


class ParcelLine(BaseModel):
    """So many of a line are in a parcel."""

    sku: str | None
    title: str
    quantity: int


class ParcelEvent(BaseModel):
    """One thing that was said about a parcel."""

    at: Moment
    state: str = Field(description="In our words, as the state of the parcel.")
    reason: str | None
    place: str | None = Field(description="As the carrier wrote it.")
    words: str | None = Field(description="As the carrier wrote it.")
    code: str | None = Field(description="What whoever told it calls it.")
    is_understood: bool = Field(description="false: it moves the parcel nowhere, and buyers do not see it.")


class ParcelInList(BaseModel):
    """Something under one label."""

    ref: str
    order: str = Field(description="The ref of its order.")
    carrier: str | None
    tracking_number: str | None
    country: str | None
    handed_over_at: Moment | None = Field(description="null: it stands ready, and the carrier has yet to collect it.")
    state: str = Field(description=f"Where it is: {', '.join(Status)}.")
    reason: str | None = Field(description="Why, where something is the matter; what customs does.")
    first_scan_at: Moment | None = Field(description="When a carrier touched it for the first time.")
    delivered_at: Moment | None
    arrival_told_by: str | None = Field(
        description="Who says that it is there, where no carrier does: staff, buyer or program."
    )
    due_at: Moment | None = Field(description="The first moment at which its promise of arrival is broken.")
    replaced_at: Moment | None = Field(description="Since when another label stands for it.")
    refunded_at: Moment | None = Field(
        description="When the money for it was given back: nobody waits for it any more."
    )
    troubles: list[str] = Field(
        description="Causes of its open cases: what keeps it from the buyer, said or by silence, or is missing: unnumbered."
    )


class Parcel(ParcelInList):
    """With what is in it, and everything that was said about it."""

    lines: list[ParcelLine]
    events: list[ParcelEvent] = Field(description="Oldest first, the newest 200.")


class ParcelList(BaseModel):
    """One page of parcels, the first made first."""

    parcels: list[ParcelInList]
    next: str | None = Field(description="Send it as after to get the next page; null on the last one.")


class OrderMoved(BaseModel):
    """Where an order stands after it was moved on."""

    ref: str = Field(description=_REF)
    state: str = one_of(OrderState, "How far it is.")


class OrderInFull(OrderInList):
    """An order with its lines, its money, its promises and its payments."""

    market: str | None
    goods: Amount
    delivery: Amount
    discount: Amount = Field(description="Zero, or below.")
    tax: Amount
    tax_included: bool = Field(description="Whether the amounts contain the tax, or it comes on top.")
    tax_name: str | None = Field(description="What the tax is called and its percentage, in English.")
    at_door: list[DueAtDoor] = Field(description="Not part of the total.")
    paid: Amount
    delivery_option: str | None
    payment_method: str | None
    buyer: Buyer
    ship_to: Address
    gift_note: str | None = Field(description="The buyer's words, to be printed and put into the parcel.")
    lines: list[Line]
    promises: list[PromiseMade] = Field(description="Oldest first.")
    payments: list[Payment] = Field(description="Oldest first.")
    refunds: list[RefundTold] = Field(description="Oldest first.")
    parcels: list[Parcel] = Field(description="Empty where nobody said who carries it.")
    address_changes: int = Field(
        description="How often the buyer has changed ship_to. Send it when you mark it dispatched: to another address than "
        "that on your label, it then does not leave."
    )
    goods_changes: int = Field(
        description="How often staff have changed, split or merged it. Send it when you mark it dispatched: with other goods "
        "than those in your parcel, it then does not leave."
    )


class Me(BaseModel):
    """The key that asks."""

    name: str
    scopes: list[str]
    expires_at: Moment | None = Field(description="From then on it no longer opens; null: never.")
    accounts: list[str] | None = Field(description="The shop accounts whose orders and buyers it sees; null: all.")
