/* The ports that connects get: the next free one from 40000 around, against a model that looks at every
 * port in turn. */
#include <stdlib.h>

#include "check_main.h"
#include "tcp_harness.h"

enum { FIRST = 40000, PORTS = 65536 - FIRST, ENDS = 3, STEPS = 10000 };

/* Who holds the port to each of a few remote ends; 0: nobody. */
typedef struct Model {
    TcpHarness *h;
    RandomStream random;
    TcpConnId holders[ENDS][PORTS];
    uint32_t held[ENDS];
    uint32_t next;
} Model;

static TcpConnectOptions to_end(unsigned end)
{
    return (TcpConnectOptions){.address = HARNESS_PEER + end / 2, .port = (uint16_t)(80 + end % 2)};
}

static uint32_t port_expected(const Model *model, unsigned end)
{
    uint32_t tries = 0, port = model->next;

    while (tries < PORTS && model->holders[end][port] != 0) {
        tries++;
        port = (port + 1) % PORTS;
    }
    return tries < PORTS ? port : PORTS;
}

static TcpError open_to(Model *model, const TcpConnectOptions *options, TcpConnId *conn)
{
    harness_clear(model->h);
    model->h->log_count = 0;
    return tcp_connect(model->h->stack, 0, options, conn);
}

static void hold(Model *model, unsigned end, uint32_t port, TcpConnId conn)
{
    TcpEnds ends;

    ck_assert(tcp_stack_ends(model->h->stack, conn, &ends));
    ck_assert_uint_eq(ends.local_port, FIRST + port);
    model->holders[end][port] = conn;
    model->held[end]++;
}

static void connect_any(Model *model, unsigned end)
{
    TcpConnectOptions options = to_end(end);
    uint32_t port = port_expected(model, end);
    TcpConnId conn;
    TcpError error = open_to(model, &options, &conn);

    ck_assert_int_eq(error, port < PORTS ? TCP_OK : TCP_EADDRNOTAVAIL);
    if (error != TCP_OK)
        return;
    hold(model, end, port, conn);
    model->next = (port + 1) % PORTS;
}

static void connect_from(Model *model, unsigned end, uint32_t port)
{
    TcpConnectOptions options = to_end(end);
    TcpConnId conn;

    options.from_port = (uint16_t)(FIRST + port);
    TcpError error = open_to(model, &options, &conn);
    ck_assert_int_eq(error, model->holders[end][port] == 0 ? TCP_OK : TCP_EADDRINUSE);
    if (error == TCP_OK)
        hold(model, end, port, conn);
}

static void close_one(Model *model, unsigned end, uint32_t port)
{
    if (model->holders[end][port] == 0)
        return;
    harness_clear(model->h);
    ck_assert_int_eq(tcp_close(model->h->stack, 0, model->holders[end][port]), TCP_OK);
    model->holders[end][port] = 0;
    model->held[end]--;
}

static void step(Model *model)
{
    unsigned end = (unsigned)random_stream_below(&model->random, ENDS);
    uint32_t port = (uint32_t)random_stream_below(&model->random, PORTS);
    uint64_t what = random_stream_below(&model->random, 8);

    if (what < 4)
        connect_any(model, end);
    else if (what < 5)
        connect_from(model, end, port);
    else
        close_one(model, end, port);
}

static Model *model_new(void)
{
    Model *model = calloc(1, sizeof *model);

    ck_assert_ptr_nonnull(model);
    model->h = harness_new("");
    random_stream_init(&model->random, 1, "ports");
    return model;
}

static void model_free(Model *model)
{
    harness_free(model->h);
    free(model);
}

START_TEST(the_next_free_one_is_chosen)
{
    Model *model = model_new();

    for (uint32_t i = 0; i < PORTS + 100; i++) /* one end has none left */
        connect_any(model, 0);
    ck_assert_uint_eq(model->held[0], PORTS);
    for (uint32_t i = 0; i < PORTS / 2; i++) /* another one has a long run of taken ones */
        connect_from(model, 1, i);
    for (int i = 0; i < STEPS; i++)
        step(model);
    model_free(model);
}
END_TEST

START_TEST(all_can_be_taken_again)
{
    Model *model = model_new();

    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < PORTS + 1; i++)
            connect_any(model, 0);
        for (uint32_t port = 0; port < PORTS; port++)
            close_one(model, 0, port);
        ck_assert_uint_eq(model->held[0], 0);
    }
    model_free(model);
}
END_TEST

/* What is remembered of an end goes with its connections, so that many ends, one after the other, need no
 * more than one does: a list is 25,536 bits, 3,192 bytes. */
START_TEST(nothing_is_kept_of_an_end)
{
    enum { SERVICES = 500, RUN = 70 };
    TcpHarness *h = harness_new("");
    TcpConnId conn = 0;

    for (unsigned service = 1; service <= SERVICES; service++) {
        uint32_t next = (service - 1) * (RUN + 1);
        TcpConnId first = conn + 1;
        for (uint32_t i = 0; i <= RUN; i++) { /* the last one meets those before it */
            uint32_t from = i < RUN ? FIRST + (next + i) % PORTS : 0;
            TcpConnectOptions options = {
                .address = HARNESS_PEER, .port = (uint16_t)service, .from_port = (uint16_t)from};
            harness_clear(h);
            h->log_count = 0;
            ck_assert_int_eq(tcp_connect(h->stack, 0, &options, &conn), TCP_OK);
        }
        ck_assert_uint_eq(harness_last(h)->segment.src_port, FIRST + (next + RUN) % PORTS);
        for (TcpConnId id = first; id <= conn; id++) {
            harness_clear(h);
            ck_assert_int_eq(tcp_close(h->stack, 0, id), TCP_OK);
        }
    }
    ck_assert_uint_lt(tcp_stack_census(h->stack).bytes, 300000);
    harness_free(h);
}
END_TEST

/* A crash ends them all at once; a host that forgets begins at the first again. */
START_TEST(a_crash_frees_them)
{
    Model *model = model_new();
    TcpConnectOptions options = to_end(0);
    TcpConnId conn;

    for (uint32_t i = 0; i < PORTS + 1; i++)
        connect_any(model, 0);
    harness_clear(model->h);
    for (TcpConnId id = 1; id <= PORTS - 100; id++) { /* less to be told of at once */
        harness_clear(model->h);
        ck_assert_int_eq(tcp_close(model->h->stack, 0, id), TCP_OK);
    }
    tcp_stack_crash(model->h->stack, 0, true);
    ck_assert_int_eq(open_to(model, &options, &conn), TCP_OK);
    ck_assert_uint_eq(harness_last(model->h)->segment.src_port, FIRST);
    model_free(model);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp_ports");
    TCase *tc = tcase_create("ports");

    tcase_add_test(tc, the_next_free_one_is_chosen);
    tcase_add_test(tc, all_can_be_taken_again);
    tcase_add_test(tc, nothing_is_kept_of_an_end);
    tcase_add_test(tc, a_crash_frees_them);
    suite_add_tcase(s, tc);
    return s;
}
