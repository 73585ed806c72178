"""Tables of the core. One file per idea; Django wants to see them all here."""

from tradewind.core.models.access import Invitation, Passkey, RecoveryCode, SecondFactor, StaffDevice
from tradewind.core.models.facts import FactRecord, FactSubject
from tradewind.core.models.files import StoredFile
from tradewind.core.models.links import SignedLink
from tradewind.core.models.records import AuditEntry, SearchDocument, SettingValue, Todo
from tradewind.core.models.staff import ApiToken, ShopAccount, Staff, StaffAccount
from tradewind.core.models.work import Delivery, InboxItem, Reaction, ScheduledJob, WorkerBeat, WorkItem

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Delivery",
    "FactRecord",
    "FactSubject",
    "InboxItem",
    "Invitation",
    "Passkey",
    "Reaction",
    "RecoveryCode",
    "ScheduledJob",
    "SearchDocument",
    "SecondFactor",
    "SettingValue",
    "ShopAccount",
    "SignedLink",
    "Staff",
    "StaffAccount",
    "StaffDevice",
    "StoredFile",
    "Todo",
    "WorkItem",
    "WorkerBeat",
]
