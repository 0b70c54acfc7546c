/* The ladder, as a picture and as a page: laws that hold for every scenario's, and one worked out by hand. */
#include "every_scenario.h"

#include <string.h>

#include "lab/lab.h"
#include "trace_by_hand.h"
#include "view/ladder.h"
#include "view/view.h"

static const ViewOptions plain;

static char *written(const Trace *trace,
                     void (*view)(const Trace *, const ViewOptions *, GString *))
{
    GString *out = g_string_new(NULL);

    view(trace, &plain, out);
    return g_string_free(out, FALSE);
}

/* Some scenarios are long, and begin like the others. */
static Trace *run_of(const Plan *plan)
{
    const LabOptions options = {.level = TRACE_LEVEL_FULL, .max_events = 500};

    return lab_run(plan, &options);
}

/* --- places ---------------------------------------------------------------------------------- */

/* A later instant stands below an earlier one, with all that belongs to it. */
static void hold_order(const char *path, const Trace *trace, const Ladder *ladder)
{
    guint32 bottom = 0, top = 0;

    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);
        guint32 y = ladder->y[event->id];

        if (i == 0 || event->t != event[-1].t) {
            ck_assert_msg(y > bottom, "%s: event %u stands at %u, not below %u", path, event->id, y,
                          bottom);
            top = y;
        }
        ck_assert_msg(y >= top && y < ladder->height, "%s: event %u at %u", path, event->id, y);
        bottom = MAX(bottom, y);
    }
}

/* No two notes stand on one another. */
static void hold_room(const char *path, const Trace *trace, const Ladder *ladder)
{
    guint hosts = trace->hosts->len + 1;
    g_autofree guint32 *last = g_new0(guint32, hosts);

    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);
        guint host = MIN(event->host, hosts - 1);

        if (!ladder_has_note(ladder, event))
            continue;
        ck_assert_msg(last[host] == 0 || ladder->y[event->id] >= last[host] + LADDER_ROW - 1,
                      "%s: event %u has no room", path, event->id);
        last[host] = ladder->y[event->id];
    }
}

static void hold_places(const char *path, const Plan *plan)
{
    g_autoptr(Trace) trace = run_of(plan);
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);
    g_autoptr(Ladder) ladder = ladder_new(index, 0);

    hold_order(path, trace, ladder);
    hold_room(path, trace, ladder);
}

START_TEST(every_ladder_has_room)
{
    for_each_scenario(hold_places);
}
END_TEST

/* --- pictures -------------------------------------------------------------------------------- */

/* What is in a picture: for each event how many groups name it, as their own and as the other end. */
typedef struct Seen {
    guint8 *groups;
    guint events;
} Seen;

static void see_element(GMarkupParseContext *context, const char *element, const char **names,
                        const char **values, gpointer data, GError **error)
{
    Seen *seen = data;

    (void)context;
    (void)element;
    (void)error;
    for (; *names != NULL; names++, values++) {
        if (strcmp(*names, "data-e") != 0 && strcmp(*names, "data-a") != 0)
            continue;
        guint64 id = g_ascii_strtoull(*values, NULL, 10);

        ck_assert_uint_ge(id, 1);
        ck_assert_uint_le(id, seen->events);
        seen->groups[id] = 1;
    }
}

/* A picture is XML, and shows every event. */
static void hold_picture(const char *path, const Plan *plan)
{
    static const GMarkupParser parser = {.start_element = see_element};
    g_autoptr(Trace) trace = run_of(plan);
    g_autofree char *svg = written(trace, view_svg);
    Seen seen = {g_new0(guint8, trace->events->len + 1), trace->events->len};
    GMarkupParseContext *context = g_markup_parse_context_new(&parser, 0, &seen, NULL);
    g_autoptr(GError) error = NULL;

    ck_assert_msg(g_markup_parse_context_parse(context, svg, -1, &error) &&
                      g_markup_parse_context_end_parse(context, &error),
                  "%s: %s", path, error != NULL ? error->message : "");
    for (guint id = 1; id <= seen.events; id++)
        ck_assert_msg(seen.groups[id] == 1, "%s: event %u is not shown", path, id);
    g_markup_parse_context_free(context);
    g_free(seen.groups);
}

START_TEST(every_event_is_in_its_picture)
{
    for_each_scenario(hold_picture);
}
END_TEST

/* The hand-made run: SYN (5) lost (6), sent again (9), arrives (11); its timer (7) fires (8). */
START_TEST(first_syn_lost_is_drawn)
{
    g_autoptr(Trace) trace = first_syn_lost();
    g_autofree char *svg = written(trace, view_svg);

    ck_assert_ptr_nonnull(strstr(svg, "<g class=\"ev send\" data-e=\"5\"><title>"));
    ck_assert_ptr_nonnull(strstr(svg, "<g class=\"ev lost\" data-e=\"6\" data-a=\"5\">"));
    ck_assert_ptr_nonnull(strstr(svg, "<g class=\"ev timer\" data-e=\"7\" data-a=\"8\">"));
    ck_assert_ptr_nonnull(strstr(svg, "<g class=\"ev timer fired\" data-e=\"8\">"));
    ck_assert_ptr_nonnull(strstr(svg, "<g class=\"ev send again\" data-e=\"9\" data-a=\"11\">"));
    ck_assert_ptr_nonnull(strstr(svg, ">SYN-SENT</text>"));
    ck_assert_ptr_nonnull(strstr(svg, ">3.010</text>"));
    ck_assert_ptr_nonnull(strstr(svg, "class=\"fold\"")); /* 3 s without an event */
}
END_TEST

/* --- pages ----------------------------------------------------------------------------------- */

static guint count_of(const char *text, const char *what)
{
    guint count = 0;

    for (; (text = strstr(text, what)) != NULL; text += strlen(what))
        count++;
    return count;
}

START_TEST(a_page_lists_every_event_with_its_cause)
{
    g_autoptr(Trace) trace = first_syn_lost();
    g_autofree char *page = written(trace, view_html);

    ck_assert_uint_eq(count_of(page, "<li>") + count_of(page, "<li "), trace->events->len);
    ck_assert_ptr_nonnull(
        strstr(page, "<li data-c=\"8\"><b>3.000 s</b> client sends SYN seq=0 again"));
    ck_assert_ptr_nonnull(strstr(page, " data-w=\"client\" data-s=\"SYN-SENT\">"));
    ck_assert_ptr_nonnull(strstr(page, "default-src 'none'"));
    ck_assert_uint_eq(count_of(page, "<script"), 1);
    ck_assert_uint_eq(count_of(page, "src=") + count_of(page, "href="), 0);
}
END_TEST

START_TEST(a_title_is_only_text)
{
    g_autoptr(Trace) trace = first_syn_lost();

    g_free(trace->title);
    trace->title = g_strdup("</title><script>alert(1)</script>");
    g_autofree char *page = written(trace, view_html);
    g_autofree char *svg = written(trace, view_svg);

    ck_assert_uint_eq(count_of(page, "<script"), 1);
    ck_assert_uint_eq(count_of(svg, "<script"), 0);
    ck_assert_ptr_nonnull(strstr(page, "&lt;script&gt;alert(1)"));
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("view_ladder");
    TCase *places = tcase_create("places"), *pictures = tcase_create("pictures");
    TCase *pages = tcase_create("pages");

    tcase_add_test(places, every_ladder_has_room);
    tcase_add_test(pictures, every_event_is_in_its_picture);
    tcase_add_test(pictures, first_syn_lost_is_drawn);
    tcase_add_test(pages, a_page_lists_every_event_with_its_cause);
    tcase_add_test(pages, a_title_is_only_text);
    suite_add_tcase(s, places);
    suite_add_tcase(s, pictures);
    suite_add_tcase(s, pages);
    return s;
}
