/* Options: a table of what takes a number, and the few that take something else. */
#include "api/api.h"

#include "view/message.h"

enum { WIDTH_MAX = 10000 };

static TcpwaltzOptions *options_init(TcpwaltzOptions *options)
{
    *options = (TcpwaltzOptions){.lab = {.level = TRACE_LEVEL_FULL}};
    return options;
}

const TcpwaltzOptions *options_or_defaults(const TcpwaltzOptions *options)
{
    static const TcpwaltzOptions defaults = {.lab = {.level = TRACE_LEVEL_FULL}};

    return options != NULL ? options : &defaults;
}

TcpwaltzOptions *tcpwaltz_options_new(void)
{
    TcpwaltzOptions *options = options_init(g_new(TcpwaltzOptions, 1));

    options->settings = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(options->settings, NULL);
    return options;
}

void tcpwaltz_options_free(TcpwaltzOptions *options)
{
    if (options == NULL)
        return;
    g_ptr_array_unref(options->settings);
    g_clear_pointer(&options->view.catalogue, g_hash_table_unref);
    g_free(options->host);
    g_free(options->profile);
    g_free(options);
}

static void set_seed(TcpwaltzOptions *options, guint64 value)
{
    options->lab.has_seed = TRUE;
    options->lab.seed = value;
}

static void set_max_time(TcpwaltzOptions *options, guint64 value)
{
    options->lab.max_time = (SimTime)value;
}

static void set_max_events(TcpwaltzOptions *options, guint64 value)
{
    options->lab.max_events = value;
}

static void set_max_memory(TcpwaltzOptions *options, guint64 value)
{
    options->lab.max_memory = value;
}

static void set_max_steps(TcpwaltzOptions *options, guint64 value)
{
    options->lab.max_steps = value;
}

static void set_interval(TcpwaltzOptions *options, guint64 value)
{
    options->lab.interval = (SimTime)value;
}

static void set_width(TcpwaltzOptions *options, guint64 value)
{
    options->view.width = (guint)value;
}

static void set_unicode(TcpwaltzOptions *options, guint64 value)
{
    options->view.unicode = value != 0;
}

static void set_colour(TcpwaltzOptions *options, guint64 value)
{
    options->view.colour = value != 0;
}

static void set_titles(TcpwaltzOptions *options, guint64 value)
{
    options->view.untitled = value == 0;
}

static const struct {
    void (*set)(TcpwaltzOptions *options, guint64 value);
    guint64 most;
} numbers[] = {
    [TCPWALTZ_SEED] = {set_seed, G_MAXUINT64},
    [TCPWALTZ_MAX_TIME_NS] = {set_max_time, G_MAXINT64},
    [TCPWALTZ_MAX_EVENTS] = {set_max_events, G_MAXUINT64},
    [TCPWALTZ_MAX_MEMORY] = {set_max_memory, G_MAXUINT64},
    [TCPWALTZ_MAX_STEPS] = {set_max_steps, G_MAXUINT64},
    [TCPWALTZ_INTERVAL_NS] = {set_interval, G_MAXINT64},
    [TCPWALTZ_WIDTH] = {set_width, WIDTH_MAX},
    [TCPWALTZ_UNICODE] = {set_unicode, 1},
    [TCPWALTZ_COLOUR] = {set_colour, 1},
    [TCPWALTZ_TITLES] = {set_titles, 1},
};

int tcpwaltz_options_set(TcpwaltzOptions *options, TcpwaltzOption option, uint64_t value)
{
    gsize index = (gsize)option;

    if (index >= G_N_ELEMENTS(numbers) || value > numbers[index].most)
        return -1;
    numbers[index].set(options, value);
    return 0;
}

void tcpwaltz_options_add_setting(TcpwaltzOptions *options, const char *setting)
{
    g_ptr_array_insert(options->settings, (gint)options->settings->len - 1, g_strdup(setting));
}

void tcpwaltz_options_add_translation(TcpwaltzOptions *options, const char *message,
                                      const char *translation)
{
    if (options->view.catalogue == NULL)
        options->view.catalogue = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_replace(options->view.catalogue, g_strdup(message), g_strdup(translation));
}

const char *tcpwaltz_message(size_t index)
{
    return view_message(index);
}

void tcpwaltz_options_set_host(TcpwaltzOptions *options, const char *host)
{
    g_free(options->host);
    options->host = g_strdup(host);
    options->view.host = options->host;
}

void tcpwaltz_options_set_profile(TcpwaltzOptions *options, const char *profile)
{
    g_free(options->profile);
    options->profile = g_strdup(profile);
}

void tcpwaltz_options_set_reader(TcpwaltzOptions *options, TcpwaltzReader *reader, void *data)
{
    options->reader = reader;
    options->reader_data = data;
}
