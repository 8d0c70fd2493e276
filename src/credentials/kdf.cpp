#include "credentials/kdf.h"

#include <sodium.h>

#include <cstdlib>

namespace placecard {

Secret derive_root(const Secret& password, const Salt& salt, const KdfCost& cost) {
  Secret root(kKeySize);
  const int code = crypto_pwhash(root.data(), root.size(), chars_of(password), password.size(), salt.data(),
                                 cost.passes, static_cast<std::size_t>(cost.memory), crypto_pwhash_ALG_ARGON2ID13);
  if (code != 0) std::abort();
  return root;
}

Secret derive_subkey(const Secret& key, KeyContext context, std::uint64_t number) {
  const char* name = context == KeyContext::root ? "pc_root_" : "pc_vault";
  Secret subkey(kKeySize);
  if (crypto_kdf_derive_from_key(subkey.data(), subkey.size(), number, name, key.data()) != 0) std::abort();
  return subkey;
}

}  // namespace placecard
