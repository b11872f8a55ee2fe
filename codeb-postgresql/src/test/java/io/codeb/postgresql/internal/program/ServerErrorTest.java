package io.codeb.postgresql.internal.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.error.CommandFailedException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.postgresql.internal.script.ScriptLines;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What psql 15 writes, word for word. */
class ServerErrorTest {
    private static final String TWO_ERRORS = """
            psql:<stdin>:6: ОШИБКА:  42704: type "earth" does not exist
            LINE 1: ...ians($1))*sin(radians($2))),earth()*sin(radians($1)))::earth
                                                                              ^
            QUERY:  SELECT cube(cube(cube(earth()*cos(radians($1))*cos(radians($2)))))::earth
            CONTEXT:  SQL function "ll_to_earth" during inlining
            LOCATION:  typenameType, parse_type.c:270
            psql:<stdin>:8: WARNING:  01000: not that
            psql:<stdin>:16: ERROR:  22P02: invalid input syntax for type integer: "x
            y"
            CONTEXT:  COPY place, line 2, column id: "x
            y"
            LOCATION:  pg_strtoint32, numutils.c:232
            psql:<stdin>:24: error: invalid command \\.
            """;

    @Test
    void errorsAreReadWithAllTheirParts() {
        assertThat(ServerError.in(TWO_ERRORS))
                .containsExactly(
                        new ServerError(
                                6,
                                "42704",
                                "type \"earth\" does not exist",
                                "",
                                "SQL function \"ll_to_earth\" during inlining",
                                "parse_type.c"),
                        new ServerError(
                                16,
                                "22P02",
                                "invalid input syntax for type integer: \"x\ny\"",
                                "",
                                "COPY place, line 2, column id: \"x\ny\"",
                                "numutils.c"));
    }

    @Test
    void theLastErrorThatIsNotForgivenIsWhatStoppedIt() {
        assertThat(ServerError.fatal(TWO_ERRORS, line -> line == 16))
                .extracting(ServerError::line)
                .isEqualTo(6L);
        assertThat(ServerError.fatal(TWO_ERRORS, line -> true)).isNull();
        assertThat(ServerError.fatal("", line -> false)).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    42704 | acl.c         |                                       | mapRole
                    42704 | tablespace.c  |                                       | withoutTablespaces()
                    22023 | guc.c         |                                       | withoutTablespaces()
                    0A000 | extension.c   |                                       | extension's package
                    58P01 | extension.c   |                                       | extension's package
                    0A000 | copy.c        |                                       | row-level security
                    42501 | rls.c         |                                       | row-level security
                    42809 | dbcommands.c  |                                       | install the locale
                    22023 | pg_locale.c   |                                       | install the locale
                    42704 | parse_type.c  | SQL function ll_to_earth at inlining  | search_path
                    42P01 | parse_relation.c | PL/pgSQL function f() line 1 at IF | search_path
                    23503 | ri_triggers.c |                                       | --disable-triggers
                    42P07 | heap.c        |                                       | there already
                    42601 | scan.l        |                                       | do not belong
                    """)
    void whatHelpsIsSaid(String state, String source, String context, String hint) {
        ServerError error = new ServerError(3, state, "words", "", context == null ? "" : context, source);
        assertThat(LoadFailure.of(error, 3, "", null).hint()).contains(hint);
    }

    @Test
    void aMissingTableOutsideOfFunctionsIsNoMatterOfTheSearchPath() {
        assertThat(LoadFailure.remedy(new ServerError(3, "42P01", "words", "", "", "parse_relation.c")))
                .isNull();
    }

    @Test
    void theMessageSaysWhereAndWhatWasAtWork() {
        ServerError error =
                new ServerError(9, "53100", "could not extend file", "Only 10 bytes.", "COPY place, line 2", "md.c");
        EngineException failure =
                LoadFailure.of(error, 7, "COPY place FROM stdin", new CommandFailedException("psql", 3, "…"));
        assertThat(failure.code()).isEqualTo(ErrorCode.TARGET_FULL);
        assertThat(failure)
                .hasMessageContaining("could not extend file")
                .hasMessageContaining("SQLSTATE 53100")
                .hasMessageContaining("line 7 of the script: COPY place FROM stdin")
                .hasMessageContaining("Only 10 bytes.")
                .hasMessageContaining("COPY place, line 2");
        assertThat(failure.hint()).isNotEmpty();
        assertThat(Diagnosis.stateOf(failure)).isEmpty();
        assertThat(Diagnosis.stateOf(Diagnosis.of(
                        "psql", new CommandFailedException("psql", 3, "psql:<stdin>:1: ERROR:  55006: in use\n"))))
                .isEqualTo("55006");
    }

    @ParameterizedTest
    @CsvSource({
        "42501, true",
        "42704, true",
        "22023, true",
        "0A000, true",
        "57P01, false",
        "57P02, false",
        "53100, false",
        "40P01, false",
        "55P03, false",
        "58030, false",
        "XX000, false"
    })
    void aServerThatEndsOrIsFullHasNotRefusedWhatItWasTold(String state, boolean refused) {
        CommandFailedException said =
                new CommandFailedException("psql", 3, "psql:<stdin>:1: ERROR:  " + state + ": words\n");
        assertThat(Diagnosis.isRefusal(Diagnosis.of("psql", said))).isEqualTo(refused);
        assertThat(Diagnosis.isRefusal(Diagnosis.of("psql", new CommandFailedException("psql", 3, "killed"))))
                .isFalse();
    }

    // Lines

    private static ByteBuffer script(int lines) {
        return ByteBuffer.wrap("x\n".repeat(lines).getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void linesOfOurOwnAreNotLinesOfTheScript() {
        ScriptLines lines = new ScriptLines();
        lines.own(2);
        lines.own(1);
        lines.script(script(10));
        lines.own(4);
        lines.script(script(5).asReadOnlyBuffer());
        lines.own(1);

        assertThat(List.of(1L, 3L, 4L, 13L, 14L, 17L, 18L, 22L, 23L).stream()
                        .map(lines::scriptLine)
                        .toList())
                .containsExactly(0L, 0L, 1L, 10L, 0L, 0L, 11L, 15L, 0L);
        assertThat(new ScriptLines().scriptLine(7)).isEqualTo(7);
    }

    @Test
    void linesThatPsqlDoesNotGetAreCountedAllTheSame() {
        ScriptLines lines = new ScriptLines();
        lines.own(2);
        lines.script(script(3));
        lines.dropped(10);
        lines.script(script(3));
        assertThat(lines.scriptLine(5)).isEqualTo(3);
        assertThat(lines.scriptLine(6)).isEqualTo(14);
    }

    @Test
    void manyBlocksOfOurOwnAreRemembered() {
        ScriptLines lines = new ScriptLines();
        for (int i = 0; i < 1_000; i++) {
            lines.script(script(1));
            lines.own(1);
        }
        assertThat(lines.scriptLine(1)).isEqualTo(1);
        assertThat(lines.scriptLine(1_999)).isEqualTo(1_000);
        assertThat(lines.scriptLine(1_998)).isZero();
        assertThat(lines.psqlLine()).isEqualTo(2_001);
    }

    @Test
    void anErrorThatWasForgivenStaysSo() {
        ScriptLines lines = new ScriptLines();
        lines.script(script(4));
        lines.forgive();
        assertThat(lines.isForgiven(5)).isTrue();
        assertThat(lines.isForgiven(6)).isFalse();
    }

    @Test
    void piecesOfStatementsAreNotKept() {
        String said = """
                psql:<stdin>:3: ERROR:  42601: syntax error at or near "x"
                LINE 1: ALTER ROLE r PASSWORD 'geheim' x;
                                                       ^
                LOCATION:  scanner_yyerror, scan.l:1176
                psql:<stdin>:4: ERROR:  42704: role "r" does not exist
                QUERY:  ALTER ROLE r PASSWORD 'geheim'
                 -- geheim
                CONTEXT:  PL/pgSQL function inline_code_block line 1
                LOCATION:  get_rolespec_tuple, acl.c:5466
                LINE 1: SELECT 'geheim""";

        String kept = ServerError.withoutStatements(said);

        assertThat(kept).isEqualTo("""
                psql:<stdin>:3: ERROR:  42601: syntax error at or near "x"
                LOCATION:  scanner_yyerror, scan.l:1176
                psql:<stdin>:4: ERROR:  42704: role "r" does not exist
                CONTEXT:  PL/pgSQL function inline_code_block line 1
                LOCATION:  get_rolespec_tuple, acl.c:5466
                """);
        assertThat(ServerError.in(kept)).hasSize(2).isEqualTo(ServerError.in(said));
    }
}
