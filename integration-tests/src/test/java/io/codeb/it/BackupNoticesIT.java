package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.error.CheckFailedException;
import io.codeb.model.Notice;
import io.codeb.model.Secret;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What will be hard to restore, or cannot be backed up whole, is told at the backup. */
class BackupNoticesIT {
    private static final PostgresServer SERVER = PostgresServer.shared(15);

    @TempDir
    Path directory;

    private CodeB codeb(Project project) {
        return CodeB.builder()
                .repository(BackupRepository.at(directory))
                .project(project)
                .build();
    }

    private static Project database(String sql) {
        Project project = SERVER.project();
        SERVER.createDatabase(project.database());
        SERVER.sql(project.database(), sql);
        return project;
    }

    private static final String CYCLE = """
            CREATE TABLE emp (id int PRIMARY KEY, boss int REFERENCES emp, dept int);
            CREATE TABLE dept (id int PRIMARY KEY, head int REFERENCES emp);
            ALTER TABLE emp ADD FOREIGN KEY (dept) REFERENCES dept;
            INSERT INTO emp VALUES (1, NULL, NULL), (2, 1, NULL);
            INSERT INTO dept VALUES (10, 2);
            UPDATE emp SET dept = 10;
            """;

    @Test
    void rowsOfTablesThatReferToEachOtherAreToldOfAndRestoreWithTriggersDisabled() {
        Project project = database(CYCLE);
        try (CodeB codeb = codeb(project)) {
            BackupResult plain = codeb.backups().run(BackupRequest.of("shop").dataOnly());
            assertThat(plain.notices()).singleElement().satisfies(notice -> {
                assertThat(notice.id()).isEqualTo("foreign-key-order");
                assertThat(notice.message()).contains("public.emp", "public.dept", "--disable-triggers");
            });

            BackupResult disabled =
                    codeb.backups().run(BackupRequest.of("shop").dataOnly().options("--disable-triggers"));
            assertThat(disabled.notices()).isEmpty();
            BackupResult schema = codeb.backups().run(BackupRequest.of("shop").schemaOnly());
            String copy = project.database() + "_copy";
            codeb.restores().run(RestoreRequest.of(schema.id()).into(copy));
            codeb.restores().run(RestoreRequest.of(disabled.id()).into(copy).intoExisting());
            assertThat(SERVER.content(copy)).isEqualTo(SERVER.content(project.database()));
        }
    }

    @Test
    void aTableThatRefersToItselfIsNothingToTell() {
        Project project = database("CREATE TABLE emp (id int PRIMARY KEY, boss int REFERENCES emp);"
                + " INSERT INTO emp VALUES (2, NULL), (3, 2), (1, 3); UPDATE emp SET boss = 1 WHERE id = 2");
        try (CodeB codeb = codeb(project)) {
            BackupResult rows = codeb.backups().run(BackupRequest.of("shop").dataOnly());
            assertThat(rows.notices()).isEmpty();

            BackupResult schema = codeb.backups().run(BackupRequest.of("shop").schemaOnly());
            String copy = project.database() + "_copy";
            codeb.restores().run(RestoreRequest.of(schema.id()).into(copy));
            codeb.restores().run(RestoreRequest.of(rows.id()).into(copy).intoExisting());
            assertThat(SERVER.content(copy)).isEqualTo(SERVER.content(project.database()));
        }
    }

    @Test
    void keysBetweenPartitionsAreToldOfWhereTheOrderIsWrong() {
        Project project = database("""
                CREATE TABLE z (id int PRIMARY KEY) PARTITION BY LIST (id);
                CREATE TABLE z1 PARTITION OF z FOR VALUES IN (1);
                CREATE TABLE a (z int REFERENCES z) PARTITION BY LIST (z);
                CREATE TABLE a1 PARTITION OF a FOR VALUES IN (1);
                INSERT INTO z VALUES (1);
                INSERT INTO a VALUES (1);
                """);
        try (CodeB codeb = codeb(project)) {
            assertThat(codeb.backups().run(BackupRequest.of("shop").dataOnly()).notices())
                    .extracting(Notice::message)
                    .singleElement()
                    .asString()
                    .contains("public.a1 before public.z1");
        }
    }

    @Test
    void keysInAnOrderThatWorksAndWholeBackupsAreNothingToTell() {
        Project project = database("CREATE TABLE z (id int PRIMARY KEY); INSERT INTO z VALUES (1);"
                + " CREATE TABLE a (z int REFERENCES z); INSERT INTO a VALUES (1)");
        Project cycle = database(CYCLE);
        try (CodeB codeb = codeb(project)) {
            assertThat(codeb.backups().run(BackupRequest.of("shop").dataOnly()).notices())
                    .isEmpty();
        }
        try (CodeB codeb = codeb(cycle)) {
            assertThat(codeb.backups().run("shop").notices()).isEmpty();
        }
    }

    @Test
    void rowsThatAreHiddenFromTheUserStopTheBackupBeforeItBegins() {
        String role = "hidden_from";
        Project project = database("""
                CREATE ROLE hidden_from LOGIN PASSWORD 'x';
                GRANT pg_read_all_data TO hidden_from;
                CREATE TABLE seen (i int);
                CREATE TABLE veiled (i int);
                ALTER TABLE veiled ENABLE ROW LEVEL SECURITY;
                """);
        Project limited = project.user(role).password(Secret.of("x"));
        try (CodeB codeb = codeb(limited)) {
            assertThatThrownBy(() -> codeb.backups().run("shop"))
                    .isInstanceOfSatisfying(CheckFailedException.class, e -> {
                        assertThat(e).hasMessageContaining("public.veiled").hasMessageContaining(role);
                        assertThat(e.hint()).contains("BYPASSRLS");
                    });
            assertThat(codeb.catalog().list("shop")).isEmpty();
            codeb.backups().run(BackupRequest.of("shop").schemaOnly());
            codeb.backups().run(BackupRequest.of("shop").withoutTables("veiled"));

            SERVER.sql("postgres", "ALTER ROLE hidden_from BYPASSRLS");
            codeb.backups().run("shop");
        }
    }

    @Test
    void functionsThatLeanOnTheSearchPathAreToldOfWhereARestoreRunsThem() {
        Project project = database("""
                CREATE EXTENSION cube;
                CREATE EXTENSION earthdistance;
                CREATE TABLE place (id int, lat float8, lon float8);
                CREATE INDEX place_earth ON place USING gist (ll_to_earth(lat, lon));
                CREATE TABLE bounds (n int);
                CREATE FUNCTION within(i int) RETURNS bool LANGUAGE sql AS 'SELECT i <= (SELECT max(n) FROM bounds)';
                CREATE TABLE bounded (i int CONSTRAINT bounded_i CHECK (within(i)));
                CREATE FUNCTION harmless(i int) RETURNS int LANGUAGE sql IMMUTABLE AS
                    'SELECT abs(i) + length(''from bounds''); -- within(1)';
                CREATE INDEX harmless_i ON bounds (harmless(n));
                CREATE FUNCTION mended(i int) RETURNS int LANGUAGE sql IMMUTABLE SET search_path = public AS
                    'SELECT max(n) FROM bounds';
                CREATE INDEX mended_i ON bounds (mended(n));
                CREATE FUNCTION unused() RETURNS int LANGUAGE sql AS 'SELECT max(n) FROM bounds';
                """);
        try (CodeB codeb = codeb(project)) {
            List<Notice> notices = codeb.backups().run("shop").notices();

            assertThat(notices).extracting(Notice::id).containsOnly("search-path");
            assertThat(notices)
                    .extracting(Notice::message)
                    .satisfiesExactly(
                            check -> assertThat(check)
                                    .startsWith(
                                            "check public.bounded_i calls function public.within, which names bounds "),
                            index -> assertThat(index)
                                    .startsWith(
                                            "index public.place_earth calls function public.ll_to_earth, which names"
                                                    + " cube, earth "));
        }
    }
}
