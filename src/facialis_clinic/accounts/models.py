"""Who signs in."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Role(models.TextChoices):
    """What somebody does here. A role gives nothing by itself: the gates ask for the relation to a record too."""

    PATIENT = "patient", "patient"
    PROXY = "proxy", "proxy"
    NEUROLOGIST = "neurologist", "neurologist"
    NURSE = "nurse", "nurse"
    FRONT_DESK = "front_desk", "front desk"
    ADMINISTRATOR = "administrator", "administrator"


STAFF = (Role.NEUROLOGIST, Role.NURSE, Role.FRONT_DESK, Role.ADMINISTRATOR)
CLINICIANS = (Role.NEUROLOGIST, Role.NURSE)


class Users(BaseUserManager["User"]):
    """Makes users; an address is compared without regard to case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a user; without a password nobody can sign in by one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user of an address."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Somebody who can sign in, by e-mail address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=16, choices=Role, default=Role.PATIENT)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Users] = Users()
    USERNAME_FIELD = "email"

    class Meta:
        """Django's options."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
            models.CheckConstraint(condition=models.Q(email=models.functions.Lower("email")), name="user_email_lower"),
        ]

    @property
    def is_staff_member(self) -> bool:
        """Whether somebody works here; staff never sign in without a second factor."""
        return self.role in STAFF

    @property
    def is_clinician(self) -> bool:
        """Whether somebody treats patients here."""
        return self.role in CLINICIANS

    def get_full_name(self) -> str:
        """Return the name, or the address where none was given."""
        return self.name or self.email

    def __str__(self) -> str:
        return self.get_full_name()


class Invitation(models.Model):
    """A one-time link by which somebody who works here sets up their account. Only a hash of the link is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="invitation")
    hashed = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField()


class Lockout(models.Model):
    """An account that was tried too often: since when, and who lifted it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="lockouts")
    at = models.DateTimeField()
    until = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
