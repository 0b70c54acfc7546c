/* Hosts that fail and come back. */
#include "lab_runs.h"

START_TEST(a_crash_ends_everything_silently)
{
    g_autoptr(Trace) trace = run(CONNECTED "at 1s client connect server\n"
                                           "at 2s server crash\n");
    ck_assert_story(trace, TOLD(STATE) | TOLD(HOST) | TOLD(SEND) | TOLD(APP), SERVER,
                    "0 s server CLOSED -> LISTEN\n"
                    "10 ms server.1 LISTEN -> SYN-RCVD\n"
                    "10 ms server.1 sends SYN-ACK pass\n"
                    "30 ms server.1 SYN-RCVD -> ESTABLISHED\n"
                    "30 ms server.1 accepted\n"
                    "1.01 s server.2 LISTEN -> SYN-RCVD\n"
                    "1.01 s server.2 sends SYN-ACK pass\n"
                    "1.03 s server.2 SYN-RCVD -> ESTABLISHED\n"
                    "1.03 s server.2 accepted\n"
                    "2 s server.1 ESTABLISHED -> CLOSED\n"
                    "2 s server.2 ESTABLISHED -> CLOSED\n"
                    "2 s server LISTEN -> CLOSED\n"
                    "2 s server down\n");
    const TraceEvent *closed = nth(trace, TRACE_STATE, SERVER, 6);
    ck_assert_int_eq(closed->state.reason, TCP_REASON_CRASHED);
    ck_assert_uint_eq(closed->cause, nth(trace, TRACE_CALL, SERVER, 2)->id);
}
END_TEST

START_TEST(a_host_that_is_down_gets_nothing)
{
    g_autoptr(Trace) trace = run(CONNECTED "at 0s server crash\n"
                                           "stop at 1s\n");
    ck_assert_story(trace, TOLD(SEND) | TOLD(ARRIVE) | TOLD(DISCARD) | TOLD(LOST), ANYBODY,
                    "0 s client.1 sends SYN pass\n"
                    "10 ms server lost 5\n"
                    "1 s client.1 sends SYN pass\n");
    const TraceEvent *sent = nth(trace, TRACE_SEND, CLIENT, 1);
    const TraceEvent *lost = nth(trace, TRACE_LOST, SERVER, 1);
    ck_assert(trace_is_lost_at_host(lost));
    ck_assert_uint_eq(lost->fault.sent, sent->id);
    ck_assert_uint_eq(lost->cause, sent->id);
    ck_assert_uint_eq(lost->fault.sender, CLIENT);
    ck_assert_uint_eq(trace_tally(trace, CLIENT)->lost[SEGMENT_SYN],
                      1); /* the second is under way */
    ck_assert_uint_eq(trace_tally(trace, SERVER)->opening.syns_arrived, 0);
}
END_TEST

START_TEST(a_host_that_is_down_does_nothing)
{
    g_autoptr(Trace) trace = run(CONNECTED "at 1s server crash\n"
                                           "at 2s server listen\n"
                                           "at 2s server accept\n"
                                           "at 2s server connect client\n"
                                           "at 2s server send 1\n"
                                           "at 2s server read 1\n"
                                           "at 2s server shutdown\n"
                                           "at 2s server close\n"
                                           "at 2s server abort\n"
                                           "at 2s server crash\n"
                                           "at 3s server reboot\n"
                                           "at 3s server send 1\n");
    for (guint n = 3; n <= 11; n++)
        ck_assert_int_eq(nth(trace, TRACE_CALL, SERVER, n)->call.error, TCP_ENETDOWN);
    ck_assert_int_eq(nth(trace, TRACE_CALL, SERVER, 12)->call.error, TCP_OK);
    ck_assert_int_eq(nth(trace, TRACE_CALL, SERVER, 13)->call.error, TCP_ENOTCONN);
    ck_assert_story(trace, TOLD(HOST), ANYBODY, "1 s server down\n3 s server up\n");
}
END_TEST

START_TEST(after_a_reboot_nobody_knows_the_connection)
{
    g_autoptr(Trace) trace = run(CONNECTED "at 1s server crash\n"
                                           "at 2s server reboot\n"
                                           "at 3s client send 1\n");
    ck_assert_story(trace, TOLD(SEND), SERVER,
                    "10 ms server.1 sends SYN-ACK pass\n"
                    "3.01 s server sends RST pass\n");
    ck_assert_story(trace, TOLD(APP), CLIENT,
                    "20 ms client.1 connected\n"
                    "3.02 s client.1 error ECONNRESET\n");
}
END_TEST

START_TEST(a_reboot_of_a_running_host_is_a_crash_too)
{
    g_autoptr(Trace) trace = run(CONNECTED "at 1s server reboot\n"
                                           "at 2s server listen\n"
                                           "at 3s client connect server\n"
                                           "stop at 4s\n");
    ck_assert_story(trace, TOLD(STATE) | TOLD(HOST), SERVER,
                    "0 s server CLOSED -> LISTEN\n"
                    "10 ms server.1 LISTEN -> SYN-RCVD\n"
                    "30 ms server.1 SYN-RCVD -> ESTABLISHED\n"
                    "1 s server.1 ESTABLISHED -> CLOSED\n"
                    "1 s server LISTEN -> CLOSED\n"
                    "1 s server up\n"
                    "2 s server CLOSED -> LISTEN\n"
                    "3.01 s server.2 LISTEN -> SYN-RCVD\n"
                    "3.03 s server.2 SYN-RCVD -> ESTABLISHED\n");
}
END_TEST

START_TEST(a_listener_of_before_accepts_no_longer_by_hand)
{
    g_autoptr(Trace) trace = run(HOSTS "at 0s server listen accept=manual\n"
                                       "at 1s server crash\n"
                                       "at 2s server reboot\n"
                                       "at 3s server listen\n"
                                       "at 3s client connect server\n");
    ck_assert_story(trace, TOLD(APP), SERVER, "3.03 s server.1 accepted\n");
}
END_TEST

START_TEST(a_crash_names_each_listener)
{
    g_autoptr(Trace) trace = run(HOSTS "at 0s server listen port=80\n"
                                       "at 0s server listen port=81\n"
                                       "at 0s server listen port=82\n"
                                       "at 0s server listen port=81\n"
                                       "at 1s server close\n"
                                       "at 2s server crash\n");
    static const guint16 ports[] = {80, 81, 82, 80, 82, 81};
    ck_assert_uint_eq(events_of(trace, TRACE_STATE, SERVER), G_N_ELEMENTS(ports));
    for (guint i = 0; i < G_N_ELEMENTS(ports); i++)
        ck_assert_uint_eq(nth(trace, TRACE_STATE, SERVER, i + 1)->state.port, ports[i]);
}
END_TEST

START_TEST(what_is_under_way_still_arrives)
{
    g_autoptr(Trace) trace = run(CONNECTED "at 1s client send 5\n"
                                           "at 1s client send 5\n"
                                           "at 1.005s client crash\n");
    ck_assert_story(trace, TOLD(APP), SERVER,
                    "30 ms server.1 accepted\n"
                    "1.01 s server.1 read 5 wrong 0\n");
}
END_TEST

/* ---- What a reboot forgets ---- */

/* isn=clock: the initial number is the age of the host's clock in steps of 4 us. */
#define COUNTING                                                                                   \
    "host client plain isn=clock\n"                                                                \
    "host server plain\n"                                                                          \
    "link client server delay=10ms\n"                                                              \
    "at 1s client connect server\n"                                                                \
    "at 2s client crash\n"

static void assert_syn(const Trace *trace, guint n, guint conn, guint16 port, Seq seq)
{
    guint seen = 0;
    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);
        if (event->kind != TRACE_SEND || event->segment.class != SEGMENT_SYN || ++seen != n)
            continue;
        ck_assert_uint_eq(event->conn, conn);
        ck_assert_uint_eq(event->segment.seen->segment.src_port, port);
        ck_assert_uint_eq(event->segment.seen->segment.seq, seq);
        return;
    }
    ck_abort_msg("no SYN %u", n);
}

START_TEST(a_reboot_goes_on_counting)
{
    g_autoptr(Trace) trace = run(COUNTING "at 3s client reboot\n"
                                          "at 4s client connect server\n");
    assert_syn(trace, 1, 1, 40000, 250000);
    assert_syn(trace, 2, 2, 40001, 1000000);
}
END_TEST

START_TEST(a_reboot_that_forgets_counts_anew)
{
    g_autoptr(Trace) trace = run(COUNTING "at 3s client reboot forget\n"
                                          "at 4s client connect server\n");
    assert_syn(trace, 1, 1, 40000, 250000);
    assert_syn(trace, 2, 2, 40000, 250000); /* a second after the reboot */
    ck_assert_story(trace, TOLD(HOST), CLIENT, "2 s client down\n3 s client up forgot\n");
}
END_TEST

START_TEST(a_running_host_can_forget_too)
{
    g_autoptr(Trace) trace = run("host client plain isn=clock\n"
                                 "host server plain\n"
                                 "link client server delay=10ms\n"
                                 "at 1s client connect server\n"
                                 "at 2s client reboot forget\n"
                                 "at 2.5s client connect server\n");
    assert_syn(trace, 2, 2, 40000, 125000);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("lab_power");

    TCase *crash = scenario_case("crash");
    tcase_add_test(crash, a_crash_ends_everything_silently);
    tcase_add_test(crash, a_host_that_is_down_gets_nothing);
    tcase_add_test(crash, a_host_that_is_down_does_nothing);
    tcase_add_test(crash, after_a_reboot_nobody_knows_the_connection);
    tcase_add_test(crash, a_reboot_of_a_running_host_is_a_crash_too);
    tcase_add_test(crash, a_listener_of_before_accepts_no_longer_by_hand);
    tcase_add_test(crash, a_crash_names_each_listener);
    tcase_add_test(crash, what_is_under_way_still_arrives);
    suite_add_tcase(s, crash);

    TCase *forget = scenario_case("forget");
    tcase_add_test(forget, a_reboot_goes_on_counting);
    tcase_add_test(forget, a_reboot_that_forgets_counts_anew);
    tcase_add_test(forget, a_running_host_can_forget_too);
    suite_add_tcase(s, forget);
    return s;
}
