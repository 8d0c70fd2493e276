// The boundary: what JavaScript calls. Everything here is plain C.
//
//  1. Text is UTF-8 as a (pointer, length) pair, never terminated. Where a header says "or null", a null pointer means
//     that the value is absent, which is not the same as empty.
//  2. The caller takes memory for arguments from placecard_alloc and gives it back with placecard_free, which wipes it.
//  3. The handle comes first. A handle belongs to one caller and one thread.
//  4. Functions that can refuse return an Error number (error.h), 0 when all is well.
//  5. The answer is the reply: JSON that stays valid until the next call with the same handle. After a refusal it is
//     {"problems":[[code,field]...],"retryAfterMs":n,"row":n}, where row is -1 unless it is about one of several rows.
//  6. A change is in memory only. Read placecard_changes, store those bytes, then call placecard_acknowledge, or
//     placecard_undo if they could not be stored (store/store.h).
//  7. A bug or want of memory traps. The instance is then unusable; nothing stored is affected.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct placecard_core placecard_core;

void* placecard_alloc(size_t size);
void placecard_free(void* data, size_t size);

// The cost of Argon2id: `kdf_memory` in bytes. Refuses (a null handle) what kdf.h calls too cheap or too dear.
placecard_core* placecard_new(uint32_t min_password_chars, uint32_t kdf_passes, uint32_t kdf_memory);
void placecard_delete(placecard_core* handle);

const char* placecard_reply(const placecard_core* handle);
size_t placecard_reply_size(const placecard_core* handle);

// The table of errors, for the test that compares it with JavaScript's: [[number, code, field], ...].
uint32_t placecard_error_table(placecard_core* handle);

// --- the database's bytes ---------------------------------------------------------------------------------------

size_t placecard_image_size(placecard_core* handle);
// Bytes from `offset` to the end of its 256 KiB chunk; the number of them is placecard_image_run.
uint8_t* placecard_image_at(placecard_core* handle, size_t offset);
size_t placecard_image_run(placecard_core* handle, size_t offset);
// Makes room for `size` bytes that are about to be written there. Only before placecard_open, or while nothing is dirty
// to apply what another tab has stored; then either placecard_refresh, or placecard_undo to have the former bytes back.
void placecard_image_edit(placecard_core* handle, size_t offset, size_t size);
void placecard_image_resize(placecard_core* handle, size_t size);

// `from_a_file` is 1 when anybody may have written the bytes: they are checked first. An empty image is a new database.
uint32_t placecard_open(placecard_core* handle, uint32_t from_a_file);
// Starts from bytes written from outside and takes them for stored. `whole` is 1 unless they are some pages of the same
// database. Refuses as placecard_open does; until a later refresh succeeds nothing but that may be called then.
uint32_t placecard_refresh(placecard_core* handle, uint32_t whole);

// Where the bytes are that have to be stored, ascending, none across a page of 4 KiB: `count` pairs of offset and size,
// valid until the next call.
const uint32_t* placecard_changes(placecard_core* handle);
size_t placecard_changes_count(placecard_core* handle);
// 1 when there is something to store, a change of size alone included.
uint32_t placecard_is_dirty(placecard_core* handle);
void placecard_acknowledge(placecard_core* handle);
void placecard_undo(placecard_core* handle);

// Import: begin, append until all bytes are there, apply. The reply of apply is the number of users.
void placecard_import_begin(placecard_core* handle);
void placecard_import_append(placecard_core* handle, const uint8_t* bytes, size_t size);
uint32_t placecard_import_apply(placecard_core* handle);
void placecard_import_cancel(placecard_core* handle);

// --- queries: begin, add filters and orders, run ------------------------------------------------------------------

void placecard_query_begin(placecard_core* handle);
// `column` is the database's name for it; a null `value` asks IS NULL.
uint32_t placecard_query_filter(placecard_core* handle, const char* column, size_t column_size, const char* value,
                                size_t value_size);
uint32_t placecard_query_order(placecard_core* handle, const char* column, size_t column_size, uint32_t descending);
uint32_t placecard_query_all(placecard_core* handle);          // [user...]
uint32_t placecard_query_first(placecard_core* handle);        // user or null
uint32_t placecard_query_one(placecard_core* handle);          // user; not-found, multiple-found
uint32_t placecard_query_one_or_none(placecard_core* handle);  // user or null; multiple-found
uint32_t placecard_query_count(placecard_core* handle);        // number
// {"page":1,...,"items":[user...]} as replies.h writes it. INT32_MIN stands for an absent number.
uint32_t placecard_query_paginate(placecard_core* handle, int32_t page, int32_t per_page, int32_t max_per_page,
                                  uint32_t error_out, int32_t left_edge, int32_t left_current, int32_t right_current,
                                  int32_t right_edge);

// --- accounts -----------------------------------------------------------------------------------------------------
//
// What needs a password goes: prepare (slow; changes nothing; the reply is a number), apply (the change, in memory; may
// be called again after placecard_undo), then settle once it is stored, or abandon. Both wipe what was prepared.
// A session is a number too; log_out wipes its keys. An unknown or ended session is `not-logged-in`.

// [[code, field]...]: everything that is wrong with the form now.
uint32_t placecard_check(placecard_core* handle, const char* username, size_t username_size, const char* email,
                         size_t email_size, const char* password, size_t password_size);

uint32_t placecard_prepare_sign_up(placecard_core* handle, const char* username, size_t username_size,
                                   const char* email, size_t email_size, const char* password, size_t password_size);
uint32_t placecard_prepare_log_in(placecard_core* handle, const char* login, size_t login_size, const char* password,
                                  size_t password_size);
uint32_t placecard_prepare_change_password(placecard_core* handle, uint32_t session, const char* current,
                                           size_t current_size, const char* next, size_t next_size);
uint32_t placecard_prepare_recover(placecard_core* handle, const char* login, size_t login_size, const char* code,
                                   size_t code_size, const char* next, size_t next_size);
uint32_t placecard_prepare_delete_account(placecard_core* handle, uint32_t session, const char* password,
                                          size_t password_size);
// That it is still the same person. The session goes on.
uint32_t placecard_prepare_confirm(placecard_core* handle, uint32_t session, const char* password,
                                   size_t password_size);
// `tampered` is what to do about a row that is not as it was sealed: 0 refuse, 1 restore, 2 accept. `force` is 1 to log
// in although the account is inactive. `log_outs` is what placecard_session_log_outs answered when the operation began,
// or negative: when somebody has logged out since, it is refused with log-in-overtaken.
uint32_t placecard_apply(placecard_core* handle, uint32_t prepared, uint32_t tampered, uint32_t force,
                         double log_outs);  // user or null
// The number of the session that begins or goes on; 0 when none does, or it has been logged out meanwhile.
uint32_t placecard_settle(placecard_core* handle, uint32_t prepared);
void placecard_abandon(placecard_core* handle, uint32_t prepared);

uint32_t placecard_current_user(placecard_core* handle, uint32_t session);  // user
void placecard_log_out(placecard_core* handle, uint32_t session);
// A null name stays as it is.
uint32_t placecard_update(placecard_core* handle, uint32_t session, const char* username, size_t username_size,
                          const char* email, size_t email_size);                    // user
uint32_t placecard_create_recovery_code(placecard_core* handle, uint32_t session);  // "7K3M-..."
// Deactivating also ends all the account's kept sessions, and counts as a log-out.
uint32_t placecard_set_active(placecard_core* handle, uint32_t session, uint32_t active);  // user

// Private data; values are JSON texts.
uint32_t placecard_data_get(placecard_core* handle, uint32_t session, const char* key,
                            size_t key_size);                            // [value] or []
uint32_t placecard_data_list(placecard_core* handle, uint32_t session);  // [key...]
uint32_t placecard_data_set(placecard_core* handle, uint32_t session, const char* key, size_t key_size,
                            const char* value, size_t value_size);
uint32_t placecard_data_delete(placecard_core* handle, uint32_t session, const char* key, size_t key_size);  // 1 or 0

// --- sessions: kept in rows that only their keys open (sessions.h) ------------------------------------------------
//
// `keys` are 112 bytes: session id (16), K (32), tab secret (32), install id (32). Zeros instead of K: K comes from the
// tab secret. Zeros instead of the tab secret: there are no tabs, and a kept session is never fresh.

// Beside placecard_apply in the same commit: keeps the session it begins or goes on with, and makes it current. Or the
// number of a session, to keep it anew.
// `flags`: 1 remembered, 2 fresh. An idle time of 0 is no limit.
uint32_t placecard_session_keep(placecard_core* handle, uint32_t prepared, const uint8_t* keys, size_t keys_size,
                                uint32_t flags, double idle_ms, double absolute_ms);
// Opens a row; changes nothing. The same id gets the same number as long as that is not logged out. `protection`: 0
// off, 1 basic, 2 strong.
// {"session":n,"user":[...],"fresh":b,"remembered":b,"protected":b,"expiresAtMs":n,"due":b}, `due` when it should be
// renewed: 1 to say that it was seen, or 0 when it is `protected`.
uint32_t placecard_session_resume(placecard_core* handle, const uint8_t* keys, size_t keys_size, uint32_t protection);
// It was seen, and is from now on: 0 not fresh, 1 what it was, 2 fresh and of this install.
uint32_t placecard_session_renew(placecard_core* handle, uint32_t session, const uint8_t* keys, size_t keys_size,
                                 uint32_t freshness);
// `how`: 0 log out (the row goes), 1 lock (it stays, with nothing in it), 2 discard (the row goes, no log-out is
// counted).
uint32_t placecard_session_end(placecard_core* handle, const uint8_t* id, size_t id_size, uint32_t how);
uint32_t placecard_session_count_log_out(placecard_core* handle);  // of a session without a row
uint32_t placecard_session_log_outs(placecard_core* handle);       // number
// Makes another session current, or none when the size is 0.
uint32_t placecard_session_switch(placecard_core* handle, const uint8_t* id, size_t id_size);
// [["<id>","<uid>",remembered,locked,current,user]...], ids in hexadecimal
uint32_t placecard_session_list(placecard_core* handle);

// Rows from elsewhere: begin, add (any text may be null, id 0 is the next free one), apply all of them or none.
// The reply is how many there were.
void placecard_rows_begin(placecard_core* handle);
void placecard_rows_add(placecard_core* handle, double id, const char* username, size_t username_size,
                        const char* email, size_t email_size, const char* password_hash, size_t password_hash_size,
                        const char* joined_at, size_t joined_at_size);
uint32_t placecard_rows_apply(placecard_core* handle);

// --- sync -----------------------------------------------------------------------------------------------------------
//
// Ops are what one device tells another (sync/op.h). In replies bytes are base64; ids and names of values are hex.

// A device's own: all but merge, resolve, merge_into and sign go without anybody logged in.

// Ops to send, the first in order, at least one when any waits: [[op id, op, value or null]...]
uint32_t placecard_sync_batch(placecard_core* handle, uint32_t max_ops, uint32_t max_bytes);
// What a server said of one: `op` is the bytes that were sent, `status` 0 applied, 1 duplicate, 2 conflict, 3 rejected,
// `code` error codes with commas between, `theirs` (and its value) or null. true when something has changed here.
uint32_t placecard_sync_result(placecard_core* handle, const uint8_t* op, size_t op_size, uint32_t status,
                               const char* code, size_t code_size, const uint8_t* theirs, size_t theirs_size,
                               const uint8_t* theirs_value, size_t theirs_value_size);
// Another device's op, as it was pulled: true when something has changed here.
uint32_t placecard_sync_incoming(placecard_core* handle, const uint8_t* op, size_t op_size, const uint8_t* value,
                                 size_t value_size);
// The account's row as somebody else has made it on the server: true when a person has to choose.
uint32_t placecard_sync_server_row(placecard_core* handle, const uint8_t* uid, size_t uid_size, const char* username,
                                   size_t username_size, const char* email, size_t email_size,
                                   const char* password_hash, size_t password_hash_size, const char* joined_at,
                                   size_t joined_at_size);
uint32_t placecard_sync_remotes(placecard_core* handle);  // [[uid, token or null, cursor or null]...]
// A null token or cursor is forgotten.
uint32_t placecard_sync_set_remote(placecard_core* handle, const uint8_t* uid, size_t uid_size, const char* token,
                                   size_t token_size, const char* cursor, size_t cursor_size, uint32_t disabled);
// What the server is called now.
uint32_t placecard_sync_set_epoch(placecard_core* handle, const char* epoch, size_t epoch_size);
// The server has another epoch: everything is sent again, and read from the beginning.
uint32_t placecard_sync_reset(placecard_core* handle, const char* epoch, size_t epoch_size);
// {"waiting":n,"epoch":"","accounts":[{"uid","user","state","code","fields":[...]}...]}: accounts in which somebody has
// to do something and this session's, or with `all` every one. `state` is local-only, pending, synced, needs-rename,
// credential-conflict, conflict or revoked; `session` 0 is nobody's.
uint32_t placecard_sync_state(placecard_core* handle, uint32_t session, uint32_t all);
// Merges what another device has changed meanwhile: true when there was something. It may end the session, when the
// password is another one now.
uint32_t placecard_sync_merge(placecard_core* handle, uint32_t session);
// A person's choice: 1 keep mine, 2 take theirs. not-found when there is none to make. A kept session's row has to be
// kept anew, as after a change of password. An account deleted on the server is kept by placecard_prepare_renew.
uint32_t placecard_sync_resolve(placecard_core* handle, uint32_t session, uint32_t choice);
// "It is me": the values of one account go to another, and the first is deleted.
uint32_t placecard_sync_merge_into(placecard_core* handle, uint32_t from, uint32_t into);
uint32_t placecard_sync_sign(placecard_core* handle, uint32_t session, const uint8_t* nonce, size_t nonce_size);

// A log-in to an account that is on a server: prepare answers the nonce ({"prepared":n,"signature"}), admit takes the
// account's op and refuses it unless the password opens it, then apply and settle as for any log-in.
uint32_t placecard_prepare_remote_log_in(placecard_core* handle, const char* password, size_t password_size,
                                         const uint8_t* salt, size_t salt_size, uint32_t passes, uint32_t memory,
                                         const uint8_t* nonce, size_t nonce_size);
uint32_t placecard_sync_admit(placecard_core* handle, uint32_t prepared, const uint8_t* op, size_t op_size);
// To a row without account there: the proof of the password for a nonce, then a sign-up under the row's names.
uint32_t placecard_hash_proof(placecard_core* handle, const char* head, size_t head_size, const char* password,
                              size_t password_size, const uint8_t* nonce, size_t nonce_size);
uint32_t placecard_prepare_adopt_remote(placecard_core* handle, const char* username, size_t username_size,
                                        const char* email, size_t email_size, const char* joined_at,
                                        size_t joined_at_size, const char* password, size_t password_size);
// An account that is to go on under a new uid: a new session begins, the former one ends.
uint32_t placecard_prepare_renew(placecard_core* handle, uint32_t session, const char* password, size_t password_size);

// For a server: what an op says, once its signature and everything in it has been checked. `value` is what came with
// it, or null. {"opId","uid","kind","rev","parents":[id...],"identityKey"} and for an account "username","email",
// "passwordHash","joinedAt","active","credentialVersion","slots":[{"kind","slotId","credentialVersion","passes",
// "memory","salt","logInKey"}...]; for data "name","deleted".
uint32_t placecard_op_read(placecard_core* handle, const uint8_t* op, size_t op_size, const uint8_t* value,
                           size_t value_size);
// op-invalid unless the signature of label, uid (may be empty) and nonce is that of this key (credentials/signature.h).
uint32_t placecard_verify(placecard_core* handle, const uint8_t* key, size_t key_size, const char* label,
                          size_t label_size, const uint8_t* uid, size_t uid_size, const uint8_t* nonce,
                          size_t nonce_size, const uint8_t* signature, size_t signature_size);
// A stored hash without its digest, "" when nothing of it can be told; and the proof its password gives for a nonce
// (credentials/hash_proof.h).
uint32_t placecard_hash_head(placecard_core* handle, const char* hash, size_t hash_size);
uint32_t placecard_hash_answer(placecard_core* handle, const char* hash, size_t hash_size, const uint8_t* nonce,
                               size_t nonce_size);

#ifdef __cplusplus
}
#endif
