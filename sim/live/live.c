/* Who is real, and the clock of a run with real hosts. */
#include "live/live.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "live/kernel.h"
#include "live/settings.h"
#include "live/tun_node.h"
#include "live/virtual.h"

typedef struct LiveReality {
    LabReality reality; /* first */
    const LiveOptions *options;
    GPtrArray *wishes;  /* TunWish … */
    GPtrArray *devices; /* … and its TunDevice */
} LiveReality;

enum { CAME_MOST = 16 }; /* what is more is told next time */

typedef struct LiveSession {
    const LiveReality *live;
    const Plan *plan;
    int epoll;     /* devices and sockets: something came … */
    int timer;     /* … or the time did */
    SimTime began; /* on the monotonic clock; 0: nobody has asked for the time yet */
    SimTime
        known; /* virtual time stands still between two waits: what it was when it was asked … */
    gboolean is_known; /* … if it was */
    gboolean is_virtual;
    Ticks ticks;
    GArray *names; /* TunNames, a wish */
    gboolean has_kernel;
    GPtrArray *nodes; /* LabNode *, the lab's: all that are real, in the order of the hosts … */
    GPtrArray *tuns;  /* … and TunNode * among them */
    struct epoll_event came[CAME_MOST];
    int came_count; /* what came with the last wait, and is not passed on yet */
} LiveSession;

static SimTime clock_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * SIM_SECOND + now.tv_nsec;
}

/* ---- A session ---- */

/* FALSE: one is named that the plan does not have. */
static gboolean are_all_hosts(char *const *names, const Plan *plan, char **trouble)
{
    g_autoptr(GString) known = g_string_new(NULL);
    guint ignored;

    while (names != NULL && *names != NULL && plan_find_host(plan, *names, &ignored))
        names++;
    if (names == NULL || *names == NULL)
        return TRUE;
    for (guint i = 0; i < plan->hosts->len; i++)
        g_string_append_printf(known, "%s%s", i > 0 ? ", " : "",
                               g_array_index(plan->hosts, PlanHost, i).name);
    *trouble = g_strdup_printf("%s: no host is called '%s'; these are: %s", plan->file, *names,
                               known->str);
    return FALSE;
}

static const TunDevice *device_of(const LiveReality *live, guint i)
{
    return g_ptr_array_index(live->devices, i);
}

/* "tun0: nobody has opened it" */
static gboolean fail_at(const TunDevice *device, char *why, char **trouble)
{
    *trouble = g_strdup_printf("%s: %s", device->name, why);
    g_free(why);
    return FALSE;
}

/* Everybody else is ours, and must not be the machine's. */
static gboolean are_ours(const TunDevice *device, const TunNames *names, char **trouble)
{
    char *why = NULL;

    for (guint i = 0; i < names->names->len; i++)
        if (i != names->host &&
            !tun_device_is_ours(device, g_array_index(names->names, TunName, i).there, &why))
            return fail_at(device, why, trouble);
    return TRUE;
}

static gboolean is_behind(const LiveSession *session, guint host, guint *which)
{
    for (*which = 0; *which < session->names->len; ++*which)
        if (g_array_index(session->names, TunNames, *which).host == host)
            return TRUE;
    return FALSE;
}

/* Who is behind each device, and whether it can be. */
static gboolean name_all(LiveSession *session, char **trouble)
{
    const LiveReality *live = session->live;
    guint other;

    for (guint i = 0; i < live->wishes->len; i++) {
        TunNames names = {0};
        gboolean good =
            tun_names_init(&names, g_ptr_array_index(live->wishes, i), session->plan, trouble) &&
            are_ours(device_of(live, i), &names, trouble);
        if (good && is_behind(session, names.host, &other)) {
            *trouble = g_strdup_printf("one host is behind %s, and behind %s (--tun)",
                                       device_of(live, other)->name, device_of(live, i)->name);
            good = FALSE;
        }
        g_array_append_val(session->names, names);
        if (!good)
            return FALSE;
    }
    return TRUE;
}

static void clear_names(gpointer names)
{
    tun_names_clear(names);
}

static void end(gpointer data)
{
    LiveSession *session = data;

    if (session->live->options->kernels)
        spaces_leave();
    if (session->epoll >= 0)
        close(session->epoll);
    if (session->timer >= 0)
        close(session->timer);
    g_array_unref(session->names);
    g_ptr_array_unref(session->nodes);
    g_ptr_array_unref(session->tuns);
    g_free(session);
}

static gboolean watch(const LiveSession *session, int file, guint32 events, gpointer who)
{
    struct epoll_event wanted = {.events = events, .data.ptr = who};

    return epoll_ctl(session->epoll, EPOLL_CTL_ADD, file, &wanted) == 0;
}

static gboolean open_all(LiveSession *session, char **trouble)
{
    session->epoll = epoll_create1(EPOLL_CLOEXEC);
    session->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (session->epoll >= 0 && session->timer >= 0 && watch(session, session->timer, EPOLLIN, NULL))
        return TRUE;
    *trouble = g_strdup_printf("waiting for real hosts: %s", g_strerror(errno));
    return FALSE;
}

static gpointer begin(const LabReality *reality, const Plan *plan, char **trouble)
{
    LiveSession *session = g_new0(LiveSession, 1);

    session->live = (const LiveReality *)(const void *)reality;
    session->plan = plan;
    session->is_virtual = live_virtual_is_inside();
    session->nodes = g_ptr_array_new();
    session->tuns = g_ptr_array_new();
    session->names = g_array_new(FALSE, TRUE, sizeof(TunNames));
    g_array_set_clear_func(session->names, clear_names);
    if (open_all(session, trouble) && are_all_hosts(session->live->options->hosts, plan, trouble) &&
        name_all(session, trouble))
        return session;
    end(session);
    return NULL;
}

/* ---- Who is real ---- */

static const PlanHost *plan_of(const LiveSession *session, const LabHost *host)
{
    return &g_array_index(session->plan->hosts, PlanHost, lab_node_index(host));
}

static gboolean is_kernel(const LiveSession *session, const LabHost *host)
{
    const LiveOptions *options = session->live->options;

    return options->kernels &&
           (options->hosts == NULL ||
            g_strv_contains((const char *const *)options->hosts, plan_of(session, host)->name));
}

static LabNode *kernel_node(LiveSession *session, LabHost *host, char **trouble)
{
    Kernel *kernel =
        kernel_new(host, session->live->options->lenient, session->epoll, &session->ticks, trouble);

    if (kernel == NULL)
        return NULL;
    session->has_kernel = TRUE;
    g_ptr_array_add(session->nodes, &kernel->node);
    return &kernel->node;
}

/* Whoever has the device open is to be there before the run begins. */
static LabNode *tun_node(LiveSession *session, LabHost *host, guint which, char **trouble)
{
    const TunDevice *device = device_of(session->live, which);
    char *why = NULL;

    if (!settings_are_none(plan_of(session, host), trouble) && !session->live->options->lenient)
        return NULL;
    g_clear_pointer(trouble, g_free);
    if (!tun_device_wait(device, &why)) {
        (void)fail_at(device, why, trouble);
        return NULL;
    }
    TunNode *tun = tun_node_new(host, device, &g_array_index(session->names, TunNames, which));

    g_ptr_array_add(session->nodes, &tun->node);
    g_ptr_array_add(session->tuns, tun);
    if (!watch(session, device->packets, EPOLLIN | EPOLLET, &tun->node) ||
        !watch(session, device->links, EPOLLIN | EPOLLET, &tun->node))
        lab_node_fails(host,
                       g_strdup_printf("%s: waiting for it: %s", device->name, g_strerror(errno)));
    return &tun->node;
}

static LabNode *node(gpointer data, LabHost *host, char **trouble)
{
    LiveSession *session = data;
    guint which;

    if (is_behind(session, lab_node_index(host), &which))
        return tun_node(session, host, which, trouble);
    return is_kernel(session, host) ? kernel_node(session, host, trouble) : NULL;
}

/* ---- Its clock ---- */

/* A run begins, with all its hosts there, when its time is asked for. */
static SimTime passed_since_begin(LiveSession *session)
{
    if (session->began == 0) {
        session->began = ticks_begin();
        session->ticks = ticks_of(session->began);
    }
    if (!session->is_known)
        session->known = clock_now() - session->began;
    session->is_known = session->is_virtual;
    return session->known;
}

/* To the microsecond: what is finer is the machine's noise. */
static SimTime now(gpointer data)
{
    SimTime passed = passed_since_begin(data);

    return passed - passed % SIM_MICROSECOND;
}

static void set_timer(const LiveSession *session, SimTime until)
{
    SimTime at = sim_time_add(session->began, until);
    struct itimerspec due = {.it_value = {.tv_sec = at / SIM_SECOND, .tv_nsec = at % SIM_SECOND}};

    int done = timerfd_settime(session->timer, TFD_TIMER_ABSTIME, &due, NULL);

    g_assert(done == 0);
}

/* Of things that come at one instant: if the time was first, the others wait. */
static gboolean wait(gpointer data, SimTime until)
{
    LiveSession *session = data;

    if (until <= passed_since_begin(session))
        return TRUE;
    if (session->came_count > 0)
        return FALSE;
    set_timer(session, until);
    session->is_known = FALSE;
    do
        session->came_count = epoll_wait(session->epoll, session->came, CAME_MOST, -1);
    while (session->came_count < 0 && errno == EINTR);
    g_assert(session->came_count > 0);
    if (session->came[0].data.ptr != NULL)
        return FALSE;
    session->came_count--;
    memmove(session->came, session->came + 1, (gsize)session->came_count * sizeof *session->came);
    return TRUE;
}

static gboolean has_come_to(const LiveSession *session, const LabNode *node)
{
    for (int i = 0; i < session->came_count; i++)
        if (session->came[i].data.ptr == node)
            return TRUE;
    return FALSE;
}

static void serve(gpointer data)
{
    LiveSession *session = data;

    for (guint i = 0; i < session->nodes->len; i++) {
        LabNode *node = g_ptr_array_index(session->nodes, i);
        if (!has_come_to(session, node))
            continue;
        lab_node_unasked(node->host);
        node->kind->advance(node);
    }
    session->came_count = 0;
}

static gboolean wheel(gpointer data, SimTime *tick, SimTime *phase)
{
    const LiveSession *session = data;

    if (!session->has_kernel)
        return FALSE;
    *tick = session->ticks.length;
    *phase = session->ticks.phase;
    return session->ticks.has_phase;
}

static void remarks(gpointer data, GPtrArray *out)
{
    const LiveSession *session = data;

    for (guint i = 0; i < session->tuns->len; i++)
        tun_node_remarks(g_ptr_array_index(session->tuns, i), out);
}

/* ---- For all runs ---- */

/* Each connection is a socket: as many as the user may have without asking. */
static void allow_files(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return;
    files.rlim_cur = files.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &files);
}

/* "--tun tun0: there is no such device": `why` is taken over. */
static gboolean refuse(const char *option, const char *value, char *why, char **trouble)
{
    *trouble = g_strdup_printf("%s%s%s: %s", option, value != NULL ? " " : "",
                               value != NULL ? value : "", why);
    g_free(why);
    return FALSE;
}

static gboolean open_device(LiveReality *live, const char *text, char **trouble)
{
    char *why = NULL;
    TunWish *wish = tun_wish_new(text, &why);

    if (wish == NULL)
        return refuse("--tun", text, why, trouble);
    g_ptr_array_add(live->wishes, wish);
    TunDevice *device = g_new0(TunDevice, 1);
    gboolean good = tun_device_open(device, wish->device, &why);

    g_ptr_array_add(live->devices, device);
    return good || refuse("--tun", wish->device, why, trouble);
}

/* Devices first: whoever gains his rights by a user namespace has none outside any more. */
static gboolean prepare(LiveReality *live, char **trouble)
{
    char *why = NULL;

    g_assert(live->options->kernels || live->options->tuns != NULL); /* somebody is real */
    for (char **text = live->options->tuns; text != NULL && *text != NULL; text++)
        if (!open_device(live, *text, trouble))
            return FALSE;
    if (live->options->kernels && !spaces_begin(&why))
        return refuse("--live", NULL, why, trouble);
    allow_files();
    return TRUE;
}

static void close_device(gpointer device)
{
    tun_device_close(device);
    g_free(device);
}

static void free_wish(gpointer wish)
{
    tun_wish_free(wish);
}

const LabReality *live_new(const LiveOptions *options, char **trouble)
{
    static const LabReality of_real_hosts = {.begin = begin,
                                             .end = end,
                                             .node = node,
                                             .now = now,
                                             .wait = wait,
                                             .serve = serve,
                                             .wheel = wheel,
                                             .remarks = remarks};
    LiveReality *live = g_new0(LiveReality, 1);

    live->reality = of_real_hosts;
    live->options = options;
    live->wishes = g_ptr_array_new_with_free_func(free_wish);
    live->devices = g_ptr_array_new_with_free_func(close_device);
    if (prepare(live, trouble))
        return &live->reality;
    live_free(&live->reality);
    return NULL;
}

void live_free(const LabReality *reality)
{
    LiveReality *live = (LiveReality *)(gsize)reality;

    if (live == NULL)
        return;
    g_ptr_array_unref(live->wishes);
    g_ptr_array_unref(live->devices);
    g_free(live);
}
