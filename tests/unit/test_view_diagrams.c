/* The diagrams to paste: Mermaid, the RFC's figures, tshark's flow. */
#include <string.h>

#include "check_main.h"
#include "trace_by_hand.h"
#include "view/view.h"

static char *written(const Trace *trace,
                     void (*view)(const Trace *, const ViewOptions *, GString *))
{
    /* What a terminal could show changes nothing: they are pasted elsewhere. */
    const ViewOptions options = {.unicode = TRUE, .colour = TRUE, .width = 40};
    GString *out = g_string_new(NULL);
    view(trace, &options, out);
    return g_string_free(out, FALSE);
}

#define assert_written(trace, view, expected)                                                      \
    do {                                                                                           \
        g_autofree char *got_ = written(trace, view);                                              \
        ck_assert_msg(strcmp(got_, expected) == 0, "not as expected:\n%s", got_);                  \
    } while (0)

#define assert_has(trace, view, expected)                                                          \
    do {                                                                                           \
        g_autofree char *got_ = written(trace, view);                                              \
        ck_assert_msg(strstr(got_, expected) != NULL, "no \"%s\" in:\n%s", expected, got_);        \
    } while (0)

/* --- Mermaid --------------------------------------------------------------------------------- */

START_TEST(mermaid_of_first_syn_lost)
{
    g_autoptr(Trace) trace = first_syn_lost();
    assert_written(trace, view_mermaid,
                   "sequenceDiagram\n"
                   "    title The first SYN is lost\n"
                   "    participant client\n"
                   "    participant server\n"
                   "    Note right of server: LISTEN\n"
                   "    Note left of client: SYN-SENT\n"
                   "    client-xserver: SYN seq=0\n"
                   "    Note over client,server: lost: drop client SYN #35;1<br/>"
                   "(first-syn-lost.scn:8)\n"
                   "    Note over client,server: 3 s later: t = 3 s\n"
                   "    Note left of client: retransmit timer fired after 3 s\n"
                   "    client->>server: SYN seq=0 (retry 1 of 5)\n"
                   "    Note right of server: SYN-RCVD\n"
                   "    server->>client: SYN-ACK seq=0 ack=1\n"
                   "    Note left of client: ESTABLISHED\n"
                   "    client->>server: ACK seq=1 ack=1\n"
                   "    Note right of server: ESTABLISHED\n");
}
END_TEST

START_TEST(mermaid_escapes_what_it_would_read)
{
    g_autoptr(Trace) trace = trace_new(TRACE_LEVEL_FULL);
    trace_add_host(trace, "end"); /* a word of Mermaid's */
    trace_add_host(trace, "web-1;<b>");
    trace->title = g_strdup("50% \"loss\"; #1 \xe2\x86\x92 {x}\n%%{init}%%");
    add_send(trace, 0, CLIENT, segment_of(CLIENT, TCP_SYN, 5, 0), TCP_REASON_NONE, 0);
    assert_written(trace, view_mermaid,
                   "sequenceDiagram\n"
                   "    title 50#37; #34;loss#34;#59; #35;1 -#62; #123;x#125;#92;x0a"
                   "#37;#37;#123;init#125;#37;#37;\n"
                   "    participant h1 as end\n"
                   "    participant h2 as web-1#59;#60;b#62;\n"
                   "    h1->>h2: SYN seq=0\n");
}
END_TEST

START_TEST(mermaid_names_hosts_that_nobody_knows)
{
    g_autoptr(Trace) trace = two_hosts();
    TraceEvent send = send_of(trace, 0, CLIENT, segment_of(CLIENT, TCP_SYN, 5, 0), 0);
    send.segment.peer = TRACE_NO_HOST;
    trace_add(trace, &send);
    assert_has(trace, view_mermaid, "    client->>somebody: SYN seq=0\n");
    g_autoptr(Trace) empty = trace_new(TRACE_LEVEL_FULL);
    assert_written(empty, view_mermaid, "sequenceDiagram\n");
}
END_TEST

/* The SYN leaves at 0 s and, held back by 5 s, arrives twice. */
static Trace *delayed_syn(void)
{
    Trace *trace = two_hosts();
    TraceEvent send = send_of(trace, 0, CLIENT, segment_of(CLIENT, TCP_SYN, CLIENT_ISN, 0), 0);
    send.segment.fate = TRACE_FATE_DELAY;
    TraceId sent = trace_add(trace, &send);
    TraceEvent fault = event_of(0, TRACE_FAULT, CLIENT, 1, sent);
    fault.fault.sent = sent;
    fault.fault.kind = FAULT_DELAY;
    fault.fault.culprit = TRACE_CULPRIT_CHANCE;
    fault.fault.delay_by = MS(5000);
    trace_add(trace, &fault);
    add_arrive(trace, MS(5010), sent, 1);
    TraceEvent again = *trace_event(trace, trace->events->len);
    again.t = MS(5020);
    again.segment.copy = 1;
    trace_add(trace, &again);
    return trace;
}

START_TEST(mermaid_says_what_an_arrow_cannot_show)
{
    g_autoptr(Trace) trace = delayed_syn();
    assert_has(trace, view_mermaid,
               "    client-)server: SYN seq=0\n"
               "    Note over client,server: delayed by 5 s: by chance\n"
               "    Note over client,server: 5.01 s later: t = 5.01 s\n"
               "    Note right of server: SYN seq=0 arrives\n"
               "    Note right of server: SYN seq=0 arrives (copy 2)\n");
}
END_TEST

/* --- the RFC's figures ----------------------------------------------------------------------- */

START_TEST(rfc_of_first_syn_lost)
{
    g_autoptr(Trace) trace = first_syn_lost();
    assert_written(trace, view_rfc,
                   "    TCP Peer A (client)                              TCP Peer B (server)\n"
                   "\n"
                   "1.  CLOSED                                               LISTEN\n"
                   "\n"
                   "2.  SYN-SENT     --> <SEQ=100><CTL=SYN>              XXX (lost)\n"
                   "\n"
                   "3.  (RTO, 3 s)\n"
                   "    SYN-SENT     --> <SEQ=100><CTL=SYN>              --> SYN-RECEIVED\n"
                   "\n"
                   "4.  ESTABLISHED  <-- <SEQ=300><ACK=101><CTL=SYN,ACK> <-- SYN-RECEIVED\n"
                   "\n"
                   "5.  ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK>     --> ESTABLISHED\n"
                   "\n"
                   "                         The first SYN is lost\n");
}
END_TEST

START_TEST(rfc_shows_what_is_under_way)
{
    g_autoptr(Trace) trace = delayed_syn();
    assert_has(trace, view_rfc,
               "1.               --> <SEQ=100><CTL=SYN>   ...\n"
               "\n"
               "2.               ... <SEQ=100><CTL=SYN>   -->\n"
               "\n"
               "3.  (duplicate)  ... <SEQ=100><CTL=SYN>   -->\n");
}
END_TEST

/* Both send before anything arrives: neither line can show both ends. */
START_TEST(rfc_parts_crossing_segments)
{
    g_autoptr(Trace) trace = two_hosts();
    TraceId one =
        add_send(trace, 0, CLIENT, segment_of(CLIENT, TCP_SYN, CLIENT_ISN, 0), TCP_REASON_NONE, 0);
    TraceId two =
        add_send(trace, 0, SERVER, segment_of(SERVER, TCP_SYN, SERVER_ISN, 0), TCP_REASON_NONE, 0);
    add_arrive(trace, MS(10), one, 1);
    add_arrive(trace, MS(10), two, 1);
    assert_has(trace, view_rfc,
               "1.               --> <SEQ=100><CTL=SYN>   ...\n"
               "\n"
               "2.               ... <SEQ=300><CTL=SYN>   <--\n"
               "\n"
               "3.               ... <SEQ=100><CTL=SYN>   -->\n"
               "\n"
               "4.               <-- <SEQ=300><CTL=SYN>   ...\n");
}
END_TEST

START_TEST(rfc_names_what_a_segment_met)
{
    g_autoptr(Trace) trace = two_hosts();
    TraceEvent forged = forged_of(trace, 0, CLIENT, segment_of(CLIENT, TCP_SYN, 90, 0));
    TraceId sent = trace_add(trace, &forged);
    TraceId arrived = add_arrive(trace, MS(10), sent, 1);
    TraceEvent refused = *trace_event(trace, arrived);
    refused.kind = TRACE_DISCARD;
    trace_add(trace, &refused);
    assert_has(trace, view_rfc,
               "1.  (forged)     ... <SEQ=100><CTL=SYN>   -->\n"
               "                                              (refused)\n");
}
END_TEST

/* Whatever numbers there are, 72 columns are the page. */
START_TEST(rfc_stays_on_the_page)
{
    g_autoptr(Trace) trace = first_syn_lost();
    g_free(trace->title);
    trace->title = g_strdup("A title that is so long that it cannot be one row of a page that "
                            "ends with its column 72 and therefore is two");
    Segment data =
        segment_of(SERVER, TCP_ACK | TCP_PSH | TCP_URG | TCP_FIN, 3000000000, 4000000000);
    data.length = 1460;
    TraceId sent = add_send(trace, MS(4000), SERVER, data, TCP_REASON_NONE, 0);
    add_arrive(trace, MS(4010), sent, 1);
    g_autofree char *got = written(trace, view_rfc);
    g_auto(GStrv) rows = g_strsplit(got, "\n", -1);
    for (guint i = 0; rows[i] != NULL; i++) {
        ck_assert_msg(strlen(rows[i]) <= 72, "%s", rows[i]);
        ck_assert_msg(!g_str_has_suffix(rows[i], " "), "%s|", rows[i]);
    }
    assert_has(trace, view_rfc,
               "\n6.  ESTABLISHED  <-- <SEQ=3000000000><ACK=4000000000>   <-- ESTABLISHED\n"
               "                     <DATA=1460><CTL=FIN,URG,ACK>\n");
    assert_has(trace, view_rfc, "\n                with its column 72 and therefore is two\n");
}
END_TEST

/* --- tshark's flow --------------------------------------------------------------------------- */

START_TEST(flow_of_first_syn_lost)
{
    g_autoptr(Trace) trace = first_syn_lost();
    assert_written(
        trace, view_flow,
        "|Time     | client                                |\n"
        "|         |                   | server            |                   \n"
        "|0.000000 |         SYN       |                   |Seq = 0, lost: drop client SYN #1 "
        "(first-syn-lost.scn:8)\n"
        "|         |(40000)  ------------------X  (80)     |\n"
        "|3.000000 |         SYN       |                   |Seq = 0, retry 1 of 5\n"
        "|         |(40000)  ------------------>  (80)     |\n"
        "|3.010000 |         SYN, ACK  |                   |Seq = 0 Ack = 1\n"
        "|         |(40000)  <------------------  (80)     |\n"
        "|3.020000 |         ACK       |                   |Seq = 1 Ack = 1\n"
        "|         |(40000)  ------------------>  (80)     |\n");
}
END_TEST

static void send_on(Trace *trace, SimTime t, TraceHost from, TraceHost to, guint16 src_port,
                    guint16 dst_port, guint8 flags, guint16 length)
{
    TraceEvent event = event_of(t, TRACE_SEND, from, 1, 0);
    Segment segment = {.src_addr = CLIENT_ADDRESS + from,
                       .dst_addr = CLIENT_ADDRESS + to,
                       .src_port = src_port,
                       .dst_port = dst_port,
                       .seq = 9,
                       .flags = flags,
                       .length = length};
    event.segment.seen = trace_see(trace, &segment, FALSE);
    event.segment.class = segment_class(&segment);
    event.segment.peer = (guint16)to;
    trace_add(trace, &event);
}

/* As tshark 4.0 prints a capture of these segments between 10.0.0.1, .2, .3 and 192.168.100.101. */
START_TEST(flow_of_four_hosts_is_what_tshark_prints)
{
    g_autoptr(Trace) trace = trace_new(TRACE_LEVEL_FULL);
    static const char *const names[] = {"10.0.0.1", "10.0.0.2", "10.0.0.3", "192.168.100.101"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        trace_add_host(trace, names[i]);
    send_on(trace, 0, 0, 1, 40000, 80, TCP_SYN, 0);
    send_on(trace, MS(3000), 2, 1, 1234, 80, TCP_SYN, 0);
    send_on(trace, MS(20250), 0, 2, 40001, 80, TCP_SYN, 0);
    send_on(trace, MS(21000), 3, 0, 65535, 65535, TCP_SYN, 1000);
    assert_written(trace, view_flow,
                   "Conv.| Time    | 10.0.0.1                              | 10.0.0.3              "
                   "                |\n"
                   "     |         |                   | 10.0.0.2          |                   | "
                   "192.168.100.101   |                   \n"
                   "0    |0.000000 |         SYN       |                   |                   |   "
                   "                |Seq = 0\n"
                   "     |         |(40000)  ------------------>  (80)     |                   |   "
                   "                |\n"
                   "-------------------------------------------------------------------------------"
                   "------------------\n"
                   "1    |3.000000 |                   |         SYN       |                   |   "
                   "                |Seq = 0\n"
                   "     |         |                   |(80)     <------------------  (1234)   |   "
                   "                |\n"
                   "-------------------------------------------------------------------------------"
                   "------------------\n"
                   "2    |20.250000|         SYN       |                   |                   |   "
                   "                |Seq = 0\n"
                   "     |         |(40001)  -------------------------------------->  (80)     |   "
                   "                |\n"
                   "-------------------------------------------------------------------------------"
                   "------------------\n"
                   "3    |21.000000|         SYN - Len: 1000               |                   |   "
                   "                |Seq = 0\n"
                   "     |         |(65535)  "
                   "<----------------------------------------------------------  (65535)  |\n");
}
END_TEST

START_TEST(flow_tells_what_tshark_cannot_know)
{
    g_autoptr(Trace) trace = delayed_syn();
    assert_has(trace, view_flow, "|Seq = 0, delayed by 5 s: by chance\n");
    TraceEvent forged = forged_of(trace, MS(6000), SERVER, segment_of(SERVER, TCP_RST, 5, 0));
    forged.segment.peer = TRACE_NO_HOST;
    trace_add(trace, &forged);
    assert_has(trace, view_flow, ", forged as server\n");
    assert_has(trace, view_flow, "| somebody ");
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("diagrams");
    TCase *mermaid = tcase_create("mermaid");
    tcase_add_test(mermaid, mermaid_of_first_syn_lost);
    tcase_add_test(mermaid, mermaid_escapes_what_it_would_read);
    tcase_add_test(mermaid, mermaid_names_hosts_that_nobody_knows);
    tcase_add_test(mermaid, mermaid_says_what_an_arrow_cannot_show);
    suite_add_tcase(s, mermaid);
    TCase *rfc = tcase_create("rfc");
    tcase_add_test(rfc, rfc_of_first_syn_lost);
    tcase_add_test(rfc, rfc_shows_what_is_under_way);
    tcase_add_test(rfc, rfc_parts_crossing_segments);
    tcase_add_test(rfc, rfc_names_what_a_segment_met);
    tcase_add_test(rfc, rfc_stays_on_the_page);
    suite_add_tcase(s, rfc);
    TCase *flow = tcase_create("flow");
    tcase_add_test(flow, flow_of_first_syn_lost);
    tcase_add_test(flow, flow_of_four_hosts_is_what_tshark_prints);
    tcase_add_test(flow, flow_tells_what_tshark_cannot_know);
    suite_add_tcase(s, flow);
    return s;
}
