/* A component on libstrophe, from its command line to its end.
 *
 * libstrophe 0.12 to 0.14 counts every stanza that it receives in a stream management state which it makes for clients
 * only: a component crashes at its first stanza. borrowed_state() gets one through public calls: a client connection
 * makes it before it connects, and hands it over when it was refused.
 */
#pragma once

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <strophe.h>
#include <sys/socket.h>
#include <unistd.h>

/* The stream management state of a client that tried a port where nobody listens. */
static xmpp_sm_state_t* borrowed_state(xmpp_ctx_t* ctx, xmpp_conn_handler handler) {
    struct sockaddr_in deaf = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof deaf;
    int taken = socket(AF_INET, SOCK_STREAM, 0); /* bound, so that nobody else gets the port; it never listens */
    if (taken < 0 || bind(taken, (struct sockaddr*)&deaf, size) || getsockname(taken, (struct sockaddr*)&deaf, &size))
        return NULL;

    xmpp_conn_t* client = xmpp_conn_new(ctx);
    xmpp_conn_set_jid(client, "nobody@localhost");
    xmpp_conn_set_pass(client, "");
    if (xmpp_connect_client(client, "127.0.0.1", ntohs(deaf.sin_port), handler, NULL) == XMPP_EOK)
        xmpp_run(ctx);
    xmpp_sm_state_t* state = xmpp_conn_get_sm_state(client);
    xmpp_conn_release(client);
    close(taken);
    return state;
}

/* NAME HOST PORT DOMAIN SECRET. `handler` is told when the component is connected; it adds what that handles. */
static int run_component(int argc, char** argv, xmpp_conn_handler handler) {
    if (argc != 5) return fprintf(stderr, "usage: %s HOST PORT DOMAIN SECRET\n", argv[0]), 2;
    xmpp_initialize();
    xmpp_ctx_t* ctx = xmpp_ctx_new(NULL, NULL);
    xmpp_conn_t* conn = xmpp_conn_new(ctx);
    xmpp_conn_set_sm_state(conn, borrowed_state(ctx, handler));
    xmpp_conn_set_jid(conn, argv[3]);
    xmpp_conn_set_pass(conn, argv[4]);
    int outcome = xmpp_connect_component(conn, argv[1], (unsigned short)atoi(argv[2]), handler, NULL);
    if (outcome == XMPP_EOK) xmpp_run(ctx);
    xmpp_conn_release(conn);
    xmpp_ctx_free(ctx);
    xmpp_shutdown();
    return outcome == XMPP_EOK ? 0 : 1;
}
