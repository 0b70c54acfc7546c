/* What the command line sets after all that a scenario says: HOST.KEY=VALUE, HOST.profile=NAME,
 * link.KEY=VALUE, FROM->TO.KEY=VALUE, and NAME=VALUE.
 *
 * A key is set when everything is read; a profile where its host is declared, since what the scenario
 * sets comes after it; and a value by name where `let` gives it one (names.c). */
#include <string.h>

#include "scenario/parser.h"

#define FORM "--set HOST.KEY=VALUE"

/* --- what a setting is about -------------------------------------------------------------- */

static PlanLink *link_at(const Parser *parser, guint index)
{
    return &g_array_index(parser->plan->links, PlanLink, index);
}

static gboolean is_host(const Parser *parser, const Word *word)
{
    guint host;

    return plan_find_host(parser->plan, word->text, &host);
}

/* "client->server" */
static gboolean word_link(Parser *parser, const Line *line, const Word *word, guint *out)
{
    gsize before = (gsize)(strstr(word->text, "->") - word->text);
    Word first = word_part(parser, word, 0, before);
    Word second = word_part(parser, word, before + 2, word->length - before - 2);
    guint from, to;

    if (!word_host(parser, line, &first, &from) || !word_host(parser, line, &second, &to))
        return FALSE;
    for (*out = 0; *out < parser->plan->links->len; ++*out) {
        if (link_at(parser, *out)->from == from && link_at(parser, *out)->to == to)
            return TRUE;
    }
    line_error(parser, line, word, NULL, "there is no link from %s to %s", first.text, second.text);
    return FALSE;
}

static gboolean word_all_links(Parser *parser, const Line *line, const Word *word)
{
    if (parser->plan->links->len > 0)
        return TRUE;
    line_error(parser, line, word, NULL, "there is no link");
    return FALSE;
}

/* What stands before the dot. */
static gboolean word_owner(Parser *parser, const Line *line, const Word *word, Target *out)
{
    out->scope = KEY_SCOPE_LINK;
    if (strstr(word->text, "->") != NULL)
        return word_link(parser, line, word, &out->link);
    out->all_links = word_is(word, "link") && !is_host(parser, word);
    if (out->all_links)
        return word_all_links(parser, line, word);
    out->scope = KEY_SCOPE_HOST;
    return word_host(parser, line, word, &out->host);
}

/* What has no dot may be a value by name. */
static void not_a_target(Parser *parser, const Line *line, const Word *word)
{
    const GArray *known = parser->plan->names;
    g_autofree const char **names = g_new0(const char *, known->len + 1);
    g_autofree char *form = form_hint(line);

    for (guint i = 0; i < known->len; i++)
        names[i] = g_array_index(known, PlanName, i).name;
    g_autofree char *hint = words_hint(word->text, names);
    g_autofree char *both = g_strconcat(hint, hint[0] != '\0' ? "\n" : "", form, NULL);

    line_error(parser, line, word, both, "expected HOST.KEY%s, not '%s'",
               known->len > 0 ? " or a NAME that has a value by 'let'" : "", shown(parser, word));
}

gboolean word_target(Parser *parser, const Line *line, const Word *word, Target *out)
{
    const char *dot = strchr(word->text, '.');

    *out = (Target){.name = plan_find_name(parser->plan, word->text)};
    if (out->name != NULL)
        return TRUE;
    if (dot == NULL || dot == word->text || dot[1] == '\0') {
        not_a_target(parser, line, word);
        return FALSE;
    }
    gsize before = (gsize)(dot - word->text);
    gsize from = before + 1 + sysctl_prefix(dot + 1);
    Word owner = word_part(parser, word, 0, before);
    Word key = word_part(parser, word, from, word->length - from);

    if (!word_owner(parser, line, &owner, out))
        return FALSE;
    if (out->scope == KEY_SCOPE_HOST && word_is(&key, "profile"))
        return TRUE;
    out->key = word_key(parser, line, out->scope, &key);
    return out->key != NULL;
}

/* --- an argument as a line ---------------------------------------------------------------- */

/* Its errors are shown until the end, so its source is kept. */
static void argument_begin(Parser *parser, const char *argument, LineReader *reader)
{
    Source *source = source_from_text("--set", argument, strlen(argument));

    source->is_argument = TRUE;
    g_ptr_array_add(parser->sources, source);
    line_reader_init_argument(reader, source, argument);
    reader->line.form = FORM;
}

/* The value of an argument "HOST.profile=VALUE" about this host; NULL: it is none. */
static const char *profile_value(const char *argument, const char *host)
{
    static const char key[] = ".profile=";
    gsize length = strlen(host);

    if (strncmp(argument, host, length) != 0 || !g_str_has_prefix(argument + length, key))
        return NULL;
    return argument + length + strlen(key);
}

/* The last argument that gives the host a profile; NULL: none does. */
static const char *profile_argument(const Parser *parser, const char *host)
{
    const char *const *override = parser->options->overrides, *found = NULL;

    for (; override != NULL && *override != NULL; override++)
        found = profile_value(*override, host) != NULL ? *override : found;
    return found;
}

gboolean override_profile(Parser *parser, const char *host, LineReader *reader, Word *out)
{
    const char *argument = profile_argument(parser, host);
    Word target;

    if (argument == NULL || parser->muted)
        return FALSE;
    argument_begin(parser, argument, reader);

    LineReader *outer = parser->reader;
    parser->reader = reader;
    gboolean good = line_reader_check_argument(reader, parser->diagnostics) &&
                    word_setting(parser, &reader->line, line_peek(&reader->line), &target, out);
    parser->reader = outer;
    if (!good)
        line_reader_clear(reader);
    return good;
}

/* --- setting ------------------------------------------------------------------------------ */

/* It was given when the host was declared, if ever it was. */
static void check_profile(Parser *parser, const Line *line, const Target *target, const Word *word)
{
    const PlanHost *host = &g_array_index(parser->plan->hosts, PlanHost, target->host);
    const char *argument = profile_argument(parser, host->name);

    if (strcmp(host->profile, profile_value(argument, host->name)) != 0)
        line_error(parser, line, word, NULL, "%s cannot be given another profile here", host->name);
}

/* It was put in where its name stands, if ever it does. */
static void check_value(Parser *parser, const Line *line, const Word *value)
{
    if (strpbrk(value->text, " \t\"") != NULL)
        line_error(parser, line, value, NULL,
                   "a value by name is one word without quotes, unlike '%s'", shown(parser, value));
}

static void set_links(Parser *parser, const Line *line, const Target *target, const Word *value)
{
    guint first = target->all_links ? 0 : target->link;
    guint end = target->all_links ? parser->plan->links->len : target->link + 1;

    for (guint i = first; i < end; i++) {
        if (!set_value(parser, line, target->key, &link_at(parser, i)->config, value))
            return;
    }
}

static void apply_override(Parser *parser, Line *line)
{
    const Word *word = line_peek(line);
    Word name, value;
    Target target;

    if (!word_setting(parser, line, word, &name, &value) ||
        !word_target(parser, line, &name, &target))
        return;
    if (target.name != NULL) {
        check_value(parser, line, &value);
        return;
    }
    if (target.key == NULL)
        check_profile(parser, line, &target, &name);
    else if (target.scope == KEY_SCOPE_LINK)
        set_links(parser, line, &target, &value);
    else
        (void)set_value(parser, line, target.key,
                        &g_array_index(parser->plan->hosts, PlanHost, target.host).config, &value);
}

void apply_overrides(Parser *parser)
{
    const char *const *override = parser->options->overrides;

    for (; override != NULL && *override != NULL; override++) {
        LineReader reader;

        argument_begin(parser, *override, &reader);
        parser->reader = &reader;
        if (line_reader_check_argument(&reader, parser->diagnostics))
            apply_override(parser, &reader.line);
        parser->reader = NULL;
        line_reader_clear(&reader);
    }
}
