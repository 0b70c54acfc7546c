/* Where things stand in the timeline. */
#include "view/columns.h"

#include <string.h>

enum {
    GAP = 2,       /* between time, number and lanes */
    ARROW_MIN = 3, /* an arrow is shortened before a word moves */
    LANE_MIN = 20, /* narrower lanes than that are none: more hosts name themselves */
};

/* A wait from which on a blank line separates what was before it. */
#define PAUSE (100 * SIM_MILLISECOND)

static int decimals_needed(const Trace *trace)
{
    int decimals = 3;

    for (guint i = 0; i < trace->events->len; i++) {
        SimTime t = g_array_index(trace->events, TraceEvent, i).t;

        if (t % SIM_MICROSECOND != 0)
            return 9;
        if (t % SIM_MILLISECOND != 0)
            decimals = 6;
    }
    return decimals;
}

static guint digits(guint number)
{
    guint count = 1;

    for (; number >= 10; number /= 10)
        count++;
    return count;
}

/* What happens at the right needs words, so it has the larger half. */
static void find_lanes(Columns *columns, guint left, guint hosts)
{
    guint room = columns->style->width > left ? columns->style->width - left : 0;

    columns->lanes = hosts > 2 && hosts <= LANES_MOST && room / hosts >= LANE_MIN ? hosts : 2;
    for (guint i = 0; i < columns->lanes; i++)
        columns->begins[i] = left + room * i / columns->lanes;
    if (columns->lanes == 2)
        columns->begins[1] = left + room * 12 / 25;
}

void columns_init(Columns *columns, const ViewStyle *style, const Trace *trace, GString *out)
{
    *columns = (Columns){.style = style, .out = out, .decimals = decimals_needed(trace)};

    SimTime last = 0;
    if (trace->events->len > 0)
        last = g_array_index(trace->events, TraceEvent, trace->events->len - 1).t;
    char text[SIM_TIME_TEXT_MAX];
    columns->time_width = MAX((guint)sim_time_format_seconds(last, columns->decimals, text), 8);
    columns->id_width = MAX(digits(trace->events->len), 3);
    find_lanes(columns, columns->time_width + GAP + columns->id_width + GAP, trace->hosts->len);
    columns->wire = columns->begins[1];
}

/* Where the first lane begins, and all that is no lane's. */
static guint leftmost(const Columns *columns)
{
    return columns->begins[0];
}

static void pad(GString *out, guint columns)
{
    view_repeat(" ", columns, out);
}

void columns_header(Columns *columns, const char *const *names)
{
    GString *out = columns->out;
    g_autoptr(GString) line = g_string_new(NULL);

    g_string_append_printf(line, "%*s%*s%*s%*s", (int)columns->time_width, "time", GAP, "",
                           (int)columns->id_width, "no.", GAP, "");
    for (guint i = 0, used = leftmost(columns); i < columns->lanes && *names[i] != '\0'; i++) {
        guint wanted = columns->begins[i];

        if (i > 0)
            pad(line, used < wanted ? wanted - used : GAP);
        g_string_append(line, names[i]);
        used = (i > 0 ? MAX(wanted, used + GAP) : used) + view_columns(names[i]);
    }
    view_paint(columns->style, VIEW_TITLE, line->str, out);
    g_string_append_c(out, '\n');

    g_autoptr(GString) rule = g_string_new(NULL);
    view_repeat(columns->style->rule, columns->style->width, rule);
    view_paint(columns->style, VIEW_DIM, rule->str, out);
    g_string_append_c(out, '\n');
}

/* Time (only when it has moved), number and blanks up to the column `start`. */
static void begin_row(Columns *columns, const TraceEvent *event, guint start)
{
    char time[SIM_TIME_TEXT_MAX] = "";

    if (!columns->has_time || event->t != columns->time)
        sim_time_format_seconds(event->t, columns->decimals, time);
    if (columns->has_time && event->t - columns->time >= PAUSE)
        g_string_append_c(columns->out, '\n');
    columns->has_time = TRUE;
    columns->time = event->t;

    g_string_append_printf(columns->out, "%*s", (int)columns->time_width, time);
    pad(columns->out, GAP);
    char id[16];
    g_snprintf(id, sizeof id, "%*u", (int)columns->id_width, event->id);
    view_paint(columns->style, VIEW_DIM, id, columns->out);
    pad(columns->out, start - leftmost(columns) + GAP);
}

/* The column where a text of this length begins that would like to begin at `wish`. */
static guint place(const Columns *columns, guint wish, guint length)
{
    guint width = columns->style->width;
    guint latest = length < width ? width - length : 0;

    return MAX(MIN(wish, latest), leftmost(columns));
}

/* Text of the lane that begins before this column looks like the one's before it. */
static guint least(const Columns *columns, Lane lane)
{
    if (lane == 0 || lane >= columns->lanes)
        return leftmost(columns);
    return (columns->begins[lane - 1] + columns->begins[lane]) / 2;
}

gboolean columns_looks_left(const Columns *columns, Lane lane, const char *text)
{
    guint first_line = view_columns_until(text, '\n');

    return place(columns, columns->begins[lane], first_line) < least(columns, lane);
}

/* Columns from `start` to the end of the page. */
static guint room_from(const Columns *columns, guint start)
{
    return columns->style->width > start ? columns->style->width - start : 0;
}

/* Turns each line break of the text into a blank if what follows fits into `room` columns. */
static void fold(GString *text, guint room)
{
    guint used = view_columns_until(text->str, '\n');

    for (gsize i = 0; i < text->len; i++) {
        if (text->str[i] != '\n')
            continue;
        guint next = view_columns_until(text->str + i + 1, '\n');
        gboolean fits = used + 1 + next <= room;
        text->str[i] = fits ? ' ' : '\n';
        used = fits ? used + 1 + next : next;
    }
}

/* What did not fit into the first row, below it and a little to the right. */
static void continue_rows(Columns *columns, guint wish, ViewColour colour, const char *text)
{
    while (text != NULL) {
        const char *end = strchr(text, '\n');
        g_autofree char *part = end != NULL ? g_strndup(text, (gsize)(end - text)) : g_strdup(text);

        pad(columns->out, place(columns, wish + GAP, view_columns(part)));
        view_paint(columns->style, colour, part, columns->out);
        g_string_append_c(columns->out, '\n');
        text = end != NULL ? end + 1 : NULL;
    }
}

/* Cuts the first row off a folded text; returns the rest, NULL if there is none. */
static const char *cut_first(GString *text)
{
    char *end = strchr(text->str, '\n');

    if (end == NULL)
        return NULL;
    *end = '\0';
    return end + 1;
}

static guint wish_of(const Columns *columns, Lane lane)
{
    if (lane < columns->lanes)
        return columns->begins[lane];
    return lane == LANE_WIRE ? columns->wire : leftmost(columns);
}

void columns_row(Columns *columns, const TraceEvent *event, Lane lane, ViewColour colour,
                 const char *text)
{
    guint wish = wish_of(columns, lane);
    g_autoptr(GString) rows = g_string_new(text);

    fold(rows, room_from(columns, least(columns, lane)));
    const char *rest = cut_first(rows);

    begin_row(columns, event, place(columns, wish, view_columns(rows->str)));
    view_paint(columns->style, colour, rows->str, columns->out);
    g_string_append_c(columns->out, '\n');
    continue_rows(columns, wish, colour, rest);
}

/* How long a lost segment's arrow is: half the way. */
static guint arrow_length(guint room, gboolean is_lost)
{
    guint length = MAX(room, (guint)ARROW_MIN);

    return is_lost ? MAX(length / 2, (guint)ARROW_MIN) : length;
}

/* The columns between which an arrow goes. */
typedef struct Way {
    guint from, to;
} Way;

static void arrow_to_right(Columns *columns, const TraceEvent *event, Way way, ViewColour colour,
                           const char *text, gboolean is_lost)
{
    const ViewStyle *style = columns->style;
    guint start = way.from + view_columns(text) + 1;
    guint room = way.to > start + 1 ? way.to - start - 1 : 0;
    guint length = arrow_length(room, is_lost);

    begin_row(columns, event, way.from);
    g_autoptr(GString) line = g_string_new(text);
    g_string_append_c(line, ' ');
    view_repeat(style->wire, length - 1, line);
    g_string_append(line, is_lost ? style->lost : style->to_right);
    view_paint(style, colour, line->str, columns->out);
    columns->wire = start + length - 1;
}

static void arrow_to_left(Columns *columns, const TraceEvent *event, Way way, ViewColour colour,
                          const char *text, gboolean is_lost)
{
    const ViewStyle *style = columns->style;
    guint wish = place(columns, way.from, view_columns(text));
    guint text_start = MAX(wish, way.to + ARROW_MIN + 1);
    guint length = arrow_length(text_start - 1 - way.to, is_lost);

    guint start = text_start - 1 - length;
    begin_row(columns, event, start);
    g_autoptr(GString) line = g_string_new(is_lost ? style->lost : style->to_left);
    view_repeat(style->wire, length - 1, line);
    g_string_append_c(line, ' ');
    g_string_append(line, text);
    view_paint(style, colour, line->str, columns->out);
    columns->wire = start;
}

void columns_arrow(Columns *columns, const TraceEvent *event, Lane from, Lane to, ViewColour colour,
                   const char *text, gboolean is_lost)
{
    Way way = {columns->begins[from], columns->begins[to]};
    g_autoptr(GString) rows = g_string_new(text);

    fold(rows, from > to ? room_from(columns, least(columns, from))
                         : way.to - way.from - ARROW_MIN - GAP);
    const char *rest = cut_first(rows);

    if (from > to)
        arrow_to_left(columns, event, way, colour, rows->str, is_lost);
    else
        arrow_to_right(columns, event, way, colour, rows->str, is_lost);
    g_string_append_c(columns->out, '\n');
    continue_rows(columns, way.from, colour, rest);
}
