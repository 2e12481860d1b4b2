"""The letter: a slip put into polite official Vietnamese, as blocks that both forms can draw.

A slip asks, it does not accuse: which of several printed numbers is wrong, and whether any is, only the publisher knows.

Belongs here: the words and their order. Elsewhere: what is asked (slips.py), how a block is drawn (markdown.py, document.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from etl.report.notation import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from etl.slip.slips import Question, Quote, Slip


class Form(StrEnum):
    """What a block is."""

    TITLE = "title"
    HEADING = "heading"
    TEXT = "text"
    LIST = "list"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Block:
    """One block: a single line, the lines of a list, or the rows of a table with its heading first. `lead` is set before the text, in bold."""

    form: Form
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    lead: str | None = None


_OPENING: Final = (
    "Khi tổng hợp số liệu an sinh xã hội từ tài liệu nêu trên, chúng tôi nhận thấy một số con số đã in chưa khớp với nhau. "
    "Kính đề nghị Quý cơ quan rà soát và cho biết ý kiến về từng điểm dưới đây. Đây là đề nghị kiểm tra, không phải kết luận số nào sai; "
    "chúng tôi giữ nguyên mọi con số như đã in cho đến khi có ý kiến trả lời."
)
_CLOSING: Final = "Trân trọng cảm ơn sự phối hợp của Quý cơ quan."
_ANSWERS: Final = (
    "☐ Các số đã in là đúng. Giải thích: …………………………………………………………",
    "☐ Cần sửa số ………………… thành ………………… Căn cứ: ……………………………………",
    "☐ Ý kiến khác: ……………………………………………………………………………………",
)
_SIGNATURE: Final = ("Đơn vị trả lời: …………………………………………………", "Ngày trả lời: ……/……/…………")
_SEVERITIES: Final = {"error": "các số không thể cùng đúng", "warning": "cần xác nhận"}
_LONGEST_HEADING: Final = 160
_NOBODY: Final = "Cơ quan công bố tài liệu"
_SENDER: Final = "…………………………………………………"


def letter(slip: Slip) -> tuple[Block, ...]:
    """The whole slip."""
    return tuple(_blocks(slip))


def _blocks(slip: Slip) -> Iterator[Block]:
    yield Block(Form.TITLE, ("PHIẾU ĐỀ NGHỊ RÀ SOÁT SỐ LIỆU",))
    yield _text("Kính gửi:", slip.publisher or _NOBODY)
    yield _text("Đơn vị đề nghị:", _SENDER)
    yield _text("Tài liệu:", f"{slip.title}{_published(slip)}")
    yield _text("Ngày xét:", f"{_day(slip.evaluated_on)} (bản công bố {slip.snapshot})")
    yield _text(None, _OPENING)
    for number, question in enumerate(slip.questions, start=1):
        yield from _asked(number, question)
    if slip.questions_left_out:
        yield _text(None, f"Còn {format_number(slip.questions_left_out, 'vi')} điểm khác, xem báo cáo chất lượng kèm theo.")
    yield _text(None, _CLOSING)
    yield Block(Form.LIST, _SIGNATURE)


def _asked(number: int, question: Question) -> Iterator[Block]:
    subject, sentence = _subject(question)
    yield Block(Form.HEADING, (f"{number}. {subject} ({_SEVERITIES[question.severity]})",))
    yield Block(Form.TABLE, rows=(("Nguyên văn", "Chỉ tiêu", "Vị trí"), *(_row(quote) for quote in question.quotes)))
    if question.quotes_left_out:
        yield _text(None, f"và {format_number(question.quotes_left_out, 'vi')} con số khác.")
    yield _text("Cần đúng:", f"{question.label} (quy tắc {question.rule}).")
    yield _text("Phép tính:", sentence)
    if question.tolerance is not None:
        yield _text("Sai số làm tròn tối đa của các số đã in:", format_number(question.tolerance, "vi"))
    if question.cause is not None:
        yield _text("Chỗ có thể là nguyên nhân chung của nhiều điểm:", question.cause)
    if question.suggestions:
        yield _text("Một số khả năng, chỉ để tham khảo:", "")
        yield Block(Form.LIST, question.suggestions)
    yield _text("Ý kiến của Quý cơ quan:", "")
    yield Block(Form.LIST, _ANSWERS)


def _subject(question: Question) -> tuple[str, str]:
    """What the question is about, and the rest of its sentence: the sentence of a finding names its subject before a colon."""
    subject, is_split, rest = question.message.partition(": ")
    return (subject, rest[:1].upper() + rest[1:]) if is_split and len(subject) <= _LONGEST_HEADING else (question.label, question.message)


def _row(quote: Quote) -> tuple[str, str, str]:
    line = None if quote.line is None else f"dòng {quote.line}"
    ours = ", ".join(part for part in (quote.source, line) if part)
    place = ", ".join(part for part in (quote.document, quote.locator) if part)
    place = f"{place} (chúng tôi ghi ở {ours})" if place else ours
    unit = f" ({quote.unit})" if quote.unit and not quote.text.endswith(quote.unit) else ""
    return f"“{quote.text}”{unit}", f"{quote.what} ({quote.about})" if quote.about else quote.what, place


def _text(lead: str | None, text: str) -> Block:
    return Block(Form.TEXT, (text,), lead=lead)


def _published(slip: Slip) -> str:
    return "" if slip.published is None else f", công bố ngày {_day(slip.published.isoformat())}"


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{day}/{month}/{year}"
