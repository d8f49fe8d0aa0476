/* As rondel_bad.cpp, on libstrophe (bench/echo/peers/libstrophe_echo.c, which says what borrowed_state() is for). Its
 * texts end at a NUL: that one cannot be handed over, and what is before it is sent.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strophe.h>
#include <sys/socket.h>
#include <unistd.h>

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

/* The stream management state of a client that tried a port where nobody listens. */
static xmpp_sm_state_t* borrowed_state(xmpp_ctx_t* ctx) {
    struct sockaddr_in deaf = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof deaf;
    int taken = socket(AF_INET, SOCK_STREAM, 0); /* bound, so that nobody else gets the port; it never listens */
    if (taken < 0 || bind(taken, (struct sockaddr*)&deaf, size) || getsockname(taken, (struct sockaddr*)&deaf, &size))
        return NULL;

    xmpp_conn_t* client = xmpp_conn_new(ctx);
    xmpp_conn_set_jid(client, "nobody@localhost");
    xmpp_conn_set_pass(client, "");
    if (xmpp_connect_client(client, "127.0.0.1", ntohs(deaf.sin_port), connection_handler, NULL) == XMPP_EOK)
        xmpp_run(ctx);
    xmpp_sm_state_t* state = xmpp_conn_get_sm_state(client);
    xmpp_conn_release(client);
    close(taken);
    return state;
}

int main(int argc, char** argv) {
    if (argc != 5) return fprintf(stderr, "usage: libstrophe_echo HOST PORT DOMAIN SECRET\n"), 2;
    xmpp_initialize();
    xmpp_ctx_t* ctx = xmpp_ctx_new(NULL, NULL);
    xmpp_conn_t* conn = xmpp_conn_new(ctx);
    xmpp_conn_set_sm_state(conn, borrowed_state(ctx));
    xmpp_conn_set_jid(conn, argv[3]);
    xmpp_conn_set_pass(conn, argv[4]);
    int outcome = xmpp_connect_component(conn, argv[1], (unsigned short)atoi(argv[2]), connection_handler, NULL);
    if (outcome == XMPP_EOK) xmpp_run(ctx);
    xmpp_conn_release(conn);
    xmpp_ctx_free(ctx);
    xmpp_shutdown();
    return outcome == XMPP_EOK ? 0 : 1;
}
