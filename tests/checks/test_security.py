import pytest
import security

HEADER = "struct Limits {\n    std::uint32_t stanza_bytes = 256 * 1024;  // on the wire\n    Duration opening = std::chrono::seconds(20);\n" \
    "    Limits before = {8 * 1024, 32};\n    std::size_t most =\n        10'000;\n    Duration off = Duration::zero();\n};\n"  # fmt: skip


@pytest.fixture(autouse=True)
def few_rows_do(monkeypatch):
    monkeypatch.setattr(security, "FEWEST", 1)


def faults(*rows: str) -> list[str]:
    page = "\n".join(f"| a limit | {row} |" for row in rows) + "\n"
    return security.faults_of(page, lambda name: HEADER if name == "xml/reader.hpp" else None)


@pytest.mark.parametrize(
    "row",
    [
        "256 KiB | `xml/reader.hpp`: `stanza_bytes = 256 * 1024`",
        "20 s | `xml/reader.hpp`: `opening = std::chrono::seconds(20)` and more words",
        "10,000 | `xml/reader.hpp`: `most = 10'000`",
        "8 KiB; 32 | `xml/reader.hpp`: `{8 * 1024, 32}`",
        "none | `xml/reader.hpp`: `off = Duration::zero()`",
    ],
)
def test_what_agrees(row):
    assert faults(row) == []


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("512 KiB | `xml/reader.hpp`: `stanza_bytes = 256 * 1024`", "is not"),
        ("256 bytes | `xml/reader.hpp`: `stanza_bytes = 256`", "does not stand in"),
        ("64 KiB | `xml/reader.hpp`: `stanza_bytes = 64 * 1024`", "does not stand in"),
        ("20 s | `xml/writer.hpp`: `opening = std::chrono::seconds(20)`", "there is no"),
        ("soon | `xml/reader.hpp`: `opening = std::chrono::seconds(20)`", "no number"),
        ("8 KiB; 16 | `xml/reader.hpp`: `{8 * 1024, 32}`", "is not"),
        ("8 KiB | `xml/reader.hpp`: `{8 * 1024, 32}`", "is not"),
        ("10 | `xml/reader.hpp`: `most = 10`", "does not stand in"),
    ],
)
def test_what_does_not(row, sentence):
    assert len(faults(row)) == 1 and sentence in faults(row)[0]


def test_no_table_is_a_fault():
    assert "only 0 limits" in faults()[0]
