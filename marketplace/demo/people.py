"""Invented debtors: names, resident identity numbers that check, mobiles, addresses."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from marketplace.core.checks import resident_id_check_digit
from marketplace.portfolios import Person

SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万"
)
GIVEN = tuple(
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红梅建国志文斌波辉宁飞鹏雪琳晨宇欣怡佳俊豪子涵浩然梓轩思彤雨桐博文"
)

PROVINCES: dict[str, tuple[str, float]] = {
    "11": ("北京", 2.2), "12": ("天津", 1.4), "13": ("河北", 7.4), "14": ("山西", 3.5),
    "15": ("内蒙古", 2.4), "21": ("辽宁", 4.2), "22": ("吉林", 2.3), "23": ("黑龙江", 3.1),
    "31": ("上海", 2.5), "32": ("江苏", 8.5), "33": ("浙江", 6.6), "34": ("安徽", 6.1),
    "35": ("福建", 4.2), "36": ("江西", 4.5), "37": ("山东", 10.2), "41": ("河南", 9.9),
    "42": ("湖北", 5.8), "43": ("湖南", 6.6), "44": ("广东", 12.7), "45": ("广西", 5.0),
    "46": ("海南", 1.0), "50": ("重庆", 3.2), "51": ("四川", 8.4), "52": ("贵州", 3.9),
    "53": ("云南", 4.7), "54": ("西藏", 0.4), "61": ("陕西", 3.9), "62": ("甘肃", 2.5),
    "63": ("青海", 0.6), "64": ("宁夏", 0.7), "65": ("新疆", 2.6),
}  # fmt: skip
"""Of each province code: its name, and its people in tens of millions, roughly."""

PROVINCE_CODES = tuple(PROVINCES)
_WEIGHTS = np.array([weight for _name, weight in PROVINCES.values()])
PROVINCE_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True)
class Debtors:
    """Many invented people at once."""

    people: list[Person]
    region: list[str]


def invent(
    n: int, rng: np.random.Generator, *, today: date, taken: set[str] | None = None
) -> Debtors:
    """`n` adults, spread over the provinces like their inhabitants; none of those `taken`."""
    taken = set() if taken is None else taken
    region = rng.choice(PROVINCE_CODES, size=n, p=PROVINCE_WEIGHTS)
    age_days = np.clip(rng.normal(43.5, 9.0, n), 20, 75) * 365.25
    surname = rng.integers(0, len(SURNAMES), n)
    first, second = rng.integers(0, len(GIVEN), n), rng.integers(0, len(GIVEN), n)
    county, order = rng.integers(1, 30, n), rng.integers(1, 1000, n)
    # Counting keeps the numbers different; the factor keeps them from looking counted.
    start = int(rng.integers(0, 10**8))
    people = []
    for i in range(n):
        birth = today - timedelta(days=int(age_days[i]))
        stem = f"{region[i]}01{county[i]:02d}{birth:%Y%m%d}{order[i]:03d}"
        while stem in taken:
            stem = f"{stem[:-3]}{rng.integers(1, 1000):03d}"
        taken.add(stem)
        number = (start + i * 7_919) % 10**8
        given = GIVEN[first[i]] + (GIVEN[second[i]] if i % 3 else "")
        people.append(
            Person(
                name=SURNAMES[surname[i]] + given,
                id_no=stem + resident_id_check_digit(stem),
                mobile=f"1{(3, 5, 8, 9)[i % 4]}{i % 10}{number:08d}",
                address=f"{PROVINCES[str(region[i])][0]}某市某区{i % 997 + 1}号",
            )
        )
    return Debtors(people, [str(code) for code in region])
