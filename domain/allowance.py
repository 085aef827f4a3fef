"""How much a channel may still take: a token bucket with a part kept for legal notices. Pure."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Bucket:
    """`most` tokens at once, `per_minute` new ones, of which `reserve` are kept for legal notices."""

    most: float
    per_minute: float
    reserve: float


BUCKETS = {
    "wecom_robot": Bucket(10, 10, 4),
    "dingtalk_robot": Bucket(10, 10, 4),
}
"""A full bucket and a minute's refill together stay within 20 messages in any minute. Source: WeCom and DingTalk
documents, 20 messages a minute and robot."""


def refilled(tokens: float, age: timedelta, bucket: Bucket) -> float:
    """Return the tokens after `age`, never more than the bucket holds; a clock set back adds none."""
    fresh = max(age / timedelta(minutes=1), 0) * bucket.per_minute
    return min(tokens + fresh, bucket.most)


def wait_for(tokens: float, bucket: Bucket, *, legal: bool) -> timedelta:
    """Return how long until one message may go; zero where it may at once. Only legal ones use the reserve."""
    missing = 1 + (0 if legal else bucket.reserve) - tokens
    return timedelta(minutes=max(missing, 0) / bucket.per_minute)
