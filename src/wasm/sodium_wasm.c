// What stands in for libsodium's runtime.c and for two of its algorithms in the wasm build.
//
// sodium_init() asks the processor what it can do and lets each algorithm choose. WebAssembly has no such question: the
// module is compiled with SIMD, so the SSSE3 form of Argon2 (which emcc translates to wasm SIMD) is always right. The
// two algorithms whose choice is a no-op here are not used, and are left out of the module.
#include <stdint.h>

int _sodium_runtime_get_cpu_features(void) { return 0; }
int sodium_runtime_has_neon(void) { return 0; }
int sodium_runtime_has_sse2(void) { return 1; }
int sodium_runtime_has_sse3(void) { return 1; }
int sodium_runtime_has_ssse3(void) { return 1; }
int sodium_runtime_has_sse41(void) { return 0; }
int sodium_runtime_has_avx(void) { return 0; }
int sodium_runtime_has_avx2(void) { return 0; }
int sodium_runtime_has_avx512f(void) { return 0; }
int sodium_runtime_has_pclmul(void) { return 0; }
int sodium_runtime_has_aesni(void) { return 0; }
int sodium_runtime_has_rdrand(void) { return 0; }

int _crypto_scalarmult_curve25519_pick_best_implementation(void) { return 0; }
int _crypto_stream_salsa20_pick_best_implementation(void) { return 0; }
