/* Profiles as text, for tcpwaltz profiles. */
#include "cli/profile_text.h"

#include <string.h>

#include "escape/escape.h"
#include "proto/keys.h"

/* Where the value is known from: what a profile says of it, and which one, where that is a base. */
static void append_source(GString *out, const Profile *profile, const Key *key)
{
    const ProfileSetting *setting = profile_setting(profile, key->name);

    if (setting == NULL)
        g_string_append(out, "default");
    else if (setting->unknown)
        g_string_append(out, "unknown, so inherited: ");
    if (setting != NULL && setting->source != NULL)
        escape_terminal(setting->source, out);
    else if (setting != NULL)
        g_string_append(out, setting->unknown ? "not public" : "no source given");
    if (setting != NULL && strcmp(setting->profile, profile->name) != 0) {
        g_string_append(out, "  [");
        escape_terminal(setting->profile, out);
        g_string_append_c(out, ']');
    }
    g_string_append_c(out, '\n');
}

/* One line a key: key, value, where it is known from. */
static void append_key(GString *out, const Profile *profile, const Key *key)
{
    char value[KEY_TEXT_MAX];

    key_format(key, &profile->config, value);
    g_string_append_printf(out, "  %-24s %-12s ", key->name, value);
    append_source(out, profile, key);
}

static void append_line(GString *out, const char *text)
{
    escape_terminal(text, out);
    g_string_append_c(out, '\n');
}

void profile_append(GString *out, const Profile *profile)
{
    gsize count;
    const Key *keys = key_table(KEY_SCOPE_HOST, &count);

    escape_terminal(profile->name, out);
    g_string_append(out, ": ");
    append_line(out, profile->title != NULL ? profile->title : "(no title)");
    for (guint i = 0; i < profile->about->len; i++) {
        g_string_append(out, "  ");
        append_line(out, g_ptr_array_index(profile->about, i));
    }
    if (profile->base != NULL) {
        g_string_append(out, "base ");
        escape_terminal(profile->base, out);
        g_string_append(out, "; what it or one of its bases set is marked [NAME]\n");
    }
    g_string_append(out, "\n  key                      value        source\n");
    for (gsize i = 0; i < count; i++)
        append_key(out, profile, &keys[i]);
}

/* ---- Two of them ---- */

static gboolean is_equal(const Profile *a, const Profile *b, const Key *key)
{
    return memcmp((const char *)&a->config + key->offset, (const char *)&b->config + key->offset,
                  sizeof(gint64)) == 0;
}

/* "  NAME  value  source"; names of two profiles take the same width. */
static void append_side(GString *out, const Profile *profile, int width, const Key *key)
{
    char value[KEY_TEXT_MAX];
    gsize end = out->len + 4 + (gsize)width;

    key_format(key, &profile->config, value);
    g_string_append(out, "    ");
    escape_terminal(profile->name, out);
    while (out->len < end)
        g_string_append_c(out, ' ');
    g_string_append_printf(out, "  %-12s ", value);
    append_source(out, profile, key);
}

void profile_append_diff(GString *out, const Profile *a, const Profile *b)
{
    int width = (int)MAX(strlen(a->name), strlen(b->name));
    g_autoptr(GString) body = g_string_new(NULL);
    gsize count, differing = 0;
    const Key *keys = key_table(KEY_SCOPE_HOST, &count);

    for (gsize i = 0; i < count; i++) {
        if (is_equal(a, b, &keys[i]))
            continue;
        differing++;
        g_string_append_printf(body, "  %s\n", keys[i].name);
        append_side(body, a, width, &keys[i]);
        append_side(body, b, width, &keys[i]);
    }
    escape_terminal(a->name, out);
    g_string_append(out, " and ");
    escape_terminal(b->name, out);
    if (differing == 0)
        g_string_append_printf(out, " have the same values in all %" G_GSIZE_FORMAT " keys\n",
                               count);
    else
        g_string_append_printf(out,
                               " differ in %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " keys\n\n",
                               differing, count);
    g_string_append_len(out, body->str, (gssize)body->len);
}
