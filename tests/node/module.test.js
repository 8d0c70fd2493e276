// What the module asks for and offers, and what it weighs: a change of either is made here too, on purpose. The linker lets
// a misspelt import pass, so this list is what catches one.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { constants, gzipSync } from 'node:zlib';

import { wasmModule } from '../support/core.js';
import { packageFolder } from '../support/placecard.js';

// Bytes a visitor downloads, after gzip -9. It was 330,000 before there was sync, which is part of the one module.
const BUDGET = 330_000;

const imports = [
  'function env.placecard_host_fold_case',
  'function env.placecard_host_nfc',
  'function env.placecard_host_now',
  'function env.placecard_host_random',
];

// errno, malloc, the stack and the table are Emscripten's own.
const exports = [
  'function __errno_location',
  'function _initialize',
  'function malloc',
  'function placecard_abandon',
  'function placecard_acknowledge',
  'function placecard_alloc',
  'function placecard_apply',
  'function placecard_changes',
  'function placecard_changes_count',
  'function placecard_check',
  'function placecard_create_recovery_code',
  'function placecard_current_user',
  'function placecard_data_delete',
  'function placecard_data_get',
  'function placecard_data_list',
  'function placecard_data_set',
  'function placecard_delete',
  'function placecard_error_table',
  'function placecard_free',
  'function placecard_hash_answer',
  'function placecard_hash_head',
  'function placecard_hash_proof',
  'function placecard_image_at',
  'function placecard_image_edit',
  'function placecard_image_resize',
  'function placecard_image_run',
  'function placecard_image_size',
  'function placecard_import_append',
  'function placecard_import_apply',
  'function placecard_import_begin',
  'function placecard_import_cancel',
  'function placecard_is_dirty',
  'function placecard_log_out',
  'function placecard_new',
  'function placecard_op_read',
  'function placecard_open',
  'function placecard_prepare_adopt_remote',
  'function placecard_prepare_change_password',
  'function placecard_prepare_confirm',
  'function placecard_prepare_delete_account',
  'function placecard_prepare_log_in',
  'function placecard_prepare_recover',
  'function placecard_prepare_remote_log_in',
  'function placecard_prepare_renew',
  'function placecard_prepare_sign_up',
  'function placecard_query_all',
  'function placecard_query_begin',
  'function placecard_query_count',
  'function placecard_query_filter',
  'function placecard_query_first',
  'function placecard_query_one',
  'function placecard_query_one_or_none',
  'function placecard_query_order',
  'function placecard_query_paginate',
  'function placecard_refresh',
  'function placecard_reply',
  'function placecard_reply_size',
  'function placecard_rows_add',
  'function placecard_rows_apply',
  'function placecard_rows_begin',
  'function placecard_session_count_log_out',
  'function placecard_session_end',
  'function placecard_session_keep',
  'function placecard_session_list',
  'function placecard_session_log_outs',
  'function placecard_session_renew',
  'function placecard_session_resume',
  'function placecard_session_switch',
  'function placecard_set_active',
  'function placecard_settle',
  'function placecard_sync_admit',
  'function placecard_sync_batch',
  'function placecard_sync_incoming',
  'function placecard_sync_merge',
  'function placecard_sync_merge_into',
  'function placecard_sync_remotes',
  'function placecard_sync_reset',
  'function placecard_sync_resolve',
  'function placecard_sync_result',
  'function placecard_sync_server_row',
  'function placecard_sync_set_epoch',
  'function placecard_sync_set_remote',
  'function placecard_sync_sign',
  'function placecard_sync_state',
  'function placecard_undo',
  'function placecard_update',
  'function placecard_verify',
  'function stackAlloc',
  'function stackRestore',
  'function stackSave',
  'memory memory',
  'table __indirect_function_table',
];

test('the module imports the host functions and nothing else', async () => {
  const found = WebAssembly.Module.imports(await wasmModule());
  assert.deepEqual(found.map(({ kind, module, name }) => `${kind} ${module}.${name}`).sort(), imports);
});

test('the module exports the functions of abi.h and nothing unexpected', async () => {
  const found = WebAssembly.Module.exports(await wasmModule());
  assert.deepEqual(found.map(({ kind, name }) => `${kind} ${name}`).sort(), exports);
});

test('every function that abi.h declares is exported', async () => {
  const header = await readFile(new URL('../../src/abi.h', import.meta.url), 'utf8');
  const declared = [...header.matchAll(/^[a-z].*?\b(placecard_\w+)\(/gm)].map(([, name]) => `function ${name}`);
  assert(declared.length > 30);
  assert.deepEqual(
    declared.sort(),
    exports.filter((name) => name.startsWith('function placecard_')),
  );
});

test('the module and its JavaScript stay within the byte budget', async () => {
  let total = 0;
  for (const file of ['placecard.wasm', 'index.js', 'worker.js']) {
    const bytes = await readFile(new URL(file, packageFolder));
    total += gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }).length;
  }
  assert(total <= BUDGET, `${total} bytes after gzip -9, the budget is ${BUDGET}`);
});
