package io.codeb.tck.fault;

import io.codeb.spi.runtime.ExecSpec;
import java.util.function.Predicate;

/**
 * One thing that goes wrong with a command of a {@link FaultyRuntime}. Immutable; each {@code at…} and {@code of…}
 * answers a changed copy.
 *
 * <p>Without further words it strikes once, at the first command.
 */
public final class RuntimeFault {
    enum Kind {
        NOT_STARTED,
        CUT_OUTPUT,
        FLIP_OUTPUT,
        STALL_OUTPUT,
        CUT_INPUT,
        LOSE_ANSWER,
        ACT
    }

    final Kind kind;
    final long offset;
    final int bit;
    final String told;
    final Runnable action;
    final Predicate<ExecSpec> commands;
    final int first;
    final int last;

    private RuntimeFault(
            Kind kind,
            long offset,
            int bit,
            String told,
            Runnable action,
            Predicate<ExecSpec> commands,
            int first,
            int last) {
        this.kind = kind;
        this.offset = offset;
        this.bit = bit;
        this.told = told;
        this.action = action;
        this.commands = commands;
        this.first = first;
        this.last = last;
    }

    private static RuntimeFault of(Kind kind, long offset, int bit) {
        return new RuntimeFault(kind, offset, bit, "", () -> {}, any -> true, 1, 1);
    }

    /**
     * The command cannot be started: {@code EXEC_NOT_STARTED} from all that is asked of it.
     *
     * @return the fault
     */
    public static RuntimeFault failStart() {
        return of(Kind.NOT_STARTED, 0, 0);
    }

    /**
     * The connection breaks: {@code EXEC_LOST} where the byte would be, or the end. The command is killed.
     *
     * @param offset how many bytes of stdout arrive; {@link Long#MAX_VALUE} for all but the proof of the end
     * @return the fault
     */
    public static RuntimeFault cutOutputAt(long offset) {
        return of(Kind.CUT_OUTPUT, offset, 0);
    }

    /**
     * A bit of stdout arrives changed.
     *
     * @param offset which byte
     * @param bit which of its bits, 0 to 7
     * @return the fault
     */
    public static RuntimeFault flipOutputAt(long offset, int bit) {
        return of(Kind.FLIP_OUTPUT, offset, bit);
    }

    /**
     * Stdout stands still until the command is cancelled or its session closed.
     *
     * @param offset how many bytes arrive before
     * @return the fault
     */
    public static RuntimeFault stallOutputAt(long offset) {
        return of(Kind.STALL_OUTPUT, offset, 0);
    }

    /**
     * The connection breaks on the way in: {@code EXEC_LOST} from the write or the finish. The command is killed.
     *
     * @param offset how many bytes of stdin arrive
     * @return the fault
     */
    public static RuntimeFault cutInputAt(long offset) {
        return of(Kind.CUT_INPUT, offset, 0);
    }

    /**
     * The answer to something is lost: whoever is told it gets that write whole, then the end of its input, and runs to
     * its own end; {@code EXEC_LOST} is all that is heard of it from then on. It strikes at the commands that are told
     * this, and counts only them.
     *
     * @param told ASCII that comes within one write to stdin, for example {@code COMMIT;}
     * @return the fault
     */
    public static RuntimeFault loseAnswerTo(String told) {
        return new RuntimeFault(Kind.LOSE_ANSWER, 0, 0, told, () -> {}, any -> true, 1, 1);
    }

    /**
     * Something happens elsewhere at the worst moment: right behind a write to stdin, which passes whole. It strikes at
     * the commands that are told this, and counts only them.
     *
     * @param told ASCII that comes within one write to stdin, for example {@code COMMIT;}
     * @param action what happens, on the writer's thread, which waits for it
     * @return the fault
     */
    public static RuntimeFault whenTold(String told, Runnable action) {
        return new RuntimeFault(Kind.ACT, 0, 0, told, action, any -> true, 1, 1);
    }

    /** Whether a word that it is told makes it strike, and not its start. */
    boolean waitsForWord() {
        return kind == Kind.LOSE_ANSWER || kind == Kind.ACT;
    }

    /**
     * Strikes at a later command.
     *
     * @param number 1 for the first that matches
     * @return a changed copy
     */
    public RuntimeFault atCommand(int number) {
        return new RuntimeFault(kind, offset, bit, told, action, commands, number, number);
    }

    /**
     * Strikes at every command that matches.
     *
     * @return a changed copy
     */
    public RuntimeFault always() {
        return new RuntimeFault(kind, offset, bit, told, action, commands, 1, Integer.MAX_VALUE);
    }

    /**
     * Strikes at some commands only.
     *
     * @param which tells which
     * @return a changed copy
     */
    public RuntimeFault ofCommands(Predicate<ExecSpec> which) {
        return new RuntimeFault(kind, offset, bit, told, action, which, first, last);
    }

    /**
     * Strikes at commands in which a program is named, be it by a shell.
     *
     * @param program for example {@code pg_dump}
     * @return a changed copy
     */
    public RuntimeFault ofProgram(String program) {
        return ofCommands(spec -> spec.command().contains(program));
    }
}
