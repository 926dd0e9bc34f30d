"""Who may come in by the desk's door. What must last beyond that is the store's."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts."""

    def create_user(self, email: str, password: str | None = None, **facts: object) -> Account:
        """Return a new account; without a password nobody can sign in by one."""
        account = self.model(email=self.normalize_email(email), **facts)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """An account of a committee's desk. A laptop's desk has none.

    member : the person that it lets in; what they did is the member's, and stays.
    """

    member = models.OneToOneField(
        "replique.Member", models.PROTECT, null=True, related_name="account"
    )
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True, default="")
    language = models.CharField(max_length=2, blank=True, default="")
    is_active = models.BooleanField(default=True)
    joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[AccountManager] = AccountManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email


class ApiToken(models.Model):
    """What a program is known by. member : who gave it; None on a laptop.

    digest : SHA-256 of the token, which is kept nowhere. start : its first letters.
    """

    member = models.ForeignKey("replique.Member", models.CASCADE, null=True)
    name = models.CharField(max_length=100)
    scopes = models.JSONField(default=list)
    digest = models.CharField(max_length=64, unique=True)
    start = models.CharField(max_length=12)
    made = models.DateTimeField(default=timezone.now)
    used = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[ApiToken]]

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class Once(models.Model):
    """A form that was taken in: sent again, it is answered alike, and does nothing.

    key : SHA-256 of the word in the form, of who sent it and where. location : where it led.
    """

    key = models.CharField(max_length=64, primary_key=True)
    location = models.TextField(default="")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    objects: ClassVar[models.Manager[Once]]

    class Meta:
        """Its own: one that is inherited would be part of the migrations."""

    def __str__(self) -> str:
        return self.key[:12]
