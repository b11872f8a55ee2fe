package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.model.Manifest;
import io.codeb.postgresql.internal.catalog.Extension;
import io.codeb.postgresql.internal.catalog.PostgresFacts;
import io.codeb.postgresql.internal.catalog.ServerNeeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifest names what a dump names and does not make: neither less nor more. */
class ServerNeedsIT {
    private static final Pattern ROLE = Pattern.compile("\\bneeds_[0-9]{2}\\b");

    @TempDir
    Path directory;

    private record Variant(UnaryOperator<BackupRequest> request, List<String> arguments) {
        Variant(UnaryOperator<BackupRequest> request, String... arguments) {
            this(request, List.of(arguments));
        }
    }

    private static List<Variant> variants() {
        return List.of(
                new Variant(request -> request),
                new Variant(BackupRequest::withoutOwners, "--no-owner"),
                new Variant(BackupRequest::withoutPrivileges, "--no-privileges"),
                new Variant(request -> request.withoutOwners().withoutPrivileges(), "--no-owner", "--no-privileges"),
                new Variant(BackupRequest::schemaOnly, "--schema-only"),
                new Variant(BackupRequest::dataOnly, "--data-only"),
                new Variant(request -> request.options("--no-publications"), "--no-publications"),
                new Variant(request -> request.options("--no-blobs"), "--no-blobs"),
                new Variant(request -> request.tables("s.t"), "--table=s.t"),
                new Variant(request -> request.withoutTables("s.t"), "--exclude-table=s.t"));
    }

    private CodeB codeb(Project project) {
        return CodeB.builder()
                .repository(BackupRepository.at(directory))
                .project(project)
                .build();
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 15, 17, 18})
    void theRolesNeededAreThoseThatTheDumpNames(int major) {
        PostgresServer server = PostgresServer.shared(major);
        Project project = server.project();
        server.createDatabase(project.database());
        server.load(project.database(), "needs.sql");
        try (CodeB codeb = codeb(project)) {
            for (Variant variant : variants()) {
                ServerNeeds needs = needs(codeb, variant.request().apply(BackupRequest.of("shop")));
                List<String> command = new ArrayList<>(List.of("pg_dump"));
                command.addAll(variant.arguments());
                command.addAll(List.of("-d", project.database()));
                String dump = server.run(command.toArray(String[]::new));
                assertThat(rolesOf(needs))
                        .as(String.join(" ", variant.arguments()))
                        .isEqualTo(rolesIn(dump));
                assertThat(needs.owners().contains(PostgresServer.USER))
                        .as("the superuser that initdb makes, %s", variant.arguments())
                        .isEqualTo(dump.contains(" OWNER TO " + PostgresServer.USER + ";"));
                assertThat(needs.extensions().stream().map(Extension::name))
                        .isEqualTo(dump.contains("CREATE EXTENSION") ? List.of("hstore") : List.of());
            }
        }
    }

    private static Set<String> rolesOf(ServerNeeds needs) {
        return Stream.of(needs.owners(), needs.grantees(), needs.otherRoles())
                .flatMap(List::stream)
                .filter(role -> ROLE.matcher(role).matches())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> rolesIn(String dump) {
        return dump.lines()
                .filter(line -> !line.startsWith("--"))
                .flatMap(line -> ROLE.matcher(line).results())
                .map(match -> match.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void eachRoleIsNeededForItsReason() {
        PostgresServer server = PostgresServer.shared(15);
        Project project = server.project();
        server.createDatabase(project.database());
        server.load(project.database(), "needs.sql");
        try (CodeB codeb = codeb(project)) {
            ServerNeeds needs = needs(codeb, BackupRequest.of("shop"));

            assertThat(needs.owners()).contains("needs_01", "needs_24").doesNotContain("needs_02", "needs_36");
            assertThat(needs.grantees())
                    .contains("needs_02", "needs_22", "needs_37")
                    .doesNotContain("needs_01");
            assertThat(needs.otherRoles()).containsExactly("needs_19", "needs_21");
        }
    }

    @Test
    void tablespacesOfTablesAndIndexesAreNeededWhereTheTableIsTaken() {
        PostgresServer server = PostgresServer.shared(15);
        Project project = server.project();
        server.createDatabase(project.database());
        for (String name : List.of("needed_a", "needed_b")) {
            server.run("mkdir", "/var/lib/postgresql/" + name);
            server.run("chown", "postgres:", "/var/lib/postgresql/" + name);
            server.sql("postgres", "CREATE TABLESPACE " + name + " LOCATION '/var/lib/postgresql/" + name + "'");
        }
        server.sql(
                project.database(),
                "CREATE TABLE a (i int) TABLESPACE needed_a;"
                        + " CREATE TABLE b (i int PRIMARY KEY USING INDEX TABLESPACE needed_b)");
        try (CodeB codeb = codeb(project)) {
            assertThat(needs(codeb, BackupRequest.of("shop")).tablespaces()).containsExactly("needed_a", "needed_b");
            assertThat(needs(codeb, BackupRequest.of("shop").tables("b")).tablespaces())
                    .containsExactly("needed_b");
            assertThat(needs(codeb, BackupRequest.of("shop").options("--no-tablespaces"))
                            .tablespaces())
                    .isEmpty();
            assertThat(needs(codeb, BackupRequest.of("shop").dataOnly()).tablespaces())
                    .isEmpty();
        } finally {
            server.sql("postgres", "DROP DATABASE " + project.database());
            server.sql("postgres", "DROP TABLESPACE needed_a");
            server.sql("postgres", "DROP TABLESPACE needed_b");
        }
    }

    private static ServerNeeds needs(CodeB codeb, BackupRequest request) {
        Manifest manifest = codeb.backups().run(request).manifest();
        return PostgresFacts.of(manifest.engine().facts(), manifest.database()).needs();
    }
}
