// Two functions of the C library as this module wants them: it has no environment, and giving up (abort ends
// here) means a trap that JavaScript sees. The library's own would import three more functions for it.
#include <stddef.h>

char* getenv(const char* name) {
  (void)name;
  return NULL;
}

_Noreturn void _Exit(int code) {
  (void)code;
  __builtin_trap();
}
