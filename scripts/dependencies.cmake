# Third-party code: where it comes from and how it is compiled. Nothing of it is in the repository.

function(require_file path hint)
  if(NOT EXISTS "${path}")
    message(FATAL_ERROR "${path} is missing: ${hint}")
  endif()
endfunction()

# --- SQLite: the amalgamation, the same build natively and in the wasm ------------------------------------------------

require_file("${SQLITE_DIR}/sqlite3.c" "run ./scripts/setup, or give -DSQLITE_DIR=<folder of the amalgamation>")
add_library(sqlite STATIC "${SQLITE_DIR}/sqlite3.c" src/store/sqlite_omitted.c)
target_include_directories(sqlite SYSTEM PUBLIC "${SQLITE_DIR}")
# What placecard never runs is left out, and saves 38 KB after gzip. Whatever another SQLite may have written into a
# schema can still be read: src/store/sqlite_omitted.c says how. The one ATTACH is VACUUM's own.
# A PRAGMA would set the first three too, but costs time whenever a page is loaded. QPSG: or a LIMIT that is bound makes
# it compile the statement again, each time.
target_compile_definitions(sqlite PRIVATE
  SQLITE_DEFAULT_SYNCHRONOUS=0 SQLITE_ENABLE_OVERSIZE_CELL_CHECK SQLITE_DEFAULT_DEFENSIVE SQLITE_ENABLE_QPSG
  SQLITE_OS_OTHER=1 SQLITE_THREADSAFE=0 SQLITE_TEMP_STORE=3 SQLITE_DEFAULT_MEMSTATUS=0 SQLITE_DQS=0
  SQLITE_LIKE_DOESNT_MATCH_BLOBS SQLITE_USE_ALLOCA SQLITE_UNTESTABLE SQLITE_MAX_ATTACHED=1
  SQLITE_OMIT_ALTERTABLE SQLITE_OMIT_ANALYZE SQLITE_OMIT_AUTHORIZATION SQLITE_OMIT_AUTOMATIC_INDEX
  SQLITE_OMIT_BETWEEN_OPTIMIZATION SQLITE_OMIT_CASE_SENSITIVE_LIKE_PRAGMA SQLITE_OMIT_COMPILEOPTION_DIAGS
  SQLITE_OMIT_COMPLETE SQLITE_OMIT_DATETIME_FUNCS SQLITE_OMIT_DECLTYPE SQLITE_OMIT_DEPRECATED SQLITE_OMIT_DESERIALIZE
  SQLITE_OMIT_EXPLAIN SQLITE_OMIT_FOREIGN_KEY SQLITE_OMIT_GET_TABLE SQLITE_OMIT_INCRBLOB SQLITE_OMIT_JSON
  SQLITE_OMIT_LIKE_OPTIMIZATION SQLITE_OMIT_LOAD_EXTENSION SQLITE_OMIT_LOCALTIME SQLITE_OMIT_OR_OPTIMIZATION
  SQLITE_OMIT_PROGRESS_CALLBACK SQLITE_OMIT_REINDEX SQLITE_OMIT_SHARED_CACHE SQLITE_OMIT_TCL_VARIABLE
  SQLITE_OMIT_TEST_CONTROL SQLITE_OMIT_TRACE SQLITE_OMIT_UTF16 SQLITE_OMIT_VIRTUALTABLE SQLITE_OMIT_WAL
  SQLITE_OMIT_XFER_OPT)
target_compile_options(sqlite PRIVATE -w)
if(PLACECARD_FUZZ)
  # Its makers fuzz it and run it under UBSan (sqlite.org/testing.html sections 4 and 7); here it has to be
  # quick, and to feel a bad read of ours.
  target_compile_options(sqlite PRIVATE -fno-sanitize=undefined -fno-sanitize-coverage=trace-cmp)
elseif(NOT EMSCRIPTEN)
  # It is shipped as wasm only: natively it has but to work.
  target_compile_options(sqlite PRIVATE -O1)
endif()
if(EMSCRIPTEN)
  # For size: what makes it fast, wasm-opt does. The inlining that comes with -O2 costs 90 KB after gzip.
  target_compile_options(sqlite PRIVATE $<$<CONFIG:Release>:-Oz>)
endif()

# --- libsodium and libmd: the system's natively, from Debian's sources in the wasm ------------------------------------

if(NOT EMSCRIPTEN)
  find_library(SODIUM_LIBRARY sodium)
  find_path(SODIUM_INCLUDE sodium.h)
  find_library(MD_LIBRARY md)
  find_path(MD_INCLUDE sha1.h)
  find_library(UTF8PROC_LIBRARY utf8proc)
  foreach(found SODIUM_LIBRARY SODIUM_INCLUDE MD_LIBRARY MD_INCLUDE UTF8PROC_LIBRARY)
    if(NOT ${found})
      message(FATAL_ERROR "${found} not found: install libsodium, libmd and utf8proc (Debian: libsodium-dev libmd-dev "
        "libutf8proc-dev), or run ./scripts/setup")
    endif()
  endforeach()
  add_library(sodium INTERFACE)
  target_link_libraries(sodium INTERFACE "${SODIUM_LIBRARY}" "${UTF8PROC_LIBRARY}")
  add_library(md INTERFACE)
  target_link_libraries(md INTERFACE "${MD_LIBRARY}")
  return()
endif()

set(sodium_source "${SODIUM_DIR}/src/libsodium")
require_file("${sodium_source}/sodium/core.c" "run ./scripts/sources, or give -DSODIUM_DIR=<libsodium's source tree>")
set(sodium_files
  crypto_aead/xchacha20poly1305/sodium/aead_xchacha20poly1305.c
  crypto_aead/chacha20poly1305/sodium/aead_chacha20poly1305.c
  crypto_auth/hmacsha256/auth_hmacsha256.c
  crypto_auth/hmacsha512/auth_hmacsha512.c
  crypto_core/hchacha20/core_hchacha20.c
  crypto_generichash/blake2b/generichash_blake2.c
  crypto_generichash/blake2b/ref/blake2b-compress-ref.c
  crypto_generichash/blake2b/ref/blake2b-ref.c
  crypto_generichash/blake2b/ref/generichash_blake2b.c
  crypto_generichash/crypto_generichash.c
  crypto_hash/sha256/cp/hash_sha256_cp.c
  crypto_hash/sha256/hash_sha256.c
  crypto_hash/sha512/cp/hash_sha512_cp.c
  crypto_hash/sha512/hash_sha512.c
  crypto_kdf/blake2b/kdf_blake2b.c
  crypto_kdf/crypto_kdf.c
  crypto_onetimeauth/poly1305/donna/poly1305_donna.c
  crypto_onetimeauth/poly1305/onetimeauth_poly1305.c
  crypto_pwhash/argon2/argon2-core.c
  crypto_pwhash/argon2/argon2-encoding.c
  crypto_pwhash/argon2/argon2-fill-block-ssse3.c
  crypto_pwhash/argon2/argon2.c
  crypto_pwhash/argon2/blake2b-long.c
  crypto_pwhash/argon2/pwhash_argon2i.c
  crypto_pwhash/argon2/pwhash_argon2id.c
  crypto_pwhash/crypto_pwhash.c
  crypto_pwhash/scryptsalsa208sha256/crypto_scrypt-common.c
  crypto_pwhash/scryptsalsa208sha256/nosse/pwhash_scryptsalsa208sha256_nosse.c
  crypto_pwhash/scryptsalsa208sha256/pbkdf2-sha256.c
  crypto_pwhash/scryptsalsa208sha256/pwhash_scryptsalsa208sha256.c
  crypto_pwhash/scryptsalsa208sha256/scrypt_platform.c
  crypto_sign/crypto_sign.c
  crypto_sign/ed25519/ref10/keypair.c
  crypto_sign/ed25519/ref10/open.c
  crypto_sign/ed25519/ref10/sign.c
  crypto_sign/ed25519/sign_ed25519.c
  crypto_stream/chacha20/ref/chacha20_ref.c
  crypto_stream/chacha20/stream_chacha20.c
  crypto_verify/sodium/verify.c
  randombytes/randombytes.c
  sodium/codecs.c
  sodium/core.c
  sodium/utils.c)
list(TRANSFORM sodium_files PREPEND "${sodium_source}/")
add_library(sodium STATIC ${sodium_files} src/wasm/ed25519_wasm.c src/wasm/sodium_wasm.c)

# configure would write this one header.
file(STRINGS "${SODIUM_DIR}/configure.ac" version_lines REGEX "^(AC_INIT|SODIUM_LIBRARY_VERSION_(MAJOR|MINOR)=)")
string(REGEX MATCH "AC_INIT\\(\\[libsodium\\],\\[([0-9.]+)\\]" unused "${version_lines}")
set(VERSION "${CMAKE_MATCH_1}")
string(REGEX MATCH "SODIUM_LIBRARY_VERSION_MAJOR=([0-9]+)" unused "${version_lines}")
set(SODIUM_LIBRARY_VERSION_MAJOR "${CMAKE_MATCH_1}")
string(REGEX MATCH "SODIUM_LIBRARY_VERSION_MINOR=([0-9]+)" unused "${version_lines}")
set(SODIUM_LIBRARY_VERSION_MINOR "${CMAKE_MATCH_1}")
set(SODIUM_LIBRARY_MINIMAL_DEF "")
configure_file("${sodium_source}/include/sodium/version.h.in" "${CMAKE_BINARY_DIR}/sodium/sodium/version.h" @ONLY)

target_include_directories(sodium SYSTEM PUBLIC "${sodium_source}/include" "${sodium_source}/include/sodium"
  "${CMAKE_BINARY_DIR}/sodium" PRIVATE "${CMAKE_BINARY_DIR}/sodium/sodium")
set_source_files_properties(src/wasm/ed25519_wasm.c PROPERTIES COMPILE_OPTIONS "-I${sodium_source}")
# Without HAVE_TI_MODE: a product of 128 bits is slow in wasm, and signatures take half the time with one of 64.
target_compile_definitions(sodium PUBLIC SODIUM_STATIC=1 PRIVATE
  CONFIGURED=1 NATIVE_LITTLE_ENDIAN=1 HAVE_POSIX_MEMALIGN=1 HAVE_C_VARARRAYS=1 HAVE_WEAK_SYMBOLS=1
  RANDOMBYTES_CUSTOM_IMPLEMENTATION=1 RANDOMBYTES_DEFAULT_IMPLEMENTATION=NULL)
target_compile_options(sodium PRIVATE -w -msimd128 -mssse3 $<$<CONFIG:Release>:-Oz>)
# Read as plain C: its Emscripten branch would ask a Module object of generated JavaScript for randomness.
set_source_files_properties("${sodium_source}/randombytes/randombytes.c" PROPERTIES COMPILE_OPTIONS -U__EMSCRIPTEN__)
# Argon2 alone is built with its SSSE3 form, and with no other: that is where the time of a log-in goes. Emscripten would
# leave all inlining to wasm-opt, which here has reasons to inline little.
set_source_files_properties("${sodium_source}/crypto_pwhash/argon2/argon2-core.c"
  "${sodium_source}/crypto_pwhash/argon2/argon2-fill-block-ssse3.c"
  PROPERTIES COMPILE_DEFINITIONS "HAVE_EMMINTRIN_H=1;HAVE_TMMINTRIN_H=1;fill_segment_ref=fill_segment_ssse3")
set_source_files_properties("${sodium_source}/crypto_pwhash/argon2/argon2-fill-block-ssse3.c"
  PROPERTIES COMPILE_OPTIONS "-O3;-finline-functions")
set_source_files_properties("${sodium_source}/crypto_pwhash/argon2/blake2b-long.c"
  "${sodium_source}/crypto_pwhash/scryptsalsa208sha256/nosse/pwhash_scryptsalsa208sha256_nosse.c"
  "${sodium_source}/crypto_hash/sha256/cp/hash_sha256_cp.c" "${sodium_source}/crypto_hash/sha512/cp/hash_sha512_cp.c"
  PROPERTIES COMPILE_OPTIONS -O2)

require_file("${MD_DIR}/src/sha1.c" "run ./scripts/sources, or give -DMD_DIR=<libmd's source tree>")
add_library(md STATIC "${MD_DIR}/src/sha1.c")
target_include_directories(md SYSTEM PUBLIC "${MD_DIR}/include")
file(WRITE "${CMAKE_BINARY_DIR}/md/config.h" "/* libmd's sha1.c needs nothing of configure */\n")
target_include_directories(md PRIVATE "${CMAKE_BINARY_DIR}/md")
target_compile_options(md PRIVATE -w $<$<CONFIG:Release>:-Oz>)
