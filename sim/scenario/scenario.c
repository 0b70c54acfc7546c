/* Loads a scenario: the main file, what it includes, and what can only be said at the end. */
#include "scenario/scenario.h"

#include <string.h>

#include "scenario/parser.h"
#include "scenario/plan_private.h"

enum { BYTES_MAX_ALL = 4 * SCENARIO_BYTES_MAX };

static void free_source(gpointer source)
{
    source_free(source);
}

static void free_profile(gpointer profile)
{
    profile_free(profile);
}

void parser_init(Parser *parser, const ScenarioOptions *options, Diagnostics *diagnostics)
{
    static const ScenarioOptions none = {.root = NULL};

    memset(parser, 0, sizeof *parser);
    parser->options = options != NULL ? options : &none;
    parser->diagnostics = diagnostics;
    parser->sources = g_ptr_array_new_with_free_func(free_source);
    parser->link_index = g_hash_table_new(NULL, NULL);
    parser->routes = g_array_new(FALSE, FALSE, sizeof(Route));
    parser->profiles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_profile);
}

void parser_clear(Parser *parser)
{
    g_ptr_array_unref(parser->sources);
    g_hash_table_unref(parser->link_index);
    g_array_unref(parser->routes);
    g_hash_table_unref(parser->profiles);
}

/* --- files that name files ---------------------------------------------------------------- */

/* What forbids reading one more file from this line; NULL: nothing. */
static char *why_not_read(const Parser *parser, const Source *source)
{
    const Source *open = source_find_open(source, source->parent);

    if (open != NULL) {
        g_autofree char *loop = source_loop_text(open, source->parent);

        return g_strconcat("the files name each other in a loop: ", loop, NULL);
    }
    if (source->depth > DEPTH_MAX)
        return g_strdup_printf("more than %d files name each other", DEPTH_MAX);
    if (source->length > SCENARIO_BYTES_MAX)
        return source_too_large();
    if (parser->sources->len >= SOURCES_MAX)
        return g_strdup_printf("more than %d files are read", SOURCES_MAX);
    if (parser->bytes + source->length > BYTES_MAX_ALL)
        return g_strdup("the files are too large together");
    return NULL;
}

static Source *read_at_hand(const ScenarioFiles *files, const char *path, char **why)
{
    gsize length = 0;
    char *bytes = files->read(files->data, path, &length, why);

    return bytes != NULL ? source_from_bytes(path, bytes, length) : NULL;
}

Source *open_source(Parser *parser, const Line *line, const Word *word, const char *root,
                    const char *path)
{
    const ScenarioFiles *files = parser->options->files;
    char *why = NULL;
    Source *source = files != NULL ? read_at_hand(files, path, &why)
                                   : source_read(root, path, DOOR_FOR_SCENARIO, &why);

    return take_source(parser, line, word, path, source, why);
}

Source *take_source(Parser *parser, const Line *line, const Word *word, const char *path,
                    Source *source, char *why_none)
{
    g_autofree char *why = why_none;

    if (source != NULL) {
        source->parent = line->source;
        source->depth = line->source->depth + 1;
        why = why_not_read(parser, source);
    }
    if (source != NULL && why == NULL)
        return source;
    line_error(parser, line, word, NULL, "cannot read '%s': %s", path, why);
    source_free(source);
    return NULL;
}

void parse_include(Parser *parser, Line *line)
{
    const Word *file = line_take(parser, line, "a file");

    if (file == NULL || !line_done(parser, line) || parser->muted)
        return;
    g_autofree char *path = source_resolve(line->source, file->text);
    Source *source = open_source(parser, line, file, parser->options->root, path);
    SourcePlace version = parser->once[ONCE_VERSION]; /* each file has its own */

    if (source == NULL)
        return;
    memset(&parser->once[ONCE_VERSION], 0, sizeof version);
    if (!parser_read_source(parser, source, IN_SCENARIO))
        diagnostics_note(parser->diagnostics, line_place(line, file), line->text, line->length,
                         "it is included here");
    parser->once[ONCE_VERSION] = version;
}

/* --- loading ------------------------------------------------------------------------------ */

/* So that what --set changes can be told. */
static void keep_written(Plan *plan)
{
    for (guint i = 0; i < plan->links->len; i++) {
        PlanLink *link = &g_array_index(plan->links, PlanLink, i);

        link->written = link->config;
    }
}

/* What can only be said when everything is read. */
static void finish(Parser *parser, const char *file, guint64 errors)
{
    check_routes(parser);
    parser->diagnostics->rank = G_MAXUINT64;
    keep_written(parser->plan);
    apply_overrides(parser);
    if (parser->diagnostics->errors == errors)
        check_families(parser);
    check_stacks(parser);
    if (parser->plan->hosts->len > 0 || parser->diagnostics->errors > errors)
        return;

    SourcePlace whole = {file, 0, 0, 0};

    diagnostics_add(parser->diagnostics, whole, NULL, "form: host NAME PROFILE [KEY=VALUE …]",
                    "no host is declared");
}

static Plan *load(Source *source, const ScenarioOptions *options, Diagnostics *diagnostics)
{
    const char *file = source->name;
    guint64 errors = diagnostics->errors, rank = diagnostics->rank;
    Parser parser;
    Plan *plan;

    parser_init(&parser, options, diagnostics);
    plan = parser.plan = plan_new(file);
    (void)parser_read_source(&parser, source, IN_SCENARIO);
    finish(&parser, file, errors);
    parser_clear(&parser);
    diagnostics_sort(diagnostics);
    diagnostics->rank = rank;
    if (diagnostics->errors == errors)
        return plan;
    plan_free(plan);
    return NULL;
}

Plan *scenario_load(const char *path, const ScenarioOptions *options, Diagnostics *diagnostics)
{
    g_autofree char *why = NULL;
    gboolean is_stdin = strcmp(path, "-") == 0;
    const char *root = options != NULL ? options->root : NULL;
    Source *source =
        is_stdin ? source_read_stdin(&why) : source_read(root, path, DOOR_FOR_USER, &why);

    if (source != NULL)
        return load(source, options, diagnostics);

    SourcePlace whole = {g_intern_string(is_stdin ? "<stdin>" : path), 0, 0, 0};

    diagnostics_add(diagnostics, whole, NULL, NULL, "cannot read it: %s", why);
    return NULL;
}

Plan *scenario_parse(const char *name, const char *text, gsize length,
                     const ScenarioOptions *options, Diagnostics *diagnostics)
{
    return load(source_from_text(name, text, length), options, diagnostics);
}

gboolean scenario_override(Plan *plan, const ScenarioOptions *options, Diagnostics *diagnostics)
{
    guint64 errors = diagnostics->errors;
    Parser parser;

    parser_init(&parser, options, diagnostics);
    parser.plan = plan;
    apply_overrides(&parser);
    parser_clear(&parser);
    return diagnostics->errors == errors;
}
