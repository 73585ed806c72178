"""Loads whoever asks, and with the same statement the rule that may hold them up: every page of the console asks for both."""

from django.contrib.auth.backends import ModelBackend

from tradewind.core.factor_rule import with_factor_rule
from tradewind.core.models import Staff


class StaffBackend(ModelBackend):
    """Passwords are checked as Django does."""

    def get_user(self, user_id: int) -> Staff | None:
        return with_factor_rule(Staff.objects.filter(pk=user_id, is_active=True)).first()
