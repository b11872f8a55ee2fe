package io.codeb.postgresql.internal.script;

import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.Transfer;
import java.nio.ByteBuffer;

/** Reads a whole script before anything of it is run, where it can be read twice. */
public final class ScriptSurvey {
    private ScriptSurvey() {}

    /**
     * Reads a script to its end.
     *
     * @param script is read to its end and not closed
     * @param rules as it will be run under
     * @param cancellation ends it early
     * @return what it holds
     * @throws io.codeb.error.CodeBException as {@link ScriptScanner} throws when it is run
     */
    public static ScriptFacts of(ByteSource script, ScriptRules rules, Cancellation cancellation) {
        ScriptScanner scanner = new ScriptScanner(rules);
        ByteBuffer piece = ByteBuffer.allocate(Transfer.BUFFER_BYTES);
        while (script.read(piece.clear()) != ByteSource.END) {
            cancellation.throwIfCancelled();
            scanner.scan(piece.flip(), judged -> {});
        }
        scanner.finish();
        return scanner.facts();
    }
}
