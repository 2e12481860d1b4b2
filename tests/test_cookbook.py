"""docs/cookbook.md: twenty questions, each told in both languages, each with what really comes back.

Blocks fenced as `console` are put to the shipped data, by test_readme.py, which reads every page of docs/. Those fenced as `console invented`
need figures through time: they are put to the project in tests/cookbook/, whose figures are invented, as the page says.
With ANSINH_REWRITE_EXAMPLES=1 a page that differs is written anew (and the test fails once more): read the diff.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "cookbook.md"
INVENTED: Final = ROOT / "tests" / "cookbook" / "raw"
TEXT: Final = PAGE.read_text(encoding="utf-8")
MARKED: Final = re.compile(r"[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE)
QUESTIONS: Final = re.findall(r"^## (\d+)\. ([^\n|]+) \| ([^\n|]+)\n(.*?)(?=^## )", TEXT, flags=re.MULTILINE | re.DOTALL)


def shown_in(kind: str) -> list[tuple[str, str]]:
    """What is typed in the blocks of one kind, and what the page says comes back."""
    blocks = re.findall(rf"^```{kind}\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)
    return [found for block in blocks for found in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, flags=re.MULTILINE)]


@pytest.fixture(scope="module")
def invented(ansinh: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the invented figures, published."""
    folder = tmp_path_factory.mktemp("cookbook")
    shutil.copytree(INVENTED, folder / "raw")
    done = subprocess.run([ansinh, "run"], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_there_are_twenty_questions_numbered_and_asked_in_both_languages() -> None:
    assert [number for number, *_ in QUESTIONS] == [str(number) for number in range(1, 21)]
    assert all(vi.endswith("?") and en.endswith("?") for _, vi, en, _ in QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question[2])
def test_a_question_is_explained_and_answered(question: tuple[str, str, str, str]) -> None:
    *_, body = question
    explanation, _, answer = body.partition("```console")
    vi, en = re.split(r" \|\s", explanation, maxsplit=1)
    assert len([word for word in vi.split() if MARKED.search(word)]) >= 5, "explained in Vietnamese"
    assert len(re.findall(r"\b(?:the|an?|is|are|of|to|in|it|by|with|and)\b", en)) >= 2, "explained in English"
    assert "\n$ " in answer


def test_invented_figures_are_called_so_on_the_page_and_in_their_files() -> None:
    numbers = [number for number, *_, body in QUESTIONS if "```console invented" in body]
    assert f"Questions {numbers[0]} to {numbers[-1]} need" in TEXT
    assert "**figures are\ninvented**" in TEXT
    for source in INVENTED.glob("*/source.toml"):
        assert "Invented figures" in source.read_text(encoding="utf-8")
        lines = source.with_name("figures.csv").read_text(encoding="utf-8").splitlines()[1:]
        assert all("giả định" in line for line in lines)


def test_the_invented_project_answers_as_the_page_says(invented: Path) -> None:
    surroundings = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "120", "NO_COLOR": "1"}
    text, differs = TEXT, []
    for typed, shown in shown_in("console invented"):
        done = subprocess.run(  # noqa: S602  the page is ours, and a reader types it into a shell
            typed, shell=True, cwd=invented, env=surroundings, capture_output=True, text=True, encoding="utf-8", check=False
        )
        came = "".join(f"{line.rstrip()}\n" for line in (done.stdout + done.stderr).splitlines())
        if came != shown:
            differs.append(f"$ {typed}\n--- shown\n{shown}--- came\n{came}")
            text = text.replace(f"$ {typed}\n{shown}", f"$ {typed}\n{came}")
    if differs and os.environ.get("ANSINH_REWRITE_EXAMPLES"):
        PAGE.write_text(text, encoding="utf-8")
    assert differs == []
