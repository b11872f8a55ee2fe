package io.codeb.postgresql.internal.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementHeadTest {
    private static String whole(String statement) {
        return StatementHead.of(statement.getBytes(StandardCharsets.UTF_8), true, true, StandardCharsets.UTF_8);
    }

    private static String cut(String beginning) {
        return StatementHead.of(beginning.getBytes(StandardCharsets.UTF_8), false, true, StandardCharsets.UTF_8);
    }

    @Test
    void aStatementOfSeveralLinesIsOneLine() {
        assertThat(whole("CREATE TABLE public.t (\r\n\ta integer -- the first\n    DEFAULT 12345,\n b  text /* b */);"))
                .isEqualTo("CREATE TABLE public.t ( a integer DEFAULT 12345, b text )");
    }

    @Test
    void whatIsLongerIsCut() {
        String head = whole("SELECT " + "a, ".repeat(100) + "b;");

        assertThat(head)
                .hasSize(StatementHead.LIMIT + 2)
                .startsWith("SELECT a, a")
                .endsWith(" …");
    }

    @Test
    void noCharacterIsCutInTwo() {
        assertThat(whole("SELECT '" + "\uD83D\uDE00".repeat(80) + "';")).doesNotContainPattern("\\p{Cs}");
    }

    @Test
    void aTokenThatIsCutIsLeftOut() {
        assertThat(cut("INSERT INTO t VALUES (1, 'one', 'tw")).isEqualTo("INSERT INTO t VALUES (1, 'one', …");
        assertThat(cut("CREATE FUNCTION f() RETURNS void AS $$ BEGIN PERFORM"))
                .isEqualTo("CREATE FUNCTION f() RETURNS void AS …");
    }

    @Test
    void anotherEncodingIsRead() {
        Charset latin = StandardCharsets.ISO_8859_1;

        assertThat(StatementHead.of("DROP TABLE größe;".getBytes(latin), true, true, latin))
                .isEqualTo("DROP TABLE größe");
    }

    @Test
    void otherStringsAreTold() {
        assertThat(whole("SELECT pg_catalog.setval('public.t_id_seq', 5, true);"))
                .isEqualTo("SELECT pg_catalog.setval('public.t_id_seq', 5, true)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE ROLE r PASSWORD 'geheim';",
                "ALTER USER r WITH LOGIN encrypted\npassword /* geheim */ 'geheim' VALID UNTIL 'infinity';",
                "ALTER ROLE r PASSWORD E'ge\\'heim';",
                "ALTER ROLE r PASSWORD $$geheim$$;",
                "ALTER ROLE r PASSWORD $x$geheim$x$;",
                "ALTER ROLE r PASSWORD 'x'\n'geheim';",
                "ALTER ROLE r PASSWORD U&'geheim';",
                "CREATE USER MAPPING FOR u SERVER s OPTIONS (user 'u', password 'geheim');",
                "CREATE USER MAPPING FOR u SERVER s OPTIONS (ADD \"password\" 'geheim');",
                "CREATE SUBSCRIPTION s CONNECTION 'host=h user=geheim' PUBLICATION p;",
                "SELECT dblink('host=h password=geheim', 'SELECT 1');",
                "SELECT dblink('postgresql://u:geheim@h/d', 'SELECT 1');",
                "SELECT set_config('app.passwd', 'geheim', false);",
                "INSERT INTO users (name, password) VALUES ('u', 'geheim');",
            })
    void aSecretIsNotTold(String statement) {
        assertThat(whole(statement)).contains("'…'").doesNotContain("geheim");
        for (int length = 1; length <= statement.length(); length++) {
            assertThat(cut(statement.substring(0, length))).doesNotContain("geh");
        }
    }
}
