/* Profiles: found by name or path, read with their bases, each file once. */
#include <string.h>

#include "scenario/aliases.h"
#include "scenario/parser.h"

#define PROFILE_SUFFIX ".profile"

static void setting_free(gpointer item)
{
    ProfileSetting *setting = item;

    g_free(setting->key);
    g_free(setting->value);
    g_free(setting->source);
    g_free(setting->profile);
    g_free(setting);
}

static Profile *profile_new(const char *name)
{
    Profile *profile = g_new0(Profile, 1);

    profile->name = g_strdup(name);
    profile->about = g_ptr_array_new_with_free_func(g_free);
    profile->see = g_ptr_array_new_with_free_func(g_free);
    profile->settings = g_ptr_array_new_with_free_func(setting_free);
    host_config_init(&profile->config);
    return profile;
}

void profile_free(Profile *profile)
{
    if (profile == NULL)
        return;
    g_free(profile->name);
    g_free(profile->title);
    g_free(profile->base);
    g_ptr_array_unref(profile->about);
    g_ptr_array_unref(profile->see);
    g_ptr_array_unref(profile->settings);
    g_free(profile);
}

/* The last one: bases come first. */
const ProfileSetting *profile_setting(const Profile *profile, const char *key)
{
    for (guint i = profile->settings->len; i-- > 0;) {
        const ProfileSetting *setting = g_ptr_array_index(profile->settings, i);

        if (strcmp(setting->key, key) == 0)
            return setting;
    }
    return NULL;
}

/* --- where profiles are ------------------------------------------------------------------- */

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_names_of(const char *directory, GPtrArray *names)
{
    g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
    const char *file;

    while (dir != NULL && (file = g_dir_read_name(dir)) != NULL) {
        g_autofree char *name = g_strdup(file);

        if (!g_str_has_suffix(file, PROFILE_SUFFIX) || strlen(file) == strlen(PROFILE_SUFFIX))
            continue;
        name[strlen(name) - strlen(PROFILE_SUFFIX)] = '\0';
        if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
            g_ptr_array_add(names, g_steal_pointer(&name));
    }
}

char **profile_names(const ScenarioOptions *options)
{
    if (options != NULL && options->files != NULL)
        return options->files->profile_names(options->files->data);

    GPtrArray *names = g_ptr_array_new();
    const char *const *directory = options != NULL ? options->profile_dirs : NULL;

    for (; directory != NULL && *directory != NULL; directory++)
        add_names_of(*directory, names);
    g_ptr_array_sort(names, compare_names);
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

static gboolean is_path(const char *name)
{
    return strchr(name, '/') != NULL || g_str_has_suffix(name, PROFILE_SUFFIX);
}

/* The file of this name in the directories; NULL: in none. */
static char *find_file(const ScenarioOptions *options, const char *name)
{
    const char *const *directory = options->profile_dirs;

    for (; directory != NULL && *directory != NULL; directory++) {
        g_autofree char *path = g_strconcat(*directory, "/", name, PROFILE_SUFFIX, NULL);

        if (g_file_test(path, G_FILE_TEST_EXISTS))
            return g_steal_pointer(&path);
    }
    return NULL;
}

/* Is there a profile of this very name? */
static gboolean exists(const ScenarioOptions *options, const char *name)
{
    const ScenarioFiles *files = options->files;
    gsize length = 0;
    g_autofree char *why = NULL;
    g_autofree char *found = files == NULL ? find_file(options, name)
                                           : files->read_profile(files->data, name, &length, &why);

    return found != NULL;
}

/* A name that stands for another profile, as that one's; any other word as it is. */
static Word meant(const Parser *parser, const Word *name)
{
    const char *instead = profile_alias(name->text);
    Word word = *name;

    if (instead == NULL || exists(parser->options, name->text) || !exists(parser->options, instead))
        return word;
    word.text = instead;
    word.length = strlen(instead);
    return word;
}

/* The names of all profiles, and of the families that lead to one of them. */
static GPtrArray *known_names(const ScenarioOptions *options)
{
    g_auto(GStrv) own = profile_names(options);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    gsize count;
    const ProfileAlias *aliases = profile_aliases(&count);

    for (char **name = own; *name != NULL; name++)
        g_ptr_array_add(names, g_strdup(*name));
    for (gsize i = 0; i < count; i++) {
        if (aliases[i].from == NULL && !aliases[i].is_near &&
            g_strv_contains((const char *const *)own, aliases[i].profile))
            g_ptr_array_add(names, g_strdup(aliases[i].family));
    }
    g_ptr_array_add(names, NULL);
    return names;
}

/* Of a family of which no profile has that version, the nearest one; else the name that looks like it. */
static void unknown_profile(Parser *parser, const Line *line, const Word *name)
{
    g_autoptr(GPtrArray) known = known_names(parser->options);
    const char *const *names = (const char *const *)known->pdata;
    const char *nearest = profile_alias_nearest(name->text);
    g_autofree char *small = g_ascii_strdown(name->text, -1);
    g_autofree char *hint = NULL;

    if (nearest == NULL || !g_strv_contains(names, nearest))
        nearest = nearest_word(small, names);
    if (nearest != NULL)
        hint = g_strdup_printf("did you mean '%s'?", nearest);
    else if (known->len > 1)
        hint = g_strdup("'tcpwaltz profiles' lists what there is");
    line_error(parser, line, name, hint, "unknown profile '%s'", shown(parser, name));
}

/* The file of a profile; NULL and an error when a name is in none of the directories.  Of a profile at
 * hand, which has no file, its name. */
static char *locate(Parser *parser, const Line *line, const Word *name)
{
    if (is_path(name->text))
        return source_resolve(line->source, name->text);
    if (parser->options->files != NULL)
        return g_strdup(name->text);

    char *path = find_file(parser->options, name->text);

    if (path == NULL)
        unknown_profile(parser, line, name);
    return path;
}

/* --- reading one -------------------------------------------------------------------------- */

static Profile *read_profile(Parser *parser, Source *source, const char *name)
{
    Profile *profile = profile_new(name), *outer = parser->profile;
    SourcePlace once[ONCE_COUNT];

    memcpy(once, parser->once, sizeof once);
    memset(parser->once, 0, sizeof parser->once);
    parser->profile = profile;
    (void)parser_read_source(parser, source, IN_PROFILE);
    parser->profile = outer;
    memcpy(parser->once, once, sizeof once);
    return profile;
}

/* One at hand, by its name. */
static Source *open_named(Parser *parser, const Line *line, const Word *name)
{
    const ScenarioFiles *files = parser->options->files;
    g_autofree char *file = g_strconcat(name->text, PROFILE_SUFFIX, NULL);
    gsize length = 0;
    char *why = NULL;
    char *bytes = files->read_profile(files->data, name->text, &length, &why);

    if (bytes == NULL && why == NULL) {
        unknown_profile(parser, line, name);
        return NULL;
    }
    return take_source(parser, line, name, file,
                       bytes != NULL ? source_from_bytes(file, bytes, length) : NULL, why);
}

static Source *open_profile(Parser *parser, const Line *line, const Word *name, const char *path)
{
    if (is_path(name->text))
        return open_source(parser, line, name, parser->options->root, path);
    if (parser->options->files != NULL)
        return open_named(parser, line, name);
    /* What was found by its name lies in a folder that no scenario has named. */
    return open_source(parser, line, name, NULL, path);
}

/* Reads the file that `line` names; NULL after errors. */
static Profile *load(Parser *parser, const Line *line, const Word *name, const char *path)
{
    guint64 errors = parser->diagnostics->errors;
    Source *source = open_profile(parser, line, name, path);

    if (source == NULL)
        return NULL;
    Profile *profile = read_profile(parser, source, name->text);

    if (parser->diagnostics->errors == errors)
        return profile;
    diagnostics_note(parser->diagnostics, line_place(line, name), line->text, line->length,
                     "profile '%s' is named here", shown(parser, name));
    profile_free(profile);
    return NULL;
}

const Profile *find_profile(Parser *parser, const Line *line, const Word *word)
{
    gpointer known;

    if (parser->muted) /* its errors would be lost, and never said again */
        return NULL;
    Word name = meant(parser, word);
    g_autofree char *path = locate(parser, line, &name);

    if (path == NULL)
        return NULL;
    if (g_hash_table_lookup_extended(parser->profiles, path, NULL, &known))
        return known;
    Profile *profile = load(parser, line, &name, path);

    g_hash_table_insert(parser->profiles, g_steal_pointer(&path), profile);
    return profile;
}

/* --- its statements ----------------------------------------------------------------------- */

static void inherit(Profile *profile, const Profile *base)
{
    profile->config = base->config;
    for (guint i = 0; i < base->settings->len; i++) {
        const ProfileSetting *from = g_ptr_array_index(base->settings, i);
        ProfileSetting *to = g_new0(ProfileSetting, 1);

        to->key = g_strdup(from->key);
        to->value = g_strdup(from->value);
        to->source = g_strdup(from->source);
        to->profile = g_strdup(from->profile);
        to->unknown = from->unknown;
        g_ptr_array_add(profile->settings, to);
    }
}

void parse_base(Parser *parser, Line *line)
{
    const Word *name = line_take(parser, line, "a profile");
    Profile *profile = parser->profile;

    if (name == NULL || !line_done(parser, line) || !line_once(parser, line, ONCE_BASE))
        return;
    if (profile->settings->len > 0) {
        line_error(parser, line, NULL, NULL, "'base' must stand before the first 'set'");
        return;
    }
    const Profile *base = find_profile(parser, line, name);

    profile->base = g_strdup(name->text);
    if (base != NULL)
        inherit(profile, base);
}

gboolean line_take_source(Parser *parser, Line *line, const Word **source)
{
    *source = NULL;
    if (!line_take_if(line, "source"))
        return line_done(parser, line);
    *source = line_take_quoted(parser, line, "where the value comes from");
    return *source != NULL && line_done(parser, line);
}

/* One KEY=VALUE; the source is put in when it is read. */
static void add_setting(Parser *parser, const Line *line, const Word *key, const Word *value)
{
    Profile *profile = parser->profile;
    gboolean unknown = word_is(value, "unknown");

    /* An unknown value changes nothing, but its key must exist. */
    if (!(unknown && key_find(KEY_SCOPE_HOST, key->text, key->length) != NULL) &&
        !set_key(parser, line, KEY_SCOPE_HOST, &profile->config, key, value))
        return;
    ProfileSetting *setting = g_new0(ProfileSetting, 1);

    setting->key = g_strdup(key->text);
    setting->value = g_strdup(value->text);
    setting->profile = g_strdup(profile->name);
    setting->unknown = unknown;
    g_ptr_array_add(profile->settings, setting);
}

static void name_source(const Profile *profile, guint first, const char *source)
{
    for (guint i = first; i < profile->settings->len; i++)
        ((ProfileSetting *)g_ptr_array_index(profile->settings, i))->source = g_strdup(source);
}

void parse_profile_set(Parser *parser, Line *line)
{
    guint first_word = line->next, first_setting = parser->profile->settings->len;
    const Word *word, *source;

    if (!line_has_setting(parser, line))
        return;
    for (; (word = line_peek(line)) != NULL && !word_is(word, "source"); line->next++) {
        Word key, value;

        if (!word_setting(parser, line, word, &key, &value))
            return;
        if (word_first_of_line(parser, line, first_word, &key))
            add_setting(parser, line, &key, &value);
    }
    if (line_take_source(parser, line, &source) && source != NULL)
        name_source(parser->profile, first_setting, source->text);
}

/* --- one for itself ----------------------------------------------------------------------- */

Profile *profile_load(const char *name_or_path, const ScenarioOptions *options,
                      Diagnostics *diagnostics)
{
    Source argument = {.name = g_intern_string(name_or_path), .is_argument = TRUE};
    guint64 errors = diagnostics->errors;
    LineReader reader;
    Parser parser;
    Profile *profile = NULL;

    parser_init(&parser, options, diagnostics);
    line_reader_init_argument(&reader, &argument, name_or_path);
    parser.reader = &reader;
    if (line_reader_check_argument(&reader, diagnostics)) {
        Word name = meant(&parser, line_peek(&reader.line));
        g_autofree char *path = locate(&parser, &reader.line, &name);

        if (path != NULL)
            profile = load(&parser, &reader.line, &name, path);
    }
    parser.reader = NULL;
    line_reader_clear(&reader);
    parser_clear(&parser);
    if (diagnostics->errors == errors)
        return profile;
    profile_free(profile);
    return NULL;
}
