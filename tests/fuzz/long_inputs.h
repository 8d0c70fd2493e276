// Without a corpus libFuzzer starts from nothing and grows inputs by a byte at a time, which a target that opens
// databases is too slow for. Included once by each target.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

extern "C" {

std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);  // libFuzzer's own

int LLVMFuzzerInitialize(int* argc, char*** argv) {
  static char no_length_control[] = "-len_control=0";
  static char* arguments[64];
  int count = 0;
  for (; count < *argc && count < 62; ++count) arguments[count] = (*argv)[count];
  // Before what was asked for on the command line, which then still wins.
  for (int at = count; at > 1; --at) arguments[at] = arguments[at - 1];
  arguments[1] = no_length_control;
  *argc = count + 1;
  *argv = arguments;
  return 0;
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed) {
  constexpr std::size_t kEnoughToSay = 48;
  constexpr std::size_t kStart = 300;
  if (size >= kEnoughToSay || max_size < kStart) return LLVMFuzzerMutate(data, size, max_size);
  std::mt19937 random(seed);
  for (std::size_t at = size; at < kStart; ++at) data[at] = static_cast<std::uint8_t>(random());
  return kStart;
}

}  // extern "C"
