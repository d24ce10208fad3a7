"""The words lenders use: column headings, units, and the values of closed lists."""

import json
import re
import unicodedata
from enum import StrEnum
from pathlib import Path

from marketplace.compliance import HoldReason
from marketplace.portfolios.models import Product


class Unit(StrEnum):
    """What the number in a cell counts."""

    MAJOR = "major"
    TEN_THOUSAND = "ten_thousand"
    MINOR = "minor"

    @property
    def minor(self) -> int:
        return {"major": 100, "ten_thousand": 1_000_000, "minor": 1}[self.value]


AMOUNTS = ("loan_amount", "principal", "interest", "penalty_fees", "placed_balance")
REQUIRED_DATES = ("open_date", "balance_as_of", "placement_start", "recall_due")
PHONES = ("mobile", "mobile_alt")
TEXTS = ("remarks", "address_home", "address_register", "employer", "contact_name")
IDENTIFIERS = ("lender_case_no", "contract_no", "account_no", "id_no")
CODED = frozenset((
    "debtor_name", *IDENTIFIERS, *PHONES, *AMOUNTS, *REQUIRED_DATES, "first_overdue_date",
    "last_payment_date", "written_off_date", "maturity_date", "birth_date",
))  # fmt: skip
"""Fields in which an invisible or full-width letter is worth a warning."""

PERSONAL = frozenset((
    "debtor_name", "id_no", "birth_date", "gender", "mobile", "mobile_alt", "email",
    "address_home", "address_register", "employer", "contact_name", "contact_phone",
    "contact_relation", "account_no", "contract_no", "remarks", "",
))  # fmt: skip
"""Fields whose values are shown masked; nobody knows what an unmapped column holds."""

FIELDS = (
    "lender_case_no", "batch_no", "lender_name", "original_creditor", "product_type",
    "contract_no", "account_no", "debtor_name", "id_type", "id_no", "birth_date", "gender",
    "mobile", "mobile_alt", "email", "address_home", "address_register", "region_code",
    "employer", "contact_name", "contact_phone", "contact_relation", "currency",
    "loan_amount", "credit_limit", "open_date", "maturity_date", "rate_annual", "principal",
    "interest", "penalty_fees", "placed_balance", "balance_as_of", "first_overdue_date",
    "dpd", "bucket", "five_class", "written_off", "written_off_date", "last_payment_date",
    "last_payment_amount", "security", "litigation_status", "placement_round",
    "placement_start", "recall_due", "hold_flags", "limitation_date",
    "assignment_notice_date", "score", "remarks",
)  # fmt: skip
"""What a column can be mapped to, beside `feature:<name>`."""

MANY = frozenset((
    "penalty_fees", "mobile_alt", "hold_flags", "remarks", "address_home",
    "contact_name", "contact_phone", "contact_relation",
))  # fmt: skip
"""Fields that several columns may fill."""

FEATURE = "feature:"
PROTECTED = frozenset((
    "gender", "sex", "female", "male", "age", "birth_date", "dob", "ethnicity", "race",
    "nationality", "religion", "marital_status", "disability", "health", "hukou", "性别",
    "年龄", "民族", "宗教", "婚姻状况", "户籍",
))  # fmt: skip
"""Attributes of a person that are never kept as features: nobody is valued by them."""

_IN_BRACKETS = re.compile(
    r"[(\[【](?:(?:金额)?单位:?)?"
    r"(万元|万|元|分|人民币|人民币元|rmb|cny|usd|eur|gbp|hkd|%|[€$¥£]|天|日|days?|年)[)\]】]"
)
_DROPPED = re.compile(r"[\s:*_\-'\"]+")
_PREFIX = re.compile(r"^(?:客户|持卡人|债务人|借款人|本人|案人|贷款)")
_UNIT_WORDS = {"万元": Unit.TEN_THOUSAND, "万": Unit.TEN_THOUSAND, "分": Unit.MINOR}
_DATA = Path(__file__).parent / "header_synonyms.json"


def normal_heading(heading: str) -> str:
    """A heading without the differences that mean nothing.

    >>> normal_heading(" 未偿本金（万元）*"), normal_heading("Case_ID:")
    ('未偿本金', 'caseid')
    """
    flat = _IN_BRACKETS.sub("", _flat(heading))
    return _DROPPED.sub("", flat)


def unit_of(heading: str) -> Unit | None:
    """The unit a heading names, if it names one.

    >>> unit_of("欠息（万元）"), unit_of("本金(分)"), unit_of("本金")
    (<Unit.TEN_THOUSAND: 'ten_thousand'>, <Unit.MINOR: 'minor'>, None)
    """
    flat = re.sub(r"\s", "", _flat(heading))
    found = _IN_BRACKETS.search(flat)
    word = found.group(1) if found else None
    if word is None and (tail := re.search(r"(?:单位:?|_)(万元|元|分)", flat)):
        word = tail.group(1)
    return None if word is None else _UNIT_WORDS.get(word, Unit.MAJOR)


def field_of(heading: str) -> str:
    """The field a heading means, or nothing.

    >>> field_of("持卡人证件号码"), field_of("客户手机号"), field_of("序号")
    ('id_no', 'mobile', '')
    """
    name = normal_heading(heading)
    return SYNONYMS.get(name) or SYNONYMS.get(_PREFIX.sub("", name), "")


def _flat(heading: str) -> str:
    return unicodedata.normalize("NFKC", heading).lower()


SYNONYMS: dict[str, str] = {
    normal_heading(heading): field for heading, field in json.loads(_DATA.read_text()).items()
}

REGION_RANK = (
    "省份", "省", "所在省", "province", "state", "region", "地区", "催收区域", "country",
    "城市", "市", "city", "区县", "zip", "postalcode",
)  # fmt: skip
"""Of several region columns the first of these is used."""

PROVINCES = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古", "21": "辽宁",
    "22": "吉林", "23": "黑龙江", "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽",
    "35": "福建", "36": "江西", "37": "山东", "41": "河南", "42": "湖北", "43": "湖南",
    "44": "广东", "45": "广西", "46": "海南", "50": "重庆", "51": "四川", "52": "贵州",
    "53": "云南", "54": "西藏", "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏",
    "65": "新疆", "71": "台湾", "81": "香港", "82": "澳门",
}  # fmt: skip
"""GB/T 2260: province codes and short names."""

PRODUCTS: dict[str, Product] = {
    **dict.fromkeys(
        ("信用卡", "贷记卡", "普卡", "金卡", "白金卡", "credit card", "card"),
        Product.CREDIT_CARD,
    ),
    **dict.fromkeys(
        ("消费贷", "个人消费", "信用贷", "consumer loan", "installment", "personal loan"),
        Product.CONSUMER_LOAN,
    ),
    **dict.fromkeys(("现金贷", "线上现金贷", "cash loan", "overdraft"), Product.CASH_LOAN),
    **dict.fromkeys(
        ("汽车分期", "车贷", "auto", "auto deficiency", "auto loan", "car loan"), Product.AUTO
    ),
    **dict.fromkeys(("个人经营", "经营贷", "个人经营贷", "business loan"), Product.BUSINESS),
    **dict.fromkeys(
        ("房贷", "按揭", "mortgage", "mortgage shortfall", "housing loan"), Product.MORTGAGE
    ),
    **dict.fromkeys(("其他", "other"), Product.OTHER),
    **{product.value: product for product in Product},
}

SECURITIES = {
    **dict.fromkeys(("信用", "无", "unsecured", "none", "n"), "unsecured"),
    **dict.fromkeys(("抵押", "mortgage", "secured"), "mortgage"),
    **dict.fromkeys(("质押", "pledge"), "pledge"),
    **dict.fromkeys(("保证", "担保", "guarantee"), "guarantee"),
}

LITIGATION = {
    **dict.fromkeys(("未诉", "无", "none", "n", "否"), "none"),
    **dict.fromkeys(("诉讼中", "proceedings", "lawsuit", "已立案"), "suit"),
    **dict.fromkeys(("已判未执", "judgment", "judgement"), "judgment"),
    **dict.fromkeys(("执行中", "enforcement"), "enforcement"),
    **dict.fromkeys(("终本", "终结执行"), "enforcement_ended"),
    **dict.fromkeys(("调解", "mediation"), "mediation"),
    **dict.fromkeys(("仲裁", "arbitration"), "arbitration"),
    **dict.fromkeys(("破产", "insolvency", "bankruptcy"), "bankruptcy"),
}

CURRENCIES = {"RMB": "CNY", "人民币": "CNY", "CNH": "CNY", "元": "CNY"}

FLAG_VALUES: dict[str, HoldReason] = {
    **dict.fromkeys(
        ("停催", "停止联系", "暂停", "stop", "cease", "do not call"), HoldReason.STOP_CONTACT
    ),
    **dict.fromkeys(("死亡", "已故", "去世", "deceased"), HoldReason.DECEASED),
    **dict.fromkeys(("投诉", "投诉中", "complaint"), HoldReason.COMPLAINT),
    **dict.fromkeys(("异议", "争议", "dispute"), HoldReason.DISPUTE),
    **dict.fromkeys(("律师代理", "attorney"), HoldReason.ATTORNEY),
    **dict.fromkeys(("涉诈", "欺诈", "fraud"), HoldReason.FRAUD),
    **dict.fromkeys(
        ("破产", "bankruptcy", "ch7", "ch11", "ch13", "insolvency"), HoldReason.BANKRUPTCY
    ),
}
FLAG_HEADINGS: dict[str, HoldReason] = {
    **{normal_heading(word): flag for word, flag in FLAG_VALUES.items()},
    "停催标识": HoldReason.STOP_CONTACT,
    "scra": HoldReason.BREATHING_SPACE,
}
FLAG_YES = ("y", "yes", "是", "1", "true", "有")
FLAG_NO = ("n", "no", "否", "0", "false", "无", "正常", "normal")
