# shellcheck shell=bash
# A run of one of the commands: a place of its own, which is gone when it ends.
#
#   $CODEB_DEV_HOME/runs/N/     containers, volumes, logs of the run in slot N (N.lock is held as long as it lives)
#   /var/tmp/codeb.XXXXXX/      what needs a short path (Podman refuses run-time directories of over 50 characters, the
#                               kernel sockets of over 107) or must be reached by another user (PostgreSQL's):
#     podman/                   the run-time state and the service's socket
#     tmp/                      TMPDIR of the run; on disk, where /tmp may be in memory and small
#
# Runs at the same time do not meet, and "nothing is left" can be checked exactly.

RUN_SLOT='' RUN_DIR='' RUN_STATE='' RUN_LOCK='' PODMAN='' SOCKET=''

# Takes the lowest slot that nobody holds and whose network is free, and tidies what a killed run left in it.
# The slot's number makes the network's name, bridge and subnet unique.
open_run() {
  mkdir -p "${CODEB_DEV_HOME%/*}"
  [[ -d $CODEB_DEV_HOME ]] || mkdir -m 0700 "$CODEB_DEV_HOME" 2>/dev/null || [[ -d $CODEB_DEV_HOME ]]
  mkdir -p "$CODEB_DEV_HOME/runs"
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
  printf '%s\n' "$RUN_STATE" >"$RUN_DIR/state"
  mkdir -m 0711 "$RUN_STATE/tmp"
  mkdir "$RUN_DIR/network"
  PODMAN=$RUN_DIR/podman
  # shellcheck disable=SC2034  # for podman.sh
  SOCKET=$RUN_STATE/podman/podman.sock
  at_end close_run
}

# True when the subnet of a slot is somebody else's. The bridge that a killed run of this slot left is not.
# /proc/net/route has destinations as little-endian hex: 10.213.N.0 is 00, N in hex, D50A.
subnet_is_routed() {
  local destination own=''
  destination=$(printf '00%02XD50A' "$1")
  [[ ! -e $CODEB_DEV_HOME/runs/$1 ]] || own=codeb$1
  awk -v destination="$destination" -v own="$own" '$2 == destination && $1 != own { found = 1 } END { exit !found }' /proc/net/route
}

no_other_run() {
  local lock
  for lock in "$CODEB_DEV_HOME"/runs/*.lock; do
    [[ $lock == "$RUN_DIR.lock" ]] || flock -n "$lock" true || return 1
  done
}

close_run() {
  end_marked_processes
  stop_service
  remove_run_store
  # Podman mounts a store's directory on itself, and an interrupted or failed command leaves that.
  if mountpoint -q "$IMAGE_STORE/overlay" && no_other_run; then
    umount "$IMAGE_STORE/overlay"
  fi
}

# What a run that was killed left behind: its lock is free, so nobody is at work in it any more.
reclaim_run() {
  say "tidying what a run that was killed left in $RUN_DIR"
  RUN_STATE=$(cat "$RUN_DIR/state" 2>/dev/null || true)
  PODMAN=$RUN_DIR/podman
  # Killed before it had come so far as to start anything.
  is_run_state "$RUN_STATE" || { remove_tree "$RUN_DIR" && return; }
  end_marked_processes
  local pid
  for pid in $(processes_with cmdline "unix://$RUN_STATE/podman/podman.sock"); do
    end_process "$pid"
  done
  remove_run_store
}

is_run_state() { [[ $1 == /var/tmp/codeb.?????? ]]; }

remove_run_store() {
  if [[ -x $PODMAN && -d $RUN_STATE ]]; then
    "$PODMAN" rm --all --force --time 0 --volumes >/dev/null 2>&1 || say "some containers of this run could not be removed"
    ((EUID == 0)) || remove_rootless_store
  fi
  [[ ! -d $RUN_DIR/build ]] || remove_build_dirs "$RUN_DIR"/build/*
  remove_tree "$RUN_DIR"
  ! is_run_state "$RUN_STATE" || remove_tree "$RUN_STATE"
}

# Layers of a user's store belong to subordinate user ids, so they are removed as root of the user's namespace, where
# the store itself is a mount and stays, empty. The namespace lives as long as its pause process.
remove_rootless_store() {
  "$PODMAN" unshare rm -rf --one-file-system -- "$RUN_DIR/storage" 2>/dev/null
  local pause
  for pause in "$RUN_STATE"/podman/tmp/pause.pid "$RUN_STATE"/podman/store/tmp/pause.pid; do
    [[ ! -s $pause ]] || end_process "$(<"$pause")"
  done
}

# Never follows a mount into something else.
remove_tree() { rm -rf --one-file-system -- "$1" || say "could not remove $1"; }

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

# --- its processes ----------------------------------------------------------------------------------------------
# What works for a run carries a mark in its environment, CODEB_DEV_RUN, so that it is found when its parent is gone.
processes_with() { grep -lzsF -- "$2" /proc/[0-9]*/"$1" | cut -d/ -f3; }
marked_processes() { processes_with environ "CODEB_DEV_RUN=$RUN_STATE"; }
no_marked_processes() { [[ -z $(marked_processes) ]]; }

end_marked_processes() {
  local pid
  for pid in $(marked_processes); do
    end_process "$pid" 5
  done
}
