# shellcheck shell=bash
# A Podman of the project's own, beside whatever Podman the user has: every run (see run.sh) has a store, a network, a
# lock directory and a service socket to itself. Only the images are shared: they are in one store that the runs read
# (Podman's "additional image store") and that is written under a lock when an image is missing.

IMAGE_STORE=$CODEB_DEV_HOME/images

# --- Podman's settings ------------------------------------------------------------------------------------------
# How containers are run, from plain to what a confined machine needs; the first that works is taken.
# 'plain' adds nothing to Podman's own defaults but privacy: locks in a directory of the run's own instead of the
# shared memory that all Podmans of a user use, no journal, a network of its own.
PODMAN_SETUPS=(plain limits runc)

write_containers_conf() {
  local setup=$1
  printf '[engine]\nlock_type = "file"\nevents_logger = "file"\n'
  # For how long the monitor of a command in a container stays after the command's end, and with it the answer to how
  # it ended: two processes each, for 300 s by default. With 0 the answer may be gone before it can be asked for
  # (Podman 4.3.1), with 1 it is gone within a second: too soon for a busy machine.
  printf 'exit_command_delay = 10\n'
  # crun refuses hybrid cgroups.
  [[ $setup != runc ]] || printf 'runtime = "runc"\ncgroup_manager = "cgroupfs"\n'
  printf '[containers]\nlog_driver = "k8s-file"\n'
  # Podman's default limits are above what a machine without CAP_SYS_RESOURCE may set.
  [[ $setup == plain ]] || printf 'default_ulimits = ["nofile=%s:%s", "nproc=4096:4096"]\n' "$(ulimit -Hn)" "$(ulimit -Hn)"
  printf '[network]\ndefault_network = "codeb%s"\n' "$RUN_SLOT"
}

# A command that is Podman on one store and nothing else, for this script and for tests that kill containers.
# It lets go of what is open, the run's locks: a container's monitor outlives a killed run and would hold them for ever.
# (255 is where bash reads the command itself from.)
write_podman_command() {
  local file=$1 root=$2 state=$3
  shift 3
  mkdir -p "$state"
  {
    cat <<'EOF'
#!/usr/bin/env bash
for fd in /proc/$$/fd/*; do
  fd=${fd##*/}
  ((fd < 3 || fd == 255)) || exec {fd}>&-
done
EOF
    # Podman leaves the context of a build that broke off where its temporary files are.
    printf 'unset CONTAINER_HOST CONTAINERS_STORAGE_CONF\nexport CONTAINERS_CONF=%q TMPDIR=%q\n' \
      "$RUN_DIR/containers.conf" "$state"
    # A user's Podman keeps a few things outside of its store. An existing run-time directory has the way to systemd.
    # shellcheck disable=SC2016  # for the command's own shell
    ((EUID == 0)) || printf 'export XDG_DATA_HOME=%q XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-%q}"\n' "$state/data" "$state"
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
  # In a session of its own, so that a Ctrl-C does not end it before its containers are removed.
  setsid "$PODMAN" system service --time=0 "unix://$SOCKET" >"$RUN_DIR/service.log" 2>&1 </dev/null &
  SERVICE_PID=$!
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
  # In a shell of its own: a machine without Podman is no reason to end.
  (ensure_podman) || return 0
  prepare_podman
  ensure_images minimal:1
  # shellcheck disable=SC2034  # for the commands
  ! choose_podman_setup || CONTAINERS_RUN=yes
  [[ -z $CONTAINERS_RUN ]] || start_service
}
