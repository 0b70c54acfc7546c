/* A part of a trace: trace/window.h. */
#include "check_main.h"
#include "trace/window.h"
#include "trace_by_hand.h"

static const TraceEvent *nth(const Trace *trace, TraceId id)
{
    const TraceEvent *event = trace_event(trace, id);

    ck_assert_ptr_nonnull(event);
    return event;
}

/* A SYN that is lost, its timer, and the state that both are of; the SYN again, and its arrival. */
START_TEST(what_lasts_begins_at_the_cut)
{
    g_autoptr(Trace) trace = first_syn_lost();
    g_autoptr(Trace) part = trace_window(trace, 1 * SIM_SECOND, 3005 * SIM_MILLISECOND);

    /* The listener, SYN-SENT and the armed timer; then it fires, the SYN leaves, it is armed again. */
    ck_assert_uint_eq(part->events->len, 6);
    for (TraceId id = 1; id <= 3; id++)
        ck_assert_int_eq(nth(part, id)->t, 1 * SIM_SECOND);
    ck_assert_int_eq(nth(part, 1)->state.to, TCP_STATE_LISTEN);
    ck_assert_int_eq(nth(part, 2)->state.to, TCP_STATE_SYN_SENT);
    ck_assert_int_eq(nth(part, 3)->timer.event, TCP_TIMER_ARMED);
    ck_assert_int_eq(nth(part, 4)->timer.event, TCP_TIMER_FIRED);
    ck_assert_uint_eq(nth(part, 4)->cause, 3);
    ck_assert_int_eq(nth(part, 5)->kind, TRACE_SEND);
    ck_assert_uint_eq(nth(part, 5)->cause, 4);
    ck_assert_str_eq(part->title, trace->title);
    ck_assert_uint_eq(part->hosts->len, trace->hosts->len);
}
END_TEST

START_TEST(an_arrival_may_come_from_outside)
{
    g_autoptr(Trace) trace = first_syn_lost();
    g_autoptr(Trace) part = trace_window(trace, 3010 * SIM_MILLISECOND, 3010 * SIM_MILLISECOND);
    guint arrivals = 0;

    for (TraceId id = 1; id <= part->events->len; id++) {
        if (nth(part, id)->kind != TRACE_ARRIVE)
            continue;
        arrivals++;
        ck_assert_uint_eq(nth(part, id)->segment.sent, 0);
        ck_assert_ptr_nonnull(nth(part, id)->segment.seen);
    }
    ck_assert_uint_eq(arrivals, 1);
}
END_TEST

START_TEST(all_of_it_is_the_same)
{
    g_autoptr(Trace) trace = first_syn_lost();
    g_autoptr(Trace) part = trace_window(trace, 0, SIM_NEVER);

    ck_assert_uint_eq(part->events->len, trace->events->len);
    for (TraceId id = 1; id <= trace->events->len; id++) {
        ck_assert_int_eq(nth(part, id)->t, nth(trace, id)->t);
        ck_assert_uint_eq(nth(part, id)->cause, nth(trace, id)->cause);
    }
}
END_TEST

START_TEST(nothing_happens_then)
{
    g_autoptr(Trace) trace = two_hosts();
    g_autoptr(Trace) part = trace_window(trace, SIM_SECOND, 2 * SIM_SECOND);

    ck_assert_uint_eq(part->events->len, 0);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("trace_window");
    TCase *tc = tcase_create("window");

    tcase_add_test(tc, what_lasts_begins_at_the_cut);
    tcase_add_test(tc, an_arrival_may_come_from_outside);
    tcase_add_test(tc, all_of_it_is_the_same);
    tcase_add_test(tc, nothing_happens_then);
    suite_add_tcase(s, tc);
    return s;
}
