"""The firms and people of the demo world."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.accounts import (
    Kind,
    LegalEntity,
    Organisation,
    Role,
    TaxKind,
    TaxStatus,
    User,
    hash_password,
)
from marketplace.core.checks import uscc_check_letter
from marketplace.core.db import db

PASSWORD = "recoup demo 2026"  # noqa: S105
"""Everybody's password in the demo world, printed with the sign-ins."""


@dataclass(frozen=True)
class Firm:
    code: str
    kind: Kind
    name: str
    name_zh: str
    regions: tuple[str, ...] = ("*",)
    bid_bps: int = 2500
    capacity: int = 5_000


LENDERS = (
    Firm("DEMO", Kind.LENDER, "Jiangnan Bank", "江南银行"),
    Firm("BOHAI", Kind.LENDER, "Bohai Consumer Finance", "渤海消费金融"),
    Firm("LINGNAN", Kind.LENDER, "Lingnan Bank", "岭南银行"),
)

AGENCIES = (
    Firm("ANHENG", Kind.AGENCY, "Anheng Recovery", "安恒资产", bid_bps=2800, capacity=9_000),
    Firm("HUAXIN", Kind.AGENCY, "Huaxinda", "华信达", bid_bps=3100, capacity=8_000),
    Firm("RUICHENG", Kind.AGENCY, "Ruicheng Credit", "瑞诚信用", bid_bps=2550),
    Firm("JINQIAO", Kind.AGENCY, "Golden Bridge", "金桥资产", bid_bps=2200),
    Firm("DONGFANG", Kind.AGENCY, "Orient Servicing", "东方服务", ("3",), 2400),
    Firm("NANYUE", Kind.AGENCY, "Nanyue Assets", "南粤资产", ("4",), 2600),
    Firm("SHUDAO", Kind.AGENCY, "Shudao Recovery", "蜀道清收", ("5",), 2700),
    Firm("BEIFANG", Kind.AGENCY, "Northern Servicing", "北方服务", ("1", "2"), 2650),
    Firm("XIYU", Kind.AGENCY, "Western Frontier", "西域资产", ("6",), 3000),
    Firm("HENGTONG", Kind.AGENCY, "Hengtong", "恒通信用", ("1", "3", "4"), 2900),
    Firm("MINGDA", Kind.AGENCY, "Mingda Credit", "明达信用", ("3", "4", "5"), 2350),
    Firm("XINYUAN", Kind.AGENCY, "Xinyuan Newcomer", "新源催收", bid_bps=2000, capacity=2_000),
)

PLATFORM = Firm("RECOUP", Kind.PLATFORM, "Recoup", "聚清")

_PEOPLE: dict[Kind, tuple[tuple[str, Role], ...]] = {
    Kind.LENDER: (
        ("manager", Role.MANAGER),
        ("approver", Role.APPROVER),
        ("compliance", Role.COMPLIANCE),
        ("finance", Role.FINANCE),
        ("collector", Role.COLLECTOR),
        ("viewer", Role.VIEWER),
    ),
    Kind.AGENCY: (
        ("manager", Role.MANAGER),
        ("collector", Role.COLLECTOR),
        ("finance", Role.FINANCE),
    ),
    Kind.PLATFORM: (
        ("vetting", Role.VETTING),
        ("vetting2", Role.VETTING),
        ("finance", Role.FINANCE),
        ("finance2", Role.FINANCE),
        ("auditor", Role.AUDITOR),
    ),
}

_NAMES = {
    "manager": ("李文", "Li Wen"), "approver": ("陈静", "Chen Jing"),
    "compliance": ("赵敏", "Zhao Min"), "finance": ("方芳", "Fang Fang"),
    "collector": ("周强", "Zhou Qiang"), "viewer": ("何平", "He Ping"),
    "vetting": ("韦丽", "Wei Li"), "vetting2": ("唐宁", "Tang Ning"),
    "finance2": ("彭波", "Peng Bo"), "auditor": ("欧阳明", "Ouyang Ming"),
}  # fmt: skip


def found(firm: Firm, order: int, *, now: datetime) -> Organisation:
    """An organisation with its legal entity and its people."""
    organisation = Organisation(
        short_code=firm.code,
        kind=firm.kind,
        name=firm.name,
        name_zh=firm.name_zh,
        created_at=now,
    )
    db.session.add(organisation)
    db.session.flush()
    stem = f"9131000{order:02d}MA{order:06d}"[:17]
    entity = LegalEntity(
        organisation_id=organisation.id,
        name=f"{firm.name_zh}股份有限公司"
        if firm.kind is Kind.LENDER
        else f"{firm.name_zh}有限公司",
        uscc=stem + uscc_check_letter(stem),
        created_at=now,
    )
    db.session.add(entity)
    db.session.flush()
    db.session.add(
        TaxStatus(
            entity_id=entity.id,
            kind=TaxKind.GENERAL,
            rate_bps=600,
            valid_from=now.date().replace(year=now.year - 3),
        )
    )
    return organisation


def hire(organisation: Organisation, hashed: str, *, now: datetime) -> None:
    for login, role in _PEOPLE[organisation.kind]:
        db.session.add(
            User(
                organisation_id=organisation.id,
                email=f"{login}@{organisation.short_code.lower()}.example",
                name=_NAMES[login][0],
                role=role,
                password_hash=hashed,
                locale="zh",
                created_at=now,
            )
        )
    db.session.flush()


def hashed_password() -> str:
    return hash_password(PASSWORD)


def email(firm_code: str, login: str) -> str:
    return f"{login}@{firm_code.lower()}.example"
