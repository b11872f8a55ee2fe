# shellcheck shell=bash
# The images that the demo and the tests run, under local names that never depend on where they came from:
#
#   localhost/codeb-test/postgres:13|15|17|18   PostgreSQL: the official image where an image registry answers, else
#                                               one of the same behaviour, made from Debian's packages
#   localhost/codeb-test/postgres-nodump:15     15 without client programs: pg_dump is missing in the image
#   localhost/codeb-test/postgres-olddump:17    17 whose pg_dump is that of 15: older than its server
#   localhost/codeb-test/postgres-extensions:17 17 with PostGIS and pgvector, which no server brings along
#   localhost/codeb-test/postgres-busybox:15    15 whose only shell and tools are BusyBox's, as in Alpine's image: no perl,
#                                               no GNU; bash is there for the entrypoint, as it is in that image
#   localhost/codeb-test/migrators:1            Node.js and a JRE with Prisma, Flyway and Liquibase in /opt, as images of
#                                               applications have them; begins in /app
#   localhost/codeb-test/minimal:1              a shell and the core tools (BusyBox), 2 MB

IMAGE_PREFIX=localhost/codeb-test
# shellcheck disable=SC2034  # podman.sh probes with it
MINIMAL_IMAGE=$IMAGE_PREFIX/minimal:1
OFFICIAL_POSTGRES=docker.io/library/postgres
ENTRYPOINT=$REPO/dev/images/postgres-entrypoint.sh

# --- what is there ----------------------------------------------------------------------------------------------
# A built image carries the digest of its recipe and is built anew when the recipe changes; a pulled one has none.
# The recipe is the functions that make the image: bash prints them without comments and layout.
recipe_of() {
  case $1 in
    minimal:*) declare -f make_minimal ;;
    migrators:1)
      declare -f make_migrators install_prisma install_flyway install_liquibase && recipe_of postgres:15
      echo "$PRISMA_VERSION $FLYWAY_VERSION $LIQUIBASE_VERSION"
      ;;
    postgres-extensions:17) declare -f make_extensions && recipe_of postgres:17 ;;
    postgres-busybox:15) declare -f make_busybox && recipe_of postgres:15 && recipe_of minimal:1 ;;
    *) declare -f suite_of volume_of bootstrap_debian furnish_postgres import_postgres make_derived && cat "$ENTRYPOINT" ;;
  esac | sha256sum | cut -c1-16
}

have_image() {
  local labels
  labels=$("$PODMAN" image inspect --format '{{json .Labels}}' "$IMAGE_PREFIX/$1" 2>/dev/null) || return 1
  [[ $labels != *codeb.recipe* || $labels == *"$(recipe_of "$1")"* ]]
}

# ensure_images NAME…, the names without the prefix: makes what is missing. Only one run at a time writes the store.
ensure_images() {
  local missing=() name
  for name in "$@"; do
    have_image "$name" || missing+=("$name")
  done
  ((${#missing[@]})) || return 0

  exec {IMAGE_LOCK}>"$CODEB_DEV_HOME/images.lock"
  if ! flock -n "$IMAGE_LOCK"; then
    say "waiting for another run that is making images"
    run_job flock "$IMAGE_LOCK"
  fi
  open_image_store
  make_images "${missing[@]}"
  # What a new recipe has replaced; a run at work may still have containers of it.
  ! no_other_run || store_podman image prune --force >/dev/null
  exec {IMAGE_LOCK}>&-
}

make_images() {
  local name base=() derived=() others=()
  for name in "$@"; do
    have_image "$name" && continue # made while this run waited
    case $name in
      minimal:1) make_minimal ;;
      postgres:*) base+=("${name#postgres:}") ;;
      postgres-extensions:17) others+=(make_extensions) ;;
      postgres-busybox:15) others+=(make_busybox) ;;
      migrators:1) others+=(make_migrators) ;;
      *) derived+=("$name") ;;
    esac
  done
  ((${#base[@]} == 0)) || make_postgres_images "${base[@]}"
  for name in "${derived[@]}"; do
    make_derived "$name"
  done
  for name in "${others[@]}"; do
    "$name"
  done
}

# Podman on the image store itself, for whoever holds its lock. The store's libpod state holds no container, and it
# remembers the run-time directories of the run before: it is dropped, or Podman would refuse the present ones.
open_image_store() {
  rm -rf "$IMAGE_STORE/libpod"
  write_podman_command "$RUN_DIR/store-podman" "$IMAGE_STORE" "$RUN_STATE/podman/store"
}
store_podman() { "$RUN_DIR/store-podman" "$@"; }

# --- a place to build in ----------------------------------------------------------------------------------------
# In the run's directory: whatever ends the run ends these too.
new_build_dir() {
  mkdir -p "$RUN_DIR/build"
  mktemp -d "$RUN_DIR/build/XXXXXX"
}

# import_rootfs DIR NAME CHANGE…: one layer, from a directory tree.
import_rootfs() {
  local rootfs=$1 name=$2 changes=() change
  shift 2
  for change in "$@" "LABEL codeb.recipe=$(recipe_of "$name")"; do
    changes+=(--change "$change")
  done
  as_root tar -C "$rootfs" --one-file-system --exclude=./proc/* --exclude=./sys/* -c . \
    | store_podman import --quiet "${changes[@]}" - "$IMAGE_PREFIX/$name" >/dev/null \
    || die "the image $name could not be imported"
}

# --- minimal ----------------------------------------------------------------------------------------------------
make_minimal() {
  local dir started=$SECONDS
  dir=$(new_build_dir)
  unpack_packages "$dir" busybox-static
  mkdir -p "$dir"/rootfs/{bin,etc,proc,sys,dev,root,tmp}
  chmod 1777 "$dir/rootfs/tmp"
  cp "$dir"/tree/bin/busybox "$dir/rootfs/bin/"
  "$dir/rootfs/bin/busybox" --install -s "$dir/rootfs/bin" 2>/dev/null
  # The links that --install makes are absolute paths of this machine.
  find "$dir/rootfs/bin" -type l -exec ln -sf busybox '{}' ';'
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n' >"$dir/rootfs/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$dir/rootfs/etc/group"
  import_rootfs "$dir/rootfs" minimal:1 'ENV PATH=/bin' 'CMD ["sh"]'
  remove_build_dirs "$dir"
  say "image minimal:1 made in $((SECONDS - started)) s"
}

# unpack_packages DIR PACKAGE…: into DIR/tree.
unpack_packages() {
  local dir=$1 package
  shift
  for package in "$@"; do
    (cd "$dir" && download_package "$package")
  done
  for package in "$dir"/*.deb; do
    dpkg-deb --extract "$package" "$dir/tree"
  done
}

# apt says on stderr that it works without its sandbox user when that user cannot write here: nothing to act upon.
download_package() {
  apt-get download -qq "$1" 2>/dev/null && return
  refresh_package_lists
  apt-get download -qq "$1" 2>/dev/null || die "apt-get download $1 failed"
}

# --- PostgreSQL -------------------------------------------------------------------------------------------------
make_postgres_images() {
  local majors=("$@")
  if official_images_answer; then
    local major
    for major in "${majors[@]}"; do
      say "pulling $OFFICIAL_POSTGRES:$major"
      store_podman pull --quiet "$OFFICIAL_POSTGRES:$major" >/dev/null || die "pulling $OFFICIAL_POSTGRES:$major failed"
      store_podman tag "$OFFICIAL_POSTGRES:$major" "$IMAGE_PREFIX/postgres:$major"
    done
  else
    say "no image registry answers: PostgreSQL ${majors[*]} from Debian packages (about a minute each)"
    ensure_image_tools
    build_all_postgres "${majors[@]}"
  fi
}

# One question with a short patience, for all images. Asking for the manifest transfers a few hundred bytes.
official_images_answer() { timeout 15 "$RUN_DIR/store-podman" manifest inspect "$OFFICIAL_POSTGRES:15" >/dev/null 2>&1; }

# Two at a time: more than that and they wait for each other on a small machine.
build_all_postgres() {
  local lane lanes=() failed=''
  for lane in 0 1; do
    build_lane "$lane" "$@" &
    lanes+=($!)
    at_end "end_tree $!"
  done
  for lane in "${lanes[@]}"; do
    wait "$lane" || failed=yes
  done
  [[ -z $failed ]] || die "not all PostgreSQL images could be built; see above"
}

# Every second one of the majors, beginning with the given one.
build_lane() {
  local i=$1
  shift
  trap - EXIT INT TERM HUP
  for ((i += 1; i <= $#; i += 2)); do
    build_postgres "${!i}"
  done
}

build_postgres() {
  local major=$1 dir started=$SECONDS
  dir=$(new_build_dir)
  bootstrap_debian "$major" "$dir"
  furnish_postgres "$major" "$dir/rootfs"
  import_postgres "$major" "$dir/rootfs"
  remove_build_dirs "$dir"
  say "image postgres:$major made in $((SECONDS - started)) s"
}

suite_of() {
  case $1 in
    13) echo bullseye ;;
    15) echo bookworm ;;
    17) echo trixie ;;
    18) echo forky ;;
    *) die "no Debian suite is known for PostgreSQL $1" ;;
  esac
}

# From 18 on the official image keeps the data of each major in a directory of its own, in one volume.
volume_of() { if (($1 < 18)); then echo /var/lib/postgresql/data; else echo /var/lib/postgresql; fi; }

bootstrap_debian() {
  local major=$1 dir=$2 suite script
  suite=$(suite_of "$major")
  # Older debootstraps have no script for suites younger than themselves; sid's serves all of them.
  script=$suite
  [[ -e /usr/share/debootstrap/scripts/$suite ]] || script=sid
  say "postgres:$major: installing Debian $suite into a directory"
  if ! as_root env "PATH=$PATH:/usr/sbin:/sbin" debootstrap --variant=minbase \
    --include="postgresql-$major,gosu,locales,zstd,xz-utils" "$suite" "$dir/rootfs" "$(debian_mirror)" "$script" \
    >"$dir/debootstrap.log" 2>&1; then
    tail -n 15 "$dir/debootstrap.log" >&2
    die "debootstrap of $suite for PostgreSQL $major failed"
  fi
}

# The mirror that this machine's apt is set to use, whichever that is.
debian_mirror() {
  local codename
  # shellcheck source=/dev/null
  codename=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
  # shellcheck disable=SC2016  # $(REPO_URI) is apt's notation
  apt-get indextargets --format '$(CODENAME) $(REPO_URI)' | awk -v codename="$codename" '$1 == codename { print $2; exit }'
}

# Turns a Debian with the server package into what the official image is.
furnish_postgres() {
  local major=$1 rootfs=$2
  # The package makes a cluster of its own, which an image must not have.
  as_root rm -rf "$rootfs/var/lib/postgresql/$major" "$rootfs/etc/postgresql/$major"
  as_root sed -i "s/^#\?listen_addresses = .*/listen_addresses = '*'/" "$rootfs/usr/share/postgresql/$major/postgresql.conf.sample"
  as_root chroot "$rootfs" localedef -i en_US -c -f UTF-8 en_US.UTF-8
  as_root mkdir -p "$rootfs/docker-entrypoint-initdb.d"
  as_root chroot "$rootfs" install -d -o postgres -g postgres -m 1777 /var/lib/postgresql "$(volume_of "$major")"
  as_root install -d -o root -g root -m 3777 "$rootfs/var/run/postgresql"
  as_root install -m 0755 "$ENTRYPOINT" "$rootfs/usr/local/bin/docker-entrypoint.sh"
  as_root chroot "$rootfs" apt-get clean
  as_root rm -rf "$rootfs"/var/lib/apt/lists "$rootfs"/usr/share/{doc,man,info} "$rootfs"/var/log/*.log
}

import_postgres() {
  local major=$1 rootfs=$2 volume data
  volume=$(volume_of "$major")
  data=$volume
  ((major < 18)) || data=$volume/$major/docker
  import_rootfs "$rootfs" "postgres:$major" \
    'ENTRYPOINT ["docker-entrypoint.sh"]' 'CMD ["postgres"]' 'EXPOSE 5432' 'STOPSIGNAL SIGINT' "VOLUME $volume" \
    "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/$major/bin" \
    'ENV LANG=en_US.utf8' "ENV PG_MAJOR=$major" "ENV PGDATA=$data"
}

# --- images made of these ---------------------------------------------------------------------------------------
make_derived() {
  local name=$1 started=$SECONDS
  case $name in
    postgres-nodump:15)
      ensure_base postgres:15
      build_derived "$name" <<EOF_CONTAINERFILE
FROM $IMAGE_PREFIX/postgres:15
RUN for tool in pg_dump pg_dumpall pg_restore; do rm -f /usr/bin/\$tool /usr/lib/postgresql/15/bin/\$tool; done
EOF_CONTAINERFILE
      ;;
    postgres-olddump:17)
      ensure_base postgres:15 postgres:17
      # /usr/local/bin is first on the PATH. The newer libpq and C library carry the older programs.
      build_derived "$name" <<EOF_CONTAINERFILE
FROM $IMAGE_PREFIX/postgres:17
COPY --from=$IMAGE_PREFIX/postgres:15 /usr/lib/postgresql/15/bin/pg_dump /usr/lib/postgresql/15/bin/pg_dumpall /usr/local/bin/
RUN pg_dump --version | grep -F ' 15.'
EOF_CONTAINERFILE
      ;;
    *) die "no recipe for the image $name" ;;
  esac
  say "image $name made in $((SECONDS - started)) s"
}

# Debian 13 is the first with pgvector.
make_extensions() {
  local started=$SECONDS
  ensure_base postgres:17
  build_derived postgres-extensions:17 <<EOF_CONTAINERFILE
FROM $IMAGE_PREFIX/postgres:17
RUN apt-get update -qq \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends \\
      postgresql-17-postgis-3 postgresql-17-postgis-3-scripts postgresql-17-pgvector >/dev/null \\
 && apt-get clean && rm -rf /var/lib/apt/lists/*
EOF_CONTAINERFILE
  say "image postgres-extensions:17 made in $((SECONDS - started)) s"
}

# What Debian has in its directories of programs goes, with the links there that lead to PostgreSQL's own through perl.
make_busybox() {
  local started=$SECONDS
  ensure_base postgres:15
  have_image minimal:1 || make_minimal
  build_derived postgres-busybox:15 <<EOF_CONTAINERFILE
FROM $IMAGE_PREFIX/postgres:15
COPY --from=$MINIMAL_IMAGE /bin/busybox /usr/local/bin/busybox
RUN mv /usr/bin/bash /usr/local/bin/ \\
 && if [ ! -e /usr/local/bin/gosu ]; then mv "\$(command -v gosu)" /usr/local/bin/; fi \\
 && busybox rm -rf /usr/bin/* /usr/sbin/* \\
 && busybox --install -s /usr/bin \\
 && busybox test "\$(busybox readlink -f /bin/sh)" = /usr/local/bin/busybox
EOF_CONTAINERFILE
  say "image postgres-busybox:15 made in $((SECONDS - started)) s"
}

# The tools are those of migrators.sh, which are there already.
make_migrators() {
  local started=$SECONDS
  ensure_base postgres:15
  build_derived migrators:1 --build-context "prisma=$PRISMA_HOME" --build-context "flyway=$FLYWAY_HOME" \
    --build-context "liquibase=$LIQUIBASE_HOME" <<EOF_CONTAINERFILE
FROM $IMAGE_PREFIX/postgres:15
RUN apt-get update -qq \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends nodejs default-jre-headless >/dev/null \\
 && apt-get clean && rm -rf /var/lib/apt/lists/*
COPY --from=prisma node_modules /opt/node_modules
COPY --from=flyway . /opt/flyway
COPY --from=liquibase . /opt/liquibase
ENV CHECKPOINT_DISABLE=1 LIQUIBASE_ANALYTICS_ENABLED=false \\
  PRISMA_QUERY_ENGINE_LIBRARY=/bin/true PRISMA_SCHEMA_ENGINE_BINARY=/bin/true
WORKDIR /app
ENTRYPOINT []
EOF_CONTAINERFILE
  say "image migrators:1 made in $((SECONDS - started)) s"
}

ensure_base() {
  local name missing=()
  for name in "$@"; do
    have_image "$name" || missing+=("${name#postgres:}")
  done
  ((${#missing[@]} == 0)) || make_postgres_images "${missing[@]}"
}

# build_derived NAME OPTION…: the Containerfile comes on stdin. With --isolation=chroot no container has to run for it.
build_derived() {
  local name=$1
  shift
  store_podman build --quiet --isolation=chroot --network=host --pull-never "$@" \
    --label "codeb.recipe=$(recipe_of "$name")" --tag "$IMAGE_PREFIX/$name" --file - "${ENTRYPOINT%/*}" >/dev/null \
    || die "the image $name could not be built"
}
