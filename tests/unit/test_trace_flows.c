/* Which flow a segment belongs to, and its relative numbers: trace/flows.h. */
#include "check_main.h"
#include "trace_by_hand.h"

static Trace *trace;

static void setup(void)
{
    trace = two_hosts();
}

static void teardown(void)
{
    trace_free(trace);
}

static TraceSeen see(TraceHost from, guint8 flags, Seq seq, Seq ack)
{
    TraceId id = add_send(trace, 0, from, segment_of(from, flags, seq, ack), TCP_REASON_NONE, 0);
    return *trace_event(trace, id)->segment.seen;
}

static TraceSeen see_forged(guint8 flags, Seq seq, Seq ack)
{
    TraceEvent event = forged_of(trace, 0, CLIENT, segment_of(CLIENT, flags, seq, ack));
    event.host = THIRD;
    return *trace_event(trace, trace_add(trace, &event))->segment.seen;
}

static void assert_numbers(TraceSeen got, guint32 flow, guint32 seq, guint32 ack)
{
    ck_assert_uint_eq(got.flow, flow);
    ck_assert_uint_eq(got.seq, seq);
    ck_assert_uint_eq(got.ack, ack);
}

START_TEST(numbers_count_from_the_initial_ones)
{
    assert_numbers(see(CLIENT, TCP_SYN, 1000, 0), 1, 0, 0);
    assert_numbers(see(SERVER, TCP_SYN | TCP_ACK, 5000, 1001), 1, 0, 1);
    assert_numbers(see(CLIENT, TCP_ACK, 1001, 5001), 1, 1, 1);
    TraceSeen keepalive = see(CLIENT, TCP_ACK, 1000, 5001);
    assert_numbers(keepalive, 1, 0, 1);
    ck_assert(!keepalive.seq_is_absolute && !keepalive.ack_is_absolute);
}
END_TEST

START_TEST(numbers_wrap)
{
    see(CLIENT, TCP_SYN, 0xffffffff, 0);
    assert_numbers(see(SERVER, TCP_SYN | TCP_ACK, 0xfffffff0, 0), 1, 0, 1);
    assert_numbers(see(CLIENT, TCP_ACK, 0x10, 0x10), 1, 0x11, 0x20);
}
END_TEST

/* truth/connect-refused.csv: "RST,0,1,0,0". */
START_TEST(a_closed_port_has_no_initial_number)
{
    see(CLIENT, TCP_SYN, 1000, 0);
    TraceSeen rst = see(SERVER, TCP_RST | TCP_ACK, 0, 1001);
    assert_numbers(rst, 1, 0, 1);
    ck_assert(rst.seq_is_absolute);
    ck_assert(!rst.ack_is_absolute);
}
END_TEST

START_TEST(a_repeated_syn_stays_in_its_flow)
{
    see(CLIENT, TCP_SYN, 1000, 0);
    assert_numbers(see(CLIENT, TCP_SYN, 1000, 0), 1, 0, 0);
}
END_TEST

/* As an observer would say: the numbers are there for the second time. */
START_TEST(a_syn_again)
{
    ck_assert(!see(CLIENT, TCP_SYN, 1000, 0).syn_again);
    ck_assert(see(CLIENT, TCP_SYN, 1000, 0).syn_again);
    ck_assert(!see(SERVER, TCP_SYN | TCP_ACK, 5000, 1001).syn_again);
    ck_assert(see(SERVER, TCP_SYN | TCP_ACK, 5000, 1001).syn_again);
    ck_assert(!see(SERVER, TCP_SYN | TCP_ACK, 6000, 1001).syn_again); /* it has forgotten */
    ck_assert(!see_forged(TCP_SYN, 1000, 0).syn_again);
    ck_assert(!see(CLIENT, TCP_ACK, 1000, 6001).syn_again);
    ck_assert(!see(CLIENT, TCP_SYN, 9000, 0).syn_again); /* the next flow */
    ck_assert(!see(SERVER, TCP_SYN, 7000, 0).syn_again);
    ck_assert(see(SERVER, TCP_SYN | TCP_ACK, 7000, 9001).syn_again); /* simultaneous open */
}
END_TEST

START_TEST(a_syn_that_was_only_acknowledged_is_new)
{
    ck_assert(!see(SERVER, TCP_SYN | TCP_ACK, 5000, 1001).syn_again);
    ck_assert(!see(CLIENT, TCP_SYN, 1000, 0).syn_again);
    ck_assert(see(CLIENT, TCP_SYN, 1000, 0).syn_again);
}
END_TEST

START_TEST(simultaneous_open_is_one_flow)
{
    assert_numbers(see(CLIENT, TCP_SYN, 1000, 0), 1, 0, 0);
    assert_numbers(see(SERVER, TCP_SYN, 5000, 0), 1, 0, 0);
    assert_numbers(see(CLIENT, TCP_SYN | TCP_ACK, 1000, 5001), 1, 0, 1);
    assert_numbers(see(SERVER, TCP_SYN | TCP_ACK, 5000, 1001), 1, 0, 1);
}
END_TEST

START_TEST(another_initial_number_is_another_flow)
{
    see(CLIENT, TCP_SYN, 1000, 0);
    see(SERVER, TCP_SYN | TCP_ACK, 5000, 1001);
    assert_numbers(see(CLIENT, TCP_SYN, 2000, 0), 2, 0, 0);
    assert_numbers(see(SERVER, TCP_SYN | TCP_ACK, 7000, 2001), 2, 0, 1);
}
END_TEST

/* With fixed initial numbers only what was sent between tells two connections apart. */
START_TEST(a_syn_after_data_is_another_flow)
{
    see(CLIENT, TCP_SYN, 1000, 0);
    see(SERVER, TCP_SYN | TCP_ACK, 5000, 1001);
    see(CLIENT, TCP_ACK, 1001, 5001);
    assert_numbers(see(CLIENT, TCP_SYN, 1000, 0), 2, 0, 0);
}
END_TEST

/* RFC 9293 figure 9: SYN-SENT answers an ACK of the old connection with RST, then tries again. */
START_TEST(a_rst_from_syn_sent_ends_nothing)
{
    see(CLIENT, TCP_SYN, 1000, 0);
    see(CLIENT, TCP_RST, 300, 0);
    assert_numbers(see(CLIENT, TCP_SYN, 1000, 0), 1, 0, 0);
}
END_TEST

START_TEST(a_reborn_listener_gets_its_new_number)
{
    see(CLIENT, TCP_SYN, 1000, 0);
    see(SERVER, TCP_SYN | TCP_ACK, 5000, 1001);
    assert_numbers(see(SERVER, TCP_SYN | TCP_ACK, 9000, 1001), 1, 0, 1);
    assert_numbers(see(CLIENT, TCP_ACK, 1001, 9001), 1, 1, 1);
}
END_TEST

START_TEST(other_ports_are_other_flows)
{
    see(CLIENT, TCP_SYN, 1000, 0);
    Segment other = segment_of(CLIENT, TCP_SYN, 1000, 0);
    other.src_port++;
    TraceId id = add_send(trace, 0, CLIENT, other, TCP_REASON_NONE, 0);
    ck_assert_uint_eq(trace_event(trace, id)->segment.seen->flow, 2);
    ck_assert_uint_eq(see(CLIENT, TCP_SYN, 1000, 0).flow, 1);
}
END_TEST

START_TEST(a_flow_seen_from_its_middle_is_absolute)
{
    TraceSeen data = see(CLIENT, TCP_ACK, 777, 888);
    assert_numbers(data, 1, 777, 888);
    ck_assert(data.seq_is_absolute && data.ack_is_absolute);
    TraceSeen syn_ack = see(SERVER, TCP_SYN | TCP_ACK, 5000, 778);
    assert_numbers(syn_ack, 1, 0, 1);
    ck_assert(!syn_ack.ack_is_absolute);
}
END_TEST

START_TEST(a_forged_segment_changes_nothing)
{
    see(CLIENT, TCP_SYN, 1000, 0);
    see(SERVER, TCP_SYN | TCP_ACK, 5000, 1001);
    assert_numbers(see_forged(TCP_SYN, 1234, 0), 1, 234, 0);
    assert_numbers(see_forged(TCP_ACK, 1101, 5001), 1, 101, 1);
    assert_numbers(see(CLIENT, TCP_ACK, 1001, 5001), 1, 1, 1);
}
END_TEST

START_TEST(a_forged_syn_may_begin_a_flow)
{
    assert_numbers(see_forged(TCP_SYN, 1234, 0), 1, 0, 0);
    assert_numbers(see(SERVER, TCP_SYN | TCP_ACK, 5000, 1235), 1, 0, 1);
    assert_numbers(see(CLIENT, TCP_SYN, 1000, 0), 2, 0, 0);
}
END_TEST

/* 16 MB: more than any sender jumps, and it moves along with what is sent. */
START_TEST(far_numbers_do_not_belong)
{
    see(CLIENT, TCP_SYN, 1000, 0);
    see(SERVER, TCP_SYN | TCP_ACK, 5000, 1001);
    ck_assert(!see_forged(TCP_RST, 1000 + (1 << 24), 0).seq_is_absolute);
    TraceSeen far = see_forged(TCP_RST, 1001 + (1 << 24), 0);
    ck_assert(far.seq_is_absolute);
    ck_assert_uint_eq(far.seq, 1001 + (1 << 24));
    ck_assert(!see_forged(TCP_RST, 1000U - (1 << 24), 0).seq_is_absolute);
    ck_assert(see_forged(TCP_RST, 999U - (1 << 24), 0).seq_is_absolute);

    for (Seq sent = 1001; sent < 1001U + (3U << 24); sent += 1 << 22)
        ck_assert(!see(CLIENT, TCP_ACK, sent, 5001).seq_is_absolute);
    ck_assert(!see(SERVER, TCP_ACK, 5001, 1001 + (3 << 24)).ack_is_absolute);
}
END_TEST

START_TEST(an_arrival_has_the_numbers_of_its_sending)
{
    TraceId old =
        add_send(trace, 0, CLIENT, segment_of(CLIENT, TCP_SYN, 1000, 0), TCP_REASON_NONE, 0);
    see(CLIENT, TCP_SYN, 2000, 0);
    TraceId arrived = add_arrive(trace, MS(10), old, 1);
    assert_numbers(*trace_event(trace, arrived)->segment.seen, 1, 0, 0);
    assert_numbers(see(SERVER, TCP_SYN | TCP_ACK, 5000, 1001), 2, 0, (guint32)-999);
}
END_TEST

/* A capture at one end has no sending for what arrives there. */
START_TEST(an_arrival_alone_is_seen_too)
{
    see(CLIENT, TCP_SYN, 1000, 0);
    TraceEvent event = event_of(MS(20), TRACE_ARRIVE, CLIENT, 1, 0);
    Segment syn_ack = segment_of(SERVER, TCP_SYN | TCP_ACK, 5000, 1001);
    event.segment.seen = trace_see(trace, &syn_ack, FALSE);
    assert_numbers(*trace_event(trace, trace_add(trace, &event))->segment.seen, 1, 0, 1);
    assert_numbers(see(CLIENT, TCP_ACK, 1001, 5001), 1, 1, 1);
}
END_TEST

/* The map of flows tells addresses by 32 bits of both: these two pairs have the same. */
START_TEST(addresses_that_look_alike_are_told_apart)
{
    const guint32 step = 0x01000000;
    Segment one = segment_of(CLIENT, TCP_SYN, 1000, 0), other = one;
    one.src_addr = 0;
    one.dst_addr = 0x50000000;
    other.src_addr = step;
    other.dst_addr = one.dst_addr ^ step * 0x9e3779b1U;
    for (guint32 again = 0; again < 2; again++) {
        TraceId first = add_send(trace, 0, CLIENT, one, TCP_REASON_NONE, 0);
        TraceId second = add_send(trace, 0, CLIENT, other, TCP_REASON_NONE, 0);
        assert_numbers(*trace_event(trace, first)->segment.seen, 1, 0, 0);
        assert_numbers(*trace_event(trace, second)->segment.seen, 2, 0, 0);
    }
}
END_TEST

START_TEST(an_endpoint_may_talk_to_itself)
{
    Segment syn = segment_of(CLIENT, TCP_SYN, 1000, 0);
    syn.dst_addr = syn.src_addr;
    syn.dst_port = syn.src_port;
    add_send(trace, 0, CLIENT, syn, TCP_REASON_NONE, 0);
    syn.flags = TCP_SYN | TCP_ACK;
    syn.ack = 1001;
    TraceId id = add_send(trace, 0, CLIENT, syn, TCP_REASON_NONE, 0);
    assert_numbers(*trace_event(trace, id)->segment.seen, 1, 0, 1);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("trace flows");
    TCase *tc = tcase_create("flows");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, numbers_count_from_the_initial_ones);
    tcase_add_test(tc, numbers_wrap);
    tcase_add_test(tc, a_closed_port_has_no_initial_number);
    tcase_add_test(tc, a_repeated_syn_stays_in_its_flow);
    tcase_add_test(tc, a_syn_again);
    tcase_add_test(tc, a_syn_that_was_only_acknowledged_is_new);
    tcase_add_test(tc, simultaneous_open_is_one_flow);
    tcase_add_test(tc, another_initial_number_is_another_flow);
    tcase_add_test(tc, a_syn_after_data_is_another_flow);
    tcase_add_test(tc, a_rst_from_syn_sent_ends_nothing);
    tcase_add_test(tc, a_reborn_listener_gets_its_new_number);
    tcase_add_test(tc, other_ports_are_other_flows);
    tcase_add_test(tc, a_flow_seen_from_its_middle_is_absolute);
    tcase_add_test(tc, a_forged_segment_changes_nothing);
    tcase_add_test(tc, a_forged_syn_may_begin_a_flow);
    tcase_add_test(tc, far_numbers_do_not_belong);
    tcase_add_test(tc, an_arrival_has_the_numbers_of_its_sending);
    tcase_add_test(tc, an_arrival_alone_is_seen_too);
    tcase_add_test(tc, addresses_that_look_alike_are_told_apart);
    tcase_add_test(tc, an_endpoint_may_talk_to_itself);
    suite_add_tcase(s, tc);
    return s;
}
