/* Which stack is it?  Each profile's own runs, captured, must name the profile; and what is not a stack's timer must not
 * name any.
 */
#include "check_main.h"

#include <string.h>

#include "config.h"

#include "capture/capture.h"
#include "capture_bytes.h"
#include "identify/host.h"
#include "lab/lab.h"
#include "less.h"
#include "trace/seen_at.h"

#define MS(n) ((n)*SIM_MILLISECOND)
#define S(n) ((n)*SIM_SECOND)

static const char *const profiles[] = {TCPWALTZ_SOURCE_ROOT "/sim/profiles", NULL};
static const ScenarioOptions how = {.profile_dirs = profiles};

/* --- answers ------------------------------------------------------------------------------ */

/* The answer about this host; NULL: nothing of it was to be identified. */
static IdentifyAnswer *answer_of(const Trace *trace, const char *host)
{
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) subjects = identify_subjects(trace, notes);
    g_auto(GStrv) names = profile_names(&how);

    for (guint i = 0; i < subjects->len; i++) {
        const IdentifySubject *subject = g_ptr_array_index(subjects, i);
        g_autoptr(Diagnostics) diagnostics = diagnostics_new();

        if (strcmp(subject->replay->names[subject->end], host) != 0)
            continue;
        IdentifyAnswer *answer = identify_subject(subject, names, &how, diagnostics);
        ck_assert_ptr_nonnull(answer);
        /* Waits point into the subject, which ends here. */
        for (guint j = 0; j < answer->fits->len; j++) {
            IdentifyFit *fit = &g_array_index(answer->fits, IdentifyFit, j);

            for (guint k = 0; k < fit->waits->len; k++)
                g_array_index(fit->waits, IdentifyWait, k).repeat = NULL;
        }
        return answer;
    }
    return NULL;
}

static const IdentifyFit *fit_of(const IdentifyAnswer *answer, const char *name)
{
    for (guint i = 0; i < answer->fits->len; i++) {
        const IdentifyFit *fit = &g_array_index(answer->fits, IdentifyFit, i);

        if (strcmp(fit->name, name) == 0)
            return fit;
    }
    ck_abort_msg("no profile %s", name);
}

static gboolean is_possible(const IdentifyAnswer *answer, const char *name)
{
    for (guint i = 0; i < answer->possible; i++) {
        if (strcmp(g_array_index(answer->fits, IdentifyFit, i).name, name) == 0)
            return TRUE;
    }
    return FALSE;
}

static int name_compare(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "linux-2.4 ns-3": those that explain every wait, sorted by name. */
static char *possible_of(const IdentifyAnswer *answer)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; i < answer->possible; i++)
        g_ptr_array_add(names, g_array_index(answer->fits, IdentifyFit, i).name);
    g_ptr_array_sort(names, name_compare);
    g_ptr_array_add(names, NULL);
    return g_strjoinv(" ", (char **)names->pdata);
}

/* A segment table without its head; columns behind `len` may be missing. */
static Trace *table(const char *rows)
{
    g_autofree char *text =
        g_strconcat("t_s,from,segment,seq,ack,len,win,options,fate,conn\n", rows, NULL);
    CaptureProblem problem = {.message = NULL};
    Trace *trace = capture_read_table(text, strlen(text), &problem);

    ck_assert_msg(trace != NULL, "%s", problem.message);
    return trace;
}

static void must_be(const char *rows, const char *host, const char *expected)
{
    g_autoptr(Trace) trace = table(rows);
    g_autoptr(IdentifyAnswer) answer = answer_of(trace, host);

    ck_assert_ptr_nonnull(answer);
    g_autofree char *possible = possible_of(answer);
    ck_assert_str_eq(possible, expected);
}

/* --- there and back ----------------------------------------------------------------------- */

/* What is lost, and what the applications do; whose timers run out. */
static const struct {
    const char *name, *host, *lines;
} stories[] = {
    {"SYN", "client", "drop client SYN all\n"},
    {"SYN, then answered", "client", "drop client SYN #1..2\n"},
    {"SYN-ACK", "server", "drop client SYN #2..\ndrop server SYN-ACK all\n"},
    {"both", "server", "drop server SYN-ACK #1..3\n"},
    {"FIN", "client", "drop client FIN all\nat 5s client close\n"},
    {"data", "client", "drop client DATA all\nat 5s client send 500\nstop at 100s\n"},
    {"data after samples", "client",
     "drop client DATA #4..7\nat 5s client send 500\nat 6s client send 500\nat 7s client send 500\n"
     "at 9s client send 500\nstop at 100s\n"},
    {"data of the server", "server",
     "drop server DATA all\nat 5s server send 4000\nstop at 100s\n"},
    {"keepalive", "client", "set client keepalive=yes\ndrop client ACK #2..\nstop at 8000s\n"},
    {"zero window", "client",
     "set server window=4000\nat 1s client send 20000\nat 99s server read all\nstop at 99s\n"},
};

/* Round trips, jitter and phases of the clocks differ from run to run; so does the place of the capture: at the host, or
 * at both (a trace that has not been seen from anywhere). */
static Trace *capture_run(const char *profile, guint story, guint number)
{
    static const guint round_trips[] = {20, 3, 80, 200}, jitters[] = {0, 1, 2, 0};
    guint phase = number * 137 % 500;
    g_autofree char *text = g_strdup_printf(
        "host client %s timers=real tick-phase=%ums wheel-phase=%ums\n"
        "host server %s timers=real tick-phase=%ums wheel-phase=%ums\n"
        "link client server delay=%uus jitter=%ums\nseed %u\n%s"
        "at 0s server listen\nat 0s client connect server\n",
        profile, phase, 4 * phase, profile, phase * 7 % 500, 4 * phase,
        round_trips[number % 4] * 500, jitters[number % 4], number + 1, stories[story].lines);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Plan) plan = scenario_parse("t.scn", text, strlen(text), &how, diagnostics);
    LabOptions options = {.level = TRACE_LEVEL_FULL, .max_time = S(20000)};

    ck_assert_ptr_nonnull(plan);
    g_autoptr(Trace) run = lab_run(plan, &options);

    return trace_seen_at(run, strcmp(stories[story].host, "client") == 0 ? 0 : 1);
}

static guint there_and_back(guint story)
{
    g_auto(GStrv) names = profile_names(&how);
    guint count = 0;

    for (guint i = 0; names[i] != NULL; i++) {
        g_autoptr(Trace) trace =
            capture_run(names[i], story, i * (guint)G_N_ELEMENTS(stories) + story);
        g_autoptr(IdentifyAnswer) answer = answer_of(trace, stories[story].host);

        if (answer == NULL) /* it never sends again */
            continue;
        ck_assert_msg(is_possible(answer, names[i]), "%s, %s: not among the possible ones",
                      names[i], stories[story].name);
        count++;
    }
    return count;
}

START_TEST(a_profile_is_found_in_its_own_runs)
{
    ck_assert_uint_ge(there_and_back((guint)_i), 10);
}
END_TEST

/* --- what was measured -------------------------------------------------------------------- */

static void must_name(const char *file, const char *host, const char *name, guint most)
{
    g_autofree char *path =
        g_strdup_printf(TCPWALTZ_SOURCE_ROOT "/tests/reference/linux-6.18/%s.csv", file);
    g_autofree char *text = NULL;
    gsize length;
    CaptureProblem problem = {.message = NULL};

    ck_assert(g_file_get_contents(path, &text, &length, NULL));
    g_autoptr(Trace) trace = capture_read_table(text, length, &problem);
    g_autoptr(IdentifyAnswer) answer = answer_of(trace, host);
    ck_assert_msg(answer != NULL && is_possible(answer, name), "%s", file);
    ck_assert_msg(answer->possible <= most, "%s: %u are possible", file, answer->possible);
}

START_TEST(measured_linux_is_linux)
{
    must_name("syn-all-lost-default", "client", "linux-6.18", 3);
    must_name("half-open-synack-retries5", "server", "linux-6.18", 6);
    must_name("data-first5-lost", "client", "linux-6.18", 5);
    must_name("close-fin1-lost", "client", "linux-6.18", 16);
    must_name("keepalive", "client", "linux-6.18", 30);
    must_name("accept-queue-full-drop", "client", "linux-6.18", 4);
}
END_TEST

/* --- I1 to I10 ---------------------------------------------------------------------------- */

START_TEST(refusals_are_windows)
{
    /* KB 175523: a SYN that was answered with RST is sent again; nobody else does that. */
    must_be("0.0000,client,SYN,0,,0,65535,,pass,1\n0.0001,server,RST,0,1,0,0,,pass,1\n"
            "0.5000,client,SYN,0,,0,65535,,pass,1\n0.5001,server,RST,0,1,0,0,,pass,1\n"
            "1.0000,client,SYN,0,,0,65535,,pass,1\n1.0001,server,RST,0,1,0,0,,pass,1\n",
            "client", "windows-10 windows-7 windows-xp");
}
END_TEST

/* Five times lost at a round trip of 20 ms: with SACK a probe comes first, after 2 * 20 + 200 ms or the timeout of
 * 220 ms, and then timeouts of 220 ms, 440 ms, …; without it timeouts alone. */
#define LOST(server_options, times)                                                                \
    "0.0000,client,SYN,0,,0,64240,mss 1460 sackOK,pass,1\n"                                        \
    "0.0200,server,SYN-ACK,0,1,0,64240," server_options ",pass,1\n"                                \
    "0.0200,client,ACK,1,1,0,64240,,pass,1\n" times

START_TEST(without_sack_there_is_no_tail_probe)
{
    static const char times[] = "1.0000,client,DATA,1,1,500,64240,,pass,1\n"
                                "1.2210,client,DATA,1,1,500,64240,,pass,1\n"
                                "1.6620,client,DATA,1,1,500,64240,,pass,1\n"
                                "2.5430,client,DATA,1,1,500,64240,,pass,1\n";
    g_autofree char *without = g_strconcat(LOST("mss 1460", ""), times, NULL);
    g_autofree char *with = g_strconcat(LOST("mss 1460 sackOK", ""), times, NULL);
    g_autoptr(Trace) one = table(without);
    g_autoptr(Trace) other = table(with);
    g_autoptr(IdentifyAnswer) doubles = answer_of(one, "client");
    g_autoptr(IdentifyAnswer) probes = answer_of(other, "client");

    ck_assert(is_possible(doubles, "linux-6.12"));
    ck_assert(!is_possible(probes, "linux-6.12"));
    ck_assert(is_possible(probes, "linux-3.7"));
}
END_TEST

START_TEST(a_clock_of_100_ms_may_be_early)
{
    g_autoptr(Trace) trace = table("0.0000,client,SYN,0,,0,65535,mss 1460 sackOK,pass,1\n"
                                   "2.9140,client,SYN,0,,0,65535,mss 1460 sackOK,pass,1\n"
                                   "8.9230,client,SYN,0,,0,65535,mss 1460 sackOK,pass,1\n");
    g_autoptr(IdentifyAnswer) answer = answer_of(trace, "client");

    /* linux-2.4 would have had timestamps and a window scale, windows-xp has just these options. */
    ck_assert_str_eq(g_array_index(answer->fits, IdentifyFit, 0).name, "windows-xp");
    ck_assert(!is_possible(answer, "ns-3") && !is_possible(answer, "rfc1122"));
}
END_TEST

START_TEST(other_numbers_are_no_repetition)
{
    /* The table has relative numbers: another initial one shows as another number. */
    g_autoptr(Trace) trace = table("0.0000,client,SYN,0,,0,65535,,pass,1\n"
                                   "0.0100,server,SYN-ACK,0,1,0,65535,,pass,1\n"
                                   "3.0100,server,SYN-ACK,1000,1,0,65535,,pass,1\n"
                                   "9.0100,server,SYN-ACK,2000,1,0,65535,,pass,1\n");
    g_autoptr(IdentifyAnswer) answer = answer_of(trace, "server");

    ck_assert_uint_eq(answer->possible, 0);
}
END_TEST

START_TEST(a_fin_with_data_counts)
{
    /* 20 ms round trip, two segments out, so a tail probe would come after 42 ms: it is a stack without. */
    g_autoptr(Trace) trace =
        table(LOST("mss 1460 sackOK", "1.0000,client,DATA,1,1,50,64240,,pass,1\n"
                                      "1.0010,client,FIN,51,1,0,64240,,pass,1\n"
                                      "1.2200,client,FIN,1,1,50,64240,,pass,1\n"
                                      "1.6600,client,FIN,1,1,50,64240,,pass,1\n"
                                      "2.5400,client,FIN,1,1,50,64240,,pass,1\n"));
    g_autoptr(IdentifyAnswer) answer = answer_of(trace, "client");

    ck_assert_uint_eq(fit_of(answer, "linux-3.7")->explained, 3);
    ck_assert(is_possible(answer, "linux-3.7") && !is_possible(answer, "linux-6.12"));
}
END_TEST

START_TEST(without_a_handshake_the_round_trip_is_fitted)
{
    /* FreeBSD: 105 ms, doubling, and 200 ms of slop on each. */
    g_autoptr(Trace) trace = table("0.0000,client,FIN,500,900,0,65535,,pass,1\n"
                                   "0.3050,client,FIN,500,900,0,65535,,pass,1\n"
                                   "0.7150,client,FIN,500,900,0,65535,,pass,1\n"
                                   "1.3350,client,FIN,500,900,0,65535,,pass,1\n"
                                   "2.3750,client,FIN,500,900,0,65535,,pass,1\n"
                                   "4.2550,client,FIN,500,900,0,65535,,pass,1\n");
    g_autoptr(IdentifyAnswer) answer = answer_of(trace, "client");

    ck_assert(is_possible(answer, "freebsd") && !is_possible(answer, "linux-2.4"));
    /* Its timeout is the round trip and four times its variance, which is half of it at first: 3 * 35 ms. */
    SimTime round_trip = fit_of(answer, "freebsd")->round_trip;
    ck_assert(round_trip > MS(30) && round_trip < MS(40));
}
END_TEST

START_TEST(what_is_unknown_is_no_evidence)
{
    g_autoptr(Trace) trace = table("0.0000,client,SYN,0,,0,1234,mss 1460,pass,1\n"
                                   "1.0000,client,SYN,0,,0,1234,mss 1460,pass,1\n");
    g_autoptr(IdentifyAnswer) answer = answer_of(trace, "client");

    /* vpp's window is set=unknown, freebsd's is known. */
    ck_assert_ptr_null(strstr(fit_of(answer, "vpp")->witness.differs, "window 1234"));
    ck_assert_ptr_nonnull(strstr(fit_of(answer, "freebsd")->witness.differs, "window 1234"));
}
END_TEST

START_TEST(nothing_may_fit)
{
    must_be("0.0000,client,SYN,0,,0,65535,,pass,1\n0.7000,client,SYN,0,,0,65535,,pass,1\n"
            "5.0000,client,SYN,0,,0,65535,,pass,1\n5.1000,client,SYN,0,,0,65535,,pass,1\n",
            "client", "");
}
END_TEST

START_TEST(a_capture_may_begin_late)
{
    g_autoptr(Trace) trace = table("0.0000,client,SYN,0,,0,65535,,pass,1\n"
                                   "8.1900,client,SYN,0,,0,65535,,pass,1\n"
                                   "24.3200,client,SYN,0,,0,65535,,pass,1\n");
    g_autoptr(IdentifyAnswer) answer = answer_of(trace, "client");

    /* 8 s and 16 s, each late by less than the wheel's 256 ms: the fourth to the sixth SYN of 0 1 3 7 15 31; or of 6.5's. */
    ck_assert(is_possible(answer, "linux-3.7") && is_possible(answer, "linux-6.12"));
    ck_assert(!is_possible(answer, "bsd-4.4") && !is_possible(answer, "rfc6298"));
    ck_assert_uint_eq(fit_of(answer, "linux-3.7")->unseen, 3);
    ck_assert_uint_eq(fit_of(answer, "linux-6.12")->unseen, 7);
}
END_TEST

START_TEST(limits_may_be_set)
{
    /* 2.6.32 to 3.0 with tcp_syn_retries=7: one more than anybody's 3 6 12 … */
    g_autoptr(Trace) trace = table("0.0000,client,SYN,0,,0,5840,,pass,1\n"
                                   "3.0000,client,SYN,0,,0,5840,,pass,1\n"
                                   "9.0000,client,SYN,0,,0,5840,,pass,1\n"
                                   "21.0000,client,SYN,0,,0,5840,,pass,1\n"
                                   "45.0000,client,SYN,0,,0,5840,,pass,1\n"
                                   "93.0000,client,SYN,0,,0,5840,,pass,1\n"
                                   "189.0000,client,SYN,0,,0,5840,,pass,1\n");
    g_autoptr(IdentifyAnswer) answer = answer_of(trace, "client");

    ck_assert_int_eq(fit_of(answer, "linux-2.4")->tier, IDENTIFY_LIMITS);
    ck_assert(is_possible(answer, "linux-2.4"));
}
END_TEST

START_TEST(silence_counts)
{
    /* Another connection goes on for a minute: windows-xp is done after 21 s, linux-2.4 would have sent at 21 s. */
    g_autoptr(Trace) trace = table("0.0000,client,SYN,0,,0,5840,,pass,1\n"
                                   "3.0000,client,SYN,0,,0,5840,,pass,1\n"
                                   "9.0000,client,SYN,0,,0,5840,,pass,1\n"
                                   "60.0000,client,SYN,0,,0,5840,,pass,2\n");
    g_autoptr(IdentifyAnswer) answer = answer_of(trace, "client");

    ck_assert_int_eq(fit_of(answer, "windows-xp")->tier, IDENTIFY_WHOLE);
    ck_assert_int_eq(fit_of(answer, "linux-2.4")->tier, IDENTIFY_STOPS);
}
END_TEST

START_TEST(what_tells_two_apart)
{
    g_autoptr(Trace) trace = table("0.0000,client,SYN,0,,0,5840,,pass,1\n"
                                   "3.0000,client,SYN,0,,0,5840,,pass,1\n"
                                   "9.0000,client,SYN,0,,0,5840,,pass,1\n");
    g_autoptr(IdentifyAnswer) answer = answer_of(trace, "client");
    SimTime apart = identify_apart(fit_of(answer, "linux-2.4"), fit_of(answer, "windows-xp"));

    /* linux-2.4 sends again at 21 s, within its 100 ms and 5 ms for the measuring; windows-xp never. */
    ck_assert_int_eq(apart, S(21) + MS(105));
}
END_TEST

/* --- several connections ------------------------------------------------------------------- */

/* What the connections of the first host say together; the answers are freed with *answers. */
static IdentifyHost *host_of(const Trace *trace, GPtrArray **subjects, GPtrArray **answers,
                             GPtrArray **hosts)
{
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) names = profile_names(&how);

    *subjects = identify_subjects(trace, notes);
    *answers = g_ptr_array_new_with_free_func((GDestroyNotify)identify_answer_free);
    for (guint i = 0; i < (*subjects)->len; i++) {
        g_autoptr(Diagnostics) diagnostics = diagnostics_new();

        g_ptr_array_add(
            *answers, identify_subject(g_ptr_array_index(*subjects, i), names, &how, diagnostics));
    }
    *hosts = identify_hosts(*subjects, *answers);
    return g_ptr_array_index(*hosts, 0);
}

static const IdentifySum *sum_of(const IdentifyHost *host, const char *name)
{
    for (guint i = 0; i < host->sums->len; i++) {
        const IdentifySum *sum = &g_array_index(host->sums, IdentifySum, i);

        if (strcmp(sum->name, name) == 0)
            return sum;
    }
    ck_abort_msg("no profile %s", name);
}

START_TEST(connections_of_a_host_add_up)
{
    /* Three SYNs, 3 s and 6 s apart, are windows-xp's, too; a fourth is not. */
    g_autoptr(Trace) trace = table("0.0000,client,SYN,0,,0,5840,,pass,1\n"
                                   "3.0000,client,SYN,0,,0,5840,,pass,1\n"
                                   "9.0000,client,SYN,0,,0,5840,,pass,1\n"
                                   "10.0000,client,SYN,0,,0,5840,,pass,2\n"
                                   "13.0000,client,SYN,0,,0,5840,,pass,2\n"
                                   "19.0000,client,SYN,0,,0,5840,,pass,2\n"
                                   "31.0000,client,SYN,0,,0,5840,,pass,2\n");
    g_autoptr(GPtrArray) subjects = NULL, answers = NULL, hosts = NULL;
    const IdentifyHost *host = host_of(trace, &subjects, &answers, &hosts);

    ck_assert_uint_eq(host->telling, 2);
    ck_assert_uint_eq(sum_of(host, "linux-2.4")->possible, 2);
    ck_assert_uint_eq(sum_of(host, "linux-2.4")->explained, 5);
    ck_assert_uint_eq(sum_of(host, "windows-xp")->possible, 1);
    /* Those with the most waits come first: connection 2. */
    ck_assert_uint_eq(sum_of(host, "windows-xp")->refuted, 0);
    ck_assert_uint_gt(host->possible, 0);
}
END_TEST

START_TEST(connections_may_contradict_each_other)
{
    /* 1 s, 2 s and 4 s are nobody's who waits 3 s first. */
    g_autoptr(Trace) trace = table("0.0000,client,SYN,0,,0,5840,,pass,1\n"
                                   "3.0000,client,SYN,0,,0,5840,,pass,1\n"
                                   "9.0000,client,SYN,0,,0,5840,,pass,1\n"
                                   "10.0000,client,SYN,0,,0,5840,,pass,2\n"
                                   "11.0000,client,SYN,0,,0,5840,,pass,2\n"
                                   "13.0000,client,SYN,0,,0,5840,,pass,2\n"
                                   "17.0000,client,SYN,0,,0,5840,,pass,2\n");
    g_autoptr(GPtrArray) subjects = NULL, answers = NULL, hosts = NULL;
    const IdentifyHost *host = host_of(trace, &subjects, &answers, &hosts);

    ck_assert_uint_eq(host->telling, 2);
    ck_assert_uint_eq(host->possible, 0);
}
END_TEST

/* --- settings, and what was lost before the capture ----------------------------------------- */

START_TEST(a_setting_may_be_another)
{
    /* 6.18 with tcp_syn_linear_timeouts=0 waits 1 s, 2 s, 4 s as all before 6.5 do. */
    g_autoptr(Trace) trace = table("0.0000,client,SYN,0,,0,64240,,pass,1\n"
                                   "1.0200,client,SYN,0,,0,64240,,pass,1\n"
                                   "3.0400,client,SYN,0,,0,64240,,pass,1\n"
                                   "7.2000,client,SYN,0,,0,64240,,pass,1\n");
    g_autoptr(IdentifyAnswer) answer = answer_of(trace, "client");
    const IdentifyFit *fit = fit_of(answer, "linux-6.18");

    ck_assert(is_possible(answer, "linux-6.1") && !is_possible(answer, "linux-6.18"));
    ck_assert_int_eq(fit->tier, IDENTIFY_SETTINGS);
    ck_assert_str_eq(fit->setting, "tcp_syn_linear_timeouts=0");
    ck_assert_uint_ge(answer->settable, 3); /* 6.5, 6.12, 6.18 */
}
END_TEST

START_TEST(the_first_syn_acks_may_have_been_lost_before)
{
    /* 4.4BSD: twelve heartbeats after the SYN-ACK that was lost, then 48; the SYN came right before a heartbeat. */
    g_autoptr(Trace) trace = table("0.0000,client,SYN,0,,0,8192,mss 1460,pass,1\n"
                                   "5.9950,server,SYN-ACK,0,1,0,8192,mss 1460,pass,1\n"
                                   "29.9900,server,SYN-ACK,0,1,0,8192,mss 1460,pass,1\n");
    g_autoptr(IdentifyAnswer) answer = answer_of(trace, "server");

    ck_assert(is_possible(answer, "bsd-4.4"));
    ck_assert(!is_possible(answer, "freertos-tcp"));
    ck_assert(!answer->is_loose);
}
END_TEST

START_TEST(a_rough_way_is_the_last_resort)
{
    /* freebsd's 1 s, 2.2 s and 4.2 s between, each 20 ms off. */
    g_autoptr(Trace) trace = table("0.0000,client,SYN,0,,0,65535,,pass,1\n"
                                   "0.9800,client,SYN,0,,0,65535,,pass,1\n"
                                   "3.2000,client,SYN,0,,0,65535,,pass,1\n"
                                   "7.3800,client,SYN,0,,0,65535,,pass,1\n");
    g_autoptr(IdentifyAnswer) answer = answer_of(trace, "client");

    ck_assert(is_possible(answer, "freebsd"));
    ck_assert(answer->is_loose);
}
END_TEST

START_TEST(who_is_told_that_there_is_no_way)
{
    static const CaptureSelection all = {0};
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_ETHERNET, 65535);
    Segment syn = captured(TRUE, TCP_SYN, 1000, 0, 0);
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    CaptureProblem problem;

    for (SimTime t = 0; t <= S(3); t += t == 0 ? S(1) : S(2)) {
        capture_add(&file, S(1000) + t, frame_of(LINK_ETHERNET, &syn));
        capture_add(&file, S(1000) + t + MS(20), icmp_frame_of(LINK_ETHERNET, &syn, 3, 1));
    }
    g_autoptr(Trace) trace = capture_read_packets((const char *)file.bytes->data, file.bytes->len,
                                                  &all, notes, &problem);
    ck_assert_ptr_nonnull(trace);
    g_autoptr(IdentifyAnswer) answer = answer_of(trace, "client");

    /* Linux lets go of a connect at once (tcp_v4_err()); others note it and go on (RFC 1122 §4.2.3.9). */
    ck_assert(is_possible(answer, "windows-10") && !is_possible(answer, "linux-6.1"));
    capture_end(&file);
}
END_TEST

/* --- clocks ------------------------------------------------------------------------------- */

static void late(IdentifyClockKind kind, guint hz, SimTime length, SimTime least, SimTime most)
{
    const IdentifyClock clock = {.kind = kind, .tick = MS(500)};
    IdentifyLateness is = identify_lateness(&clock, hz, length);

    ck_assert_int_eq(is.least, least);
    ck_assert_int_eq(is.most, most);
}

START_TEST(clocks_by_hand)
{
    /* 250 jiffies: 1 s is 250 of them, in slots of 8; 32 s are 8000, in slots of 512. A jiffy more for rounding. */
    late(IDENTIFY_CLOCK_WHEEL, 250, S(1), 0, MS(4) * 9);
    late(IDENTIFY_CLOCK_WHEEL, 250, S(32), 0, MS(4) * 513);
    /* 1000 jiffies: 200 ms are 200, in slots of 8. */
    late(IDENTIFY_CLOCK_WHEEL, 1000, MS(200), 0, MS(9));
    /* 100 jiffies: slots of 64 for 8 s; the widest of all. */
    late(IDENTIFY_CLOCK_WHEEL, 100, S(8), 0, MS(10) * 65);
    /* A heartbeat of 500 ms: 6 s are twelve, the first of which may come at once; 700 ms are two. */
    late(IDENTIFY_CLOCK_TICK, 0, S(6), -MS(500), 0);
    late(IDENTIFY_CLOCK_TICK, 0, MS(700), -MS(200), MS(300));
    /* 10 ms and a 128th. */
    late(IDENTIFY_CLOCK_EXACT, 0, MS(1280), 0, MS(20));
    late(IDENTIFY_CLOCK_UNKNOWN, 0, S(3), -MS(100), MS(100));
    late(IDENTIFY_CLOCK_UNKNOWN, 0, MS(40), -MS(20), MS(100));
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("identify");
    TCase *back = tcase_create("there and back"), *cases = tcase_create("what was found");

    tcase_set_timeout(back, 300);
    tcase_add_loop_test(back, a_profile_is_found_in_its_own_runs, 0,
                        ((int)G_N_ELEMENTS(stories) + LESS - 1) / LESS);
    suite_add_tcase(s, back);
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, measured_linux_is_linux);
    tcase_add_test(cases, refusals_are_windows);
    tcase_add_test(cases, without_sack_there_is_no_tail_probe);
    tcase_add_test(cases, a_clock_of_100_ms_may_be_early);
    tcase_add_test(cases, other_numbers_are_no_repetition);
    tcase_add_test(cases, a_fin_with_data_counts);
    tcase_add_test(cases, without_a_handshake_the_round_trip_is_fitted);
    tcase_add_test(cases, what_is_unknown_is_no_evidence);
    tcase_add_test(cases, nothing_may_fit);
    tcase_add_test(cases, a_capture_may_begin_late);
    tcase_add_test(cases, limits_may_be_set);
    tcase_add_test(cases, silence_counts);
    tcase_add_test(cases, what_tells_two_apart);
    tcase_add_test(cases, connections_of_a_host_add_up);
    tcase_add_test(cases, connections_may_contradict_each_other);
    tcase_add_test(cases, a_setting_may_be_another);
    tcase_add_test(cases, the_first_syn_acks_may_have_been_lost_before);
    tcase_add_test(cases, a_rough_way_is_the_last_resort);
    tcase_add_test(cases, who_is_told_that_there_is_no_way);
    tcase_add_test(cases, clocks_by_hand);
    suite_add_tcase(s, cases);
    return s;
}
