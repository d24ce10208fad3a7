"""Organisations, the people in them, and how those people prove who they are."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from marketplace.accounts.permissions import Kind, Permission, Role, may
from marketplace.core.db import Model, public_code
from marketplace.core.tenancy import ALL, ORG, USER, WRITABLE, Audience, Policy
from marketplace.core.words import Name

MEMBERS = (Audience.LENDER, Audience.AGENCY, Audience.STAFF, Audience.FINANCE)


def _own(rows: str, verbs: str) -> tuple[Policy, ...]:
    return tuple(Policy(audience, rows, verbs) for audience in MEMBERS)


class Organisation(Model):
    __tablename__ = "organisations"
    # Names of firms are public here: bidders and lenders must know whom they deal with.
    policies: ClassVar = (
        *(Policy(audience, "true") for audience in (*MEMBERS, Audience.VISITOR)),
        Policy(Audience.STAFF, "true", "insert, update"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("OR")
    short_code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[Kind]
    name: Mapped[str]
    name_zh: Mapped[str]
    called: Mapped[Name] = composite(Name, "name", "name_zh")
    jurisdiction: Mapped[str] = mapped_column(default="CN")
    suspended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class User(Model):
    __tablename__ = "users"
    __table_args__ = (Index("uq_users_email", text("lower(email)"), unique=True),)
    policies: ClassVar = (
        *_own(f"organisation_id = {ORG}", WRITABLE),
        Policy(Audience.VISITOR, "true", WRITABLE),
    )

    # What Flask-Login asks of a user, without the feature having to import it.
    is_authenticated = True
    is_anonymous = False

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("US")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[Role]
    password_hash: Mapped[str | None]
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_step: Mapped[int] = mapped_column(default=0)
    two_factor: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str] = mapped_column(default="zh")
    deactivated_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")

    @property
    def is_active(self) -> bool:
        return self.deactivated_at is None

    def may(self, permission: Permission) -> bool:
        return may(self.organisation.kind, self.role, permission)

    def get_id(self) -> str:
        return str(self.id)


class UserSession(Model):
    """A browser somebody is signed in with. The cookie holds the token, we only its hash."""

    __tablename__ = "user_sessions"
    policies: ClassVar = (
        *_own(f"user_id = {USER}", WRITABLE),
        Policy(Audience.VISITOR, "true", WRITABLE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("SE", 7)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    address: Mapped[str]
    agent: Mapped[str]
    two_factor: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]


class SecurityKey(Model):
    """A WebAuthn authenticator."""

    __tablename__ = "security_keys"
    policies: ClassVar = (
        *_own(f"user_id = {USER}", ALL),
        Policy(Audience.VISITOR, "true", "select, update"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("SK")
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    name: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class RecoveryCode(Model):
    __tablename__ = "recovery_codes"
    policies: ClassVar = (
        *_own(f"user_id = {USER}", ALL),
        Policy(Audience.VISITOR, "true", "select, update"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code_hash: Mapped[bytes]
    used_at: Mapped[datetime | None]


class Invitation(Model):
    """A link that lets one person in, once."""

    __tablename__ = "invitations"
    # Staff open organisations, so they write the first invitation of each.
    policies: ClassVar = (
        *(
            Policy(audience, f"organisation_id = {ORG}", WRITABLE)
            for audience in MEMBERS
            if audience is not Audience.STAFF
        ),
        Policy(Audience.STAFF, "true", WRITABLE),
        Policy(Audience.VISITOR, "true", "select, update"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("IV")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[Role]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class PasswordReset(Model):
    __tablename__ = "password_resets"
    policies: ClassVar = (Policy(Audience.VISITOR, "true", WRITABLE),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInAttempt(Model):
    """Failed and successful attempts, counted by account and by address."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index(None, "account", "at"), Index(None, "address", "at"))
    policies: ClassVar = (Policy(Audience.VISITOR, "true", WRITABLE),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    account: Mapped[bytes]
    address: Mapped[str]
    succeeded: Mapped[bool]


class SingleSignOn(Model):
    """An identity at the organisation's own provider, tied to one user."""

    __tablename__ = "single_sign_ons"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        CheckConstraint("subject <> ''", "subject_given"),
    )
    policies: ClassVar = (
        *_own(f"user_id = {USER}", "select"),
        Policy(Audience.VISITOR, "true", WRITABLE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    created_at: Mapped[datetime]
