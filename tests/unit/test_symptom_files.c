/* The symptoms that come with the program: every file is right, every scenario holds and shows its symptom, as a run and as
 * the capture of that run; and what is in order shows none. */
#include "check_main.h"

#include <string.h>

#include "capture/capture.h"
#include "config.h"
#include "expect/expect.h"
#include "lab/lab.h"
#include "less.h"
#include "scenario/scenario.h"
#include "symptom/symptom.h"
#include "view/view.h"

static GPtrArray *shelf_of(void)
{
    static const char *const folders[] = {TCPWALTZ_SOURCE_ROOT "/symptoms", NULL};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    GPtrArray *shelf = symptom_shelf(folders, diagnostics);
    g_autofree char *errors = diagnostics_format(diagnostics);

    ck_assert_str_eq(errors, "");
    return shelf;
}

static Plan *plan_of(const char *path)
{
    static const char *const profiles[] = {TCPWALTZ_SOURCE_ROOT "/sim/profiles", NULL};
    ScenarioOptions how = {.profile_dirs = profiles};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    Plan *plan = scenario_load(path, &how, diagnostics);
    g_autofree char *errors = diagnostics_format(diagnostics);

    ck_assert_msg(plan != NULL, "%s", errors);
    return plan;
}

static Trace *run_of(const Plan *plan)
{
    LabOptions how = {.level = TRACE_LEVEL_FULL};

    return lab_run(plan, &how);
}

/* What Wireshark would be given, read back. */
static Trace *capture_of(const Trace *trace)
{
    g_autoptr(GString) bytes = g_string_new(NULL);
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    CaptureProblem problem;

    view_pcapng(trace, NULL, bytes);
    static const CaptureSelection all = {0};
    Trace *capture = capture_read_packets(bytes->str, bytes->len, &all, notes, &problem);

    ck_assert_msg(capture != NULL, "%s", problem.message);
    capture_problem_clear(&problem);
    return capture;
}

/* "zero-window, keepalive" */
static char *found_in(const GPtrArray *shelf, const Trace *trace)
{
    g_autoptr(SymptomFindings) findings = symptom_find(shelf, trace);
    GString *names = g_string_new(NULL);

    for (guint i = 0; i < findings->found->len; i++) {
        const SymptomFinding *finding = &g_array_index(findings->found, SymptomFinding, i);

        ck_assert_uint_gt(finding->evidence->len, 0);
        ck_assert_uint_ge(finding->connections, 1);
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", finding->symptom->name);
    }
    return g_string_free(names, FALSE);
}

static gboolean has_name(const char *names, const char *name)
{
    g_auto(GStrv) all = g_strsplit(names, ", ", -1);

    return g_strv_contains((const char *const *)all, name);
}

static void hold_expectations(const char *path, const Plan *plan, const Trace *trace)
{
    g_autoptr(GPtrArray) results = expect_check(plan, trace);

    ck_assert_uint_gt(results->len, 0);
    for (guint i = 0; i < results->len; i++) {
        const ExpectResult *result = g_ptr_array_index(results, i);

        ck_assert_msg(result->ok, "%s: %s: %s", path, result->text, result->actual);
    }
}

/* A scenario that somebody is given stands alone. */
static void hold_alone(const char *path)
{
    g_autofree char *text = NULL;

    ck_assert(g_file_get_contents(path, &text, NULL, NULL));
    ck_assert_msg(!g_regex_match_simple("^\\s*include|\\.profile", text, G_REGEX_MULTILINE, 0),
                  "%s needs another file", path);
}

static void hold_scenario(const GPtrArray *shelf, const Symptom *symptom, const char *path)
{
    g_autoptr(Plan) plan = plan_of(path);
    g_autoptr(Trace) run = run_of(plan);
    g_autoptr(Trace) capture = capture_of(run);
    g_autofree char *in_run = found_in(shelf, run);
    g_autofree char *in_capture = found_in(shelf, capture);

    hold_alone(path);
    hold_expectations(path, plan, run);
    ck_assert_msg(has_name(in_run, symptom->name), "%s: %s: the run shows '%s'", symptom->name,
                  path, in_run);
    ck_assert_msg(has_name(in_capture, symptom->name), "%s: %s: the capture shows '%s'",
                  symptom->name, path, in_capture);
}

START_TEST(every_scenario_shows_its_symptom)
{
    g_autoptr(GPtrArray) shelf = shelf_of();
    guint scenarios = 0;

    for (guint i = 0; i < shelf->len; i++) {
        const Symptom *symptom = g_ptr_array_index(shelf, i);
        guint before = scenarios;

        for (guint j = 0; j < symptom->causes->len; j++) {
            const SymptomCause *cause = g_ptr_array_index(symptom->causes, j);

            if (cause->scenario == NULL)
                continue;
            hold_scenario(shelf, symptom, cause->scenario);
            scenarios++;
        }
        ck_assert_msg(scenarios > before, "%s has no scenario", symptom->name);
    }
    ck_assert_uint_ge(scenarios, 45);
}
END_TEST

START_TEST(every_symptom_says_all_that_it_should)
{
    g_autoptr(GPtrArray) shelf = shelf_of();

    ck_assert_uint_ge(shelf->len, 25);
    for (guint i = 0; i < shelf->len; i++) {
        const Symptom *symptom = g_ptr_array_index(shelf, i);

        ck_assert_msg(symptom->see->len > 0, "%s names no report", symptom->name);
        for (guint j = 0; j < symptom->causes->len; j++) {
            const SymptomCause *cause = g_ptr_array_index(symptom->causes, j);

            ck_assert_msg(cause->tells->len > 0, "%s: how to tell '%s'?", symptom->name,
                          cause->text);
            ck_assert_msg(cause->stacks->len > 0, "%s: who does '%s'?", symptom->name, cause->text);
        }
    }
}
END_TEST

START_TEST(what_is_in_order_shows_none)
{
    static const char *const clean[] = {
        "handshake/normal",
        "handshake/data-on-third",
        "teardown/four-way",
        "teardown/three-segment",
        "teardown/half-close",
        "teardown/simultaneous-close",
        "teardown/answer-then-fin",
        "teardown/server-closes-first",
        "fast-open/cookie",
        "handshake/simultaneous-open",
        "ecn/marked",
        "numbers/wrap",
    };
    g_autoptr(GPtrArray) shelf = shelf_of();

    for (gsize i = 0; i < G_N_ELEMENTS(clean); i++) {
        g_autofree char *path =
            g_strconcat(TCPWALTZ_SOURCE_ROOT "/scenarios/", clean[i], ".scn", NULL);
        g_autoptr(Plan) plan = plan_of(path);
        g_autoptr(Trace) run = run_of(plan);
        g_autoptr(Trace) capture = capture_of(run);
        g_autofree char *in_run = found_in(shelf, run);
        g_autofree char *in_capture = found_in(shelf, capture);

        ck_assert_msg(*in_run == '\0', "%s shows %s", path, in_run);
        ck_assert_msg(*in_capture == '\0', "the capture of %s shows %s", path, in_capture);
    }
}
END_TEST

/* --- words -------------------------------------------------------------------------------- */

static const struct {
    const char *typed, *name;
} typed[] = {
    {"127 s", "syn-127s"},
    {"127s", "syn-127s"},
    {"127", "syn-127s"},
    {"128 seconds", "syn-127s"}, /* within 2 % of 127 */
    {"2 min 7 s", "syn-127s"},
    {"63 s", "syn-63s"},
    {"21 s", "syn-21s"},
    {"75 s", "syn-75s"},
    {"131 s", "syn-131s"},
    {"924.6 s", "data-timeout"},
    {"15 minutes", "data-timeout"},
    {"2h11m15s", "keepalive-timeout"},
    {"RST after FIN", "rst-after-fin"},
    {"CLOSE-WAIT", "close-wait"},
    {"CLOSE_WAIT", "close-wait"},
    {"closewait", "close-wait"},
    {"clsoe_wait", "close-wait"},
    {"TIME_WAIT", "time-wait"},
    {"connection reset while reading", "reset-while-reading"},
    {"java.net.SocketException: Connection reset", "reset-while-reading"},
    {"recv() failed (104: Connection reset by peer)", "reset-while-reading"},
    {"connection refused", "connection-refused"},
    {"conection refused", "connection-refused"},
    {"ECONNREFUSED", "connection-refused"},
    {"SYN flood", "syn-flood"},
    {"possible SYN flooding on port 80. Sending cookies.", "syn-flood"},
    {"broken pipe", "rst-after-fin"},
    {"EPIPE", "rst-after-fin"},
    {"retransmission 200 ms", "retransmission-200ms"},
    {"tcp spurious retransmission", "retransmission-200ms"},
    {"tcp_tw_recycle NAT", "syn-unanswered"},
    {"40 ms delay", "delayed-ack-40ms"},
    {"zero window", "zero-window"},
    {"[TCP ZeroWindow]", "zero-window"},
    {"slow start after idle", "slow-start-after-idle"},
    {"dup acks", "fast-retransmit"},
    {"keep alive", "keepalive"},
    {"FIN_WAIT2", "fin-wait-2-timeout"},
    {"FIN-WAIT-1", "fin-repeated"},
    {"SYN_RECV", "half-open-63s"},
    {"listen queue overflow", "accept-queue-full"},
    {"cannot assign requested address", "time-wait"},
    {"TLS handshake hangs", "mtu-black-hole"},
    {"load balancer health check", "rst-instead-of-ack"},
    {"challenge ACK", "syn-challenged"},
    {"curl: (28) Failed to connect: Connection timed out after 127 s", "syn-127s"},
    {"zero\xff\xfe window", "zero-window"}, /* no UTF-8 */
    {"zero-window", "zero-window"},
    {"keepalive-timeout", "keepalive-timeout"},
    {"curl: (56) Recv failure", "reset-while-reading"},
    {"curl: (7) Failed to connect to host port 80: Connection refused", "connection-refused"},
    {"curl: (28) Connection timed out after 5001 milliseconds", "syn-unanswered"},
    {"half the connections hang for 1 second", "connect-slow"},
    {"every 100th connect takes one second", "connect-slow"},
    {"connect sometimes takes exactly 3 seconds", "connect-slow"},
    {"connect takes 7 seconds", "connect-slow"},
    {"handshake takes 7 seconds sometimes", "connect-slow"},
    {"telnet hangs then after 2 minutes 7 seconds says timed out", "syn-127s"},
    {"ssh: connect to host port 22: Connection refused", "connection-refused"},
    {"ssh: connect to host port 22: Operation timed out", "syn-75s"},
    {"nc: connect to 10.0.0.1 port 80 (tcp) failed: Connection refused", "connection-refused"},
    {"server sends RST to SYN", "connection-refused"},
    {"RST in reply to SYN", "connection-refused"},
    {"SYN, RST", "connection-refused"},
    {"SYN RST ACK", "connection-refused"},
    {"SYN-ACK then RST from client", "rst-instead-of-ack"},
    {"client answers SYN-ACK with RST", "rst-instead-of-ack"},
    {"SYN_RECV for one minute", "half-open-63s"},
    {"possible SYN flooding on port 80. Sending cookies", "syn-flood"},
    {"sockets in FIN_WAIT2", "fin-wait-2-timeout"},
    {"sockets in FIN_WAIT_2 for 60 seconds", "fin-wait-2-timeout"},
    {"FIN_WAIT1 sockets do not go away", "fin-repeated"},
    {"lots of FIN_WAIT1", "fin-repeated"},
    {"LAST_ACK stuck", "fin-repeated"},
    {"sockets in LAST_ACK", "fin-repeated"},
    {"sockets in CLOSING", "fin-repeated"},
    {"too many CLOSE_WAIT", "close-wait"},
    {"CLOSE_WAIT connections leak in java", "close-wait"},
    {"too many open files", "close-wait"},
    {"Cannot assign requested address", "time-wait"},
    {"EADDRNOTAVAIL when connecting under load", "time-wait"},
    {"thousands of TIME_WAIT", "time-wait"},
    {"bind: Address already in use after restart", "time-wait"},
    {"address already in use", "time-wait"},
    {"we run out of ephemeral ports", "time-wait"},
    {"ephemeral port exhaustion", "time-wait"},
    {"connection dies after 2 hours 11 minutes", "keepalive-timeout"},
    {"TCP Keep-Alive in wireshark", "keepalive"},
    {"write succeeds for 15 minutes although host is dead", "data-timeout"},
    {"ETIMEDOUT after 924 seconds", "data-timeout"},
    {"TCP Retransmission after 200ms", "retransmission-200ms"},
    {"40 ms pauses between request and reply", "delayed-ack-40ms"},
    {"redis latency 40ms", "delayed-ack-40ms"},
    {"200 ms delay on Windows", "delayed-ack-200ms"},
    {"TCP Dup ACK", "fast-retransmit"},
    {"duplicate acks, then retransmission", "fast-retransmit"},
    {"TCP Out-Of-Order", "fast-retransmit"},
    {"TCP Previous segment not captured", "fast-retransmit"},
    {"TCP Port numbers reused", "syn-challenged"},
    {"TCP ACKed unseen segment", "fast-retransmit"},
    {"TCP ZeroWindow", "zero-window"},
    {"receive window is 0", "zero-window"},
    {"win=0", "zero-window"},
    {"transfer stalls, window full", "zero-window"},
    {"sender waits, receiver does not read", "zero-window"},
    {"TLS ClientHello never answered", "mtu-black-hole"},
    {"small pings work, large files hang", "mtu-black-hole"},
    {"ssh works but scp hangs", "mtu-black-hole"},
    {"mtu black hole", "mtu-black-hole"},
    {"ICMP fragmentation needed blocked", "mtu-black-hole"},
    {"connection reset by peer after server restart", "peer-forgot"},
    {"load balancer drops connections after 350 seconds", "idle-reset"},
    {"AWS NLB 350 s", "idle-reset"},
    {"Azure 4 minutes", "idle-reset"},
    {"ssh session freezes when I do nothing", "idle-blackhole"},
    {"nginx: upstream prematurely closed connection while reading response header",
     "reset-while-reading"},
    {"nginx 499", "rst-after-fin"},
    {"nginx: connect() failed (111: Connection refused) while connecting to upstream",
     "connection-refused"},
    {"java.net.SocketTimeoutException: connect timed out", "syn-unanswered"},
    {"java.net.ConnectException: Connection refused", "connection-refused"},
    {"java.net.SocketException: Broken pipe", "rst-after-fin"},
    {"dial tcp 10.0.0.1:80: i/o timeout", "syn-unanswered"},
    {"dial tcp: connect: connection refused", "connection-refused"},
    {"write: broken pipe", "rst-after-fin"},
    {"Error: connect ECONNREFUSED 127.0.0.1:3000", "connection-refused"},
    {"WSAECONNRESET 10054", "reset-while-reading"},
    {"A connection attempt failed because the connected party did not properly respond after a "
     "period of time",
     "syn-21s"},
    {"An existing connection was forcibly closed by the remote host", "reset-while-reading"},
    {"connection refused takes 2 seconds on windows", "refused-slowly"},
    {"refused only after one second", "refused-slowly"},
    {"connect timeout 21 seconds", "syn-21s"},
    {"timeout after 75 seconds", "syn-75s"},
    {"timeout after 189 seconds", "syn-189s"},
    {"SYNs to LISTEN sockets dropped", "accept-queue-full"},
    {"accept queue is full", "accept-queue-full"},
    {"somaxconn 128", "accept-queue-full"},
    {"client thinks it is connected, server does not", "accept-queue-full"},
    {"client is ESTABLISHED but server in SYN_RECV", "accept-queue-full"},
    {"SYN-ACK repeated although ACK was sent", "accept-queue-full"},
    {"asymmetric routing", "synack-late"},
    {"SYN gets ACK instead of SYN-ACK", "syn-challenged"},
    {"challenge ack", "syn-challenged"},
    {"TFO does not work", "fast-open-blocked"},
    {"SYN with data is dropped", "fast-open-blocked"},
    {"RST right after connect", "rst-after-handshake"},
    {"connection closed by foreign host immediately", "rst-after-handshake"},
    {"SIGPIPE", "rst-after-fin"},
    {"half-closed connection", "close-wait"},
    {"slow after idle", "slow-start-after-idle"},
    {"first response after pause is slow", "slow-start-after-idle"},
    {"tcp_slow_start_after_idle", "slow-start-after-idle"},
    {"clients behind NAT cannot connect tcp_tw_recycle", "syn-unanswered"},
    {"tcp_synack_retries", "half-open-63s"},
    {"tcp_retries2", "data-timeout"},
    {"tcp_fin_timeout", "fin-wait-2-timeout"},
    {"tcp_orphan_retries", "fin-repeated"},
    {"first SYN lost", "connect-slow"},
    {"SYN lost", "connect-slow"},
    {"FIN lost", "fin-repeated"},
    {"server keeps sending FIN", "fin-repeated"},
    {"data after close", "rst-after-fin"},
    {"conntrack insert failed", "connect-slow"},
    {"could not connect to server: Connection refused. Is the server running",
     "connection-refused"},
    {"ORA-03113: end-of-file on communication channel", "reset-while-reading"},
    {"haproxy: SC-- / connection refused by backend", "connection-refused"},
    {"server answers the SYN with ACK but not SYN-ACK", "syn-challenged"},
    {"why does my server stay in CLOSE_WAIT forever", "close-wait"},
    {"netstat shows 20000 connections in TIME_WAIT", "time-wait"},
    {"how long does FIN_WAIT_2 last", "fin-wait-2-timeout"},
    {"close() blocks, FIN is retransmitted", "fin-repeated"},
    {"my app writes and gets SIGPIPE", "rst-after-fin"},
    {"peer rebooted, then RST", "peer-forgot"},
    {"what is a keep-alive probe", "keepalive"},
    {"keepalive probes unanswered", "keepalive-timeout"},
    {"connection lost after 10 keepalive probes", "keepalive-timeout"},
    {"VPN: big packets get lost", "mtu-black-hole"},
    {"DF bit, ICMP type 3 code 4 filtered", "mtu-black-hole"},
    {"MSS 1460 too big for tunnel", "mtu-black-hole"},
    {"Tx window exhausted, zero window probes", "zero-window"},
    {"persist timer", "zero-window"},
    {"receiver advertises window 0", "zero-window"},
    {"three dup acks", "fast-retransmit"},
    {"packet loss 1% throughput", "fast-retransmit"},
    {"tail drop RTO 200ms", "retransmission-200ms"},
    {"spurious RTO", "retransmission-200ms"},
    {"latency 0.2 s in 1% of requests", "retransmission-200ms"},
    {"500 ms connection refused on Windows", "refused-slowly"},
    {"localhost connect to closed port takes 2 s on Windows", "refused-slowly"},
    {"Windows gives up after 21 s", "syn-21s"},
    {"CentOS 6 gives up after 63 seconds", "syn-63s"},
    {"Linux 6.8 connect timeout 131 s", "syn-131s"},
    {"old kernel SYN at 0 3 9 21 45 93", "syn-189s"},
    {"SYN at 0 1 3 7 15 31 63", "syn-127s"},
    {"health checks of the load balancer send RST", "rst-instead-of-ack"},
    {"nmap -sS in my log", "rst-instead-of-ack"},
    {"backlog of listen() full", "accept-queue-full"},
    {"ListenDrops increases", "accept-queue-full"},
    {"TCPBacklogDrop", "accept-queue-full"},
    {"ss shows Recv-Q 129 on the listener", "accept-queue-full"},
    {"server in SYN-RCVD, client silent", "half-open-63s"},
    {"DDoS with spoofed SYN", "syn-flood"},
    {"syncookies sent", "syn-flood"},
    {"TCP fast open black hole", "fast-open-blocked"},
    {"cwnd falls back after pause", "slow-start-after-idle"},
    {"idle connection slow again", "slow-start-after-idle"},
    {"Nagle 40ms Linux loopback", "delayed-ack-40ms"},
    {"delayed ack 200 ms", "delayed-ack-200ms"},
    {"SO_LINGER zero close sends RST", "reset-while-reading"},
    {"unread data at close", "reset-while-reading"},
    {"connection accepted and immediately reset", "rst-after-handshake"},
    {"bind failed EADDRINUSE", "time-wait"},
    {"connection killed after 4 minutes by Azure", "idle-reset"},
    {"duplicate FIN", "fin-repeated"},
    {"why 127 seconds?", "syn-127s"},
    {"It takes more than two minutes until connect fails", "syn-127s"},
    {"our client waits about 3 seconds before it connects", "connect-slow"},
    {"SYN every second five times", "syn-131s"},
    {"Windows XP connect timeout", "syn-21s"},
    {"server received RST after it sent SYN-ACK", "rst-instead-of-ack"},
    {"I get a reset right after accept", "rst-after-handshake"},
    {"recv returns -1 errno 104", "reset-while-reading"},
    {"send returns EPIPE", "rst-after-fin"},
    {"write after the peer closed", "rst-after-fin"},
    {"socket leak, lsof shows CLOSE_WAIT", "close-wait"},
    {"FIN-WAIT-1 does not end", "fin-repeated"},
    {"kill -9 leaves FIN_WAIT1", "fin-repeated"},
    {"TIME_WAIT assassination", "time-wait"},
    {"too many open connections in TIME-WAIT, no more ports", "time-wait"},
    {"connect: EADDRNOTAVAIL (99)", "time-wait"},
    {"retransmissions with exponential backoff up to 120 s", "data-timeout"},
    {"connection dies after 15 min 24 s", "data-timeout"},
    {"small request big response hangs over VPN", "mtu-black-hole"},
    {"git clone hangs, ping works", "mtu-black-hole"},
    {"docker overlay network large packets", "mtu-black-hole"},
    {"zero window from the database", "zero-window"},
    {"rwnd full", "zero-window"},
    {"slow reader", "zero-window"},
    {"retransmission after three duplicate acks", "fast-retransmit"},
    {"SACK blocks and fast retransmit", "fast-retransmit"},
    {"reordering causes dupacks", "fast-retransmit"},
    {"kube-proxy SNAT race insert_failed", "connect-slow"},
    {"rp_filter drops", "synack-late"},
    {"SYN cookies in dmesg", "syn-flood"},
    {"TFO blackhole", "fast-open-blocked"},
    {"congestion window is small after 5 s silence", "slow-start-after-idle"},
    {"RST, ACK to SYN on a closed port", "connection-refused"},
    {"nothing listens on the port", "connection-refused"},
    {"wrong port", "connection-refused"},
    {"keep-alive every 75 s", "keepalive"},
    {"TCP keepalive default two hours", "keepalive"},
};

START_TEST(it_is_found_as_people_say_it)
{
    g_autoptr(GPtrArray) shelf = shelf_of();
    const Symptom *nearest;
    g_autoptr(GArray) hits = symptom_match(shelf, typed[_i].typed, &nearest);

    ck_assert_msg(hits->len > 0, "'%s' finds nothing", typed[_i].typed);
    const char *name = g_array_index(hits, SymptomHit, 0).symptom->name;
    ck_assert_msg(strcmp(name, typed[_i].name) == 0, "'%s' finds %s", typed[_i].typed, name);
    for (guint i = 1; i < hits->len; i++)
        ck_assert(g_array_index(hits, SymptomHit, i - 1).weight >=
                  g_array_index(hits, SymptomHit, i).weight);
}
END_TEST

START_TEST(what_nobody_knows_is_not_found)
{
    g_autoptr(GPtrArray) shelf = shelf_of();
    const Symptom *nearest;
    g_autoptr(GArray) none = symptom_match(shelf, "xylophone", &nearest);

    ck_assert_uint_eq(none->len, 0);
    ck_assert_ptr_null(nearest);
    /* 5 % off is another time. */
    g_autoptr(GArray) hits = symptom_match(shelf, "133.5 s", &nearest);
    for (guint i = 0; i < hits->len; i++)
        ck_assert_str_ne(g_array_index(hits, SymptomHit, i).symptom->name, "syn-127s");
    /* A word that a third of all have tells nothing apart, but leads somewhere. */
    g_autoptr(GArray) vague = symptom_match(shelf, "connection", &nearest);
    ck_assert_uint_eq(vague->len, 0);
    ck_assert_ptr_nonnull(nearest);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("symptom_files");
    TCase *files = tcase_create("files"), *words = tcase_create("words");

    tcase_add_test(files, every_symptom_says_all_that_it_should);
    tcase_add_test(files, every_scenario_shows_its_symptom);
    tcase_add_test(files, what_is_in_order_shows_none);
    tcase_add_loop_test(words, it_is_found_as_people_say_it, 0, G_N_ELEMENTS(typed) / LESS);
    tcase_add_test(words, what_nobody_knows_is_not_found);
    suite_add_tcase(s, files);
    suite_add_tcase(s, words);
    return s;
}
