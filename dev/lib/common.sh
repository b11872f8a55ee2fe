# shellcheck shell=bash
# What every command under dev/ stands on: where things are kept, how it speaks, how it ends.

# Caches (images, downloads) and the directories of runs in progress. Never a user's own Podman storage.
CODEB_DEV_HOME=$(realpath -m "${CODEB_DEV_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/codeb-dev}")
# shellcheck disable=SC2034  # used by the files that are sourced after this one
REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Messages go to stderr: stdout belongs to what a command is asked for.
say() { printf 'dev: %s\n' "$*" >&2; }
die() {
  printf 'dev: error: %s\n' "$*" >&2
  exit 1
}

# What the comment at the head of the command says.
usage() {
  sed -nE '2,/^set /{/^#/s/^# ?//p}' "$0" >&2
  exit 2
}

# Root needs no sudo; a user without sudo is told so only when something really has to be done as root.
as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "this step needs root and there is no sudo: $*"
  fi
}

# --- the end of a run -------------------------------------------------------------------------------------------
# Undo steps run last in, first out, exactly once, however the command ends.
UNDO=()
at_end() { UNDO+=("$*"); }

run_undo() {
  local status=$? i
  trap - EXIT
  # A second Ctrl-C must not leave half of the tidying undone.
  trap '' INT TERM HUP
  set +e
  end_job
  for ((i = ${#UNDO[@]} - 1; i >= 0; i--)); do
    eval "${UNDO[i]}"
  done
  exit "$status"
}

arm_undo() {
  trap run_undo EXIT
  # An explicit exit makes bash run the EXIT trap with the status that a signal is known by.
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
}

# --- locks ------------------------------------------------------------------------------------------------------
# The descriptors of locks that a command holds as long as it lives, and not a moment longer: whatever it starts that
# could outlive it lets go of them.
LOCKS=()
let_go_of_locks() {
  local lock
  for lock in "${LOCKS[@]}"; do
    exec {lock}>&-
  done
}

# --- processes --------------------------------------------------------------------------------------------------
# Runs a command that takes long. bash puts off its traps while a command is in the foreground; it does not while it
# waits for a background one.
JOB=''
run_job() {
  local status=0
  (let_go_of_locks && exec "$@") &
  JOB=$!
  wait "$JOB" || status=$?
  JOB=''
  return "$status"
}

end_job() {
  [[ -n $JOB ]] || return 0
  end_tree "$JOB"
  end_process "$JOB"
}

# Ends one process that this run started and waits until it is gone.
end_process() {
  local pid=$1 grace=${2:-10}
  kill "$pid" 2>/dev/null || return 0
  local deadline=$((SECONDS + grace))
  while kill -0 "$pid" 2>/dev/null && ! is_zombie "$pid"; do
    if ((SECONDS >= deadline)); then
      kill -KILL "$pid" 2>/dev/null
      break
    fi
    sleep 0.05
  done
  wait "$pid" 2>/dev/null || true
}

# A background job with all that it started. Background jobs do not get the terminal's Ctrl-C.
end_tree() {
  local pid=$1 child
  # shellcheck disable=SC2013  # ids separated by blanks
  for child in $(cat "/proc/$pid"/task/*/children 2>/dev/null); do
    end_tree "$child"
  done
  # What sudo started belongs to root.
  kill "$pid" 2>/dev/null || [[ ! -e /proc/$pid ]] || as_root kill "$pid" 2>/dev/null || true
}

# One process with all that it started, at once.
kill_tree() {
  local pid=$1 child
  # shellcheck disable=SC2013  # ids separated by blanks
  for child in $(cat "/proc/$pid"/task/*/children 2>/dev/null); do
    kill_tree "$child"
  done
  kill -KILL "$pid" 2>/dev/null || [[ ! -e /proc/$pid ]] || as_root kill -KILL "$pid" 2>/dev/null || true
}

is_zombie() { [[ $(cut -d' ' -f3 "/proc/$1/stat" 2>/dev/null) == Z ]]; }

# True as soon as the command is, false when it still is not after the given number of seconds.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}
