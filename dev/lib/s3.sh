# shellcheck shell=bash
# A real S3 server of the run's own, for the tests of the storage `s3`: Ceph's radosgw with one monitor, one manager and
# one object store in memory, from Debian's packages. Loopback only; all that they write is in the run's state
# directory, and the slot's number makes the ports unique.

S3_ENDPOINT=''
S3_BYTES=$((8 << 30)) # what it may hold, in memory

# start_s3: sets S3_ENDPOINT. The user's keys are AK and SK; those of a guest, whom nobody lets in, GUEST and GUESTS.
# It knows buckets by their names under s3.codeb.test, which nobody else resolves, and encrypts for who asks it to, with
# the key of-the-tests.
start_s3() {
  ensure_s3_programs
  local home=$RUN_STATE/ceph monitor=127.0.0.1:$((17000 + RUN_SLOT)) gateway=127.0.0.1:$((17100 + RUN_SLOT))
  mkdir -m 0700 "$home" "$home/mon" "$home/mgr" "$home/osd"
  write_ceph_conf "$home" "$monitor" "$gateway"
  make_ceph_keys "$home"
  start_ceph_monitor "$home" "$monitor"
  start_ceph_program ceph-mgr -f -i x --mgr-data "$home/mgr"
  start_ceph_osd "$home"
  start_ceph_program radosgw -f -n client.rgw
  wait_until 90 curl -sf -m 2 -o /dev/null "http://$gateway/" \
    || die "radosgw did not start: $(tail -n 5 "$RUN_DIR/radosgw.log")"
  add_s3_user test AK SK
  add_s3_user guest GUEST GUESTS
  # shellcheck disable=SC2034  # for environment.sh
  S3_ENDPOINT=http://$gateway
}

add_s3_user() {
  in_ceph radosgw-admin user create --uid="$1" --display-name="$1" --access-key="$2" --secret="$3" >/dev/null \
    || die "radosgw has no user $1 for the tests"
}

ensure_s3_programs() {
  need radosgw radosgw
  need ceph-mon ceph-mon
  need ceph-mgr ceph-mgr
  need ceph-osd ceph-osd
  need ceph ceph-common
  need curl curl
  install_missing
}

write_ceph_conf() {
  local home=$1
  cat >"$home/ceph.conf" <<EOF_CONF
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon host = v2:$2
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth_allow_insecure_global_id_reclaim = true
osd pool default size = 1
osd pool default min size = 1
osd crush chooseleaf type = 0
osd pool default pg num = 1
osd pool default pg autoscale mode = off
mon max pg per osd = 5000
mon allow pool size one = true
mon warn on pool no redundancy = false
mon data avail crit = 1
admin socket = $home/\$name.asok
keyring = $home/keyring
log file = $home/\$name.log
run dir = $home
[mon.a]
mon data = $home/mon
[osd.0]
osd data = $home/osd
keyring = $home/osd/keyring
osd objectstore = memstore
memstore device bytes = $S3_BYTES
[client.rgw]
rgw frontends = beast endpoint=$3
rgw enable apis = s3, admin
rgw dns name = s3.codeb.test
rgw crypt require ssl = false
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = of-the-tests=$(head -c 32 /dev/urandom | base64)
EOF_CONF
}

in_ceph() { env CEPH_CONF="$RUN_STATE/ceph/ceph.conf" "$@"; }

# In a session of its own, so that a Ctrl-C ends the tests first. By the file that it is given, remove_s3 finds it.
start_ceph_program() {
  local program=$1
  shift
  (
    let_go_of_locks
    exec setsid "$program" -c "$RUN_STATE/ceph/ceph.conf" "$@"
  ) >"$RUN_DIR/$program.log" 2>&1 </dev/null &
  disown
}

make_ceph_keys() {
  local keyring=$1/keyring
  {
    ceph-authtool --create-keyring "$keyring" --gen-key -n mon. --cap mon 'allow *'
    ceph-authtool "$keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
    ceph-authtool "$keyring" --gen-key -n client.rgw --cap mon 'allow rwx' --cap osd 'allow rwx' --cap mgr 'allow rw'
    ceph-authtool "$keyring" --gen-key -n mgr.x --cap mon 'allow profile mgr' --cap osd 'allow *'
  } >/dev/null
}

start_ceph_monitor() {
  local home=$1 fsid
  fsid=$(sed -n 's/^fsid = //p' "$home/ceph.conf")
  monmaptool --create --fsid "$fsid" --addv a "[v2:$2]" "$home/monmap" >/dev/null
  in_ceph ceph-mon -i a --mkfs --monmap "$home/monmap" --keyring "$home/keyring" >"$RUN_DIR/ceph-mkfs.log" 2>&1 \
    || die "Ceph's monitor was not made: $(tail -n 5 "$RUN_DIR/ceph-mkfs.log")"
  start_ceph_program ceph-mon -f -i a
}

start_ceph_osd() {
  local home=$1 uuid secret
  uuid=$(cat /proc/sys/kernel/random/uuid)
  secret=$(ceph-authtool --gen-print-key)
  in_ceph timeout 60 ceph osd new "$uuid" -i - \
    >/dev/null 2>"$RUN_DIR/ceph-osd-new.log" <<<"{\"cephx_secret\": \"$secret\"}" \
    || die "Ceph did not take its object store: $(tail -n 5 "$RUN_DIR/ceph-osd-new.log")"
  ceph-authtool --create-keyring "$home/osd/keyring" -n osd.0 --add-key "$secret" >/dev/null
  in_ceph ceph-osd -i 0 --mkfs --osd-uuid "$uuid" >/dev/null 2>&1
  start_ceph_program ceph-osd -f -i 0
}
