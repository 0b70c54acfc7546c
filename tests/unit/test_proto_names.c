/* The vocabulary: every state, error, timer, fault and reason has a name that is read back. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "check_main.h"
#include "proto/error.h"
#include "proto/fault.h"
#include "proto/reason.h"
#include "proto/state.h"
#include "proto/timer.h"

START_TEST(states_have_the_names_of_the_rfc)
{
    static const char *const names[] = {
        "CLOSED",     "LISTEN",     "SYN-SENT", "SYN-RCVD", "ESTABLISHED", "FIN-WAIT-1",
        "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING",  "LAST-ACK", "TIME-WAIT",
    };
    TcpState state;

    ck_assert_uint_eq(sizeof names / sizeof names[0], TCP_STATE_COUNT);
    for (unsigned i = 0; i < TCP_STATE_COUNT; i++) {
        ck_assert_str_eq(tcp_state_name((TcpState)i), names[i]);
        ck_assert(tcp_state_from_name(names[i], strlen(names[i]), &state));
        ck_assert_uint_eq(state, i);
    }
}
END_TEST

START_TEST(syn_received_is_read_too)
{
    TcpState state = TCP_STATE_CLOSED;

    ck_assert(tcp_state_from_name("SYN-RECEIVED", 12, &state));
    ck_assert_uint_eq(state, TCP_STATE_SYN_RCVD);
}
END_TEST

START_TEST(other_words_are_no_states)
{
    static const char *const wrong[] = {"", "closed", "CLOSE", "CLOSEDX", "FIN-WAIT", "SYN_SENT"};
    TcpState state = TCP_STATE_LISTEN;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        ck_assert_msg(!tcp_state_from_name(wrong[i], strlen(wrong[i]), &state), "%s", wrong[i]);
    ck_assert(!tcp_state_from_name("CLOSED", 5, &state));
    ck_assert(!tcp_state_from_name("CLOSED\0", 7, &state));
    ck_assert_uint_eq(state, TCP_STATE_LISTEN);
}
END_TEST

START_TEST(synchronized_are_those_after_the_handshake)
{
    ck_assert(!tcp_state_is_synchronized(TCP_STATE_CLOSED));
    ck_assert(!tcp_state_is_synchronized(TCP_STATE_LISTEN));
    ck_assert(!tcp_state_is_synchronized(TCP_STATE_SYN_SENT));
    ck_assert(!tcp_state_is_synchronized(TCP_STATE_SYN_RCVD));
    for (unsigned i = TCP_STATE_ESTABLISHED; i < TCP_STATE_COUNT; i++)
        ck_assert(tcp_state_is_synchronized((TcpState)i));
}
END_TEST

START_TEST(errors_are_named_and_read)
{
    TcpError error;

    for (unsigned i = 0; i < TCP_ERROR_COUNT; i++) {
        const char *name = tcp_error_name((TcpError)i);
        ck_assert(tcp_error_from_name(name, strlen(name), &error));
        ck_assert_uint_eq(error, i);
        ck_assert_uint_gt(strlen(tcp_error_text((TcpError)i)), 0);
    }
    ck_assert_str_eq(tcp_error_name(TCP_OK), "ok");
    ck_assert_str_eq(tcp_error_name(TCP_ETIMEDOUT), "ETIMEDOUT");
    ck_assert_str_eq(tcp_error_text(TCP_ETIMEDOUT), "Connection timed out");
    ck_assert_str_eq(tcp_error_text(TCP_ECONNREFUSED), "Connection refused");
    ck_assert(!tcp_error_from_name("ETIMEOUT", 8, &error));
    ck_assert(!tcp_error_from_name("etimedout", 9, &error));
}
END_TEST

START_TEST(timers_are_named)
{
    static const char *const names[] = {
        "retransmit", "probe",     "tail-probe", "reordering", "delayed-ack",
        "connect",    "keepalive", "fin-wait-2", "time-wait",
    };

    ck_assert_uint_eq(sizeof names / sizeof names[0], TCP_TIMER_COUNT);
    for (unsigned i = 0; i < TCP_TIMER_COUNT; i++)
        ck_assert_str_eq(tcp_timer_name((TcpTimer)i), names[i]);
    ck_assert_str_eq(tcp_timer_event_name(TCP_TIMER_ARMED), "armed");
    ck_assert_str_eq(tcp_timer_event_name(TCP_TIMER_CANCELLED), "cancelled");
    ck_assert_str_eq(tcp_timer_event_name(TCP_TIMER_FIRED), "fired");
}
END_TEST

START_TEST(faults_are_named)
{
    ck_assert_str_eq(fault_kind_name(FAULT_DROP), "drop");
    ck_assert_str_eq(fault_kind_name(FAULT_DUPLICATE), "duplicate");
    ck_assert_str_eq(fault_kind_name(FAULT_CORRUPT), "corrupt");
    ck_assert_str_eq(fault_kind_name(FAULT_DELAY), "delay");
}
END_TEST

static bool spells_in_lower_case(const char *name, const char *constant)
{
    for (; *name != '\0' && *constant != '\0'; name++, constant++) {
        int expected = *constant == '_' ? '-' : tolower((unsigned char)*constant);
        if (*name != expected)
            return false;
    }
    return *name == *constant;
}

START_TEST(reasons_are_named_after_their_constants)
{
#define CONSTANT_(name, text, source) #name,
    static const char *const constants[] = {TCP_REASONS(CONSTANT_)};
#undef CONSTANT_

    for (unsigned i = 0; i < TCP_REASON_COUNT; i++) {
        const char *name = tcp_reason_name((TcpReason)i);
        ck_assert_msg(spells_in_lower_case(name, constants[i]), "%s, %s", name, constants[i]);
    }
}
END_TEST

START_TEST(reasons_say_why_and_whence)
{
    ck_assert_str_eq(tcp_reason_text(TCP_REASON_NONE), "");
    ck_assert_str_eq(tcp_reason_source(TCP_REASON_NONE), "");
    ck_assert_str_eq(tcp_reason_name(TCP_REASON_CLOSE_CALLED), "close-called");
    ck_assert_str_eq(tcp_reason_text(TCP_REASON_CLOSE_CALLED), "close called");
    ck_assert_str_eq(tcp_reason_source(TCP_REASON_CLOSE_CALLED), "RFC 9293 §3.10.4");
    for (unsigned i = TCP_REASON_NONE + 1; i < TCP_REASON_COUNT; i++)
        ck_assert_uint_gt(strlen(tcp_reason_text((TcpReason)i)), 0);
}
END_TEST

static FaultRule rule_of(uint32_t count, const FaultRange *ranges)
{
    FaultRule rule = {.range_count = count};

    memcpy(rule.ranges, ranges, count * sizeof *ranges);
    return rule;
}

START_TEST(rules_select_by_ordinal)
{
    FaultRule first_and_fourth = rule_of(2, (FaultRange[]){{1, 1}, {4, 4}});
    FaultRule two_to_four = rule_of(1, (FaultRange[]){{2, 4}});
    FaultRule from_three = rule_of(1, (FaultRange[]){{3, UINT32_MAX}});
    static const bool expected[6][3] = {
        {true, false, false}, {false, true, false}, {false, true, true},
        {true, true, true},   {false, false, true}, {false, false, true},
    };

    for (uint32_t n = 1; n <= 6; n++) {
        ck_assert(fault_rule_selects(&first_and_fourth, n) == expected[n - 1][0]);
        ck_assert(fault_rule_selects(&two_to_four, n) == expected[n - 1][1]);
        ck_assert(fault_rule_selects(&from_three, n) == expected[n - 1][2]);
    }
    ck_assert(fault_rule_selects(&from_three, UINT32_MAX));
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("proto_names");
    TCase *tc = tcase_create("states");
    tcase_add_test(tc, states_have_the_names_of_the_rfc);
    tcase_add_test(tc, syn_received_is_read_too);
    tcase_add_test(tc, other_words_are_no_states);
    tcase_add_test(tc, synchronized_are_those_after_the_handshake);
    suite_add_tcase(s, tc);

    tc = tcase_create("others");
    tcase_add_test(tc, errors_are_named_and_read);
    tcase_add_test(tc, timers_are_named);
    tcase_add_test(tc, faults_are_named);
    tcase_add_test(tc, reasons_are_named_after_their_constants);
    tcase_add_test(tc, reasons_say_why_and_whence);
    tcase_add_test(tc, rules_select_by_ordinal);
    suite_add_tcase(s, tc);
    return s;
}
