package io.codeb.postgresql.internal.restore;

import io.codeb.model.TableName;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.script.JudgedStatement;
import io.codeb.postgresql.internal.script.ScriptSink;
import io.codeb.postgresql.internal.script.StatementKind;
import io.codeb.postgresql.internal.script.StatementKind.Work;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Hands a script on to the session that it goes into, but for what others can do at the same time. Whatever it does not
 * know to be of that kind stands between what was before it and what comes after it.
 */
final class ScriptBeside implements ScriptSink {
    private static final byte[] LINE_END = {'\n'};

    private final PsqlLoad main;
    private final BuildersBeside builders;
    private final ScriptSettings settings;
    private final ToLongFunction<TableName> weights;
    private final Runnable rowsBegin;
    private final Runnable building;
    private boolean alone;
    private boolean mainIsBehind;
    private boolean rows;

    /**
     * Makes it.
     *
     * @param main the session that the script goes into
     * @param builders the others
     * @param settings learn what the script sets
     * @param weights how much there is to do for a table; 0 where it is not worth another session
     * @param rowsBegin is done before each COPY
     * @param building hears of each statement that is handed to the others
     */
    ScriptBeside(
            PsqlLoad main,
            BuildersBeside builders,
            ScriptSettings settings,
            ToLongFunction<TableName> weights,
            Runnable rowsBegin,
            Runnable building) {
        this.main = main;
        this.builders = builders;
        this.settings = settings;
        this.weights = weights;
        this.rowsBegin = rowsBegin;
        this.building = building;
    }

    @Override
    public boolean oneByOne() {
        return true;
    }

    @Override
    public void statement(JudgedStatement statement) {
        StatementKind kind = statement.kind();
        boolean builds = !kind.tables().isEmpty() && !alone;
        long weight = builds ? weights.applyAsLong(kind.tables().get(0)) : 0;
        if (weight > 0) {
            building.run();
            catchUp();
            builders.begin(bytes(statement), statement.head(), kind, weight);
            main.dropped(statement.lineEnds());
            return;
        }
        if (builds) {
            builders.awaitBefore(kind);
        } else {
            builders.awaitAll();
        }
        if (kind.work() == Work.SETTING) {
            settings.set(kind.setting(), bytes(statement));
        }
        alone |= kind.work() == Work.CONNECTING || settings.areTooMany();
        rows = statement.rowsFollow();
        main.pass(statement.text());
        // A line of its own, as the script has it mostly: errors are told by lines.
        main.pass(ByteBuffer.wrap(LINE_END));
        main.dropped(-1);
        mainIsBehind = true;
    }

    /** What others do next may need what the script did before. */
    private void catchUp() {
        if (mainIsBehind) {
            main.ask(List.of());
            mainIsBehind = false;
        }
    }

    private static byte[] bytes(JudgedStatement statement) {
        byte[] bytes = new byte[statement.text().remaining()];
        statement.text().get(statement.text().position(), bytes);
        return bytes;
    }

    @Override
    public void rowsBegin() {
        rowsBegin.run();
    }

    @Override
    public void pass(ByteBuffer script) {
        if (!rows) {
            builders.awaitAll();
        }
        mainIsBehind = true;
        main.pass(script);
    }

    @Override
    public void rowsEnded(TableName table) {
        rows = false;
        main.rowsEnded(table);
    }

    @Override
    public void tolerate(ByteBuffer statement, Set<String> sqlStates, String what) {
        builders.awaitAll();
        main.tolerate(statement, sqlStates, what);
    }

    @Override
    public void dropped(long lines) {
        main.dropped(lines);
    }

    @Override
    public void notice(String notice) {
        main.notice(notice);
    }
}
