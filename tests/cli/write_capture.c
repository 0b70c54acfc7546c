/* Writes a capture for the tests of the command line.
 *
 * usage: write_capture pcap|nano|pcapng handshake|retries|pairs|wifi >FILE
 *
 *   handshake   the first SYN, a second one 1 s later, a connection with 100 bytes
 *   retries     eleven SYNs, as Linux 6.18 was seen to send them
 *   pairs       two pairs of hosts that open connections
 *   wifi        a link type that cannot be read
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/capture_bytes.h"

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

static void add_nothing(CaptureFile *file)
{
    (void)file;
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
    {"wifi", LINK_WIFI, add_nothing},
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
    fprintf(stderr, "usage: write_capture pcap|nano|pcapng handshake|retries|pairs|wifi >FILE\n");
    return EXIT_FAILURE;
}
