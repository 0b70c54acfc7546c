/* What is looked up in a trace: lists of a host, neighbours of an event, connections, addresses. */
#include "check_main.h"
#include "trace/index.h"
#include "trace_by_hand.h"

/* The numbers in the host's list are these; 0 ends them. */
static void assert_list(const TraceIndex *index, TraceHost host, TraceList list,
                        const TraceId *expected)
{
    const TraceEvent *event = trace_index_first(index, host, list);

    for (; event != NULL; event = trace_index_next(index, event))
        ck_assert_uint_eq(event->id, *expected++);
    ck_assert_uint_eq(*expected, 0);
}

static TraceId id_of(const TraceEvent *event)
{
    return event != NULL ? event->id : 0;
}

static void assert_neighbours(const TraceIndex *index, TraceId id, TraceId before, TraceId after)
{
    const TraceEvent *event = trace_event(index->trace, id);

    ck_assert_uint_eq(id_of(trace_index_before(index, event)), before);
    ck_assert_uint_eq(id_of(trace_index_after(index, event)), after);
}

/* Of a connection, its number as an event says it. */
static TraceId add_move(Trace *trace, TraceHost host, guint32 conn, guint16 port, TcpState to)
{
    TraceEvent event = event_of(0, TRACE_STATE, host, conn, 0);

    event.state.to = to;
    event.state.port = port;
    return trace_add(trace, &event);
}

static TraceId add_failed_call(Trace *trace, TraceHost host)
{
    TraceId call = add_call(trace, 0, host, 1, "send 1", 1);

    trace_answer(trace, call, TCP_EPIPE);
    return call;
}

/* ---- Lists ---- */

START_TEST(a_list_is_of_its_host_and_in_order)
{
    g_autoptr(Trace) trace = two_hosts();
    Segment syn = segment_of(CLIENT, TCP_SYN, CLIENT_ISN, 0);
    TraceEvent forged = forged_of(trace, 0, CLIENT, syn);

    add_send(trace, 0, CLIENT, syn, TCP_REASON_NONE, 0); /* 1 */
    add_send(trace, 0, SERVER, segment_of(SERVER, TCP_SYN, SERVER_ISN, 0), TCP_REASON_NONE, 0);
    trace_add(trace, &forged);                           /* 3 */
    add_send(trace, 0, CLIENT, syn, TCP_REASON_NONE, 0); /* 4 */
    add_app(trace, 0, CLIENT, TRACE_APP_READ, 0);        /* 5 */
    add_app(trace, 0, CLIENT, TRACE_APP_CONNECTED, 0);   /* 6 */
    add_failed_call(trace, CLIENT);                      /* 7 */
    add_app(trace, 0, CLIENT, TRACE_APP_ERROR, 0);       /* 8 */
    add_call(trace, 0, CLIENT, 1, "client send 1", 1);   /* 9: it succeeds */
    add_app(trace, 0, SERVER, TRACE_APP_ACCEPTED, 0);    /* 10 */
    TraceEvent crash = event_of(0, TRACE_HOST, SERVER, 0, 0);
    trace_add(trace, &crash); /* 11 */

    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);

    assert_list(index, CLIENT, TRACE_LIST_SENDS, (const TraceId[]){1, 4, 0});
    assert_list(index, SERVER, TRACE_LIST_SENDS, (const TraceId[]){2, 0});
    assert_list(index, CLIENT, TRACE_LIST_READS, (const TraceId[]){5, 0});
    assert_list(index, CLIENT, TRACE_LIST_ERRORS, (const TraceId[]){7, 8, 0});
    assert_list(index, CLIENT, TRACE_LIST_ACCEPTED, (const TraceId[]){0});
    assert_list(index, SERVER, TRACE_LIST_ACCEPTED, (const TraceId[]){10, 0});
    assert_list(index, SERVER, TRACE_LIST_POWER, (const TraceId[]){11, 0});
}
END_TEST

/* A plan may have more hosts than a trace, and a trace segments of somebody. */
START_TEST(a_host_that_the_trace_does_not_name_has_no_lists)
{
    g_autoptr(Trace) trace = two_hosts();

    add_send(trace, 0, TRACE_NO_HOST, segment_of(SERVER, TCP_RST, 0, 0), TCP_REASON_NONE, 0);
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);

    assert_list(index, THIRD, TRACE_LIST_SENDS, (const TraceId[]){0});
    assert_list(index, TRACE_NO_HOST, TRACE_LIST_SENDS, (const TraceId[]){0});
    assert_list(index, SERVER, TRACE_LIST_SENDS, (const TraceId[]){0});
    ck_assert(!trace_index_has_many(index, TRACE_NO_HOST));
}
END_TEST

START_TEST(an_empty_trace_has_an_index)
{
    g_autoptr(Trace) trace = trace_new(TRACE_LEVEL_FULL);
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);

    ck_assert_uint_eq(index->conns->len, 0);
    ck_assert_ptr_null(index->end);
    trace_index_free(NULL);
}
END_TEST

/* ---- Neighbours ---- */

static TraceId add_timer_of(Trace *trace, TcpTimer timer, TcpTimerEvent what, TraceId cause)
{
    TraceEvent event = event_of(0, TRACE_TIMER, CLIENT, 1, cause);

    event.timer.timer = timer;
    event.timer.event = what;
    return trace_add(trace, &event);
}

START_TEST(a_timer_knows_its_arming_and_its_end)
{
    g_autoptr(Trace) trace = two_hosts();
    const TcpTimer rto = TCP_TIMER_RETRANSMIT, ack = TCP_TIMER_DELAYED_ACK;

    add_timer_of(trace, rto, TCP_TIMER_ARMED, 0);     /* 1, armed again by 3 */
    add_timer_of(trace, ack, TCP_TIMER_ARMED, 0);     /* 2, cancelled by 4 */
    add_timer_of(trace, rto, TCP_TIMER_ARMED, 0);     /* 3, fires as 5 */
    add_timer_of(trace, ack, TCP_TIMER_CANCELLED, 0); /* 4 */
    add_timer_of(trace, rto, TCP_TIMER_FIRED, 3);     /* 5, whose segment … */
    add_send(trace, 0, CLIENT, segment_of(CLIENT, TCP_SYN, CLIENT_ISN, 0), TCP_REASON_RTO_FIRED, 5);
    add_timer_of(trace, rto, TCP_TIMER_ARMED, 6); /* 7 … arms it again */

    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);

    assert_neighbours(index, 1, 0, 3);
    assert_neighbours(index, 2, 0, 4);
    assert_neighbours(index, 3, 0, 5);
    assert_neighbours(index, 4, 2, 0);
    assert_neighbours(index, 5, 3, 7);
    assert_neighbours(index, 7, 0, 0);
}
END_TEST

/* What was cancelled is said as it was armed. */
START_TEST(a_cancelled_timer_is_for_the_retry_of_its_arming)
{
    g_autoptr(Trace) trace = two_hosts();

    add_timer(trace, 0, CLIENT, TCP_TIMER_ARMED, MS(3000), MS(3000), 4, TCP_REASON_NONE, 0);
    TraceId end =
        add_timer(trace, 0, CLIENT, TCP_TIMER_CANCELLED, MS(3000), MS(3000), 0, TCP_REASON_NONE, 0);
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);
    TraceRetry retry = trace_index_retry(index, trace_event(trace, end));

    ck_assert_uint_eq(retry.retry, 4);
    ck_assert_uint_eq(retry.limit, 5);
}
END_TEST

START_TEST(a_segment_knows_its_first_arrival_and_that_its_refusal)
{
    g_autoptr(Trace) trace = two_hosts();

    TraceId sent = add_send(trace, 0, CLIENT, segment_of(CLIENT, TCP_SYN, CLIENT_ISN, 0),
                            TCP_REASON_NONE, 0); /* 1 */
    add_arrive(trace, MS(10), sent, 0);          /* 2 */
    add_arrive(trace, MS(11), sent, 0);          /* 3: a copy */
    TraceEvent refused = event_of(MS(11), TRACE_DISCARD, SERVER, 0, 3);
    refused.segment.sent = sent;
    trace_add(trace, &refused); /* 4 */

    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);

    assert_neighbours(index, 1, 0, 2);
    assert_neighbours(index, 2, 0, 0);
    assert_neighbours(index, 3, 0, 4);
    for (TraceId id = 2; id <= 4; id++)
        ck_assert_uint_eq(trace_sent(trace, trace_event(trace, id))->id, sent);
    ck_assert_ptr_null(trace_sent(trace, trace_event(trace, sent)));
}
END_TEST

/* Duplicated when it was sent; one copy came, to a host that was down by then. */
START_TEST(what_befell_a_segment_may_come_late)
{
    g_autoptr(Trace) trace = two_hosts();
    TraceId sent = add_send(trace, 0, CLIENT, segment_of(CLIENT, TCP_SYN, CLIENT_ISN, 0),
                            TCP_REASON_NONE, 0); /* 1 */
    TraceEvent fault = event_of(0, TRACE_FAULT, CLIENT, 1, sent);
    fault.fault.sent = sent;
    fault.fault.kind = FAULT_DUPLICATE;
    trace_add(trace, &fault); /* 2 */
    TraceId other = add_send(trace, 0, CLIENT, segment_of(CLIENT, TCP_ACK, CLIENT_ISN, 0),
                             TCP_REASON_NONE, 0); /* 3 */
    TraceEvent lost = event_of(MS(10), TRACE_LOST, SERVER, 0, sent);
    lost.fault.sent = sent;
    lost.fault.sender = CLIENT;
    lost.fault.culprit = TRACE_CULPRIT_DOWN;
    trace_add(trace, &lost); /* 4 */

    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);
    const TraceEvent *send = trace_event(trace, sent);

    ck_assert_uint_eq(trace_index_befell(index, send, send)->id, 2);
    ck_assert_uint_eq(trace_index_befell(index, send, trace_event(trace, 2))->id, 4);
    ck_assert_ptr_null(trace_index_befell(index, send, trace_event(trace, 4)));
    ck_assert(trace_index_is_lost(index, send));
    ck_assert_ptr_null(
        trace_index_befell(index, trace_event(trace, other), trace_event(trace, other)));
    ck_assert(!trace_index_is_lost(index, trace_event(trace, other)));
}
END_TEST

START_TEST(a_state_lasts_until_the_next_one_of_its_connection)
{
    g_autoptr(Trace) trace = two_hosts();

    add_move(trace, CLIENT, 1, 0, TCP_STATE_SYN_SENT);    /* 1 */
    add_move(trace, CLIENT, 2, 0, TCP_STATE_SYN_SENT);    /* 2 */
    add_move(trace, SERVER, 1, 0, TCP_STATE_SYN_RCVD);    /* 3 */
    add_move(trace, CLIENT, 1, 0, TCP_STATE_ESTABLISHED); /* 4 */
    add_move(trace, SERVER, 0, 80, TCP_STATE_LISTEN);     /* 5 */
    add_move(trace, SERVER, 0, 81, TCP_STATE_LISTEN);     /* 6 */

    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);

    assert_neighbours(index, 1, 0, 4);
    assert_neighbours(index, 2, 0, 0);
    assert_neighbours(index, 3, 0, 0);
    assert_neighbours(index, 5, 0, 6);
}
END_TEST

/* ---- Connections ---- */

static const TraceConn *conn_at(const TraceIndex *index, guint i)
{
    ck_assert_uint_lt(i, index->conns->len);
    return &g_array_index(index->conns, TraceConn, i);
}

START_TEST(connections_stand_in_the_order_in_which_they_appear)
{
    g_autoptr(Trace) trace = two_hosts();

    add_move(trace, SERVER, 0, 81, TCP_STATE_LISTEN);     /* 1 */
    add_move(trace, SERVER, 0, 80, TCP_STATE_LISTEN);     /* 2 */
    add_move(trace, CLIENT, 7, 0, TCP_STATE_SYN_SENT);    /* 3 */
    add_app(trace, 0, CLIENT, TRACE_APP_CONNECTED, 0);    /* 4, of connection 1: no state */
    add_move(trace, SERVER, 0, 81, TCP_STATE_CLOSED);     /* 5 */
    add_move(trace, CLIENT, 7, 0, TCP_STATE_ESTABLISHED); /* 6 */

    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);

    ck_assert_uint_eq(index->conns->len, 4);
    ck_assert_uint_eq(conn_at(index, 0)->port, 81);
    ck_assert_uint_eq(conn_at(index, 0)->moved, 5);
    ck_assert_uint_eq(conn_at(index, 1)->port, 80);
    ck_assert_int_eq(trace_conn_state(index, conn_at(index, 1)), TCP_STATE_LISTEN);
    ck_assert_uint_eq(conn_at(index, 2)->conn, 7);
    ck_assert_uint_eq(conn_at(index, 2)->first_move, 3);
    ck_assert_uint_eq(conn_at(index, 2)->moved, 6);
    ck_assert_ptr_eq(trace_index_conn(index, trace_event(trace, 6)), conn_at(index, 2));
    ck_assert_uint_eq(conn_at(index, 3)->moved, 0);
    ck_assert(trace_index_has_many(index, CLIENT));
    ck_assert(!trace_index_has_many(index, SERVER));
}
END_TEST

START_TEST(a_connect_is_answered_once)
{
    g_autoptr(Trace) trace = two_hosts();

    add_state(trace, 0, CLIENT, TCP_STATE_CLOSED, TCP_STATE_SYN_SENT, TCP_REASON_NONE, 0); /* 1 */
    add_app(trace, MS(10), CLIENT, TRACE_APP_READ, 0);
    add_app(trace, MS(20), CLIENT, TRACE_APP_CONNECTED, 0); /* 3 */
    add_app(trace, MS(30), CLIENT, TRACE_APP_ERROR, 0);     /* of the connection, not of connect */

    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);

    ck_assert_uint_eq(conn_at(index, 0)->asked, 1);
    ck_assert_uint_eq(conn_at(index, 0)->answered, 3);
}
END_TEST

/* ---- Addresses, causes, the end ---- */

/* What is sent to an address of nobody goes towards some host, which does not have it for that. */
START_TEST(an_address_belongs_to_who_sends_from_it)
{
    g_autoptr(Trace) trace = two_hosts();
    Segment syn = segment_of(SERVER, TCP_SYN, 0, 0);
    TraceId sent;

    add_send(trace, 0, CLIENT, segment_of(CLIENT, TCP_SYN, CLIENT_ISN, 0), TCP_REASON_NONE, 0);
    syn.dst_addr = THIRD_ADDRESS;
    sent = add_send(trace, 0, SERVER, syn, TCP_REASON_NONE, 0);
    TraceEvent lost = event_of(0, TRACE_LOST, SERVER, 1, sent);
    lost.fault.sent = sent;
    lost.fault.culprit = TRACE_CULPRIT_NOBODY;
    trace_add(trace, &lost);

    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);

    ck_assert_uint_eq(trace_index_host_at(index, CLIENT_ADDRESS), CLIENT);
    ck_assert_uint_eq(trace_index_host_at(index, SERVER_ADDRESS), SERVER);
    ck_assert_uint_eq(trace_index_host_at(index, THIRD_ADDRESS), TRACE_NO_HOST);
}
END_TEST

START_TEST(a_cause_comes_before_what_it_causes)
{
    g_autoptr(Trace) trace = two_hosts();

    TraceId armed = add_timer_of(trace, TCP_TIMER_RETRANSMIT, TCP_TIMER_ARMED, 3);
    TraceId fired = add_timer_of(trace, TCP_TIMER_RETRANSMIT, TCP_TIMER_FIRED, 0);
    add_app(trace, 0, CLIENT, TRACE_APP_CONNECTED, fired);
    TraceEvent end = event_of(0, TRACE_END, TRACE_NO_HOST, 0, 0);
    trace_add(trace, &end); /* 4 */

    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);

    ck_assert_ptr_null(trace_index_cause(index, trace_event(trace, armed)));
    ck_assert_uint_eq(trace_index_cause(index, trace_event(trace, fired))->id, armed);
    ck_assert_uint_eq(trace_index_cause(index, trace_event(trace, 3))->id, fired);
    ck_assert_uint_eq(index->end->id, 4);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("trace_index");
    TCase *tc = tcase_create("what is looked up in a trace");

    tcase_add_test(tc, a_list_is_of_its_host_and_in_order);
    tcase_add_test(tc, a_host_that_the_trace_does_not_name_has_no_lists);
    tcase_add_test(tc, an_empty_trace_has_an_index);
    tcase_add_test(tc, a_timer_knows_its_arming_and_its_end);
    tcase_add_test(tc, a_cancelled_timer_is_for_the_retry_of_its_arming);
    tcase_add_test(tc, a_segment_knows_its_first_arrival_and_that_its_refusal);
    tcase_add_test(tc, what_befell_a_segment_may_come_late);
    tcase_add_test(tc, a_state_lasts_until_the_next_one_of_its_connection);
    tcase_add_test(tc, connections_stand_in_the_order_in_which_they_appear);
    tcase_add_test(tc, a_connect_is_answered_once);
    tcase_add_test(tc, an_address_belongs_to_who_sends_from_it);
    tcase_add_test(tc, a_cause_comes_before_what_it_causes);
    suite_add_tcase(s, tc);
    return s;
}
