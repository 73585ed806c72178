"""Of whom a second factor is asked, and from when on: one rule for the whole business, decided by owners.

Nobody is locked out by it: who has none is led to setting one up, with the password alone, and does nothing else until then.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet, Subquery

from tradewind.core.models import SettingValue, Staff
from tradewind.core.models.staff import Role
from tradewind.core.second_factors import has_second_factor
from tradewind.core.trail import write_audit
from tradewind.lib.clock import format_moment, parse_moment

_KEY: Final = "staff.second_factor"
_LOADED: Final = "kept_factor_rule"


class Whom(StrEnum):
    NOBODY = "nobody"
    LEADS = "leads"  # owners and managers
    ALL = "all"


class NoneOfTheirOwn(Exception):
    """Who asks it of others has one first: they know how it goes, and have codes on paper."""


@dataclass(frozen=True, slots=True)
class FactorRule:
    """`until`: the end of the time in which it may still be put off; None: there is none."""

    of: Whom = Whom.NOBODY
    until: datetime | None = None

    def asks(self, role: str) -> bool:
        return self.of == Whom.ALL or (self.of == Whom.LEADS and role in {Role.OWNER, Role.MANAGER})

    def is_over(self, *, at: datetime) -> bool:
        """Can it be put off no longer?"""
        return self.until is None or self.until <= at


def factor_rule() -> FactorRule:
    row = SettingValue.objects.filter(key=_KEY).first()
    return _read(row.value if row else None)


def with_factor_rule(rows: QuerySet[Staff]) -> QuerySet[Staff]:
    """The same people, each with the rule as it stands now: `rule_unmet_by` then asks for nothing more."""
    kept = SettingValue.objects.filter(key=_KEY).values("value")
    return rows.annotate(**{_LOADED: Subquery(kept)})


def rule_unmet_by(staff: Staff) -> FactorRule | None:
    """The rule, where it asks somebody for what they have not set up."""
    rule = _read(getattr(staff, _LOADED)) if hasattr(staff, _LOADED) else factor_rule()
    return rule if rule.asks(staff.role) and not has_second_factor(staff) else None


def change_factor_rule(rule: FactorRule, *, by: Staff, at: datetime) -> None:
    """Holds from the next click on. Raises NoneOfTheirOwn."""
    if rule.of != Whom.NOBODY and not has_second_factor(by):
        raise NoneOfTheirOwn
    with transaction.atomic():
        SettingValue.objects.get_or_create(key=_KEY, defaults={"value": _written(FactorRule()), "changed_at": at})
        row = SettingValue.objects.select_for_update().get(key=_KEY)
        before, after = row.value, _written(rule)
        if before == after:
            return
        row.value, row.changed_at = after, at
        row.save(update_fields=["value", "changed_at"])
        actor = f"staff:{by.pk}"
        write_audit("staff.factor_rule", subject=("staff_rule", None), by=actor, at=at, before=before, after=after)


def _read(value: dict[str, Any] | None) -> FactorRule:
    if value is None:
        return FactorRule()
    return FactorRule(Whom(value["of"]), parse_moment(value["until"]) if value["until"] else None)


def _written(rule: FactorRule) -> dict[str, Any]:
    return {"of": str(rule.of), "until": format_moment(rule.until) if rule.until else ""}
