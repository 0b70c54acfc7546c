/* The second witness: what the opening segment of a run, or of a table, says of profiles. */
#include "check_main.h"

#include <string.h>

#include "config.h"

#include "capture/capture.h"
#include "identify/witness.h"
#include "lab/lab.h"

static const char *const profiles[] = {TCPWALTZ_SOURCE_ROOT "/sim/profiles", NULL};
static const ScenarioOptions how = {.profile_dirs = profiles};

/* What differs, of this host; "": nothing. */
static char *differs(const Trace *trace, ReplayEnd end, const char *name)
{
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) subjects = identify_subjects(trace, notes);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Profile) profile = profile_load(name, &how, diagnostics);
    char *out = NULL;

    for (guint i = 0; i < subjects->len; i++) {
        const IdentifySubject *subject = g_ptr_array_index(subjects, i);
        IdentifyOpening opening;

        if (subject->end != end)
            continue;
        ck_assert(identify_opening(subject, name, &how, diagnostics, &opening));
        IdentifyWitness witness = identify_witness(subject, profile, &opening);
        ck_assert(witness.is_there);
        out = witness.differs != NULL ? witness.differs : g_strdup("");
        g_array_unref(opening.times);
    }
    ck_assert_ptr_nonnull(out);
    return out;
}

static Trace *run(const char *client, const char *server, const char *lines)
{
    g_autofree char *text = g_strdup_printf("host client %s\nhost server %s\n"
                                            "link client server delay=5ms\n%s"
                                            "at 0s server listen\nat 0s client connect server\n"
                                            "stop at 20s\n",
                                            client, server, lines);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Plan) plan = scenario_parse("test", text, strlen(text), &how, diagnostics);
    LabOptions options = {.level = TRACE_LEVEL_FULL};

    ck_assert_ptr_nonnull(plan);
    return lab_run(plan, &options);
}

static void must_differ(const Trace *trace, ReplayEnd end, const char *profile,
                        const char *expected)
{
    g_autofree char *got = differs(trace, end, profile);

    ck_assert_str_eq(got, expected);
}

/* A SYN of `stack` that nobody answers, beside one of `profile`. */
static void syn_must_differ(const char *stack, const char *profile, const char *expected)
{
    g_autoptr(Trace) trace = run(stack, "linux-6.18", "drop client SYN all\n");

    must_differ(trace, REPLAY_CLIENT, profile, expected);
}

/* Each sets MSS, scale, SACK-permitted and timestamps, with one window. */
#define SAME                                                                                       \
    " window=65535 window-scale=6 window-in-segments=no first-window=0 tcp_timestamps=1 "          \
    "tcp_sack=1"

START_TEST(order_and_padding_of_options)
{
    syn_must_differ("freebsd", "freebsd", "");
    syn_must_differ("freebsd ip_default_ttl=128 window=64240", "windows-10",
                    "with timestamps; scale 6, not 8");
    syn_must_differ("freebsd" SAME, "macos",
                    "options mss,wscale,sackOK,TS, not mss,wscale,TS,sackOK; scale 6, "
                    "not 2"); /* 131,072 bytes need 2 */
    syn_must_differ("linux-6.18 window-scale=7", "linux-6.18", "scale 7, not 10");
    syn_must_differ("openbsd window=65535 window-scale=6", "freebsd",
                    "options mss,sackOK,wscale,TS, not mss,wscale,sackOK,TS");
    syn_must_differ(
        "netbsd window=65536 window-scale=6", "freebsd",
        "options mss,nop,wscale,sackOK,nop,nop,nop,nop,TS, not mss,nop,wscale,sackOK,TS");
}
END_TEST

/* Without one of the options the others' order still tells, and padding no more. */
START_TEST(what_both_have_is_compared)
{
    syn_must_differ("freebsd tcp_timestamps=0", "freebsd", "no timestamps");
    syn_must_differ("freebsd tcp_timestamps=0 window-scale=10", "linux-6.18",
                    "no timestamps; options mss,wscale,sackOK, not mss,sackOK,wscale; "
                    "window 65535, not 64240");
}
END_TEST

/* 64 less hops is 57; what began at 128 would have made 71. */
START_TEST(a_time_to_live_says_where_it_began)
{
    syn_must_differ("linux-6.18 ip_default_ttl=57", "linux-6.18", "");
    syn_must_differ("linux-6.18 ip_default_ttl=24", "linux-6.18", "");
    syn_must_differ("linux-6.18 ip_default_ttl=23", "linux-6.18", "TTL 23, 41 hops from 64");
    syn_must_differ("linux-6.18 ip_default_ttl=65", "linux-6.18", "TTL 65, more than 64");
    syn_must_differ("windows-10 ip_default_ttl=57", "windows-10", "TTL 57, 71 hops from 128");
    syn_must_differ("windows-10 ip_default_ttl=115", "windows-10", "");
}
END_TEST

START_TEST(over_ipv6_it_is_the_hop_limit)
{
    g_autoptr(Trace) trace = run("linux-6.18 ip=6 ip_default_ttl=57 mss=1460", "linux-6.18 ip=6",
                                 "drop client SYN all\n");

    must_differ(trace, REPLAY_CLIENT, "linux-6.18", "");
    g_autofree char *windows = differs(trace, REPLAY_CLIENT, "windows-10");
    ck_assert_ptr_nonnull(strstr(windows, "TTL 57, 71 hops from 128"));
}
END_TEST

/* No RFC says, and what a profile does not know is no evidence. */
START_TEST(unknown_keys_are_no_evidence)
{
    g_autoptr(Trace) trace = run("windows-10", "linux-6.18", "drop client SYN all\n");
    g_autofree char *got = differs(trace, REPLAY_CLIENT, "rfc6298");

    ck_assert_ptr_null(strstr(got, "TTL"));
    ck_assert_ptr_null(strstr(got, "options"));
}
END_TEST

/* A SYN-ACK is compared with what the profile answers to the same SYN. */
START_TEST(answers_have_an_order_of_their_own)
{
    g_autoptr(Trace) trace = run("linux-6.18", "illumos", "drop server SYN-ACK all\n");
    g_autofree char *illumos = differs(trace, REPLAY_SERVER, "illumos");
    g_autofree char *linux_ = differs(trace, REPLAY_SERVER, "linux-6.18");

    ck_assert_ptr_null(strstr(illumos, "options"));
    ck_assert_ptr_nonnull(strstr(linux_, "options sackOK,TS,mss,wscale, not mss,sackOK,TS,wscale"));
}
END_TEST

/* Tables have neither padding nor a time to live. */
START_TEST(a_table_tells_the_order_alone)
{
    static const char rows[] = "t_s,from,segment,seq,ack,len,win,options,fate\n"
                               "0.0000,client,SYN,0,,0,65535,mss 1460 wscale 6 sackOK TS,lost\n"
                               "1.0000,client,SYN,0,,0,65535,mss 1460 wscale 6 sackOK TS,lost\n";
    CaptureProblem problem = {.message = NULL};
    g_autoptr(Trace) trace = capture_read_table(rows, strlen(rows), &problem);

    ck_assert_ptr_nonnull(trace);
    must_differ(trace, REPLAY_CLIENT, "freebsd", "");
    g_autofree char *macos = differs(trace, REPLAY_CLIENT, "macos");
    ck_assert_ptr_nonnull(strstr(macos, "options mss,wscale,sackOK,TS, not mss,wscale,TS,sackOK"));
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("identify_witness");
    TCase *tc = tcase_create("opening");

    tcase_add_test(tc, order_and_padding_of_options);
    tcase_add_test(tc, what_both_have_is_compared);
    tcase_add_test(tc, a_time_to_live_says_where_it_began);
    tcase_add_test(tc, over_ipv6_it_is_the_hop_limit);
    tcase_add_test(tc, unknown_keys_are_no_evidence);
    tcase_add_test(tc, answers_have_an_order_of_their_own);
    tcase_add_test(tc, a_table_tells_the_order_alone);
    suite_add_tcase(s, tc);
    return s;
}
