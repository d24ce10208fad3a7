"""The words lenders use for the values of closed lists, and what fields there are."""

from marketplace.compliance import HoldReason
from marketplace.portfolios.models import Product
from marketplace.portfolios.wording import normal_heading

AMOUNTS = ("loan_amount", "principal", "interest", "penalty_fees", "placed_balance")
REQUIRED_DATES = ("open_date", "balance_as_of", "placement_start", "recall_due")
PHONES = ("mobile", "mobile_alt")
TEXTS = ("remarks", "address_home", "address_register", "employer", "contact_name")
MONEY = frozenset((*AMOUNTS, "credit_limit", "last_payment_amount"))
"""Fields whose columns have a unit."""
IDENTIFIERS = ("lender_case_no", "contract_no", "account_no", "id_no")
CODED = frozenset((
    "debtor_name", *IDENTIFIERS, *PHONES, *MONEY, *REQUIRED_DATES, "first_overdue_date",
    "last_payment_date", "written_off_date", "maturity_date", "birth_date", "limitation_date",
    "assignment_notice_date", "contact_name", "contact_phone",
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
    "assignment_notice_date", "consent", "score", "remarks",
)  # fmt: skip
"""What a column can be mapped to, beside `feature:<name>`."""

MANY = frozenset((
    "penalty_fees", "mobile_alt", "hold_flags", "remarks", "address_home",
    "contact_name", "contact_phone", "contact_relation", "region_code",
))  # fmt: skip
"""Fields that several columns may fill."""

NAMES_A_CASE = frozenset((
    "lender_case_no", "contract_no", "account_no", "debtor_name", "id_no",
))  # fmt: skip
"""Headings of which a list of cases has at least one; a summary has none."""

TOTALS = (
    "合计", "总计", "小计", "汇总", "合計", "總計", "小計", "匯總", "total", "totals",
    "subtotal", "grandtotal",
)  # fmt: skip
"""With what a row of sums begins, without spaces and in small letters."""

FEATURE = "feature:"
PROTECTED = frozenset((
    "gender", "sex", "female", "male", "age", "birth_date", "dob", "ethnicity", "race",
    "nationality", "religion", "marital_status", "disability", "health", "hukou", "性别",
    "年龄", "民族", "宗教", "婚姻状况", "户籍",
))  # fmt: skip
"""Attributes of a person that are never kept as features: nobody is valued by them."""

REGION_RANK = (
    "省份", "省", "所在省", "province", "state", "region", "地区", "催收区域", "country",
    "城市", "市", "city", "区县", "zip", "zipcode", "zip5", "zipcode5",
    "postalcode", "postcode",
)  # fmt: skip
"""Of several region columns the first of these is used."""

ZIPS = frozenset(("zip", "zipcode", "zip5", "zipcode5", "postalcode", "postcode"))
ZERO_STATES = ("CT", "MA", "ME", "NH", "NJ", "RI", "VT")
"""States whose zip codes begin with a zero, which spreadsheets drop."""

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

ISO_4217 = frozenset((
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD",
    "BDT", "BGN", "BHD", "BIF", "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN",
    "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DJF",
    "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS",
    "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR",
    "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW",
    "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA",
    "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD",
    "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN",
    "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD",
    "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT",
    "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VED",
    "VES", "VND", "VUV", "WST", "XAF", "XCD", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWL",
))  # fmt: skip
"""Currency codes that a cell may hold."""

CURRENCIES = {"RMB": "CNY", "人民币": "CNY", "CNH": "CNY", "元": "CNY"}

FLAG_VALUES: dict[str, HoldReason] = {
    **dict.fromkeys(
        (
            "停催",
            "停止联系",
            "暂停",
            "stop",
            "cease",
            "do not call",
            "do not contact",
            "stop contact",
            "cease and desist",
        ),
        HoldReason.STOP_CONTACT,
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
    "scra": HoldReason.BREATHING_SPACE,
}
FLAG_YES = ("y", "yes", "是", "1", "true", "有")
FLAG_NO = ("n", "no", "否", "0", "false", "无", "正常", "normal")
