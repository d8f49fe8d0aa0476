/* As rondel_bad.cpp, on libstrophe. Its texts end at a NUL: that one cannot be handed over, and what is before it is
 * sent.
 */
#include <string.h>

#include "bench/echo/peers/libstrophe_component.h"

static const char* answer_to(const char* text) {
    if (strcmp(text, "bad fffe") == 0) return "x\xEF\xBF\xBEy";
    if (strcmp(text, "bad utf8") == 0) return "x\xC3\x28y";
    if (strcmp(text, "bad nul") == 0) return "x\0y";
    if (strcmp(text, "bad control") == 0) return "x\x01y";
    return text;
}

static int message_handler(xmpp_conn_t* conn, xmpp_stanza_t* stanza, void* userdata) {
    const char* type = xmpp_stanza_get_type(stanza);
    (void)userdata;
    if (type && strcmp(type, "error") == 0) return 1;
    char* text = xmpp_message_get_body(stanza);
    if (!text) return 1;
    xmpp_stanza_t* reply = xmpp_stanza_reply(stanza);
    xmpp_stanza_set_from(reply, xmpp_stanza_get_to(stanza));
    xmpp_message_set_body(reply, answer_to(text));
    xmpp_send(conn, reply);
    xmpp_stanza_release(reply);
    xmpp_free(xmpp_conn_get_context(conn), text);
    return 1;
}

static void connection_handler(xmpp_conn_t* conn, xmpp_conn_event_t status, int error,
                               xmpp_stream_error_t* stream_error, void* userdata) {
    (void)error, (void)stream_error, (void)userdata;
    if (status == XMPP_CONN_CONNECT) {
        xmpp_handler_add(conn, message_handler, NULL, "message", NULL, NULL);
    } else {
        xmpp_stop(xmpp_conn_get_context(conn));
    }
}

int main(int argc, char** argv) { return run_component(argc, argv, connection_handler); }
