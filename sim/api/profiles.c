/* Profiles, key by key. */
#include "api/api.h"

struct TcpwaltzProfile {
    Profile *profile;
    GArray *keys;      /* TcpwaltzKey */
    GPtrArray *values; /* char *: what they point to */
};

static const char *keep(TcpwaltzProfile *profile, const char *text)
{
    char *kept = g_strdup(text);

    g_ptr_array_add(profile->values, kept);
    return kept;
}

static void add_key(TcpwaltzProfile *profile, const Key *key)
{
    const ProfileSetting *setting = profile_setting(profile->profile, key->name);
    char value[KEY_TEXT_MAX], takes[KEY_TEXT_MAX];

    key_format(key, &profile->profile->config, value);
    key_range(key, takes);
    TcpwaltzKey one = {
        .name = key->name,
        .help = key->help,
        .takes = keep(profile, takes),
        .value = keep(profile, value),
        .source = setting != NULL ? setting->source : NULL,
    };
    g_array_append_val(profile->keys, one);
}

TcpwaltzProfile *tcpwaltz_profile_new(const char *name)
{
    const ScenarioFiles files = api_files(options_or_defaults(NULL));
    const ScenarioOptions scenario = {.files = &files};
    gsize count;
    const Key *keys = key_table(KEY_SCOPE_HOST, &count);

    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    Profile *loaded = profile_load(name, &scenario, diagnostics);

    if (loaded == NULL)
        return NULL;
    TcpwaltzProfile *profile = g_new0(TcpwaltzProfile, 1);

    profile->profile = loaded;
    profile->keys = g_array_new(FALSE, FALSE, sizeof(TcpwaltzKey));
    profile->values = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; i < count; i++)
        add_key(profile, &keys[i]);
    return profile;
}

const char *tcpwaltz_profile_title(const TcpwaltzProfile *profile)
{
    return profile->profile->title;
}

const TcpwaltzKey *tcpwaltz_profile_key(const TcpwaltzProfile *profile, size_t index)
{
    return index < profile->keys->len ? &g_array_index(profile->keys, TcpwaltzKey, index) : NULL;
}

void tcpwaltz_profile_free(TcpwaltzProfile *profile)
{
    if (profile == NULL)
        return;
    profile_free(profile->profile);
    g_array_unref(profile->keys);
    g_ptr_array_unref(profile->values);
    g_free(profile);
}
