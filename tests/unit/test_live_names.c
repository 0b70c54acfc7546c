/* How hosts are called behind a TUN device: reading it, and rewriting packets. */
#include "lab_runs.h"

#include "live/tun_names.h"
#include "net/wire.h"

/* ---- Reading ---- */

#define ck_assert_refused(text, why)                                                               \
    do {                                                                                           \
        g_autofree char *trouble_ = NULL;                                                          \
        ck_assert(tun_wish_new(text, &trouble_) == NULL);                                          \
        ck_assert_str_eq(trouble_, why);                                                           \
    } while (0)

START_TEST(a_wish_has_a_device_and_hosts)
{
    char *trouble = NULL;
    TunWish *wish = tun_wish_new("tun0=server@10.9.0.2:7,client@10.9.0.1", &trouble);

    ck_assert(wish != NULL && trouble == NULL);
    ck_assert_str_eq(wish->device, "tun0");
    ck_assert_uint_eq(wish->hosts->len, 2);
    const TunWishHost *server = &g_array_index(wish->hosts, TunWishHost, 0);
    const TunWishHost *client = &g_array_index(wish->hosts, TunWishHost, 1);
    ck_assert_str_eq(server->name, "server");
    ck_assert_uint_eq(server->address, 0x0a090002);
    ck_assert_uint_eq(server->port, 7);
    ck_assert_str_eq(client->name, "client");
    ck_assert_uint_eq(client->address, 0x0a090001);
    ck_assert_uint_eq(client->port, 0);
    tun_wish_free(wish);
}
END_TEST

START_TEST(nonsense_is_refused)
{
    ck_assert_refused("", "a device is missing: NAME, or NAME=HOST");
    ck_assert_refused("=server", "a device is missing: NAME, or NAME=HOST");
    ck_assert_refused("tun0=", "a host is missing in '': NAME=HOST, HOST@ADDRESS");
    ck_assert_refused("tun0=@10.0.0.1",
                      "a host is missing in '@10.0.0.1': NAME=HOST, HOST@ADDRESS");
    ck_assert_refused("tun0=a,b", "what is b's address there? b@ADDRESS");
    ck_assert_refused("tun0=a@10.0.0",
                      "'10.0.0' is no IPv4 address, with or without a port: 10.9.0.2:80");
    ck_assert_refused("tun0=a@0.0.0.0",
                      "'0.0.0.0' is no IPv4 address, with or without a port: 10.9.0.2:80");
    ck_assert_refused("tun0=a@10.0.0.1:0", "'0' is no port: 1 to 65535");
    ck_assert_refused("tun0=a@10.0.0.1:65536", "'65536' is no port: 1 to 65535");
    ck_assert_refused("tun0=a@10.0.0.1:", "'' is no port: 1 to 65535");
}
END_TEST

/* ---- What a plan makes of it ---- */

static gboolean fit(const char *text, const char *scenario, TunNames *out, char **trouble)
{
    g_autoptr(Plan) plan = plan_of(scenario);
    TunWish *wish = tun_wish_new(text, trouble);

    ck_assert(wish != NULL);
    *out = (TunNames){0};
    gboolean good = tun_names_init(out, wish, plan, trouble);
    tun_wish_free(wish);
    return good;
}

#define ck_assert_unfit(text, scenario, why)                                                       \
    do {                                                                                           \
        g_autofree char *trouble_ = NULL;                                                          \
        TunNames names_;                                                                           \
        ck_assert(!fit(text, scenario, &names_, &trouble_));                                       \
        ck_assert_str_eq(trouble_, why);                                                           \
        tun_names_clear(&names_);                                                                  \
    } while (0)

static guint host_behind(const char *text, const char *scenario)
{
    g_autofree char *trouble = NULL;
    TunNames names;

    ck_assert_msg(fit(text, scenario, &names, &trouble), "%s", trouble);
    guint host = names.host;
    tun_names_clear(&names);
    return host;
}

START_TEST(whoever_has_no_line_is_behind_it)
{
    ck_assert_uint_eq(host_behind("tun0", HOSTS "at 0s client connect server\n"), SERVER);
    ck_assert_uint_eq(host_behind("tun0", HOSTS "at 0s server listen\n"), CLIENT);
    ck_assert_uint_eq(host_behind("tun0=client", CONNECTED), CLIENT);
    /* What is forged in its name is no line of its own. */
    ck_assert_uint_eq(host_behind("tun0", HOSTS "at 0s client connect server\n"
                                                "at 1s inject server->client RST\n"),
                      SERVER);
}
END_TEST

START_TEST(what_does_not_fit_is_said)
{
    ck_assert_unfit("tun0", CONNECTED,
                    "t.scn: who is behind tun0? --tun tun0=HOST, one of client, server");
    ck_assert_unfit("tun0", HOSTS,
                    "t.scn: who is behind tun0? --tun tun0=HOST, one of client, server");
    ck_assert_unfit("tun0=srv", CONNECTED,
                    "t.scn: no host is called 'srv'; these are: client, server");
    ck_assert_unfit("tun0=server@10.0.0.1", CONNECTED,
                    "t.scn: client and server have one address there (--tun)");
    ck_assert_unfit("tun0=server@10.0.0.9:7", CONNECTED "at 1s client connect server port=81\n",
                    "t.scn: server is called at ports 80 and 81, and --tun can name one");
    ck_assert_unfit("tun0=server", CONNECTED "set client ip=6\nset server ip=6\n",
                    "t.scn: server has ip=6, and a stack behind a TUN device speaks IPv4");
}
END_TEST

/* ---- Rewriting ---- */

static TunNames names_of(const char *text)
{
    g_autofree char *trouble = NULL;
    TunNames names;

    ck_assert_msg(fit(text, CONNECTED, &names, &trouble), "%s", trouble);
    return names;
}

static gsize packet_of(const Segment *segment, guint8 packet[2000])
{
    gsize size = wire_encode(segment, 0, packet, 2000);

    ck_assert_uint_gt(size, 0);
    return size;
}

static Segment data_from(guint32 source, guint16 from, guint32 destination, guint16 to)
{
    return (Segment){.src_addr = source,
                     .src_port = from,
                     .dst_addr = destination,
                     .dst_port = to,
                     .seq = 1,
                     .flags = TCP_ACK,
                     .length = 333,
                     .payload = {7, 0}};
}

/* wire_decode() holds both checksums. */
static void ck_assert_ends(const guint8 *packet, gsize size, guint32 source, guint16 from,
                           guint32 destination, guint16 to)
{
    Segment segment;
    const guint8 *payload;

    ck_assert_int_eq(wire_decode(packet, size, &segment, &payload), WIRE_OK);
    ck_assert_uint_eq(segment.src_addr, source);
    ck_assert_uint_eq(segment.src_port, from);
    ck_assert_uint_eq(segment.dst_addr, destination);
    ck_assert_uint_eq(segment.dst_port, to);
}

static const guint32 client_here = 0x0a000001, server_here = 0x0a000002;
static const guint32 client_there = 0xc0a80001, server_there = 0xfffefdfc;

START_TEST(there_and_back)
{
    TunNames names = names_of("tun0=server@255.254.253.252:7,client@192.168.0.1");
    const Segment segment = data_from(client_here, 40000, server_here, 80);
    guint8 packet[2000];
    gsize size = packet_of(&segment, packet);

    tun_names_to_there(&names, packet, size);
    ck_assert_ends(packet, size, client_there, 40000, server_there, 7);
    tun_names_to_here(&names, packet, size);
    ck_assert_ends(packet, size, client_here, 40000, server_here, 80);
    tun_names_clear(&names);
}
END_TEST

/* RFC 1624: the sum that was there is carried along, whatever it was: with every port, all of its values. */
START_TEST(sums_are_carried_along)
{
    TunNames names = names_of("tun0=server@255.254.253.252:7,client@192.168.0.1");

    for (guint port = 1; port <= G_MAXUINT16; port++) {
        const Segment segment = data_from(server_there, (guint16)port, client_there, 7);
        guint8 packet[2000];
        gsize size = packet_of(&segment, packet);
        tun_names_to_here(&names, packet, size);
        ck_assert_ends(packet, size, server_here, (guint16)(port == 7 ? 80 : port), client_here, 7);
    }
    tun_names_clear(&names);
}
END_TEST

START_TEST(strangers_and_other_ports_stay)
{
    TunNames names = names_of("tun0=server@255.254.253.252:7,client@192.168.0.1");
    const Segment segment = data_from(0x08080808, 80, server_here, 81);
    guint8 packet[2000];
    gsize size = packet_of(&segment, packet);

    tun_names_to_there(&names, packet, size);
    ck_assert_ends(packet, size, 0x08080808, 80, server_there, 81);
    tun_names_clear(&names);
}
END_TEST

START_TEST(what_was_wrong_stays_wrong)
{
    TunNames names = names_of("tun0=server@255.254.253.252:7,client@192.168.0.1");
    const Segment sent = data_from(client_here, 40000, server_here, 80);
    Segment segment;
    const guint8 *payload;
    guint8 packet[2000];
    gsize size = packet_of(&sent, packet);

    packet[100] ^= 1;
    tun_names_to_there(&names, packet, size);
    ck_assert_int_eq(wire_decode(packet, size, &segment, &payload), WIRE_TCP_CHECKSUM);
    tun_names_clear(&names);
}
END_TEST

/* Every length, cut and with each first byte: nothing beyond is touched. */
START_TEST(any_bytes_will_do)
{
    TunNames names = names_of("tun0=server@255.254.253.252:7,client@192.168.0.1");
    const Segment sent = data_from(client_here, 40000, server_here, 80);
    guint8 packet[2000];
    gsize size = packet_of(&sent, packet);

    for (gsize cut = 0; cut <= size; cut++) {
        for (guint first = 0; first <= G_MAXUINT8; first += 3) {
            g_autofree guint8 *bytes = g_memdup2(packet, MAX(cut, 1));
            bytes[0] = (guint8)first;
            tun_names_to_there(&names, bytes, cut);
            tun_names_to_here(&names, bytes, cut);
        }
    }
    tun_names_clear(&names);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("live_names");

    TCase *reading = scenario_case("reading");
    tcase_add_test(reading, a_wish_has_a_device_and_hosts);
    tcase_add_test(reading, nonsense_is_refused);
    tcase_add_test(reading, whoever_has_no_line_is_behind_it);
    tcase_add_test(reading, what_does_not_fit_is_said);
    suite_add_tcase(s, reading);

    TCase *rewriting = scenario_case("rewriting");
    tcase_add_test(rewriting, there_and_back);
    tcase_add_test(rewriting, sums_are_carried_along);
    tcase_add_test(rewriting, strangers_and_other_ports_stay);
    tcase_add_test(rewriting, what_was_wrong_stays_wrong);
    tcase_add_test(rewriting, any_bytes_will_do);
    suite_add_tcase(s, rewriting);
    return s;
}
