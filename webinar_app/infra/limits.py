"""Token buckets: how often somebody may do something."""

import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Bucket:
    """`rate` tokens a second up to `burst`; `take` says whether one was left."""

    rate: float
    burst: float
    tokens: float = field(default=-1.0)
    at: float = field(default_factory=time.monotonic)

    def take(self, now: float | None = None) -> bool:
        """Take one token, if there is one."""
        now = time.monotonic() if now is None else now
        have = self.burst if self.tokens < 0 else min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        self.tokens = have - 1 if have >= 1 else have
        return have >= 1
