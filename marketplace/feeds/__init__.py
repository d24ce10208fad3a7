"""Feeds: the files of balances and of payments that a lender's system sends day by day.

A feed:        draft --approve--> active --pause--> paused --approve--> active

A delivery, from the drop folder, a program or a person:

    received --job--> applied
       ^  |
       |  +--> waiting --discard--> discarded
       |          | confirm_columns, accept
       +----------+

Payments are judged by `intake`, which keeps their months: `judge_delivery` is its way in.

Absent is not paid: a snapshot without a known case flags it, a delta says nothing of it. Two
due days without a newer balance stop contact with the feed's cases: the gate asks.
"""

from marketplace.feeds.arranging import FeedTerms, approve, change, draw_up, pause
from marketplace.feeds.due import DueTimes, due_times
from marketplace.feeds.folder import PICK_UP
from marketplace.feeds.judging import apply, judge_delivery, keep_issues, must_wait
from marketplace.feeds.keys import KeyHolder, holder_of, make_key, note_use, revoke_key
from marketplace.feeds.lateness import Punctuality, is_locked, punctuality, watch_feeds
from marketplace.feeds.missing import Expected, look_into
from marketplace.feeds.models import (
    Contents,
    DeliveryChannel,
    DeliveryStatus,
    Feed,
    FeedAbsence,
    FeedAlarm,
    FeedDelivery,
    FeedIssue,
    FeedKey,
    FeedStatus,
    Semantics,
)
from marketplace.feeds.payment_columns import PAYMENT_FIELDS, require_payment_columns
from marketplace.feeds.queries import (
    AbsenceLine,
    FeedLine,
    IssueLine,
    IssuePage,
    absences_of,
    absent_since,
    alarms_of,
    deliveries_of,
    delivery_codes,
    feed_lines,
    holidays_known_to,
    issues_of,
    keys_of,
    owned_delivery,
    owned_feed,
)
from marketplace.feeds.receiving import (
    NEVER_ACCEPTED,
    TAKE_IN_PAYMENTS,
    FeedClosed,
    KeyReused,
    accept,
    confirm_columns,
    discard,
    receive,
)
from marketplace.feeds.taking import take_in

__all__ = [
    "NEVER_ACCEPTED",
    "PAYMENT_FIELDS",
    "PICK_UP",
    "TAKE_IN_PAYMENTS",
    "AbsenceLine",
    "Contents",
    "DeliveryChannel",
    "DeliveryStatus",
    "DueTimes",
    "Expected",
    "Feed",
    "FeedAbsence",
    "FeedAlarm",
    "FeedClosed",
    "FeedDelivery",
    "FeedIssue",
    "FeedKey",
    "FeedLine",
    "FeedStatus",
    "FeedTerms",
    "IssueLine",
    "IssuePage",
    "KeyHolder",
    "KeyReused",
    "Punctuality",
    "Semantics",
    "absences_of",
    "absent_since",
    "accept",
    "alarms_of",
    "apply",
    "approve",
    "change",
    "confirm_columns",
    "deliveries_of",
    "delivery_codes",
    "discard",
    "draw_up",
    "due_times",
    "feed_lines",
    "holder_of",
    "holidays_known_to",
    "is_locked",
    "issues_of",
    "judge_delivery",
    "keep_issues",
    "keys_of",
    "look_into",
    "make_key",
    "must_wait",
    "note_use",
    "owned_delivery",
    "owned_feed",
    "pause",
    "punctuality",
    "receive",
    "require_payment_columns",
    "revoke_key",
    "take_in",
    "watch_feeds",
]
