# shellcheck shell=bash
# The tools that migrate databases, for the tests of migrations: Prisma from npm, Flyway and Liquibase from Maven
# Central. Each is kept in a directory of its own.

PRISMA_VERSION=6.19.3
FLYWAY_VERSION=10.22.0
LIQUIBASE_VERSION=4.33.0

# ensure_migrators: sets PRISMA_HOME, a directory with the node_modules of Prisma and its adapter, and FLYWAY_HOME and
# LIQUIBASE_HOME, directories of jars.
# shellcheck disable=SC2034  # environment.sh tells the tests
ensure_migrators() {
  PRISMA_HOME=$CODEB_DEV_HOME/prisma-$PRISMA_VERSION
  FLYWAY_HOME=$CODEB_DEV_HOME/flyway-$FLYWAY_VERSION
  LIQUIBASE_HOME=$CODEB_DEV_HOME/liquibase-$LIQUIBASE_VERSION
  ensure_tool "Prisma $PRISMA_VERSION" "$PRISMA_HOME" install_prisma
  ensure_tool "Flyway $FLYWAY_VERSION" "$FLYWAY_HOME" install_flyway
  ensure_tool "Liquibase $LIQUIBASE_VERSION" "$LIQUIBASE_HOME" install_liquibase
}

# ensure_tool NAME HOME FUNCTION: FUNCTION DIR installs it.
ensure_tool() {
  local name=$1 home=$2 made
  [[ ! -d $home ]] || return 0
  say "installing $name for the tests"
  made=$(mktemp -d "$home.XXXXXX")
  "$3" "$made" || { rm -rf "$made"; die "$name could not be installed"; }
  mv -T "$made" "$home" 2>/dev/null || rm -rf "$made" # another run was faster
}

# Without the engines that it would download from elsewhere.
install_prisma() {
  need node nodejs
  need npm npm
  install_missing
  npm install --prefix "$1" --ignore-scripts --no-audit --no-fund --silent \
    "prisma@$PRISMA_VERSION" "@prisma/adapter-pg@$PRISMA_VERSION" >/dev/null
}

# Of its distribution what PostgreSQL needs.
install_flyway() {
  local artifact=org.flywaydb:flyway-commandline:$FLYWAY_VERSION:tar.gz
  maven_dependency copy "-Dartifact=$artifact" "-DoutputDirectory=$1" || return
  tar -xzf "$1/flyway-commandline-$FLYWAY_VERSION.tar.gz" -C "$1" --strip-components=2 --wildcards \
    'flyway-*/lib/*.jar' 'flyway-*/drivers/postgresql-*.jar' || return
  rm -r "$1/flyway-commandline-$FLYWAY_VERSION.tar.gz" "$1"/{aad,oracle_wallet}
  find "$1/flyway" -name '*.jar' ! -name 'flyway-co*' ! -name 'flyway-database-postgresql-*' -delete
}

install_liquibase() {
  cat >"$1/pom.xml" <<EOF
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>io.codeb.dev</groupId>
  <artifactId>liquibase</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.liquibase</groupId>
      <artifactId>liquibase-core</artifactId>
      <version>$LIQUIBASE_VERSION</version>
    </dependency>
    <dependency>
      <groupId>info.picocli</groupId>
      <artifactId>picocli</artifactId>
      <version>4.7.7</version>
    </dependency>
    <dependency>
      <groupId>org.postgresql</groupId>
      <artifactId>postgresql</artifactId>
      <version>42.7.14</version>
    </dependency>
  </dependencies>
</project>
EOF
  maven_dependency copy-dependencies -f "$1/pom.xml" "-DoutputDirectory=$1"
}

# maven_dependency GOAL OPTION…
maven_dependency() {
  local goal=$1
  shift
  mvn -q -B -ntp -Dstyle.color=never "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:$goal" "$@" >/dev/null
}
