# shellcheck shell=bash
# A run of one of the commands: a place of its own, which is gone when it ends.
#
#   $CODEB_DEV_HOME/runs/N/     containers, volumes, logs of the run in slot N (N.lock is held as long as it lives)
#   /var/tmp/codeb.XXXXXX/      what needs a short path (Podman refuses run-time directories of over 50 characters, the
#                               kernel sockets of over 107) or must be reached by another user (PostgreSQL's):
#     podman/                   the run-time state and the service's socket
#     docker/                   all of Docker, where a run has one (see docker.sh)
#     ceph/                     all of the S3 server, where a run has one (see s3.sh)
#     tmp/                      TMPDIR of the run; on disk, where /tmp may be in memory and small
#
# Runs at the same time do not meet, and "nothing is left" can be checked exactly.

RUN_SLOT='' RUN_DIR='' RUN_STATE='' RUN_LOCK='' PODMAN='' SOCKET=''

# Tidies what killed runs left, and takes the lowest slot that nobody holds and whose network is free.
# The slot's number makes the network's name, bridge and subnet unique.
open_run() {
  mkdir -p "${CODEB_DEV_HOME%/*}"
  [[ -d $CODEB_DEV_HOME ]] || mkdir -m 0700 "$CODEB_DEV_HOME" 2>/dev/null || [[ -d $CODEB_DEV_HOME ]]
  mkdir -p "$CODEB_DEV_HOME/runs"
  local slot
  for ((slot = 1; slot < 64; slot++)); do
    [[ ! -e $CODEB_DEV_HOME/runs/$slot ]] || reclaim_run "$slot" || true
  done
  remove_states_made_anew
  for ((slot = 1; slot < 64; slot++)); do
    subnet_is_routed "$slot" && continue
    exec {RUN_LOCK}>"$CODEB_DEV_HOME/runs/$slot.lock"
    # What could not be tidied is told by then, and is no reason to do nothing.
    if flock -n "$RUN_LOCK" && [[ ! -e $CODEB_DEV_HOME/runs/$slot ]]; then
      RUN_SLOT=$slot
      LOCKS+=("$RUN_LOCK")
      break
    fi
    exec {RUN_LOCK}>&-
  done
  [[ -n $RUN_SLOT ]] || die "none of the 63 slots under $CODEB_DEV_HOME/runs is free"
  RUN_DIR=$CODEB_DEV_HOME/runs/$RUN_SLOT
  RUN_STATE=$(mktemp -d /var/tmp/codeb.XXXXXX)
  chmod 0711 "$RUN_STATE"
  mkdir -m 0711 "$RUN_STATE/tmp"
  mkdir -m 0700 "$RUN_DIR" "$RUN_STATE/podman"
  printf '%s\n' "$RUN_STATE" >"$RUN_DIR/state"
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

# What a run that was killed left behind, if its lock is free: then nobody is at work in it any more.
reclaim_run() {
  RUN_DIR=$CODEB_DEV_HOME/runs/$1
  exec {RUN_LOCK}>"$RUN_DIR.lock"
  # Another run may have tidied it by now.
  ! flock -n "$RUN_LOCK" || [[ ! -e $RUN_DIR ]] || remove_dead_run
  exec {RUN_LOCK}>&-
}

remove_dead_run() {
  say "tidying what a run that was killed left in $RUN_DIR"
  RUN_STATE=$(cat "$RUN_DIR/state" 2>/dev/null || true)
  PODMAN=$RUN_DIR/podman
  # Killed before it had come so far as to start anything, or made anew by Podman after its end.
  is_run_state "$RUN_STATE" || RUN_STATE=$RUN_DIR/none
  end_marked_processes
  local pid
  for pid in $(processes_with cmdline "unix://$RUN_STATE/podman/podman.sock"); do
    end_process "$pid"
  done
  remove_run_store
}

# Podman makes its directories anew when it is called after a run's end. What is a run's has a tmp.
remove_states_made_anew() {
  local state
  for state in /var/tmp/codeb.??????; do
    if [[ -O $state && -d $state/podman && ! -e $state/tmp ]]; then
      unmount_below "$state"
      remove_tree "$state"
    fi
  done
}

is_run_state() { [[ $1 == /var/tmp/codeb.?????? ]]; }

remove_run_store() {
  if [[ -x $PODMAN && -d $RUN_STATE ]]; then
    "$PODMAN" rm --all --force --time 0 --volumes >/dev/null 2>&1 || say "some containers of this run could not be removed"
  fi
  end_podman_processes
  remove_docker
  remove_s3
  ((EUID == 0)) || [[ ! -x $PODMAN || ! -d $RUN_STATE ]] || remove_rootless_store
  [[ ! -d $RUN_DIR/build ]] || remove_build_dirs "$RUN_DIR"/build/*
  unmount_below "$RUN_DIR"
  unmount_below "$RUN_STATE"
  remove_tree "$RUN_DIR"
  ! is_run_state "$RUN_STATE" || remove_tree "$RUN_STATE"
}

# Podman's own processes on the run's store, and what they started. The monitor of a command in a container (conmon)
# outlives the command by the exit_command_delay (see podman.sh) and then starts a Podman, which would make a removed
# store anew. So it is killed: nothing that it could heed may make it start that Podman earlier.
end_podman_processes() {
  local deadline=$((SECONDS + 10)) pid
  until no_podman_processes; do
    for pid in $(podman_processes); do
      kill_tree "$pid"
    done
    if ((SECONDS >= deadline)); then
      say "some of Podman's processes could not be ended: $(podman_processes | tr '\n' ' ')"
      return
    fi
    sleep 0.05
  done
}

# The store and the state directory are arguments of theirs.
podman_processes() { processes_with cmdline -x "$RUN_DIR/storage" "$RUN_STATE/podman/run" "$RUN_STATE/podman/store/run"; }
no_podman_processes() { [[ -z $(podman_processes) ]]; }

# Docker's daemon, the monitors of its containers and the containers below them know the one file, containerd the other.
# Killed, they leave their control groups and the bridge.
remove_docker() {
  [[ -d $RUN_STATE/docker ]] || return 0
  local pid group bridge=codebd${RUN_DIR##*/}
  for pid in $(docker_processes); do
    kill_tree "$pid"
  done
  wait_until 10 no_docker_processes || say "some of Docker's processes could not be ended: $(docker_processes | tr '\n' ' ')"
  find /sys/fs/cgroup -depth -type d -path "*/$bridge*" 2>/dev/null | while read -r group; do
    as_root rmdir "$group" 2>/dev/null || true
  done
  [[ ! -e /sys/class/net/$bridge ]] || as_root ip link delete "$bridge"
}

docker_processes() { processes_with cmdline -x "$RUN_STATE/docker/containerd.sock" "$RUN_STATE/docker/containerd.toml"; }
no_docker_processes() { [[ -z $(docker_processes) ]]; }

# Without ado: all is in memory, and the gateway would not end politely without its monitor.
remove_s3() {
  local pid
  for pid in $(ceph_processes); do
    as_root kill -KILL "$pid" 2>/dev/null || true
  done
  wait_until 10 no_ceph_processes || say "some of Ceph's processes could not be ended: $(ceph_processes | tr '\n' ' ')"
}

ceph_processes() { processes_with cmdline -x "$RUN_STATE/ceph/ceph.conf"; }
no_ceph_processes() { [[ -z $(ceph_processes) ]]; }

# A Podman that is killed leaves its store mounted on itself, and file systems of containers in it.
unmount_below() {
  local mounted
  mounts_below "$1" | while read -r mounted; do
    as_root umount "$mounted" 2>/dev/null || as_root umount --lazy "$mounted" || say "could not unmount $mounted"
  done
}

# The latest first. The kernel writes blanks and the like in names as octal escapes.
mounts_below() {
  local mounted
  tac /proc/self/mountinfo | while read -r _ _ _ _ mounted _; do
    printf -v mounted '%b' "$mounted"
    [[ $mounted != "$1"/* ]] || printf '%s\n' "$mounted"
  done
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
remove_tree() {
  rm -rf --one-file-system -- "$1" 2>/dev/null || as_root rm -rf --one-file-system -- "$1" || say "could not remove $1"
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

# --- its processes ----------------------------------------------------------------------------------------------
# What works for a run carries a mark in its environment, CODEB_DEV_RUN, so that it is found when its parent is gone.

# processes_with FILE-OF-PROC [-x] TEXT…: ids of those in which a line, with -x a whole one, is one of the texts. They
# reach grep through a pipe: it would find itself.
processes_with() {
  local file=$1 whole=()
  shift
  [[ $1 != -x ]] || { whole=(-x) && shift; }
  grep -lzsF "${whole[@]}" -f <(printf '%s\n' "$@") /proc/[0-9]*/"$file" | cut -d/ -f3 || true
}
marked_processes() { processes_with environ "CODEB_DEV_RUN=$RUN_STATE"; }
no_marked_processes() { [[ -z $(marked_processes) ]]; }

end_marked_processes() {
  local pid
  for pid in $(marked_processes); do
    end_process "$pid" 5
  done
}
