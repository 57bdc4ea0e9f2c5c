# shellcheck shell=bash
# The application and its runtime: builds the WAR when sources are newer, and unpacks Open Liberty once.
# Both are shared by every cluster of this project, so both are done under a lock.

readonly WAR=$PROJECT/target/coxswain.war

liberty_version() {
  sed -n 's:.*<liberty\.version>\(.*\)</liberty\.version>.*:\1:p' "$PROJECT/pom.xml" | head -n 1
}

runtime_directory() {
  printf '%s/.coxswain/runtime/wlp-%s' "$PROJECT" "$(liberty_version)"
}

# sources_changed: whether anything the WAR is made of is newer than it. A deleted file shows in its directory.
# The server's own configuration (src/main/liberty) is no part of the WAR.
sources_changed() {
  [[ -f $WAR && -d $PROJECT/target/jdbc ]] || return 0
  [[ -n $(find "$PROJECT/pom.xml" "$PROJECT/src/main" "$PROJECT/.mvn" \
    -path "$PROJECT/src/main/liberty" -prune -o -newer "$WAR" -print -quit) ]]
}

# build: the WAR, without tests. Maven's own words go to a log; their end is shown when it fails.
build() {
  sources_changed || return 0
  with_file_lock "$PROJECT/.coxswain/build.lock" build_locked
}

build_locked() {
  sources_changed || return 0 # another launcher built it while this one waited
  local log=$PROJECT/.coxswain/build.log begun
  step "Building the server with Maven (the first time, this downloads its libraries)"
  begun=$(mktemp)
  if ! (cd "$PROJECT" && JAVA_HOME=$(java_home) mvn -B -Dgates=off -Dmaven.test.skip=true package) >"$log" 2>&1; then
    rm -f "$begun"
    grep -m 20 '^\[ERROR\]' "$log" >&2 || tail -n 20 "$log" >&2
    die "the build failed: its errors are above, all of it is in $log."
  fi
  # A source that was saved during the build must count as newer than the WAR.
  touch -r "$begun" "$WAR"
  rm -f "$begun"
}

# unpack_runtime: Open Liberty from its Maven artifact. Complete or absent, never half there.
unpack_runtime() {
  [[ -x $(runtime_directory)/bin/server ]] || with_file_lock "$PROJECT/.coxswain/runtime.lock" unpack_runtime_locked
}

unpack_runtime_locked() {
  local target version scratch log=$PROJECT/.coxswain/runtime.log
  target=$(runtime_directory)
  [[ ! -x $target/bin/server ]] || return 0
  version=$(liberty_version)
  [[ -n $version ]] || die "pom.xml names no liberty.version."
  step "Unpacking Open Liberty $version (the first time, this downloads 350 MB)"
  mkdir -p "$(dirname "$target")"
  rm -rf "$(dirname "$target")"/.unpacking.* # from an attempt that was cut off
  scratch=$(mktemp -d "$(dirname "$target")/.unpacking.XXXXXX")
  if ! (cd "$PROJECT" && JAVA_HOME=$(java_home) mvn -B dependency:copy \
    "-Dartifact=io.openliberty:openliberty-runtime:$version:zip" "-DoutputDirectory=$scratch") >"$log" 2>&1; then
    rm -rf "$scratch"
    grep -m 10 '^\[ERROR\]' "$log" >&2 || true
    die "Maven could not fetch Open Liberty $version: its errors are above, all of it is in $log."
  fi
  (cd "$scratch" && "$(java_home)/bin/jar" xf "openliberty-runtime-$version.zip")
  chmod 0755 "$scratch/wlp/bin/server"
  rm -rf "$target"
  mv "$scratch/wlp" "$target"
  rm -rf "$scratch"
}
