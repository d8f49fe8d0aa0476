"""The check of the listings sees a difference, and can mend it."""

import listings

SOURCE = """#include <x>
// [handler]
    void echo() {
        // [inner]
        reply();
        // [/inner]
    }
// [/handler]
"""
HANDLER = "void echo() {\n    reply();\n}\n"


def check(tmp_path, code: str, tag: str = "#handler", language: str = "cpp") -> tuple[list[str], str]:
    (tmp_path / "main.cpp").write_text(SOURCE)
    return listings.faults_of("README.md", f"Text.\n\n<!-- from: main.cpp{tag} -->\n```{language}\n{code}```\nMore.\n", tmp_path)


def test_same(tmp_path):
    faults, corrected = check(tmp_path, HANDLER)
    assert faults == [] and HANDLER in corrected


def test_inner_section(tmp_path):
    assert check(tmp_path, "reply();\n", "#inner")[0] == []


def test_whole_file(tmp_path):
    assert check(tmp_path, "#include <x>\n    void echo() {\n        reply();\n    }\n", "")[0] == []


def test_difference_is_shown_and_mended(tmp_path):
    faults, corrected = check(tmp_path, "void echo() {\n}\n")
    assert len(faults) == 1 and "+    reply();" in faults[0]
    assert corrected == f"Text.\n\n<!-- from: main.cpp#handler -->\n```cpp\n{HANDLER}```\nMore.\n"


def test_missing_section_and_file(tmp_path):
    assert "no section" in check(tmp_path, HANDLER, "#other")[0][0]
    assert "no file" in listings.faults_of("README.md", "<!-- from: gone.cpp -->\n```cpp\n```\n", tmp_path)[0][0]


def test_cpp_must_name_its_source(tmp_path):
    assert len(listings.faults_of("README.md", "```cpp\nint x;\n```\n", tmp_path)[0]) == 1
    assert listings.faults_of("README.md", "```\n$ ./run\n```\n", tmp_path)[0] == []
