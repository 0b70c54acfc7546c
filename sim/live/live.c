/* Who is real, and the clock of a run with real hosts. */
#include "live/live.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "live/kernel.h"
#include "live/virtual.h"

typedef struct LiveReality {
    LabReality reality; /* first */
    const LiveOptions *options;
} LiveReality;

typedef struct LiveSession {
    const LiveOptions *options;
    const Plan *plan;
    int epoll;     /* devices and sockets: something came … */
    int timer;     /* … or the time did */
    SimTime began; /* on the monotonic clock; 0: nobody has asked for the time yet */
    SimTime
        known; /* virtual time stands still between two waits: what it is, since it was last asked … */
    gboolean is_known; /* … if it was */
    gboolean is_virtual;
    Ticks ticks;
    GPtrArray *kernels; /* Kernel *, the lab's */
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

static void end(gpointer data)
{
    LiveSession *session = data;

    spaces_leave();
    if (session->epoll >= 0)
        close(session->epoll);
    if (session->timer >= 0)
        close(session->timer);
    g_ptr_array_unref(session->kernels);
    g_free(session);
}

static gpointer begin(const LabReality *reality, const Plan *plan, char **trouble)
{
    const LiveOptions *options = ((const LiveReality *)(const void *)reality)->options;

    if (!are_all_hosts(options->hosts, plan, trouble))
        return NULL;
    LiveSession *session = g_new0(LiveSession, 1);

    session->options = options;
    session->plan = plan;
    session->is_virtual = live_virtual_is_inside();
    session->kernels = g_ptr_array_new();
    session->epoll = epoll_create1(EPOLL_CLOEXEC);
    session->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = NULL};
    if (session->epoll >= 0 && session->timer >= 0 &&
        epoll_ctl(session->epoll, EPOLL_CTL_ADD, session->timer, &wanted) == 0)
        return session;
    *trouble = g_strdup_printf("waiting for real hosts: %s", g_strerror(errno));
    end(session);
    return NULL;
}

static gboolean is_real(const LiveSession *session, const LabHost *host)
{
    char **hosts = session->options->hosts;
    const PlanHost *plan = &g_array_index(session->plan->hosts, PlanHost, lab_node_index(host));

    return hosts == NULL || g_strv_contains((const char *const *)hosts, plan->name);
}

static LabNode *node(gpointer data, LabHost *host, char **trouble)
{
    LiveSession *session = data;

    if (!is_real(session, host))
        return NULL;
    Kernel *kernel =
        kernel_new(host, session->options->lenient, session->epoll, &session->ticks, trouble);
    if (kernel == NULL)
        return NULL;
    g_ptr_array_add(session->kernels, kernel);
    return &kernel->node;
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

    timerfd_settime(session->timer, TFD_TIMER_ABSTIME, &due, NULL);
}

static gboolean wait(gpointer data, SimTime until)
{
    LiveSession *session = data;
    struct epoll_event came;

    if (until <= passed_since_begin(session))
        return TRUE;
    set_timer(session, until);
    session->is_known = FALSE;
    while (epoll_wait(session->epoll, &came, 1, -1) < 0 && errno == EINTR)
        ;
    return came.data.ptr == NULL;
}

/* Whoever it was: the others have nothing to say, which costs them little. */
static void serve(gpointer data)
{
    LiveSession *session = data;

    for (guint i = 0; i < session->kernels->len; i++) {
        Kernel *kernel = g_ptr_array_index(session->kernels, i);
        lab_node_unasked(kernel->node.host);
        kernel_settle(kernel);
    }
}

static gboolean wheel(gpointer data, SimTime *tick, SimTime *phase)
{
    const LiveSession *session = data;

    *tick = session->ticks.length;
    *phase = session->ticks.phase;
    return session->ticks.has_phase;
}

const LabReality *live_new(const LiveOptions *options, char **trouble)
{
    static const LabReality of_kernels = {.begin = begin,
                                          .end = end,
                                          .node = node,
                                          .now = now,
                                          .wait = wait,
                                          .serve = serve,
                                          .wheel = wheel};

    if (!spaces_begin(trouble))
        return NULL;
    LiveReality *live = g_new0(LiveReality, 1);
    live->reality = of_kernels;
    live->options = options;
    return &live->reality;
}

void live_free(const LabReality *reality)
{
    g_free((gpointer)(gsize)reality);
}
