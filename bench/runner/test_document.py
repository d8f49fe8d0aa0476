import document

PAGE = """before
<!-- measured: bench/run --svg a.svg -->
old
<!-- /measured -->
between
<!-- measured as text: build/release/bench/readers -->
<!-- /measured -->
after
"""


def test_the_commands_are_those_that_the_document_names():
    assert document.commands(PAGE) == ["bench/run --svg a.svg", "build/release/bench/readers"]


def test_all_but_what_is_between_the_marks_stays():
    once = document.replaced(PAGE, {"bench/run --svg a.svg": "| new |\n"}.get)
    assert once == PAGE.replace("\nold\n", "\n\n| new |\n\n")
    assert document.replaced(once, {"bench/run --svg a.svg": "| new |"}.get) == once


def test_text_becomes_a_block():
    once = document.replaced(PAGE, {"build/release/bench/readers": "  a\nb\n"}.get)
    assert "bench/readers -->\n\n```text\n  a\nb\n```\n\n<!-- /measured -->" in once


def test_what_says_nothing_leaves_its_place_alone():
    assert document.replaced(PAGE, lambda command: None) == PAGE


def test_the_page_of_this_repository_has_its_table_and_no_mark_without_an_end():
    import pathlib

    page = (pathlib.Path(__file__).resolve().parents[2] / "docs/performance.md").read_text()
    assert any(command.startswith("bench/run ") for command in document.commands(page))
    assert page.count("<!-- measured") == page.count("<!-- /measured -->") == len(document.commands(page))
