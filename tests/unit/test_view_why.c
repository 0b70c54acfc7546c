/* The chain of causes behind an event. */
#include "check_main.h"
#include "trace_by_hand.h"
#include "view/view.h"

#include <string.h>

static char *why(const Trace *trace, TraceId id, const ViewOptions *options)
{
    GString *out = g_string_new(NULL);
    ck_assert(view_why(trace, id, options, out));
    return g_string_free(out, FALSE);
}

/* clang-format off */
START_TEST(the_second_syn)
{
    g_autoptr(Trace) trace = first_syn_lost();
    g_autofree char *got = why(trace, 9, NULL);
    ck_assert_str_eq(got,
        "    3      0.000 s  the script says: client connect server (first-syn-lost.scn:11)\n"
        "    7      0.000 s  so client arms its retransmit timer of 3 s (retry 1 of 5): connect called [RFC 9293 sec. 3.10.1]\n"
        "    8      3.000 s  3 s later the retransmit timer of client fires (retry 1 of 5) [RFC 6298 sec. 5.4]\n"
        "    9      3.000 s  so client sends SYN seq=0 again (retry 1 of 5) [RFC 6298 sec. 5.4]\n"
        "\n"
        "lost, so that no answer came:\n"
        "    6      0.000 s  SYN seq=0 is lost: drop client SYN #1 (first-syn-lost.scn:8)\n");
}
END_TEST

START_TEST(the_loss)
{
    g_autoptr(Trace) trace = first_syn_lost();
    g_autofree char *got = why(trace, 6, NULL);
    ck_assert_str_eq(got,
        "    3      0.000 s  the script says: client connect server (first-syn-lost.scn:11)\n"
        "    5      0.000 s  so client sends SYN seq=0: connect called [RFC 9293 sec. 3.10.1]\n"
        "    6      0.000 s  so SYN seq=0 is lost: drop client SYN #1 (first-syn-lost.scn:8)\n");
}
END_TEST
/* clang-format on */

START_TEST(unicode_keeps_the_section_sign)
{
    g_autoptr(Trace) trace = first_syn_lost();
    const ViewOptions unicode = {.unicode = TRUE};
    g_autofree char *got = why(trace, 24 - 2, &unicode);
    ck_assert_ptr_nonnull(strstr(got, "[RFC 9293 §3.10.7.4, fifth]\n"));
    ck_assert_ptr_nonnull(strstr(got, "10 ms later server receives ACK seq=1 ack=1\n"));
}
END_TEST

START_TEST(no_such_event)
{
    g_autoptr(Trace) trace = first_syn_lost();
    g_autoptr(GString) out = g_string_new(NULL);
    ck_assert(!view_why(trace, 0, NULL, out));
    ck_assert(!view_why(trace, 25, NULL, out));
    ck_assert_uint_eq(out->len, 0);
}
END_TEST

START_TEST(every_event_has_a_sentence)
{
    g_autoptr(Trace) trace = first_syn_lost();
    for (TraceId id = 1; id <= trace->events->len; id++) {
        g_autofree char *got = why(trace, id, NULL);
        ck_assert(g_str_has_suffix(got, "\n"));
    }
}
END_TEST

/* Without recorded causes a firing follows from its arming, an arrival from its sending. */
START_TEST(causes_that_go_without_saying)
{
    g_autoptr(Trace) trace = two_hosts();
    add_timer(trace, 0, CLIENT, TCP_TIMER_ARMED, MS(200), MS(200), 1, TCP_REASON_NONE, 0);
    add_timer(trace, MS(200), CLIENT, TCP_TIMER_FIRED, MS(200), MS(200), 1, TCP_REASON_RTO_FIRED,
              0);
    g_autofree char *got = why(trace, 2, NULL);
    ck_assert_ptr_nonnull(strstr(got, "client arms its retransmit timer of 200 ms"));
}
END_TEST

START_TEST(a_circle_of_causes_ends)
{
    g_autoptr(Trace) trace = two_hosts();
    add_state(trace, 0, CLIENT, TCP_STATE_CLOSED, TCP_STATE_SYN_SENT, TCP_REASON_NONE, 2);
    add_state(trace, 0, CLIENT, TCP_STATE_SYN_SENT, TCP_STATE_CLOSED, TCP_REASON_NONE, 1);
    add_state(trace, 0, CLIENT, TCP_STATE_CLOSED, TCP_STATE_SYN_SENT, TCP_REASON_NONE, 3);
    g_autofree char *got = why(trace, 2, NULL);
    ck_assert_str_eq(got, "    1      0.000 s  client goes from CLOSED to SYN-SENT\n"
                          "    2      0.000 s  so client goes from SYN-SENT to CLOSED\n");
    g_free(g_steal_pointer(&got));
    got = why(trace, 3, NULL);
    ck_assert_str_eq(got, "    3      0.000 s  client goes from CLOSED to SYN-SENT\n");
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("why");
    TCase *tc = tcase_create("chain");
    tcase_add_test(tc, the_second_syn);
    tcase_add_test(tc, the_loss);
    tcase_add_test(tc, unicode_keeps_the_section_sign);
    tcase_add_test(tc, no_such_event);
    tcase_add_test(tc, every_event_has_a_sentence);
    tcase_add_test(tc, causes_that_go_without_saying);
    tcase_add_test(tc, a_circle_of_causes_ends);
    suite_add_tcase(s, tc);
    return s;
}
