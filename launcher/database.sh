# shellcheck shell=bash
# Which database the cluster's state is in: H2 in the data directory, or a PostgreSQL somewhere. Chosen with the options of
# 'up', kept in DATA/database.properties and DATA/database-password, so that later starts need no options.

# choose_database OPTION=VALUE...: sets DATABASE, DATABASE_URL, DATABASE_USER and DATABASE_PASSWORD_FROM (a file, or nothing to
# keep the password there is) from the options and, where those say nothing, from what an earlier 'up' kept.
choose_database() {
  local option value
  DATABASE=$(kept_database database)
  DATABASE_URL=$(kept_database database-url)
  DATABASE_USER=$(kept_database database-user)
  DATABASE_PASSWORD_FROM=''
  for option in "$@"; do
    value=${option#*=}
    [[ -n $value ]] || usage_error "--${option%%=*} needs a value."
    case ${option%%=*} in
      database) DATABASE=$value ;;
      database-url) DATABASE_URL=$value ;;
      database-user) DATABASE_USER=$value ;;
      database-password-file) DATABASE_PASSWORD_FROM=$value ;;
    esac
  done
  case ${DATABASE:=h2} in
    h2)
      (($# == 0)) || [[ "$*" == database=h2 ]] ||
        usage_error "--database-url, --database-user and --database-password-file go with --database postgresql."
      DATABASE_URL=''
      DATABASE_USER=''
      ;;
    postgresql)
      [[ -n $DATABASE_URL ]] ||
        usage_error "--database postgresql needs --database-url, for instance jdbc:postgresql://db.example.com:5432/coxswain."
      [[ $DATABASE_URL =~ ^jdbc:postgresql:[^[:space:][:cntrl:]]+$ ]] ||
        usage_error "--database-url must look like jdbc:postgresql://host:5432/name, not '$DATABASE_URL'."
      : "${DATABASE_USER:=coxswain}"
      [[ ! $DATABASE_USER =~ [[:cntrl:]] ]] || usage_error "--database-user has a control character."
      if [[ -n $DATABASE_PASSWORD_FROM && ! -r $DATABASE_PASSWORD_FROM ]]; then
        die "the file '$DATABASE_PASSWORD_FROM' of --database-password-file cannot be read."
      fi
      ;;
    *) usage_error "--database is h2 or postgresql, not '$DATABASE'." ;;
  esac
}

# kept_database KEY: what an earlier 'up' was told.
kept_database() {
  property "$1" "$DATA/database.properties"
}

database_changed() {
  [[ $DATABASE != "$(kept_database database | grep . || echo h2)" || $DATABASE_URL != "$(kept_database database-url)" ||
    $DATABASE_USER != "$(kept_database database-user)" ]]
}

# database_in_words TYPE URL
database_in_words() {
  if [[ $1 == postgresql ]]; then printf '%s' "${2%%\?*}"; else printf 'H2 in %s' "$DATA/db"; fi
}

keep_database() {
  if database_changed && [[ -n $(kept_database database) || -n $(find "$DATA/db" -name '*.db' 2>/dev/null) ]]; then
    warn "this cluster's state was in $(database_in_words "$(kept_database database)" "$(kept_database database-url)"); it is not copied: the cluster begins with what is in $(database_in_words "$DATABASE" "$DATABASE_URL")."
  fi
  write_if_changed "$DATA/database.properties" 0600 <<PROPERTIES
database=$DATABASE
database-url=$DATABASE_URL
database-user=$DATABASE_USER
PROPERTIES
  if [[ -n $DATABASE_PASSWORD_FROM ]]; then
    head -n 1 -- "$DATABASE_PASSWORD_FROM" | write_if_changed "$DATA/database-password" 0600
  fi
}

# configure_database: the data source of the server's configuration, and its password, which is on no command line.
configure_database() {
  local password=$SERVER_DIR/variables/coxswain.database.password
  rm -f "$password"
  [[ $DATABASE == postgresql ]] || return 0
  cp "$SERVER_DIR/database-postgresql.xml" "$SERVER_DIR/database.xml"
  if [[ -s $DATA/database-password ]]; then tr -d '\n' <"$DATA/database-password" | write_file "$password" 0600; fi
}

database_properties() {
  [[ $DATABASE == postgresql ]] || return 0
  # A backslash would begin an escape in a properties file.
  printf 'coxswain.database.type=postgresql\ncoxswain.database.url=%s\ncoxswain.database.user=%s\n' \
    "${DATABASE_URL//\\/\\\\}" "${DATABASE_USER//\\/\\\\}"
}

# check_database: whether a server could run on it; makes the tables if it may.
check_database() {
  [[ $DATABASE == postgresql ]] || return 0
  local log=$LOGS/database.log password=/dev/null
  if [[ -s $DATA/database-password ]]; then password=$DATA/database-password; fi
  if ! "$(java_home)/bin/java" -XX:TieredStopAtLevel=1 \
    -cp "$SERVER_DIR/apps/coxswain.war/WEB-INF/classes:$WLP_USER/shared/resources/jdbc/*" \
    io.coxswain.store.jpa.DatabaseCommand "$DATABASE_URL" "$DATABASE_USER" <"$password" >"$log" 2>&1; then
    tail -n 3 "$log" >&2
    die "the server cannot run on $(database_in_words "$DATABASE" "$DATABASE_URL"): the reason is above."
  fi
}
