/* Heads: names and texts, and what follows from them. */
#include "sweep/head.h"

#include <string.h>

enum { OF_ITS_OWN = 4 }; /* columns: run, seed, held, end_s */

/* How a field is called; what another value of it means; NULL: nothing. */
static const struct {
    const char *name, *other;
} fields[SWEEP_FIELD_COUNT] = {
    [SWEEP_VERSION] = {"version", "it was made by tcpwaltz %s, not %s"},
    [SWEEP_SCENARIO] = {"scenario", NULL},
    [SWEEP_FILES] = {"files", "its scenario, or a profile of it, is another one"},
    [SWEEP_OPTIONS] = {"options", "its options are '%s', not '%s'"},
    [SWEEP_SET] = {"set", "its --set is '%s', not '%s'"},
    [SWEEP_VARY] = {"vary", "its --vary is '%s', not '%s'"},
    [SWEEP_ASK] = {"ask", "its --ask is '%s', not '%s'"},
    [SWEEP_SEEDS] = {"seeds", "its seeds are %s, not %s"},
    [SWEEP_RUNS] = {"runs", "it has %s runs, not %s"},
    [SWEEP_SHARD] = {"shard", NULL},
};

const char *sweep_field_name(SweepField field)
{
    return fields[field].name;
}

SweepHead *sweep_head_new(void)
{
    SweepHead *head = g_new0(SweepHead, 1);

    for (guint i = 0; i < SWEEP_FIELD_COUNT; i++)
        head->values[i] = g_ptr_array_new_with_free_func(g_free);
    head->targets = g_ptr_array_new_with_free_func(g_free);
    return head;
}

void sweep_head_free(SweepHead *head)
{
    if (head == NULL)
        return;
    for (guint i = 0; i < SWEEP_FIELD_COUNT; i++)
        g_ptr_array_unref(head->values[i]);
    g_ptr_array_unref(head->targets);
    g_free(head);
}

void sweep_head_add(SweepHead *head, SweepField field, const char *text)
{
    g_ptr_array_add(head->values[field], g_strdup(text));
}

gboolean sweep_head_read(SweepHead *head, const char *name, const char *text)
{
    for (guint i = 0; i < SWEEP_FIELD_COUNT; i++) {
        if (strcmp(fields[i].name, name) == 0) {
            sweep_head_add(head, (SweepField)i, text);
            return TRUE;
        }
    }
    return FALSE;
}

const char *sweep_head_value(const SweepHead *head, SweepField field)
{
    const GPtrArray *values = head->values[field];

    return values->len > 0 ? g_ptr_array_index(values, 0) : "";
}

/* --- numbers ------------------------------------------------------------------------------ */

static gboolean read_number(const char *text, gsize length, guint64 *out)
{
    g_autofree char *number = g_strndup(text, length);

    return g_ascii_string_to_unsigned(number, 10, 0, SWEEP_RUNS_MAX, out, NULL);
}

/* Two numbers with `between` between them. */
static gboolean read_pair(const char *text, const char *between, guint64 *first, guint64 *second)
{
    const char *middle = strstr(text, between);

    return middle != NULL && read_number(text, (gsize)(middle - text), first) &&
           read_number(middle + strlen(between), strlen(middle + strlen(between)), second);
}

static gboolean read_targets(SweepHead *head)
{
    const GPtrArray *axes = head->values[SWEEP_VARY];

    for (guint i = 0; i < axes->len; i++) {
        const char *text = g_ptr_array_index(axes, i), *equals = strchr(text, '=');

        if (equals == NULL)
            return FALSE;
        g_ptr_array_add(head->targets, g_strndup(text, (gsize)(equals - text)));
    }
    return TRUE;
}

gboolean sweep_head_finish(SweepHead *head)
{
    const char *runs = sweep_head_value(head, SWEEP_RUNS);
    guint64 last_seed;

    if (head->values[SWEEP_VERSION]->len != 1 || head->values[SWEEP_FILES]->len != 1 ||
        !read_pair(sweep_head_value(head, SWEEP_SEEDS), "..", &head->first_seed, &last_seed) ||
        !read_pair(sweep_head_value(head, SWEEP_SHARD), "/", &head->shard, &head->of) ||
        !read_number(runs, strlen(runs), &head->runs) || !read_targets(head))
        return FALSE;
    head->seeds = last_seed - head->first_seed + 1;
    return last_seed >= head->first_seed && head->runs > 0 && head->runs % head->seeds == 0 &&
           head->shard >= 1 && head->shard <= head->of;
}

SweepRange sweep_head_range(const SweepHead *head)
{
    return sweep_shard(head->runs, head->shard, head->of);
}

void sweep_head_set_shard(SweepHead *head, guint64 shard, guint64 of)
{
    head->shard = shard;
    head->of = of;
    g_ptr_array_set_size(head->values[SWEEP_SHARD], 0);
    g_ptr_array_add(head->values[SWEEP_SHARD],
                    g_strdup_printf("%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, shard, of));
}

/* --- comparing ---------------------------------------------------------------------------- */

static char *joined(const GPtrArray *values)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < values->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
                               (const char *)g_ptr_array_index(values, i));
    return g_strdup(text->str);
}

/* The sentence with both values in it. */
static char *fill(const char *sentence, const char *mine, const char *other)
{
    g_auto(GStrv) parts = g_strsplit(sentence, "%s", -1);

    if (g_strv_length(parts) < 3)
        return g_strdup(sentence);
    return g_strconcat(parts[0], mine, parts[1], other, parts[2], NULL);
}

char *sweep_head_differs(const SweepHead *head, const SweepHead *other)
{
    for (guint i = 0; i < SWEEP_FIELD_COUNT; i++) {
        g_autofree char *mine = joined(head->values[i]), *theirs = joined(other->values[i]);

        if (fields[i].other != NULL && strcmp(mine, theirs) != 0)
            return fill(fields[i].other, mine, theirs);
    }
    return NULL;
}

/* --- columns ------------------------------------------------------------------------------ */

guint sweep_head_column_count(const SweepHead *head)
{
    return head->targets->len + head->values[SWEEP_ASK]->len + OF_ITS_OWN;
}

static void add_all(GStrvBuilder *columns, const GPtrArray *names)
{
    for (guint i = 0; i < names->len; i++)
        g_strv_builder_add(columns, g_ptr_array_index(names, i));
}

char **sweep_head_columns(const SweepHead *head)
{
    g_autoptr(GStrvBuilder) columns = g_strv_builder_new();

    g_strv_builder_add(columns, "run");
    add_all(columns, head->targets);
    g_strv_builder_add(columns, "seed");
    add_all(columns, head->values[SWEEP_ASK]);
    g_strv_builder_add_many(columns, "held", "end_s", NULL);
    return g_strv_builder_end(columns);
}
