/* JSON lines: each parses, and has exactly the fields that docs/trace-json.md lists. */
#include "check_main.h"
#include "config.h"
#include "trace_by_hand.h"
#include "view/view.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* One object a line; the array owns them. */
static GPtrArray *parsed(const Trace *trace)
{
    g_autoptr(GString) out = g_string_new(NULL);
    view_json(trace, NULL, out);
    g_auto(GStrv) lines = g_strsplit(out->str, "\n", -1);
    GPtrArray *objects = g_ptr_array_new_with_free_func((GDestroyNotify)json_object_unref);
    for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
        g_autoptr(JsonParser) parser = json_parser_new_immutable();
        g_autoptr(GError) error = NULL;
        ck_assert_msg(json_parser_load_from_data(parser, lines[i], -1, &error), "%s: %s", lines[i],
                      error != NULL ? error->message : "");
        g_ptr_array_add(objects,
                        json_object_ref(json_node_get_object(json_parser_get_root(parser))));
    }
    ck_assert_uint_eq(objects->len, trace->events->len);
    return objects;
}

static JsonObject *event(GPtrArray *objects, guint id)
{
    return g_ptr_array_index(objects, id - 1);
}

START_TEST(fields_of_first_syn_lost)
{
    g_autoptr(Trace) trace = first_syn_lost();
    g_autoptr(GPtrArray) objects = parsed(trace);

    JsonObject *sent = event(objects, 13);
    ck_assert_int_eq(json_object_get_int_member(sent, "id"), 13);
    ck_assert_int_eq(json_object_get_int_member(sent, "t_ns"), MS(3010));
    ck_assert_str_eq(json_object_get_string_member(sent, "t_s"), "3.0100");
    ck_assert_str_eq(json_object_get_string_member(sent, "kind"), "send");
    ck_assert_str_eq(json_object_get_string_member(sent, "host"), "server");
    ck_assert_str_eq(json_object_get_string_member(sent, "peer"), "client");
    ck_assert_str_eq(json_object_get_string_member(sent, "class"), "SYN-ACK");
    ck_assert_int_eq(json_object_get_int_member(sent, "cause"), 11);
    ck_assert_int_eq(json_object_get_int_member(sent, "seq"), 0);
    ck_assert_int_eq(json_object_get_int_member(sent, "seq_on_wire"), SERVER_ISN);
    ck_assert_int_eq(json_object_get_int_member(sent, "ack"), 1);
    ck_assert_str_eq(json_object_get_string_member(sent, "src"), "10.0.0.2");
    ck_assert_str_eq(json_object_get_string_member(sent, "reason"), "syn-arrived");
    JsonObject *options = json_object_get_object_member(sent, "options");
    ck_assert_int_eq(json_object_get_int_member(options, "mss"), 1460);
    JsonArray *flags = json_object_get_array_member(sent, "flags");
    ck_assert_uint_eq(json_array_get_length(flags), 2);
    ck_assert_str_eq(json_array_get_string_element(flags, 0), "SYN");

    JsonObject *lost = event(objects, 6);
    ck_assert_str_eq(json_object_get_string_member(lost, "text"), "drop client SYN #1");
    ck_assert_int_eq(json_object_get_int_member(lost, "line"), 8);

    JsonObject *end = event(objects, 24);
    ck_assert(json_object_get_null_member(end, "host"));
    ck_assert(json_object_get_null_member(end, "cause"));
    ck_assert_str_eq(json_object_get_string_member(end, "why"), "quiet");
}
END_TEST

START_TEST(a_time_that_never_comes_is_null)
{
    g_autoptr(Trace) trace = two_hosts();
    add_timer(trace, 0, CLIENT, TCP_TIMER_ARMED, SIM_NEVER, SIM_NEVER, 0, TCP_REASON_NONE, 0);
    g_autoptr(GPtrArray) objects = parsed(trace);
    ck_assert(json_object_get_null_member(event(objects, 1), "due_ns"));
    ck_assert(json_object_get_null_member(event(objects, 1), "due_s"));
}
END_TEST

START_TEST(text_of_strangers_stays_json)
{
    g_autoptr(Trace) trace = trace_new(TRACE_LEVEL_FULL);
    trace_add_host(trace, "a\"b\\\n\033 é");
    add_call(trace, 0, CLIENT, 1, "bad \xff byte", 1);
    g_autoptr(GPtrArray) objects = parsed(trace);
    ck_assert_str_eq(json_object_get_string_member(event(objects, 1), "host"), "a\"b\\\n\033 é");
    ck_assert(g_utf8_validate(json_object_get_string_member(event(objects, 1), "text"), -1, NULL));
}
END_TEST

/* ---- The documented list ---- */

/* Does the column "In" of a documented field name the kind? */
static gboolean is_in(const char *column, const char *kind)
{
    g_auto(GStrv) words = g_strsplit(column, " ", -1);
    return g_strv_contains((const char *const *)words, "all") ||
           g_strv_contains((const char *const *)words, kind);
}

/* Rows "| `field` | in | type | meaning |" of the manual. */
static GHashTable *documented(const char *kind)
{
    g_autofree char *text = NULL;
    ck_assert(g_file_get_contents(TCPWALTZ_SOURCE_ROOT "/docs/trace-json.md", &text, NULL, NULL));
    const char *table = strstr(text, "\n## Fields\n");
    ck_assert_ptr_nonnull(table);
    GHashTable *fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_auto(GStrv) lines = g_strsplit(table, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        if (!g_str_has_prefix(lines[i], "| `"))
            continue;
        g_auto(GStrv) cells = g_strsplit(lines[i], "|", 4);
        g_strstrip(cells[2]);
        if (is_in(cells[2], kind))
            g_hash_table_add(fields, g_strndup(cells[1] + 2, strlen(cells[1]) - 4));
    }
    return fields;
}

START_TEST(the_manual_lists_every_field)
{
    TraceKind kind = (TraceKind)_i;
    g_autoptr(Trace) trace = two_hosts();
    TraceEvent of_kind = event_of(0, kind, CLIENT, 1, 0);
    if (is_of_segment(kind))
        of_kind.segment.seen = trace_see(trace, &(Segment){0}, FALSE);
    trace_add(trace, &of_kind);
    g_autoptr(GPtrArray) objects = parsed(trace);
    g_autoptr(GHashTable) fields = documented(trace_kind_name(kind));
    g_autoptr(GList) members = json_object_get_members(event(objects, 1));
    for (GList *member = members; member != NULL; member = member->next)
        ck_assert_msg(g_hash_table_contains(fields, member->data), "%s has %s, undocumented",
                      trace_kind_name(kind), (const char *)member->data);
    ck_assert_uint_eq(g_list_length(members), g_hash_table_size(fields));
}
END_TEST

START_TEST(a_thousand_events_are_as_many_lines)
{
    g_autoptr(Trace) trace = two_hosts();
    for (guint i = 0; i < 1000; i++)
        add_send(trace, MS(i), CLIENT, segment_of(CLIENT, TCP_ACK, i, 1), TCP_REASON_NONE, 0);
    g_autoptr(GPtrArray) objects = parsed(trace);
    ck_assert_int_eq(json_object_get_int_member(event(objects, 1000), "seq"), 999);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("json");
    TCase *tc = tcase_create("lines");
    tcase_add_test(tc, fields_of_first_syn_lost);
    tcase_add_test(tc, a_time_that_never_comes_is_null);
    tcase_add_test(tc, text_of_strangers_stays_json);
    tcase_add_loop_test(tc, the_manual_lists_every_field, 0, TRACE_KIND_COUNT);
    tcase_add_test(tc, a_thousand_events_are_as_many_lines);
    suite_add_tcase(s, tc);
    return s;
}
