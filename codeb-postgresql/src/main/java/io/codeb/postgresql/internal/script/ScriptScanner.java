package io.codeb.postgresql.internal.script;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Follows a plain script of pg_dump, pg_dumpall or anybody as it streams by: counts the rows of every COPY block, and
 * sees whether the script is whole. It reads the script as psql does. Rows are lines: where a foreign script has rows
 * in the format {@code csv}, a row with line ends in it counts for several.
 *
 * <p>With rules, nothing of a statement is handed on before it has been judged: it is held until its semicolon. A
 * statement that is too long to be held is judged by its beginning, and what follows is judged too before its semicolon
 * is handed on. psql gets SQL and rows, and no commands of its own. What the SQL does in the database is for the server
 * to allow; and a server-side function that changes {@code standard_conforming_strings} unseen can make psql read on
 * differently.
 */
public final class ScriptScanner {
    /** The longest statement that is held. */
    static final int HOLD_LIMIT = 64 * 1024;

    private static final int SCRATCH_SIZE = 64 * 1024;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private enum Mode {
        /** Before the first byte that is not of a byte order mark, which psql skips. */
        START,
        SQL,
        META_COMMAND,
        /** A line of pg_dump's about what it does, which came into the script by 2>&1 or a terminal. */
        MESSAGE,
        REST_OF_LINE,
        ROWS
    }

    /** A statement that was too long to be held. */
    private enum Unheld {
        NO,
        /** What it calls is not called now. */
        CODE,
        RUNS,
        LEFT_OUT
    }

    /** Rows of a table, of as many COPY blocks as it has. */
    private static final class Count {
        private final TableName table;
        private long rows;

        Count(TableName table) {
            this.table = table;
        }
    }

    private final @Nullable ScriptJudge judge;
    private final @Nullable ScriptHeads heads;
    private final ScriptStatement statement = new ScriptStatement(this::interrupt);
    private final ScriptLexer lexer = new ScriptLexer(ScriptLexer.Reader.PSQL, statement);
    private final ScriptOutput output = new ScriptOutput();
    private final MetaCommand metaCommand = new MetaCommand();
    private final BlankLine restOfLine = new BlankLine();
    private final CopyData data = new CopyData();
    private final Map<TableName, Count> counts = new LinkedHashMap<>();

    private final BoundedText message = new BoundedText(200);
    private @Nullable String told;

    private Mode mode = Mode.START;
    private Unheld tooLong = Unheld.NO;
    private @Nullable Count filling;
    private boolean fillingSkipped;
    private int byteOrderMark;
    private long rows;
    private byte @Nullable [] scratch;

    private int chunkFrom;
    private long position;
    private boolean chunkStartsLine = true;
    private long lines = 1;
    private int linesUpTo;
    private long statementLine;

    /** Follows a script that our own program has just written: all of it passes. */
    public ScriptScanner() {
        this.judge = null;
        this.heads = null;
    }

    /** Follows a script of unknown origin. */
    public ScriptScanner(ScriptRules rules) {
        this.judge = new ScriptJudge(rules, statement);
        this.heads = null;
    }

    /**
     * Follows a script of unknown origin that is run.
     *
     * @param rules what it may do
     * @param heads learns what stands in which line, of each statement before it is handed on
     */
    public ScriptScanner(ScriptRules rules, ScriptHeads heads) {
        this.judge = new ScriptJudge(rules, statement);
        this.heads = heads;
    }

    /**
     * Follows the script on.
     *
     * @param src the next piece; all of it is consumed
     * @param out is given what may pass, in order, in buffers that are good during the call
     * @throws EngineException {@code DUMP_UNSAFE} or {@code DUMP_UNRECOGNIZED} when the script must not be run
     * @throws IntegrityException {@code CORRUPT} when this is no script that psql could read, {@code TRUNCATED} when a
     *     transaction in it has no end
     */
    public void scan(ByteBuffer src, ScriptSink out) {
        if (src.hasArray()) {
            int from = src.arrayOffset() + src.position();
            int to = src.arrayOffset() + src.limit();
            src.position(src.limit());
            scan(src.array(), from, to, out);
            return;
        }
        if (scratch == null) {
            scratch = new byte[SCRATCH_SIZE];
        }
        while (src.hasRemaining()) {
            int length = Math.min(src.remaining(), scratch.length);
            src.get(scratch, 0, length);
            scan(scratch, 0, length, out);
        }
    }

    /** How many rows all COPY blocks had so far that were handed on. */
    public long rows() {
        return rows;
    }

    /** How many rows each table had so far, in the order of their names. */
    public List<TableRows> tables() {
        return tablesInScript().stream()
                .sorted(Comparator.comparing(TableRows::table))
                .toList();
    }

    /** How many rows each table had so far, in the order in which the script has the first of them. */
    public List<TableRows> tablesInScript() {
        return counts.entrySet().stream()
                .map(entry ->
                        new TableRows(entry.getKey().schema(), entry.getKey().name(), entry.getValue().rows))
                .toList();
    }

    /** What the script held that was judged. */
    public ScriptFacts facts() {
        if (judge == null) {
            throw new IllegalStateException("nothing was judged");
        }
        return judge.facts(tables());
    }

    /** Whether the comment went by that pg_dump or pg_dumpall begins a script with. */
    public boolean hasDumpHeader() {
        return statement.hasHeader();
    }

    /** The version of the pg_dump that made the script, in its own words; empty where the script's head has none. */
    public String dumpedBy() {
        return statement.dumpedBy();
    }

    /** Whether every such beginning is matched by the comment that ends a script. */
    public boolean hasDumpTrailer() {
        return statement.hasTrailer();
    }

    /**
     * Takes the script's end.
     *
     * @throws IntegrityException {@code TRUNCATED} when the script cannot end here
     * @throws EngineException {@code DUMP_UNSAFE} when it ends in what must not be run, {@code DUMP_UNRECOGNIZED} when
     *     it is not of the one database that is wanted
     */
    public void finish() {
        lexer.end();
        if (mode == Mode.MESSAGE) {
            endMessage();
        }
        String missing = missing();
        if (missing != null) {
            throw new IntegrityException(
                    ErrorCode.TRUNCATED,
                    "the script ends in line " + lines + " " + missing,
                    told == null
                            ? "the file or stream was cut; make or fetch it again"
                            : "pg_dump said why, in the script: " + told);
        }
        if (judge != null) {
            if (mode == Mode.META_COMMAND) {
                judgeMetaCommand(judge, lines);
            }
            judge.finish();
            if (told != null && !facts().makesObjects()) {
                throw new EngineException(
                        ErrorCode.DUMP_UNRECOGNIZED,
                        "the script makes nothing in a database, and has a message of pg_dump in it: " + told,
                        "mend what pg_dump tells, and make the dump again");
            }
        }
    }

    private @Nullable String missing() {
        switch (mode) {
            case ROWS -> {
                if (!data.mayEndHere()) {
                    return "within the rows of a COPY";
                }
            }
            case REST_OF_LINE -> {
                if (filling != null) {
                    return "before the rows of a COPY";
                }
            }
            case SQL -> {
                if (lexer.open() != null) {
                    return "within " + lexer.open();
                }
                if (statement.begun() || !lexer.isBetweenTokens()) {
                    return "within a statement";
                }
            }
            case MESSAGE -> {}
            case META_COMMAND -> {
                if (!statement.hasTrailer()) {
                    return "within a command for psql";
                }
            }
            case START -> {
                if (byteOrderMark % BYTE_ORDER_MARK.length != 0) {
                    return "within its first character";
                }
            }
        }
        return statement.hasHeader() && !statement.hasTrailer() ? "without the comment that ends a dump" : null;
    }

    private void scan(byte[] bytes, int from, int to, ScriptSink out) {
        chunkFrom = from;
        linesUpTo = from;
        output.startChunk(bytes, from, to, out);
        lexer.origin(position - from);
        if (judge != null) {
            refuseNul(bytes, from, to);
        }
        int p = from;
        while (p < to) {
            p = switch (mode) {
                case START -> start(bytes[p], p);
                case SQL -> sql(bytes, p, to);
                case META_COMMAND -> metaCommand(bytes, p, to);
                case MESSAGE -> message(bytes, p, to);
                case REST_OF_LINE -> restOfLine(bytes, p, to);
                case ROWS -> rows(bytes, p, to);
            };
        }
        endChunk(bytes, to);
        if (to > from) {
            chunkStartsLine = bytes[to - 1] == '\n';
        }
    }

    private long position(int p) {
        return position + (p - chunkFrom);
    }

    private void endChunk(byte[] bytes, int to) {
        long end = position(to);
        if (judge == null) {
            output.pass(end);
        } else if (mode == Mode.SQL && tooLong == Unheld.NO) {
            hold(judge, bytes, end);
        } else if (mode == Mode.SQL && tooLong == Unheld.LEFT_OUT) {
            output.dropKeepingLines(end);
        } else if (mode == Mode.META_COMMAND
                || mode == Mode.MESSAGE
                || mode == Mode.START
                || (mode != Mode.SQL && fillingSkipped)) {
            output.drop(end);
        } else if (mode == Mode.REST_OF_LINE) {
            output.between(end);
        } else {
            output.pass(end);
        }
        countLines(bytes, to);
        output.endChunk();
        position = end;
    }

    /** Hands on what is judged; of a statement that grows too long, what there is of it is judged and handed on. */
    private void hold(ScriptJudge judge, byte[] bytes, long end) {
        if (!statement.begun()) {
            output.between(lexer.cutTokenStart(end));
            return;
        }
        long start = lexer.statementStart();
        long line = lineOfStatement(bytes);
        output.between(start);
        if (end - start <= HOLD_LIMIT) {
            return;
        }
        boolean code = false;
        ScriptVerdict verdict;
        if (statement.changesRows()) {
            verdict = judge.judgeChange();
        } else {
            ScriptTokens beginning = tokens(start, end);
            code = ScriptRule.of(beginning).callsNothing();
            verdict = judge.judgeBeginning(beginning, line);
        }
        keepHead(start, end, false, line);
        apply(verdict, start, end, line);
        if (verdict instanceof ScriptVerdict.Omit) {
            tooLong = Unheld.LEFT_OUT;
        } else {
            tooLong = code ? Unheld.CODE : Unheld.RUNS;
        }
    }

    private void keepHead(long start, long end, boolean whole, long line) {
        if (heads != null) {
            long length = Math.min(end - start, ScriptHeads.HEAD_BYTES);
            heads.begin(
                    output.held(start, start + length),
                    whole && start + length == end,
                    statement.standardStrings(),
                    statement.charset(),
                    line);
        }
    }

    private ScriptTokens tokens(long start, long end) {
        return new ScriptTokens(output.held(start, end), statement.standardStrings(), statement.charset());
    }

    private int start(byte b, int p) {
        if (byteOrderMark < BYTE_ORDER_MARK.length && b == BYTE_ORDER_MARK[byteOrderMark]) {
            byteOrderMark++;
            return p + 1;
        }
        if (byteOrderMark == BYTE_ORDER_MARK.length) {
            if (judge != null) {
                output.drop(position(p));
            }
        } else if (byteOrderMark > 0) {
            throw corrupt("a part of a byte order mark", 1);
        }
        mode = Mode.SQL;
        return p;
    }

    private int sql(byte[] bytes, int from, int to) {
        int p = lexer.scan(bytes, from, to);
        switch (lexer.stop()) {
            case SEMICOLON -> endStatement(bytes, p);
            case BACKSLASH -> {
                int backslash = p - 1;
                metaCommand.start(backslash == chunkFrom ? chunkStartsLine : bytes[backslash - 1] == '\n');
                mode = Mode.META_COMMAND;
                if (!statement.begun()) {
                    output.between(position(backslash));
                }
            }
            case INVALID -> throw corrupt(lexer.problem(), lineAt(bytes, p));
            case INTERRUPTED -> {
                message.clear();
                mode = Mode.MESSAGE;
                output.between(lexer.statementStart());
            }
            case CHUNK_END -> refuseUnreadable(bytes);
        }
        return p;
    }

    private void interrupt() {
        lexer.interrupt();
    }

    private int message(byte[] bytes, int from, int to) {
        int p = from;
        while (p < to && bytes[p] != '\n') {
            p++;
        }
        message.append(bytes, from, p);
        if (judge != null) {
            output.drop(position(p));
        }
        if (p < to) {
            endMessage();
        }
        return p;
    }

    private void endMessage() {
        String text = message.decode(StandardCharsets.UTF_8).strip();
        if (told == null) {
            told = text;
        }
        output.notice("the script has a message of pg_dump's in it, which was left out: " + text);
        statement.end();
        lexer.forget();
        mode = Mode.SQL;
    }

    private void endStatement(byte[] bytes, int p) {
        refuseUnreadable(bytes);
        boolean skipped = false;
        if (judge != null && statement.begun()) {
            skipped = judgeStatement(judge, bytes, position(p));
            if (heads != null) {
                countLines(bytes, p);
                heads.end(lines, statement.rowsFollow());
            }
        }
        tooLong = Unheld.NO;
        statementLine = 0;
        boolean standardStrings = statement.standardStrings();
        TableName table = statement.end();
        if (table != null) {
            fillingSkipped = skipped;
            filling = skipped ? new Count(table) : counts.computeIfAbsent(table, Count::new);
        } else if (standardStrings != statement.standardStrings()) {
            // psql asks for this setting once a line, so it is in force from the next line on.
            lexer.standardConformingStrings(statement.standardStrings());
        } else {
            return;
        }
        mode = Mode.REST_OF_LINE;
        restOfLine.start();
    }

    private boolean judgeStatement(ScriptJudge judge, byte[] bytes, long end) {
        long start = lexer.statementStart();
        long line = lineOfStatement(bytes);
        if (tooLong == Unheld.LEFT_OUT) {
            output.dropKeepingLines(end);
            return true;
        }
        ScriptVerdict verdict;
        StatementKind kind = StatementKind.OTHER;
        if (tooLong != Unheld.NO) {
            verdict = judge.judgeRest(tooLong == Unheld.CODE);
        } else {
            keepHead(start, end, true, line);
            if (statement.changesRows()) {
                verdict = judge.judgeChange();
            } else {
                ScriptTokens tokens = tokens(start, end);
                kind = output.oneByOne() ? StatementKind.of(tokens) : kind;
                verdict = judge.judge(tokens, line);
            }
        }
        if (statement.rowsFollow() && verdict instanceof ScriptVerdict.Pass) {
            output.between(start);
            output.rowsBegin();
        }
        if (tooLong == Unheld.NO && output.oneByOne()) {
            handOn(verdict, kind, start, end, line);
        } else {
            apply(verdict, start, end, line);
        }
        return verdict instanceof ScriptVerdict.Omit;
    }

    /** Hands a whole statement on by itself. */
    private void handOn(ScriptVerdict verdict, StatementKind kind, long start, long end, long line) {
        output.between(start);
        ByteBuffer run;
        if (verdict instanceof ScriptVerdict.Pass) {
            run = output.held(start, end);
        } else if (verdict instanceof ScriptVerdict.Replace replace
                && replace.sql().hasRemaining()) {
            run = replace.sql();
        } else {
            apply(verdict, start, end, line);
            return;
        }
        output.statement(
                end,
                new JudgedStatement(
                        run, statement.charset(), statement.standardStrings(), statement.rowsFollow(), kind));
    }

    private void apply(ScriptVerdict verdict, long start, long end, long line) {
        if (verdict instanceof ScriptVerdict.Refuse refuse) {
            throw ScriptJudge.refused(refuse.what(), refuse.reach(), line);
        }
        if (verdict instanceof ScriptVerdict.Pass) {
            output.pass(end);
            return;
        }
        output.pass(start);
        if (verdict instanceof ScriptVerdict.Omit omit) {
            output.dropKeepingLines(end);
            if (omit.notice() != null) {
                output.notice(omit.notice());
            }
        } else if (verdict instanceof ScriptVerdict.Tolerate tolerate) {
            output.tolerate(end, tolerate);
        } else if (verdict instanceof ScriptVerdict.Replace replace) {
            output.replace(end, replace.sql());
        }
    }

    /** Text behind a COPY on its line would be run after the rows: nobody writes that, and nobody need follow it. */
    private int restOfLine(byte[] bytes, int from, int to) {
        int p = restOfLine.scan(bytes, from, to);
        if (restOfLine.hasText()) {
            throw corrupt("text behind a statement that must end its line", lineAt(bytes, p));
        }
        if (restOfLine.ended()) {
            mode = filling == null ? Mode.SQL : Mode.ROWS;
            data.start();
            if (!fillingSkipped) {
                output.between(position(p));
            }
        }
        return p;
    }

    private int rows(byte[] bytes, int from, int to) {
        countLines(bytes, from);
        long before = data.rows();
        int p = data.scan(bytes, from, to);
        long more = data.rows() - before;
        if (filling != null) {
            filling.rows += more;
        }
        lines += more;
        linesUpTo = p;
        if (fillingSkipped) {
            output.drop(position(p));
        } else {
            rows += more;
            output.pass(position(p));
        }
        if (data.ended()) {
            if (heads != null) {
                heads.endRows(lines);
            }
            lines++;
            if (filling != null && !fillingSkipped && judge != null) {
                output.rowsEnded(filling.table);
            }
            filling = null;
            fillingSkipped = false;
            mode = Mode.SQL;
        }
        return p;
    }

    private int metaCommand(byte[] bytes, int from, int to) {
        int p = metaCommand.scan(bytes, from, to);
        if (!metaCommand.ended()) {
            return p;
        }
        mode = Mode.SQL;
        if (judge != null) {
            ByteBuffer instead = judgeMetaCommand(judge, lineAt(bytes, p));
            // Only a line of its own gets here: its end stays, so that lines keep their numbers.
            output.replace(position(p), instead);
        }
        return p;
    }

    private ByteBuffer judgeMetaCommand(ScriptJudge judge, long line) {
        String database = statement.begun() ? null : metaCommand.database();
        if (database != null) {
            ByteBuffer instead = judge.connect(database, line);
            String notice = judge.notice();
            if (notice != null) {
                output.notice(notice);
            }
            lexer.standardConformingStrings(statement.standardStrings());
            return instead;
        }
        if (metaCommand.isRestriction() && !statement.begun()) {
            return ByteBuffer.allocate(0);
        }
        throw metaCommand.refused(line);
    }

    private void refuseUnreadable(byte[] bytes) {
        if (statement.unreadable() != null) {
            throw new EngineException(
                    ErrorCode.DUMP_UNRECOGNIZED,
                    "line " + lineOfStatement(bytes) + " of the script asks for " + statement.unreadable(),
                    "make the dump with pg_dump --encoding=UTF8 and with rows as text");
        }
        if (judge != null && statement.unsafe() != null) {
            throw new EngineException(
                    ErrorCode.DUMP_UNSAFE,
                    "line " + lineOfStatement(bytes) + " of the script has " + statement.unsafe(),
                    "what stands there cannot be told before it is run; write it out");
        }
    }

    private void refuseNul(byte[] bytes, int from, int to) {
        int nul = CopyData.indexOfNul(bytes, from, to);
        if (nul >= 0) {
            throw new EngineException(
                    ErrorCode.DUMP_UNRECOGNIZED,
                    "line " + lineAt(bytes, nul) + " of the script has a NUL byte, which no script has",
                    "a plain script is text, in an encoding such as UTF-8; was this one written as UTF-16?");
        }
    }

    private static IntegrityException corrupt(@Nullable String what, long line) {
        return new IntegrityException(
                ErrorCode.CORRUPT, "line " + line + " of the script has " + what, "make or fetch the script again");
    }

    private void countLines(byte[] bytes, int upTo) {
        lines += CopyData.newlines(bytes, linesUpTo, upTo);
        linesUpTo = upTo;
    }

    private long lineAt(byte[] bytes, int p) {
        return lines + CopyData.newlines(bytes, linesUpTo, p);
    }

    /** The line in which the statement at hand begins. */
    private long lineOfStatement(byte[] bytes) {
        if (statementLine == 0) {
            int start = Math.max(linesUpTo, chunkFrom + (int) (lexer.statementStart() - position));
            countLines(bytes, start);
            statementLine = lines;
        }
        return statementLine;
    }
}
