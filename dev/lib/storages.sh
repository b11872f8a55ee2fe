# shellcheck shell=bash disable=SC2016
# What dev/bench storage works on: a stream of bytes, a dump, places to write to, and the programs that CodeB is
# measured beside. Their commands are what the table shows: variables stand in them for what differs from run to run.

RIVALS_USER_KEY=AK RIVALS_SECRET_KEY=SK # start_s3's
JAVA_FLAGS=()

ensure_rivals() {
  # Debian's, whatever others come before it on the PATH.
  [[ -x /usr/bin/aws ]] || MISSING+=(awscli)
  need rclone rclone
  need zstd zstd
  need age age
  need openssl openssl
  install_missing
  export PATH=/usr/bin:/bin:$PATH
}

# require_room GIB-OF-DISK GIB-OF-MEMORY
require_room() {
  local disk memory
  disk=$(($(df --output=avail -k "$RUN_STATE" | tail -n 1) >> 20))
  memory=$(($(awk '/^MemAvailable/ { print $2 }' /proc/meminfo) >> 20))
  ((disk >= $1)) || die "$1 GiB of disk are needed, and $disk are free in ${RUN_STATE%/*}"
  ((memory >= $2)) || die "$2 GiB of memory are needed, and $memory are free"
}

# Bytes as a backup's are that was compressed and encrypted, the same in each run: a cipher's, of a fixed key.
seeded_bytes() { # GIB
  openssl enc -aes-128-ctr -K 436f6465420000000000000000000001 -iv 00000000000000000000000000000000 \
    -in /dev/zero 2>/dev/null | head -c "$(($1 << 30))"
}

measure_storages() {
  local work=$RUN_STATE/tmp
  require_room $((3 * SIZE_GIB + 10)) $((2 * SIZE_GIB + 3))
  build_program benchmarks
  export STREAM=$work/stream DUMP=$work/dump.sql STORE=$work/store RECIPIENT=''
  say "writing a stream of $SIZE_GIB GiB"
  (set +o pipefail && seeded_bytes "$SIZE_GIB") >"$STREAM"
  measure_upload
  measure_write
  measure_encode
}

measure_upload() {
  start_store
  run_benchmark_of CODEB_BENCH_STORAGE="s3://bench?endpoint=$S3" \
    CODEB_BENCH_STREAM='cat "$STREAM"' CODEB_BENCH_BYTES="$(stat -c %s "$STREAM")" \
    CODEB_BENCH_TIDY='radosgw-admin gc process --include-all' CEPH_CONF="$RUN_STATE/ceph/ceph.conf" \
    CODEB_BENCH_RIVAL_rclone='cat "$STREAM" | rclone rcat --quiet store:bench/rclone' \
    CODEB_BENCH_RIVAL_aws='cat "$STREAM" | aws s3 cp - s3://bench/aws --endpoint-url "$S3"' \
    -- upload "$ROUNDS"
  remove_s3
}

# A store with an empty bucket, and the two programs set to it. Whatever the user has set for them does not hold here.
start_store() {
  start_s3
  unset "${!AWS_@}" "${!RCLONE_@}"
  export no_proxy=127.0.0.1 NO_PROXY=127.0.0.1
  export S3=$S3_ENDPOINT
  export AWS_ACCESS_KEY_ID=$RIVALS_USER_KEY AWS_SECRET_ACCESS_KEY=$RIVALS_SECRET_KEY AWS_DEFAULT_REGION=us-east-1
  export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
  export RCLONE_CONFIG=/dev/null RCLONE_CONFIG_STORE_TYPE=s3 RCLONE_CONFIG_STORE_PROVIDER=Ceph
  export RCLONE_CONFIG_STORE_ENV_AUTH=true RCLONE_CONFIG_STORE_ENDPOINT=$S3
  aws s3api create-bucket --bucket bench --endpoint-url "$S3" >/dev/null || die "the store makes no bucket"
}

measure_write() {
  mkdir "$STORE"
  run_benchmark_of CODEB_BENCH_STORAGE="local:$STORE" \
    CODEB_BENCH_STREAM='cat "$STREAM"' CODEB_BENCH_BYTES="$(stat -c %s "$STREAM")" \
    CODEB_BENCH_RIVAL_cat='cat "$STREAM" | cat >"$STORE/cat" && sync "$STORE/cat"' \
    -- write "$ROUNDS"
  rm -rf "$STORE" "$STREAM"
}

measure_encode() {
  # shellcheck disable=SC2034  # what start_server and fill_shop read
  RUNTIME=host SIZE_MB=1100
  start_server
  fill_shop_and_build benchmarks
  PGPASSWORD=$SHOP_PASSWORD "$PG_BIN/pg_dump" --host 127.0.0.1 --port "$PG_PORT" --username "$SHOP_USER" shop >"$DUMP"
  shop_sql --dbname postgres --quiet --command 'DROP DATABASE shop'
  RECIPIENT=$(age-keygen 2>&1 >/dev/null | sed 's/.* //')
  run_benchmark_of CODEB_BENCH_STREAM='cat "$DUMP"' CODEB_BENCH_BYTES="$(stat -c %s "$DUMP")" \
    CODEB_BENCH_RIVAL_pipe='cat "$DUMP" | zstd -q -3 -T2 | age -r "$RECIPIENT"' \
    -- encode "$ROUNDS"
}

# An object longer than anything that is kept in memory, through a JVM that may have as much as CodeB says it needs.
prove_long_upload() {
  local length=$((SIZE_GIB << 30))
  # The store keeps it in memory.
  require_room 1 $((SIZE_GIB + SIZE_GIB / 4 + 2))
  build_program benchmarks
  # shellcheck disable=SC2034  # for s3.sh
  S3_BYTES=$((length + length / 2))
  start_store
  JAVA_FLAGS=(-Xmx192m -XX:MaxDirectMemorySize=64m)
  export -f seeded_bytes
  run_benchmark_of CODEB_BENCH_STORAGE="s3://bench?endpoint=$S3" CEPH_CONF="$RUN_STATE/ceph/ceph.conf" \
    CODEB_BENCH_STREAM="set +o pipefail; seeded_bytes $SIZE_GIB" CODEB_BENCH_BYTES="$length" \
    CODEB_BENCH_TIDY='radosgw-admin gc process --include-all' \
    CODEB_BENCH_LOOK='aws s3api head-object --bucket bench --key codeb --endpoint-url "$S3" \
      --query "[ETag, ContentLength]" --output text' \
    -- prove 1
}

# run_benchmark_of VARIABLE=VALUE… -- BENCHMARK ROUNDS
run_benchmark_of() {
  local settings=()
  while [[ $1 != -- ]]; do
    settings+=("$1")
    shift
  done
  shift
  run_job env "${settings[@]}" CODEB_DEV_RUN="$RUN_STATE" TMPDIR="$RUN_STATE/tmp" \
    "$JAVA_HOME/bin/java" "${JAVA_FLAGS[@]}" -Djava.io.tmpdir="$RUN_STATE/tmp" -cp "$PROGRAM/*" \
    -Dorg.slf4j.simpleLogger.defaultLogLevel=warn io.codeb.benchmarks.StorageBenchmark "$@"
}
