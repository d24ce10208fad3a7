"""Who there is: reads for screens."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Organisation, User
from marketplace.accounts.permissions import Kind
from marketplace.core.db import db
from marketplace.core.errors import NotFound


def organisation_by_short_code(short_code: str) -> Organisation:
    found = db.session.scalar(select(Organisation).where(Organisation.short_code == short_code))
    if found is None:
        raise NotFound
    return found


def organisation_names(ids: Iterable[int], *, locale: str = "en") -> dict[int, str]:
    rows = db.session.execute(
        select(Organisation.id, Organisation.name, Organisation.name_zh).where(
            Organisation.id.in_(set(ids))
        )
    )
    return {row.id: row.name_zh if locale == "zh" else row.name for row in rows}


def organisations_of_kind(kind: Kind) -> list[Organisation]:
    return list(
        db.session.scalars(
            select(Organisation).where(Organisation.kind == kind).order_by(Organisation.id)
        )
    )


def people_of(organisation_id: int) -> list[User]:
    return list(
        db.session.scalars(
            select(User)
            .where(User.organisation_id == organisation_id)
            .options(joinedload(User.organisation))
            .order_by(User.name)
        )
    )


def user_by_email(email: str) -> User:
    user = db.session.scalar(
        select(User).where(User.email == email).options(joinedload(User.organisation))
    )
    if user is None:
        raise NotFound
    return user


def organisation_codes(ids: Iterable[int]) -> dict[int, str]:
    """The short codes of organisations."""
    rows = db.session.execute(
        select(Organisation.id, Organisation.short_code).where(Organisation.id.in_(set(ids)))
    )
    return {row.id: row.short_code for row in rows}


def all_organisation_ids() -> list[int]:
    return list(db.session.scalars(select(Organisation.id).order_by(Organisation.id)))
