// A copy of a text in a heap block of exactly its size, so that the sanitizers see a read past its end.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>

namespace placecard {

class Exact {
 public:
  explicit Exact(std::string_view text) : bytes_(std::make_unique<char[]>(text.size())), size_(text.size()) {
    std::copy(text.begin(), text.end(), bytes_.get());
  }

  operator std::string_view() const { return {bytes_.get(), size_}; }  // NOLINT(google-explicit-constructor)

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

}  // namespace placecard
