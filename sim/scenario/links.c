/* The statement `link`, and whether there is a link where one is needed. */
#include <string.h>

#include "scenario/parser.h"

static gpointer link_key(guint from, guint to)
{
    return GUINT_TO_POINTER(from * (HOSTS_MAX + 1) + to + 1);
}

/* The index of the direction in plan->links + 1; 0: there is none. */
static guint find_link(const Parser *parser, guint from, guint to)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(parser->link_index, link_key(from, to)));
}

/* The settings of a direction, which is made when this is the first line about it. */
static LinkConfig *link_config(Parser *parser, const Line *line, guint from, guint to)
{
    GArray *links = parser->plan->links;
    guint found = find_link(parser, from, to);

    if (found == 0) {
        PlanLink link = {.from = from, .to = to, .place = line_place(line, NULL)};

        link.place.column = 1;
        link_config_init(&link.config);
        g_array_append_val(links, link);
        found = links->len;
        g_hash_table_insert(parser->link_index, link_key(from, to), GUINT_TO_POINTER(found));
    }
    return &g_array_index(links, PlanLink, found - 1).config;
}

/* "A B" is both ways, "A->B" or "A -> B" one. */
static gboolean take_ends(Parser *parser, Line *line, guint *a, guint *b, gboolean *both)
{
    const Word *first = line_peek(line);

    *both = FALSE;
    if (first != NULL && strstr(first->text, "->") != NULL)
        return line_take_arrow(parser, line, a, b);
    gboolean first_ok = line_take_host(parser, line, "a host", a);

    if (first == NULL)
        return FALSE;
    *both = !line_take_if(line, "->");
    return line_take_host(parser, line, "another host", b) && first_ok;
}

void parse_link(Parser *parser, Line *line)
{
    guint a, b;
    gboolean both;

    if (!take_ends(parser, line, &a, &b, &both)) {
        parser->link_failed = TRUE;
        return;
    }
    if (a == b) {
        line_error(parser, line, line_word(line, line->next - 1), NULL,
                   "a link joins two hosts, not '%s' and itself",
                   g_array_index(parser->plan->hosts, PlanHost, a).name);
        return;
    }
    guint settings = line->next;

    set_keys(parser, line, KEY_SCOPE_LINK, link_config(parser, line, a, b));
    if (both) {
        gboolean muted = parser->muted;

        /* The same words again, for the way back: their errors are reported already. */
        parser->muted = TRUE;
        line->next = settings;
        set_keys(parser, line, KEY_SCOPE_LINK, link_config(parser, line, b, a));
        parser->muted = muted;
    }
    (void)line_done(parser, line);
}

/* --- routes ------------------------------------------------------------------------------- */

void need_route(Parser *parser, const Line *line, const Word *word, guint from, guint to,
                gboolean answers)
{
    Route route = {from,
                   to,
                   answers,
                   line_place(line, word),
                   line->text,
                   line->length,
                   parser->diagnostics->rank};

    if (!parser->muted)
        g_array_append_val(parser->routes, route);
}

static void check_route(Parser *parser, const Route *route)
{
    gboolean there = find_link(parser, route->from, route->to) > 0;
    gboolean back = find_link(parser, route->to, route->from) > 0;
    const PlanHost *hosts = (const PlanHost *)(gpointer)parser->plan->hosts->data;
    const char *from = hosts[route->from].name, *to = hosts[route->to].name;

    if (there && (back || !route->answers))
        return;
    parser->diagnostics->rank = route->rank;
    if (!there && !back) {
        g_autofree char *hint = g_strdup_printf("for example: link %s %s delay=10ms", from, to);

        diagnostics_add_line(parser->diagnostics, route->place, route->text, route->length, hint,
                             "no link between %s and %s", from, to);
    } else {
        diagnostics_add_line(parser->diagnostics, route->place, route->text, route->length, NULL,
                             "no link from %s to %s, only one from %s to %s", there ? to : from,
                             there ? from : to, there ? from : to, there ? to : from);
    }
}

void check_routes(Parser *parser)
{
    if (parser->link_failed)
        return;
    for (guint i = 0; i < parser->routes->len; i++)
        check_route(parser, &g_array_index(parser->routes, Route, i));
}

/* --- families ----------------------------------------------------------------------------- */

static const char *family_of(const PlanHost *host)
{
    return host->config.ip == IP_6 ? "IPv6" : "IPv4";
}

/* Of two directions the first one tells. */
static gboolean is_told(const Parser *parser, const PlanLink *link, guint index)
{
    guint back = find_link(parser, link->to, link->from);

    return back > 0 && back - 1 < index;
}

void check_families(Parser *parser)
{
    const GArray *links = parser->plan->links;

    for (guint i = 0; i < links->len; i++) {
        const PlanLink *link = &g_array_index(links, PlanLink, i);
        const PlanHost *from = &g_array_index(parser->plan->hosts, PlanHost, link->from);
        const PlanHost *to = &g_array_index(parser->plan->hosts, PlanHost, link->to);

        if (from->config.ip == to->config.ip || is_told(parser, link, i))
            continue;
        g_autofree char *hint = g_strdup_printf("for example: set %s ip=6",
                                                from->config.ip == IP_6 ? to->name : from->name);
        diagnostics_add(parser->diagnostics, link->place, NULL, hint,
                        "%s speaks %s, and %s %s: a link carries one of them", from->name,
                        family_of(from), to->name, family_of(to));
    }
}
