# shellcheck shell=bash
# What the Java side is told about this run. These names are the whole agreement between the shell and the tests:
#
#   DOCKER_HOST, CONTAINER_HOST          unix:// address of the run's own Podman service, for docker-java and
#                                        Testcontainers
#   TESTCONTAINERS_RYUK_DISABLED         true: the run removes its containers itself
#   TESTCONTAINERS_CHECKS_DISABLE        true: the checks look for a Docker that is not here
#   CODEB_TEST_PODMAN_SOCKET             path of that service's socket
#   CODEB_TEST_PODMAN                    path of a command: Podman on the same private store. It can start, stop, kill
#                                        and remove containers, and serve a second, throwaway socket
#                                        ($CODEB_TEST_PODMAN system service --time=0 unix://PATH) on the same containers
#   CODEB_TEST_DOCKER_SOCKET             path of the socket of the run's own Docker engine
#   CODEB_TEST_DOCKER                    path of a command: docker, against that engine
#   CODEB_TEST_IMAGES                    prefix of the image names: localhost/codeb-test (see images.sh)
#   CODEB_TEST_PG_BIN                    directory with initdb, postgres, psql, pg_dump of the host (PostgreSQL 15 where
#                                        the machine's Debian has it)
#   CODEB_TEST_S3                        http:// address of the run's own radosgw; its user's keys are AK and SK,
#                                        a guest's GUEST and GUESTS
#   CODEB_TEST_PRISMA                    directory with the node_modules of Prisma and its adapter for PostgreSQL
#   CODEB_TEST_FLYWAY                    directory with the jars of Flyway's command line
#   CODEB_TEST_LIQUIBASE                 directory with the jars of Liquibase's command line
#   CODEB_TEST_NEWEST_JDK                directory of the newest JDK of the machine, which may be the tests' own
#   TMPDIR                               a directory of the run's own, which must be empty of codeb* at the end
export_environment() {
  export DOCKER_HOST=unix://$SOCKET CONTAINER_HOST=unix://$SOCKET
  export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_CHECKS_DISABLE=true
  export CODEB_TEST_PODMAN_SOCKET=$SOCKET CODEB_TEST_PODMAN=$PODMAN CODEB_TEST_IMAGES=$IMAGE_PREFIX
  export CODEB_TEST_DOCKER_SOCKET=$DOCKER_SOCKET CODEB_TEST_DOCKER=$DOCKER
  export CODEB_TEST_S3=$S3_ENDPOINT CODEB_TEST_PRISMA=$PRISMA_HOME
  export CODEB_TEST_FLYWAY=$FLYWAY_HOME CODEB_TEST_LIQUIBASE=$LIQUIBASE_HOME
  CODEB_TEST_PG_BIN=$(find_postgres_bin)
  CODEB_TEST_NEWEST_JDK=$(find_newer_jdk || printf '%s' "$JAVA_HOME")
  export CODEB_TEST_PG_BIN CODEB_TEST_NEWEST_JDK
}
