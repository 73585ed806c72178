"""Tables of the core. One file per idea; Django wants to see them all here."""

from tradewind.core.models.facts import FactRecord, FactSubject
from tradewind.core.models.files import StoredFile
from tradewind.core.models.links import SignedLink
from tradewind.core.models.records import AuditEntry, SearchDocument, SettingValue, Todo
from tradewind.core.models.staff import ApiToken, ShopAccount, Staff
from tradewind.core.models.work import Delivery, InboxItem, Reaction, ScheduledJob, WorkerBeat, WorkItem

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Delivery",
    "FactRecord",
    "FactSubject",
    "InboxItem",
    "Reaction",
    "ScheduledJob",
    "SearchDocument",
    "SettingValue",
    "ShopAccount",
    "SignedLink",
    "Staff",
    "StoredFile",
    "Todo",
    "WorkItem",
    "WorkerBeat",
]
