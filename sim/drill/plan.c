/* A script as a plan: two hosts, a link that neither loses nor delays, and each event a line. */
#include <string.h>

#include "drill/session.h"
#include "lab/lab.h"
#include "proto/segment.h"
#include "scenario/plan_private.h"
#include "scenario/source.h"

static const char default_profile[] = "linux-6.18";

typedef struct Drill {
    DrillScript *script;
    DrillOptions options;
} Drill;

static void drill_free(gpointer data)
{
    Drill *drill = data;

    drill_script_free(drill->script);
    g_free(drill);
}

const DrillScript *drill_of(const Plan *plan, const DrillOptions **options)
{
    const Drill *drill = plan->script;

    *options = &drill->options;
    return drill->script;
}

/* A SYN or SYN-ACK that has to leave with the window scale before SACK-permitted: FreeBSD's order (tcp_output.c,
 * tcp_addoptions()); Linux has them the other way round. */
static gboolean has_bsd_order(const DrillEvent *event)
{
    gboolean has_scale = FALSE;

    if (event->kind != DRILL_EXPECT || !(event->segment.flags & TCP_SYN))
        return FALSE;
    for (guint i = 0; i < event->segment.options->len; i++) {
        DrillOptionKind kind = g_array_index(event->segment.options, DrillOption, i).kind;

        if (kind == DRILL_OPTION_SACK_OK)
            return has_scale;
        has_scale = has_scale || kind == DRILL_OPTION_WSCALE;
    }
    return FALSE;
}

/* Whose words are these?  A sysctl of FreeBSD's is nobody else's. */
static const char *implied_profile(const DrillScript *script)
{
    for (guint i = 0; i < script->events->len; i++) {
        const DrillEvent *event = g_ptr_array_index(script->events, i);
        gboolean is_bsd_command =
            event->kind == DRILL_COMMAND && strstr(event->command, "net.inet.") != NULL;

        if (is_bsd_command || has_bsd_order(event))
            return "freebsd";
    }
    return default_profile;
}

/* The version of IP that the user wants for the stack, whatever the script says; 0: none. */
static gint wanted_ip(const ScenarioOptions *scenario)
{
    static const char ip[] = "local.ip=";
    gint out = 0;

    for (const char *const *one = scenario->overrides; one != NULL && *one != NULL; one++) {
        if (g_str_has_prefix(*one, ip))
            out = strcmp(*one + strlen(ip), "6") == 0 ? 6 : 4;
    }
    return out;
}

static gboolean is_ipv6(const DrillScript *script)
{
    gboolean found = FALSE;

    for (guint i = 0; i < script->settings->len; i++) {
        const DrillSetting *setting = g_ptr_array_index(script->settings, i);

        if (strcmp(setting->name, "ip_version") == 0)
            found = strcmp(setting->value, "ipv6") == 0;
    }
    return found;
}

static PlanHost *host_at(Plan *plan, guint i)
{
    return &g_array_index(plan->hosts, PlanHost, i);
}

static void add_host(Plan *plan, const char *name, const Profile *profile)
{
    PlanHost host = {.name = g_strdup(name),
                     .profile = g_strdup(profile->name),
                     .config = profile->config,
                     .profile_config = profile->config};

    g_array_append_val(plan->hosts, host);
}

static void add_link(Plan *plan, guint from, guint to)
{
    PlanLink link = {.from = from, .to = to};

    link_config_init(&link.config);
    link.written = link.config;
    g_array_append_val(plan->links, link);
}

/* The line of the plan that shows event `i` is its i-th. */
static void add_step(Plan *plan, const DrillEvent *event)
{
    PlanStep step = {.at = SIM_NEVER,
                     .verb = PLAN_SCRIPTED,
                     .text = g_strdup(event->text),
                     .line = g_strdup(event->text),
                     .place = event->place};

    g_array_append_val(plan->steps, step);
}

gboolean drill_is_script(const char *file)
{
    return g_str_has_suffix(file, ".pkt");
}

Plan *drill_load(const char *file, const char *const *definitions, const DrillOptions *options,
                 const ScenarioOptions *scenario, Diagnostics *diagnostics)
{
    g_autofree char *why = NULL;
    Source *source = source_read(scenario->root, file, DOOR_FOR_USER, &why);

    if (source == NULL) {
        SourcePlace place = {.file = g_intern_string(file)};

        diagnostics_add(diagnostics, place, NULL, NULL, "%s", why);
        return NULL;
    }
    const DrillReadOptions how = {.definitions = definitions,
                                  .bytes_max = lab_memory_of_run(options->max_memory),
                                  .ip = wanted_ip(scenario)};
    DrillScript *script = drill_script_read(file, source->bytes, source->length, &how, diagnostics);

    source_free(source);
    return script != NULL ? drill_plan(script, options, scenario, diagnostics) : NULL;
}

Plan *drill_plan(DrillScript *script, const DrillOptions *options, const ScenarioOptions *scenario,
                 Diagnostics *diagnostics)
{
    const char *name = options->profile != NULL ? options->profile : implied_profile(script);
    Profile *profile = profile_load(name, scenario, diagnostics);

    if (profile == NULL) {
        drill_script_free(script);
        return NULL;
    }
    Plan *plan = plan_new(script->file);
    Drill *drill = g_new0(Drill, 1);

    *drill = (Drill){script, *options};
    plan->reality = &drill_reality;
    plan->script = drill;
    plan->script_free = drill_free;
    add_host(plan, "local", profile);
    if (is_ipv6(script))
        host_at(plan, 0)->config.ip = IP_6;
    gboolean good = scenario_override(plan, scenario, diagnostics); /* nobody is the other host */
    add_host(plan, "remote", profile);
    host_at(plan, 1)->config.ip = host_at(plan, 0)->config.ip;
    add_link(plan, 0, 1);
    add_link(plan, 1, 0);
    for (guint i = 0; i < script->events->len; i++)
        add_step(plan, g_ptr_array_index(script->events, i));
    profile_free(profile);
    if (!good)
        g_clear_pointer(&plan, plan_free);
    return plan;
}
