# shellcheck shell=bash
# Installs what a command needs and the machine lacks, from the machine's own Debian archive.
# What is there already is never touched, upgraded or configured.

LISTS_FRESH=''

# apt's lists are refreshed once, and only when something is missing.
refresh_package_lists() {
  [[ -z $LISTS_FRESH ]] || return 0
  command -v apt-get >/dev/null || die "something is missing and there is no apt-get to install it with"
  as_root apt-get update -qq
  LISTS_FRESH=yes
}

install_packages() {
  say "installing: $*"
  refresh_package_lists
  local log
  log=$(mktemp)
  if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

# need COMMAND PACKAGE: notes the package in MISSING when the command is not there.
MISSING=()
need() { PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null || MISSING+=("$2"); }

install_missing() {
  local packages=("${MISSING[@]}")
  MISSING=()
  ((${#packages[@]} == 0)) || install_packages "${packages[@]}" \
    || die "not everything could be installed: ${packages[*]}"
}

# --- Java and Maven ---------------------------------------------------------------------------------------------
java_major() { "$1" -version 2>&1 | sed -nE 's/^javac ([0-9]+).*/\1/p'; }

# JAVA_HOME, the javac on the PATH, then any JDK of the machine: the first that is 17 or newer.
find_jdk() {
  local javac
  for javac in "${JAVA_HOME:+$JAVA_HOME/bin/javac}" "$(command -v javac || true)" /usr/lib/jvm/*/bin/javac; do
    if [[ -n $javac && -x $javac ]] && (($(java_major "$javac") >= 17)); then
      dirname "$(dirname "$(readlink -f "$javac")")"
      return
    fi
  done
  return 1
}

# The newest JDK of the machine, if it is newer than the one in JAVA_HOME.
find_newer_jdk() {
  local javac major best='' best_major
  best_major=$(java_major "$JAVA_HOME/bin/javac")
  for javac in /usr/lib/jvm/*/bin/javac; do
    [[ -x $javac ]] || continue
    major=$(java_major "$javac")
    if ((major > best_major)); then
      best_major=$major best=$(dirname "$(dirname "$javac")")
    fi
  done
  [[ -n $best ]] && printf '%s\n' "$best"
}

# Node builds the dashboard; Debian's 18 is new enough.
ensure_build_tools() {
  need mvn maven
  need node nodejs
  need npm npm
  find_jdk >/dev/null || MISSING+=(default-jdk-headless)
  install_missing
  JAVA_HOME=$(find_jdk) || die "no JDK 17 or newer: this machine's archive has an older one only"
  export JAVA_HOME
  # The version is the third word of the first line; colour codes come along on some machines.
  local version
  version=$(mvn --version 2>/dev/null | sed -nE 's/.*Apache Maven ([0-9.]+).*/\1/p')
  [[ $(printf '%s\n' 3.8.7 "$version" | sort -V | head -n1) == 3.8.7 ]] \
    || die "Maven $version is too old: 3.8.7 or newer is needed"
}

# --- containers -------------------------------------------------------------------------------------------------
ensure_podman() {
  # Without recommended packages, Podman's are named here. A Podman that is there already is used as it is.
  command -v podman >/dev/null || MISSING+=(podman crun netavark aardvark-dns catatonit iptables)
  need runc runc
  if ((EUID != 0)); then
    need newuidmap uidmap
    need slirp4netns slirp4netns
    # From Podman 5 on.
    need pasta passt
  fi
  install_missing
}

ensure_image_tools() {
  need debootstrap debootstrap
  need zstd zstd
  [[ -e /usr/share/keyrings/debian-archive-keyring.gpg ]] || MISSING+=(debian-archive-keyring)
  install_missing
}

# --- a PostgreSQL server on the host ----------------------------------------------------------------------------
# The directory with initdb and postgres: 15 where there is one, else the newest.
find_postgres_bin() {
  local bin
  for bin in /usr/lib/postgresql/15/bin $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
    if [[ -x $bin/initdb && -x $bin/postgres && -x $bin/psql ]]; then
      printf '%s\n' "$bin"
      return
    fi
  done
  return 1
}

# Debian's server package makes a cluster and starts it when it is installed. Nobody asked for one here, so the
# packages' own switch for that is set for as long as the installation takes, and only if this script installs them.
ensure_postgres_server() {
  ! find_postgres_bin >/dev/null || return 0
  refresh_package_lists
  local package=postgresql-15 switch=/etc/postgresql-common/createcluster.d/codeb-dev.conf failed=''
  apt-cache show "$package" >/dev/null 2>&1 || package=postgresql
  as_root mkdir -p "${switch%/*}"
  as_root tee "$switch" >/dev/null <<<'create_main_cluster = false'
  install_packages "$package" || failed=yes
  as_root rm -f "$switch"
  as_root rmdir --ignore-fail-on-non-empty "${switch%/*}"
  [[ -z $failed ]] || die "$package could not be installed"
  find_postgres_bin >/dev/null || die "$package is installed, but initdb, postgres and psql are not to be found"
}

# Everything else that the tests call by name.
ensure_test_tools() {
  need openssl openssl
  need git git
  need zstd zstd
  need curl curl
  need xz xz-utils
  need jq jq
  need age age
  # Manual pages are shown with it.
  need groff groff-base
  # The dashboard is looked at with them.
  need chromium chromium
  need chromedriver chromium-driver
  # Its pages in Korean are measured, and pictured, as people see them.
  [[ -e /usr/share/fonts/truetype/nanum ]] || MISSING+=(fonts-nanum)
  # Servers that speak other languages: what their locales are made of.
  [[ -e /usr/share/i18n/locales/ko_KR ]] || MISSING+=(locales)
  install_missing
}
