/* Made-up IPv6 addresses: a fixed prefix of 13 bytes, and the number. */
#include "proto/address.h"

#include <assert.h>
#include <string.h>

enum { PREFIX_BYTES = 13 };

static const uint8_t prefix[PREFIX_BYTES] = {0x20, 0x01, 0x0d, 0xb8};

void address_made_up(uint32_t address, uint8_t out[ADDRESS_IPV6_BYTES])
{
    assert(address_is_ipv6(address));
    memcpy(out, prefix, PREFIX_BYTES);
    out[13] = (uint8_t)(address >> 16);
    out[14] = (uint8_t)(address >> 8);
    out[15] = (uint8_t)address;
}

uint32_t address_made_up_number(const uint8_t bytes[ADDRESS_IPV6_BYTES])
{
    if (memcmp(bytes, prefix, PREFIX_BYTES) != 0)
        return 0;
    return (uint32_t)bytes[13] << 16 | (uint32_t)bytes[14] << 8 | bytes[15];
}
