package io.codeb.postgresql.internal.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.model.TableName;
import io.codeb.postgresql.internal.script.StatementKind.Work;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementKindTest {
    private static final TableName T = new TableName("public", "t");
    private static final TableName OTHER = new TableName("shop", "The Other");

    private static StatementKind of(String statement) {
        ByteBuffer text = ByteBuffer.wrap(statement.getBytes(StandardCharsets.UTF_8));
        return StatementKind.of(new ScriptTokens(text, true, StandardCharsets.UTF_8));
    }

    private static StatementKind building(Work work, TableName... tables) {
        return new StatementKind(work, List.of(tables), "");
    }

    @Test
    void whatBuildsSomethingOfTablesIsKnown() {
        assertThat(of("CREATE INDEX i ON public.t USING btree (a);")).isEqualTo(building(Work.INDEX, T));
        assertThat(of("CREATE UNIQUE INDEX \"an i\" ON public.t USING btree (lower(a)) WHERE (b > 1);"))
                .isEqualTo(building(Work.INDEX, T));
        assertThat(of("ALTER TABLE ONLY public.t\n    ADD CONSTRAINT k PRIMARY KEY (a);"))
                .isEqualTo(building(Work.KEY, T));
        assertThat(of("ALTER TABLE ONLY public.t ADD CONSTRAINT k UNIQUE (a) DEFERRABLE;"))
                .isEqualTo(building(Work.KEY, T));
        assertThat(of("ALTER TABLE ONLY public.t ADD CONSTRAINT k EXCLUDE USING gist (r WITH &&);"))
                .isEqualTo(building(Work.KEY, T));
        assertThat(of("ALTER TABLE ONLY public.t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES shop.\"The Other\"(b);"))
                .isEqualTo(building(Work.FOREIGN_KEY, T, OTHER));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE INDEX i ON ONLY public.t USING btree (a);",
                "CREATE INDEX i ON t (a);",
                "CREATE INDEX IF NOT EXISTS i ON public.t (a);",
                "ALTER TABLE public.t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES public.u(b);",
                "ALTER TABLE ONLY public.t ADD CONSTRAINT c CHECK ((a > 1)) NOT VALID;",
                "ALTER TABLE ONLY public.t CLUSTER ON i;",
                "ALTER INDEX public.i ATTACH PARTITION public.i1;",
                "CREATE TRIGGER x BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f();",
                "COMMENT ON INDEX public.i IS 'CREATE INDEX i ON public.t (a)';",
                "REFRESH MATERIALIZED VIEW public.m;"
            })
    void anythingElseStandsBetweenWhatWasBeforeItAndWhatComesAfterIt(String statement) {
        assertThat(of(statement)).isEqualTo(StatementKind.OTHER);
    }

    @Test
    void aSettingIsToldByItsName() {
        assertThat(of("SET default_tablespace = '';").setting()).isEqualTo("default_tablespace");
        assertThat(of("RESET default_tablespace;").setting()).isEqualTo("default_tablespace");
        assertThat(of("SELECT pg_catalog.set_config('search_path', '', false);").setting())
                .isEqualTo("search_path");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN;",
                "COMMIT;",
                "SET LOCAL work_mem = 1;",
                "SET SESSION AUTHORIZATION somebody;",
                "SET ROLE somebody;",
                "RESET ALL;",
                "DISCARD ALL;",
                "SAVEPOINT s;"
            })
    void whatConnectsStatementsIsKnown(String statement) {
        assertThat(of(statement).work()).isEqualTo(Work.CONNECTING);
    }

    @Test
    void indexesOfATableGoTogetherAndNothingElseDoes() {
        StatementKind index = building(Work.INDEX, T);
        StatementKind key = building(Work.KEY, T);
        StatementKind foreignKey = building(Work.FOREIGN_KEY, OTHER, T);

        assertThat(index.conflictsWith(index)).isFalse();
        assertThat(index.conflictsWith(key)).isTrue();
        assertThat(key.conflictsWith(index)).isTrue();
        assertThat(key.conflictsWith(key)).isTrue();
        assertThat(foreignKey.conflictsWith(index)).isTrue();
        assertThat(foreignKey.conflictsWith(building(Work.KEY, OTHER))).isTrue();
        assertThat(foreignKey.conflictsWith(foreignKey)).isTrue();
        assertThat(key.conflictsWith(building(Work.KEY, OTHER))).isFalse();
    }
}
