"""Organisations, people, the posts they hold and the roles they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from zhenggai.workflow import ROLES

if TYPE_CHECKING:
    import datetime as dt


class Organization(models.Model):
    """A node of the tree: an inspecting office, a unit, a department or branch of a unit.

    `unit` is the unit that a department belongs to; a unit and an inspecting office are their own.
    """

    class Kind(models.TextChoices):
        """What a node is."""

        INSPECTION_OFFICE = "inspection_office", "巡察办"
        UNIT = "unit", "单位"
        DEPARTMENT = "department", "部门"
        BRANCH = "branch", "党支部"

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    unit = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=50, blank=True)
    order = models.PositiveIntegerField("排序", default=0)
    closed_on = models.DateField("撤销日期", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["unit", "order"], name="organization_of_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"], condition=models.Q(closed_on=None), name="organization_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class OrganizationClosure(models.Model):
    """Every node with every node above it and itself: what makes “all units below” one indexed join."""

    ancestor = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    descendant = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ancestor", "descendant"], name="closure_once")]

    def __str__(self) -> str:
        return f"{self.ancestor_id} > {self.descendant_id}"


class PersonManager(BaseUserManager["Person"]):
    """Finds a person by the name that is typed at log-in."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """Return the person whose log-in name is `username`, upper and lower case alike."""
        return self.get(login=(username or "").strip().lower())


class Person(AbstractBaseUser):
    """Somebody of a unit. Without a `login` the person stands in the ledger and cannot log in.

    `mail` and `group_name` are where the person is rung beside the inbox; `bells` switches both off.
    """

    unit = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="people")
    name = models.CharField("姓名", max_length=50)
    login = models.CharField("登录名", max_length=40, unique=True, null=True, blank=True)
    must_change_password = models.BooleanField(default=False)
    former_passwords = models.JSONField(default=list)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField("启用", default=True)
    left_on = models.DateField("离任日期", null=True, blank=True)
    mail = models.CharField("邮箱", max_length=200, blank=True)
    group_name = models.CharField("群内账号", max_length=64, blank=True)
    bells = models.BooleanField("接收提醒", default=True)
    events_seen_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        indexes = [models.Index(fields=["unit", "name"], name="person_of_unit")]

    def __str__(self) -> str:
        return self.name


class _Period(models.Model):
    """A time from a day to a day; both days belong to it. Without `until` it lasts."""

    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)

    class Meta:
        abstract = True

    @classmethod
    def current(cls, today: dt.date) -> models.Q:
        """Return the condition that a row's period covers `today`."""
        return models.Q(since__lte=today) & (models.Q(until=None) | models.Q(until__gte=today))


class Post(_Period):
    """A post that a person holds in an organisation (副校长, 总务处主任)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="posts")
    title = models.CharField("职务", max_length=50, blank=True)

    def __str__(self) -> str:
        return f"{self.person} {self.title}"


class Grant(_Period):
    """A role for a person over an organisation (and what is below it), for a time."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField("角色", max_length=40, choices=[(role.code, role.name) for role in ROLES.values()])
    scope = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="grants")
    reason = models.CharField("依据", max_length=200, blank=True)
    granted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["person", "role"], name="grant_of_person")]

    def __str__(self) -> str:
        return f"{self.person} {self.role}"


class RestrictedGrant(_Period):
    """Need to know: a person may see the restricted layer of a unit, for a reason and until a day."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="restricted_grants")
    unit = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("理由", max_length=200)
    granted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.person} {self.unit}"


class Deputy(_Period):
    """Who acts for a person while the person is away. What the deputy does carries the deputy's own name."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="deputies")
    deputy = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="deputising")
    reason = models.CharField("事由", max_length=200, blank=True)
    appointed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.person} → {self.deputy}"


class Token(models.Model):
    """A key for the API. Only its hash is kept; it acts for its person within `acts`, until `expires_at`."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField("用途", max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    acts = models.JSONField("权限")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class CalendarFeed(models.Model):
    """A secret address from which a calendar programme reads a person's appointments. Only its hash is kept; one holds at a time."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="calendar_feeds")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=models.Q(revoked_at=None), name="calendar_feed_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.created_at:%Y-%m-%d}"


class RecoveryCode(models.Model):
    """One of the codes that let a person in once without the phone. Only its digest is kept."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.made_at:%Y-%m-%d}"
