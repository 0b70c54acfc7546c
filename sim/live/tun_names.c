/* Hosts' names behind a TUN device: reading them, and rewriting packets. */
#include "live/tun_names.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "lab/node.h"

/* ---- Reading ---- */

static gboolean fail(char **trouble, const char *format, ...) G_GNUC_PRINTF(2, 3);

static gboolean fail(char **trouble, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    *trouble = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return FALSE;
}

/* "10.9.0.2:80" */
static gboolean read_address(const char *text, TunWishHost *out, char **trouble)
{
    g_auto(GStrv) parts = g_strsplit(text, ":", 2);
    struct in_addr address;
    guint64 port = 0;

    if (parts[0] == NULL || inet_pton(AF_INET, parts[0], &address) != 1 || address.s_addr == 0)
        return fail(trouble, "'%s' is no IPv4 address, with or without a port: 10.9.0.2:80", text);
    if (parts[1] != NULL && !g_ascii_string_to_unsigned(parts[1], 10, 1, G_MAXUINT16, &port, NULL))
        return fail(trouble, "'%s' is no port: 1 to 65535", parts[1]);
    out->address = ntohl(address.s_addr);
    out->port = (guint16)port;
    return TRUE;
}

/* "server@10.9.0.2:80".  Added to the wish before it is known to be right, so that it is freed. */
static gboolean read_host(TunWish *wish, const char *text, gboolean needs_address, char **trouble)
{
    const char *at = strchr(text, '@');
    TunWishHost host = {.name = at != NULL ? g_strndup(text, (gsize)(at - text)) : g_strdup(text)};

    if (at != NULL && !read_address(at + 1, &host, trouble)) {
        g_free(host.name);
        return FALSE;
    }
    g_array_append_val(wish->hosts, host);
    if (*host.name == '\0')
        return fail(trouble, "a host is missing in '%s': NAME=HOST, HOST@ADDRESS", text);
    return at != NULL || !needs_address ||
           fail(trouble, "what is %s's address there? %s@ADDRESS", text, text);
}

/* "tun0=server@10.9.0.2:80" */
static gboolean read_device(TunWish *wish, const char *text, char **trouble)
{
    const char *equals = strchr(text, '=');
    const TunWishHost nobody = {.name = NULL};

    wish->device = equals != NULL ? g_strndup(text, (gsize)(equals - text)) : g_strdup(text);
    if (*wish->device == '\0')
        return fail(trouble, "a device is missing: NAME, or NAME=HOST");
    if (equals != NULL)
        return read_host(wish, equals + 1, FALSE, trouble);
    g_array_append_val(wish->hosts, nobody);
    return TRUE;
}

static void clear_host(gpointer host)
{
    g_free(((TunWishHost *)host)->name);
}

static gboolean read_all(TunWish *wish, char *const *items, char **trouble)
{
    if (!read_device(wish, items[0] != NULL ? items[0] : "", trouble))
        return FALSE;
    for (guint i = 1; items[i] != NULL; i++)
        if (!read_host(wish, items[i], TRUE, trouble))
            return FALSE;
    return TRUE;
}

TunWish *tun_wish_new(const char *text, char **trouble)
{
    g_auto(GStrv) items = g_strsplit(text, ",", -1);
    TunWish *wish = g_new0(TunWish, 1);

    wish->hosts = g_array_new(FALSE, FALSE, sizeof(TunWishHost));
    g_array_set_clear_func(wish->hosts, clear_host);
    if (read_all(wish, items, trouble))
        return wish;
    tun_wish_free(wish);
    return NULL;
}

void tun_wish_free(TunWish *wish)
{
    if (wish == NULL)
        return;
    g_array_unref(wish->hosts);
    g_free(wish->device);
    g_free(wish);
}

/* ---- What the plan makes of it ---- */

static const char *name_of(const Plan *plan, guint host)
{
    return g_array_index(plan->hosts, PlanHost, host).name;
}

/* "client, server": free with g_free(). */
static char *all_hosts(const Plan *plan)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < plan->hosts->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", name_of(plan, i));
    return g_string_free(out, FALSE);
}

static gboolean has_line(const Plan *plan, guint host)
{
    for (guint i = 0; i < plan->steps->len; i++)
        if (plan_step_is_of(&g_array_index(plan->steps, PlanStep, i), host))
            return TRUE;
    return FALSE;
}

/* The only one without a line. */
static gboolean find_silent(const Plan *plan, const TunWish *wish, guint *out, char **trouble)
{
    g_autofree char *hosts = all_hosts(plan);
    guint count = 0;

    for (guint i = 0; i < plan->hosts->len; i++) {
        if (has_line(plan, i))
            continue;
        *out = i;
        count++;
    }
    return count == 1 || fail(trouble, "%s: who is behind %s? --tun %s=HOST, one of %s", plan->file,
                              wish->device, wish->device, hosts);
}

static gboolean find_host(const Plan *plan, const char *name, guint *out, char **trouble)
{
    g_autofree char *hosts = all_hosts(plan);

    return plan_find_host(plan, name, out) ||
           fail(trouble, "%s: no host is called '%s'; these are: %s", plan->file, name, hosts);
}

/* The port at which this line has the host called; 0: it does not call it. */
static guint16 port_in(const PlanStep *step, guint host)
{
    gboolean listens = step->verb == PLAN_LISTEN && step->actor.host == host;
    gboolean calls = step->verb == PLAN_CONNECT && step->peer == host;

    return listens || calls ? step->port : 0;
}

static gboolean find_port(const Plan *plan, guint host, guint16 *out, char **trouble)
{
    enum { PORT_WITHOUT_A_WORD = 80 }; /* as in the language */

    *out = 0;
    for (guint i = 0; i < plan->steps->len; i++) {
        guint16 port = port_in(&g_array_index(plan->steps, PlanStep, i), host);
        if (port != 0 && *out != 0 && port != *out)
            return fail(trouble, "%s: %s is called at ports %u and %u, and --tun can name one",
                        plan->file, name_of(plan, host), *out, port);
        if (port != 0)
            *out = port;
    }
    if (*out == 0)
        *out = PORT_WITHOUT_A_WORD;
    return TRUE;
}

static gboolean take(TunNames *names, const TunWishHost *wish, guint host, const Plan *plan,
                     char **trouble)
{
    TunName *name = &g_array_index(names->names, TunName, host);

    if (wish->address != 0)
        name->there = wish->address;
    name->port_there = wish->port;
    return wish->port == 0 || find_port(plan, host, &name->port_here, trouble);
}

static gboolean are_different(const TunNames *names, const Plan *plan, char **trouble)
{
    for (guint i = 0; i < names->names->len; i++)
        for (guint j = 0; j < i; j++)
            if (g_array_index(names->names, TunName, i).there ==
                g_array_index(names->names, TunName, j).there)
                return fail(trouble, "%s: %s and %s have one address there (--tun)", plan->file,
                            name_of(plan, j), name_of(plan, i));
    return TRUE;
}

static gboolean take_all(TunNames *names, const TunWish *wish, const Plan *plan, char **trouble)
{
    for (guint i = 0; i < wish->hosts->len; i++) {
        const TunWishHost *host = &g_array_index(wish->hosts, TunWishHost, i);
        guint index;
        gboolean good = host->name != NULL ? find_host(plan, host->name, &index, trouble)
                                           : find_silent(plan, wish, &index, trouble);
        if (!good || !take(names, host, index, plan, trouble))
            return FALSE;
        if (i == 0)
            names->host = index;
    }
    return are_different(names, plan, trouble);
}

/* Packets are renamed as those of IPv4. */
static gboolean speaks_ipv4(const TunNames *names, const Plan *plan, char **trouble)
{
    const PlanHost *host = &g_array_index(plan->hosts, PlanHost, names->host);

    return host->config.ip == IP_4 ||
           fail(trouble, "%s: %s has ip=6, and a stack behind a TUN device speaks IPv4", plan->file,
                host->name);
}

gboolean tun_names_init(TunNames *names, const TunWish *wish, const Plan *plan, char **trouble)
{
    names->names = g_array_new(FALSE, TRUE, sizeof(TunName));
    for (guint i = 0; i < plan->hosts->len; i++) {
        const TunName name = {.here = lab_address(plan, i), .there = lab_address(plan, i)};
        g_array_append_val(names->names, name);
    }
    return take_all(names, wish, plan, trouble) && speaks_ipv4(names, plan, trouble);
}

void tun_names_clear(TunNames *names)
{
    g_clear_pointer(&names->names, g_array_unref);
}

/* ---- Rewriting ---- */

/* RFC 791 section 3.1, RFC 9293 section 3.1: where things stand, in bytes. */
enum {
    AT_IP_FRAGMENT = 6,
    AT_IP_PROTOCOL = 9,
    AT_IP_CHECKSUM = 10,
    AT_IP_SOURCE = 12,
    AT_IP_DESTINATION = 16,
    IP_HEADER_LEAST = 20,
    AT_TCP_SOURCE = 0, /* the destination's port stands behind it */
    AT_TCP_CHECKSUM = 16,
    TCP_HEADER_LEAST = 20,
};

static guint16 get16(const guint8 *at)
{
    return (guint16)(at[0] << 8 | at[1]);
}

static void put16(guint8 *at, guint value)
{
    at[0] = (guint8)(value >> 8);
    at[1] = (guint8)value;
}

/* RFC 1624: HC' = ~(~HC + ~m + m'). */
static void carry_along(guint8 *checksum, guint16 before, guint16 after)
{
    guint32 sum = (guint32)(guint16)~get16(checksum) + (guint16)~before + after;

    sum = (sum & 0xffff) + (sum >> 16);
    put16(checksum, ~(sum + (sum >> 16)));
}

/* `ip` and `tcp`: the checksums that the word is part of; ip NULL: of TCP's alone. */
static void change16(guint8 *at, guint16 value, guint8 *ip, guint8 *tcp)
{
    if (ip != NULL)
        carry_along(ip, get16(at), value);
    carry_along(tcp, get16(at), value);
    put16(at, value);
}

typedef struct Rewriting {
    const TunNames *names;
    gboolean to_there;
    guint8 *packet, *tcp;
} Rewriting;

static void rename_end(const Rewriting *as, guint8 *address, guint8 *port)
{
    guint32 is = (guint32)get16(address) << 16 | get16(address + 2);

    for (guint i = 0; i < as->names->names->len; i++) {
        const TunName *name = &g_array_index(as->names->names, TunName, i);
        guint32 to = as->to_there ? name->there : name->here;
        guint16 port_from = as->to_there ? name->port_here : name->port_there;
        guint16 port_to = as->to_there ? name->port_there : name->port_here;
        guint8 *ip = as->packet + AT_IP_CHECKSUM, *tcp = as->tcp + AT_TCP_CHECKSUM;

        if (is != (as->to_there ? name->here : name->there))
            continue;
        change16(address, (guint16)(to >> 16), ip, tcp);
        change16(address + 2, (guint16)to, ip, tcp);
        if (port_from != 0 && get16(port) == port_from)
            change16(port, port_to, NULL, tcp);
        return;
    }
}

/* A fragment, and what is no TCP, is left alone: nobody here takes it. */
static void rewrite(const TunNames *names, gboolean to_there, guint8 *packet, gsize size)
{
    gsize header = size > 0 ? (gsize)(packet[0] & 0xf) * 4 : 0;

    if (size < IP_HEADER_LEAST || header < IP_HEADER_LEAST || size < header + TCP_HEADER_LEAST ||
        packet[0] >> 4 != 4 || packet[AT_IP_PROTOCOL] != IPPROTO_TCP ||
        (get16(packet + AT_IP_FRAGMENT) & 0x3fff) != 0)
        return;
    const Rewriting as = {names, to_there, packet, packet + header};

    rename_end(&as, packet + AT_IP_SOURCE, as.tcp + AT_TCP_SOURCE);
    rename_end(&as, packet + AT_IP_DESTINATION, as.tcp + AT_TCP_SOURCE + 2);
}

void tun_names_to_there(const TunNames *names, guint8 *packet, gsize size)
{
    rewrite(names, TRUE, packet, size);
}

void tun_names_to_here(const TunNames *names, guint8 *packet, gsize size)
{
    rewrite(names, FALSE, packet, size);
}
