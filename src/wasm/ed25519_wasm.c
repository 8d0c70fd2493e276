// libsodium's arithmetic of Ed25519, without its table of multiples of the base point: 30 kB that do not compress, a
// tenth of the module, to make a signature some tenths of a millisecond faster. The base point is multiplied as any
// other point is, in constant time as well, by libsodium's own function. Its source is compiled from here with the one
// that needs the table under another name, which nothing calls, so that the linker drops both.
#define ge25519_scalarmult_base ge25519_scalarmult_base_by_table
#include "crypto_core/ed25519/ref10/ed25519_ref10.c"
#undef ge25519_scalarmult_base

void ge25519_scalarmult_base(ge25519_p3* product, const unsigned char* scalar);

void ge25519_scalarmult_base(ge25519_p3* product, const unsigned char* scalar) {
  // As RFC 8032 encodes it: y = 4/5, x even.
  static const unsigned char base_point[32] = {0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
                                               0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
                                               0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66};
  ge25519_p3 base;
  ge25519_frombytes(&base, base_point);
  ge25519_scalarmult(product, scalar, &base);
}
