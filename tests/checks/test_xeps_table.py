"""The check of the table of extensions sees what differs."""

import xeps_table

PING = "// XEP-0199 XMPP Ping 2.0.1. Left out: nothing.\n//\n//   ping::install(router);\n"
DISCO = "// XEP-0030 Service Discovery 2.5.0, with XEP-0128 Service Discovery Extensions\n// 1.0.1. Left out: paging.\n#pragma once\n"
HEADERS = {
    "xep/ping.hpp": PING,
    "xep/disco.hpp": DISCO,
    "xep/ask.hpp": "// What asking is made of.\n",
    "stream/component_stream.hpp": "// One side of XEP-0114.\n",
}
TABLE = """# Extensions

| XEP | name | version | where | left out |
|---|---|---|---|---|
| [0030](https://xmpp.org/extensions/xep-0030.html) | Service Discovery | 2.5.0 | `xep/disco.hpp` | paging |
| [0114](https://xmpp.org/extensions/xep-0114.html) | Jabber Component Protocol | 1.6 | `stream/component_stream.hpp` | nothing |
| [0128](https://xmpp.org/extensions/xep-0128.html) | Service Discovery Extensions | 1.0.1 | `xep/disco.hpp` | paging |
| [0199](https://xmpp.org/extensions/xep-0199.html) | XMPP Ping | 2.0.1 | `xep/ping.hpp` | nothing |
"""


def doap(*extensions: tuple[str, str, str]) -> str:
    entries = "".join(
        f"<implements><xmpp:SupportedXep><xmpp:xep rdf:resource='https://xmpp.org/extensions/xep-{number}.html'/>"
        f"<xmpp:status>{status}</xmpp:status><xmpp:version>{version}</xmpp:version></xmpp:SupportedXep></implements>"
        for number, version, status in extensions
    )
    return (
        "<rdf:RDF xmlns='http://usefulinc.com/ns/doap#' xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
        f"xmlns:xmpp='https://linkmauve.fr/ns/xmpp-doap#'><Project><name>rondel</name>{entries}</Project></rdf:RDF>"
    )


ALL = [("0030", "2.5.0", "partial"), ("0114", "1.6", "complete"), ("0128", "1.0.1", "partial"), ("0199", "2.0.1", "complete")]


def test_all_agree():
    assert xeps_table.faults_of(HEADERS, TABLE, doap(*ALL)) == []


def test_another_version_in_the_header():
    headers = HEADERS | {"xep/ping.hpp": PING.replace("2.0.1", "2.0")}
    assert len(xeps_table.faults_of(headers, TABLE, doap(*ALL))) == 2  # one row too many, one too few


def test_a_header_that_says_nothing():
    headers = HEADERS | {"xep/ping.hpp": "// XEP-0199 XMPP Ping.\n"}
    assert any("first line" in fault for fault in xeps_table.faults_of(headers, TABLE, doap(*ALL)))


def test_a_row_without_a_header():
    headers = {where: text for where, text in HEADERS.items() if where != "xep/ping.hpp"}
    assert len(xeps_table.faults_of(headers, TABLE, doap(*ALL))) == 1


def test_another_floor_must_name_its_extension():
    headers = HEADERS | {"stream/component_stream.hpp": "// A stream.\n"}
    assert any("component_stream" in fault for fault in xeps_table.faults_of(headers, TABLE, doap(*ALL)))


def test_a_row_that_cannot_be_read():
    table = TABLE.replace("| 1.6 |", "| 1.6 ")
    assert any("cannot be read" in fault for fault in xeps_table.faults_of(HEADERS, table, doap(*ALL)))


def test_order():
    lines = TABLE.splitlines()
    lines[-1], lines[-2] = lines[-2], lines[-1]
    assert any("order" in fault for fault in xeps_table.faults_of(HEADERS, "\n".join(lines), doap(*ALL)))


def test_doap_differs():
    assert any("0199" in fault for fault in xeps_table.faults_of(HEADERS, TABLE, doap(*ALL[:3])))
    assert len(xeps_table.faults_of(HEADERS, TABLE, doap(*ALL[:3], ("0199", "2.0.1", "partial")))) == 2
    assert any("twice" in fault for fault in xeps_table.faults_of(HEADERS, TABLE, doap(*ALL, ALL[0])))
