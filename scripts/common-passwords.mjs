// Writes the header with the most common passwords that the rules refuse:
//   node scripts/common-passwords.mjs <out.h>
// The list and its order of frequency are those of the npm package @zxcvbn-ts/language-common (MIT).
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { dictionary } from '@zxcvbn-ts/language-common';

const MIN_CHARS = 8; // shorter ones are refused for their length
const COUNT = 1000;

const out = process.argv[2];
if (!out) throw new Error('usage: node scripts/common-passwords.mjs <out.h>');

const common = dictionary['passwords-common']
  .filter((word) => word.length >= MIN_CHARS && /^[\x21-\x7e]+$/.test(word))
  .slice(0, COUNT)
  .map((word) => word.toLowerCase());
if (common.length !== COUNT) throw new Error(`only ${common.length} passwords in the list`);
const unique = [...new Set(common)].sort(); // sorted, because it compresses better
const longest = Math.max(...unique.map((word) => word.length));

mkdirSync(dirname(out), { recursive: true });
writeFileSync(
  out,
  `// Made by scripts/common-passwords.mjs; not kept in the repository.
#pragma once
#include <cstddef>
#include <string_view>
namespace placecard {
inline constexpr std::size_t kLongestCommonPassword = ${longest};
inline constexpr std::string_view kCommonPasswords =
${unique.map((word) => `    ${JSON.stringify(`${word}\n`)}`).join('\n')};
}  // namespace placecard
`,
);
