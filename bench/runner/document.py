"""Puts what was measured between the marks of a document."""

BEGIN = "<!-- bench/run --write-docs: begin -->"
END = "<!-- bench/run --write-docs: end -->"


def replaced(text: str, body: str) -> str:
    """The document with `body` between its marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The document has no place for the table: it lacks '{BEGIN}' or '{END}'.")
    return f"{before}{BEGIN}\n\n{body.strip()}\n\n{END}{after}"
