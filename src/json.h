// Writing JSON, which is how replies cross the boundary. Nothing here reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace placecard {

// Appends one value after another and puts the commas where they belong.
class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);

  // Text is taken as UTF-8; what is not well formed is left for the reader to replace.
  JsonWriter& value(std::string_view text);
  // Past 2^53 a JavaScript number would lose digits, so such a value is written as text.
  JsonWriter& value(std::int64_t number);
  JsonWriter& value(bool truth);
  JsonWriter& null();
  JsonWriter& value(const std::optional<std::string>& text);
  JsonWriter& value(const std::optional<std::int64_t>& number);
  JsonWriter& hex(std::span<const std::uint8_t> bytes);
  JsonWriter& base64(std::span<const std::uint8_t> bytes);  // RFC 4648 section 4, padded

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void separate();

  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace placecard
