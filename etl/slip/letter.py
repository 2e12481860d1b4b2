"""The letter: a slip put into polite official Vietnamese, as blocks that both forms can draw.

A slip asks, it does not accuse: which of several printed numbers is wrong, and whether any is, only the publisher knows.

Belongs here: the words and their order. Elsewhere: what is asked (slips.py), how a block is drawn (markdown.py, document.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from etl.report.notation import format_number
from etl.slip.slips import MOST_SUGGESTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from etl.slip.slips import Publication, Question, Quote, Slip


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
_MAKER: Final = "……/……/………… Người lập: ……………………………………"
_NOWHERE: Final = "–"
_LOCATOR: Final = re.compile(r"\bp(\d+)#(\d+)(?:-(\d+))?")  # paragraph and characters, as figures.csv gives them
_UNITS: Final = {"VND": "đồng"}
_NOBODY: Final = "Cơ quan công bố tài liệu"
_SENDER: Final = "…………………………………………………"


def letter(slip: Slip) -> tuple[Block, ...]:
    """The whole slip."""
    return tuple(_blocks(slip))


def _blocks(slip: Slip) -> Iterator[Block]:
    yield Block(Form.TITLE, ("PHIẾU ĐỀ NGHỊ RÀ SOÁT SỐ LIỆU",))
    yield _text("Kính gửi:", slip.publisher or _NOBODY)
    yield _text("Đơn vị đề nghị:", _SENDER)
    if len(slip.publications) == 1:
        yield _text("Tài liệu:", _titled(slip.publications[0]))
    else:
        yield _text("Tài liệu:", "")
        yield Block(Form.LIST, tuple(_titled(publication) for publication in slip.publications))
    yield _text("Ngày xét:", f"{_day(slip.evaluated_on)} (bản công bố {slip.snapshot})")
    yield _text("Ngày lập phiếu:", _MAKER)
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
    yield _text("Quan hệ cần thỏa mãn:", f"{question.label} (quy tắc {question.rule}).")
    yield _text("Phép tính:", sentence)
    if question.tolerance:  # 0 is said by the sentence: the numbers are printed without a word like "about"
        yield _text("Sai số làm tròn tối đa của các số đã in:", format_number(question.tolerance, "vi"))
    if question.cause is not None:
        yield _text("Chỗ có thể là nguyên nhân chung của nhiều điểm:", _in_words(question.cause))
    if suggestions := _suggested(question):
        yield _text("Một số khả năng, chỉ để tham khảo:", "")
        yield Block(Form.LIST, suggestions)
    yield _text("Ý kiến của Quý cơ quan:", "")
    yield Block(Form.LIST, _ANSWERS)


def _suggested(question: Question) -> tuple[str, ...]:
    """What could be behind it. What is only to be confirmed most often has the explanation that the rule itself names, so that stands first."""
    known = (question.rationale,) if question.severity == "warning" and question.rationale else ()
    told = [_in_words(text) for text in (*known, *question.suggestions)[:MOST_SUGGESTED]]
    return tuple(text[:1].upper() + text[1:] for text in told)


def _subject(question: Question) -> tuple[str, str]:
    """What the question is about, and the rest of its sentence: the sentence of a finding names its subject before a colon."""
    subject, is_split, rest = question.message.partition(": ")
    return (subject, rest[:1].upper() + rest[1:]) if is_split and len(subject) <= _LONGEST_HEADING else (question.label, question.message)


def _row(quote: Quote) -> tuple[str, str, str]:
    place = ", ".join(part for part in (quote.document, _in_words(quote.locator or "")) if part) or _NOWHERE
    unit = _UNITS.get(quote.unit or "", quote.unit)
    is_told = unit is None or re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", quote.text, re.IGNORECASE) is not None
    told = f"“{quote.text}”" if is_told else f"“{quote.text}” ({unit})"
    return told, f"{quote.what} ({quote.about})" if quote.about else quote.what, place


def _in_words(text: str) -> str:
    """A text whose locators are written out: p30#6784-6789 is "đoạn 30, ký tự 6784–6789"."""
    return _LOCATOR.sub(lambda found: f"đoạn {found[1]}, ký tự {found[2]}" + (f"–{found[3]}" if found[3] else ""), text)


def _text(lead: str | None, text: str) -> Block:
    return Block(Form.TEXT, (text,), lead=lead)


def _titled(publication: Publication) -> str:
    return publication.title if publication.published is None else f"{publication.title}, công bố ngày {_day(publication.published.isoformat())}"


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{day}/{month}/{year}"
