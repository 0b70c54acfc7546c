/* What a run says of itself is true: sentences of the timeline where they could be false, of scenarios
 * that were made for it. */
#include "config.h"
#include "lab_runs.h"

#include <string.h>

static char *timeline_of(const char *text)
{
    static const ViewOptions ascii = {.width = 200};
    g_autoptr(Trace) trace = run(text);
    GString *out = g_string_new(NULL);

    view_timeline(trace, &ascii, out);
    return g_string_free(out, FALSE);
}

static void assert_says(const char *scenario, const char *words)
{
    g_autofree char *text = timeline_of(scenario);

    ck_assert_msg(strstr(text, words) != NULL, "\"%s\" is not in:\n%s", words, text);
}

static void assert_does_not_say(const char *scenario, const char *words)
{
    g_autofree char *text = timeline_of(scenario);

    ck_assert_msg(strstr(text, words) == NULL, "\"%s\" is in:\n%s", words, text);
}

/* The SYN-ACK leaves at 10 ms and waits 1 s (initial-rto), then 2 s from 1.01 s on; but all is over
 * 2.5 s after it, at 2.51 s: 1.5 s are left of the second wait. */
START_TEST(a_half_open_timer_ends_at_the_deadline)
{
    static const char text[] = "set server half-open-timeout=2.5s initial-rto=1s\n"
                               "drop client ACK all\n"
                               "stop at 3s\n";
    g_autofree char *scenario = g_strconcat(CONNECTED, text, NULL);

    assert_says(scenario, "retransmit timer armed: 1 s, due 1.01 s, retry 1 of 7");
    assert_says(scenario, "retransmit timer fired after 1 s: retry 1 of 7\n");
    assert_says(scenario, "retransmit timer armed: 1.5 s, due 2.51 s, no retry left");
    assert_says(scenario, "retransmit timer fired after 1.5 s: no retry left\n");
    assert_does_not_say(scenario, "retry 2 of 7");
}
END_TEST

/* The ACK of 1.2 s comes before the deadline: the timer that is stopped is the one that was set. */
START_TEST(a_half_open_timer_is_cancelled_as_it_was_armed)
{
    static const char text[] = "set server half-open-timeout=2.5s initial-rto=1s\n"
                               "drop client ACK #1\n"
                               "stop at 3s\n";
    g_autofree char *scenario = g_strconcat(CONNECTED, text, NULL);

    assert_says(scenario, "retransmit timer armed: 1.5 s, due 2.51 s, no retry left");
    assert_says(scenario, "retransmit timer cancelled: 1.5 s, no retry left");
}
END_TEST

/* tcp_syn_retries=1: SYNs at 0 s and 1 s; then a heartbeat of 500 ms, which is no timeout. */
START_TEST(the_last_wait_is_no_timeout)
{
    static const char text[] = "set client last-wait=tick tick=500ms initial-rto=1s\n"
                               "set client tcp_syn_retries=1\n"
                               "drop client SYN all\n";
    g_autofree char *scenario = g_strconcat(CONNECTED, text, NULL);

    assert_says(scenario, "retransmit timer fired after 1 s: retry 1 of 1\n");
    assert_says(scenario, "retransmit timer armed: 500 ms, due 1.5 s, no retry left");
    assert_does_not_say(scenario, "RTO 1 s -> 500 ms");
}
END_TEST

/* A FIN that is repeated for ever has no limit, whatever is one for data. */
START_TEST(what_is_repeated_for_ever_has_no_limit)
{
    static const char text[] = "set client fin-gives-up=no give-up=count tcp_retries2=3\n"
                               "drop client FIN all\n"
                               "at 1s client shutdown\n"
                               "stop at 60s\n";
    g_autofree char *scenario = g_strconcat(CONNECTED, text, NULL);

    assert_says(scenario, "FIN seq=1 ack=1 (retry 5)");
    assert_does_not_say(scenario, "(retry 1 of 3)");
    assert_does_not_say(scenario, "no retry left");
}
END_TEST

/* Refusals are counted apart from repeats: the SYN of 1 s was the first repeat of two, whose RST brings
 * the second. */
START_TEST(a_refused_syn_is_counted_with_the_lost_ones)
{
    static const char text[] = HOSTS "set client refused-retries=1 refused-wait=500ms\n"
                                     "set client initial-rto=1s tcp_syn_retries=2\n"
                                     "drop client SYN #1\n"
                                     "at 0s client connect server\n";

    assert_says(text, "retransmit timer armed anew: 500 ms, due 1.52 s, retry 2 of 2");
    assert_says(text, "SYN seq=0 (retry 2 of 2)");
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("lab_reasons");
    TCase *tc = scenario_case("reasons");

    tcase_add_test(tc, a_half_open_timer_ends_at_the_deadline);
    tcase_add_test(tc, a_half_open_timer_is_cancelled_as_it_was_armed);
    tcase_add_test(tc, the_last_wait_is_no_timeout);
    tcase_add_test(tc, what_is_repeated_for_ever_has_no_limit);
    tcase_add_test(tc, a_refused_syn_is_counted_with_the_lost_ones);
    suite_add_tcase(s, tc);
    return s;
}
