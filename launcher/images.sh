# shellcheck shell=bash
# Images: built by buildah in a store of the cluster's own, pushed to the cluster's registry.

# Buildah's store and the files that make it independent of the machine's configuration.
prepare_buildah() {
  check_packages image
  install_missing image
  (umask 077 && mkdir -p "$DATA/buildah")
  write_if_changed "$DATA/buildah/policy.json" 0644 <<<'{"default": [{"type": "insecureAcceptAnything"}]}'
  write_if_changed "$DATA/buildah/registries.conf" 0644 <<<'unqualified-search-registries = ["docker.io"]'
}

# own_buildah COMMAND ARG...: vfs and chroot work without any privilege of the kernel's that a machine may withhold.
own_buildah() {
  CONTAINERS_REGISTRIES_CONF=$DATA/buildah/registries.conf BUILDAH_ISOLATION=chroot TMPDIR=$DATA/buildah \
    buildah --root "$DATA/buildah/root" --runroot "$DATA/buildah/run" --storage-driver vfs \
    --registries-conf "$DATA/buildah/registries.conf" "$@"
}

# check_tag TAG: NAME[:VERSION], as in an image reference.
check_tag() {
  if [[ ! $1 =~ ^[a-z0-9]([a-z0-9._/:-]*[a-z0-9])?(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?$ ]]; then
    usage_error "'$1' is no image tag: it looks like app:1.0, in small letters before the colon."
  fi
}

# registry_path TAG: the image's name within the registry: without the host a full reference begins with, and
# with a version.
registry_path() {
  local path=$1 first=${1%%/*}
  if [[ $path == */* && ($first == *.* || $first == *:* || $first == localhost) ]]; then path=${path#*/}; fi
  if [[ ${path##*/} != *:* ]]; then path=$path:latest; fi
  printf '%s' "$path"
}

# verb_image_build DIR TAG [--build-arg NAME=VALUE]...
verb_image_build() {
  local directory=$1 tag=$2 file
  local arguments=("${@:3}")
  check_build_arguments "${arguments[@]}"
  require_root 'image build'
  require_cluster
  check_tag "$tag"
  [[ -d $directory ]] || die "there is no directory '$directory'."
  for file in Dockerfile Containerfile ''; do
    if [[ -n $file && -f $directory/$file ]]; then break; fi
  done
  [[ -n $file ]] || die "'$directory' has neither a Dockerfile nor a Containerfile."
  prepare_buildah
  # No layer cache: it takes an image made with other build arguments for the same.
  step "Building $tag from $directory/$file"
  own_buildah build --isolation chroot --signature-policy "$DATA/buildah/policy.json" \
    "${arguments[@]}" --file "$directory/$file" --tag "$tag" "$directory" || die "the image $tag was not built: buildah's reason is above."
  step "Built $tag. Push it with: ./coxswain image push $tag"
}

# check_build_arguments WORD...: pairs of --build-arg and NAME=VALUE; nothing else of buildah's is ours to pass on.
check_build_arguments() {
  while (($# > 0)); do
    [[ $1 == --build-arg ]] || usage_error "'image build' does not take '$1'."
    [[ ${2:-} =~ ^[A-Za-z_][A-Za-z0-9_]*= ]] || usage_error "--build-arg needs NAME=VALUE."
    shift 2
  done
}

verb_image_push() {
  local tag=$1 target certificates status=0
  require_root 'image push'
  require_cluster
  check_tag "$tag"
  prepare_buildah
  own_buildah inspect --type image "$tag" >/dev/null 2>&1 ||
    die "there is no image '$tag' to push: build it with './coxswain image build DIR $tag'."
  [[ -n $(server_pid) ]] || die "the cluster does not run, so neither does its registry: './coxswain up' starts it."
  [[ -s $DATA/pki/ca.crt && -s $PASSWORD_FILE ]] || die "$DATA lacks pki/ca.crt or console-password: './coxswain up' makes them."
  target=127.0.0.1:$REGISTRY_PORT/$(registry_path "$tag")
  step "Pushing $tag to the cluster's registry, $target"
  certificates=$(mktemp -d "$DATA/buildah/push.XXXXXX")
  cp "$DATA/pki/ca.crt" "$certificates/"
  registry_login | (umask 077 && cat >"$certificates/auth.json")
  own_buildah push --signature-policy "$DATA/buildah/policy.json" --cert-dir "$certificates" \
    --authfile "$certificates/auth.json" "$tag" "docker://$target" || status=$?
  rm -rf "$certificates"
  ((status == 0)) || die "$tag was not pushed: the reason is above."
  step "Pushed $tag. Pods use it as: image: $tag"
}

# registry_login: the administrator's credentials in the form of an authfile: on no command line.
registry_login() {
  printf '{"auths": {"127.0.0.1:%s": {"auth": "%s"}}}\n' "$REGISTRY_PORT" \
    "$({
      printf '%s:' "$CONSOLE_USER"
      tr -d '\n' <"$PASSWORD_FILE"
    } | base64 -w 0)"
}
