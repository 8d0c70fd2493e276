// Functions of the C library as this module wants them. The library's own would bring imports and, with strftime, all
// of printf; or are made for size where an import of thousands of rows feels it.
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

extern unsigned char __heap_base;  // the linker's: the first byte after the stack

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

// Growing the memory costs as much for one page as for many, and JavaScript has to make its views anew. Pages that
// nothing has touched cost nothing.
void* sbrk(intptr_t increment) {
  enum { kPage = 65536, kFewestPages = 16, kAlignment = 16 };
  static uintptr_t end;
  if (end == 0) end = (uintptr_t)&__heap_base;
  const uintptr_t wanted = (end + (uintptr_t)increment + kAlignment - 1) / kAlignment * kAlignment;
  if (wanted < end) return (void*)-1;
  const size_t pages = __builtin_wasm_memory_size(0);
  const size_t needed = (wanted + kPage - 1) / kPage;
  if (needed > pages) {
    const size_t more = pages / 4 > kFewestPages ? pages / 4 : kFewestPages;
    const size_t full = (size_t)-1;
    if ((needed - pages > more || __builtin_wasm_memory_grow(0, more) == full) &&
        __builtin_wasm_memory_grow(0, needed - pages) == full) {
      return (void*)-1;
    }
  }
  void* const start = (void*)end;
  end = wanted;
  return start;
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

// SQLite searches its indexes with it. The library's own goes byte by byte.
int memcmp(const void* left, const void* right, size_t size) {
  const unsigned char* one = left;
  const unsigned char* other = right;
  for (; size >= sizeof(uint64_t); one += sizeof(uint64_t), other += sizeof(uint64_t), size -= sizeof(uint64_t)) {
    uint64_t word;
    uint64_t other_word;
    __builtin_memcpy(&word, one, sizeof word);
    __builtin_memcpy(&other_word, other, sizeof other_word);
    if (word != other_word) break;
  }
  for (; size > 0; ++one, ++other, --size) {
    if (*one != *other) return *one - *other;
  }
  return 0;
}
