"""How the money of a posting came, in the words that ledgers use for it."""

from marketplace.casework import PaymentMethod

_WORDS = {
    PaymentMethod.VOLUNTARY: "by the debtor, transfer, cash, 主动还款, 自主还款, 正常还款,"
    " 客户还款, 还款, 转账",
    PaymentMethod.AUTO_DEBIT: "direct debit, 代扣, 自动代扣, 自动扣款, 批扣, 扣款",
    PaymentMethod.SET_OFF: "offset, 抵扣, 抵销, 抵消",
    PaymentMethod.INSURER: "insurance, guarantor, 担保代偿, 代偿, 保险理赔, 理赔",
    PaymentMethod.COURT: "enforcement, 法院执行, 强制执行, 执行回款, 诉讼回款",
    PaymentMethod.COLLATERAL: "collateral sale, 处置, 抵押物处置, 资产处置, 拍卖",
    PaymentMethod.PREPAYMENT: "early repayment, 提前还款, 提前结清",
    PaymentMethod.REFUND: "refunded, 退款, 退费",
}


def _bare(written: str) -> str:
    return " ".join(written.casefold().replace("_", " ").replace("-", " ").split())


_METHOD_OF = {
    _bare(word): method
    for method, words in _WORDS.items()
    for word in (method.value, *words.split(","))
}


def method_of(written: str) -> PaymentMethod | None:
    """The way of paying that a word means: the debtor's own, if there is no word.

    >>> method_of("代扣"), method_of("Set-off"), method_of(""), method_of("barter")
    (<PaymentMethod.AUTO_DEBIT: 'auto_debit'>, <PaymentMethod.SET_OFF: 'set_off'>, \
<PaymentMethod.VOLUNTARY: 'voluntary'>, None)
    """
    bare = _bare(written)
    return _METHOD_OF.get(bare) if bare else PaymentMethod.VOLUNTARY
