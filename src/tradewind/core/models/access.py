"""How staff come in: by an invitation, with a second factor, and from which browsers."""

from django.db import models

from tradewind.core.models.staff import Role, Staff


class Invitation(models.Model):
    """A link that lets somebody choose a password: a new colleague, or one who has lost theirs. Good for one use.

    The link itself is a SignedLink. Of an invitation, `staff` is whoever came of it; of a new password, whose it is.
    """

    class Kind(models.TextChoices):
        NEW = "new"
        RENEWAL = "renewal"

    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.NEW)
    email = models.EmailField()
    role = models.CharField(max_length=12, choices=Role.choices)
    language = models.CharField(max_length=8, default="zh-hans")
    account_ids = models.JSONField(null=True)  # None: all accounts
    created_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    staff = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="invitations")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class SecondFactor(models.Model):
    """Codes of an app (RFC 6238, SHA-1, six digits, 30 seconds) beside somebody's password. Unconfirmed, it asks for none, and
    only counts wrong codes from paper.

    `sealed` is the secret, encrypted with the installation's key. `last_step` is the period whose code was used last:
    the same code opens nothing twice. After too many wrong codes in a row it is shut for a while.
    """

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, related_name="second_factor")
    sealed = models.TextField()
    last_step = models.BigIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    shut_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"second factor of {self.staff_id}"


class Passkey(models.Model):
    """A key in somebody's phone, computer or token (W3C Web Authentication). Only its public half is here.

    `credential` and `public_key` are base64url, as browsers write them. `sign_count` is how often it says that it has signed: a
    lower one later means that there are two of it. Those that are kept in a cloud say 0 each time.
    """

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="passkeys")
    credential = models.CharField(max_length=1400, unique=True)
    public_key = models.TextField()
    sign_count = models.BigIntegerField(default=0)
    transports = models.JSONField(default=list)
    name = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"passkey {self.pk} of {self.staff_id}"


class RecoveryCode(models.Model):
    """Opens once in the place of the app's code. Only the digest is kept."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"recovery code {self.pk}"


class StaffDevice(models.Model):
    """A browser in which somebody is logged in. `session_key` is the session's: without it, the browser is logged out."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="devices")
    session_key = models.CharField(max_length=40, unique=True)
    agent = models.CharField(max_length=300, blank=True, default="")
    address = models.CharField(max_length=45, blank=True, default="")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["staff", "-seen_at"], name="device_by_staff")]

    def __str__(self) -> str:
        return f"device {self.pk} of {self.staff_id}"
