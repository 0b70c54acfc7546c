/* `--vary TARGET=VALUES`: lists and ranges of what a key takes. */
#include "scenario/vary.h"

#include <string.h>

#include "scenario/parser.h"

#define FORMS                                                                                      \
    "--vary HOST.KEY=VALUE,VALUE,…\n--vary HOST.KEY=FIRST..LAST [step STEP]\n"                   \
    "--vary link.KEY=…\n--vary HOST->HOST.KEY=…\n--vary HOST.profile=NAME,NAME,…\n"          \
    "--vary NAME=…"

/* Room for a value of either scope. */
typedef union Scratch {
    HostConfig host;
    LinkConfig link;
} Scratch;

/* What types of keys have, as far as ranges need it. */
static const struct {
    gboolean has_range;
    gboolean needs_step; /* there is no natural one */
    gint64 step;
} types[] = {
    [KEY_COUNT] = {TRUE, FALSE, 1},
    [KEY_SWITCH] = {TRUE, FALSE, 1},
    [KEY_YES_NO] = {FALSE, FALSE, 0},
    [KEY_TIME] = {TRUE, TRUE, 0},
    [KEY_SECONDS] = {TRUE, FALSE, SIM_SECOND},
    [KEY_MILLISECS] = {TRUE, FALSE, SIM_MILLISECOND},
    [KEY_MICROSECS] = {TRUE, FALSE, SIM_MICROSECOND},
    [KEY_BYTES] = {TRUE, FALSE, 1},
    [KEY_WORD] = {FALSE, FALSE, 0},
    [KEY_PROBABILITY] = {TRUE, TRUE, 0},
    [KEY_RATE] = {TRUE, TRUE, 0},
    [KEY_BURST] = {FALSE, FALSE, 0},
};

/* What a value by name may be where it is a range: the first that reads its ends. */
static const Key kinds_of_ranges[] = {
    {.name = "numbers", .type = KEY_COUNT, .most = G_MAXINT64},
    {.name = "times", .type = KEY_TIME, .most = G_MAXINT64},
    {.name = "probabilities", .type = KEY_PROBABILITY, .most = 1000000000},
    {.name = "rates", .type = KEY_RATE, .most = G_MAXINT64},
    {.name = "bytes", .type = KEY_BYTES, .most = G_MAXINT64},
};

typedef struct Varying {
    Parser *parser;
    Line *line;
    PlanAxis *axis;
    const Word *step; /* NULL: none given */
    gboolean step_is_used;
    gboolean is_name; /* a value by name, which may be anything */
    GHashTable *seen; /* gint64 *, or char * of words that are no numbers */
} Varying;

static gint64 *field_of(const Key *key, Scratch *scratch)
{
    return (gint64 *)(gpointer)((char *)scratch + key->offset);
}

static gboolean read_value(const Varying *varying, const Word *word, gint64 *out)
{
    const Key *key = varying->axis->key;
    Scratch scratch;

    memset(&scratch, 0, sizeof scratch);
    if (!set_value(varying->parser, varying->line, key, &scratch, word))
        return FALSE;
    *out = *field_of(key, &scratch);
    return TRUE;
}

/* --- each value once ---------------------------------------------------------------------- */

static gboolean is_number(const Key *key)
{
    return key != NULL && key->type != KEY_BURST;
}

static gboolean first_time(Varying *varying, const Word *word, char *value)
{
    if (g_hash_table_add(varying->seen, value))
        return TRUE;
    line_error(varying->parser, varying->line, word, NULL, "'%s' has a value that stands before",
               shown(varying->parser, word));
    return FALSE;
}

static gboolean first_number(Varying *varying, const Word *word, gint64 number)
{
    return first_time(varying, word, g_strdup_printf("%" G_GINT64_FORMAT, number));
}

/* --- items -------------------------------------------------------------------------------- */

static gboolean add_item(Varying *varying, const Word *word, PlanAxisItem item)
{
    if (item.count > PLAN_AXIS_VALUES_MAX - varying->axis->count) {
        line_error(varying->parser, varying->line, word, NULL, "more than %d values",
                   PLAN_AXIS_VALUES_MAX);
        g_free(item.word);
        return FALSE;
    }
    varying->axis->count += item.count;
    g_array_append_val(varying->axis->items, item);
    return TRUE;
}

/* Is there such a value, or such a profile?  A linked stack, "lwip!", is looked for when the scenario is
 * read with it. */
static gboolean is_there(const Varying *varying, const Word *word, gint64 *number)
{
    if (varying->axis->key != NULL)
        return read_value(varying, word, number);
    return varying->is_name || g_str_has_suffix(word->text, "!") ||
           find_profile(varying->parser, varying->line, word) != NULL;
}

static gboolean take_value(Varying *varying, const Word *word)
{
    PlanAxisItem item = {.count = 1};
    gint64 number = 0;

    if (word->length == 0) {
        line_error(varying->parser, varying->line, word, NULL, "a value is missing here");
        return FALSE;
    }
    if (!is_there(varying, word, &number))
        return FALSE;
    if (is_number(varying->axis->key) ? !first_number(varying, word, number)
                                      : !first_time(varying, word, g_strdup(word->text)))
        return FALSE;
    item.word = g_strdup(word->text);
    return add_item(varying, word, item);
}

/* A step may be smaller than what the key takes. */
static gboolean read_step(const Varying *varying, gint64 *out)
{
    const KeyType type = varying->axis->key->type;
    Key step = *varying->axis->key;
    Scratch scratch;

    step.least = 0;
    step.most = G_MAXINT64 / SIM_SECOND;
    if (type == KEY_TIME || type == KEY_PROBABILITY || type == KEY_RATE || type == KEY_BYTES)
        step.most = G_MAXINT64;
    memset(&scratch, 0, sizeof scratch);
    if (!set_value(varying->parser, varying->line, &step, &scratch, varying->step))
        return FALSE;
    *out = *field_of(&step, &scratch);
    if (*out > 0)
        return TRUE;
    line_error(varying->parser, varying->line, varying->step, NULL, "a step is more than 0");
    return FALSE;
}

static gboolean find_step(Varying *varying, const Word *range, gint64 *out)
{
    const KeyType type = varying->axis->key->type;

    varying->step_is_used = TRUE;
    if (varying->step != NULL)
        return read_step(varying, out);
    *out = types[type].step;
    if (!types[type].needs_step)
        return TRUE;
    line_error(varying->parser, varying->line, range, "form: --vary HOST.KEY=FIRST..LAST step STEP",
               "a range of %s needs its step", varying->axis->key->name);
    return FALSE;
}

/* `dots` is where ".." stands in the word. */
static gboolean take_range(Varying *varying, const Word *word, gsize dots)
{
    Word first = word_part(varying->parser, word, 0, dots);
    Word last = word_part(varying->parser, word, dots + 2, word->length - dots - 2);
    PlanAxisItem item = {.word = NULL};
    gint64 end;

    if (!read_value(varying, &first, &item.first) || !read_value(varying, &last, &end) ||
        !find_step(varying, word, &item.step))
        return FALSE;
    if (end < item.first) {
        line_error(varying->parser, varying->line, word, NULL,
                   "a range goes upwards: '%s' is more than '%s'", first.text, last.text);
        return FALSE;
    }
    item.count = (guint64)(end - item.first) / (guint64)item.step + 1;
    if (!add_item(varying, word, item))
        return FALSE;
    for (guint64 i = 0; i < item.count; i++) {
        if (!first_number(varying, word, item.first + (gint64)i * item.step))
            return FALSE;
    }
    return TRUE;
}

/* The ends of a range of values by name tell what it is of.  NULL: it is a word. */
static const Key *kind_of_range(const char *first, gsize length)
{
    Scratch scratch;

    for (gsize i = 0; i < G_N_ELEMENTS(kinds_of_ranges); i++) {
        SimTimeError why;

        memset(&scratch, 0, sizeof scratch);
        if (key_set(&kinds_of_ranges[i], &scratch, first, length, &why) == KEY_OK)
            return &kinds_of_ranges[i];
    }
    return NULL;
}

/* All values of an axis are of one kind where one of them is a range. */
static void find_kind(Varying *varying, const Word *values)
{
    const char *dots = strstr(values->text, "..");

    if (!varying->is_name || dots == NULL)
        return;
    const char *first = dots;

    while (first > values->text && first[-1] != ',')
        first--;
    varying->axis->key = kind_of_range(first, (gsize)(dots - first));
}

static gboolean take_item(Varying *varying, const Word *word)
{
    const Key *key = varying->axis->key;
    const char *dots = strstr(word->text, "..");

    if (key != NULL && types[key->type].has_range && dots != NULL)
        return take_range(varying, word, (gsize)(dots - word->text));
    return take_value(varying, word);
}

/* Commas are between items, but for a key whose values have commas themselves. */
static gboolean take_items(Varying *varying, const Word *values)
{
    const Key *key = varying->axis->key;
    const char between[] = {key != NULL && key->type == KEY_BURST ? ';' : ',', '\0'};

    for (gsize at = 0; at <= values->length;) {
        gsize length = strcspn(values->text + at, between);
        Word item = word_part(varying->parser, values, at, length);

        if (!take_item(varying, &item))
            return FALSE;
        at += length + 1;
    }
    return TRUE;
}

/* --- the argument ------------------------------------------------------------------------- */

static gboolean take_step(Varying *varying)
{
    if (!line_take_if(varying->line, "step"))
        return TRUE;
    varying->step = line_take(varying->parser, varying->line, "a step");
    return varying->step != NULL;
}

static gboolean take_axis(Varying *varying)
{
    const Word *word = line_take(varying->parser, varying->line, "HOST.KEY=VALUES");
    Word name, values;
    Target target;

    if (word == NULL || !word_setting(varying->parser, varying->line, word, &name, &values) ||
        !word_target(varying->parser, varying->line, &name, &target))
        return FALSE;
    varying->axis->target = g_strdup(name.text);
    varying->axis->key = target.key;
    varying->axis->rereads = target.key == NULL;
    varying->is_name = target.name != NULL;
    find_kind(varying, &values);
    if (!take_step(varying) || !line_done(varying->parser, varying->line) ||
        !take_items(varying, &values))
        return FALSE;
    if (varying->step == NULL || varying->step_is_used)
        return TRUE;
    line_error(varying->parser, varying->line, varying->step, NULL,
               "a step is of a range, FIRST..LAST, and there is none");
    return FALSE;
}

static void clear_item(gpointer item)
{
    g_free(((PlanAxisItem *)item)->word);
}

static PlanAxis *axis_new(const char *text)
{
    PlanAxis *axis = g_new0(PlanAxis, 1);

    axis->text = g_strdup(text);
    axis->items = g_array_new(FALSE, FALSE, sizeof(PlanAxisItem));
    g_array_set_clear_func(axis->items, clear_item);
    return axis;
}

static gboolean read_axis(Parser *parser, LineReader *reader, PlanAxis *axis)
{
    Varying varying = {.parser = parser, .line = &reader->line, .axis = axis};
    gboolean good;

    varying.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    reader->line.form = FORMS;
    good = take_axis(&varying);
    g_hash_table_unref(varying.seen);
    return good;
}

PlanAxis *scenario_axis(const Plan *plan, const ScenarioOptions *options, const char *name,
                        const char *text, Diagnostics *diagnostics)
{
    Plan known = {.names = plan->names, .hosts = plan->hosts, .links = plan->links};
    Source *source = source_from_text(name, text, strlen(text));
    SourcePlace place = {source->name, 1, 1, 1};
    g_autoptr(PlanAxis) axis = axis_new(text);
    guint64 errors = diagnostics->errors;
    LineReader reader;
    Parser parser;

    parser_init(&parser, options, diagnostics);
    parser.plan = &known;
    parser.reader = &reader;
    source->is_argument = TRUE;
    line_reader_init(&reader, source);
    if (!line_reader_next(&reader, diagnostics))
        diagnostics_add(diagnostics, place, NULL, "form: --vary HOST.KEY=VALUE,VALUE,…",
                        "there is nothing to vary");
    else if (!reader.line.broken && read_axis(&parser, &reader, axis) &&
             line_reader_next(&reader, diagnostics))
        line_error(&parser, &reader.line, NULL, NULL, "what is varied is one line");
    line_reader_clear(&reader);
    parser_clear(&parser);
    source_free(source);
    return diagnostics->errors == errors ? g_steal_pointer(&axis) : NULL;
}

void plan_axis_free(PlanAxis *axis)
{
    if (axis == NULL)
        return;
    g_free(axis->text);
    g_free(axis->target);
    g_array_unref(axis->items);
    g_free(axis);
}

/* --- values ------------------------------------------------------------------------------- */

/* The item of the value, which is then its *index-th. */
static const PlanAxisItem *item_of(const PlanAxis *axis, guint64 *index)
{
    const PlanAxisItem *item = (const PlanAxisItem *)(gpointer)axis->items->data;

    g_assert(*index < axis->count);
    for (; *index >= item->count; item++)
        *index -= item->count;
    return item;
}

char *plan_axis_value(const PlanAxis *axis, guint64 index)
{
    const PlanAxisItem *item = item_of(axis, &index);
    char text[KEY_TEXT_MAX];
    Scratch scratch;

    if (item->word != NULL)
        return g_strdup(item->word);
    memset(&scratch, 0, sizeof scratch);
    *field_of(axis->key, &scratch) = item->first + (gint64)index * item->step;
    (void)key_format(axis->key, &scratch, text);
    return g_strdup(text);
}
