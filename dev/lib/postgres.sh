# shellcheck shell=bash
# A private PostgreSQL server on the host, for machines on which no container runs: loopback only, password wanted, on a
# port that is free, in a directory of the run's own. Sets PG_BIN and PG_PORT.

# PostgreSQL refuses to run as root; its packages bring a user for it. The server outlives a killed run.
as_postgres() (
  let_go_of_locks
  local become=(env)
  ((EUID != 0)) || become=(setpriv --reuid=postgres --regid=postgres --init-groups --reset-env env)
  exec "${become[@]}" "PATH=$PG_BIN:$PATH" LC_ALL=C.UTF-8 CODEB_DEV_RUN="$RUN_STATE" "$@"
)

# start_host_server USER PASSWORD: USER is its superuser.
start_host_server() {
  local directory=$RUN_STATE/postgres user=$1 password=$2
  PG_BIN=$(find_postgres_bin)
  mkdir -m 0700 "$directory"
  ((EUID != 0)) || chown postgres: "$directory"
  # Through pipes, so that the password is in no argument list and no file; the second one because only the user who
  # made a pipe may open it by name.
  # shellcheck disable=SC2016  # for the inner shell
  printf '%s\n' "$password" | as_postgres bash -c 'initdb --pwfile=<(cat) "$@"' initdb --pgdata="$directory/data" \
    --username="$user" --encoding=UTF8 --auth=scram-sha-256 --no-sync >"$RUN_DIR/initdb.log" 2>&1 \
    || die "initdb failed: $(tail -n 3 "$RUN_DIR/initdb.log")"
  at_end "as_postgres pg_ctl -D '$directory/data' -m immediate -w stop >/dev/null 2>&1"
  local attempt
  for attempt in 1 2 3 4 5; do
    PG_PORT=$(shuf -n 1 -i 20000-32000)
    if as_postgres pg_ctl -D "$directory/data" -l "$directory/log" -w -s start -o \
      "-c listen_addresses=127.0.0.1 -c port=$PG_PORT -c unix_socket_directories='' -c max_wal_size=4GB \
       -c max_locks_per_transaction=256 -c fsync=off" \
      >/dev/null 2>&1; then
      return
    fi
  done
  die "the PostgreSQL server did not start in $attempt attempts: $(tail -n 3 "$directory/log")"
}
