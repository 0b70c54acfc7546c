/* Writes a capture for the tests of the command line.
 *
 * usage: write_capture pcap|nano|pcapng CONTENT >FILE
 *
 *   handshake   the first SYN, a second one 1 s later, a connection with 100 bytes
 *   retries     eleven SYNs, as Linux 6.18 was seen to send them
 *   pairs       two pairs of hosts that open connections
 *   wifi        a link type that cannot be read
 *   unreachable two SYNs, 1 s between, and what a router says of each after 20 ms: host unreachable; and a
 *               message about a connection that is not there
 *   again, anew a SYN-ACK that comes once more after 1 s, with the same number or with another one
 *   holes       the handshake of 10 ms, then holes in the numbers: one filled 4 ms later, one 100 ms later, by what nobody saw
 *   bridge      the handshake, each packet seen twice
 *   stacks      pcapng: an interface for each of capture_stacks.h, and a SYN behind it, with a port of its own
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/capture_bytes.h"
#include "../unit/capture_stacks.h"

static void add_handshake(CaptureFile *file)
{
    add_connection(file);
}

static void add_retries(CaptureFile *file)
{
    static const gint64 times_us[] = {0,       1017200,  2041200,  3065300,  4089300, 5113300,
                                      7129300, 11385300, 19577300, 35705300, 69497300};
    Segment syn = captured(TRUE, TCP_SYN, 123456, 0, 0);

    for (gsize i = 0; i < G_N_ELEMENTS(times_us); i++)
        capture_add(file, 1700000000 * SIM_SECOND + times_us[i] * SIM_MICROSECOND,
                    frame_of(file->link, &syn));
}

static void add_pairs(CaptureFile *file)
{
    Segment syn = captured(TRUE, TCP_SYN, 99, 0, 0);

    syn.src_addr = 0xc0a80001;
    capture_add(file, 1600000000 * SIM_SECOND, frame_of(file->link, &syn));
    add_connection(file);
}

static void add_unreachable(CaptureFile *file)
{
    Segment syn = captured(TRUE, TCP_SYN, 1000, 0, 0), stray = syn;

    stray.src_port = 9;
    for (SimTime t = 1700000000 * SIM_SECOND; t <= 1700000001 * SIM_SECOND; t += SIM_SECOND) {
        capture_add(file, t, frame_of(file->link, &syn));
        capture_add(file, t + 20 * SIM_MILLISECOND, icmp_frame_of(file->link, &syn, 3, 1));
    }
    capture_add(file, 1700000002 * SIM_SECOND, icmp_frame_of(file->link, &stray, 3, 1));
}

static void add_syn_acks(CaptureFile *file, Seq second)
{
    Segment syn = captured(TRUE, TCP_SYN, 1000, 0, 0);
    Segment first = captured(FALSE, TCP_SYN | TCP_ACK, 5000, 1001, 0);
    Segment next = captured(FALSE, TCP_SYN | TCP_ACK, second, 1001, 0);
    SimTime t = 1700000000 * SIM_SECOND;

    capture_add(file, t, frame_of(file->link, &syn));
    capture_add(file, t + 10 * SIM_MILLISECOND, frame_of(file->link, &first));
    capture_add(file, t + 1010 * SIM_MILLISECOND, frame_of(file->link, &next));
}

static void add_again(CaptureFile *file)
{
    add_syn_acks(file, 5000);
}

static void add_anew(CaptureFile *file)
{
    add_syn_acks(file, 9000);
}

static void add_holes(CaptureFile *file)
{
    static const struct {
        guint ms;
        Seq seq;
    } data[] = {{100, 1001}, {101, 1201}, {105, 1101}, {200, 1401}, {300, 1301}};
    Segment syn = captured(TRUE, TCP_SYN, 1000, 0, 0);
    Segment syn_ack = captured(FALSE, TCP_SYN | TCP_ACK, 5000, 1001, 0);
    Segment ack = captured(TRUE, TCP_ACK, 1001, 5001, 0);
    SimTime t = 1700000000 * SIM_SECOND;

    capture_add(file, t, frame_of(file->link, &syn));
    capture_add(file, t + 5 * SIM_MILLISECOND, frame_of(file->link, &syn_ack));
    capture_add(file, t + 10 * SIM_MILLISECOND, frame_of(file->link, &ack));
    for (gsize i = 0; i < G_N_ELEMENTS(data); i++) {
        Segment segment = captured(TRUE, TCP_ACK, data[i].seq, 5001, 100);

        capture_add(file, t + data[i].ms * SIM_MILLISECOND, frame_of(file->link, &segment));
    }
}

/* The second interface sees what the first did, a moment later. */
static void add_bridge(CaptureFile *file)
{
    CaptureFile once = capture_begin(file->format, FALSE, file->link, file->snaplen);
    guint begin = once.bytes->len;

    for (SimTime moment = 0; moment < 2; moment++) {
        Segment syn = captured(TRUE, TCP_SYN, 1000, 0, 0);
        Segment syn_ack = captured(FALSE, TCP_SYN | TCP_ACK, 5000, 1001, 0);
        Segment ack = captured(TRUE, TCP_ACK, 1001, 5001, 0);
        Segment fin = captured(TRUE, TCP_ACK | TCP_FIN, 1001, 5001, 0);
        SimTime t = 1700000000 * SIM_SECOND + moment * 30 * SIM_MICROSECOND;

        capture_add(&once, t, frame_of(file->link, &syn));
        capture_add(&once, t + SIM_MILLISECOND, frame_of(file->link, &syn_ack));
        capture_add(&once, t + 2 * SIM_MILLISECOND, frame_of(file->link, &ack));
        capture_add(&once, t + SIM_SECOND, frame_of(file->link, &fin));
    }
    put_bytes(file->bytes, once.bytes->data + begin, once.bytes->len - begin);
    capture_end(&once);
}

/* The SYN with number 1000 + i from port 30000 + i is behind stack i, on interface i + 1. */
static void add_stacks(CaptureFile *file)
{
    for (guint i = 0; i < G_N_ELEMENTS(stacks); i++)
        capture_add_interface(file, stacks[i].link, 65535 - i, 9, 0);
    for (guint i = 0; i < G_N_ELEMENTS(stacks); i++) {
        Segment syn = captured(TRUE, TCP_SYN, 1000 + i, 0, 0);

        syn.src_port = (guint16)(30000 + i);
        capture_add_on(file, i + 1, (1700000000 + i) * (guint64)SIM_SECOND, 0,
                       stacked(&stacks[i], &syn));
    }
}

enum { LINK_WIFI = 105 };

static const struct {
    const char *name;
    guint32 link;
    void (*add)(CaptureFile *file);
} contents[] = {
    {"handshake", LINK_ETHERNET, add_handshake},
    {"retries", LINK_ETHERNET, add_retries},
    {"pairs", LINK_RAW, add_pairs},
    {"unreachable", LINK_ETHERNET, add_unreachable},
    {"again", LINK_ETHERNET, add_again},
    {"anew", LINK_ETHERNET, add_anew},
    {"holes", LINK_ETHERNET, add_holes},
    {"wifi", LINK_WIFI, add_handshake},
    {"bridge", LINK_ETHERNET, add_bridge},
    {"stacks", LINK_ETHERNET, add_stacks},
};

static const char *const formats[CAPTURE_FORMAT_COUNT] = {
    [PCAP_MICRO] = "pcap",
    [PCAP_NANO] = "nano",
    [PCAPNG] = "pcapng",
};

static int write_one(CaptureFormat format, gsize content)
{
    CaptureFile file = capture_begin(format, FALSE, contents[content].link, 65535);

    contents[content].add(&file);
    gboolean good = fwrite(file.bytes->data, 1, file.bytes->len, stdout) == file.bytes->len;
    capture_end(&file);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    for (CaptureFormat format = 0; argc == 3 && format < CAPTURE_FORMAT_COUNT; format++) {
        for (gsize i = 0; i < G_N_ELEMENTS(contents); i++) {
            if (strcmp(argv[1], formats[format]) == 0 && strcmp(argv[2], contents[i].name) == 0)
                return write_one(format, i);
        }
    }
    fprintf(stderr, "usage: write_capture pcap|nano|pcapng CONTENT >FILE\n");
    return EXIT_FAILURE;
}
