package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.model.Manifest;
import io.codeb.postgresql.internal.catalog.DatabaseFacts;
import io.codeb.postgresql.internal.catalog.DatabaseProperties;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Grant;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Privilege;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Setting;
import io.codeb.postgresql.internal.catalog.PostgresFacts;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a database is besides its objects is part of its backup. */
class DatabasePropertiesIT {
    @TempDir
    Path directory;

    private CodeB codeb(Project project) {
        return CodeB.builder()
                .repository(BackupRepository.at(directory))
                .project(project)
                .build();
    }

    /** Gives a database one of everything that it can have. */
    static void furnish(PostgresServer server, String database) {
        for (String role : List.of("props_reader", "props \"x\" writer")) {
            String literal = "'" + role + "'";
            server.sql(
                    "postgres",
                    "DO $$ BEGIN IF to_regrole(quote_ident(" + literal + ")) IS NULL THEN"
                            + " EXECUTE 'CREATE ROLE ' || quote_ident(" + literal + "); END IF; END $$");
        }
        server.sql("postgres", """
                ALTER DATABASE DB SET search_path = "$user", "we""ird, one", public;
                ALTER DATABASE DB SET DateStyle = 'ISO, DMY';
                ALTER DATABASE DB SET lc_messages = 'C';
                ALTER DATABASE DB SET "my.own" = E'two\\nlines';
                ALTER DATABASE DB SET default_transaction_read_only = off;
                ALTER ROLE props_reader IN DATABASE DB SET statement_timeout = '5s';
                ALTER ROLE "props ""x"" writer" IN DATABASE DB SET search_path = '';
                REVOKE CONNECT, TEMPORARY ON DATABASE DB FROM PUBLIC;
                GRANT CONNECT ON DATABASE DB TO props_reader;
                GRANT CREATE ON DATABASE DB TO "props ""x"" writer" WITH GRANT OPTION;
                ALTER DATABASE DB CONNECTION LIMIT 17;
                COMMENT ON DATABASE DB IS E'the "shop"\\nof Rosa''s';
                """.replace("DB", database));
    }

    /** What furnish() has given, as one text. */
    static String properties(PostgresServer server, String database) {
        return server.sql("postgres", """
                SELECT pg_get_userbyid(datdba), datconnlimit, datistemplate, shobj_description(oid, 'pg_database'),
                       (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(datacl) a),
                       (SELECT array_agg(setrole::regrole || ' ' || c ORDER BY setrole::regrole || ' ' || c)
                        FROM pg_db_role_setting, unnest(setconfig) c WHERE setdatabase = d.oid)
                FROM pg_database d WHERE datname = 'NAME'
                """.replace("NAME", database));
    }

    private static final List<Setting> SETTINGS = List.of(
            new Setting("", "DateStyle", List.of("ISO, DMY")),
            new Setting("", "default_transaction_read_only", List.of("off")),
            new Setting("", "lc_messages", List.of("C")),
            new Setting("", "my.own", List.of("two\nlines")),
            new Setting("", "search_path", List.of("$user", "we\"ird, one", "public")),
            new Setting("props \"x\" writer", "search_path", List.of("")),
            new Setting("props_reader", "statement_timeout", List.of("5s")));

    @ParameterizedTest
    @ValueSource(ints = {13, 15, 17, 18})
    void theManifestHoldsWhatADumpDoesNot(int major) {
        PostgresServer server = PostgresServer.shared(major);
        Project project = server.project();
        server.createDatabase(project.database());
        furnish(server, project.database());
        try (CodeB codeb = codeb(project)) {
            Manifest manifest = codeb.backups().run("shop").manifest();
            DatabaseFacts database = PostgresFacts.of(manifest.engine().facts(), manifest.database())
                    .database();

            DatabaseProperties properties = database.properties();
            assertThat(properties.settings()).containsExactlyElementsOf(SETTINGS);
            assertThat(properties.privileges().initial()).isFalse();
            assertThat(properties.privileges().grants())
                    .containsExactlyInAnyOrder(
                            new Grant(PostgresServer.USER, Privilege.CREATE, false),
                            new Grant(PostgresServer.USER, Privilege.CONNECT, false),
                            new Grant(PostgresServer.USER, Privilege.TEMPORARY, false),
                            new Grant("props \"x\" writer", Privilege.CREATE, true),
                            new Grant("props_reader", Privilege.CONNECT, false));
            assertThat(properties.connectionLimit()).isEqualTo(17);
            assertThat(properties.comment()).isEqualTo("the \"shop\"\nof Rosa's");
            assertThat(properties.tablespace()).isEqualTo("pg_default");
            assertThat(properties.template()).isFalse();
            assertThat(inspected(codeb))
                    .isEqualTo(manifest.engine().facts().tree().get("properties"));
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> inspected(CodeB codeb) {
        return (Map<String, Object>)
                codeb.databases().inspect("shop").facts().tree().get("properties");
    }

    @Test
    void privilegesThatWereNeverChangedAreOthersThanNone() {
        PostgresServer server = PostgresServer.shared(15);
        Project project = server.project();
        server.createDatabase(project.database());
        try (CodeB codeb = codeb(project)) {
            assertThat(inspected(codeb)).containsEntry("privileges", Map.of("initial", true, "grants", List.of()));

            server.sql(
                    "postgres",
                    "REVOKE ALL ON DATABASE " + project.database() + " FROM PUBLIC, " + PostgresServer.USER);

            assertThat(inspected(codeb)).containsEntry("privileges", Map.of("initial", false, "grants", List.of()));
        }
    }
}
