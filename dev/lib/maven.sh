# shellcheck shell=bash
# Building with Maven, reading what its test reports say, and finding what a run of it left behind.

maven() { run_job env CODEB_DEV_RUN="$RUN_STATE" TMPDIR="$RUN_STATE/tmp" mvn -B -ntp "$@"; }

# Three modules at once, where none needs another: while the tests of one wait, others work. TMPDIR alone does not move
# the temporary files of a JVM, hence the option. A test that fails is tried once more, a property first with the sample
# that it failed with: one that passes then fails by chance, which sum_reports tells.
maven_tests() {
  JAVA_TOOL_OPTIONS="-Djava.io.tmpdir=$RUN_STATE/tmp ${JAVA_TOOL_OPTIONS:-}" \
    maven -T3 -Dsurefire.rerunFailingTestsCount=1 -Dfailsafe.rerunFailingTestsCount=1 "$@"
}

# copy_tree DIR: the sources, for a build that must not meet another one in this tree, without what builds made.
copy_tree() {
  mkdir "$1"
  tar -C "$REPO" --exclude=.git --exclude=target --exclude=node_modules -c . | tar -C "$1" -x
}

# --- reports ----------------------------------------------------------------------------------------------------
# sum_reports DIR MARKER: adds up the test reports under DIR that are newer than the file MARKER into PASSED, FAILED and
# SKIPPED, the last as a list of class names with their numbers, and lists in UNSTEADY what passed only when tried again.
PASSED=0 FAILED=0 SKIPPED=() UNSTEADY=()
sum_reports() {
  local kind tests failed skipped name
  # shellcheck disable=SC2016  # $0 is awk's
  while read -r kind tests failed skipped name; do
    if [[ $kind == unsteady ]]; then
      UNSTEADY+=("$name")
      continue
    fi
    PASSED=$((PASSED + tests - failed - skipped))
    FAILED=$((FAILED + failed))
    ((skipped == 0)) || SKIPPED+=("$name ($skipped)")
  done < <(
    find "$1" -path '*/target/*-reports/TEST-*.xml' -newer "$2" -print0 | xargs -0 -r awk '
      function attribute(name) {
        return match($0, "[[:space:]]" name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : ""
      }
      BEGIN { RS = ">" }
      FNR == 1 { counted = 0 }
      !counted && /<testsuite[[:space:]]/ {
        counted = 1
        print "suite", attribute("tests") + 0, attribute("errors") + attribute("failures"), attribute("skipped") + 0, attribute("name")
      }
      /<testcase[[:space:]]/ { test = attribute("classname") "." attribute("name") }
      /<flaky(Failure|Error)[[:space:]]/ && test != "" {
        print "unsteady", 0, 0, 0, test
        test = ""
      }'
  )
}

# --- leftovers --------------------------------------------------------------------------------------------------
# Names what a finished test run left, on stderr, and fails if that is anything at all.
check_leftovers() {
  local pid line containers clean=yes
  # The last of the tests' processes may still be on its way out.
  if ! wait_until 5 no_marked_processes; then
    for pid in $(marked_processes); do
      leftover "process $pid: $(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c1-160)"
    done
  fi
  if [[ -x $PODMAN ]]; then
    containers=$("$PODMAN" ps --all --format '{{.Names}} {{.Image}} {{.Status}}') || leftover "a Podman that does not answer"
    while read -r line; do [[ -z $line ]] || leftover "container $line"; done <<<"$containers"
  fi
  if [[ -n ${DOCKER:-} ]]; then
    containers=$("$DOCKER" ps --all --format '{{.Names}} {{.Image}} {{.Status}}') || leftover "a Docker that does not answer"
    while read -r line; do [[ -z $line ]] || leftover "container $line of Docker's"; done <<<"$containers"
  fi
  while read -r line; do leftover "temporary file $line"; done < <(
    find "$RUN_STATE/tmp" -mindepth 1 -maxdepth 1 '(' -name 'codeb*' -o -name 'junit*' ')'
  )
  [[ -n $clean ]]
}

# Tells check_leftovers, which calls it.
leftover() {
  clean=''
  say "the tests left behind: $1"
}
