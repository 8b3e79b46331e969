"""What a number costs over its term, and why. Pure; money is integer fen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from answerable.numbers.patterns import GRADES

MINUTE_ROUNDING_ZH = "按主叫接通后每满或不满一分钟计一分钟"


@dataclass(frozen=True)
class PriceLine:
    """One reason for money."""

    zh: str
    en: str
    fen: int


@dataclass(frozen=True)
class Price:
    """The full price over the term, line by line."""

    lines: tuple[PriceLine, ...]
    term_months: int
    monthly_minimum_fen: int
    fen_a_minute: int

    @property
    def total_fen(self) -> int:
        """Sum all lines."""
        return sum(line.fen for line in self.lines)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON, with the total."""
        return asdict(self) | {"total_fen": self.total_fen}


def price(
    *,
    grade: str,
    package_zh: str,
    package_en: str,
    monthly_minimum_fen: int,
    minimum_percent: int,
    choosing_fee_fen: int,
    fen_a_minute: int,
    term_months: int,
    is_renewal: bool = False,
) -> Price:
    """Compute the price of a number of `grade` with a package: minimums over the term and the choosing fee once."""
    minimum = monthly_minimum_fen * minimum_percent // 100
    grade_zh, grade_en = GRADES[grade]
    lines = [
        PriceLine(
            f"{package_zh}：每月最低消费 {yuan(minimum)} 元 × {term_months} 个月",
            f"{package_en}: monthly minimum {yuan(minimum)} CNY × {term_months} months",
            minimum * term_months,
        )
    ]
    if choosing_fee_fen and not is_renewal:
        lines.append(
            PriceLine(
                f"{grade_zh}选号费（一次性）", f"Choosing fee for a {grade_en.lower()} number (once)", choosing_fee_fen
            )
        )
    return Price(tuple(lines), term_months, minimum, fen_a_minute)


def yuan(fen: int) -> str:
    """Write fen as yuan with two decimals."""
    return f"{fen // 100}.{fen % 100:02d}"
