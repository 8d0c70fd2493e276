// abi.h, "sync": what a server asks.
#include <span>
#include <string>

#include "abi_core.h"
#include "credentials/hash_proof.h"
#include "credentials/sealing.h"
#include "credentials/signature.h"
#include "sync/sync_replies.h"

using placecard::abi::answer;
using placecard::abi::optional_bytes;
using placecard::abi::refuse;
using placecard::abi::reply;
using placecard::abi::view;

extern "C" {

PLACECARD_EXPORT uint32_t placecard_op_read(placecard_core* core, const uint8_t* bytes, size_t size,
                                            const uint8_t* value, size_t value_size) {
  return answer(core, placecard::receive_op({bytes, size}, optional_bytes(value, value_size), core->host));
}

PLACECARD_EXPORT uint32_t placecard_verify(placecard_core* core, const uint8_t* key, size_t key_size, const char* label,
                                           size_t label_size, const uint8_t* uid, size_t uid_size, const uint8_t* nonce,
                                           size_t nonce_size, const uint8_t* signature, size_t signature_size) {
  const auto public_key = placecard::array_of<placecard::PublicKey>({key, key_size});
  const placecard::Bytes message = placecard::challenge(view(label, label_size), {uid, uid_size}, {nonce, nonce_size});
  const bool right = public_key && placecard::verify(message, {signature, signature_size}, *public_key);
  return right ? reply(core, "null") : refuse(core, placecard::Error::op_invalid);
}

PLACECARD_EXPORT uint32_t placecard_hash_head(placecard_core* core, const char* hash, size_t hash_size) {
  return reply(core, placecard::reply_of(placecard::hash_head(view(hash, hash_size))));
}

PLACECARD_EXPORT uint32_t placecard_hash_answer(placecard_core* core, const char* hash, size_t hash_size,
                                                const uint8_t* nonce, size_t nonce_size) {
  return reply(core, placecard::base64_reply(placecard::hash_answer(view(hash, hash_size), {nonce, nonce_size})));
}

}  // extern "C"
