# shellcheck shell=bash
# A Podman of the project's own, beside whatever Podman the user has.
#
# Every run has a store, a network, a lock directory and a service socket to itself, so that two runs at once cannot
# meet and "nothing is left" can be checked exactly. Only the images are shared: they are in one read-only store
# (Podman's "additional image store") that is written under a lock when an image is missing.
#
#   $CODEB_DEV_HOME/images/     the images
#   $CODEB_DEV_HOME/runs/N/     containers, volumes, logs of the run in slot N (N.lock is held as long as it lives)
#   /var/tmp/codeb.XXXXXX/      what needs a short path (Podman refuses run-time directories of over 50 characters, the
#                               kernel sockets of over 107) or must be reached by another user (PostgreSQL's):
#     podman/                   the run-time state and the service's socket
#     tmp/                      TMPDIR of the run; on disk, where /tmp may be in memory and small

IMAGE_STORE=$CODEB_DEV_HOME/images
RUN_SLOT='' RUN_DIR='' RUN_STATE='' PODMAN='' SOCKET=''

# --- a run's slot -----------------------------------------------------------------------------------------------
# Takes the lowest slot that nobody holds and whose network is free, and tidies what a killed run left in it.
# The slot's number makes the network's name, bridge and subnet unique.
open_run() {
  mkdir -p "$CODEB_DEV_HOME/runs"
  chmod 0700 "$CODEB_DEV_HOME"
  local slot
  for ((slot = 1; slot < 64; slot++)); do
    subnet_is_routed "$slot" && continue
    exec {RUN_LOCK}>"$CODEB_DEV_HOME/runs/$slot.lock"
    if flock -n "$RUN_LOCK"; then
      RUN_SLOT=$slot
      break
    fi
    exec {RUN_LOCK}>&-
  done
  [[ -n $RUN_SLOT ]] || die "63 runs at once hold every slot under $CODEB_DEV_HOME/runs"
  RUN_DIR=$CODEB_DEV_HOME/runs/$RUN_SLOT
  [[ ! -e $RUN_DIR ]] || reclaim_run
  RUN_STATE=$(mktemp -d /var/tmp/codeb.XXXXXX)
  chmod 0711 "$RUN_STATE"
  mkdir -m 0700 "$RUN_DIR" "$RUN_STATE/podman"
  mkdir -m 0711 "$RUN_STATE/tmp"
  SOCKET=$RUN_STATE/podman/podman.sock
  mkdir "$RUN_DIR/network"
  printf '%s\n' "$RUN_STATE" >"$RUN_DIR/state"
  PODMAN=$RUN_DIR/podman
  at_end close_run
}

# A bridge of a killed run holds the route of its own slot: only somebody else's route makes a subnet unusable.
# /proc/net/route has destinations as little-endian hex: 10.213.N.0 is NN_hex, 00 in front, D50A behind.
subnet_is_routed() {
  local hex
  hex=$(printf '00%02XD50A' "$1")
  awk -v destination="$hex" -v own="codeb$1" '$2 == destination && $1 != own { found = 1 } END { exit !found }' /proc/net/route
}

no_other_run() {
  local lock
  for lock in "$CODEB_DEV_HOME"/runs/*.lock; do
    [[ $lock == "$RUN_DIR.lock" ]] || flock -n "$lock" true || return 1
  done
}

close_run() {
  stop_service
  remove_run_store
}

# What a run that was killed left behind: its lock is free, so nobody is at work in it any more.
reclaim_run() {
  say "tidying what a run that was killed left in $RUN_DIR"
  RUN_STATE=$(cat "$RUN_DIR/state" 2>/dev/null || true)
  PODMAN=$RUN_DIR/podman
  if [[ -s $RUN_DIR/service.pid ]]; then
    local pid
    pid=$(<"$RUN_DIR/service.pid")
    # Process ids are used again: only a process that serves this very socket is ours.
    ! grep -qsF "$RUN_STATE/podman/podman.sock" "/proc/$pid/cmdline" || end_process "$pid"
  fi
  remove_run_store
}

remove_run_store() {
  if [[ -x $PODMAN && -d $RUN_STATE ]]; then
    "$PODMAN" rm --all --force --time 0 --volumes >/dev/null 2>&1 || say "some containers of this run could not be removed"
  fi
  [[ ! -d $RUN_DIR/build ]] || remove_build_dirs "$RUN_DIR"/build/*
  remove_tree "$RUN_DIR"
  # Only ever a directory that open_run made.
  [[ $RUN_STATE != /var/tmp/codeb.* ]] || remove_tree "$RUN_STATE"
}

# debootstrap mounts /proc and /sys in its tree and leaves them there when it is interrupted.
remove_build_dirs() {
  local dir mounted
  for dir in "$@"; do
    for mounted in "$dir"/rootfs/proc "$dir"/rootfs/sys; do
      ! mountpoint -q "$mounted" || as_root umount --lazy "$mounted"
    done
    as_root rm -rf --one-file-system -- "$dir"
  done
}

# Never follows a mount into something else. Layers of a rootless store belong to subordinate ids, which only
# `podman unshare` may touch.
remove_tree() {
  rm -rf --one-file-system -- "$1" 2>/dev/null && return
  ((EUID == 0)) || podman unshare rm -rf --one-file-system -- "$1" 2>/dev/null || true
  [[ ! -e $1 ]] || say "could not remove $1"
}

# --- Podman's settings ------------------------------------------------------------------------------------------
# How containers are run, from plain to what a confined machine needs; the first that works is taken.
# 'plain' adds nothing to Podman's own defaults but privacy: locks in a directory of the run's own instead of the
# shared memory that all Podmans of a user use, no journal, a network of its own.
PODMAN_SETUPS=(plain limits runc)

write_containers_conf() {
  local setup=$1
  printf '[engine]\nlock_type = "file"\nevents_logger = "file"\n'
  # crun refuses hybrid cgroups.
  [[ $setup != runc ]] || printf 'runtime = "runc"\ncgroup_manager = "cgroupfs"\n'
  printf '[containers]\nlog_driver = "k8s-file"\n'
  # Podman's default limits are above what a machine without CAP_SYS_RESOURCE may set.
  [[ $setup == plain ]] || printf 'default_ulimits = ["nofile=%s:%s", "nproc=4096:4096"]\n' "$(ulimit -Hn)" "$(ulimit -Hn)"
  printf '[network]\ndefault_network = "codeb%s"\n' "$RUN_SLOT"
}

# A command that is Podman on one store and nothing else, for this script and for tests that kill containers.
write_podman_command() {
  local file=$1 root=$2 state=$3
  shift 3
  {
    printf '#!/bin/sh\nCONTAINERS_CONF=%q\nexport CONTAINERS_CONF\nunset CONTAINER_HOST CONTAINERS_STORAGE_CONF\n' \
      "$RUN_DIR/containers.conf"
    printf 'exec podman'
    printf ' %q' --root "$root" --runroot "$state/run" --tmpdir "$state/tmp" \
      --network-config-dir "$RUN_DIR/network" --storage-driver overlay "$@"
    # shellcheck disable=SC2016  # for the command's own shell
    printf ' "$@"\n'
  } >"$file"
  chmod 0755 "$file"
}

prepare_podman() {
  write_podman_command "$PODMAN" "$RUN_DIR/storage" "$RUN_STATE/podman" --storage-opt "additionalimagestore=$IMAGE_STORE"
  mkdir -p "$IMAGE_STORE"
  : >"$RUN_DIR/containers.conf"
  # Made while no default network is named: Podman would take its own built-in network for the one meant.
  "$PODMAN" network create --disable-dns --subnet "10.213.$RUN_SLOT.0/24" "codeb$RUN_SLOT" >/dev/null
  # Podman picks a bridge that is free at this moment and makes it with the first container: two runs could pick the
  # same. Older Podmans have no option to name it. (netavark's and CNI's spelling of the setting.)
  sed -i -E "s/\"(network_interface|bridge)\": *\"[^\"]*\"/\"\1\": \"codeb$RUN_SLOT\"/" "$RUN_DIR"/network/codeb"$RUN_SLOT".*
}

# Finds the first setup in which a real container with a published port runs. Needs the image `minimal`.
# A failed attempt costs half a second, so the answer is kept for as long as the machine looks the same.
choose_podman_setup() {
  local setup known=$CODEB_DEV_HOME/podman-setup machine
  machine="$(podman --version), kernel $(uname -r), user $EUID, $(ulimit -Hn) files, cgroups on $(stat -f -c %T /sys/fs/cgroup)"
  if [[ -e $known ]] && read -r setup _ <"$known" && [[ $(<"$known") == "$setup $machine" ]] && podman_setup_works "$setup"; then
    return
  fi
  for setup in "${PODMAN_SETUPS[@]}"; do
    if podman_setup_works "$setup"; then
      [[ $setup == plain ]] || say "containers run here with the setup '$setup', in a containers.conf of the run's own"
      printf '%s\n' "$setup $machine" >"$known"
      return
    fi
  done
  say "no container can be run on this machine. Podman says: $(tail -n 3 "$RUN_DIR/probe.err")"
  return 1
}

podman_setup_works() {
  write_containers_conf "$1" >"$RUN_DIR/containers.conf"
  timeout 60 "$PODMAN" run --rm --publish 127.0.0.1::80 "$MINIMAL_IMAGE" true 2>"$RUN_DIR/probe.err"
}

# --- the service ------------------------------------------------------------------------------------------------
start_service() {
  # The service must not inherit the slot's lock: it would outlive a killed run and hold it for ever.
  (
    exec {RUN_LOCK}>&-
    exec setsid "$PODMAN" system service --time=0 "unix://$SOCKET"
  ) >"$RUN_DIR/service.log" 2>&1 </dev/null &
  SERVICE_PID=$!
  printf '%s\n' "$SERVICE_PID" >"$RUN_DIR/service.pid"
  if ! wait_until 20 test -S "$SOCKET"; then
    die "the Podman service did not start: $(tail -n 5 "$RUN_DIR/service.log")"
  fi
}

# Containers outlive their service; remove_run_store ends them.
stop_service() {
  [[ -z ${SERVICE_PID:-} ]] || end_process "$SERVICE_PID"
  SERVICE_PID=''
}

# All of it: a service on which containers run. Where they cannot, it says why and leaves CONTAINERS_RUN empty.
CONTAINERS_RUN=''
start_containers() {
  ensure_podman
  prepare_podman
  ensure_images minimal:1
  # shellcheck disable=SC2034  # for the commands
  ! choose_podman_setup || CONTAINERS_RUN=yes
  [[ -z $CONTAINERS_RUN ]] || start_service
}
