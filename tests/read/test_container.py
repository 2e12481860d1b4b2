"""The first bytes say what a file is, whatever it is called."""

from __future__ import annotations

import pytest

from etl.read.container import refuse_other_containers
from etl.read.faults import Fault


@pytest.mark.parametrize(
    ("head", "fault"),
    [
        (b"PK\x03\x04..xl/workbook.xml", Fault("figures-not-csv", found="xlsx", expected="csv")),
        (b"PK\x03\x04..[Content_Types].xml", Fault("figures-not-csv", found="xlsx", expected="csv")),
        (b"PK\x03\x04..a.txt", Fault("figures-not-csv", found="zip", expected="csv")),
        (b"\xd0\xcf\x11\xe0....", Fault("figures-not-csv", found="xls", expected="csv")),
        (b"%PDF-1.7", Fault("figures-not-csv", found="pdf", expected="csv")),
        (b"PAR1....", Fault("figures-not-csv", found="parquet", expected="csv")),
        (b"\x1f\x8b\x08", Fault("figures-not-csv", found="gzip", expected="csv")),
        (b"\xef\xbb\xbf \n<HTML><body>", Fault("figures-web-page")),
        (b"<!doctype  html><title>\n Trang\n  1 </title>", Fault("figures-web-page", found="Trang 1")),
        (b"<?xml version='1.0'?>", Fault("figures-not-csv", found="xml", expected="csv")),
        (b"<rows>", Fault("figures-not-csv", found="xml", expected="csv")),
        (b'  {"a": 1}', Fault("figures-not-csv", found="json", expected="csv")),
        (b"[1]", Fault("figures-not-csv", found="json", expected="csv")),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 77\n", Fault("figures-lfs-pointer", found="77")),
        (b"version https://git-lfs.github.com/spec/v1\n", Fault("figures-lfs-pointer")),
    ],
)
def test_what_is_no_csv_text_is_called_by_its_name(head: bytes, fault: Fault) -> None:
    assert refuse_other_containers(head) == fault


@pytest.mark.parametrize("head", [b"indicator,measure", b"\xef\xbb\xbfindicator", b"1 < 2,x", b"a\n<b,c", b"\xff\xfei\x00"])
def test_what_may_be_a_csv_text_passes(head: bytes) -> None:
    assert refuse_other_containers(head) is None
