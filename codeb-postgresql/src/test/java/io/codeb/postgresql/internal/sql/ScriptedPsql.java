package io.codeb.postgresql.internal.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.codeb.model.Secret;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.tck.fault.ScriptedRuntime;
import io.codeb.tck.fault.ScriptedRuntime.Answer;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A psql that answers from a script, whatever it is asked. */
final class ScriptedPsql {
    private static final Pattern MARK = Pattern.compile("\\\\echo (\\S+)");

    private final ScriptedRuntime runtime;

    private ScriptedPsql(ScriptedRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * One that answers.
     *
     * @param answer what it writes, given the mark that it is told to write
     */
    static ScriptedPsql saying(UnaryOperator<String> answer) {
        return new ScriptedPsql(ScriptedRuntime.conversing((spec, fed) -> {
            Matcher mark = MARK.matcher(new String(fed, UTF_8));
            return Answer.of(answer.apply(mark.find() ? mark.group(1) : "")).inChunksOf(7);
        }));
    }

    /** One that reads all, says nothing, and ends. */
    static ScriptedPsql ending(Answer end) {
        return new ScriptedPsql(ScriptedRuntime.conversing((spec, fed) -> end));
    }

    /** One that ends before it has read anything. */
    static ScriptedPsql endingUnread(Answer end) {
        return new ScriptedPsql(ScriptedRuntime.conversing((spec, fed) -> end).endingUnread(end));
    }

    DatabaseTarget target() {
        return ServerTarget.of(
                        ToolHost.of(runtime, "db").withDirectory("/opt/pg/bin/"), 5432, "app", Secret.of("s3cret"))
                .database("a=b 'c'");
    }

    private ScriptedRuntime.Call last() {
        List<ScriptedRuntime.Call> calls = runtime.calls();
        if (calls.isEmpty()) {
            throw new AssertionError("psql was not started");
        }
        return calls.get(calls.size() - 1);
    }

    ExecSpec spec() {
        return last().spec();
    }

    /** What the last one was told. */
    String script() {
        return new String(last().stdin().bytes(), UTF_8);
    }

    /** How often it was started. */
    int started() {
        return runtime.calls().size();
    }
}
