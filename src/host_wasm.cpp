#include "host_wasm.h"

#include <sodium.h>

#include <cstddef>
#include <cstdint>

#include "secret.h"

#define PLACECARD_IMPORT(name) __attribute__((import_module("env"), import_name(#name))) name

extern "C" {

// Microseconds since the Unix epoch.
double PLACECARD_IMPORT(placecard_host_now)();
void PLACECARD_IMPORT(placecard_host_random)(std::uint8_t* out, std::size_t size);
// Both write UTF-8 into `out`, at most `capacity` bytes, and answer how many were needed.
std::size_t PLACECARD_IMPORT(placecard_host_nfc)(const char* text, std::size_t size, char* out, std::size_t capacity);
std::size_t PLACECARD_IMPORT(placecard_host_fold_case)(const char* text, std::size_t size, char* out,
                                                       std::size_t capacity);
}

namespace placecard {

namespace {

const char* implementation_name() { return "host"; }
std::uint32_t random_word() {
  std::uint32_t word = 0;
  placecard_host_random(reinterpret_cast<std::uint8_t*>(&word), sizeof(word));
  return word;
}
void random_bytes(void* out, std::size_t size) { placecard_host_random(static_cast<std::uint8_t*>(out), size); }

randombytes_implementation g_randomness = {implementation_name, random_word, nullptr, nullptr, random_bytes, nullptr};

using Mapping = std::size_t (*)(const char*, std::size_t, char*, std::size_t);

std::string map(Mapping mapping, std::string_view text) {
  std::string result(text.size() * 3, '\0');  // UAX #15 table 5: NFC grows UTF-8 at most threefold
  const std::size_t needed = mapping(text.data(), text.size(), result.data(), result.size());
  if (needed <= result.size()) {
    result.resize(needed);
    return result;
  }
  std::string larger(needed, '\0');
  mapping(text.data(), text.size(), larger.data(), larger.size());
  wipe(result);
  return larger;
}

}  // namespace

WasmHost::WasmHost() { randombytes_set_implementation(&g_randomness); }

std::int64_t WasmHost::now_us() { return static_cast<std::int64_t>(placecard_host_now()); }
void WasmHost::random(std::span<std::uint8_t> bytes) { placecard_host_random(bytes.data(), bytes.size()); }
std::string WasmHost::nfc(std::string_view text) { return map(placecard_host_nfc, text); }
std::string WasmHost::fold_case(std::string_view text) { return map(placecard_host_fold_case, text); }

}  // namespace placecard
