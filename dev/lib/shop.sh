# shellcheck shell=bash
# What dev/demo and dev/bench have in common: a server with a shop's database, and the example programs that work on it.
# RUNTIME says where the server runs: podman, docker, or host where no container runs or none is asked for.

RUNTIME=podman
ENGINE='' # the command of the engine whose container it is
CONTAINER=codeb-dev-shop
SHOP_USER=shop
CONTAINER_OPTIONS=() # what the container is run with besides

# --- the server -------------------------------------------------------------------------------------------------
start_server() {
  SHOP_PASSWORD=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  if [[ $RUNTIME != host ]]; then
    start_containers
    if [[ -z $CONTAINERS_RUN ]]; then
      say "doing the same with a private PostgreSQL server on the host"
      RUNTIME=host
    fi
  fi
  if [[ $RUNTIME != host ]]; then
    ensure_images postgres:15
    choose_engine
    start_container
  else
    ensure_postgres_server
    start_host_server "$SHOP_USER" "$SHOP_PASSWORD"
    shop_sql --dbname postgres --command 'CREATE DATABASE shop' --quiet
    say "PostgreSQL runs on the host, on 127.0.0.1:$PG_PORT"
  fi
}

choose_engine() {
  ENGINE=$PODMAN ENGINE_SOCKET=$SOCKET
  if [[ $RUNTIME == docker ]]; then
    start_docker postgres:15
    ENGINE=$DOCKER ENGINE_SOCKET=$DOCKER_SOCKET
  fi
}

# A name without a value makes the engine take the value from the environment: the password is in no argument list.
start_container() {
  # The data set can be made anew at any time: durability would only cost time.
  POSTGRES_PASSWORD=$SHOP_PASSWORD "$ENGINE" run --detach --name "$CONTAINER" --publish 127.0.0.1::5432 \
    --env POSTGRES_PASSWORD --env POSTGRES_USER="$SHOP_USER" --env POSTGRES_DB=shop "${CONTAINER_OPTIONS[@]}" \
    "$IMAGE_PREFIX/postgres:15" -c fsync=off -c max_wal_size=4GB -c max_locks_per_transaction=256 >/dev/null
  PG_PORT=$("$ENGINE" port "$CONTAINER" 5432/tcp | sed 's/.*://')
  # The entrypoint's first server listens on its socket alone: only the final one answers on the loopback address.
  wait_until 60 "$ENGINE" exec "$CONTAINER" pg_isready --quiet --host 127.0.0.1 \
    || die "PostgreSQL did not start: $("$ENGINE" logs --tail 5 "$CONTAINER" 2>&1)"
  say "PostgreSQL runs in the container $CONTAINER"
}

# psql on the server, wherever that is.
shop_sql() {
  if [[ $RUNTIME != host ]]; then
    "$ENGINE" exec --interactive "$CONTAINER" psql --no-psqlrc --username "$SHOP_USER" "$@"
  else
    PGPASSWORD=$SHOP_PASSWORD "$PG_BIN/psql" --no-psqlrc --host 127.0.0.1 --port "$PG_PORT" --username "$SHOP_USER" "$@"
  fi
}

# 4,000,000 orders make 740 MB of plain dump.
fill_shop() {
  trap - EXIT INT TERM HUP
  let_go_of_locks
  local orders=$((SIZE_MB * 4000000 / 740))
  shop_sql --dbname shop --quiet -v orders="$orders" -v customers="$((orders / 10))" \
    <"$REPO/dev/data/shop.sql" >/dev/null
}

# --- the program ------------------------------------------------------------------------------------------------
# Built in a copy, once for each state of the sources, and kept: nobody else's build can change it under the program.
# build_program MODULE [tests]: sets PROGRAM to a directory with its jar and all that it needs; with `tests` also those
# of its tests, and what they need.
build_program() {
  local module=$1 what=${2:-main} skip=-Dmaven.test.skip scope=runtime
  [[ $what == main ]] || { skip=-DskipTests scope='test'; }
  PROGRAM=$CODEB_DEV_HOME/demo/$module-$what-$(sources_digest "$what")
  [[ ! -d $PROGRAM ]] || return 0
  say "building (mvn package)"
  copy_tree "$RUN_DIR/tree"
  # The tests and the formatting are the business of dev/test.
  maven -q -Dstyle.color=never "$skip" -Dspotless.check.skip -f "$RUN_DIR/tree/pom.xml" -pl "$module" -am \
    package dependency:copy-dependencies -DincludeScope="$scope" -DoutputDirectory=target/program
  cp "$RUN_DIR/tree/$module/target/codeb-$module"-*.jar "$RUN_DIR/tree/$module/target/program/"
  [[ $what == main ]] || "$JAVA_HOME/bin/jar" --create --file "$RUN_DIR/tree/$module/target/program/tests.jar" \
    -C "$RUN_DIR/tree/$module/target/test-classes" .
  ! no_other_run || rm -rf "$CODEB_DEV_HOME/demo/$module-$what-"*
  mkdir -p "$CODEB_DEV_HOME/demo"
  # In one step; two demos at once have built the same.
  mv -T "$RUN_DIR/tree/$module/target/program" "$PROGRAM" 2>/dev/null || [[ -d $PROGRAM ]]
}

# sources_digest main|tests
sources_digest() {
  local sources='*/src/main/*'
  [[ $1 == main ]] || sources='*/src/*'
  find . '(' -name target -o -name node_modules -o -name .git ')' -prune \
    -o -type f '(' -name pom.xml -o -path "$sources" ')' -print0 \
    | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16
}

# fill_shop_and_build MODULE
fill_shop_and_build() {
  say "filling the shop database, about $SIZE_MB MB of plain dump"
  fill_shop &
  local filling=$!
  at_end "end_tree $filling"
  build_program "$1"
  wait "$filling" || die "the data set could not be loaded"
}

# export_settings REPOSITORY: what the example programs read.
export_settings() {
  export CODEB_DEMO_RUNTIME=$RUNTIME CODEB_DEMO_DIR=$1 CODEB_DEMO_DATABASE=shop
  export CODEB_DEMO_HOST=127.0.0.1 CODEB_DEMO_PORT=$PG_PORT
  export CODEB_DEMO_USER=$SHOP_USER CODEB_DEMO_PASSWORD=$SHOP_PASSWORD
  if [[ $RUNTIME != host ]]; then
    export CODEB_DEMO_SOCKET=$ENGINE_SOCKET CODEB_DEMO_CONTAINER=$CONTAINER
  else
    export CODEB_DEMO_PG_BIN=$PG_BIN
  fi
}
