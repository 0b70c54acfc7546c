/* The entry that libFuzzer calls. */
#include <stddef.h>
#include <stdint.h>

#include "scenario_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)scenario_target((const char *)data, size);
    return 0;
}
