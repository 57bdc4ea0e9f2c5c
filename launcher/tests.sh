# shellcheck shell=bash
# The verb 'test': everything CI runs. Maven's output goes to standard output as it is.

verb_test() {
  require_root test
  check_kernel
  check_packages test
  install_missing test
  local log status=0
  log=$(mktemp)
  # shellcheck disable=SC2064
  trap "rm -f '$log'" EXIT
  step "Running mvn -B verify $*"
  (cd "$PROJECT" && JAVA_HOME=$(java_home) mvn -B verify "$@") 2>&1 | tee "$log" || status=$?
  if ((status == 0)); then
    step "Every test passed"
    return
  fi
  failing_tests "$log"
  die "the build or a test failed (Maven ended with $status): see above."
}

# failing_tests LOG: the names from Surefire's and Failsafe's summaries, once more at the end.
failing_tests() {
  local names
  names=$(awk '
    /^\[ERROR\] (Failures|Errors): *$/ { listing = 1; next }
    /^\[(INFO|WARNING)\]/ || /Tests run:/ { listing = 0 }
    listing && /^\[ERROR\] +[^ ]/ { sub(/^\[ERROR\] +/, ""); print "  " $0 }' "$1" | sort -u)
  if [[ -n $names ]]; then printf '\nFailing tests:\n%s\n\n' "$names"; fi
}
