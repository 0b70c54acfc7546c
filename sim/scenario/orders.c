/* `order`: which of several things that are due at a host at one instant comes first. */
#include <string.h>

#include "scenario/parser.h"

static void unknown_whence(Parser *parser, const Line *line, const Word *word)
{
    const char *names[HOSTS_MAX + PLAN_WHENCE_POWER + 1] = {NULL};
    guint count = 0;

    for (guint i = 0; i < parser->plan->hosts->len; i++)
        names[count++] = g_array_index(parser->plan->hosts, PlanHost, i).name;
    for (guint i = PLAN_WHENCE_TIMER; i <= PLAN_WHENCE_POWER; i++)
        names[count++] = plan_whence_name((PlanWhenceKind)i);
    line_unknown(parser, line, word, "host", names);
}

/* One that is called "timer" is that host. */
static gboolean take_whence(Parser *parser, Line *line, PlanWhence *out)
{
    const Word *word = line_take(parser, line, "a HOST, 'timer', 'script' or 'power'");

    *out = (PlanWhence){.kind = PLAN_WHENCE_HOST};
    if (word == NULL)
        return FALSE;
    if (plan_find_host(parser->plan, word->text, &out->host))
        return TRUE;
    out->host = 0;
    for (guint i = PLAN_WHENCE_TIMER; i <= PLAN_WHENCE_POWER; i++) {
        out->kind = (PlanWhenceKind)i;
        if (word_is(word, plan_whence_name(out->kind)))
            return TRUE;
    }
    unknown_whence(parser, line, word);
    return FALSE;
}

static gboolean take_all(Parser *parser, Line *line, GArray *whence)
{
    do {
        PlanWhence one;

        if (!take_whence(parser, line, &one))
            return FALSE;
        g_array_append_val(whence, one);
    } while (line_peek(line) != NULL);
    return TRUE;
}

/* Of two orders for one instant neither could be followed. */
static gboolean is_first(Parser *parser, const Line *line, const PlanOrder *order)
{
    for (guint i = 0; i < parser->plan->orders->len; i++) {
        const PlanOrder *other = &g_array_index(parser->plan->orders, PlanOrder, i);

        if (other->host != order->host || other->at != order->at)
            continue;
        line_error(parser, line, line_word(line, 0), NULL,
                   "the order of that instant is given already, in line %u", other->place.line);
        return FALSE;
    }
    return TRUE;
}

void parse_order(Parser *parser, Line *line)
{
    PlanOrder order = {.place = line_place(line, line_word(line, 0)),
                       .whence = g_array_new(FALSE, FALSE, sizeof(PlanWhence))};

    if (line_take_host(parser, line, "a host", &order.host) && line_expect(parser, line, "at") &&
        line_take_time(parser, line, "a time", &order.at) && take_all(parser, line, order.whence) &&
        is_first(parser, line, &order)) {
        order.text = line_text_from(line, 0);
        g_array_append_val(parser->plan->orders, order);
    } else {
        g_array_unref(order.whence);
    }
}
