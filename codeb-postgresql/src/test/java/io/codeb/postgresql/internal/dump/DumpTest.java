package io.codeb.postgresql.internal.dump;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CheckFailedException;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.EntryKind;
import io.codeb.model.Secret;
import io.codeb.model.Selection;
import io.codeb.postgresql.internal.catalog.DumpLimits;
import io.codeb.postgresql.internal.catalog.PostgresFacts;
import io.codeb.postgresql.internal.program.Parallelism;
import io.codeb.spi.engine.DumpCheck;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.tck.engine.MemoryDump;
import io.codeb.tck.fault.ScriptedRuntime;
import io.codeb.tck.fault.ScriptedRuntime.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DumpTest {
    private static final Pattern MARK = Pattern.compile("\\\\echo (\\S+)");
    private static final String HEAD = "--\n-- PostgreSQL database dump\n--\n\n";
    private static final String END = "--\n-- PostgreSQL database dump complete\n--\n\n";

    private final MemoryDump output = MemoryDump.taking();
    private ScriptedRuntime runtime = ScriptedRuntime.answering(spec -> Answer.missing());

    private static Answer madeBy(String version) {
        return Answer.of(HEAD + "-- Dumped by pg_dump version " + version + "\n\nSELECT 1;\n" + END);
    }

    private DumpFacts dump(Answer pgDump) {
        return dump(ScriptedRuntime.conversing((spec, fed) ->
                spec.command().get(0).equals("psql") ? Answer.of(catalog(new String(fed, UTF_8))) : pgDump));
    }

    private DumpFacts dump(ScriptedRuntime programs) {
        return dump(programs, output);
    }

    private DumpFacts dump(ScriptedRuntime programs, DumpOutput into) {
        runtime = programs;
        return new Dump(
                        "postgresql",
                        ServerTarget.of(ToolHost.of(runtime, "db"), 5432, "app", Secret.of("s3cret"))
                                .database("shop"),
                        DumpSpec.of(Selection.EVERYTHING),
                        DumpLimits.USUAL,
                        Parallelism.USUAL,
                        into,
                        new Cancellation())
                .run();
    }

    /** What psql says of a database without tables: facts of it, and roles that own something. */
    private static String catalog(String asked) {
        Matcher matcher = MARK.matcher(asked);
        if (!matcher.find()) {
            return "";
        }
        String mark = matcher.group(1);
        String nothing = mark + "-null";
        if (asked.contains("server_version_num") && asked.contains("pg_database_size")) {
            StringBuilder rows = new StringBuilder();
            for (String fact : List.of(
                    "server_version,14.5",
                    "server_version_num,140005",
                    "name,shop",
                    "owner,app",
                    "encoding,UTF8",
                    "connection_limit,-1",
                    "initial_privileges,true")) {
                rows.append("fact,").append(fact).append(',').append(nothing).append(",f\n");
            }
            return "kind,text\nname,text\nvalue,text\nrole,text\nflag,boolean\n" + mark + "\n" + rows + mark + "\n";
        }
        String rows = asked.contains("owner of public")
                ? "owner,app," + nothing + "\nowner of public,postgres," + nothing + "\n"
                : "";
        return "reason,text\nname,text\nversion,text\n" + mark + "\n" + rows + mark + "\n";
    }

    private static List<String> owners(DumpFacts facts) {
        return PostgresFacts.of(facts.engine().facts(), facts.database())
                .needs()
                .owners();
    }

    private ErrorCode failure(Answer pgDump) {
        try {
            dump(pgDump);
        } catch (CodeBException e) {
            return e.code();
        }
        throw new AssertionError("the dump should have failed");
    }

    private List<String> programs() {
        return runtime.calls().stream()
                .map(call -> call.spec().command().get(0))
                .toList();
    }

    @Test
    void theDumpItselfSaysWhoMadeIt() {
        DumpFacts facts = dump(madeBy("15.18 (Debian 15.18-0+deb12u1)"));

        assertThat(facts.engine().tool()).isEqualTo("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)");
        assertThat(facts.engine().server().major()).isEqualTo(14);
        assertThat(new String(output.bytes(EntryKind.DUMP), UTF_8))
                .startsWith(HEAD)
                .endsWith(END);
        assertThat(programs()).as("nothing else is asked").containsExactly("psql", "pg_dump");
    }

    @Test
    void aDumpThatIsRefusedWhenItsLookIsToldIsNotBegun() {
        List<DumpCheck> told = new ArrayList<>();
        CheckFailedException refusal = new CheckFailedException("backup of shop", List.of());
        DumpOutput refusing = new DumpOutput() {
            @Override
            public void checked(DumpCheck check) {
                told.add(check);
                throw refusal;
            }

            @Override
            public void startOver() {
                throw new AssertionError("nothing was begun");
            }

            @Override
            public EntrySink open(EntrySpec entry) {
                throw new AssertionError("an entry is opened");
            }
        };

        assertThatThrownBy(() -> dump(
                        ScriptedRuntime.conversing((spec, fed) -> Answer.of(catalog(new String(fed, UTF_8)))),
                        refusing))
                .isSameAs(refusal);
        assertThat(told).singleElement().satisfies(check -> assertThat(check.findings())
                .isEmpty());
        assertThat(programs()).as("pg_dump is not started").containsExactly("psql");
    }

    @Test
    void whatADumpNeedsDependsOnWhoMadeIt() {
        assertThat(owners(dump(madeBy("14.5")))).containsExactly("app");
    }

    @Test
    void newerDumpsSayWhoOwnsTheSchemaPublic() {
        assertThat(owners(dump(madeBy("15.0")))).containsExactly("app", "postgres");
    }

    @Test
    void aMissingPgDumpIsTold() {
        assertThat(failure(Answer.missing())).isEqualTo(ErrorCode.TOOL_MISSING);
    }

    @Test
    void aPgDumpThatIsOlderThanTheServerIsTold() {
        Answer refusal = Answer.of("").thenFailing(1, """
                        pg_dump: error: aborting because of server version mismatch
                        pg_dump: detail: server version: 14.5; pg_dump version: 13.9
                        """);

        assertThat(failure(refusal)).isEqualTo(ErrorCode.TOOL_TOO_OLD);
    }

    @Test
    void aProgramThatWritesNoDumpIsNotHeardToItsEnd() {
        Answer endless = Answer.of("SELECT 1;\n".repeat(100_000)).thenFailing(1, "it has been heard to its end");

        assertThat(failure(endless)).isEqualTo(ErrorCode.TOOL_MISSING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-- Dumped by pg_dump version of my own\n"})
    void aDumpOfWhichNobodyKnowsWhoMadeItIsNone(String maker) {
        assertThat(failure(Answer.of(HEAD + maker + "SELECT 1;\n" + END))).isEqualTo(ErrorCode.TOOL_MISSING);
    }

    @Test
    void aLoginThatIsRefusedIsToldBeforePgDumpIsRun() {
        Answer refusal = Answer.of("").thenFailing(2, "psql: error: FATAL:  password authentication failed for user");

        assertThatThrownBy(() ->
                        dump(ScriptedRuntime.conversing((spec, fed) -> refusal).endingUnread(refusal)))
                .isInstanceOfSatisfying(
                        CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.AUTH_FAILED));
        assertThat(programs()).containsExactly("psql");
    }
}
