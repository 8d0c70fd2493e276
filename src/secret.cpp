#include "secret.h"

#include <sodium.h>

namespace placecard {

void wipe(void* data, std::size_t size) { sodium_memzero(data, size); }

}  // namespace placecard
