"""The people of the business, the accounts that they work for, and keys for programs."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property

from tradewind.core.reach import EVERYWHERE, Reach


class Role(models.TextChoices):
    OWNER = "owner"
    MANAGER = "manager"
    CONTENT = "content"
    CHECKER = "checker"
    AGENT = "agent"
    WAREHOUSE = "warehouse"
    ANALYST = "analyst"


class StaffManager(BaseUserManager["Staff"]):
    """Finds staff by e-mail, whatever the case of its letters."""

    def get_by_natural_key(self, username: str | None) -> "Staff":
        return self.get(email__iexact=username)


class ShopAccount(models.Model):
    """One account on one sales channel. Every order, message and measure belongs to exactly one."""

    class Channel(models.TextChoices):
        OWN = "own"
        AMAZON = "amazon"
        EBAY = "ebay"
        ALIEXPRESS = "aliexpress"
        SHOPIFY = "shopify"
        WOOCOMMERCE = "woocommerce"
        FILE = "file"

    name = models.CharField(max_length=80, unique=True)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    created_at = models.DateTimeField()
    # No file brings orders into it any more, and no form offers it. What it has stays.
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Staff(AbstractBaseUser):
    """One person who may log in to the console. Buyers are never users."""

    email = models.EmailField()
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=12, choices=Role.choices)
    language = models.CharField(max_length=8, default="zh-hans")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    # Owners see every account whatever stands here.
    sees_all_accounts = models.BooleanField(default=True)
    accounts = models.ManyToManyField(ShopAccount, through="StaffAccount")

    objects: ClassVar[StaffManager] = StaffManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="staff_email_once")]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def reach(self) -> Reach:
        """The shop accounts that this person's role holds for. One statement, and none for who sees all."""
        if self.sees_all_accounts or self.role == Role.OWNER:
            return EVERYWHERE
        return self.reach_with(dict(self.accounts.values_list("pk", "channel")))

    def reach_with(self, accounts: Mapping[int, str]) -> Reach:
        """The reach of somebody who works for these accounts, with the channel of each; owners see every account anyway."""
        if self.sees_all_accounts or self.role == Role.OWNER:
            return EVERYWHERE
        return Reach(frozenset(accounts), has_own_shop=ShopAccount.Channel.OWN in accounts.values())


class StaffAccount(models.Model):
    """One of the accounts that somebody works for, who does not work for all."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE)
    account = models.ForeignKey(ShopAccount, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "account"], name="staff_account_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} for {self.account_id}"


class ApiToken(models.Model):
    """A key for a program: only its digest is kept."""

    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(Staff, on_delete=models.PROTECT)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.CharField(max_length=200, blank=True, default="")
    last_used_at = models.DateTimeField(null=True)
    # The shop accounts that it works for; None: all that whoever answers for it may see.
    account_ids = models.JSONField(null=True)
    # How often it may ask in a minute; None: as often as the settings say for all keys.
    per_minute = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return self.name

    @cached_property
    def reach(self) -> Reach:
        """A key opens no more than whoever answers for it may see."""
        if self.account_ids is None:
            return self.created_by.reach
        own = ShopAccount.objects.filter(pk__in=self.account_ids, channel=ShopAccount.Channel.OWN)
        return self.created_by.reach.only(self.account_ids, own_shop_id=own.values_list("pk", flat=True).first())
