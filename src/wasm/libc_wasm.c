// Three functions of the C library as this module wants them. The library's own would bring imports and, with strftime,
// all of printf.
#include <stddef.h>
#include <time.h>

// There is no environment.
char* getenv(const char* name) {
  (void)name;
  return NULL;
}

// Giving up (abort ends here) means a trap that JavaScript sees.
_Noreturn void _Exit(int code) {
  (void)code;
  __builtin_trap();
}

static char* put(char* out, int value, int width) {
  for (int at = width - 1; at >= 0; --at, value /= 10) out[at] = (char)('0' + value % 10);
  return out + width;
}

// SQLite calls it for CURRENT_TIME, CURRENT_DATE and CURRENT_TIMESTAMP, in a column default of somebody's own, with the
// five conversions below.
size_t strftime(char* restrict out, size_t size, const char* restrict format, const struct tm* restrict time) {
  (void)size;  // 20 bytes, which is what the longest of the three formats needs
  char* end = out;
  for (; *format != '\0'; ++format) {
    if (*format != '%') {
      *end++ = *format;
      continue;
    }
    switch (*++format) {
      case 'Y':
        end = put(end, time->tm_year + 1900, 4);
        break;
      case 'm':
        end = put(end, time->tm_mon + 1, 2);
        break;
      case 'd':
        end = put(end, time->tm_mday, 2);
        break;
      case 'H':
        end = put(end, time->tm_hour, 2);
        break;
      case 'M':
        end = put(end, time->tm_min, 2);
        break;
      case 'S':
        end = put(end, time->tm_sec, 2);
        break;
    }
  }
  *end = '\0';
  return (size_t)(end - out);
}
