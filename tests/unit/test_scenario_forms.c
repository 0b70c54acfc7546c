/* Every form of every statement, and the plan that it makes. */
#include "scenario_text.h"

#define HOST(plan, i) (&g_array_index((plan)->hosts, PlanHost, i))
#define LINK(plan, i) (&g_array_index((plan)->links, PlanLink, i))
#define FAULT(plan, i) (&g_array_index((plan)->faults, PlanFault, i))
#define STEP(plan, i) (&g_array_index((plan)->steps, PlanStep, i))
#define EXPECT(plan, i) (&g_array_index((plan)->expects, PlanExpect, i))
#define MS SIM_MILLISECOND

/* --- text, seed, stop --------------------------------------------------------------------- */

START_TEST(texts)
{
    g_autoptr(Plan) plan = plan_of("version 1\ntitle \"A \\\"b\\\" \\\\ c\"\nabout \"one\"\n"
                                   "about \"two # no comment\"\nsee \"RFC 9293 §3.5\"\n"
                                   "host a plain\n");

    ck_assert_str_eq(plan->file, "t.scn");
    ck_assert_str_eq(plan->title, "A \"b\" \\ c");
    ck_assert_uint_eq(plan->about->len, 2);
    ck_assert_str_eq(g_ptr_array_index(plan->about, 1), "two # no comment");
    ck_assert_str_eq(g_ptr_array_index(plan->see, 0), "RFC 9293 §3.5");
}
END_TEST

START_TEST(seed_and_stop)
{
    g_autoptr(Plan) plain = plan_of("host a plain\n");
    g_autoptr(Plan) plan = plan_of("host a plain\nseed 18446744073709551615\nstop at 1.5min\n");

    ck_assert_uint_eq(plain->seed, 1);
    ck_assert_int_eq(plain->stop, SIM_NEVER);
    ck_assert_ptr_null(plain->title);
    ck_assert(plan->seed == G_MAXUINT64);
    ck_assert_int_eq(plan->stop, 90 * SIM_SECOND);
}
END_TEST

START_TEST(names_in_any_script)
{
    g_autoptr(Plan) plan = plan_of("host клиент plain\nhost 服务器-1 plain\nhost เครื่อง plain\n"
                                   "link клиент 服务器-1 delay=10ms\n"
                                   "at 0s 服务器-1 listen\nat 0s клиент connect 服务器-1\n"
                                   "expect клиент ends ESTABLISHED\n");
    guint index;

    ck_assert(plan_find_host(plan, "服务器-1", &index) && index == 1);
    ck_assert(plan_find_host(plan, "เครื่อง", &index) && index == 2);
    ck_assert_uint_eq(plan->steps->len, 2);
}
END_TEST

/* --- hosts -------------------------------------------------------------------------------- */

START_TEST(hosts)
{
    g_autoptr(Plan) plan = plan_of("host client linux-2.4\nhost B_2-x slow mss=1k isn=fixed\n");
    guint index;

    ck_assert_uint_eq(plan->hosts->len, 2);
    ck_assert_str_eq(HOST(plan, 0)->name, "client");
    ck_assert_str_eq(HOST(plan, 0)->profile, "linux-2.4");
    ck_assert_int_eq(HOST(plan, 0)->config.initial_rto, 3 * SIM_SECOND);
    ck_assert_int_eq(HOST(plan, 0)->config.tcp_syn_retries, 5);
    ck_assert_int_eq(HOST(plan, 1)->config.tcp_syn_retries, 7);
    ck_assert_int_eq(HOST(plan, 1)->config.mss, 1024);
    ck_assert_int_eq(HOST(plan, 1)->config.isn, ISN_FIXED);
    ck_assert_uint_eq(HOST(plan, 1)->place.line, 2);
    ck_assert_uint_eq(HOST(plan, 1)->place.column, 6);
    ck_assert(plan_find_host(plan, "B_2-x", &index) && index == 1);
    ck_assert(!plan_find_host(plan, "b_2-x", &index));
}
END_TEST

START_TEST(set_overrides_in_order)
{
    g_autoptr(Plan) plan = plan_of("host a plain mss=100\nset a mss=200 tcp_syn_retries=1\n"
                                   "set a mss=300 source \"a book\"\nset a window=\"8k\"\n");

    ck_assert_int_eq(HOST(plan, 0)->config.mss, 300);
    ck_assert_int_eq(HOST(plan, 0)->config.tcp_syn_retries, 1);
    ck_assert_int_eq(HOST(plan, 0)->config.window, 8192);
}
END_TEST

START_TEST(the_command_line_comes_last)
{
    static const char *const overrides[] = {"a.mss=500", "a.initial-rto=2s", "a.mss=600", NULL};
    ScenarioOptions with = {.profile_dirs = folders, .overrides = overrides};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    static const char text[] = "host a plain\nset a mss=100\n";
    g_autoptr(Plan) plan = scenario_parse("t.scn", text, strlen(text), &with, diagnostics);

    ck_assert_ptr_nonnull(plan);
    ck_assert_int_eq(HOST(plan, 0)->config.mss, 600);
    ck_assert_int_eq(HOST(plan, 0)->config.initial_rto, 2 * SIM_SECOND);
}
END_TEST

START_TEST(two_hundred_and_fifty_hosts)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < 250; i++)
        g_string_append_printf(text, "host h%u plain\n", i);
    g_autoptr(Plan) plan = plan_of(text->str);

    ck_assert_uint_eq(plan->hosts->len, 250);
    g_string_append(text, "host one-more plain\n");
    g_autofree char *errors = errors_of(text->str);

    ck_assert_str_eq(errors, "251:6 more than 250 hosts\n");
}
END_TEST

/* --- links -------------------------------------------------------------------------------- */

#define TWO "host a plain\nhost b plain\n"

START_TEST(a_link_is_two_directions)
{
    g_autoptr(Plan) plan = plan_of(TWO "link a b delay=10ms loss=0.1% rate=10mbit\n");

    ck_assert_uint_eq(plan->links->len, 2);
    for (guint i = 0; i < 2; i++) {
        ck_assert_uint_eq(LINK(plan, i)->from, i);
        ck_assert_uint_eq(LINK(plan, i)->to, 1 - i);
        ck_assert_int_eq(LINK(plan, i)->config.delay, 10 * MS);
        ck_assert_int_eq(LINK(plan, i)->config.loss, 1000000);
        ck_assert_int_eq(LINK(plan, i)->config.rate, 10000000);
        ck_assert_uint_eq(LINK(plan, i)->place.line, 3);
    }
}
END_TEST

START_TEST(later_link_lines_override_key_by_key)
{
    g_autoptr(Plan) plan = plan_of(TWO "link a->b delay=1ms jitter=2ms\nlink b a delay=5ms\n"
                                       "link b -> a burst=1%,50% queue=7\nlink a b\n");

    ck_assert_uint_eq(plan->links->len, 2);
    ck_assert_int_eq(LINK(plan, 0)->config.delay, 5 * MS);
    ck_assert_int_eq(LINK(plan, 0)->config.jitter, 2 * MS);
    ck_assert_int_eq(LINK(plan, 0)->config.burst, 0);
    ck_assert_int_eq(LINK(plan, 1)->config.delay, 5 * MS);
    ck_assert_int_eq(LINK(plan, 1)->config.jitter, 0);
    ck_assert_int_eq(LINK(plan, 1)->config.burst, 10000000);
    ck_assert_int_eq(LINK(plan, 1)->config.burst_leave, 500000000);
    ck_assert_int_eq(LINK(plan, 1)->config.burst_loss, 1000000000);
    ck_assert_int_eq(LINK(plan, 1)->config.queue, 7);
}
END_TEST

START_TEST(a_name_may_end_in_a_hyphen)
{
    g_autoptr(Plan) plan = plan_of("host a- plain\nhost b plain\nlink a-->b delay=1ms\n");

    ck_assert_uint_eq(plan->links->len, 1);
    ck_assert_uint_eq(LINK(plan, 0)->from, 0);
}
END_TEST

START_TEST(a_link_may_come_after_its_use)
{
    g_autoptr(Plan) plan = plan_of(TWO "at 0s a connect b\nlink a b delay=10ms\n");

    ck_assert_uint_eq(plan->steps->len, 1);
}
END_TEST

/* --- faults ------------------------------------------------------------------------------- */

typedef struct Selected {
    const char *select;
    guint count;
    FaultRange ranges[3];
} Selected;

START_TEST(selections)
{
    static const Selected rows[] = {
        {"#1", 1, {{1, 1}}},
        {"#2..4", 1, {{2, 4}}},
        {"#3..", 1, {{3, G_MAXUINT32}}},
        {"#1,4", 2, {{1, 1}, {4, 4}}},
        {"#1,3..5,9..", 3, {{1, 1}, {3, 5}, {9, G_MAXUINT32}}},
        {"#5..5,2..6", 2, {{5, 5}, {2, 6}}},
        {"#4294967294", 1, {{4294967294, 4294967294}}},
        {"all", 1, {{1, G_MAXUINT32}}},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *line = g_strconcat("drop client SYN ", rows[i].select, NULL);
        g_autoptr(Plan) plan = plan_of_line(line);
        const FaultRule *rule = &FAULT(plan, 0)->rule;

        ck_assert_uint_eq(rule->range_count, rows[i].count);
        for (guint j = 0; j < rows[i].count; j++) {
            ck_assert_uint_eq(rule->ranges[j].first, rows[i].ranges[j].first);
            ck_assert_uint_eq(rule->ranges[j].last, rows[i].ranges[j].last);
        }
        ck_assert_str_eq(FAULT(plan, 0)->text, line);
    }
}
END_TEST

START_TEST(faults)
{
    g_autoptr(Plan) plan = plan_of(WORLD "drop server SYN-ACK   #1 # once\n"
                                         "duplicate client any all from 1s to 2s\n"
                                         "corrupt client DATA #2\n"
                                         "delay client ACK #3.. by 250us\n"
                                         "delay client FIN all from 0 to 5s by 1s\n");
    const FaultRule *rule = &FAULT(plan, 0)->rule;

    ck_assert_int_eq(rule->kind, FAULT_DROP);
    ck_assert_uint_eq(rule->sender, 1);
    ck_assert_int_eq(rule->class, SEGMENT_SYN_ACK);
    ck_assert_int_eq(rule->from, 0);
    ck_assert_int_eq(rule->to, SIM_NEVER);
    ck_assert_str_eq(FAULT(plan, 0)->text, "drop server SYN-ACK #1");
    rule = &FAULT(plan, 1)->rule;
    ck_assert_int_eq(rule->kind, FAULT_DUPLICATE);
    ck_assert_int_eq(rule->class, SEGMENT_ANY);
    ck_assert_int_eq(rule->from, SIM_SECOND);
    ck_assert_int_eq(rule->to, 2 * SIM_SECOND);
    ck_assert_int_eq(FAULT(plan, 2)->rule.kind, FAULT_CORRUPT);
    rule = &FAULT(plan, 3)->rule;
    ck_assert_int_eq(rule->kind, FAULT_DELAY);
    ck_assert_int_eq(rule->delay_by, 250 * SIM_MICROSECOND);
    rule = &FAULT(plan, 4)->rule;
    ck_assert_int_eq(rule->delay_by, SIM_SECOND);
    ck_assert_int_eq(rule->to, 5 * SIM_SECOND);
    ck_assert_uint_eq(FAULT(plan, 4)->place.line, 9);
}
END_TEST

/* --- script ------------------------------------------------------------------------------- */

START_TEST(actions)
{
    g_autoptr(Plan) plan = plan_of(WORLD "at 0 server listen\n"
                                         "at 1ms server listen port=8080 backlog=0 accept=manual\n"
                                         "at 1s server accept port=8080\n"
                                         "at 2s client connect server from-port=5000 port=8080\n"
                                         "at 3s client.2 send 64k\n"
                                         "at 3s client read all\n"
                                         "at 3s client read 1\n"
                                         "at 4s client shutdown\n"
                                         "at 4s client close\n"
                                         "at 4s client abort\n"
                                         "at 4s client crash\n"
                                         "at 5s client reboot\n"
                                         "at 6s client reboot forget\n"
                                         "at 7s server close listener port=8080\n"
                                         "at 8s client.2 set nagle=no tcp_keepalive_time=10\n");
    static const PlanVerb verbs[] = {
        PLAN_LISTEN, PLAN_LISTEN, PLAN_ACCEPT,   PLAN_CONNECT,        PLAN_SEND,
        PLAN_READ,   PLAN_READ,   PLAN_SHUTDOWN, PLAN_CLOSE,          PLAN_ABORT,
        PLAN_CRASH,  PLAN_REBOOT, PLAN_REBOOT,   PLAN_CLOSE_LISTENER, PLAN_SET,
    };

    ck_assert_uint_eq(plan->steps->len, G_N_ELEMENTS(verbs));
    for (guint i = 0; i < G_N_ELEMENTS(verbs); i++) {
        ck_assert_int_eq(STEP(plan, i)->verb, verbs[i]);
        ck_assert(!STEP(plan, i)->is_when);
    }
    ck_assert_uint_eq(STEP(plan, 0)->port, 80);
    ck_assert_uint_eq(STEP(plan, 0)->backlog, 128);
    ck_assert(!STEP(plan, 0)->accept_manual);
    ck_assert_uint_eq(STEP(plan, 0)->actor.host, 1);
    ck_assert_uint_eq(STEP(plan, 1)->port, 8080);
    ck_assert_uint_eq(STEP(plan, 1)->backlog, 0);
    ck_assert(STEP(plan, 1)->accept_manual);
    ck_assert_int_eq(STEP(plan, 1)->at, MS);
    ck_assert_uint_eq(STEP(plan, 2)->port, 8080);
    ck_assert_uint_eq(STEP(plan, 3)->peer, 1);
    ck_assert_uint_eq(STEP(plan, 3)->port, 8080);
    ck_assert_uint_eq(STEP(plan, 3)->from_port, 5000);
    ck_assert_str_eq(STEP(plan, 3)->text, "client connect server from-port=5000 port=8080");
    ck_assert_uint_eq(STEP(plan, 4)->actor.number, 2);
    ck_assert_uint_eq(STEP(plan, 4)->bytes, 65536);
    ck_assert(STEP(plan, 5)->bytes == G_MAXUINT64);
    ck_assert_uint_eq(STEP(plan, 6)->bytes, 1);
    ck_assert(!STEP(plan, 11)->forget);
    ck_assert(STEP(plan, 12)->forget);
    ck_assert_uint_eq(STEP(plan, 12)->place.line, 17);
    ck_assert_uint_eq(STEP(plan, 13)->port, 8080);
    ck_assert(!STEP(plan, 13)->of_connection);
    ck_assert(STEP(plan, 14)->of_connection);
    ck_assert_uint_eq(STEP(plan, 14)->settings->len, 2);
    ck_assert_str_eq(g_array_index(STEP(plan, 14)->settings, PlanSetting, 0).key->name, "nagle");
    ck_assert_int_eq(g_array_index(STEP(plan, 14)->settings, PlanSetting, 0).value, 0);
    ck_assert_int_eq(g_array_index(STEP(plan, 14)->settings, PlanSetting, 1).value,
                     10 * SIM_SECOND);
}
END_TEST

START_TEST(whens)
{
    g_autoptr(Plan) plan =
        plan_of(WORLD "when server CLOSE-WAIT server close\n"
                      "when client.3 SYN-RECEIVED after 1.5s server.2 send 1M\n");
    const PlanStep *step = STEP(plan, 0);

    ck_assert(step->is_when);
    ck_assert_uint_eq(step->when.host, 1);
    ck_assert_uint_eq(step->when.number, 0);
    ck_assert_int_eq(step->state, TCP_STATE_CLOSE_WAIT);
    ck_assert_int_eq(step->at, 0);
    ck_assert_str_eq(step->text, "server close");
    step = STEP(plan, 1);
    ck_assert_uint_eq(step->when.host, 0);
    ck_assert_uint_eq(step->when.number, 3);
    ck_assert_int_eq(step->state, TCP_STATE_SYN_RCVD);
    ck_assert_int_eq(step->at, 1500 * MS);
    ck_assert_uint_eq(step->actor.host, 1);
    ck_assert_uint_eq(step->actor.number, 2);
    ck_assert_uint_eq(step->bytes, 1048576);
}
END_TEST

/* --- inject ------------------------------------------------------------------------------- */

typedef struct Flagged {
    const char *text;
    guint8 flags;
} Flagged;

START_TEST(inject_classes_and_flags)
{
    static const Flagged rows[] = {
        {"RST", TCP_RST},
        {"SYN", TCP_SYN},
        {"SYN-ACK", TCP_SYN | TCP_ACK},
        {"FIN", TCP_FIN | TCP_ACK},
        {"DATA", TCP_PSH | TCP_ACK},
        {"ACK", TCP_ACK},
        {"RST flags=RST,ACK", TCP_RST | TCP_ACK},
        {"SYN flags=SYN+ECE+CWR", TCP_SYN | TCP_ECE | TCP_CWR},
        {"FIN flags=FIN", TCP_FIN},
        {"ACK flags=none", 0},
        {"ACK flags=S.", TCP_SYN | TCP_ACK},
        {"ACK flags=FSRP.UEW", 0xff},
        {"ACK flags=URG", TCP_URG},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *line = g_strconcat("at 1s inject client->server ", rows[i].text, NULL);
        g_autoptr(Plan) plan = plan_of_line(line);

        ck_assert_int_eq(STEP(plan, 0)->verb, PLAN_INJECT);
        ck_assert_msg(STEP(plan, 0)->inject.flags == rows[i].flags, "%s", line);
    }
}
END_TEST

START_TEST(inject_defaults)
{
    g_autoptr(Plan) plan = plan_of(WORLD "at 1s inject server -> client DATA\n"
                                         "at 1s inject server->client FIN\n"
                                         "at 1s inject server->client DATA len=0\n");
    const PlanInject *inject = &STEP(plan, 0)->inject;

    ck_assert_uint_eq(inject->from, 1);
    ck_assert_uint_eq(inject->to, 0);
    ck_assert_uint_eq(inject->as, 1);
    ck_assert_uint_eq(STEP(plan, 0)->actor.host, 1);
    ck_assert_int_eq(inject->seq.kind, PLAN_NUMBER_DEFAULT);
    ck_assert_int_eq(inject->ack.kind, PLAN_NUMBER_DEFAULT);
    ck_assert_int_eq(inject->window, -1);
    ck_assert_uint_eq(inject->length, 1);
    ck_assert_int_eq(inject->from_port, -1);
    ck_assert_int_eq(inject->to_port, -1);
    ck_assert_uint_eq(inject->conn, 0);
    ck_assert_uint_eq(STEP(plan, 1)->inject.length, 0);
    ck_assert_uint_eq(STEP(plan, 2)->inject.length, 0);
    ck_assert_str_eq(STEP(plan, 0)->text, "inject server -> client DATA");
}
END_TEST

START_TEST(inject_options)
{
    g_autoptr(Plan) plan =
        plan_of(WORLD "host mallory plain\nlink mallory server delay=1ms\n"
                      "at 1s inject client->server RST as=mallory seq=client.2.snd_nxt+100 "
                      "ack=4294967295 win=0 len=1460 from-port=40000 port=80 conn=3\n"
                      "at 1s inject client->server RST seq=random ack=server.iss-1\n");
    const PlanInject *inject = &STEP(plan, 0)->inject;

    ck_assert_uint_eq(inject->as, 2);
    ck_assert_uint_eq(STEP(plan, 0)->actor.host, 2);
    ck_assert_int_eq(inject->seq.kind, PLAN_NUMBER_VARIABLE);
    ck_assert_uint_eq(inject->seq.party.host, 0);
    ck_assert_uint_eq(inject->seq.party.number, 2);
    ck_assert_int_eq(inject->seq.variable, PLAN_SND_NXT);
    ck_assert_int_eq(inject->seq.plus, 100);
    ck_assert_int_eq(inject->ack.kind, PLAN_NUMBER_LITERAL);
    ck_assert(inject->ack.literal == G_MAXUINT32);
    ck_assert_int_eq(inject->window, 0);
    ck_assert_uint_eq(inject->length, 1460);
    ck_assert_int_eq(inject->from_port, 40000);
    ck_assert_int_eq(inject->to_port, 80);
    ck_assert_uint_eq(inject->conn, 3);
    inject = &STEP(plan, 1)->inject;
    ck_assert_int_eq(inject->seq.kind, PLAN_NUMBER_RANDOM);
    ck_assert_int_eq(inject->ack.variable, PLAN_ISS);
    ck_assert_int_eq(inject->ack.plus, -1);
}
END_TEST

START_TEST(inject_knows_every_variable)
{
    for (guint i = 0; i < PLAN_VARIABLE_COUNT; i++) {
        g_autofree char *line = g_strdup_printf("at 1s inject client->server RST seq=server.%s",
                                                plan_variable_name((PlanVariable)i));
        g_autoptr(Plan) plan = plan_of_line(line);

        ck_assert_int_eq(STEP(plan, 0)->inject.seq.variable, i);
        ck_assert_int_eq(STEP(plan, 0)->inject.seq.plus, 0);
    }
    ck_assert_str_eq(plan_variable_name(PLAN_RCV_WND), "rcv_wnd");
}
END_TEST

START_TEST(a_land_attack_needs_an_origin)
{
    g_autoptr(Plan) plan = plan_of(WORLD "at 1s inject server->server SYN as=client seq=1\n");

    ck_assert_uint_eq(STEP(plan, 0)->inject.from, 1);
    ck_assert_uint_eq(STEP(plan, 0)->inject.to, 1);
    ck_assert_uint_eq(STEP(plan, 0)->inject.as, 0);
}
END_TEST

START_TEST(inject_needs_one_direction_only)
{
    g_autoptr(Plan) plan = plan_of(TWO "link a->b delay=1ms\nat 1s inject a->b SYN\n");

    ck_assert_uint_eq(plan->steps->len, 1);
}
END_TEST

/* --- flood and series --------------------------------------------------------------------- */

START_TEST(flood_options)
{
    g_autoptr(Plan) plan =
        plan_of(WORLD "host mallory plain\nlink mallory server delay=1ms\n"
                      "at 1s flood mallory->server SYN count=4294967295 spoofed rate=1000000000/s\n"
                      "at 1s flood client -> server RST as=mallory rate=1/s count=1 step=1000 "
                      "seq=client.snd_nxt ack=7 win=3 len=2 from-port=5 port=6\n");
    const PlanFlood *flood = &STEP(plan, 0)->flood;

    ck_assert_int_eq(STEP(plan, 0)->verb, PLAN_FLOOD);
    ck_assert_uint_eq(STEP(plan, 0)->actor.host, 2);
    ck_assert_int_eq(flood->class, SEGMENT_SYN);
    ck_assert(flood->spoofed);
    ck_assert(flood->series.rate == 1000000000 && flood->series.count == G_MAXUINT32);
    ck_assert_uint_eq(flood->step, 0);
    ck_assert_int_eq(flood->segment.from_port, -1);
    ck_assert_int_eq(flood->segment.seq.kind, PLAN_NUMBER_DEFAULT);
    flood = &STEP(plan, 1)->flood;
    ck_assert(!flood->spoofed);
    ck_assert_uint_eq(flood->segment.from, 0);
    ck_assert_uint_eq(flood->segment.as, 2);
    ck_assert_uint_eq(flood->step, 1000);
    ck_assert_uint_eq(flood->segment.flags, TCP_RST | TCP_ACK);
    ck_assert_int_eq(flood->segment.seq.variable, PLAN_SND_NXT);
    ck_assert_int_eq(flood->segment.from_port, 5);
    ck_assert_int_eq(flood->segment.to_port, 6);
    ck_assert_str_eq(STEP(plan, 0)->text, "flood mallory->server SYN count=4294967295 spoofed "
                                          "rate=1000000000/s");
}
END_TEST

START_TEST(connects_in_a_series)
{
    g_autoptr(Plan) plan = plan_of(WORLD "at 1s client connect server rate=20/s count=3\n"
                                         "at 1s client connect server\n"
                                         "when server CLOSED client connect server count=2 "
                                         "rate=1/s port=81\n");

    ck_assert(STEP(plan, 0)->series.rate == 20 && STEP(plan, 0)->series.count == 3);
    ck_assert(STEP(plan, 1)->series.rate == 0);
    ck_assert(STEP(plan, 2)->is_when && STEP(plan, 2)->series.count == 2);
    ck_assert_uint_eq(STEP(plan, 2)->port, 81);
}
END_TEST

/* --- expectations ------------------------------------------------------------------------- */

START_TEST(expect_sends)
{
    g_autoptr(Plan) plan = plan_of(WORLD "expect client sends SYN at 0 3s 9s\n"
                                         "expect client sends SYN gaps 6s 3s\n"
                                         "expect client.2 sends any 7 times\n"
                                         "expect client sends SYN 1 time\n"
                                         "expect server never sends RST\n"
                                         "expect client sends DATA seq 1 4294967295\n"
                                         "expect client sends DATA ack 1\n"
                                         "expect client sends DATA len 1460 40\n"
                                         "expect client sends first 2 DATA win 65535 0\n"
                                         "expect client sends DATA flags P. FIN,ACK none\n"
                                         "expect client sends DATA at least 2 times\n"
                                         "expect client sends DATA at most 1 time\n");
    const PlanExpect *expect = EXPECT(plan, 0);

    ck_assert_int_eq(expect->kind, PLAN_EXPECT_SENDS_AT);
    ck_assert_int_eq(expect->class, SEGMENT_SYN);
    ck_assert_uint_eq(expect->times->len, 3);
    ck_assert_int_eq(g_array_index(expect->times, SimTime, 2), 9 * SIM_SECOND);
    ck_assert_int_eq(expect->tolerance.within, 0);
    ck_assert_int_eq(expect->tolerance.within_ppb, 0);
    ck_assert_str_eq(expect->text, "expect client sends SYN at 0 3s 9s");
    expect = EXPECT(plan, 1);
    ck_assert_int_eq(expect->kind, PLAN_EXPECT_SENDS_GAPS);
    ck_assert_int_eq(g_array_index(expect->times, SimTime, 1), 3 * SIM_SECOND);
    expect = EXPECT(plan, 2);
    ck_assert_int_eq(expect->kind, PLAN_EXPECT_SENDS_TIMES);
    ck_assert_uint_eq(expect->count, 7);
    ck_assert_uint_eq(expect->party.number, 2);
    ck_assert_int_eq(expect->class, SEGMENT_ANY);
    ck_assert_uint_eq(EXPECT(plan, 3)->count, 1);
    ck_assert_int_eq(EXPECT(plan, 4)->kind, PLAN_EXPECT_NEVER_SENDS);
    ck_assert_int_eq(EXPECT(plan, 4)->class, SEGMENT_RST);
    ck_assert_uint_eq(EXPECT(plan, 4)->place.line, 9);
    ck_assert_int_eq(EXPECT(plan, 5)->kind, PLAN_EXPECT_SENDS_SEQ);
    ck_assert_uint_eq(EXPECT(plan, 5)->numbers->len, 2);
    ck_assert_uint_eq(g_array_index(EXPECT(plan, 5)->numbers, guint32, 1), G_MAXUINT32);
    ck_assert_int_eq(EXPECT(plan, 6)->kind, PLAN_EXPECT_SENDS_ACK);
    ck_assert_int_eq(EXPECT(plan, 7)->kind, PLAN_EXPECT_SENDS_LEN);
    ck_assert_uint_eq(g_array_index(EXPECT(plan, 7)->numbers, guint32, 0), 1460);
    ck_assert_uint_eq(EXPECT(plan, 7)->first, 0);
    ck_assert_int_eq(EXPECT(plan, 8)->kind, PLAN_EXPECT_SENDS_WIN);
    ck_assert_uint_eq(EXPECT(plan, 8)->first, 2);
    ck_assert_int_eq(EXPECT(plan, 9)->kind, PLAN_EXPECT_SENDS_FLAGS);
    ck_assert_uint_eq(g_array_index(EXPECT(plan, 9)->numbers, guint32, 0), TCP_PSH | TCP_ACK);
    ck_assert_uint_eq(g_array_index(EXPECT(plan, 9)->numbers, guint32, 1), TCP_FIN | TCP_ACK);
    ck_assert_uint_eq(g_array_index(EXPECT(plan, 9)->numbers, guint32, 2), 0);
    ck_assert_int_eq(EXPECT(plan, 10)->kind, PLAN_EXPECT_SENDS_AT_LEAST);
    ck_assert_uint_eq(EXPECT(plan, 10)->count, 2);
    ck_assert_int_eq(EXPECT(plan, 11)->kind, PLAN_EXPECT_SENDS_AT_MOST);
}
END_TEST

START_TEST(expect_the_rest)
{
    g_autoptr(Plan) plan = plan_of(WORLD "expect client enters ESTABLISHED at 20ms 20ms\n"
                                         "expect client path CLOSED SYN-SENT SYN-RECEIVED\n"
                                         "expect client ends TIME-WAIT\n"
                                         "expect client.1 error ETIMEDOUT at 189s\n"
                                         "expect server delivers 64k bytes\n"
                                         "expect server delivers 1 byte wrong\n"
                                         "expect server accepts 0\n");
    const PlanExpect *expect = EXPECT(plan, 0);

    ck_assert_int_eq(expect->kind, PLAN_EXPECT_ENTERS);
    ck_assert_int_eq(g_array_index(expect->states, TcpState, 0), TCP_STATE_ESTABLISHED);
    ck_assert_uint_eq(expect->times->len, 2);
    expect = EXPECT(plan, 1);
    ck_assert_int_eq(expect->kind, PLAN_EXPECT_PATH);
    ck_assert_uint_eq(expect->states->len, 3);
    ck_assert_int_eq(g_array_index(expect->states, TcpState, 2), TCP_STATE_SYN_RCVD);
    ck_assert_int_eq(EXPECT(plan, 2)->kind, PLAN_EXPECT_ENDS);
    ck_assert_int_eq(g_array_index(EXPECT(plan, 2)->states, TcpState, 0), TCP_STATE_TIME_WAIT);
    expect = EXPECT(plan, 3);
    ck_assert_int_eq(expect->kind, PLAN_EXPECT_ERROR);
    ck_assert_int_eq(expect->error, TCP_ETIMEDOUT);
    ck_assert_int_eq(g_array_index(expect->times, SimTime, 0), 189 * SIM_SECOND);
    expect = EXPECT(plan, 4);
    ck_assert_int_eq(expect->kind, PLAN_EXPECT_DELIVERS);
    ck_assert_uint_eq(expect->count, 65536);
    ck_assert(!expect->wrong);
    ck_assert_uint_eq(EXPECT(plan, 5)->count, 1);
    ck_assert(EXPECT(plan, 5)->wrong);
    ck_assert_int_eq(EXPECT(plan, 6)->kind, PLAN_EXPECT_ACCEPTS);
    ck_assert_uint_eq(EXPECT(plan, 6)->count, 0);
}
END_TEST

START_TEST(tolerances_are_exact)
{
    g_autoptr(Plan) plan = plan_of(WORLD "expect client sends SYN at 0 3s within 100ms\n"
                                         "expect client sends SYN gaps 3s within 0.0000001%\n"
                                         "expect client enters CLOSED at 3s within 33.3333333%\n"
                                         "expect client error EPIPE at 3s within 0\n");

    ck_assert_int_eq(EXPECT(plan, 0)->tolerance.within, 100 * MS);
    ck_assert_int_eq(EXPECT(plan, 0)->tolerance.within_ppb, 0);
    ck_assert_uint_eq(EXPECT(plan, 0)->times->len, 2);
    ck_assert_int_eq(EXPECT(plan, 1)->tolerance.within_ppb, 1);
    ck_assert_int_eq(EXPECT(plan, 1)->tolerance.within, 0);
    ck_assert_int_eq(EXPECT(plan, 2)->tolerance.within_ppb, 333333333);
    ck_assert_int_eq(EXPECT(plan, 3)->tolerance.within, 0);
}
END_TEST

/* --- help --------------------------------------------------------------------------------- */

START_TEST(help_names_everything)
{
    static const char *const parts[] = {
        "host NAME PROFILE [KEY=VALUE …]",
        "drop SENDER SEGMENT SELECT",
        "connect HOST",
        "sends SEGMENT gaps TIME …",
        "as=HOST",
        "SYN-RCVD",
        "ETIMEDOUT",
        "base PROFILE",
        "reboot [forget]",
        "backlog=N",
        "accepts N",
        "stop at TIME",
    };
    g_autofree char *help = scenario_help();

    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        ck_assert_msg(strstr(help, parts[i]) != NULL, "%s", parts[i]);
}
END_TEST

START_TEST(help_lists_every_key)
{
    g_autofree char *help = scenario_help_keys();

    for (guint scope = KEY_SCOPE_HOST; scope <= KEY_SCOPE_LINK; scope++) {
        size_t count;
        const Key *keys = key_table((KeyScope)scope, &count);

        for (size_t i = 0; i < count; i++) {
            g_autofree char *row = g_strdup_printf("\n  %s=%s\n", keys[i].name, keys[i].initial);

            ck_assert_msg(strstr(help, row) != NULL, "%s", row);
        }
    }
    ck_assert_ptr_nonnull(strstr(help, "0 to 127"));
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("scenario_forms");
    TCase *tc = scenario_case("text");

    tcase_add_test(tc, texts);
    tcase_add_test(tc, seed_and_stop);
    suite_add_tcase(s, tc);
    tc = scenario_case("hosts");
    tcase_add_test(tc, hosts);
    tcase_add_test(tc, names_in_any_script);
    tcase_add_test(tc, set_overrides_in_order);
    tcase_add_test(tc, the_command_line_comes_last);
    tcase_add_test(tc, two_hundred_and_fifty_hosts);
    suite_add_tcase(s, tc);
    tc = scenario_case("links");
    tcase_add_test(tc, a_link_is_two_directions);
    tcase_add_test(tc, later_link_lines_override_key_by_key);
    tcase_add_test(tc, a_name_may_end_in_a_hyphen);
    tcase_add_test(tc, a_link_may_come_after_its_use);
    suite_add_tcase(s, tc);
    tc = scenario_case("faults");
    tcase_add_test(tc, selections);
    tcase_add_test(tc, faults);
    suite_add_tcase(s, tc);
    tc = scenario_case("script");
    tcase_add_test(tc, actions);
    tcase_add_test(tc, whens);
    suite_add_tcase(s, tc);
    tc = scenario_case("inject");
    tcase_add_test(tc, inject_classes_and_flags);
    tcase_add_test(tc, inject_defaults);
    tcase_add_test(tc, inject_options);
    tcase_add_test(tc, inject_knows_every_variable);
    tcase_add_test(tc, a_land_attack_needs_an_origin);
    tcase_add_test(tc, inject_needs_one_direction_only);
    tcase_add_test(tc, flood_options);
    tcase_add_test(tc, connects_in_a_series);
    suite_add_tcase(s, tc);
    tc = scenario_case("expectations");
    tcase_add_test(tc, expect_sends);
    tcase_add_test(tc, expect_the_rest);
    tcase_add_test(tc, tolerances_are_exact);
    suite_add_tcase(s, tc);
    tc = scenario_case("help");
    tcase_add_test(tc, help_names_everything);
    tcase_add_test(tc, help_lists_every_key);
    suite_add_tcase(s, tc);
    return s;
}
