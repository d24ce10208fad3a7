"""What a column heading means: its field and the unit of its amounts."""

import json
import re
import unicodedata
from enum import StrEnum
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler


class Unit(StrEnum):
    """What the number in a cell counts."""

    MAJOR = "major"
    THOUSAND = "thousand"
    TEN_THOUSAND = "ten_thousand"
    MINOR = "minor"

    @property
    def minor(self) -> int:
        return {"major": 100, "thousand": 100_000, "ten_thousand": 1_000_000, "minor": 1}[self]

    @property
    def multiplier(self) -> str:
        """How many major units one is.

        >>> Unit.TEN_THOUSAND.multiplier, Unit.MINOR.multiplier
        ('10000', '0.01')
        """
        return {"major": "1", "thousand": "1000", "ten_thousand": "10000", "minor": "0.01"}[
            self
        ]


_WORDS = {
    **dict.fromkeys(("万元", "万", "人民币万元", "萬元", "萬"), Unit.TEN_THOUSAND),
    **dict.fromkeys(
        ("千元", "k", "000", "000s", "'000", "thousand", "thousands"), Unit.THOUSAND
    ),
    **dict.fromkeys(("分", "cent", "cents", "minor", "minor units"), Unit.MINOR),
}
_CODES = "rmb|cny|usd|eur|gbp|hkd|chf|pln|sek|nok|dkk|czk|huf|ron|jpy"
_PLAIN = rf"人民币元|人民币|元|圆|{_CODES}|us\$|hk\$|[€$¥£]|%|％|天|日|days?|年"
_MANY = r"人民币万元|万元|萬元|千元|万|萬|分|'?000s?|thousands?|minor units|minor|cents?|k"
_MONEY = rf"(?:{_CODES}|[€$¥£])?\s*(?:in\s*)?"
_IN_BRACKETS = re.compile(
    rf"[(\[【]\s*(?:(?:金额)?单位:?|unit:?|in)?\s*{_MONEY}({_MANY}|{_PLAIN})\s*[)\]】]"
)
_AT_END = re.compile(
    r"(?:[\s_/,，、;:]+(?:单位:?)?|单位:?|(?<=[\u4e00-\u9fff]))(万元|千元|元|分)$"
    rf"|[\s_/,;:]+(?:in\s+)?({_CODES})$"
)
# A unit is a whole word: 单位:分行营业部 names an office.
_STATED = re.compile(
    rf"(?:单位|單位|unit)s?\s*[:(]?\s*(?:为|是|of)?\s*(?:人民币|rmb|cny|{_MONEY})[\s/(]*"
    rf"({_MANY}|{_PLAIN})(?![a-z]|(?<=\w)\d|(?!人民币|基准|截止)[\u4e00-\u9fff])(?<!unit)"
    rf"|(?:^|\b(?:amounts?|figures?|values?)\s+(?:are\s+)?)\(?in\s+{_MONEY}({_MANY})\b"
)
_BRACKETS = re.compile(r"[(\[【<《].*?[)\]】>》]")
_DROPPED = re.compile(r"[\s:*_\-'\"#.,;?!/\\·]+")
_PREFIX = re.compile(
    r"^(?:客户|持卡人|债务人|借款人|主借人|主贷人|本人|案人|贷款|debtor|borrower|consumer|"
    r"customer|client|obligor|counterparty)(?:的|'s)?"
)
_SIMPLE = str.maketrans(
    "號編據戶債務證機話聯繫係緊單電郵現業種類產線貸額簽約還應餘總結罰違滯納費複開終級齡態銷執訴訟"
    "擔狀質備註轉讓權時間歷評區縣國錄個賬帳數標識異議審資處項優屬幣貨長別發臺灣東廣碼繳預計門會員"
    "辦經筆劃償價貼帶關認萬與給當實際節點類購車輛並從憑",
    "号编据户债务证机话联系系紧单电邮现业种类产线贷额签约还应余总结罚违滞纳费复开终级龄态销执诉讼"
    "担状质备注转让权时间历评区县国录个账账数标识异议审资处项优属币货长别发台湾东广码缴预计门会员"
    "办经笔划偿价贴带关认万与给当实际节点类购车辆并从凭",
)
_DATA = Path(__file__).parent / "header_synonyms.json"
_VARIANTS = Path(__file__).parent / "header_variants.json"


def normal_heading(heading: str) -> str:
    """A heading without the differences that mean nothing.

    >>> normal_heading(" 未偿本金（万元）*"), normal_heading("Case_ID:")
    ('未偿本金', 'caseid')
    >>> normal_heading("案件編號")
    '案件编号'
    """
    flat = _IN_BRACKETS.sub("", _flat(heading))
    return _DROPPED.sub("", flat)


def unit_of(heading: str) -> Unit | None:
    """The unit a heading names, if it names one.

    >>> unit_of("欠息（万元）"), unit_of("本金(分)"), unit_of("本金_万元"), unit_of("本金")
    (<Unit.TEN_THOUSAND: 'ten_thousand'>, <Unit.MINOR: 'minor'>, \
<Unit.TEN_THOUSAND: 'ten_thousand'>, None)
    """
    flat = _flat(heading)
    found = _IN_BRACKETS.search(flat) or _AT_END.search(flat)
    return _unit(found) if found else stated_unit(heading)


def stated_unit(line: str) -> Unit | None:
    """The unit that a title line states for the whole table.

    >>> stated_unit("基准日：2025-06-30 单位：人民币万元"), stated_unit("单位名称")
    (<Unit.TEN_THOUSAND: 'ten_thousand'>, None)
    >>> stated_unit("单位：万元人民币"), stated_unit("单位：分行营业部")
    (<Unit.TEN_THOUSAND: 'ten_thousand'>, None)
    """
    found = _STATED.search(_flat(line))
    return _unit(found) if found else None


def _unit(found: re.Match[str]) -> Unit:
    word = next(group for group in found.groups() if group)
    return _WORDS.get(word, Unit.MAJOR)


def field_of(heading: str) -> str:
    """The field a heading means, or nothing.

    >>> field_of("持卡人证件号码"), field_of("客户手机号(必填)"), field_of("序号")
    ('id_no', 'mobile', '')
    """
    return standing_of(heading)[0]


def standing_of(heading: str) -> tuple[str, int]:
    """The field a heading means, and its rank among several that mean it.

    A usual name comes first, then one with a prefix, then a name that is less usual.

    >>> standing_of("剩余本金"), standing_of("贷款本金"), standing_of("本金余额")
    (('principal', 0), ('principal', 1), ('principal', 2))
    """
    flat = _flat(heading)
    outside = _BRACKETS.sub("", flat) or flat.strip("()[]【】<>《》")
    bare = normal_heading(outside)
    names = [normal_heading(flat), bare, normal_heading(_AT_END.sub("", outside.strip()))]
    bared = [_PREFIX.sub("", name) for name in names]
    ranks = ((names, SYNONYMS), (bared, SYNONYMS), (names + bared, VARIANTS))
    for rank, (shapes, words) in enumerate(ranks):
        for shape in shapes:
            if shape in words:
                return words[shape], rank
        if contact := _contact(bare):
            return contact, rank
    return "", LAST


LAST = 2
"""The rank of a name that is less usual."""

ALIKE = 0.92
"""Jaro-Winkler similarity from which a heading is worth a guess."""

SHORTEST_GUESS = 3
"""Letters of a heading that can be alike to another at all."""


def nearest_field(heading: str) -> str:
    """The field whose usual headings look most like this one, or nothing: only a guess.

    >>> nearest_field("Curent balance"), nearest_field("手机号吗"), nearest_field("星座")
    ('placed_balance', 'mobile', '')
    """
    name = normal_heading(heading)
    if len(name) < SHORTEST_GUESS:
        return ""
    found = process.extractOne(
        name, list(SYNONYMS), scorer=JaroWinkler.similarity, score_cutoff=ALIKE
    )
    return "" if found is None else SYNONYMS[found[0]]


def _contact(name: str) -> str:
    """联系人2电话 as 联系人1电话: contacts are numbered."""
    found = re.match(
        r"^(?:紧急|第[一二三])?联系人[\d一二三四五]?(姓名|名称|电话|手机|手机号码?|关系)$", name
    )
    if found is None:
        return ""
    kind = {"姓": "name", "名": "name", "关": "relation"}.get(found.group(1)[0], "phone")
    return f"contact_{kind}"


def ending_field(heading: str) -> str:
    """The field whose longest name the heading ends with: a hint, for values to confirm.

    >>> ending_field("剩余未还本金"), ending_field("Total Outstanding Principal Balance")
    ('principal', 'principal')
    """
    name = normal_heading(_BRACKETS.sub("", _flat(heading)))
    fits = [known for known in SYNONYMS if len(known) >= 2 and name.endswith(known)]
    return SYNONYMS[max(fits, key=len)] if fits else ""


def _flat(heading: str) -> str:
    return unicodedata.normalize("NFKC", heading).lower().translate(_SIMPLE).strip()


SYNONYMS: dict[str, str] = {
    normal_heading(heading): field for heading, field in json.loads(_DATA.read_text()).items()
}

VARIANTS: dict[str, str] = {
    normal_heading(heading): field
    for field, headings in json.loads(_VARIANTS.read_text()).items()
    for heading in headings
}
"""Names that stand for a field where no usual one does."""

ELSE = {"放款机构": "original_creditor", "bankruptcy": "litigation_status"}
"""What an ambiguous heading means if its first meaning is taken, or its values say so."""
