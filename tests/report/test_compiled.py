"""Templates are compiled once, and no environment sees what was put into another."""

from __future__ import annotations

from etl.report.compiled import compile_all, templates

NAME = "report.html.j2"


def test_a_template_is_compiled_once_whatever_the_environment() -> None:
    first, second = templates(), templates()
    code = first.get_template(NAME).root_render_func.__code__
    assert second.get_template(NAME).root_render_func.__code__ is code


def test_all_are_compiled_before_they_are_needed() -> None:
    compile_all()
    names = templates().list_templates(extensions=["j2"])
    assert NAME in names
    assert {name for name in names if templates().get_template(name).is_up_to_date} == set(names)


def test_what_one_environment_was_given_the_next_does_not_have() -> None:
    given = templates()
    given.globals["day"] = "today"
    given.get_template(NAME)
    assert "day" not in templates().get_template(NAME).globals


def test_markup_is_escaped_and_a_misspelt_name_is_refused() -> None:
    environment = templates()
    assert environment.autoescape
    assert environment.from_string("{{ text }}").render(text="<b>") == "&lt;b&gt;"
    assert "strict" in environment.undefined.__name__.lower()
