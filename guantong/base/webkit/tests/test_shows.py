"""Values as people read them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from guantong.base.webkit import shows
from guantong.kernel.clock import frozen_at


def test_a_day_is_written_in_chinese():
    assert shows.show_day(date(2026, 11, 2)) == "2026年11月2日"
    assert shows.show_day("2026-11-02") == "2026年11月2日"
    assert shows.show_day(None) == ""


def test_a_moment_is_shown_in_china_time():
    moment = datetime(2026, 11, 22, 23, 5, tzinfo=UTC)
    assert shows.show_moment(moment) == "2026年11月23日 07:05"
    assert shows.show_day(moment) == "2026年11月23日"


def test_a_passed_day_is_said_to_have_passed():
    with frozen_at(date(2025, 10, 15)):
        assert shows.show_due(date(2025, 10, 15)) == "2025年10月15日前"
        assert shows.show_due(date(2025, 10, 14)) == "已超过2025年10月14日的期限"


def test_numbers_have_separators_and_no_false_precision():
    assert shows.show_number(1234567) == "1,234,567"
    assert shows.show_number(Decimal("1234.50")) == "1,234.5"
    assert shows.show_number(Decimal("1000")) == "1,000"
    assert shows.show_number(Fraction(1, 3), 2) == "0.33"
    assert shows.show_number(None) == "—"


def test_amounts_of_credits():
    assert shows.show_amount(150) == "1.5"
    assert shows.show_amount(None) == "—"


def test_masks():
    assert shows.mask("990101200503070018") == "9901**********0018"
    assert shows.mask_name("王小明") == "王*明"
    assert shows.mask_name("李明") == "李*"
    assert shows.mask_name("") == ""


def test_sizes_and_shares():
    assert shows.show_size(900) == "900 字节"
    assert shows.show_size(1536) == "1.5 KB"
    assert shows.show_size(2 * 1024 * 1024) == "2.0 MB"
    assert shows.show_percent(Fraction(1, 8)) == "12.5%"
