"""The lint for co_await finds what g++ 12.2 breaks, and leaves the rest alone."""

import awaits
import pytest


def faults(code: str) -> list[str]:
    return [fault for _, fault in awaits.faults_of(f"task<void> f() {{\n{code}\n}}\n")]


@pytest.mark.parametrize(
    "code",
    [
        'co_await publish(self, {.node = "x"});',
        "auto answer = co_await request(to, Query{});",
        "auto answer = co_await request(to, Query{.a = 1}, timeout);",
        "co_return g({a, b}, co_await h());",
        "if (auto r = co_await f(X{1}); r) {}",
        "if (co_await f(X{1})) { g(); }",
        "co_await f(std::vector<int>{1, 2});",
        "co_return Answer{co_await h()};",
        "send(Answer{.value = co_await h()});",
        "auto r = co_await\n    f({}\n);",
        "for (auto& x : co_await f({1})) g(x);",
    ],
)
def test_braces(code):
    assert faults(code) == [awaits.BRACE]


@pytest.mark.parametrize(
    "code",
    [
        "co_await f([x] { return x; });",
        "co_await f([=] { return x; });",
        "co_await f([&, x = std::move(y)](int z) mutable { return x; });",
        "co_await f([x]() -> task<void> { co_return; });",
        "co_await f([*this] {});",
        "auto y = co_await f(1, [p = g(1, 2)] { return X{1}; });",
    ],
)
def test_lambdas(code):
    assert faults(code) == [awaits.LAMBDA]


@pytest.mark.parametrize(
    "code",
    [
        'PublishOptions options{.node = "x"}; co_await publish(self, std::move(options));',
        "auto r = co_await f(X(1), [&] { return X{1}; });",
        "co_await f([this, &x](int a) { g({a}); });",
        "co_await f([] { return X{1}; });",
        "if (co_await f()) { g({1}); }",
        "if (co_await f()) { X x{1}; } else { X y{2}; }",
        "while (co_await f()) g(X{1});",
        "X x{1}; { co_await f(); } g({2});",
        "auto [a, b] = co_await f(); g(X{1});",
        "[[maybe_unused]] auto a = co_await f();",
        "g(X{1});\n co_await f();",
        "auto l = [x]() -> task<void> { co_await f(); };",
        "spawn([self]() -> task<int> { co_return co_await f(); });",
        "switch (co_await f()) { case 1: g({1}); break; default: break; }",
        "Result<X> x{co_await f()};",
        'co_await f("({a})"); // ({b})',
        "co_await f('{', table[3]);",
        "co_await f(X{1});  // awaits: X holds an int",
    ],
)
def test_harmless(code):
    assert faults(code) == []


def test_defaults():
    assert [f for _, f in awaits.faults_of("task<Info> info(Entity& self, Options options = {});")] == [awaits.DEFAULT]
    assert [f for _, f in awaits.faults_of("task<int> f(Options options = Options{});")] == [awaits.DEFAULT]
    assert awaits.faults_of("task<Info> info(Entity& self, int options = 3);\nvoid g(X x = {});") == []


def test_line_numbers():
    assert awaits.faults_of("// one\n/* two\nthree */\ntask<void> f() {\n  co_await g(\n    {1});\n}") == [(6, awaits.BRACE)]
