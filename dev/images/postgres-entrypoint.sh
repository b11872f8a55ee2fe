#!/usr/bin/env bash
# Entrypoint of the PostgreSQL images that dev/lib/images.sh builds where no image registry answers. It keeps the
# contract that the official image documents: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB (each also as …_FILE),
# POSTGRES_INITDB_ARGS, POSTGRES_HOST_AUTH_METHOD, PGDATA, /docker-entrypoint-initdb.d, arguments for the server.
set -euo pipefail

say() { printf 'entrypoint: %s\n' "$*" >&2; }
die() {
  say "$*"
  exit 1
}

# NAME or the content of the file that NAME_FILE names, else the default; both at once is a mistake.
setting() {
  local name=$1 default=$2 file_name=$1_FILE
  if [[ -n ${!name:-} && -n ${!file_name:-} ]]; then
    die "$name and $file_name are both set"
  elif [[ -n ${!file_name:-} ]]; then
    printf -v "$name" '%s' "$(<"${!file_name}")"
  else
    printf -v "$name" '%s' "${!name:-$default}"
  fi
  unset "$file_name"
  export "${name?}"
}

create_cluster() {
  local initdb=(initdb --username="$POSTGRES_USER" --pgdata="$PGDATA")
  # A pipe keeps the password out of every argument list and off the disk.
  [[ -z $POSTGRES_PASSWORD ]] || initdb+=(--pwfile=/dev/fd/3)
  # Arguments are separated by blanks, quotes are allowed: that is what the official image does with them.
  eval "${initdb[*]@Q} ${POSTGRES_INITDB_ARGS:-}" 3< <(printf '%s\n' "$POSTGRES_PASSWORD")
  # Unless told otherwise: the method that this server stores passwords with, for it is the one that every role can use.
  local method=${POSTGRES_HOST_AUTH_METHOD:-$(postgres -C password_encryption -D "$PGDATA" "$@")}
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
}

# Peers on the container's own socket are trusted, so the set-up needs no password.
in_sql() { psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --no-password --no-psqlrc "$@"; }

create_database() {
  [[ $POSTGRES_DB != postgres ]] || return 0
  in_sql --dbname postgres --set db="$POSTGRES_DB" --quiet <<<'CREATE DATABASE :"db";'
}

run_init_files() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh)
        say "running $file"
        # Not executable means "read into this shell", as documented for the official image.
        # shellcheck source=/dev/null
        if [[ -x $file ]]; then "$file"; else . "$file"; fi
        ;;
      *.sql) say "running $file" && in_sql --dbname "$POSTGRES_DB" --file "$file" ;;
      *.sql.gz) say "running $file" && gunzip -c "$file" | in_sql --dbname "$POSTGRES_DB" ;;
      *.sql.xz) say "running $file" && xzcat "$file" | in_sql --dbname "$POSTGRES_DB" ;;
      *.sql.zst) say "running $file" && zstd -dc "$file" | in_sql --dbname "$POSTGRES_DB" ;;
    esac
  done
}

initialise() {
  if [[ -z $POSTGRES_PASSWORD && $POSTGRES_HOST_AUTH_METHOD != trust ]]; then
    die 'POSTGRES_PASSWORD is not set; set it, or POSTGRES_HOST_AUTH_METHOD=trust to let everybody in'
  fi
  create_cluster "$@"
  # Nobody outside may find the server before it is whole: it listens on its own socket only.
  PGUSER=$POSTGRES_USER pg_ctl -D "$PGDATA" -o "$(printf '%q ' "$@" -c listen_addresses='' -p 5432)" -w start
  create_database
  run_init_files
  PGUSER=$POSTGRES_USER pg_ctl -D "$PGDATA" -m fast -w stop
  say 'PostgreSQL init process complete; ready for start up.'
}

main() {
  # `podman run image -c fsync=off` means options for the server.
  [[ ${1:-} != -* ]] || set -- postgres "$@"
  [[ ${1:-} == postgres ]] || exec "$@"
  case " $* " in
    *' --help '* | *' -? '* | *' --version '* | *' -V '* | *' --describe-config '*) exec "$@" ;;
  esac

  if [[ $(id -u) == 0 ]]; then
    mkdir -p "$PGDATA" /var/run/postgresql
    chmod 0700 "$PGDATA"
    find "$PGDATA" /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
    chmod 3777 /var/run/postgresql
    exec gosu postgres "${BASH_SOURCE[0]}" "$@"
  fi

  if [[ ! -s $PGDATA/PG_VERSION ]]; then
    setting POSTGRES_USER postgres
    setting POSTGRES_PASSWORD ''
    setting POSTGRES_DB "$POSTGRES_USER"
    setting POSTGRES_HOST_AUTH_METHOD ''
    mkdir -p "$PGDATA"
    chmod 0700 "$PGDATA"
    initialise "${@:2}"
  else
    say 'the data directory has a database already; it is used as it is'
  fi
  unset POSTGRES_PASSWORD
  exec "$@"
}

main "$@"
