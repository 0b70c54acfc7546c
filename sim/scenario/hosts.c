/* The statements `host` and `set`. */
#include <string.h>

#include "proto/keys.h"
#include "scenario/parser.h"
#include "scenario/stacks.h"

/* `at 0s inject listen` and `when client ESTABLISHED after …` would have two meanings. */
static const char *const reserved[] = {"inject", "flood", "after", NULL};

/* Letters of any script, with the marks that some are written with: nothing that is not seen. */
static gboolean name_is_well_formed(const char *name)
{
    if (!g_utf8_validate(name, -1, NULL) || !g_unichar_isalpha(g_utf8_get_char(name)))
        return FALSE;
    for (; *name != '\0'; name = g_utf8_find_next_char(name, NULL)) {
        gunichar sign = g_utf8_get_char(name);

        if (!g_unichar_isalnum(sign) && !g_unichar_ismark(sign) && sign != '-' && sign != '_')
            return FALSE;
    }
    return TRUE;
}

static void check_name(Parser *parser, const Line *line, const Word *name)
{
    if (!name_is_well_formed(name->text))
        line_error(parser, line, name, "letters of any script, digits, - and _; a letter first",
                   "'%s' cannot be a host's name", shown(parser, name));
    else if (g_strv_contains(reserved, name->text))
        line_error(parser, line, name, NULL,
                   "'%s' is a word of the language and cannot be a host's name", name->text);
}

/* Is there room for one more of this name?  An error when not. */
static gboolean may_declare(Parser *parser, const Line *line, const Word *name)
{
    guint other;

    if (plan_find_host(parser->plan, name->text, &other)) {
        const SourcePlace *place = &g_array_index(parser->plan->hosts, PlanHost, other).place;

        line_error(parser, line, name, NULL, "host '%s' is declared already, in %s:%u",
                   shown(parser, name), place->file, place->line);
        return FALSE;
    }
    if (parser->plan->hosts->len == HOSTS_MAX) {
        line_error(parser, line, name, NULL, "more than %d hosts", HOSTS_MAX);
        return FALSE;
    }
    return TRUE;
}

/* ---- Linked stacks ---- */

static gboolean is_stack(const Word *word)
{
    return word->length > 1 && word->text[word->length - 1] == STACK_MARK && !word->quoted;
}

/* NULL after an error: there is no such stack, or this program does not have it. */
static const ScenarioStack *find_stack(Parser *parser, const Line *line, const Word *word)
{
    const char *const *at_hand = parser->options->stacks;
    const ScenarioStack *stack = scenario_stack_find(word->text);

    if (stack == NULL) {
        g_autofree const char **words = scenario_stack_words();
        line_unknown(parser, line, word, "linked stack", words);
    } else if (at_hand == NULL || !g_strv_contains(at_hand, stack->name)) {
        line_error(parser, line, word, NULL, "this program was built without %s (%s)",
                   stack->library, stack->package);
        stack = NULL;
    }
    return stack;
}

/* NULL after an error. */
static const Profile *profile_of_stack(Parser *parser, const Line *line, const Word *word,
                                       const ScenarioStack *stack)
{
    Word profile = *word;

    if (stack == NULL)
        return NULL;
    profile.text = stack->profile;
    profile.length = strlen(stack->profile);
    return find_profile(parser, line, &profile);
}

static char *given_hint(const ScenarioStack *stack)
{
    GString *hint = g_string_new("it can be given");

    for (const char *const *key = stack->keys; *key != NULL; key++)
        g_string_append_printf(hint, "%s %s", key == stack->keys ? "" : ",", *key);
    return g_string_free(hint, FALSE);
}

/* It is what it is: only what it can be given may be set. */
static void check_set_on_stack(Parser *parser, const PlanHost *host)
{
    size_t count;
    const Key *keys = key_table(KEY_SCOPE_HOST, &count);

    for (size_t i = 0; i < count; i++) {
        const gsize offset = keys[i].offset;
        if (memcmp((const char *)&host->config + offset,
                   (const char *)&host->profile_config + offset, sizeof(gint64)) == 0 ||
            g_strv_contains(host->stack->keys, keys[i].name))
            continue;
        g_autofree char *hint = given_hint(host->stack);
        diagnostics_add(parser->diagnostics, host->place, NULL, hint,
                        "%s is %s itself, which cannot be given %s", host->name,
                        host->stack->library, keys[i].name);
    }
}

static void check_mss_of_stack(Parser *parser, const PlanHost *host)
{
    if (host->config.mss > host->stack->mss_most)
        diagnostics_add(parser->diagnostics, host->place, NULL, NULL,
                        "%s is %s itself, whose mss is at most %" G_GINT64_FORMAT, host->name,
                        host->stack->library, host->stack->mss_most);
}

void check_stacks(Parser *parser)
{
    for (guint i = 0; i < parser->plan->hosts->len; i++) {
        const PlanHost *host = &g_array_index(parser->plan->hosts, PlanHost, i);
        if (host->stack == NULL)
            continue;
        check_set_on_stack(parser, host);
        check_mss_of_stack(parser, host);
    }
}

/* ---- Declaring one ---- */

/* What it runs: a profile of ours, or the stack itself. */
static const Profile *profile_named(Parser *parser, const Line *line, const Word *word,
                                    PlanHost *host)
{
    host->profile = g_strdup(word->text);
    if (!is_stack(word))
        return find_profile(parser, line, word);
    host->stack = parser->muted ? NULL : find_stack(parser, line, word);
    return profile_of_stack(parser, line, word, host->stack);
}

/* The command line may name another one. */
static const Profile *take_stack(Parser *parser, Line *line, PlanHost *host)
{
    const Word *word = line_take(parser, line, "a profile");
    LineReader reader;
    Word instead;

    if (word == NULL) {
        host->profile = g_strdup("");
        return NULL;
    }
    if (!override_profile(parser, host->name, &reader, &instead))
        return profile_named(parser, line, word, host);

    const Profile *profile = profile_named(parser, &reader.line, &instead, host);

    line_reader_clear(&reader);
    return profile;
}

/* A host is declared even when its profile or its name is wrong: one mistake, one error. */
void parse_host(Parser *parser, Line *line)
{
    const Word *name = line_take(parser, line, "a name");

    if (name == NULL)
        return;
    check_name(parser, line, name);
    if (!may_declare(parser, line, name))
        return;

    PlanHost host = {.name = g_strdup(name->text), .place = line_place(line, name)};
    const Profile *profile = take_stack(parser, line, &host);

    if (profile != NULL)
        host.config = profile->config;
    else
        host_config_init(&host.config);
    host.profile_config = host.config;
    set_keys(parser, line, KEY_SCOPE_HOST, &host.config);
    (void)line_done(parser, line);
    g_array_append_val(parser->plan->hosts, host);
}

void parse_set(Parser *parser, Line *line)
{
    const Word *source;
    guint host;

    if (!line_take_host(parser, line, "a host", &host) || !line_has_setting(parser, line))
        return;
    set_keys(parser, line, KEY_SCOPE_HOST,
             &g_array_index(parser->plan->hosts, PlanHost, host).config);
    (void)line_take_source(parser, line, &source);
}
