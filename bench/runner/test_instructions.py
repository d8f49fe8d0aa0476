import instructions

FILE = """\
version: 1
creator: callgrind-3.19.0
events: Ir
fl=(1) reader.cpp
fn=(1) rondel::xml::read(char const*)
16 100
+2 50
cfi=(2) block.cpp
cfn=(2) rondel::(anonymous namespace)::send(int)
calls=7 +3
* 1000
-1 5
20
fn=(2)
30 900
fn=(3) memcpy
0 40
totals: 1095
"""


def test_a_functions_own_cost_is_read_without_that_of_what_it_calls():
    costs = instructions.read(FILE.splitlines())
    assert costs == {"rondel::xml::read(char const*)": 155, "rondel::(anonymous namespace)::send(int)": 900, "memcpy": 40}


def test_what_was_read_and_written_is_counted_by_itself():
    lines = ["events: Ir Dr Dw I1mr", "fn=(1) a", "1 10 4 2 1", "+1 5 1", "2 7", "fn=(2) b", "3 2 0 1", "calls=1 4", "3 99 50 40"]
    assert instructions.read(lines) == {"a": 22, "b": 2}
    assert instructions.read(lines, instructions.MEMORY) == {"a": 7, "b": 1}


def test_two_runs_of_different_length_give_the_cost_of_one_stanza():
    short, long = {"start": 1000, "read": 500}, {"start": 1000, "read": 1500, "write": 200}
    assert instructions.difference(short, long, 100) == {"read": 10, "write": 2}


def test_functions_are_told_by_where_they_live():
    costs = {"rondel::xml::a(std::string)": 1, "std::x<rondel::xml::b>": 2, "rondel::xml::(anonymous namespace)::c()": 4,
             "rondel::Entity::send(rondel::Message)": 8, "boost::asio::run()": 16, "__memcpy_avx": 32}  # fmt: skip
    assert instructions.by_place(costs) == {"rondel::xml": 5, "C++ library": 2, "rondel (stanza, service, base)": 8,
                                            "Asio": 16, "C library": 32}  # fmt: skip
