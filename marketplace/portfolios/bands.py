"""How cases are grouped for bidding and comparing: by region, age and score.

One definition, as SQL over `cases c`, so that the grid that was bid on is the grid that is
awarded and the grid on which past work is summed.
"""

REGION_GROUPS = (
    "north",
    "northeast",
    "east",
    "central_south",
    "southwest",
    "northwest",
    "other",
)
AGE_BANDS = ("0-180", "181-365", "366-730", "731-1460", "1461+")
SCORE_BANDS = ("no_score", "low", "high")

REGION_GROUP_SQL = """CASE left(c.region, 1)
  WHEN '1' THEN 'north' WHEN '2' THEN 'northeast' WHEN '3' THEN 'east'
  WHEN '4' THEN 'central_south' WHEN '5' THEN 'southwest' WHEN '6' THEN 'northwest'
  ELSE 'other' END"""

AGE_BAND_SQL = """CASE WHEN c.dpd <= 180 THEN '0-180' WHEN c.dpd <= 365 THEN '181-365'
  WHEN c.dpd <= 730 THEN '366-730' WHEN c.dpd <= 1460 THEN '731-1460' ELSE '1461+' END"""

SCORE_BAND_SQL = """CASE WHEN c.score IS NULL THEN 'no_score'
  WHEN c.score < 580 THEN 'low' ELSE 'high' END"""


def age_band(dpd: int) -> str:
    """The band of a number of days past due."""
    for band, last in zip(AGE_BANDS, (180, 365, 730, 1460), strict=False):
        if dpd <= last:
            return band
    return AGE_BANDS[-1]
