#!/usr/bin/python3
"""No brace-made temporary and no capturing lambda inside an expression with co_await.

g++ 12.2 destroys such a temporary twice, without a warning, when its destructor is not trivial. Whether it is trivial
cannot be seen here, so none is allowed: name the object first. Captures by reference and of `this` are trivial.
For the same reason no parameter of a function that returns task<> has a default made of braces.

A line that ends in a comment `// awaits: <why this is harmless>` is let through.
"""

import re

import sources

TOKEN = re.compile(r"[A-Za-z_]\w*|\d[\w.']*|::|->|\"\"|\S")
CLOSING = {"(": ")", "[": "]", "{": "}"}
OPENING = {closing: opening for opening, closing in CLOSING.items()}
HEADS_OF_STATEMENTS = {"if", "while", "for", "switch", "catch"}
KEYWORDS_BEFORE_A_VALUE = {"return", "co_return", "co_await", "co_yield", "throw", "case"}
BRACE = "a brace-made temporary inside an expression with co_await; name it first"
LAMBDA = "a capturing lambda inside an expression with co_await; name it first"
DEFAULT = "a default argument made of braces on a function that returns task<>; overload it instead"


class Code:
    """The tokens of one text, with the matching bracket of each bracket."""

    def __init__(self, text: str):
        found = list(TOKEN.finditer(sources.without_comments_and_strings(text)))
        self.tokens = [match[0] for match in found]
        source = found[0].string if found else ""
        self.lines = []
        line, last = 1, 0
        for match in found:
            line += source.count("\n", last, match.start())
            last = match.start()
            self.lines.append(line)
        self.partner: dict[int, int] = {}
        stack: list[int] = []
        for index, token in enumerate(self.tokens):
            if token in CLOSING:
                stack.append(index)
            elif token in OPENING and stack and self.tokens[stack[-1]] == OPENING[token]:
                self.partner[index] = stack.pop()
                self.partner[self.partner[index]] = index

    def token(self, index: int) -> str:
        return self.tokens[index] if 0 <= index < len(self.tokens) else ";"

    def is_value(self, index: int) -> bool:
        """Whether the token can end a value or a name, so that `[` after it is a subscript."""
        token = self.token(index)
        return token in (")", "]", '""') or (re.match(r"\w", token) is not None and token not in KEYWORDS_BEFORE_A_VALUE)

    def opens_block(self, index: int) -> bool:
        """Whether the `{` here opens statements and not a value."""
        before = self.token(index - 1)
        if before in (")", "{", "}", ";", ":", "else", "do", "try", "mutable", "noexcept", "const", "override", "final"):
            return True
        if before == "]":  # a lambda without parameters, or an array's initialiser
            return not self.is_value(self.partner.get(index - 1, 0) - 1)
        back = index - 1  # `) -> task<void> {`
        while re.match(r"[\w<>:*&,]", self.token(back)) or self.token(back) == "::":
            back -= 1
        return self.token(back) == "->" and self.token(back - 1) in (")", "]", "mutable", "noexcept")

    def declares(self, index: int) -> bool:
        """Whether the `{` here initialises a variable: `Type name{` or `Type name = {`."""
        back = index - 1
        if self.token(back) == "=":
            back -= 1
        named = re.match(r"[A-Za-z_]", self.token(back)) is not None
        before = self.token(back - 1)
        return named and (before in (">", "&", "*") or (re.match(r"\w", before) and before not in KEYWORDS_BEFORE_A_VALUE))

    def expression_around(self, index: int) -> range:
        """The full expression that holds the token here."""
        return range(self._begin(index), self._end(index))

    def _begin(self, index: int) -> int:
        at = index - 1
        while at >= 0:
            token = self.tokens[at]
            if token == ";":
                break
            if token == "}" and self.token(at + 1) not in (",", ")", ".", "]", "}"):
                break
            if token in OPENING:
                at = self.partner.get(at, at)
            elif token == "{" and (self.opens_block(at) or self.declares(at)):
                break
            elif token == "(" and (self.token(at - 1) in HEADS_OF_STATEMENTS or self.token(at - 2) in HEADS_OF_STATEMENTS):
                break
            at -= 1
        return at + 1

    def _end(self, index: int) -> int:
        at = index
        while at < len(self.tokens):
            token = self.tokens[at]
            if token == ";":
                break
            if token in CLOSING:
                at = self.partner.get(at, at)
            elif token in OPENING:
                opening = self.partner.get(at, 0)
                if token == ")" and (
                    self.token(opening - 1) in HEADS_OF_STATEMENTS or self.token(opening - 2) in HEADS_OF_STATEMENTS
                ):
                    break
                if token == "}" and (self.opens_block(opening) or self.declares(opening)):
                    break
            at += 1
        return at


def faults_in_expression(code: Code, expression: range) -> list[tuple[int, str]]:
    """Line and sentence of each fault; the bodies of lambdas are expressions of their own."""
    faults = []
    at = expression.start
    while at < expression.stop:
        token = code.tokens[at]
        if token == "[" and code.token(at + 1) == "[":  # an attribute
            at = code.partner.get(at, at)
        elif token == "[" and not code.is_value(at - 1):
            close = code.partner.get(at, at)
            if captures_something(code.tokens[at + 1 : close]):
                faults.append((code.lines[at], LAMBDA))
            at = close
        elif token == "{" and code.opens_block(at):
            at = code.partner.get(at, at)
        elif token == "{":
            faults.append((code.lines[at], BRACE))
            at = code.partner.get(at, at)
        at += 1
    return faults


def captures_something(tokens: list[str]) -> bool:
    """Whether a capture list holds anything but references and `this`."""
    depth = 0
    first = True
    for position, token in enumerate(tokens):
        if first and token not in ("&", "this"):
            return True
        if first and token == "&" and position + 1 < len(tokens) and tokens[position + 1] == "&":
            return True
        first = False
        if token in CLOSING:
            depth += 1
        elif token in OPENING:
            depth -= 1
        elif token == "," and depth == 0:
            first = True
    return False


def faults_in_defaults(code: Code) -> list[tuple[int, str]]:
    """`task<…> name(…, Options options = {})`"""
    faults = []
    for index, token in enumerate(code.tokens):
        if token != "task" or code.token(index + 1) != "<":
            continue
        at = index + 1
        while at < len(code.tokens) and code.tokens[at] not in ("(", ";", "{", "}"):
            at += 1
        if code.token(at) != "(" or not re.match(r"[A-Za-z_]", code.token(at - 1)):
            continue
        for inner in range(at, code.partner.get(at, at)):
            if code.tokens[inner] == "=" and "{" in (code.token(inner + 1), code.token(inner + 2)):
                faults.append((code.lines[inner], DEFAULT))
    return faults


def faults_of(text: str) -> list[tuple[int, str]]:
    code = Code(text)
    faults = set(faults_in_defaults(code))
    for index, token in enumerate(code.tokens):
        if token == "co_await":
            faults.update(faults_in_expression(code, code.expression_around(index)))
    lines = text.splitlines()
    return sorted((line, fault) for line, fault in faults if "// awaits:" not in lines[line - 1])


def main() -> None:
    faults = []
    paths = sources.files("src", "examples", "tests", "bench", suffixes=(".hpp", ".cpp"))
    for path in paths:
        text = path.read_text()
        if "task" in text or "co_await" in text:
            faults += [f"{sources.place(path, line)}: {fault}." for line, fault in faults_of(text)]
    sources.report(faults, f"{len(paths)} files: no dangerous temporary beside a co_await.")


if __name__ == "__main__":
    main()
