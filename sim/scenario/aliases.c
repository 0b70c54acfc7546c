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
    {"windows-me", NULL, NULL, "windows-xp", TRUE},
    {"windows-nt", NULL, NULL, "windows-xp", TRUE},
    {"windows", "3", "4", "windows-xp", TRUE},
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

    /* What a kernel is shipped as, by the kernel it is shipped with. */
    {"debian", NULL, NULL, "linux-6.12", FALSE},
    {"debian", "6", "6", "linux-2.6.32", FALSE},
    {"debian", "7", "7", "linux-3.1", FALSE},
    {"debian", "8", "11", "linux-3.10", FALSE},
    {"debian", "12", "12", "linux-6.1", FALSE},
    {"debian", "13", "13", "linux-6.12", FALSE},
    {"ubuntu", NULL, NULL, "linux-6.5", FALSE},
    {"ubuntu", "10.04", "10.10", "linux-2.6.32", FALSE},
    {"ubuntu", "12.04", "12.04", "linux-3.1", FALSE},
    {"ubuntu", "14.04", "22.04", "linux-3.10", FALSE},
    {"ubuntu", "23.10", "25.10", "linux-6.5", FALSE},
    {"rhel", NULL, NULL, "linux-6.12", FALSE},
    {"rhel", "5", "5", "linux-2.4", FALSE},
    {"rhel", "6", "6", "linux-2.6.32", TRUE},
    {"rhel", "7", "9", "linux-3.10", FALSE},
    {"rhel", "10", "10", "linux-6.12", FALSE},
    {"centos", NULL, NULL, "linux-3.10", FALSE},
    {"centos", "5", "5", "linux-2.4", FALSE},
    {"centos", "6", "6", "linux-2.6.32", TRUE},
    {"centos", "7", "8", "linux-3.10", FALSE},
    {"android", NULL, NULL, "linux-6.5", FALSE},
    {"android", "11", "14", "linux-3.10", FALSE},
    {"android", "15", "16", "linux-6.5", FALSE},
    {"wsl", NULL, NULL, "linux-6.5", FALSE},

    {"bsd", NULL, NULL, "bsd-4.4", FALSE},
    {"freertos", NULL, NULL, "freertos-tcp", FALSE},
    {"netstack", NULL, NULL, "gvisor", FALSE},
    {"qemu", NULL, NULL, "libslirp", FALSE},
    {"slirp", NULL, NULL, "libslirp", FALSE},
    {"slirp4netns", NULL, NULL, "libslirp", FALSE},
    {"fd.io", NULL, NULL, "vpp", FALSE},
    {"xnu", NULL, NULL, "macos", FALSE},
    {"darwin", NULL, NULL, "macos", FALSE},
    {"ios", NULL, NULL, "macos", FALSE},
    {"openindiana", NULL, NULL, "illumos", FALSE},
    {"omnios", NULL, NULL, "illumos", FALSE},
    {"smartos", NULL, NULL, "illumos", FALSE},

    /* Descendants and forebears, and words that look like another. */
    {"solaris", NULL, NULL, "illumos", TRUE},
    {"sunos", NULL, NULL, "illumos", TRUE},
    {"fuchsia", NULL, NULL, "gvisor", TRUE},
    {"esp-idf", NULL, NULL, "lwip", TRUE},
    {"esp32", NULL, NULL, "lwip", TRUE},
    {"pfsense", NULL, NULL, "freebsd", TRUE},
    {"opnsense", NULL, NULL, "freebsd", TRUE},
    {"playstation", NULL, NULL, "freebsd", TRUE},
    {"dragonfly", NULL, NULL, "freebsd", TRUE},
    {"4.4bsd", NULL, NULL, "bsd-4.4", TRUE},
    {"4.3bsd", NULL, NULL, "bsd-4.4", TRUE},
    {"stevens", NULL, NULL, "bsd-4.4", TRUE},
    {"rfc9293", NULL, NULL, "rfc6298", TRUE},
    {"rfc5681", NULL, NULL, "rfc6298", TRUE},
    {"rfc7323", NULL, NULL, "rfc6298", TRUE},
    {"rfc2988", NULL, NULL, "rfc1122", TRUE},
    {"vista", NULL, NULL, "windows-7", TRUE},
    {"xp", NULL, NULL, "windows-xp", TRUE},
    {"win", NULL, NULL, "windows-10", TRUE},
    {"win", "95", "98", "windows-xp", TRUE},
    {"win", "2000", "2003", "windows-xp", TRUE},
    {"win", "7", "8.1", "windows-7", TRUE},
    {"win", "10", "11", "windows-10", TRUE},
    {"osx", NULL, NULL, "macos", TRUE},
    {"mac", NULL, NULL, "macos", TRUE},
    {"mac-os", NULL, NULL, "macos", TRUE},
    {"macosx", NULL, NULL, "macos", TRUE},
    {"ipados", NULL, NULL, "macos", TRUE},
    {"iphone", NULL, NULL, "macos", TRUE},
    {"kernel", NULL, NULL, "linux-6.18", TRUE},
    {"fedora", NULL, NULL, "linux-6.18", TRUE},
    {"arch", NULL, NULL, "linux-6.18", TRUE},
    {"alpine", NULL, NULL, "linux-6.18", TRUE},
    {"openwrt", NULL, NULL, "linux-6.5", TRUE},
    {"chromeos", NULL, NULL, "linux-6.5", TRUE},
    {"rocky", NULL, NULL, "linux-6.12", TRUE},
    {"almalinux", NULL, NULL, "linux-6.12", TRUE},
    {"suse", NULL, NULL, "linux-6.12", TRUE},
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

/* A name as it would have been written here: small letters, and a dash before the version. */
static char *as_written_here(const char *name)
{
    char *small = g_ascii_strdown(name, -1);
    gsize count;
    const ProfileAlias *rows = profile_aliases(&count);

    for (gsize i = 0; i < count; i++) {
        gsize length = strlen(rows[i].family);
        const char *rest = small + length;

        if (strncmp(small, rows[i].family, length) != 0)
            continue;
        rest += *rest == '_' || *rest == ' ';
        if (!is_version(rest))
            continue;
        char *dashed = g_strconcat(rows[i].family, "-", rest, NULL);

        g_free(small);
        return dashed;
    }
    return small;
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

/* The one that says so; or the last of those that began before, or else the first; or else the family's own. */
static const char *nearest_version(const char *name)
{
    const char *nearest = NULL, *family = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(aliases); i++) {
        const char *version = version_of(&aliases[i], name);

        if (version != NULL && aliases[i].from == NULL && (*version != '\0' || aliases[i].is_near))
            family = aliases[i].profile;
        if (version == NULL || *version == '\0' || aliases[i].from == NULL)
            continue;
        if (aliases[i].is_near && is_from(&aliases[i], version) && is_to(&aliases[i], version))
            return aliases[i].profile;
        if (nearest == NULL || is_from(&aliases[i], version))
            nearest = aliases[i].profile;
    }
    return nearest != NULL ? nearest : family;
}

const char *profile_alias_nearest(const char *name)
{
    g_autofree char *here = as_written_here(name);
    const char *meant = strcmp(here, name) != 0 ? profile_alias(here) : NULL;

    return meant != NULL ? meant : nearest_version(here);
}

char *profile_alias_text(const ProfileAlias *alias)
{
    if (alias->from == NULL)
        return g_strdup(alias->family);
    if (strcmp(alias->from, alias->to) == 0)
        return g_strdup_printf("%s-%s", alias->family, alias->from);
    return g_strdup_printf("%s-%s to %s", alias->family, alias->from, alias->to);
}
