# shellcheck shell=bash
# A Docker engine of the run's own, for the tests of the runtime `docker`: the daemon and its containerd, from Debian's
# packages. They are unpacked and not installed: installed, they would be services of this machine's from then on.
# All that they write is in the run's state directory; their bridge and their control groups have the name of the run's
# slot. No rule of the firewall is made: the host reaches containers through ports that Docker's proxy holds.

DOCKER_STORE=$CODEB_DEV_HOME/docker
DOCKER_PROGRAMS='' DOCKER='' DOCKER_SOCKET=''

# start_docker IMAGE…: an engine that has these images of the image store; their names without the prefix.
start_docker() {
  ensure_docker_programs
  local home=$RUN_STATE/docker image
  mkdir -m 0711 "$home"
  DOCKER_SOCKET=$home/docker.sock DOCKER=$RUN_DIR/docker
  printf '#!/usr/bin/env bash\nexec %q --host %q "$@"\n' "$DOCKER_PROGRAMS/usr/bin/docker" "unix://$DOCKER_SOCKET" >"$DOCKER"
  chmod 0755 "$DOCKER"
  at_end stop_docker
  make_docker_bridge
  start_containerd "$home"
  start_docker_daemon "$home"
  for image in "$@"; do
    "$PODMAN" save "$IMAGE_PREFIX/$image" 2>/dev/null | "$DOCKER" load --quiet >/dev/null || die "Docker did not take the image $image"
  done
}

# --- the programs -----------------------------------------------------------------------------------------------
# Those of one version of the packages are kept; a newer version takes their place.
ensure_docker_programs() {
  need runc runc
  need ip iproute2
  [[ -e /usr/share/doc/libdevmapper1.02.1 ]] || MISSING+=(libdevmapper1.02.1)
  install_missing
  [[ -n $(docker_version) ]] || refresh_package_lists
  local version dir
  version=$(docker_version)
  [[ -n $version ]] || die "this machine's archive has no docker.io"
  DOCKER_PROGRAMS=$DOCKER_STORE/$version
  [[ ! -e $DOCKER_PROGRAMS ]] || return 0
  dir=$(new_build_dir)
  unpack_packages "$dir" docker.io containerd
  mkdir -p "$DOCKER_STORE"
  find "$DOCKER_STORE" -mindepth 1 -maxdepth 1 -exec rm -rf '{}' +
  mv -T "$dir/tree" "$DOCKER_PROGRAMS" 2>/dev/null || [[ -e $DOCKER_PROGRAMS ]] # another run was faster
  remove_build_dirs "$dir"
}

docker_version() {
  apt-cache policy docker.io 2>/dev/null | awk '$1 == "Candidate:" && $2 != "(none)" { gsub(/[^0-9A-Za-z.+~-]/, "_", $2); print $2 }'
}

# --- the engine -------------------------------------------------------------------------------------------------
# The bridge has a hardware address of its own. One that has none takes that of a container, and another one when this
# container goes: then connections of the others hang until they have learned it.
make_docker_bridge() {
  local bridge=codebd$RUN_SLOT
  [[ ! -e /sys/class/net/$bridge ]] || as_root ip link delete "$bridge"
  as_root ip link add "$bridge" address "$(printf '02:42:0a:d6:%02x:01' "$RUN_SLOT")" type bridge
  as_root ip address add "10.214.$RUN_SLOT.1/24" dev "$bridge"
  as_root ip link set "$bridge" up
}

start_containerd() {
  local home=$1
  cat >"$home/containerd.toml" <<EOF_TOML
version = 2
root = "$home/containerd"
state = "$home/containerd-state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "$home/containerd.sock"
EOF_TOML
  start_docker_program containerd --config "$home/containerd.toml"
  wait_until 20 test -S "$home/containerd.sock" || die "containerd did not start: $(tail -n 5 "$RUN_DIR/containerd.log")"
}

# Containers outlive the daemon (live-restore), as on servers that are kept up to date.
start_docker_daemon() {
  local home=$1
  # Its settings are these, and not those of a Docker that the machine may have.
  echo '{}' >"$home/daemon.json"
  # Docker's default limits are above what a machine without CAP_SYS_RESOURCE may set.
  start_docker_program dockerd --config-file "$home/daemon.json" --host "unix://$DOCKER_SOCKET" --group "$(id -g)" \
    --containerd "$home/containerd.sock" --data-root "$home/root" --exec-root "$home/exec" --pidfile "$home/docker.pid" \
    --live-restore --cgroup-parent "codebd$RUN_SLOT" \
    --bridge "codebd$RUN_SLOT" --iptables=false --ip6tables=false --ip-masq=false \
    --default-ulimit "nofile=$(ulimit -Hn):$(ulimit -Hn)" --default-ulimit nproc=4096:4096
  wait_until 30 "$DOCKER" version || die "Docker did not start: $(tail -n 5 "$RUN_DIR/dockerd.log")"
}

# In a session of its own, so that a Ctrl-C does not end it before its containers are removed.
start_docker_program() {
  local program=$1
  shift
  (
    let_go_of_locks
    as_root setsid env "PATH=$DOCKER_PROGRAMS/usr/sbin:$DOCKER_PROGRAMS/usr/bin:$PATH" "$program" "$@"
  ) >"$RUN_DIR/$program.log" 2>&1 </dev/null &
}

# What is left after that, close_run ends.
stop_docker() {
  "$DOCKER" ps --all --quiet 2>/dev/null | xargs -r "$DOCKER" rm --force --volumes >/dev/null 2>&1 \
    || say "some containers of this run's Docker could not be removed"
}
