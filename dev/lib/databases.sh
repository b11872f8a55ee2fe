# shellcheck shell=bash
# What dev/bench measures backups and restores with: a server, CodeB as it is distributed, and the programs that it is
# measured beside.

ensure_database_rivals() {
  need zstd zstd
  need age age
  need pgbackrest pgbackrest
  need pgcopydb pgcopydb
  install_missing
  # Its programs are what runs on the host.
  ensure_postgres_server
}

# measure_databases BENCHMARK ONLY DOCUMENT CALL
measure_databases() {
  local work=$RUN_STATE/tmp/bench
  PG_BIN=$(find_postgres_bin)
  mkdir "$work"
  [[ $RUNTIME == host ]] || open_server_to_host
  # The engine gives 64 MiB, less than what VACUUM shares with its workers, which is pgcopydb's.
  CONTAINER_OPTIONS+=(--shm-size 256m)
  start_server
  build_program benchmarks
  # As the distribution has it.
  mkdir -p "$work/codeb/bin"
  cp codeb-cli/src/main/dist/bin/codeb "$work/codeb/bin/"
  ln -s "$PROGRAM" "$work/codeb/lib"
  export_settings "$work"
  # In the environment, where no list of processes shows it.
  # shellcheck disable=SC2153  # PG_PORT is shop.sh's
  export PGPASSWORD=$SHOP_PASSWORD PGHOST=127.0.0.1 PGPORT=$PG_PORT PGUSER=$SHOP_USER
  export PATH=$PG_BIN:/usr/bin:/bin:$PATH
  # The engine's command by its name alone, as people write it.
  # shellcheck disable=SC2317  # the benchmark's shells call them
  podman() { "$RUN_DIR/podman" "$@"; }
  # shellcheck disable=SC2317
  docker() { "$RUN_DIR/docker" "$@"; }
  export RUN_DIR
  export -f podman docker
  export CODEB_BENCH_DIR=$work CODEB_BENCH_SHOP_SQL=$REPO/dev/data/shop.sql
  export CODEB_BENCH_IDENTITY=$work/identity CODEB_BENCH_CALL=$4
  [[ -z $3 ]] || export CODEB_BENCH_DOCUMENT=$3
  age-keygen -o "$CODEB_BENCH_IDENTITY" 2>/dev/null
  CODEB_BENCH_RECIPIENT=$(age-keygen -y "$CODEB_BENCH_IDENTITY")
  export CODEB_BENCH_RECIPIENT
  run_job env CODEB_DEV_RUN="$RUN_STATE" TMPDIR="$RUN_STATE/tmp" \
    "$JAVA_HOME/bin/java" -Djava.io.tmpdir="$RUN_STATE/tmp" -cp "$PROGRAM/*" \
    -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
    io.codeb.benchmarks.DatabaseBenchmark "$1" "$((SIZE_MB * 4000000 / 740))" "$ROUNDS" "$2"
}

# What backs up the server's files has to see them where the server says that they are, and its socket. Where the
# container's user is not root's to be, as in a user's own engine, it cannot.
open_server_to_host() {
  ((EUID == 0)) || return 0
  local data=$RUN_STATE/data sockets=$RUN_STATE/sockets
  mkdir "$data" "$sockets"
  chmod 0777 "$sockets"
  CONTAINER_OPTIONS+=(--env "PGDATA=$data" --volume "$data:$data" --volume "$sockets:/var/run/postgresql")
  export CODEB_BENCH_DATA=$data CODEB_BENCH_SOCKETS=$sockets
}
