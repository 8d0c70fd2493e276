#include "json.h"

#include <algorithm>

namespace placecard {

namespace {

constexpr std::int64_t kMaxSafeInteger = (std::int64_t{1} << 53) - 1;

void append_hex(std::string& out, std::uint8_t byte) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += kHex[byte >> 4U];
  out += kHex[byte & 0xFU];
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char each : text) {
    const auto byte = static_cast<unsigned char>(each);
    if (each == '"' || each == '\\') {
      out += '\\';
      out += each;
    } else if (byte < 0x20) {
      out += "\\u00";
      append_hex(out, byte);
    } else {
      out += each;
    }
  }
}

}  // namespace

void JsonWriter::separate() {
  if (needs_comma_) text_ += ',';
  needs_comma_ = true;
}

JsonWriter& JsonWriter::begin_object() {
  separate();
  text_ += '{';
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  text_ += '}';
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  separate();
  text_ += '[';
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  text_ += ']';
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  value(name);
  text_ += ':';
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  text_ += '"';
  append_escaped(text_, text);
  text_ += '"';
  return *this;
}

JsonWriter& JsonWriter::value(std::int64_t number) {
  if (number > kMaxSafeInteger || number < -kMaxSafeInteger) return value(std::string_view(std::to_string(number)));
  separate();
  text_ += std::to_string(number);
  return *this;
}

JsonWriter& JsonWriter::value(bool truth) {
  separate();
  text_ += truth ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::null() {
  separate();
  text_ += "null";
  return *this;
}

JsonWriter& JsonWriter::value(const std::optional<std::string>& text) {
  return text ? value(std::string_view(*text)) : null();
}

JsonWriter& JsonWriter::value(const std::optional<std::int64_t>& number) { return number ? value(*number) : null(); }

JsonWriter& JsonWriter::hex(std::span<const std::uint8_t> bytes) {
  separate();
  text_ += '"';
  for (const std::uint8_t each : bytes) append_hex(text_, each);
  text_ += '"';
  return *this;
}

JsonWriter& JsonWriter::base64(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  separate();
  text_.reserve(text_.size() + bytes.size() * 4 / 3 + 6);
  text_ += '"';
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t three = 0;
    const std::size_t given = std::min<std::size_t>(3, bytes.size() - at);
    for (std::size_t each = 0; each < 3; ++each) three = three << 8U | (each < given ? bytes[at + each] : 0U);
    for (std::size_t each = 0; each < 4; ++each) {
      text_ += each <= given ? kDigits[three >> (18 - 6 * each) & 63U] : '=';
    }
  }
  text_ += '"';
  return *this;
}

}  // namespace placecard
