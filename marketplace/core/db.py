"""The database: one base class, one session, one way to commit."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Computed,
    Connection,
    Date,
    DateTime,
    Engine,
    Enum,
    LargeBinary,
    MetaData,
    Select,
    Text,
    any_,
    cast,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from marketplace.core import tenancy
from marketplace.core.tenancy import Acting, Policy


class Model(DeclarativeBase):
    """Base of every table.

    Constraints get predictable names so that a migration can refer to them, every timestamp
    keeps its zone, and `policies` says which audience may see which rows.
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        int: BigInteger,
        str: Text,
        bytes: LargeBinary,
        date: Date,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        list[str]: ARRAY(Text),
        list[int]: ARRAY(BigInteger),
        # Kept as their values in plain text: a new one then needs no change of type.
        StrEnum: Enum(
            StrEnum, native_enum=False, values_callable=lambda kind: [m.value for m in kind]
        ),
    }
    policies: ClassVar[tuple[Policy, ...]] = ()
    signed_for_others: ClassVar[tuple[str, ...]] = ()
    """Columns that name a user and may be filled in by another one."""


Row = TypeVar("Row", bound=Model)

# Tables derive from the typed `Model` above, not from `db.Model`, which checkers cannot read.
db = SQLAlchemy(metadata=Model.metadata, session_options={"expire_on_commit": False})


def public_code(prefix: str, digits: int = 5) -> Mapped[str]:
    """A column with a short code to show people: one to one with `id`, but no sequence."""
    return mapped_column(
        Text,
        Computed(f"app.public_code('{prefix}', id, {digits})", persisted=True),
        unique=True,
    )


@contextmanager
def transaction() -> Iterator[None]:
    """Commit what the block wrote, or none of it.

    Only doors (views, worker, command line) open one; features flush at most.
    """
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


@contextmanager
def acting(who: Acting | None) -> Iterator[None]:
    """Act as `who` inside the block, also when a transaction is under way."""
    with tenancy.acting(who):
        _tell_session()
        yield
        _flush_session()
    _tell_session()


def in_transaction() -> bool:
    """Is the session of this context in the middle of a transaction?"""
    return bool(db.session().in_transaction())


def _flush_session() -> None:
    if db.session.is_active and in_transaction():
        db.session.flush()


def _tell_session() -> None:
    if in_transaction() and db.session.is_active:
        _tell(db.session.connection())


def _tell(connection: Connection) -> None:
    connection.exec_driver_sql(tenancy.SET_ACTING, tenancy.acting_parameters())


def _tell_before_savepoint(connection: Connection, _name: str | None) -> None:
    _tell(connection)


def tell_who_acts(engine: Engine) -> None:
    """Set role, organisation and user at the start of every transaction and savepoint."""
    event.listen(engine, "begin", _tell)
    event.listen(engine, "savepoint", _tell_before_savepoint)


def insert_once(model: type[Model], **values: Any) -> bool:
    """Insert a row unless there is one like it; say whether it was new.

    Needs no right to read the row.
    """
    row = insert(model).values(**values).on_conflict_do_nothing().inline()
    options = {"preserve_rowcount": True}
    made = db.session.connection().execute(row, execution_options=options)
    return made.rowcount == 1


def locked(query: Select[Row]) -> Row | None:
    """The row that a query finds, as it is now; nobody else changes it in this transaction."""
    return db.session.scalar(query.with_for_update().execution_options(populate_existing=True))


def queue_up(space: str, key: int, *, shared: bool = False) -> None:
    """Wait for a turn on (space, key) until the transaction ends.

    A row lock asks for the right to change the row; whoever may only read it queues up here.
    """
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    db.session.execute(
        text(f"SELECT {function}(hashtext(:space), CAST(:key AS integer))"),
        {"space": space, "key": key},
    )


def among(column: Any, ids: Sequence[int]) -> ColumnElement[bool]:
    """`column` is one of `ids`, sent as a single array however many there are."""
    found: ColumnElement[bool] = column == any_(cast(list(ids), ARRAY(BigInteger)))
    return found
