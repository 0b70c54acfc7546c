/* The table of names that lead to a profile, and how a version finds its row. */
#include "scenario/aliases.h"

#include <string.h>

/* A version with a profile of its own stands before the range that it lies in. */
/* clang-format off */
static const ProfileAlias aliases[] = {
    {"linux", NULL, NULL, "linux-6.18", FALSE},
    {"linux", "2.4", "2.4", "linux-2.4", FALSE},
    {"linux", "2.6", "2.6.31", "linux-2.4", FALSE},
    {"linux", "2.6.32", "2.6.38", "linux-2.6.32", FALSE},
    {"linux", "2.6.39", "3.0", "linux-2.6.39", FALSE},
    {"linux", "3.1", "3.6", "linux-3.1", FALSE},
    {"linux", "3.7", "3.9", "linux-3.7", FALSE},
    {"linux", "6.1", "6.1", "linux-6.1", FALSE},
    {"linux", "3.10", "6.4", "linux-3.10", FALSE},
    {"linux", "6.12", "6.12", "linux-6.12", FALSE},
    {"linux", "6.5", "6.17", "linux-6.5", FALSE},
    {"linux", "6.18", "6.18", "linux-6.18", FALSE},

    {"windows", NULL, NULL, "windows-10", FALSE},
    {"windows", "95", "98", "windows-xp", TRUE},
    {"windows", "2000", "2000", "windows-xp", FALSE},
    {"windows", "7", "8.1", "windows-7", FALSE},
    {"windows", "10", "11", "windows-10", FALSE},
    {"windows-vista", NULL, NULL, "windows-7", FALSE},
    {"windows-server", NULL, NULL, "windows-10", FALSE},
    {"windows-server", "2003", "2003", "windows-xp", FALSE},
    {"windows-server", "2008", "2012", "windows-7", FALSE},
    {"windows-server", "2016", "2016", "windows-10", TRUE},
    {"windows-server", "2019", "2025", "windows-10", FALSE},

    {"freebsd", "14", "15", "freebsd", FALSE},

    {"macos", "11", "15", "macos", FALSE},

    {"netbsd", "2", "10", "netbsd", FALSE},
    {"openbsd", "7.3", "7.8", "openbsd", FALSE},

    {"bsd", NULL, NULL, "bsd-4.4", FALSE},
    {"freertos", NULL, NULL, "freertos-tcp", FALSE},
    {"slirp", NULL, NULL, "libslirp", FALSE},
    {"xnu", NULL, NULL, "macos", FALSE},
};
/* clang-format on */

const ProfileAlias *profile_aliases(gsize *count)
{
    *count = G_N_ELEMENTS(aliases);
    return aliases;
}

/* ---- Versions: numbers with dots between ---- */

static gboolean is_version(const char *text)
{
    if (!g_ascii_isdigit(*text))
        return FALSE;
    for (; *text != '\0'; text++) {
        if (!g_ascii_isdigit(*text) && !(*text == '.' && g_ascii_isdigit(text[1])))
            return FALSE;
    }
    return TRUE;
}

/* The next number, 0 behind the last one. */
static guint64 next_part(const char **version)
{
    char *end;
    guint64 part = g_ascii_strtoull(*version, &end, 10);

    *version = *end == '.' ? end + 1 : end;
    return part;
}

/* As strcmp().  `parts` many numbers count. */
static int compare_versions(const char *a, const char *b, guint parts)
{
    for (; parts > 0; parts--) {
        guint64 of_a = next_part(&a), of_b = next_part(&b);

        if (of_a != of_b)
            return of_a < of_b ? -1 : 1;
    }
    return 0;
}

static guint parts_of(const char *version)
{
    guint parts = 1;

    for (; *version != '\0'; version++)
        parts += *version == '.';
    return parts;
}

static gboolean is_from(const ProfileAlias *alias, const char *version)
{
    return compare_versions(version, alias->from, parts_of(alias->from)) >= 0;
}

/* 6.4.9 is of "to 6.4". */
static gboolean is_to(const ProfileAlias *alias, const char *version)
{
    return compare_versions(version, alias->to, parts_of(alias->to)) <= 0;
}

/* ---- Rows ---- */

/* The version that the name has of this row's family, "" for the family alone; NULL: it is another's. */
static const char *version_of(const ProfileAlias *alias, const char *name)
{
    gsize length = strlen(alias->family);

    if (strncmp(name, alias->family, length) != 0)
        return NULL;
    if (name[length] == '\0')
        return name + length;
    return name[length] == '-' && is_version(name + length + 1) ? name + length + 1 : NULL;
}

static gboolean leads(const ProfileAlias *alias, const char *name)
{
    const char *version = version_of(alias, name);

    if (version == NULL || alias->is_near)
        return FALSE;
    if (alias->from == NULL || *version == '\0')
        return alias->from == NULL && *version == '\0';
    return is_from(alias, version) && is_to(alias, version);
}

const char *profile_alias(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(aliases); i++) {
        if (leads(&aliases[i], name))
            return aliases[i].profile;
    }
    return NULL;
}

/* The one that says so, or the last of those that began before, or else the first. */
const char *profile_alias_nearest(const char *name)
{
    const char *nearest = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(aliases); i++) {
        const char *version = version_of(&aliases[i], name);

        if (version == NULL || *version == '\0' || aliases[i].from == NULL)
            continue;
        if (aliases[i].is_near && is_from(&aliases[i], version) && is_to(&aliases[i], version))
            return aliases[i].profile;
        if (nearest == NULL || is_from(&aliases[i], version))
            nearest = aliases[i].profile;
    }
    return nearest;
}

char *profile_alias_text(const ProfileAlias *alias)
{
    if (alias->from == NULL)
        return g_strdup(alias->family);
    if (strcmp(alias->from, alias->to) == 0)
        return g_strdup_printf("%s-%s", alias->family, alias->from);
    return g_strdup_printf("%s-%s to %s", alias->family, alias->from, alias->to);
}
