// Bytes that must not outlive their use: passwords, derived roots, vault keys. They are wiped wherever they are freed,
// on success and on failure alike, because the allocator does it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace placecard {

// Overwrites memory in a way the compiler may not remove (libsodium's sodium_memzero).
void wipe(void* data, std::size_t size);

// Overwrites what calls that have returned left on the stack below the caller: libsodium's BLAKE2b keeps its last
// digest there, and for Argon2id that is the root.
void wipe_stack();

inline void wipe(std::string& text) { wipe(text.data(), text.size()); }

template <class T>
struct WipingAllocator {
  using value_type = T;

  WipingAllocator() = default;
  template <class U>
  WipingAllocator(const WipingAllocator<U>&) {}  // NOLINT(google-explicit-constructor): allocators rebind

  T* allocate(std::size_t count) { return static_cast<T*>(::operator new(count * sizeof(T))); }
  void deallocate(T* data, std::size_t count) {
    wipe(data, count * sizeof(T));
    ::operator delete(data);
  }

  bool operator==(const WipingAllocator&) const { return true; }
};

using Secret = std::vector<std::uint8_t, WipingAllocator<std::uint8_t>>;

inline Secret secret_of(std::string_view text) { return {text.begin(), text.end()}; }

// Valid as long as the secret is neither changed nor freed.
inline std::string_view view_of(const Secret& secret) {
  return {reinterpret_cast<const char*>(secret.data()), secret.size()};
}

// For C functions that want a pointer even to nothing. Valid as the view is.
inline const char* chars_of(const Secret& secret) {
  return secret.empty() ? "" : reinterpret_cast<const char*>(secret.data());
}

}  // namespace placecard
