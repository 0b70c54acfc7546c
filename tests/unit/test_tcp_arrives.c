/* SEGMENT ARRIVES: every paragraph of RFC 9293 §3.10.7, in every state it speaks of.
 *
 * A row is a segment and what the RFC wants of it, with numbers by name: see harness_resolve().
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "tcp_harness.h"

/* Sets of states. */
#define IN(place) (1U << (place))

enum {
    SYN_RCVD_BOTH = IN(AT_SYN_RCVD) | IN(AT_SYN_RCVD_ACTIVE),
    TAKES_DATA =
        IN(AT_ESTABLISHED) | IN(AT_ESTABLISHED_PASSIVE) | IN(AT_FIN_WAIT_1) | IN(AT_FIN_WAIT_2),
    AFTER_PEERS_FIN = IN(AT_CLOSE_WAIT) | IN(AT_CLOSING) | IN(AT_LAST_ACK) | IN(AT_TIME_WAIT),
    SYNCHRONIZED = TAKES_DATA | AFTER_PEERS_FIN,
    NOT_SYN_SENT = SYN_RCVD_BOTH | SYNCHRONIZED,
    LAST_STATES = IN(AT_CLOSING) | IN(AT_LAST_ACK) | IN(AT_TIME_WAIT),
};

static const TcpState same = TCP_STATE_COUNT;
static const TcpState CLOSED = TCP_STATE_CLOSED, LISTEN = TCP_STATE_LISTEN;
static const char *const any = NULL; /* the RFC leaves it open */

typedef struct Row {
    const char *paragraph;
    unsigned places;
    const char *segment; /* what arrives */
    const char *sent;    /* the answer */
    TcpState next;
    const char *app;
} Row;

/* ---- Running the rows ---- */

static void run_row(const Row *row, HarnessPlace place, const char *keys)
{
    char segment[HARNESS_LINE_MAX], sent[HARNESS_LINE_MAX], where[512];
    TcpHarness *h = harness_new(keys);
    harness_bring(h, place);
    TcpState before = h->state;
    harness_resolve(place, row->segment, segment);
    harness_resolve(place, row->sent, sent);
    snprintf(where, sizeof where, "%s in %s: \"%s\"", row->paragraph, harness_place_names[place],
             row->segment);
    harness_deliver(h, segment);
    TcpState next = row->next == same ? before : row->next;
    ck_assert_msg(strcmp(h->sent, sent) == 0, "%s: answered \"%s\", not \"%s\"", where, h->sent,
                  sent);
    ck_assert_msg(h->state == next, "%s: now %s, not %s", where, tcp_state_name(h->state),
                  tcp_state_name(next));
    ck_assert_msg(row->app == any || strcmp(h->app, row->app) == 0,
                  "%s: the application heard \"%s\", not \"%s\"", where, h->app, row->app);
    ck_assert_msg(row->next != same || h->states[0] == '\0', "%s: moved to %s", where, h->states);
    ck_assert_uint_eq(h->wrong_bytes, 0);
    harness_free(h);
}

static void run_rows(const Row *rows, size_t count, const char *keys)
{
    for (size_t i = 0; i < count; i++)
        for (HarnessPlace place = 0; place < HARNESS_PLACE_COUNT; place++)
            if (rows[i].places & IN(place))
                run_row(&rows[i], place, keys);
}

#define RUN(rows, keys) run_rows(rows, sizeof(rows) / sizeof(rows)[0], "delayed-ack=0 " keys)

/* ---- §3.10.7.1 to §3.10.7.3 ---- */

START_TEST(closed)
{
    const Row rows[] = {
        {"an RST is discarded", IN(AT_CLOSED), "R 0 -", "", same, ""},
        {"an RST is discarded", IN(AT_CLOSED), "RA 0 1", "", same, ""},
        {"ACK off: SEQ=0, ACK=SEG.SEQ+SEG.LEN", IN(AT_CLOSED), "S 0 -", "RA =0 1", same, ""},
        {"ACK off: SEQ=0, ACK=SEG.SEQ+SEG.LEN", IN(AT_CLOSED), "F 5 -", "RA =0 6", same, ""},
        {"ACK off: SEQ=0, ACK=SEG.SEQ+SEG.LEN", IN(AT_CLOSED), "P 5 - +10", "RA =0 15", same, ""},
        {"ACK off: SEQ=0, ACK=SEG.SEQ+SEG.LEN", IN(AT_CLOSED), "SF 0 - +3", "RA =0 5", same, ""},
        {"ACK on: SEQ=SEG.ACK", IN(AT_CLOSED), "A 5 77", "R 77 -", same, ""},
        {"ACK on: SEQ=SEG.ACK", IN(AT_CLOSED), "SA 0 77", "R 77 -", same, ""},
        {"ACK on: SEQ=SEG.ACK", IN(AT_CLOSED), "FA 5 77 +10", "R 77 -", same, ""},
    };
    RUN(rows, "");
}
END_TEST

START_TEST(listening)
{
    const TcpState rcvd = TCP_STATE_SYN_RCVD;
    const Row rows[] = {
        {"first, RST: ignored", IN(AT_LISTEN), "R 0 -", "", same, ""},
        {"first, RST: ignored", IN(AT_LISTEN), "RA 0 5", "", same, ""},
        {"first, RST: ignored", IN(AT_LISTEN), "SR 0 -", "", same, ""},
        {"second, ACK: SEQ=SEG.ACK, RST", IN(AT_LISTEN), "A 0 77", "R 77 -", same, ""},
        {"second, ACK: SEQ=SEG.ACK, RST", IN(AT_LISTEN), "SA 0 77", "R 77 -", same, ""},
        {"second, ACK: SEQ=SEG.ACK, RST", IN(AT_LISTEN), "FA 5 77 +9", "R 77 -", same, ""},
        {"third, SYN: SYN-ACK", IN(AT_LISTEN), "S 0 -", "SA 0 1", rcvd, ""},
        {"third, SYN with text: not acknowledged yet", IN(AT_LISTEN), "S 0 - +10", "SA 0 1", rcvd,
         ""},
        {"third, SYN with FIN: not acknowledged yet", IN(AT_LISTEN), "SF 0 -", "SA 0 1", rcvd, ""},
        {"fourth, anything else: dropped", IN(AT_LISTEN), "F 0 -", "", same, ""},
        {"fourth, anything else: dropped", IN(AT_LISTEN), "P 0 - +4", "", same, ""},
    };
    RUN(rows, "");
    RUN(rows, "syn-data=accept");
}
END_TEST

START_TEST(syn_sent)
{
    const TcpState established = TCP_STATE_ESTABLISHED, close_wait = TCP_STATE_CLOSE_WAIT;
    const char *const refused = "error ECONNREFUSED";
    const unsigned at = IN(AT_SYN_SENT);
    const Row rows[] = {
        {"first, SEG.ACK =< ISS: RST", at, "A 0 0", "R 0 -", same, ""},
        {"first, SEG.ACK =< ISS: RST", at, "SA 0 0", "R 0 -", same, ""},
        {"first, SEG.ACK =< ISS: RST", at, "SA 0 -5", "R -5 -", same, ""},
        {"first, SEG.ACK > SND.NXT: RST", at, "A 0 2", "R 2 -", same, ""},
        {"first, SEG.ACK > SND.NXT: RST", at, "SA 0 2", "R 2 -", same, ""},
        {"first, bad ACK, but RST: dropped", at, "RA 0 0", "", same, ""},
        {"first, bad ACK, but RST: dropped", at, "RA 0 2", "", same, ""},
        {"second, RST with right ACK: refused", at, "RA 0 1", "", CLOSED, refused},
        {"second, RST with right ACK: refused", at, "SRA 0 1", "", CLOSED, refused},
        {"second, RST without ACK: dropped", at, "R 0 -", "", same, ""},
        {"second, RST without ACK: dropped", at, "SR 0 -", "", same, ""},
        {"fourth, SYN-ACK", at, "SA 0 1", "A 1 1", established, "connected"},
        {"fourth, SYN-ACK with text", at, "SA 0 1 +10", "A 1 11", established,
         "connected; readable 10"},
        {"fourth, SYN-ACK with FIN", at, "SFA 0 1", "A 1 2", close_wait, "connected; eof"},
        {"fourth, SYN-ACK with text and FIN", at, "SFA 0 1 +10", "A 1 12", close_wait,
         "connected; readable 10; eof"},
        {"fourth, SYN without ACK", at, "S 0 -", "SA 0 1", TCP_STATE_SYN_RCVD, ""},
        {"fifth, neither SYN nor RST: dropped", at, "A 0 1", "", same, ""},
        {"fifth, neither SYN nor RST: dropped", at, "FA 0 1", "", same, ""},
        {"fifth, neither SYN nor RST: dropped", at, "F 0 -", "", same, ""},
        {"fifth, neither SYN nor RST: dropped", at, "A 0 1 +10", "", same, ""},
    };
    RUN(rows, "");
    RUN(rows, "reset-check=rfc793");
}
END_TEST

static TcpReason reason_to_drop(HarnessPlace place, const char *template)
{
    char segment[HARNESS_LINE_MAX];
    TcpHarness *h = harness_new("delayed-ack=0");
    harness_bring(h, place);
    harness_resolve(place, template, segment);
    harness_deliver(h, segment);
    TcpReason reason = h->discarded;
    harness_free(h);
    return reason;
}

/* An ACK that SYN-SENT drops in its fifth step does have an ACK: the timeline may not say otherwise. */
START_TEST(a_drop_names_its_step)
{
    ck_assert_uint_eq(reason_to_drop(AT_LISTEN, "F 0 -"), TCP_REASON_NOTHING_USEFUL);
    ck_assert_uint_eq(reason_to_drop(AT_SYN_SENT, "A 0 1"), TCP_REASON_NEITHER_SYN_NOR_RST);
    ck_assert_uint_eq(reason_to_drop(AT_SYN_SENT, "F 0 -"), TCP_REASON_NEITHER_SYN_NOR_RST);
    /* No RST answers an RST, so no reason may speak of one. */
    ck_assert_uint_eq(reason_to_drop(AT_SYN_SENT, "RA 0 2"), TCP_REASON_RST_WITHOUT_ACK);
    ck_assert_uint_eq(reason_to_drop(AT_SYN_SENT, "A 0 2"), TCP_REASON_BAD_ACK);
}
END_TEST

/* ---- §3.10.7.4 ---- */

START_TEST(step_1_sequence_number)
{
    const Row rows[] = {
        {"before the window", NOT_SYN_SENT, "A R-1 N", "A N R", same, ""},
        {"before the window", NOT_SYN_SENT, "A R-9 N +9", "A N R", same, ""},
        {"before the window", NOT_SYN_SENT, "A R-100 N +50", "A N R", same, ""},
        {"before the window, FIN", NOT_SYN_SENT, "FA R-1 N", "A N R", same, ""},
        {"behind the window", NOT_SYN_SENT, "A E N", "A N R", same, ""},
        {"behind the window", NOT_SYN_SENT, "A E N +10", "A N R", same, ""},
        {"behind the window, FIN", NOT_SYN_SENT, "FA E N", "A N R", same, ""},
        {"far away", NOT_SYN_SENT, "A R+2000000000 N", "A N R", same, ""},
        {"SYN before the window", SYNCHRONIZED, "S R-1 -", "A N R", same, ""},
        {"SYN behind the window", NOT_SYN_SENT, "S E -", "A N R", same, ""},
        {"RST before the window: dropped", NOT_SYN_SENT, "R R-1 -", "", same, ""},
        {"RST before the window: dropped", NOT_SYN_SENT, "RA R-1 N", "", same, ""},
        {"RST behind the window: dropped", NOT_SYN_SENT, "R E -", "", same, ""},
        {"RST with SYN before the window: dropped", SYNCHRONIZED, "SR R-1 -", "", same, ""},
        {"its tail is in the window: trimmed", TAKES_DATA, "A R-5 U +10", "A N R+5", same,
         "readable 5"},
        {"its head is in the window: trimmed", TAKES_DATA, "A E-4 U +10", "A N R", same, ""},
    };
    RUN(rows, "");
    RUN(rows, "reset-check=rfc793");
}
END_TEST

START_TEST(step_2_rst)
{
    const char *const reset = "error ECONNRESET";
    const unsigned told = TAKES_DATA | IN(AT_CLOSE_WAIT);
    const Row rows[] = {
        {"passive open: back to LISTEN", IN(AT_SYN_RCVD), "R R -", "", LISTEN, ""},
        {"active open: refused", IN(AT_SYN_RCVD_ACTIVE), "R R -", "", CLOSED, "error ECONNREFUSED"},
        {"reset", told, "R R -", "", CLOSED, reset},
        {"reset", told, "RA R N", "", CLOSED, reset},
        {"reset, with text", told, "R R - +20", "", CLOSED, reset},
        {"closed", LAST_STATES, "R R -", "", CLOSED, ""},
    };
    RUN(rows, "reset-check=rfc793");
    RUN(rows, "reset-check=rfc5961");

    const Row exact_or_challenged[] = {
        {"RFC 5961: in the window, not exact", NOT_SYN_SENT, "R R+1 -", "A N R", same, ""},
        {"RFC 5961: in the window, not exact", NOT_SYN_SENT, "RA E-1 N", "A N R", same, ""},
    };
    RUN(exact_or_challenged, "reset-check=rfc5961");

    const Row anywhere[] = {
        {"RFC 793: anywhere in the window", told, "R R+1 -", "", CLOSED, reset},
        {"RFC 793: anywhere in the window", told, "R E-1 -", "", CLOSED, reset},
        {"RFC 793: anywhere in the window", LAST_STATES, "R E-1 -", "", CLOSED, ""},
        {"RFC 793: anywhere in the window", IN(AT_SYN_RCVD), "R R+9 -", "", LISTEN, ""},
    };
    RUN(anywhere, "reset-check=rfc793");
}
END_TEST

START_TEST(step_4_syn)
{
    const unsigned synchronized = SYNCHRONIZED | IN(AT_SYN_RCVD_ACTIVE);
    const Row passive[] = {
        {"passive open: back to LISTEN", IN(AT_SYN_RCVD), "S R -", "", LISTEN, ""},
        {"passive open: back to LISTEN", IN(AT_SYN_RCVD), "S R+100 -", "", LISTEN, ""},
        {"passive open: back to LISTEN", IN(AT_SYN_RCVD), "SA R N", "", LISTEN, ""},
    };
    RUN(passive, "reset-check=rfc5961");
    RUN(passive, "reset-check=rfc793");

    const Row challenged[] = {
        {"RFC 5961: challenge ACK", synchronized, "S R -", "A N R", same, ""},
        {"RFC 5961: challenge ACK", synchronized, "S R+10 -", "A N R", same, ""},
        {"RFC 5961: challenge ACK", synchronized, "SA R N", "A N R", same, ""},
        {"RFC 5961: challenge ACK", synchronized, "SA E-1 N", "A N R", same, ""},
    };
    RUN(challenged, "reset-check=rfc5961");

    const Row reset[] = {
        {"RFC 793: an error, reset", synchronized, "S R -", "RA =0 R+1", CLOSED, any},
        {"RFC 793: an error, reset", synchronized, "SA R N", "R N -", CLOSED, any},
        {"RFC 793: the user is told", TAKES_DATA | IN(AT_CLOSE_WAIT), "S R -", "RA =0 R+1", CLOSED,
         "error ECONNRESET"},
    };
    RUN(reset, "reset-check=rfc793");
}
END_TEST

START_TEST(step_5_ack_in_syn_rcvd)
{
    const TcpState established = TCP_STATE_ESTABLISHED, close_wait = TCP_STATE_CLOSE_WAIT;
    const unsigned passive = IN(AT_SYN_RCVD), active = IN(AT_SYN_RCVD_ACTIVE);
    const Row rows[] = {
        {"ACK off: dropped", SYN_RCVD_BOTH, "P R - +10", "", same, ""},
        {"ACK off: dropped", SYN_RCVD_BOTH, "F R -", "", same, ""},
        {"SEG.ACK =< SND.UNA: RST", SYN_RCVD_BOTH, "A R U", "R U -", same, ""},
        {"SEG.ACK =< SND.UNA: RST", SYN_RCVD_BOTH, "A R U-9 +10", "R U-9 -", same, ""},
        {"SEG.ACK > SND.NXT: RST", SYN_RCVD_BOTH, "A R N+1", "R N+1 -", same, ""},
        {"our SYN is acknowledged", passive, "A R N", "", established, "acceptable"},
        {"our SYN is acknowledged", active, "A R N", "", established, "connected"},
        {"with text", passive, "A R N +10", "A N R+10", established, "acceptable; readable 10"},
        {"with text", active, "A R N +10", "A N R+10", established, "connected; readable 10"},
        {"with text out of order", passive, "A R+5 N +10", "A N R", established, "acceptable"},
        {"with FIN", passive, "FA R N", "A N R+1", close_wait, "acceptable; eof"},
        {"with FIN", active, "FA R N +4", "A N R+5", close_wait, "connected; readable 4; eof"},
        {"figure 8: the SYN-ACK of a crossing SYN", active, "SA R-1 N", "A N R", established,
         "connected"},
    };
    RUN(rows, "reset-check=rfc5961");
    RUN(rows, "reset-check=rfc793");

    const Row strict[] = {
        {"syn-rcvd-data=reset", passive, "A R N +10", "R N -", CLOSED, ""},
        {"syn-rcvd-data=reset", passive, "A R N", "", established, "acceptable"},
        {"syn-rcvd-data=reset", passive, "FA R N", "A N R+1", close_wait, "acceptable; eof"},
    };
    RUN(strict, "syn-rcvd-data=reset");
}
END_TEST

START_TEST(step_5_ack)
{
    const Row rows[] = {
        {"ACK off: dropped", SYNCHRONIZED, "P R - +10", "", same, ""},
        {"ACK off: dropped", SYNCHRONIZED, "F R -", "", same, ""},
        {"SEG.ACK = SND.UNA: a duplicate", SYNCHRONIZED, "A R U", "", same, ""},
        {"SEG.ACK < SND.UNA: ignored", SYNCHRONIZED, "A R U-1", "", same, ""},
        {"SEG.ACK < SND.UNA: ignored", SYNCHRONIZED, "A R U-65535", "", same, ""},
        {"SEG.ACK > SND.NXT: an ACK, dropped", SYNCHRONIZED, "A R N+1", "A N R", same, ""},
        {"SEG.ACK > SND.NXT: its text too", SYNCHRONIZED, "A R N+1 +10", "A N R", same, ""},
        {"SEG.ACK > SND.NXT: its FIN too", SYNCHRONIZED, "FA R N+1", "A N R", same, ""},
        {"our FIN is acknowledged", IN(AT_FIN_WAIT_1), "A R N", "", TCP_STATE_FIN_WAIT_2, ""},
        {"our FIN is acknowledged", IN(AT_CLOSING), "A R N", "", TCP_STATE_TIME_WAIT, ""},
        {"our FIN is acknowledged", IN(AT_LAST_ACK), "A R N", "", CLOSED, ""},
        {"nothing new", IN(AT_FIN_WAIT_2) | IN(AT_TIME_WAIT), "A R N", "", same, ""},
    };
    RUN(rows, "reset-check=rfc5961");
    RUN(rows, "reset-check=rfc793");

    const Row too_old[] = {
        {"RFC 5961 §5: SEG.ACK < SND.UNA - MAX.SND.WND", SYNCHRONIZED, "A R U-65536", "A N R", same,
         ""},
        {"RFC 5961 §5: its text is dropped", TAKES_DATA, "A R U-65536 +10", "A N R", same, ""},
    };
    RUN(too_old, "reset-check=rfc5961");

    const Row ignored[] = {
        {"SEG.ACK < SND.UNA: ignored", SYNCHRONIZED, "A R U-65536", "", same, ""},
        {"SEG.ACK < SND.UNA: its text is not", TAKES_DATA, "A R U-65536 +10", "A N R+10", same,
         "readable 10"},
    };
    RUN(ignored, "reset-check=rfc793");
}
END_TEST

START_TEST(step_7_text)
{
    const Row rows[] = {
        {"in order", TAKES_DATA, "A R U +10", "A N R+10", same, "readable 10"},
        {"out of order", TAKES_DATA, "A R+10 U +10", "A N R", same, ""},
        {"urgent data stay in line (§3.8.5)", TAKES_DATA, "UA R U +10", "A N R+10", same,
         "readable 10"},
        {"after the peer's FIN: ignored", AFTER_PEERS_FIN, "A R U +10", "", same, ""},
        {"and an ACK of our FIN", IN(AT_FIN_WAIT_1), "A R N +10", "A N R+10", TCP_STATE_FIN_WAIT_2,
         "readable 10"},
    };
    RUN(rows, "");
}
END_TEST

START_TEST(step_8_fin)
{
    const TcpState close_wait = TCP_STATE_CLOSE_WAIT, time_wait = TCP_STATE_TIME_WAIT;
    const unsigned established = IN(AT_ESTABLISHED) | IN(AT_ESTABLISHED_PASSIVE);
    const Row rows[] = {
        {"ESTABLISHED", established, "FA R U", "A N R+1", close_wait, "eof"},
        {"ESTABLISHED, with text", established, "FA R U +10", "A N R+11", close_wait,
         "readable 10; eof"},
        {"ESTABLISHED, old text, new FIN", established, "FA R-5 U +5", "A N R+1", close_wait,
         "eof"},
        {"FIN-WAIT-1, ours not acknowledged", IN(AT_FIN_WAIT_1), "FA R U", "A N R+1",
         TCP_STATE_CLOSING, "eof"},
        {"FIN-WAIT-1, ours acknowledged", IN(AT_FIN_WAIT_1), "FA R N", "A N R+1", time_wait, "eof"},
        {"FIN-WAIT-1, with text", IN(AT_FIN_WAIT_1), "FA R N +10", "A N R+11", time_wait,
         "readable 10; eof"},
        {"FIN-WAIT-2", IN(AT_FIN_WAIT_2), "FA R U", "A N R+1", time_wait, "eof"},
        {"FIN-WAIT-2, with text", IN(AT_FIN_WAIT_2), "FA R U +10", "A N R+11", time_wait,
         "readable 10; eof"},
        {"out of order", TAKES_DATA, "FA R+10 U", "A N R", same, ""},
        {"again", AFTER_PEERS_FIN, "FA R-1 U", "A N R", same, ""},
    };
    RUN(rows, "");
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp-arrives");
    TCase *tc = tcase_create("SEGMENT ARRIVES");
    tcase_add_test(tc, closed);
    tcase_add_test(tc, listening);
    tcase_add_test(tc, syn_sent);
    tcase_add_test(tc, a_drop_names_its_step);
    tcase_add_test(tc, step_1_sequence_number);
    tcase_add_test(tc, step_2_rst);
    tcase_add_test(tc, step_4_syn);
    tcase_add_test(tc, step_5_ack_in_syn_rcvd);
    tcase_add_test(tc, step_5_ack);
    tcase_add_test(tc, step_7_text);
    tcase_add_test(tc, step_8_fin);
    suite_add_tcase(s, tc);
    return s;
}
